"""Samples of cases for an audit: random by a stated seed or by risk, stratified, with the frame they were drawn from.

Nothing depends on a library's random numbers, so that anyone can draw the same sample again: docs/evidence.md has
the algorithm.
"""

from __future__ import annotations

import hashlib
import heapq
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Literal

import pyarrow as pa
import pyarrow.compute as pc
from pydantic import BaseModel

from graph import clock
from graph.audit.risk import CaseRisk, risks, weights_of
from graph.audit.run import WHOLE, runs
from graph.canonical import canonical
from graph.days import CHINA_OFFSET
from graph.errors import UsageError
from graph.store import Store
from graph.viewer import Viewer

ALGORITHM = "sha256-lowest/largest-remainder v1"
BY_RISK = "highest-risk,sha256-lowest/largest-remainder v1"
By = Literal["item", "unit", "month"]
STRATA: tuple[By, ...] = ("item", "unit", "month")
Key = tuple[str | None, ...]


class SampleRequest(BaseModel):
    """What to draw: `size` cases by `seed`, from those of an item, handled first by a unit (id or name), opened from
    `from_at` on and before `to_at` (epoch ms), in strata by `by`.

    With `weights` (by severity or rule, `graph.audit.risk`) those of the highest risk, and by seed where it is equal.
    """

    size: int
    seed: str
    item: str | None = None
    unit: str | None = None
    from_at: int | None = None
    to_at: int | None = None
    by: tuple[By, ...] = ()
    weights: dict[str, int] | None = None


class FrameCase(BaseModel):
    """A case of the frame: its item, the unit of its first event that has one, the month (in China) it was opened."""

    id: str
    item: str | None
    unit: str | None
    month: str | None


class Stratum(BaseModel):
    """A stratum: the values that its cases share, how many the frame has, how many were drawn."""

    item: str | None = None
    unit: str | None = None
    month: str | None = None
    cases: int
    drawn: int


class Sample(BaseModel):
    """A sample and what it was drawn from; `frame` is null where it was not asked for.

    `risk` is that of each case drawn, the highest first, `audited_load` what the findings stand for; both are null in
    a random sample.
    """

    algorithm: str
    request: SampleRequest
    as_of_load: int
    open_load: int | None
    frame_cases: int
    frame_digest: str
    strata: list[Stratum]
    cases: list[FrameCase]
    frame: list[FrameCase] | None
    audited_load: int | None = None
    risk: list[CaseRisk] | None = None


def sample(store: Store, viewer: Viewer, wanted: SampleRequest, *, with_frame: bool = False) -> Sample:
    """Draws a sample of the last done load. Raises UsageError where nothing can be drawn as `wanted` says."""
    viewer.require_whole_archive()
    if wanted.size < 1:
        raise UsageError(f"A sample cannot have {wanted.size} cases.", "Give a size of at least 1.")
    if len(set(wanted.by)) != len(wanted.by):
        raise UsageError("A sample is stratified twice by the same.", f"Name each of {', '.join(STRATA)} once.")
    load, frame, open_load = 0, [], None
    risk_of: Mapping[str, CaseRisk] = {}
    weights = None if wanted.weights is None else weights_of(wanted.weights)
    audited = _audited(store) if weights is not None else None
    if store.exists():
        asked = wanted.model_dump(include={"item", "unit", "from_at", "to_at"})
        load, (rows, risk_of) = clock.standing(
            store,
            lambda load: (
                store.read("audit/sample_frame", **asked, load=load),
                {} if weights is None else risks(store, load, weights),
            ),
        )
        frame = _frame(rows)
        open_load = next((one.number for one in clock.loads(store) if one.state == "open"), None)
    strata, drawn = draw(frame, wanted, {id_: one.score for id_, one in risk_of.items()})
    return Sample(
        algorithm=ALGORITHM if weights is None else BY_RISK,
        request=wanted.model_copy(update={"weights": weights}),
        as_of_load=load,
        open_load=open_load,
        frame_cases=len(frame),
        frame_digest=frame_digest(frame),
        strata=strata,
        cases=drawn,
        frame=frame if with_frame else None,
        audited_load=audited,
        risk=None if weights is None else _risk_of(drawn, risk_of),
    )


