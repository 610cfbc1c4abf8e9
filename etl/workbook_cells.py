"""The cells of a workbook as text. Runs in the limited process and writes what it finds to a folder.

`index.json` has `sheets` (name, visible, first column from 1, cells merged across in the head, broken cells), or
`message` and `remedy` of a refusal; `<n>.arrow` the rows of the n-th sheet from row 1 on, a text column per column.
"""

from __future__ import annotations

import datetime
import json
import sys
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import msoffcrypto
import msoffcrypto.exceptions
import pyarrow as pa
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from etl.workbook_limits import SAVE_AGAIN, SheetLook, look
from graph.errors import UnreadableInput

OLE = b"\xd0\xcf\x11\xe0"
ROWS_AT_A_TIME = 20_000
HEADER_ROWS = 20
EXACT = 10**15
LOST = "a number of more than 15 digits, of which the last are lost"
BROKEN = 100_000
Broken = list[tuple[int, int, str]]


def main(path: Path, folder: Path) -> None:
    """Reads the workbook at `path` into `folder`."""
    try:
        index: dict[str, Any] = {"sheets": list(_sheets(path, folder))}
    except UnreadableInput as error:
        index = {"message": error.message, "remedy": error.remedy}
    (folder / "index.json").write_text(json.dumps(index, ensure_ascii=False), encoding="utf-8")


def _sheets(path: Path, folder: Path) -> Iterator[dict[str, Any]]:
    _refuse_ole(path)
    looks = look(path)
    try:
        workbook = CalamineWorkbook.from_path(path)
        for number, found in enumerate(workbook.sheets_metadata):
            if found.typ == SheetTypeEnum.WorkSheet and found.name in looks:
                sheet = workbook.get_sheet_by_name(found.name)
                said = _written(sheet, looks[found.name], folder / f"{number}.arrow")
                visible = found.visible == SheetVisibleEnum.Visible
                yield {"number": number, "name": found.name, "visible": visible, **said}
    except CalamineError as error:
        raise UnreadableInput(f"{path} cannot be read as a workbook: {error}.", SAVE_AGAIN) from error


def _refuse_ole(path: Path) -> None:
    with path.open("rb") as stream:
        if stream.read(4) != OLE:
            return
        stream.seek(0)
        try:
            encrypted = msoffcrypto.OfficeFile(stream).is_encrypted()
        except (msoffcrypto.exceptions.FileFormatError, msoffcrypto.exceptions.ParseError, OSError) as error:
            raise UnreadableInput(f"{path} is an Office file that is damaged ({error}).", SAVE_AGAIN) from error
    if encrypted:
        raise UnreadableInput(
            f"{path} is protected by a password.", "Save it without the password and load that file."
        )
    raise UnreadableInput(f"{path} is an old Excel workbook (XLS).", "Save it as XLSX.")


def _written(sheet: CalamineSheet, seen: SheetLook, path: Path) -> dict[str, Any]:
    """Writes the rows of a sheet; says where they begin and which cells must not be believed."""
    first = sheet.start[1] if sheet.start else 0
    merged = [_range(one, first) for one in sheet.merged_cell_ranges or []]
    broken = list(seen.broken)
    rows = _filled_down(_texts(sheet, broken, first), merged, sheet.width)
    schema = pa.schema([(str(place), pa.string()) for place in range(sheet.width)])
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, schema) as writer:
        while some := list(islice(rows, ROWS_AT_A_TIME)):
            columns = [pa.array(column, pa.string()) for column in zip(*some, strict=True)]
            writer.write_batch(pa.record_batch(columns, schema=schema))
    broken += _beneath(broken, merged, first, sheet.total_height)
    if len(broken) > BROKEN:
        raise UnreadableInput(
            f"Sheet {sheet.name!r} has {len(broken):,} cells without a value that can be trusted.",
            "Put the formulas right, or copy the sheet as values.",
        )
    across = [one for one in merged if one[1] < one[3] and one[0] < HEADER_ROWS]
    return {"first_column": first + 1, "across": across, "broken": broken}


def _beneath(
    broken: Broken, merged: list[tuple[int, int, int, int]], first: int, height: int
) -> Iterator[tuple[int, int, str]]:
    """The same for the other rows over which a broken cell is merged."""
    ends = {(top + 1, left + first + 1): min(bottom + 1, height) for top, left, bottom, _ in merged}
    for row, column, what in list(broken):
        for below in range(row + 1, ends.get((row, column), row) + 1):
            yield below, column, what


def _range(given: tuple[tuple[int, int], tuple[int, int]], first: int) -> tuple[int, int, int, int]:
    """Top, left, bottom, right, from 0, columns counted from the first that holds anything."""
    (top, left), (bottom, right) = given
    return top, left - first, bottom, right - first


def _texts(sheet: CalamineSheet, broken: Broken, first: int) -> Iterator[list[str | None]]:
    for number, row in enumerate(sheet.iter_rows(), 1):
        texts = [_text(value) for value in row]
        for place, value in enumerate(row):
            if isinstance(value, float) and abs(value) >= EXACT:
                broken.append((number, first + place + 1, LOST))
        yield texts


def _text(value: object) -> str | None:
    """What a cell shows: integers without fraction, dates in ISO form, nothing as None."""
    if isinstance(value, str):
        return value.strip() or None
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else format(value, ".15g")
    if isinstance(value, datetime.datetime | datetime.date | datetime.time):
        return value.isoformat()
    return str(value)


def _filled_down(
    rows: Iterable[list[str | None]], merged: list[tuple[int, int, int, int]], width: int
) -> Iterator[list[str | None]]:
    """Rows in which a cell merged over several rows stands in each of them."""
    begins: dict[int, list[tuple[int, int]]] = {}
    for top, left, bottom, _ in merged:
        if bottom > top and 0 <= left < width:
            begins.setdefault(top, []).append((left, bottom))
    held: dict[int, tuple[int, str | None]] = {}
    for number, row in enumerate(rows):
        for left, (bottom, value) in list(held.items()):
            if number > bottom:
                del held[left]
            elif row[left] is None:
                row[left] = value
        for left, bottom in begins.get(number, ()):
            held[left] = (bottom, row[left])
        yield row


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
