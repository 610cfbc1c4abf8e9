"""One file into the graph: read, map, validate, identify, classify, load, derive, report."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from etl.csv_source import read_csv
from etl.file_bytes import digest as file_digest
from etl.file_bytes import open_bytes
from etl.mapped_rows import apply_mapping, empty_cases
from etl.mapping import Mapping, ResolvedMapping, resolve
from etl.mapping import digest as mapping_digest
from etl.records import EventRecords, event_records
from etl.source_rows import SourceRows
from etl.xes_source import read_xes
from graph.clock import LeaseKeeper, SourceOfLoad, now_ms, open_load
from graph.derive import write_derived
from graph.errors import TooManyWithdrawals
from graph.identifiers import id_key
from graph.settings import Settings
from graph.store import Store, Writer
from graph.upsert import Upserted, link_table, upsert_links, upsert_nodes

LINKS = ("IN_CASE", "BY", "IN_UNIT")
_PROGRESS = Callable[[str, int], None]


@dataclass(frozen=True)
class LoadReport:
    """What a load did, to the row: rows_in = loaded + unchanged + quarantined."""

    load: int | None
    source: str
    system: str
    mapping: str
    resumed: bool
    rows_in: int
    loaded: int
    unchanged: int
    quarantined: int
    withdrawn: int
    quarantine: str | None
    remarks: tuple[str, ...]

    def as_json(self) -> str:
        """The report as the command and HTTP give it."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=2)


@dataclass(frozen=True)
class LoadRequest:
    """What is to be loaded and how."""

    path: Path
    mapping: Mapping
    mapping_name: str
    system: str | None = None
    dry_run: bool = False
    allow_withdrawals: bool = False
    quarantine: Path | None = None


def load_file(
    store: Store | None,
    settings: Settings,
    request: LoadRequest,
    progress: _PROGRESS = lambda _step, _rows: None,
) -> LoadReport:
    """Loads one file; a dry run reads and checks it and writes nothing.

    Raises UnreadableInput and MappingError before anything is written, LoadOpen where another load is open.
    """
    path = request.path
    system = request.system or request.mapping.system or path.name.split(".")[0]
    rows = read(path, request.mapping)
    progress("read", len(rows.numbers))
    resolved = resolve(request.mapping, column_names(rows), path.name)
    if request.dry_run or store is None:
        records = identified(rows, resolved, system, b"dry run: nothing is kept")
        return _report(None, request, system, rows, records, None, 0, resumed=False)
    store.prepare()
    key = id_key(settings, store, make=True)
    records = identified(rows, resolved, system, key)
    progress("identified", len(rows.numbers))
    source = SourceOfLoad(
        path.name,
        system,
        file_digest(path),
        request.mapping_name,
        mapping_digest(request.mapping),
        request.mapping.mode,
        rows.header,
    )
    load = open_load(store, settings, source)
    progress("writing", len(rows.numbers))
    writer = store.writer(load.number, load.holder, resumed=load.resumed)
    try:
        with LeaseKeeper(store, settings, load):
            changed, withdrawn = _write(writer, store, settings, request, system, records, rows)
            report = _report(load.number, request, system, rows, records, changed, withdrawn, resumed=load.resumed)
            _write_quarantine(request.quarantine, rows, records)
            names = ("rows_in", "loaded", "unchanged", "quarantined", "withdrawn")
            writer.commit({**{n: getattr(report, n) for n in names}, "now": now_ms()})
    finally:
        writer.close()
    progress("done", report.rows_in)
    return report


def read(path: Path, mapping: Mapping) -> SourceRows:
    """The rows of a file by its kind: XES where it begins as XML, CSV otherwise."""
    with open_bytes(path) as stream:
        start = stream.read(64)
    if start.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<"):
        return read_xes(path)
    return read_csv(path, encoding=mapping.encoding, delimiter=mapping.delimiter)


def column_names(rows: SourceRows) -> list[str]:
    """The names by which a mapping calls the columns."""
    columns = (*rows.columns, *rows.empty_cases)
    return list(dict.fromkeys(f"case:{c.name}" if c.scope == "case" else c.name for c in columns))


def identified(rows: SourceRows, mapping: ResolvedMapping, system: str, key: bytes) -> EventRecords:
    """Mapping, validation, identity and classification of one file."""
    return event_records(apply_mapping(rows, mapping), empty_cases(rows, mapping), mapping, system, key)