def _audited(store: Store) -> int:
    """The load that the findings stand for. Raises UsageError where there was no audit of everything."""
    last = next((run for run in runs(store) if run.source == WHOLE), None)
    if last is None:
        raise UsageError("There are no findings to tell the risk of cases.", "Run `dossier audit` first.")
    return last.upto


def _risk_of(drawn: Sequence[FrameCase], risk_of: Mapping[str, CaseRisk]) -> list[CaseRisk]:
    found = [risk_of.get(case.id) or CaseRisk(id=case.id, score=0, rules=[]) for case in drawn]
    return sorted(found, key=lambda one: (-one.score, one.id))


def _frame(rows: Sequence[tuple[str, str | None, str | None, int | None]]) -> list[FrameCase]:
    opened = pa.array([None if row[3] is None else row[3] + 1000 * CHINA_OFFSET for row in rows], pa.timestamp("ms"))
    months = pc.strftime(opened, "%Y-%m").to_pylist()
    return [
        FrameCase.model_construct(id=id_, item=item, unit=unit, month=month)
        for (id_, item, unit, _), month in zip(rows, months, strict=True)
    ]


def frame_digest(frame: Sequence[FrameCase]) -> str:
    """SHA-256 over one line for each case in the order of ids: canonical JSON of [id, item, unit, month]."""
    digest = hashlib.sha256()
    for case in frame:
        digest.update(f"{canonical([case.id, case.item, case.unit, case.month])}\n".encode())
    return digest.hexdigest()


def draw(
    frame: Sequence[FrameCase], wanted: SampleRequest, scores: Mapping[str, int] | None = None
) -> tuple[list[Stratum], list[FrameCase]]:
    """The strata in order, and the cases drawn in the order of ids: of each stratum those with the highest of
    `scores` (0 where none is given), among equal ones those that the seed ranks first."""
    score = scores or {}
    members: dict[Key, list[FrameCase]] = defaultdict(list)
    for case in frame:
        members[tuple(getattr(case, name) for name in wanted.by)].append(case)
    counts = {key: len(members[key]) for key in sorted(members, key=_sorted_last)}
    shares = allocation(counts, wanted.size, wanted.seed)
    drawn = [
        case
        for key, share in shares.items()
        for case in heapq.nsmallest(
            share, members[key], key=lambda one: (-score.get(one.id, 0), rank(wanted.seed, one.id), one.id)
        )
    ]
    strata = [
        Stratum(**dict(zip(wanted.by, key, strict=True)), cases=count, drawn=shares[key])
        for key, count in counts.items()
    ]
    return strata, sorted(drawn, key=lambda one: one.id)


def allocation(counts: Mapping[Key, int], size: int, seed: str) -> dict[Key, int]:
    """How many to draw of each stratum: in proportion, the largest remainders first, each at least one where `size`
    allows it; what is then too much comes from those that are furthest above their share. Ties go by rank."""
    total = sum(counts.values())
    if size >= total:
        return dict(counts)
    order = {key: rank(seed, canonical(list(key))) for key in counts}
    shares = {key: size * count // total for key, count in counts.items()}
    by_remainder = sorted(counts, key=lambda key: (-(size * counts[key] % total), order[key]))
    for key in by_remainder[: size - sum(shares.values())]:
        shares[key] += 1
    if size < len(counts):
        return shares
    donors = [(size * counts[key] - share * total, order[key], key) for key, share in shares.items() if share > 1]
    heapq.heapify(donors)
    for key in sorted((key for key, share in shares.items() if not share), key=lambda key: order[key]):
        below, place, donor = heapq.heappop(donors)
        shares[key], shares[donor] = 1, shares[donor] - 1
        if shares[donor] > 1:
            heapq.heappush(donors, (below + total, place, donor))
    return shares


def rank(seed: str, text: str) -> str:
    """By what a seed orders: the lowest is drawn first."""
    return hashlib.sha256(f"{seed}\n{text}".encode()).hexdigest()


def _sorted_last(key: Key) -> list[tuple[bool, str]]:
    """Sorts what is null behind the rest."""
    return [(value is None, value or "") for value in key]
