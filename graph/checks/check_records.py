"""The outcomes of a run as records: a CheckRun for each record and the run, a Check for what failed or was not run.

What holds for every record of a run (no scanner is set) is one Check of the run, linked to none of them, where it is
of all records or of a source system; in a run of single records it is a Check of each.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from graph.canonical import canonical
from graph.checks.catalogue import Phase, item_of
from graph.checks.outcomes import FAIL, NOT_RUN, OUTCOMES, Detail, Outcomes
from graph.store import Writer
from graph.upsert import link_table, node_table, upsert_links, upsert_nodes

_LABELS = ("CheckRun", "Check")


@dataclass(frozen=True)
class CheckRecords:
    """CheckRun and Check, with their links to records."""

    nodes: dict[str, pa.Table]
    links: dict[str, pa.Table]


def check_records(outcomes: Outcomes, phase: Phase, load: int, *, batch: bool) -> CheckRecords:
    """The records of a run; its id is `<phase>:<load>`. `batch`: it is of all records, or of a source system."""
    run_id = f"{phase}:{load}"
    own = _runs(outcomes, run_id, phase, batch=batch)
    checks = list(_of_records(outcomes, run_id, batch=batch))
    linked = len(checks)
    if batch:
        checks += _of_batch(outcomes, run_id)
    ids = pa.array([one[0] for one in checks], pa.string())
    codes = [one[2] for one in checks]
    nodes = node_table(
        "Check",
        ids,
        pa.nulls(len(checks), pa.int64()),
        run_id=pa.array([run_id] * len(checks), pa.string()),
        phase=pa.array([phase] * len(checks), pa.string()),
        code=pa.array(codes, pa.string()),
        property=pa.array([item_of(code).property for code in codes], pa.string()),
        outcome=pa.array([one[3] for one in checks], pa.string()),
        detail=pa.array([_text(one[4]) for one in checks], pa.string()),
    )
    targets = pa.array([one[1] for one in checks[:linked]], pa.string())
    runs = pa.array([f"{run_id}|{id_}" for id_ in outcomes.ids], pa.string())
    links = {
        "CheckRun": link_table("CHECKED", ("CheckRun", "Material"), runs, pa.array(outcomes.ids, pa.string())),
        "Check": link_table("CHECKED", ("Check", "Material"), ids.slice(0, linked), targets),
    }
    return CheckRecords({"CheckRun": own, "Check": nodes}, links)


def _runs(outcomes: Outcomes, run_id: str, phase: Phase, *, batch: bool) -> pa.Table:
    counts = _counts(outcomes)
    ids = [f"{run_id}|{id_}" for id_ in outcomes.ids]
    if batch:
        by_outcome: dict[str, list[str]] = {}
        for code, answer in outcomes.batch.items():
            by_outcome.setdefault(answer.outcome, []).append(_item(code))
        ids.append(run_id)
        counts.append(canonical(by_outcome))
    return node_table(
        "CheckRun",
        pa.array(ids, pa.string()),
        pa.nulls(len(ids), pa.int64()),
        run_id=pa.array([run_id] * len(ids), pa.string()),
        phase=pa.array([phase] * len(ids), pa.string()),
        counts=pa.array(counts, pa.string()),
    )


def _item(code: str) -> str:
    return code.partition("-")[2]


def _counts(outcomes: Outcomes) -> list[str]:
    """Of each record its items by outcome, as JSON; most records share few."""
    distinct, which = np.unique(outcomes.matrix, axis=0, return_inverse=True)
    items = [_item(code) for code in outcomes.codes]
    texts = []
    for row in distinct:
        by_outcome: dict[str, list[str]] = {}
        for item, outcome in zip(items, row, strict=True):
            by_outcome.setdefault(OUTCOMES[outcome], []).append(item)
        texts.append(canonical(by_outcome))
    return [texts[place] for place in which.reshape(-1)]


_One = tuple[str, str | None, str, str, list[Detail]]


def _of_records(outcomes: Outcomes, run_id: str, *, batch: bool) -> Iterator[_One]:
    """Id, record, code, outcome and details of what failed or was not run of single records."""
    for row, column in np.argwhere(outcomes.matrix >= FAIL).tolist():
        details = outcomes.details.get((row, column))
        if details is None and batch:
            continue
        id_, code = outcomes.ids[row], outcomes.codes[column]
        said = details if details is not None else [outcomes.reasons[column]]
        yield f"{run_id}|{id_}|{code}", id_, code, OUTCOMES[outcomes.matrix[row, column]], said


def _of_batch(outcomes: Outcomes, run_id: str) -> Iterator[_One]:
    """The same of the run: what was run for no record, and the checks of the run as a whole, one a detail."""
    for column, reason in outcomes.reasons.items():
        if (outcomes.matrix[:, column] == NOT_RUN).any():
            code = outcomes.codes[column]
            yield f"{run_id}|{code}", None, code, OUTCOMES[NOT_RUN], [reason]
    for code, answer in outcomes.batch.items():
        said = answer.failed or ([answer.reason] if answer.reason is not None else [])
        for nth, detail in enumerate(said):
            yield f"{run_id}|{code}|{nth}", None, code, answer.outcome, [detail]


def _text(details: list[Detail]) -> str:
    return json.dumps(details, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def write_checks(writer: Writer, records: CheckRecords) -> None:
    """Writes the records of a run into its load."""
    for label in _LABELS:
        nodes = records.nodes[label]
        written = upsert_nodes(writer, label, nodes)
        upsert_links(writer, "CHECKED", label, records.links[label], nodes["id"].combine_chunks(), written)


def tally(outcomes: Outcomes) -> dict[str, dict[str, int]]:
    """How many records each code passed, failed, was not run for, or did not apply to; a run as a whole is one."""
    found: dict[str, dict[str, int]] = {}
    for column, code in enumerate(outcomes.codes):
        counted = Counter(outcomes.matrix[:, column].tolist())
        found[code] = {name: counted.get(place, 0) for place, name in enumerate(OUTCOMES)}
    for code, answer in outcomes.batch.items():
        found[code] = {name: int(answer.outcome == name) for name in OUTCOMES}
    return found
