"""The tables of published guides: what items ask for, and their steps, row by row with the line."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from graph.errors import InvalidStandard

ITEM_COLUMNS = (
    "item_name",
    "material_name",
    "required",
    "copies_form",
    "source_url",
    "material_norm",
    "region",
    "time_limit",
)
STEP_COLUMNS = ("item_name", "region", "seq", "step", "actor", "time_or_note", "source_url")
_REMEDY = "docs/standards.md names the columns."


@dataclass(frozen=True)
class GuideRow:
    """One row: its cells by column, without blanks around them, and where it stands."""

    file: str
    line: int
    cells: dict[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells[column]

    @property
    def item(self) -> tuple[str, str]:
        """The name and region of its item."""
        return self["item_name"], self["region"]


def read_guide(path: Path, columns: tuple[str, ...]) -> list[GuideRow]:
    """The rows of a table. Raises InvalidStandard with file and line for one that is none."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return list(_rows(path, csv.reader(file, strict=True), columns))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InvalidStandard(f"The table {path} cannot be read: {error}.", "Give a CSV file in UTF-8.") from error


def _rows(path: Path, reader: Any, columns: tuple[str, ...]) -> Iterator[GuideRow]:
    header = [name.strip() for name in next(reader, [])]
    missing = [name for name in columns if name not in header]
    if missing:
        raise InvalidStandard(f"{path}, line 1: there is no column {', '.join(missing)}.", _REMEDY)
    line = reader.line_num + 1
    for cells in reader:
        at, line = line, reader.line_num + 1
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(header):
            raise InvalidStandard(f"{path}, line {at}: {len(cells)} cells under {len(header)} columns.", _REMEDY)
        row = GuideRow(path.name, at, {name: cell.strip() for name, cell in zip(header, cells, strict=True)})
        if not row["item_name"] or not row["region"]:
            raise InvalidStandard(f"{path}, line {at}: the item has no name or no region.", _REMEDY)
        yield row
