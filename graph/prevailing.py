"""Which of several statements about a field prevails, and which contradict each other.

The rule is written in docs/dossier.md. One set of functions serves the dossier and the derivation of the
values that persons and organisations are shown with.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from graph.days import read_day, start_of
from graph.identifiers import credit_code, identity_number
from graph.schema import NODE

SINGLE_VALUED = ("name", "id_no", "gender", "birth_date", "credit_code")
STATEMENTS = pa.schema(
    [
        ("subject_id", pa.string()),
        ("field", pa.string()),
        ("fact_id", pa.string()),
        ("value", pa.string()),
        ("stated_at", pa.int64()),
        ("event_at", pa.int64()),
        ("material_date", pa.string()),
        ("material_form", pa.string()),
        ("stated_by", pa.string()),
        ("since", pa.int64()),
        ("decided_at", pa.int64()),
    ]
)
_FORM_RANK = {"e-licence": 0, "original": 1, "checked on sight": 2, "copy": 3}
_OTHER_MATERIAL, _EVENT, _NOTHING = 4, 5, 6
_NEVER = np.iinfo(np.int64).min

Ints = npt.NDArray[np.int64]


def value_text(value: str | None, number: int | None, unit: str | None) -> str | None:
    """What a fact states, as one text."""
    if value is not None or number is None:
        return value
    return f"{number} {unit}" if unit else str(number)


def ranked(statements: pa.Table) -> pa.Table:
    """The statements (STATEMENTS; a row for each record that states a fact) in order, what prevails first.

    One row a fact, sorted by subject and field, with the columns of STATEMENTS, `stated` (epoch ms, null where
    nothing dates the statement), `first` (it prevails) and `by`: for the first one, what put it there: only
    (no other value), decision, latest, rank, load, or tie (the rule does not tell it from another value).
    """
    stated = _when_stated(statements)
    rank = _ranks(statements)
    decided, since = _filled(statements["decided_at"]), _filled(statements["since"])
    subject, field, fact = (_codes(statements[n]) for n in ("subject_id", "field", "fact_id"))
    order = np.lexsort((fact, -since, rank, ~stated, ~decided, field, subject))
    fact_order = fact[order]
    _, firsts = np.unique(fact_order, return_index=True)
    chosen = order[np.sort(firsts)]
    group = np.stack([subject[chosen], field[chosen]])
    starts = np.ones(len(chosen), bool)
    starts[1:] = (group[:, 1:] != group[:, :-1]).any(axis=0)
    table = statements.take(pa.array(chosen))
    keys = [decided[chosen], stated[chosen], -rank[chosen], since[chosen]]
    by = _reasons(table, np.flatnonzero(starts), keys)
    table = table.append_column("stated", pa.array(stated[chosen], mask=stated[chosen] == _NEVER))
    return table.append_column("first", pa.array(starts)).append_column("by", by)


def _filled(column: pa.ChunkedArray) -> Ints:
    filled: Ints = pc.fill_null(column, int(_NEVER)).to_numpy()
    return filled


def _codes(column: pa.ChunkedArray) -> Ints:
    """Each text as its place among the sorted distinct ones."""
    texts = pc.fill_null(column, "").to_pylist()
    _, codes = np.unique(np.asarray(texts, object), return_inverse=True)
    return codes.astype(np.int64)


def _when_stated(statements: pa.Table) -> Ints:
    """When the source stated it, or else the instant of the stating event, or the day of the stating record."""
    dates = statements["material_date"].combine_chunks().dictionary_encode()
    days = [read_day(text) for text in dates.dictionary.to_pylist()]
    starts = pa.array([start_of(day.number) if day else None for day in days], pa.int64()).take(dates.indices)
    return _filled(pc.coalesce(statements["stated_at"], statements["event_at"], starts))


def _ranks(statements: pa.Table) -> Ints:
    by, form = statements["stated_by"].to_pylist(), statements["material_form"].to_pylist()
    ranks = [
        _FORM_RANK.get(f or "", _OTHER_MATERIAL) if b == "Material" else _EVENT if b == "Event" else _NOTHING
        for b, f in zip(by, form, strict=True)
    ]
    return np.array(ranks, np.int64)


def _reasons(table: pa.Table, starts: Ints, keys: Sequence[Ints]) -> pa.Array:
    """For the first statement of each group: what sets it before the best one with another value."""
    fields, values = table["field"].to_pylist(), table["value"].to_pylist()
    reasons: list[str | None] = [None] * table.num_rows
    ends = np.append(starts[1:], table.num_rows)[: len(starts)]
    for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
        said = comparable(fields[start], values[start])
        others = (i for i in range(start + 1, end) if comparable(fields[i], values[i]) != said)
        other = next(others, None)
        reasons[start] = "only" if other is None else _difference(start, other, keys)
    return pa.array(reasons, pa.string())


def _difference(first: int, second: int, keys: Sequence[Ints]) -> str:
    for name, key in zip(("decision", "latest", "rank", "load"), keys, strict=True):
        if key[first] != key[second]:
            return name
    return "tie"


def comparable(field: str, value: str | None) -> str | None:
    """A value as it is compared with others of its field: width, blanks, case and the form of dates do not count."""
    if value is None:
        return None
    plain = "".join(unicodedata.normalize("NFKC", value).split()).upper()
    if field == "id_no":
        return identity_number(plain) or plain
    if field == "credit_code":
        return credit_code(plain) or plain
    if field == "birth_date":
        day = read_day(value)
        written = np.datetime64(day.number, "D").astype(str).replace("-", "") if day else plain
        return written[: {"year": 4, "month": 6, "day": 8}[day.precision]] if day else plain
    return plain


def contradicted(field: str, values: Iterable[str | None]) -> bool:
    """Whether the statements of a field that has one value only name several.

    A date of birth of which only year or month are known does not contradict a day within them.
    """
    if field not in SINGLE_VALUED:
        return False
    said = {each for each in (comparable(field, value) for value in values) if each is not None}
    if field == "birth_date":
        said = {each for each in said if not any(other != each and other.startswith(each) for other in said)}
    return len(said) > 1


def display_values(label: str, ids: pa.Array, statements: pa.Table) -> pa.Table:
    """The derived properties of persons or organisations: `id`, then those of the label in their order.

    `statements` (STATEMENTS) are all about `ids`; a subject without statement of a field has null there.
    """
    order = ranked(statements)
    first = order.filter(order["first"])
    columns = {"id": ids}
    for p in NODE[label].derived:
        of_field = first.filter(pc.equal(first["field"], p.name))
        at = pc.index_in(ids, value_set=of_field["subject_id"].combine_chunks())
        values = of_field["value"].to_pylist()
        if p.name in ("id_no", "credit_code"):
            values = [comparable(p.name, value) for value in values]
        columns[p.name] = pa.array(values, pa.string()).take(at)
    return pa.table(columns)
