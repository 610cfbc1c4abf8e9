"""The batches of digitisation: where each stands, its sample, its records, and what came of each round."""

from __future__ import annotations

from pydantic import BaseModel

from graph import clock
from graph.cursors import cursor as cursor_of
from graph.cursors import position
from graph.digitisation.acts import defective, missing
from graph.digitisation.history import BatchHistory, Defect, Round, State, batch_of, histories
from graph.digitisation.records import BatchRecord, batch_records
from graph.store import Store
from graph.viewer import Viewer


class BatchRound(BaseModel):
    """One sample: drawn by whom, with which seed, of how many records (`frame`); `outcome` is null while it is not
    judged, and then `defective` is what was found so far. `rate` is the share of defective records."""

    round: int
    decision: str
    who: str | None
    at: str | None
    seed: str
    algorithm: str
    frame: int
    frame_digest: str
    sampled: int
    inspected: int
    defective: int
    rate: float
    limit: float | None
    outcome: str | None
    judged_by: str | None
    judged_at: str | None


class BatchRow(BaseModel):
    """A batch: `reworks` counts how often it was returned, `last` is its last round."""

    code: str
    state: State
    decision: str
    who: str | None
    at: str | None
    records: int
    reworks: int
    last: BatchRound | None


class BatchList(BaseModel):
    """All batches, those that were formed last first."""

    items: list[BatchRow]
    as_of_load: int


class SampledRecord(BaseModel):
    """A record of the last sample: as it stands (null where it stands no more), what the archive can tell is wrong,
    and what an inspection found; `inspected` is the decision that says so."""

    id: str
    record: BatchRecord | None
    wrong: list[str]
    inspected: str | None
    who: str | None
    defects: list[Defect]


class Batch(BaseModel):
    """One batch. `pages` are those that its records state, `unpaged` how many state none, `with_copy` how many have a
    file or a record that digitises them with one, `gone` how many stand no more.

    `missing` is what keeps its sample from being complete. `records` is a page of its records by id, `next` the
    cursor of the following one.
    """

    batch: BatchRow
    pages: int
    unpaged: int
    with_copy: int
    gone: int
    rounds: list[BatchRound]
    sample: list[SampledRecord]
    missing: list[str]
    records: list[BatchRecord]
    next: str | None
    as_of_load: int


def batches(store: Store, viewer: Viewer) -> BatchList:
    """All batches."""
    viewer.require_whole_archive()
    load = clock.last_done(store)
    found = sorted(histories(store, load).values(), key=lambda one: one.formed.load, reverse=True)
    return BatchList(items=[_row(store, load, one) for one in found], as_of_load=load)


def batch(store: Store, viewer: Viewer, code: str, *, limit: int = 50, cursor: str | None = None) -> Batch:
    """One batch. Raises NotFound where there is none of that code, UsageError for a cursor that is none."""
    viewer.require_whole_archive()
    (after,) = position(cursor, "records of a batch", "text")
    load = clock.last_done(store)
    one = batch_of(store, load, code)
    records = batch_records(store, load, one.records)
    listed = [records[id_] for id_ in sorted(records) if after is None or id_ > after]
    return Batch(
        batch=_row(store, load, one),
        pages=sum(record.pages or 0 for record in records.values()),
        unpaged=sum(record.pages is None for record in records.values()),
        with_copy=sum(bool(record.files) for record in records.values()),
        gone=len(one.records) - len(records),
        rounds=[_round(store, load, of) for of in one.rounds],
        sample=[_sampled(one.rounds[-1], records, id_) for id_ in one.rounds[-1].sample] if one.rounds else [],
        missing=missing(one.open, records) if one.open else [],
        records=listed[:limit],
        next=cursor_of(listed[limit - 1].id) if len(listed) > limit else None,
        as_of_load=load,
    )


def _row(store: Store, load: int, one: BatchHistory) -> BatchRow:
    return BatchRow(
        code=one.code,
        state=one.state,
        decision=one.formed.id,
        who=one.formed.who,
        at=one.formed.decided_at,
        records=len(one.records),
        reworks=one.reworks,
        last=_round(store, load, one.rounds[-1]) if one.rounds else None,
    )


def _round(store: Store, load: int, of: Round) -> BatchRound:
    """A round that was judged says what was found then, whatever was mended since."""
    what, judged = of.sampled.what, of.judged
    sampled = len(of.sample)
    found = judged.what["defective"] if judged else len(defective(of, batch_records(store, load, of.sample)))
    return BatchRound(
        round=what["round"],
        decision=of.sampled.id,
        who=of.sampled.who,
        at=of.sampled.decided_at,
        sampled=sampled,
        inspected=len(of.found),
        defective=found,
        rate=found / sampled,
        limit=float(judged.what["limit"]) if judged else None,
        outcome=judged.what["outcome"] if judged else None,
        judged_by=judged.who if judged else None,
        judged_at=judged.decided_at if judged else None,
        **{name: what[name] for name in ("seed", "algorithm", "frame", "frame_digest")},
    )


def _sampled(of: Round, records: dict[str, BatchRecord], id_: str) -> SampledRecord:
    record, by = records.get(id_), of.by.get(id_)
    return SampledRecord(
        id=id_,
        record=record,
        wrong=record.wrong if record else [],
        inspected=by.id if by else None,
        who=by.who if by else None,
        defects=of.found.get(id_, []),
    )
