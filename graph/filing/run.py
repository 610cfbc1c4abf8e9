"""Filing and arranging: planned on what the last done load left, written as a load of its own."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pandas as pd
from pydantic import BaseModel

from graph import clock
from graph.clock import SourceOfLoad, loading, now_ms
from graph.cursors import cursor as cursor_of
from graph.cursors import position
from graph.errors import LoadOpen, NotFound, UsageError
from graph.filing.arrangement import Arrangement, arrangement
from graph.filing.boxes import into_boxes, onto_shelves, unshelved
from graph.filing.loose import of_cases, uncased
from graph.filing.volumes import into_volumes, stored_volumes
from graph.filing.work_list import ReasonCount, WorkItem, reasons, work_items
from graph.filing.written import Filing, write_filing
from graph.settings import Settings
from graph.store import Store
from graph.viewer import LOCAL_OPERATOR, Viewer

_WHO = "system"
# Another load may be done while a filing is planned; then it is planned again.
_ATTEMPTS = 3
_MANY = 5000
Progress = Callable[[str], None]


class FilingReport(BaseModel):
    """What a filing did. `load` is its own, null where there was nothing to file; `waiting` counts what could not
    be filed, by reason: `work_list` says it one by one."""

    load: int | None
    decision: str | None
    as_of_load: int
    cases: int
    records: int
    volumes: int
    new_volumes: int
    boxes: int
    new_boxes: int
    shelved: int
    waiting: list[ReasonCount]


class WorkList(BaseModel):
    """A page of what could not be filed; `next` is the cursor of the following one, `counts` are of all."""

    items: list[WorkItem]
    counts: list[ReasonCount]
    next: str | None
    as_of_load: int


@dataclass(frozen=True)
class _Planned:
    filing: Filing
    records: pd.DataFrame
    waiting: list[WorkItem]


def file_cases(
    store: Store,
    settings: Settings,
    viewer: Viewer,
    cases: Sequence[str] | None = None,
    progress: Progress = lambda _: None,
) -> FilingReport:
    """Files the records of completed cases, of all or of some, that are in no volume yet.

    Raises UsageError without an arrangement, NotFound for an empty archive or a case that is not there, LoadOpen
    where other loads are open.
    """
    if cases is not None:
        _require_cases(store, cases)
    return _run(
        store, settings, viewer, progress, "the records of completed cases",
        lambda load, house: _plan_cases(store, load, house, cases),
    )  # fmt: skip


def _require_cases(store: Store, cases: Sequence[str]) -> None:
    known = {row["id"] for row in store.contents("Case", cases, ["load"])} if store.exists() else set()
    unknown = [case for case in cases if case not in known]
    if unknown:
        raise NotFound(f"There is no case '{unknown[0]}'.", "`dossier cases` lists them.")


def file_completed(store: Store, settings: Settings, cases: Sequence[str]) -> list[str]:
    """Files what a load has completed of some cases, with no further act; gives sentences for its report.

    Does nothing without an arrangement. Where another load is open the cases wait for the next filing.
    """
    if settings.arrangement is None or not cases:
        return []
    # Asking for so many keys costs more than looking at all completed cases.
    chosen = list(cases) if len(cases) <= _MANY else None
    try:
        report = file_cases(store, settings, LOCAL_OPERATOR, chosen)
    except LoadOpen as error:
        return [f"The completed cases are not filed yet: {error} `dossier file` does it."]
    said = []
    if report.load is not None:
        said.append(
            f"Filed in load {report.load}: {report.records:,} records of {report.cases:,} completed cases, in "
            f"{report.volumes:,} volumes."
        )
    if report.waiting:
        reasons_ = ", ".join(f"{one.reason} {one.count:,}" for one in report.waiting)
        said.append(f"Not filed: {reasons_}; `dossier file --list` says what would mend it.")
    return said


def arrange(store: Store, settings: Settings, viewer: Viewer, progress: Progress = lambda _: None) -> FilingReport:
    """Files what no case left: catalogued records without a volume, volumes without a box, boxes without a shelf.

    Raises as `file_cases` does.
    """
    return _run(
        store, settings, viewer, progress, "what the catalogue holds",
        lambda load, house: _plan_rest(store, load, house, progress),
    )  # fmt: skip


def work_list(
    store: Store, settings: Settings, viewer: Viewer, *, limit: int = 50, cursor: str | None = None
) -> WorkList:
    """What could not be filed, with the reason of each: records by case and id, then boxes.

    Raises UsageError for a cursor that is none, or without an arrangement.
    """
    viewer.require_whole_archive()
    (skip,) = position(cursor, "work list", "count")
    load, items = clock.standing(store, lambda load: _waiting(store, settings, load))
    start = skip or 0
    following = cursor_of(start + limit) if len(items) > start + limit else None
    return WorkList(items=items[start : start + limit], counts=reasons(items), next=following, as_of_load=load)


def _waiting(store: Store, settings: Settings, load: int) -> list[WorkItem]:
    house = require_arrangement(settings)
    if load == 0:
        return []
    found = of_cases(store, load, house)
    into_volumes(store, load, house, found)
    rest = uncased(store, load, house)
    into_volumes(store, load, house, rest)
    boxes = unshelved(store, load)
    full = onto_shelves(store, load, house, boxes).left
    return [*work_items(found), *work_items(rest), *work_items(found.iloc[:0], full)]


def require_arrangement(settings: Settings) -> Arrangement:
    """The arrangement of the house. Raises UsageError where the settings name none."""
    house = arrangement(settings)
    if house is None:
        raise UsageError(
            "Nothing says how the house files: fonds, boxes, shelves and rooms.",
            "Set DOSSIER_ARRANGEMENT to a file; docs/filing.md shows one.",
        )
    return house


def _run(
    store: Store,
    settings: Settings,
    viewer: Viewer,
    progress: Progress,
    of: str,
    plan: Callable[[int, Arrangement], _Planned],
) -> FilingReport:
    viewer.require_whole_archive()
    for _ in range(_ATTEMPTS):
        load = clock.last_done(store)
        if load == 0:
            raise NotFound("The archive is empty: there is nothing to file.", "Load something first.")
        house = require_arrangement(settings)
        progress("planning")
        planned = plan(load, house)
        if planned.filing.empty:
            return _report(planned, load, None, None)
        progress("writing")
        report = _written(store, settings, house, planned, load, of)
        if report is not None:
            return report
    raise LoadOpen("Other loads were done during the filing; nothing was filed.", "File again: `dossier file`.")


def _written(
    store: Store, settings: Settings, house: Arrangement, planned: _Planned, load: int, of: str
) -> FilingReport | None:
    """Writes what was planned; None where another load was done meanwhile, so that it has to be planned again."""
    with loading(store, settings, _source(planned, load)) as (opened, writer):
        if clock.last_done(store) != load:
            writer.close()
            clock.give_up(store, opened)
            return None
        versions = sorted({v for v in planned.records["version_id"] if isinstance(v, str)})
        what = {"arrangement": house.digest, "standards": versions, "records": len(planned.filing.volumes.records)}
        why = f"{of}, by the standards of their items and the arrangement of the house"
        decision = write_filing(writer, planned.filing, _WHO, why, what)
        counts = dict.fromkeys(("rows_in", "unchanged", "quarantined", "withdrawn"), 0)
        writer.commit({**counts, "loaded": planned.filing.links, "now": now_ms()})
    return _report(planned, load, opened.number, decision)


def _plan_cases(store: Store, load: int, house: Arrangement, cases: Sequence[str] | None) -> _Planned:
    records = of_cases(store, load, house, cases)
    volumes = into_volumes(store, load, house, records)
    boxes = into_boxes(store, load, house, volumes.touched)
    shelves = onto_shelves(store, load, house, boxes.made)
    return _Planned(
        filing=Filing(volumes, boxes, shelves), records=records, waiting=work_items(records, shelves.left)
    )


def _plan_rest(store: Store, load: int, house: Arrangement, progress: Progress) -> _Planned:
    records = uncased(store, load, house)
    progress("volumes")
    volumes = into_volumes(store, load, house, records)
    old = stored_volumes(store, load, house, None)
    old = old[~old["volume_id"].isin(volumes.touched["volume_id"])].assign(series=None)
    progress("boxes")
    boxes = into_boxes(store, load, house, pd.concat([volumes.touched, old], ignore_index=True))
    progress("shelves")
    waiting = pd.concat([unshelved(store, load), boxes.made[["id", "code", "kind"]]], ignore_index=True)
    shelves = onto_shelves(store, load, house, waiting)
    return _Planned(
        filing=Filing(volumes, boxes, shelves), records=records, waiting=work_items(records, shelves.left)
    )


def _source(planned: _Planned, load: int) -> SourceOfLoad:
    """The same filing taken up again after its process has ended is the same load."""
    seen = hashlib.sha256(str(load).encode())
    for frame in (planned.filing.volumes.records, planned.filing.boxes.volumes, planned.filing.shelves.boxes):
        seen.update(frame.to_csv(index=False).encode())
    return SourceOfLoad("filing", "", seen.hexdigest(), "filing", "", "append", None)


def _report(planned: _Planned, as_of: int, load: int | None, decision: str | None) -> FilingReport:
    filing = planned.filing
    filed = planned.records[planned.records["reason"].isna()]
    return FilingReport(
        load=load,
        decision=decision,
        as_of_load=as_of,
        cases=filed["case_id"].nunique(),
        records=len(filing.volumes.records),
        volumes=filing.volumes.records["volume_id"].nunique(),
        new_volumes=len(filing.volumes.made),
        boxes=filing.boxes.volumes["box_id"].nunique(),
        new_boxes=len(filing.boxes.made),
        shelved=len(filing.shelves.boxes),
        waiting=reasons(planned.waiting),
    )
