"""Where everything stands in the sources: file, sheet and row, known before they are written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from demo.cases import Case
from demo.model import Model
from demo.organisations import SYSTEMS
from demo.records import Record

FIRST_CSV_ROW = 2
"""The header is line 1."""
FIRST_SHEET_ROW = 3
"""Row 1 is the title, row 2 the header."""


@dataclass(frozen=True, slots=True)
class Where:
    """A place in the sources; `row` counts from 1, `sheet` is '' in a CSV."""

    file: str
    row: int
    sheet: str = ""


@dataclass(frozen=True)
class Layout:
    """The first row of each case, and the row of each record by its place in the model."""

    cases: dict[str, Where]
    records: list[Where]


def case_file(system: str) -> str:
    """The event file of a system."""
    return f"cases/{system}.csv"


def workbook(catalogue: str) -> str:
    """The workbook of a catalogue."""
    return f"catalogue/{catalogue}.xlsx"


def cases_of(model: Model) -> Iterator[tuple[str, list[Case]]]:
    """System by system, its cases in the order of its file."""
    for system in SYSTEMS:
        yield system, [case for case in model.cases if case.system == system]


def sheets_of(model: Model, catalogue: str) -> list[tuple[str, list[Record]]]:
    """Sheet by sheet, its records in order."""
    held = [r for r in model.records if r.catalogue == catalogue]
    return [(sheet, list(group)) for sheet, group in groupby(held, key=lambda r: r.sheet)]


def layout(model: Model) -> Layout:
    """Counts rows as the writers write them."""
    cases: dict[str, Where] = {}
    for system, held in cases_of(model):
        row = FIRST_CSV_ROW
        for case in held:
            cases[case.id] = Where(case_file(system), row)
            row += len(case.events)
    rows: dict[tuple[str, str], int] = {}
    records = []
    for record in model.records:
        sheet = (record.catalogue, record.sheet)
        rows[sheet] = rows.get(sheet, FIRST_SHEET_ROW - 1) + 1
        records.append(Where(workbook(record.catalogue), rows[sheet], record.sheet))
    return Layout(cases, records)
