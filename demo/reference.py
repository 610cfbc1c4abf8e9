"""The tables of demo/data: service items, their fields, materials and steps, kinds of material, names, regions."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Literal

Form = Literal["original", "copy", "e-licence"]
_DATA = Path(__file__).parent / "data"


@dataclass(frozen=True)
class Kind:
    """A kind of material. `validity_days` count from a record's date; None means without limit.

    `type` is the id that standards give it; `own_validity_days` is how long the papers made here are valid by
    their own date.
    """

    name: str
    type: str
    validity_days: int | None
    own_validity_days: int | None
    e_licence: bool
    source: str

    @property
    def for_one_case(self) -> bool:
        """Whether it is signed for one case only, as application forms are."""
        return self.validity_days == 0


@dataclass(frozen=True)
class Requirement:
    """A material of an item. `form`: `original` needs an original or an e-licence, `copy` accepts any.

    `as_written` is how the guide calls it, `title` how a record of it is registered; `until` is the last day on
    which it was asked for.
    """

    kind: Kind
    as_written: str
    title: str
    required: bool
    form: Literal["original", "copy"]
    condition: str
    until: date | None
    source: str

    def is_asked(self, day: date) -> bool:
        """Whether the item always asks for it on that day."""
        return self.required and self.in_force(day)

    def in_force(self, day: date) -> bool:
        """Whether the item asks for it on that day, always or on its condition."""
        return self.until is None or day <= self.until


@dataclass(frozen=True)
class Step:
    """A step of an item: working days after the step before, or in the month after it. `produces` is the record that
    it makes, '' for none."""

    activity: str
    stage: str
    role: str
    days_from: int
    days_to: int
    next_month: bool
    produces: str
    source: str


@dataclass(frozen=True)
class Item:
    """A service item. `amounts` are the least and greatest amount in fen, None where nothing is paid; `fields` what
    it registers of an applicant beside number, name, birth date and gender."""

    code: str
    name: str
    region: str
    life_stage: str
    system: str
    valid_from: date
    applicant: Literal["person", "organisation"]
    limit_days: int | None
    limit_kind: str
    business_class: str
    retention: str
    amounts: tuple[int, int] | None
    source: str
    fields: tuple[str, ...]
    requirements: tuple[Requirement, ...]
    steps: tuple[Step, ...]

    @property
    def has_time_for_supplements(self) -> bool:
        return self.limit_days is None or self.limit_days >= 30


@dataclass(frozen=True)
class DossierTitle:
    """A usual record of a personnel dossier; `percent` of people have one, made at an age in the range."""

    class_no: str
    title: str
    pages: int
    age_from: int
    age_to: int
    percent: int


@dataclass(frozen=True)
class Weighted:
    """Texts with how often each is to be drawn."""

    texts: tuple[str, ...]
    weights: tuple[int, ...]


@dataclass(frozen=True)
class Region:
    """A region by its code of GB/T 2260; `served` where the centre has counters there."""

    code: str
    name: str
    served: bool


def _rows(name: str) -> list[dict[str, str]]:
    with (_DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _number(text: str) -> int | None:
    return int(text) if text else None


@cache
def kinds() -> dict[str, Kind]:
    """The kinds of material by name."""
    return {
        row["kind"]: Kind(
            row["kind"],
            row["type"],
            _number(row["validity_days"]),
            _number(row["own_validity_days"]),
            row["e_licence"] == "true",
            row["validity_source"],
        )
        for row in _rows("kinds.csv")
    }


def _requirements(item: str) -> tuple[Requirement, ...]:
    return tuple(
        Requirement(
            kinds()[row["kind"]],
            row["material_name"],
            row["title"],
            row["required"] == "true",
            "original" if row["form"] == "original" else "copy",
            row["condition"],
            date.fromisoformat(row["until"]) if row["until"] else None,
            row["source"],
        )
        for row in _rows("requirements.csv")
        if row["item"] == item
    )


def _steps(item: str) -> tuple[Step, ...]:
    return tuple(
        Step(
            r["activity"],
            r["stage"],
            r["role"],
            int(r["days_from"]),
            int(r["days_to"]),
            r["next_month"] == "true",
            r["produces"],
            r["source"],
        )
        for r in _rows("steps.csv")
        if r["item"] == item
    )


def _fields(item: str) -> tuple[str, ...]:
    return tuple(row["field"] for row in _rows("registration.csv") if row["item"] == item)


@cache
def items() -> dict[str, Item]:
    """The service items by code."""
    return {row["item"]: _item(row) for row in _rows("items.csv")}


def _item(row: dict[str, str]) -> Item:
    paid = (int(row["amount_from_fen"]), int(row["amount_to_fen"])) if row["amount_from_fen"] else None
    return Item(
        row["item"],
        row["item_name"],
        row["region"],
        row["life_stage"],
        row["system"],
        date.fromisoformat(row["valid_from"]),
        "organisation" if row["applicant"] == "organisation" else "person",
        _number(row["limit_days"]),
        row["limit_kind"],
        row["business_class"],
        row["retention"],
        paid,
        row["source"],
        _fields(row["item"]),
        _requirements(row["item"]),
        _steps(row["item"]),
    )


@cache
def kind_of_title() -> dict[str, Kind]:
    """Which kind a title is: the kind's name and the names by which items ask for it."""
    titles = {kind.name: kind for kind in kinds().values()}
    for item in items().values():
        titles.update({wanted.title: wanted.kind for wanted in item.requirements})
    return titles


@cache
def names(kind: Literal["surname", "male", "female", "rare"]) -> Weighted:
    """Surnames, or given names, by frequency."""
    rows = [row for row in _rows("names.csv") if row["kind"] == kind]
    return Weighted(tuple(r["text"] for r in rows), tuple(int(r["weight"]) for r in rows))


@cache
def regions() -> tuple[Region, ...]:
    """The regions from which people come."""
    return tuple(Region(r["code"], r["name"], r["served"] == "true") for r in _rows("regions.csv"))


@cache
def dossier_titles() -> tuple[DossierTitle, ...]:
    """The usual records of a personnel dossier."""
    return tuple(
        DossierTitle(r["class"], r["title"], int(r["pages"]), int(r["age_from"]), int(r["age_to"]), int(r["percent"]))
        for r in _rows("dossier_titles.csv")
    )
