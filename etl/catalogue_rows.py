"""The rows of all sheets of a catalogue in one table, each column with its meaning."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from etl.catalogue_columns import FACT_OF, FIELD_OF, FIELDS, CatalogueMapping, resolve_columns
from etl.sheet_header import header_name
from etl.sheet_source import Sheet, Sheets, place
from etl.source_rows import REFUSED

NUMBERED_OR_TITLED = ("archive_no", "title", "doc_no")
OF_A_RECORD = (*NUMBERED_OR_TITLED, "date", "file")
OF_A_SUBJECT = (
    "person_number",
    "person_key",
    "person_name",
    "organisation_number",
    "organisation_key",
    "organisation_name",
)
NO_RECORD = "names no record: no 档号, 文号 or 题名, no date and no file"
NOBODY = "names no record and nobody: no person and no organisation"
HEADER_AGAIN = "repeats the header"
MOST_PLACES = 10


@dataclass(frozen=True)
class CatalogueRows:
    """`fields` has `row` (int64), `sheet` and a text column per field; `facts` are the columns of registration
    data by field, `rest` those that nothing names by their own names, all as long as `fields`.
    """

    fields: pa.Table
    facts: dict[str, pa.Array]
    rest: dict[str, pa.Array]

    def __getitem__(self, field: str) -> pa.Array:
        return self.fields[field].combine_chunks()

    def filter(self, kept: pa.Array) -> CatalogueRows:
        """The rows where `kept` is true."""
        return CatalogueRows(
            self.fields.filter(kept),
            {n: v.filter(kept) for n, v in self.facts.items()},
            {n: v.filter(kept) for n, v in self.rest.items()},
        )

    def place(self, at: int) -> str:
        """Where one row (by position) stands, for people."""
        return place(self.fields["sheet"][at].as_py(), self.fields["row"][at].as_py())

    def places(self, rows: Sequence[int] | np.ndarray) -> str:
        """How many rows (by position) and where they stand, for people: the first ten, and how many more."""
        at = sorted(int(row) for row in rows)
        chosen = self.fields.select(["row", "sheet"]).take(pa.array(at[:MOST_PLACES], pa.int64())).to_pylist()
        said = ", ".join(place(one["sheet"], one["row"]) for one in chosen)
        more = len(at) - MOST_PLACES
        count = f"{len(at):,} row{'' if len(at) == 1 else 's'}"
        return f"{count}: {said}" + (f" and {more:,} more" if more > 0 else "")


@dataclass(frozen=True)
class Catalogue:
    """A file that was read: the rows that name a record, and those set aside (REFUSED).

    `unidentified` counts the rows set aside that may be any record: with a cell that must not be believed, or not
    to be taken apart. `rows_in` counts all rows.
    """

    rows: CatalogueRows
    refused: pa.Table
    rows_in: int
    unidentified: int
    remarks: tuple[str, ...]


def catalogue(sheets: Sheets, mapping: CatalogueMapping, source: str) -> Catalogue:
    """The rows of all sheets, each column with its meaning.

    Raises MappingError where the mapping names a column that no sheet has.
    """
    _require(sheets, mapping, source)
    tables = [_meant(sheet, mapping, source) for sheet in sheets.sheets]
    table = pa.concat_tables([kept for kept, _ in tables], promote_options="default")
    refused = pa.concat_tables([*(refused for _, refused in tables), *(s.refused for s in sheets.sheets)])
    rows = CatalogueRows(
        table.select(["row", "sheet", *FIELDS]),
        {n[2:]: table[n].combine_chunks() for n in table.column_names if n.startswith("f:")},
        {n[2:]: table[n].combine_chunks() for n in table.column_names if n.startswith("a:")},
    )
    unidentified = sum(sheet.refused.num_rows for sheet in sheets.sheets)
    return Catalogue(rows, refused, sheets.rows_in, unidentified, sheets.remarks)


def _require(sheets: Sheets, mapping: CatalogueMapping, source: str) -> None:
    everywhere = list(dict.fromkeys(name for sheet in sheets.sheets for name in sheet.columns))
    resolve_columns(everywhere, mapping, source)


def _meant(sheet: Sheet, mapping: CatalogueMapping, source: str) -> tuple[pa.Table, pa.Table]:
    columns = resolve_columns(list(sheet.columns), mapping, source, strict=False)
    count = len(sheet.numbers)
    given = {field: sheet.columns[name] for field, name in columns.fields.items()}
    reasons = _reasons(given, columns.fields, count)
    named = {f: given.get(f, pa.nulls(count, pa.string())) for f in FIELDS}
    facts = {f: sheet.columns[name] for f, name in columns.facts.items()}
    for label, value in sheet.above.items():
        field, fact = FIELD_OF.get(header_name(label)), FACT_OF.get(header_name(label))
        if field is not None and field not in given:
            named[field] = pa.array([value] * count, pa.string())
        elif fact is not None and fact not in facts:
            facts[fact] = pa.array([value] * count, pa.string())
    for field, value in mapping.constants.items():
        named[field] = pc.fill_null(named[field], value)
    table = pa.table(
        {
            "row": sheet.numbers,
            "sheet": pa.array([sheet.name] * count, pa.string()),
            **named,
            **{f"f:{name}": values for name, values in facts.items()},
            **{f"a:{name}": sheet.columns[name] for name in columns.rest},
        }
    )
    good = reasons.is_null()
    return table.filter(good), _refused(sheet, reasons, pc.invert(good))


def _reasons(given: dict[str, pa.Array], names: dict[str, str], count: int) -> pa.Array:
    """Why a row cannot be taken, or null. Where a sheet has no column of a record's own, whom it names is enough."""
    register = not any(field in given for field in NUMBERED_OR_TITLED)
    telling = (*OF_A_RECORD, *OF_A_SUBJECT) if register else OF_A_RECORD
    nothing = np.ones(count, bool)
    again = np.zeros(count, bool)
    for field, values in given.items():
        if field in telling:
            nothing &= values.is_null().to_numpy(zero_copy_only=False)
        if field in ("archive_no", "title", "person_name"):
            again |= pc.fill_null(pc.equal(values, names[field]), False).to_numpy(zero_copy_only=False)
    none = pa.scalar(None, pa.string())
    return pc.coalesce(
        pc.if_else(pa.array(again), HEADER_AGAIN, none),
        pc.if_else(pa.array(nothing), NOBODY if register else NO_RECORD, none),
    )


def _refused(sheet: Sheet, reasons: pa.Array, wrong: pa.Array) -> pa.Table:
    numbers = sheet.numbers.filter(wrong)
    said = [
        f"{sheet.place(number)}: {reason}"
        for number, reason in zip(numbers.to_pylist(), reasons.filter(wrong).to_pylist(), strict=True)
    ]
    return pa.table([numbers, sheet.texts(wrong), pa.array(said, pa.string())], schema=REFUSED)
