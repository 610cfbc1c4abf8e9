"""What figures of processes are asked for: of which cases, and which cases of a figure."""

from __future__ import annotations

import re
from typing import Literal
from urllib.parse import urlencode

from pydantic import BaseModel

from graph.errors import UsageError

By = Literal["item", "unit", "region", "month"]
FigureName = Literal[
    "cases",
    "closed",
    "open",
    "assumed",
    "left_out",
    "cycle",
    "span",
    "rework",
    "first_time_right",
    "deviating",
    "finding",
    "stage",
    "opened",
    "ended",
    "backlog",
    "variant",
    "activity",
    "start",
    "end",
    "step",
]
CASES_ROUTE = "/metrics/cases"
_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")


class ProcessFilter(BaseModel):
    """Of which cases: of an item, in which a unit (id or name) took part, of a region, opened from one month to
    another (such as 2024-06, in China, both included), without an item, unit, region or month of opening."""

    item: str | None = None
    unit: str | None = None
    region: str | None = None
    from_month: str | None = None
    to_month: str | None = None
    without: tuple[By, ...] = ()


class CasesOf(BaseModel):
    """The cases of a figure. `key` is the rule, stage, month, variant or activity that it is of, null for no stage or
    activity; `then` is the second activity of a step."""

    figure: FigureName = "cases"
    key: str | None = None
    then: str | None = None


def cases_at(wanted: ProcessFilter, asked: CasesOf) -> str:
    """The query of the API, below /api/v1, that lists the cases of a figure."""
    given = {**wanted.model_dump(exclude_none=True), **asked.model_dump(exclude_none=True)}
    return f"{CASES_ROUTE}?{urlencode(given, doseq=True)}"


def group_filter(wanted: ProcessFilter, by: By | None, key: str | None) -> ProcessFilter:
    """The filter of the cases of a group."""
    if by is None:
        return wanted
    if key is None:
        return wanted.model_copy(update={"without": (*wanted.without, by)})
    names = ("from_month", "to_month") if by == "month" else (by,)
    return wanted.model_copy(update=dict.fromkeys(names, key))


def month_of(text: str) -> int:
    """A month such as 2024-06, since January 1970. Raises UsageError where it is none."""
    found = _MONTH.fullmatch(text)
    if not found:
        raise UsageError("'{text}' is no month.", "Write it as 2024-06.", text=text)
    return (int(found[1]) - 1970) * 12 + int(found[2]) - 1


def key_of(asked: CasesOf) -> str:
    """The key of a figure that cannot be without. Raises UsageError where there is none."""
    if asked.key is None:
        raise UsageError(
            "The figure '{figure}' has several cases: of which is not said.", "Give its key.", figure=asked.figure
        )
    return asked.key
