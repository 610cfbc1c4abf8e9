"""Transfer lists (移交清单): a CSV file of the totals that whoever hands records over states."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa

from etl.catalogue_values import code, of_each
from etl.csv_source import read_csv
from etl.source_rows import SourceRows, column_names
from graph.checks.inputs import Transfer
from graph.errors import MappingError

_COLUMNS = {"档号": "archive_no", "件数": "records", "字节数": "bytes"}


def read_transfer(path: Path) -> Transfer:
    """The sums of the columns 件数 and 字节数 (or records, bytes), and the numbers of 档号 (or archive_no).

    A row with 档号 and without 件数 is one record. Raises UnreadableInput where it is no CSV file, MappingError where
    it has none of these columns or a total that is no number.
    """
    rows = read_csv(path)
    held = {
        _COLUMNS.get(name, name): column.values.cast(pa.string())
        for name, column in zip(column_names(rows.columns), rows.columns, strict=True)
    }
    if not set(held) & set(_COLUMNS.values()):
        raise MappingError(
            f"{path} is no transfer list: it has none of the columns {', '.join(_COLUMNS)}.",
            "docs/checks.md shows one.",
        )
    numbers = of_each(held["archive_no"], code).to_pylist() if "archive_no" in held else []
    named = tuple(one for one in numbers if one)
    records = _sum(path, rows, held.get("records"))
    return Transfer(len(named) if records is None and named else records, _sum(path, rows, held.get("bytes")), named)


def _sum(path: Path, rows: SourceRows, column: pa.Array | None) -> int | None:
    """The sum of a column; None where there is none."""
    if column is None:
        return None
    total = 0
    for number, text in zip(rows.numbers.to_pylist(), column.to_pylist(), strict=True):
        plain = (code(text) or "") if text else ""
        if text and not plain.isdecimal():
            raise MappingError(f"{path}, line {number}: '{text}' is no number.", "Write whole numbers.")
        total += int(plain or 0)
    return total
