"""Order, seconds and status of cases: one set of functions for the derivation and for the questions.

Order within a case is (sort_at, seq, id); a case without a stage in any event is neither open nor closed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

PLACED = pa.schema(
    [
        ("case_id", pa.string()),
        ("event_id", pa.string()),
        ("sort_at", pa.int64()),
        ("seq", pa.int64()),
        ("at", pa.int64()),
        ("stage", pa.string()),
    ]
)
_LAST = np.iinfo(np.int64).max
_STAGES = pa.array(["acceptance", "approval", "review", "completion"])
_COMPLETION = 3


@dataclass(frozen=True)
class Ordered:
    """`positions` puts the given events in order, case by case; `cases` and `nexts` are what follows."""

    positions: np.ndarray[tuple[int], np.dtype[np.int64]]
    cases: pa.Table
    nexts: pa.Table


def _integers(column: pa.ChunkedArray, missing: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    filled: np.ndarray[tuple[int], np.dtype[np.int64]] = pc.fill_null(column, missing).to_numpy()
    return filled


def order_events(events: pa.Table, cases: pa.Table) -> Ordered:
    """Orders `events` (case_id, event_id, sort_at, seq, at, stage; ms) of the cases `cases` (id, accepted_at).

    `Ordered.cases` has one row for each of `cases`: id, opened_at, last_at, closed_at (ms), seconds, status,
    events; `Ordered.nexts` one for each pair of consecutive events: from_id, to_id, case_id, seconds.
    """
    code = _integers(pc.index_in(events["case_id"], value_set=cases["id"].combine_chunks()), -1)
    positions = _positions(code, events)
    code = code[positions]
    at = _integers(events["at"], _LAST)[positions]
    stage = _stages(events["stage"])[positions]
    return Ordered(positions, _cases(cases, code, at, stage), _nexts(events, positions, code, at))


def _positions(code: np.ndarray, events: pa.Table) -> np.ndarray:
    sort_at, seq = _integers(events["sort_at"], _LAST), _integers(events["seq"], 0)
    positions = np.lexsort((seq, sort_at, code))
    a, b = positions[:-1], positions[1:]
    ties = (code[a] == code[b]) & (sort_at[a] == sort_at[b]) & (seq[a] == seq[b])
    if ties.any():
        # Ids only break ties, so only the tied runs are sorted by them.
        ids = events["event_id"]
        start = 0
        tied = np.flatnonzero(ties)
        while start < len(tied):
            end = start
            while end + 1 < len(tied) and tied[end + 1] == tied[end] + 1:
                end += 1
            run = slice(tied[start], tied[end] + 2)
            positions[run] = sorted(positions[run], key=lambda i: ids[int(i)].as_py())
            start = end + 1
    return positions


def _nexts(events: pa.Table, positions: np.ndarray, code: np.ndarray, at: np.ndarray) -> pa.Table:
    pairs = np.flatnonzero(code[:-1] == code[1:])
    first, second = at[pairs], at[pairs + 1]
    unknown = (first == _LAST) | (second == _LAST)
    before, after = pa.array(positions[pairs]), pa.array(positions[pairs + 1])
    return pa.table(
        {
            "from_id": events["event_id"].take(before),
            "to_id": events["event_id"].take(after),
            "case_id": events["case_id"].take(before),
            "seconds": pa.array((second - first) / 1000, mask=unknown),
        }
    )


def _cases(cases: pa.Table, code: np.ndarray, at: np.ndarray, stage: np.ndarray) -> pa.Table:
    count = cases.num_rows
    events = np.bincount(code, minlength=count)[:count] if len(code) else np.zeros(count, np.int64)
    first, last = np.full(count, _LAST), np.full(count, -_LAST)
    known = at != _LAST
    np.minimum.at(first, code[known], at[known])
    np.maximum.at(last, code[known], at[known])
    none = first == _LAST
    staged = stage >= 0
    latest = np.full(count, -1)
    latest[code[staged]] = np.flatnonzero(staged)
    completed = stage == _COMPLETION
    closed = np.zeros(count, bool)
    closed[latest >= 0] = completed[latest[latest >= 0]]
    closed_at = np.full(count, _LAST)
    closed_at[closed] = at[latest[closed]]
    status = np.where(latest < 0, "unknown", np.where(closed, "closed", "open"))
    opened = pc.coalesce(cases["accepted_at"], pa.array(first, mask=none))
    return pa.table(
        {
            "id": cases["id"],
            "opened_at": opened,
            "last_at": pa.array(last, mask=none),
            "closed_at": pa.array(closed_at, mask=closed_at == _LAST),
            "seconds": pa.array((last - first) / 1000, mask=none),
            "status": pa.array(status.astype(object), pa.string()),
            "events": pa.array(events.astype(np.int64)),
        }
    )


def _stages(column: pa.ChunkedArray) -> np.ndarray:
    """The place of each stage among `_STAGES`, -1 for another or none."""
    return _integers(pc.index_in(column, value_set=_STAGES), -1)
