"""What a reader hands on: the rows of one file, before any meaning is given to them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

import pyarrow as pa

Scope = Literal["case", "event"]
Kind = Literal["text", "int", "float", "boolean", "date", "id", "nested"]

REFUSED = pa.schema([("row", pa.int64()), ("text", pa.string()), ("reason", pa.string())])


@dataclass(frozen=True)
class Column:
    """One column or attribute key: `name` without the prefix `case:`, `scope` what it describes.

    `values` holds the text as it stands in the file (pa.string() or a dictionary of it), null where the file
    says nothing or says ''. `kind` is the type that the file declares; a key that occurs with two types is
    two columns. Values of kind `nested` are canonical JSON already.
    """

    name: str
    scope: Scope
    kind: Kind
    values: pa.Array


@dataclass(frozen=True)
class SourceRows:
    """The rows of one file.

    `numbers` (int64) are the numbers by which a person finds the row: of a CSV the line on which it starts,
    of XES the ordinal of the event, both from 1. Every column is as long as `numbers`. `refused` (schema
    REFUSED) are rows that could not be taken apart at all, with their text. `empty_cases` are columns, all
    of scope `case`, of traces without events, each a row as well (`empty_numbers`). `remarks` are sentences
    for the report. `header` is what the file says about itself, as canonical JSON, or None.
    """

    columns: tuple[Column, ...]
    numbers: pa.Array
    refused: pa.Table = field(default_factory=REFUSED.empty_table)
    empty_cases: tuple[Column, ...] = ()
    empty_numbers: pa.Array = field(default_factory=lambda: pa.array([], pa.int64()))
    remarks: tuple[str, ...] = ()
    header: str | None = None


def column_names(columns: Iterable[Column]) -> list[str]:
    """The names by which a mapping calls columns: one for each, those of a trace with the prefix `case:`."""
    return [f"case:{c.name}" if c.scope == "case" else c.name for c in columns]
