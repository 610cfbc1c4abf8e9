"""The work list: what could not be filed, why, and what would mend it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import pandas as pd
from pydantic import BaseModel

from graph.filing import loose

SHELF_FULL = "no shelf has room"

# Of each reason: what it says, and what to do. `{detail}` is the check, record or volume that it names.
SAID = {
    loose.CHECK_FAILED: ("the check {detail} failed when it was last checked", "Mend the record and check it again."),
    loose.NO_STANDARD: (
        "no standard of the case's item was in force when it was accepted",
        "Load a standard for it (`dossier standards load`), or put the case's item right.",
    ),
    loose.NO_ARCHIVE_RULE: ("the standard has no part `archive`", "Add it to the standard from a source."),
    loose.NO_CLASS: ("its class is not known", "State its class."),
    loose.NO_RETENTION: ("how long it is kept is neither 永久 nor a number of years", "State its retention."),
    loose.NO_VOLUME_RULE: (
        "neither the standard nor the arrangement says what makes a volume",
        "Add `volume_rule` to one of them.",
    ),
    loose.NO_MEDIUM: (
        "nothing says whether it is on paper or electronic",
        "State its medium, or `medium_if_unstated` in the arrangement.",
    ),
    loose.NO_PERSON: ("volumes go by person, and it names none", "State whom it is about."),
    loose.SEVERAL_PERSONS: ("volumes go by person, and it names several", "File it by hand (`dossier decide move`)."),
    loose.NO_YEAR: ("its year is not known", "State its date."),
    loose.NUMBER_TAKEN: ("another record has its place in {detail}", "Put one of the two 档号 right."),
    loose.CASE_WAITS: ("{detail} of the same case has to wait", "See to that record; the case is filed as a whole."),
    SHELF_FULL: ("no shelf of the house has room for it", "Add shelves or a room to the arrangement."),
}


class WorkItem(BaseModel):
    """A record or box that has to wait; `case` is the one that left the record."""

    label: str
    id: str
    case: str | None
    reason: str
    says: str
    mend: str


class ReasonCount(BaseModel):
    """How many records or boxes wait for one reason."""

    reason: str
    count: int


def work_items(records: pd.DataFrame, boxes: Iterable[str] = ()) -> list[WorkItem]:
    """Those of `records` (loose.COLUMNS) with a reason, by case and id, and `boxes` without a shelf."""
    waiting = records[records["reason"].notna()]
    shown = waiting[["material_id", "case_id", "reason", "detail"]].sort_values(["case_id", "material_id"])
    found = [
        _item("Material", id_, case if isinstance(case, str) else None, reason, detail)
        for id_, case, reason, detail in shown.itertuples(index=False, name=None)
    ]
    return [*found, *(_item("Box", id_, None, SHELF_FULL, None) for id_ in boxes)]


def reasons(items: Iterable[WorkItem]) -> list[ReasonCount]:
    """How many wait for each reason, most first."""
    counted = Counter(item.reason for item in items)
    ordered = sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))
    return [ReasonCount(reason=reason, count=count) for reason, count in ordered]


def _item(label: str, id_: str, case: str | None, reason: str, detail: object) -> WorkItem:
    says, mend = SAID[reason]
    return WorkItem(label=label, id=id_, case=case, reason=reason, says=says.format(detail=detail), mend=mend)
