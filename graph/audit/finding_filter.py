"""Which findings a list or a count of findings is asked for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal

from pydantic import BaseModel

State = Literal["open", "accepted"]


class FindingFilter(BaseModel):
    """What to list; `case` and `item` are ids, `unit` an id or name, `from_at` and `to_at` epoch milliseconds.

    Unit and time are those of the events found; of a finding about no event those of its case (any unit of it, and
    when it was opened). `item`, `unit`, `from_at` and `to_at` leave out what is about no case, such as an actor.
    """

    rule: str | None = None
    severity: str | None = None
    category: str | None = None
    case: str | None = None
    item: str | None = None
    unit: str | None = None
    from_at: int | None = None
    to_at: int | None = None
    state: State | None = None

    def parameters(self, accepted: Iterable[str] = ()) -> dict[str, Any]:
        """The parameters of the queries, of which `accepted` are the findings that are accepted."""
        return {**self.model_dump(), "accepted": sorted(accepted)}
