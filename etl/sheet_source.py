"""Catalogues as workbooks (XLSX) or CSV, to one shape: named sheets of text with row numbers.

A workbook is opened in a process of its own with limits on memory and time (etl.limited_child), after a look at
its ZIP directory and at how far its sheets reach (etl.workbook_limits): it may come from anywhere.
"""

from __future__ import annotations

import csv
import io
import json
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from etl.csv_source import DELIMITERS, HEADER, read_csv
from etl.file_bytes import open_bytes, text_start
from etl.limited_child import ChildLimits, run_limited
from etl.mapped_rows import fragments, objects
from etl.sheet_header import HEADER_ROWS, Across, Header, Known, find_header
from etl.source_rows import REFUSED, Column
from etl.workbook_limits import SAVE_AGAIN
from graph.errors import UnreadableInput
from graph.quarantine import SET_ASIDE

ROWS_OF_A_SHEET = 1 << 20
ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"


@dataclass(frozen=True)
class Sheet:
    """The rows of one sheet: a text column per name, null where nothing stands.

    `numbers` (int64) tell the row: in the first sheet its row from 1, in the n-th (n - 1) * 2**20 more. `refused`
    (REFUSED) are rows with a cell that must not be believed, their text a JSON object of what they say (`texts`), or
    as it stands where they could not be taken apart. `above` is what the lines above the header say, by label.
    `name` is None for a CSV file.
    """

    name: str | None
    columns: dict[str, pa.Array]
    numbers: pa.Array
    refused: pa.Table = field(default_factory=REFUSED.empty_table)
    above: dict[str, str] = field(default_factory=dict)

    def place(self, number: int) -> str:
        """Where a row stands, for people."""
        return place(self.name, number)

    def texts(self, chosen: pa.Array) -> pa.Array:
        """What the chosen rows say, each as a JSON object by column; what stands above the header is of each row."""
        return _texts({n: v.filter(chosen) for n, v in self.columns.items()}, self.above, pc.sum(chosen).as_py() or 0)


@dataclass(frozen=True)
class Sheets:
    """The sheets of one file that have a header; `remarks` say what was left out."""

    sheets: tuple[Sheet, ...]
    remarks: tuple[str, ...] = ()

    @property
    def rows_in(self) -> int:
        """All rows, those that were set aside too."""
        return sum(len(sheet.numbers) + sheet.refused.num_rows for sheet in self.sheets)


def _texts(columns: dict[str, pa.Array], above: dict[str, str], count: int) -> pa.Array:
    said = {**{label: pa.array([value] * count, pa.string()) for label, value in above.items()}, **columns}
    return objects([(n, fragments(Column(n, "event", "text", v))) for n, v in said.items()], count)


def place(sheet: str | None, number: int) -> str:
    """`sheet '目录' row 7`, or `line 7` of a CSV file."""
    row = (number - 1) % ROWS_OF_A_SHEET + 1
    return f"line {number}" if sheet is None else f"sheet '{sheet}' row {row}"


def is_workbook(path: Path) -> bool:
    """Whether the file begins as a workbook does (ZIP, or OLE for those with a password)."""
    with open_bytes(path) as stream:
        return stream.read(4) in (ZIP, OLE)


def read_sheets(
    path: Path,
    known: Known,
    *,
    names: tuple[str, ...] = (),
    header_row: int | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
    limits: ChildLimits | None = None,
) -> Sheets:
    """The sheets of a workbook or the one of a CSV file.

    `known` says whether a column name means something; the header is the row among the first that names most of
    such. `names` are the sheets to take (all that have a header by default), `header_row` is the header's row from
    1 where it cannot be recognised. Raises UnreadableInput, naming the file and what to do, for what is neither,
    is protected by a password, damaged, would need more memory or time than `limits`, or has no header.
    """
    if is_workbook(path):
        return _workbook(path, known, names, header_row, limits or ChildLimits())
    return _csv(path, known, header_row, encoding, delimiter)


