"""Catalogues in tests: rows in, statements out, and records by what they say."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from etl.catalogue_columns import CatalogueMapping
from etl.catalogue_rows import catalogue
from etl.catalogue_statements import catalogue_statements
from etl.material_files import folder_files
from etl.sheet_source import Sheet, Sheets
from etl.statements import Statements

KEY = b"0" * 32
VALID = "11010519491231002X"
FIFTEEN = "110105491231002"
INVALID = "110105194912310021"
CODE = "91350100M000100Y43"


def stated(
    names: Sequence[str],
    *rows: Sequence[str | None],
    sheet: str | None = "目录",
    files: Path | None = None,
    key: bytes = KEY,
    system: str = "s",
    whole: bool = False,
    **mapping: Any,
) -> Statements:
    """What a sheet of these columns and rows states; the rows are numbered from 2."""
    columns = {n: pa.array([row[i] for row in rows], pa.string()) for i, n in enumerate(names)}
    read = Sheets((Sheet(sheet, columns, pa.array(range(2, 2 + len(rows)), pa.int64())),))
    said = CatalogueMapping(**mapping)
    folder = None if files is None else folder_files(files, files.name)
    return catalogue_statements(catalogue(read, said, "a.csv"), said, system, key, folder, whole=whole)


def records(statements: Statements, label: str) -> list[dict[str, Any]]:
    """The records of a label without id, source row and what is null."""
    rows = statements.nodes[label].to_pylist()
    return [{k: v for k, v in row.items() if v is not None and k not in ("id", "source_row")} for row in rows]


def ids(statements: Statements, label: str) -> list[str]:
    """The ids of a label, in the order of the rows."""
    found: list[str] = statements.nodes[label]["id"].to_pylist()
    return found


def links(statements: Statements, type_: str, owner: str) -> set[tuple[str, str, str]]:
    """From, label and id of the other end of each link."""
    table = next(one.table for one in statements.links if (one.type, one.owner) == (type_, owner))
    return set(zip(*(table[n].to_pylist() for n in ("from_id", "to_label", "to_id")), strict=True))


def facts(statements: Statements) -> set[tuple[int, str, str, str]]:
    """Row, label of the subject, field and value of each fact."""
    about = {fact: label for fact, label, _ in links(statements, "ABOUT", "Fact")}
    rows = statements.nodes["Fact"].to_pylist()
    return {(row["source_row"], about[row["id"]], row["field"], row["value"]) for row in rows}