def _write(
    writer: Writer,
    store: Store,
    settings: Settings,
    request: LoadRequest,
    system: str,
    records: EventRecords,
    rows: SourceRows,
) -> tuple[int, int]:
    """Writes records, links and what follows from them; gives how many rows changed something, and withdrawals."""
    written: dict[str, Upserted] = {
        label: upsert_nodes(writer, label, records.nodes[label]) for label in ("Actor", "Unit", "Case", "Event")
    }
    events = records.nodes["Event"]
    ids = events["id"].combine_chunks()
    changed = written["Event"].changed.copy()
    touched = [records.nodes["Case"]["id"].combine_chunks()]
    for type_ in LINKS:
        linked = upsert_links(writer, type_, records.links[type_], ids, written["Event"])
        changed |= pc.is_in(ids, value_set=linked.owners).to_numpy(zero_copy_only=False)
        if type_ == "IN_CASE":
            touched.append(linked.withdrawn["to_id"].combine_chunks())
    case_of = records.derivation["case_id"]
    changed_cases = records.nodes["Case"]["id"].filter(pa.array(written["Case"].changed)).combine_chunks()
    changed |= pc.is_in(case_of, value_set=changed_cases).to_numpy()
    withdrawn = 0
    if request.mapping.mode == "snapshot":
        withdrawn, cases = _withdraw_missing(writer, store, settings, request, system, records, rows)
        touched.append(cases)
    all_touched = pc.unique(pa.concat_arrays([t.cast(pa.string()) for t in touched]))
    fresh = records.nodes["Case"]["id"].filter(pa.array(written["Case"].absent)).combine_chunks()
    write_derived(writer, all_touched, fresh, records.nodes["Case"], records.derivation)
    empties = records.nodes["Case"].num_rows - len(pc.unique(case_of)) if len(rows.empty_numbers) else 0
    return int(changed.sum()) + empties, withdrawn


def _withdraw_missing(
    writer: Writer,
    store: Store,
    settings: Settings,
    request: LoadRequest,
    system: str,
    records: EventRecords,
    rows: SourceRows,
) -> tuple[int, pa.Array]:
    """Withdraws what this snapshot no longer holds; gives how many records, and the cases that lost events.

    Rows that were set aside may be any record of the scope, so while there are some, nothing is withdrawn.
    """
    none = pa.array([], pa.string())
    if records.refused.num_rows or rows.refused.num_rows:
        return 0, none
    scope = store.read("find/scope", system=system, mapping=request.mapping_name)
    gone: dict[str, pa.Array] = {}
    for label in ("Event", "Case"):
        stood = pa.array([id_ for of_label, id_ in scope if of_label == label], pa.string())
        held = records.nodes[label]["id"].combine_chunks()
        gone[label] = stood.filter(pc.invert(pc.is_in(stood, value_set=held)))
    total = sum(len(ids) for ids in gone.values())
    if scope and total / len(scope) > settings.withdrawal_limit and not request.allow_withdrawals:
        raise TooManyWithdrawals(
            f"{request.path.name} would withdraw {total} of {len(scope)} records of {system}.",
            "If that is right, load it again with --allow-withdrawals; "
            "else `dossier loads abandon` takes the open load back.",
        )
    lost = Upserted(*(np.zeros(len(gone["Event"]), bool) for _ in range(3)))
    cases = none
    for type_ in LINKS:
        label = {"IN_CASE": "Case", "BY": "Actor", "IN_UNIT": "Unit"}[type_]
        nothing = link_table(type_, ("Event", label), none, none)
        linked = upsert_links(writer, type_, nothing, gone["Event"], lost)
        if type_ == "IN_CASE":
            cases = linked.withdrawn["to_id"].combine_chunks().cast(pa.string())
    for label, ids in gone.items():
        writer.withdraw_nodes(label, ids)
    return total, cases


def _report(
    load: int | None,
    request: LoadRequest,
    system: str,
    rows: SourceRows,
    records: EventRecords,
    changed: int | None,
    withdrawn: int,
    *,
    resumed: bool,
) -> LoadReport:
    quarantined = records.refused.num_rows + rows.refused.num_rows
    rows_in = len(rows.numbers) + rows.refused.num_rows + len(rows.empty_numbers)
    loaded = rows_in - quarantined if changed is None else changed
    beside = request.quarantine if quarantined and load is not None else None
    return LoadReport(
        load,
        request.path.name,
        system,
        request.mapping_name,
        resumed,
        rows_in,
        loaded,
        rows_in - loaded - quarantined,
        quarantined,
        withdrawn,
        str(beside) if beside else None,
        rows.remarks,
    )


def _write_quarantine(path: Path | None, rows: SourceRows, records: EventRecords) -> None:
    """Keeps the rows that were set aside: number, reason, text."""
    refused: list[dict[str, Any]] = [*rows.refused.to_pylist(), *records.refused.to_pylist()]
    if path is None or not refused:
        return
    place = {number: i for i, number in enumerate(rows.numbers.to_pylist())}
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["row", "reason", "text"])
        for one in sorted(refused, key=lambda r: r["row"]):
            text = one["text"] or _text_of(rows, place[one["row"]])
            writer.writerow([one["row"], one["reason"], text])


def _text_of(rows: SourceRows, place: int) -> str:
    said = {c.name: c.values[place].as_py() for c in rows.columns}
    return json.dumps({k: v for k, v in said.items() if v is not None}, ensure_ascii=False)