def _workbook(
    path: Path, known: Known, names: tuple[str, ...], header_row: int | None, limits: ChildLimits
) -> Sheets:
    with tempfile.TemporaryDirectory(prefix="dossier-sheets-") as folder:
        failed = run_limited("etl.workbook_cells", [str(path.resolve()), folder], limits)
        if failed:
            raise UnreadableInput(
                f"{path} was not read: reading it in a process of its own {failed}.",
                f"{SAVE_AGAIN} Split it if it is large.",
            )
        index = json.loads((Path(folder) / "index.json").read_text(encoding="utf-8"))
        if "message" in index:
            raise UnreadableInput(index["message"], index["remedy"])
        found = index["sheets"]
        missing = [name for name in names if name not in [sheet["name"] for sheet in found]]
        if missing:
            raise UnreadableInput(
                f"{path} has no sheet {', '.join(map(repr, missing))}.",
                f"Its sheets are {', '.join(repr(sheet['name']) for sheet in found)}.",
            )
        chosen = [sheet for sheet in found if not names or sheet["name"] in names]
        read = [_sheet(path, Path(folder), sheet, known, header_row) for sheet in chosen]
    sheets = tuple(sheet for sheet, _ in read if sheet is not None)
    remarks = tuple(remark for _, remark in read if remark)
    if not sheets:
        raise UnreadableInput(
            f"{path} has no sheet with a header of a catalogue. {' '.join(remarks)}".strip(),
            "Name at least two columns as docs/catalogue.md lists them, or give a mapping with `catalogue: columns`.",
        )
    return Sheets(sheets, remarks)


def _sheet(
    path: Path, folder: Path, said: dict[str, Any], known: Known, header_row: int | None
) -> tuple[Sheet | None, str | None]:
    """One sheet of a workbook, and a remark about it."""
    with pa.memory_map(str(folder / f"{said['number']}.arrow")) as source:
        table = pa.ipc.open_file(source).read_all()
        table = pa.table([_owned(column) for column in table.columns], names=table.column_names)
    head = list(zip(*(column.slice(0, HEADER_ROWS).to_pylist() for column in table.columns), strict=True))
    across: list[Across] = [tuple(one) for one in said["across"]]
    if header_row is not None and header_row > len(head):
        return None, f"Sheet '{said['name']}' has no row {header_row}; it was left out."
    header = find_header(head, known, across, None if header_row is None else header_row - 1)
    if header is None:
        what = f"{table.num_rows:,} rows" if table.num_rows else "empty"
        return None, f"Sheet '{said['name']}' ({what}) has no header of a catalogue; it was left out."
    _refuse_two_headers(f"{path}, sheet '{said['name']}'", header)
    _refuse_same_names(f"{path}, sheet '{said['name']}'", header.names)
    hidden = None if said["visible"] else f"Sheet '{said['name']}' is hidden; it was loaded as well."
    return _rows(said, table, header), hidden


def _refuse_two_headers(place: str, header: Header) -> None:
    """Raises UnreadableInput where rows of an earlier header would be left out."""
    if header.other is not None:
        raise UnreadableInput(
            f"{place}: rows {header.other + 1} and {header.last + 1} both name the columns (blank rows of a CSV file "
            "not counted), and what stands between them would be left out.",
            "Give each of the tables a file or a sheet of its own.",
        )


def _owned(column: pa.ChunkedArray) -> pa.Array:
    """The column in memory of its own, so that the file behind it can go."""
    return pa.concat_arrays([*column.chunks, pa.array([None], pa.string())]).slice(0, len(column))


def _rows(said: dict[str, Any], table: pa.Table, header: Header) -> Sheet:
    begin = header.last + 1
    body = table.slice(begin)
    numbers = np.arange(begin + 1, table.num_rows + 1) + said["number"] * ROWS_OF_A_SHEET
    blank = np.ones(body.num_rows, bool)
    for column in body.columns:
        blank &= column.is_null().to_numpy()
    named = {name: column.combine_chunks() for name, column in zip(header.names, body.columns, strict=True)}
    reasons = _reasons(said, header, begin)
    broken = np.isin(numbers, list(reasons))
    aside = pa.array(broken)
    texts = _texts({n: v.filter(aside) for n, v in named.items()}, header.above, int(broken.sum()))
    rows = pa.array(numbers[broken], pa.int64())
    refused = pa.table([rows, texts, pa.array([reasons[n] for n in rows.to_pylist()], pa.string())], schema=REFUSED)
    kept = pa.array(~blank & ~broken)
    columns = _filled({n: v.filter(kept) for n, v in named.items()})
    return Sheet(said["name"], columns, pa.array(numbers, pa.int64()).filter(kept), refused, header.above)


