"""All planted deviations as the sources of a centre, and the truth about them."""

from __future__ import annotations

import csv
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from tests.planted import of_people, of_records, of_standards, of_steps, of_time
from tests.planted.sources import Book, Planted

RULES = """\
rules:
  late: {parameters: {items: {补卡: 20}}}
  slow-step: {parameters: {pairs: [{start: 受理, end: 踏勘, days: 3}]}}
  material-missing: {parameters: {required: [{titles: [申请表, 登记表], items: [待遇申领]}]}}
  unusual-step: {parameters: {share: 0.015, least: 200}}
"""


@dataclass(frozen=True)
class PlantedArchive:
    """The files that were written, in the order in which they are loaded, and what is planted in them."""

    sources: tuple[tuple[Path, Path], ...]
    staff: tuple[dict[str, str], ...]
    standards: Path
    rules: Path
    planted: frozenset[Planted]
    decoys: Counter[str]


def write(folder: Path) -> PlantedArchive:
    """Writes the sources into a folder."""
    hall, old, permit = Book("hall"), Book("old"), Book("permit")
    for plant in (of_steps.missing, of_steps.order, of_steps.repeated, of_steps.unusual):
        plant(hall)
    for plant in (of_time.late, of_time.fast, of_time.in_bulk, of_time.hours, of_time.entered):
        plant(hall)
    for plant in (of_people.four_eyes, of_people.duties, of_people.actors, of_people.regions):
        plant(hall)
    staff = of_people.staff(hall)
    of_records.materials(hall)
    of_records.amounts(hall)
    of_time.never_closed(old)
    permits = of_standards.Permits(permit)
    for plant_permits in (
        of_standards.fields, of_standards.materials, of_standards.review, of_standards.limits, of_standards.kept
    ):  # fmt: skip
        plant_permits(permits)
    books = (hall, old, permit)
    sources = (*(book.save(folder) for book in books), permits.save(folder))
    with (folder / "staff.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, of_people.STAFF_COLUMNS)
        writer.writeheader()
        writer.writerows(staff)
    rules = folder / "rules.yaml"
    rules.write_text(RULES, encoding="utf-8")
    planted = frozenset(one for book in books for one in book.planted)
    decoys = sum((book.decoys for book in books), Counter[str]())
    return PlantedArchive(sources, tuple(staff), folder / "standards", rules, planted, decoys)
