"""What an evaluation works on, and what it says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from pydantic import BaseModel, Field, computed_field

from graph.case_records import CaseRecords
from graph.conformance_sentences import Value, mended_by, said
from graph.days import CHINA_OFFSET, day_of
from graph.instants import utc_ms
from graph.standard import ItemStandard
from graph.texts import Texts
from graph.told_case import ToldCase
from graph.working_days import WorkingDays

Part = Literal["registration", "materials", "review", "e_material", "archive"]
Outcome = Literal["fault", "due", "not decidable"]


class Finding(BaseModel):
    """One thing that is wrong, still due, or cannot be decided: what, where, and what would mend it.

    `stage` is the one at which it is to be said, `says` the name of what is said of it, `values` what stands in that
    beside `step`, `field` and `type_id`. No value of a person is in the texts.
    """

    part: Part
    rule: str
    outcome: Outcome
    stage: str
    says: str
    values: dict[str, Value] = Field(default_factory=dict)
    step: str | None = None
    field: str | None = None
    type_id: str | None = None
    event_id: str | None = None
    material_id: str | None = None

    @computed_field  # type: ignore[prop-decorator]
    @property
    def text(self) -> Texts:
        """What is wrong, due or not known."""
        return said(self.says, self._told())

    @computed_field  # type: ignore[prop-decorator]
    @property
    def mend(self) -> Texts | None:
        """What would mend it; null where nothing would."""
        return mended_by(self.says, self._told())

    def _told(self) -> dict[str, Value | None]:
        return {"step": self.step, "field": self.field, "type_id": self.type_id, **self.values}


@dataclass(frozen=True)
class CaseUnder:
    """A case under a standard; `types` are the days of validity of each type (null:
    unlimited), `today` the day (since 1970) on which it is looked at."""

    case: ToldCase
    records: CaseRecords
    standard: ItemStandard
    types: Mapping[str, int | None]
    calendar: WorkingDays
    today: int

    @property
    def closed(self) -> bool:
        """Whether the case is completed."""
        return self.case.status == "closed"

    @property
    def lacking(self) -> Outcome:
        """What it is when something is not there: a fault of a completed case, due in an open one."""
        return {"closed": "fault", "open": "due"}.get(self.case.status, "not decidable")  # type: ignore[return-value]

    @cached_property
    def accepted_day(self) -> int | None:
        """The day (since 1970, in China) of acceptance, or else of the first event."""
        at = self.case.accepted_at or self.case.opened_at
        return None if at is None else day_of(utc_ms(at), CHINA_OFFSET)