def _filled(columns: dict[str, pa.Array]) -> dict[str, pa.Array]:
    """The columns without those that have neither a name nor a value, and those that say why a row was set aside."""
    nameless = {n for n, v in columns.items() if n.startswith("column ") and v.null_count == len(v)}
    return {n: v for n, v in columns.items() if n not in nameless and not n.startswith(SET_ASIDE)}


def _reasons(said: dict[str, Any], header: Header, begin: int) -> dict[int, str]:
    """Row number -> why it cannot be taken, naming sheet, row and column."""
    reasons: dict[int, list[str]] = {}
    for row, column, what in said["broken"]:
        if row > begin:
            at = column - said["first_column"]
            name = f" ({header.names[at]})" if 0 <= at < len(header.names) else ""
            reasons.setdefault(row, []).append(f"column {_letters(column)}{name} holds {what}")
    offset = said["number"] * ROWS_OF_A_SHEET
    return {row + offset: f"{place(said['name'], row)}: {'; '.join(sorted(found))}" for row, found in reasons.items()}


def _letters(column: int) -> str:
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _refuse_same_names(where: str, names: tuple[str, ...]) -> None:
    twice = [name for name, count in Counter(names).items() if count > 1]
    if twice:
        raise UnreadableInput(
            f"{where}: more than one column is called {', '.join(map(repr, twice))}.",
            "Give each column its own name.",
        )


def _csv(path: Path, known: Known, header_row: int | None, encoding: str | None, delimiter: str | None) -> Sheets:
    found = csv_header(path, known, encoding=encoding, delimiter=delimiter, header_row=header_row)
    if found is None:
        rows = read_csv(path, encoding=encoding, delimiter=delimiter)
        above: dict[str, str] = {}
    else:
        delimiter, header = found
        _refuse_two_headers(str(path), header)
        rows = read_csv(path, encoding=encoding, delimiter=delimiter, above=header.first)
        above = header.above
    columns = {c.name: pc.utf8_trim_whitespace(c.values.cast(pa.string())) for c in rows.columns}
    columns = {n: pc.if_else(pc.equal(v, ""), pa.scalar(None, pa.string()), v) for n, v in columns.items()}
    blank = np.ones(len(rows.numbers), bool)
    for values in columns.values():
        blank &= values.is_null().to_numpy(zero_copy_only=False)
    kept = pa.array(~blank)
    columns = _filled({n: v.filter(kept) for n, v in columns.items()})
    if not any(map(known, columns)):
        raise UnreadableInput(
            f"{path} has no column of a catalogue: it has {', '.join(map(repr, columns))}.",
            "Name the columns as docs/catalogue.md lists them, or give a mapping with `catalogue: columns`.",
        )
    at = pc.binary_join_element_wise("line ", rows.refused["row"].cast(pa.string()), "")
    reasons = pc.binary_join_element_wise(at, rows.refused["reason"], ": ")
    refused = rows.refused.set_column(2, "reason", reasons)
    return Sheets((Sheet(None, columns, rows.numbers.filter(kept), refused, above),), rows.remarks)


def csv_header(
    path: Path,
    known: Known,
    *,
    encoding: str | None = None,
    delimiter: str | None = None,
    header_row: int | None = None,
) -> tuple[str, Header] | None:
    """The delimiter and the header of a CSV catalogue: the split and row that name most known columns, or None."""
    start = text_start(path, encoding, HEADER)
    best: tuple[int, str, Header] | None = None
    for candidate in [delimiter] if delimiter else DELIMITERS:
        try:
            records = list(
                islice(filter(None, csv.reader(io.StringIO(start, newline=""), delimiter=candidate)), HEADER_ROWS)
            )
        except csv.Error:
            continue
        width = max(map(len, records), default=0)
        rows = [[cell.strip() or None for cell in record] + [None] * (width - len(record)) for record in records]
        header = find_header(rows, known, given=None if header_row is None else header_row - 1)
        if header is not None:
            score = sum(map(known, header.names))
            if best is None or score > best[0]:
                best = (score, candidate, header)
    return best[1:] if best else None
