"""What a case is: its events, the materials received, and what the registration said of its applicant."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from demo.organisations import Organisation, Staff
from demo.people import Person
from demo.reference import Form, Item, Kind

RETURNED = "退件"
DONE = "办结"
SUPPLEMENTS = ("补正告知", "补正材料收讫")
"""What is asked for and comes later."""


@dataclass(frozen=True, slots=True)
class Submission:
    """A record received in a case. `kind` is None where no item asks for a record of that title."""

    key: str
    kind: Kind | None
    title: str
    dated: date
    form: Form
    medium: str
    valid_until: date | None

    def is_valid(self, day: date) -> bool:
        """By its own date, or else by the validity of its kind, or else without limit."""
        if self.valid_until is not None:
            return self.valid_until >= day
        if self.kind is None or self.kind.validity_days is None:
            return True
        return self.dated + timedelta(days=self.kind.validity_days) >= day


@dataclass(frozen=True, slots=True)
class Product:
    """A record that the centre made in a case; class and retention are '' where its item has none."""

    key: str
    title: str
    dated: date
    class_no: str
    retention: str


@dataclass(frozen=True, slots=True)
class Event:
    """One thing done in a case. `staff` is None where the source names nobody.

    `entered_after` is how long after it was done it was entered; `dated` is false where no source says when it was.
    """

    key: str
    activity: str
    stage: str
    at: datetime
    staff: Staff | None
    role: str
    unit: str
    outcome: str
    received: tuple[Submission, ...] = ()
    produced: tuple[Product, ...] = ()
    entered_after: timedelta = timedelta(0)
    dated: bool = True


@dataclass(frozen=True, slots=True)
class Registration:
    """What a row says of the applicant, as it is written there; '' where it says nothing.

    `fields` are those that the item registers beside the others, in its order.
    """

    number: str
    key: str
    name: str
    birth_date: date | None
    gender: str
    education: str
    fields: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Case:
    """One run of an item. `applicant` is who applied in truth, `registration` what was written of them.

    `decided` and `paid` are amounts in fen, `matter` is the number of what several cases are about, '' for none.
    """

    id: str
    item: Item
    applicant: Person | Organisation
    employer: Organisation | None
    accepted: datetime
    region: str
    channel: str
    registration: Registration
    events: tuple[Event, ...]
    decided: int | None = None
    paid: int | None = None
    matter: str = ""

    @property
    def system(self) -> str:
        return self.item.system

    @property
    def materials(self) -> tuple[Submission, ...]:
        return tuple(material for event in self.events for material in event.received)

    @property
    def of_person(self) -> bool:
        return isinstance(self.applicant, Person)

    @property
    def outcome(self) -> str:
        """Done, returned, or '' where it is still open."""
        last = self.events[-1]
        return last.outcome if last.stage == "completion" else ""

    def first(self, stage: str) -> int | None:
        """The place of the first event of the stage."""
        return next((n for n, event in enumerate(self.events) if event.stage == stage), None)
