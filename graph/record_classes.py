"""Of which classes records are: by decision, or else by their titles. docs/classification.md has the rules."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from graph.classes.schemes import CHANGES, Scheme, SchemeId, schemes
from graph.classification import DECISION, comparable_title
from graph.decided_titles import NOTHING_DECIDED, TITLE, DecidedTitles
from graph.schema import NODE
from graph.upsert import ARROW

if TYPE_CHECKING:
    from graph.classes.titles import Classed

_CHANGE = pa.struct([("year", pa.int64()), ("system", pa.string()), ("unit", pa.string())])
_PORTION = 50_000


@dataclass(frozen=True)
class ClassOf:
    """The class of a record in a scheme; `code` is null where it is unclassified, or decided to be of none."""

    code: str | None
    method: str
    confidence: float


def decided_classes(whats: Iterable[tuple[str, str | None]]) -> dict[tuple[str, SchemeId], ClassOf]:
    """What decisions say of the classes of materials, from (material, what as JSON) in the order of the decisions.

    The last one of each scheme counts, as long as the scheme has the class.
    """
    said: dict[tuple[str, SchemeId], ClassOf] = {}
    for material_id, text in whats:
        what = json.loads(text or "{}")
        scheme, code = schemes().of(what.get("scheme", "")), what.get("class")
        if scheme and TITLE not in what and (code is None or scheme.class_of(code)):
            said[material_id, scheme.id] = ClassOf(code, DECISION, 1.0)
    return said


class ClassesOfTitles:
    """The classes of titles; each distinct one is looked at once, as long as there is room to remember it."""

    def __init__(self, decided: DecidedTitles = NOTHING_DECIDED) -> None:
        self._decided = decided
        self._known: dict[str, tuple[Classed | None, ...]] = {}

    def of(self, titles: Sequence[str]) -> list[tuple[Classed | None, ...]]:
        """For each title its class in each scheme, in the order of the schemes, however sure."""
        from graph.classes.titles import classed

        comparable = [comparable_title(title) for title in titles]
        if len(self._known) > _PORTION:
            self._known.clear()
        new = [title for title in dict.fromkeys(comparable) if title not in self._known]
        for start in range(0, len(new), _PORTION):
            portion = new[start : start + _PORTION]
            found = classed(portion)
            columns = [found[scheme.id] for scheme in schemes().schemes]
            self._known.update(zip(portion, zip(*columns, strict=True), strict=True))
        return [self._known[title] for title in comparable]

    def decided(self, titles: Sequence[str], scheme: SchemeId) -> dict[str, ClassOf]:
        """What decisions say of titles in a scheme, by title."""
        if not self._decided:
            return {}
        said = {title: self._decided.of(comparable_title(title)) for title in titles}
        return {title: ClassOf(one[scheme], DECISION, 1.0) for title, one in said.items() if scheme in one}


def class_columns(
    materials: pa.Table, titles: ClassesOfTitles, decided: dict[tuple[str, SchemeId], ClassOf]
) -> pa.Table:
    """`id` and the derived properties of `materials` (id, title, date)."""
    encoded = materials["title"].combine_chunks().dictionary_encode()
    distinct = encoded.dictionary.to_pylist()
    said = titles.of(distinct)
    changes = pa.array(_changes(distinct, said), _CHANGE).take(encoded.indices)
    columns: dict[str, pa.Array] = {}
    for place, scheme in enumerate(schemes().schemes):
        of = [one if (one := row[place]) and one.sure else None for row in said]
        found = _taken(of, encoded.indices)
        if scheme.before:
            early = _before(scheme, materials["date"].combine_chunks(), changes)
            found = tuple(pc.if_else(early, column, None) for column in found)
        of_titles = titles.decided(distinct, scheme.id)
        found = _with_decisions(encoded.dictionary_decode(), found, of_titles)
        of_records = {id_: one for (id_, of_scheme), one in decided.items() if of_scheme == scheme.id}
        found = _with_decisions(materials["id"].combine_chunks(), found, of_records)
        for name, column in zip(("class", "method", "confidence"), found, strict=True):
            columns[f"{scheme.id}_{name}"] = column
    columns |= _change_columns(columns["historic_class"], materials["date"].combine_chunks(), changes)
    derived = {p.name: columns[p.name].cast(ARROW[p.type]) for p in NODE["Material"].derived}
    return pa.table({"id": materials["id"].combine_chunks(), **derived})


def no_classes(ids: pa.Array) -> pa.Table:
    """`id` and empty derived properties."""
    return pa.table({"id": ids, **{p.name: pa.nulls(len(ids), ARROW[p.type]) for p in NODE["Material"].derived}})


def _taken(of: Sequence[Classed | None], places: pa.Array) -> tuple[pa.Array, ...]:
    columns = (
        pa.array([one.code if one else None for one in of], pa.string()),
        pa.array([one.method if one else None for one in of], pa.string()),
        pa.array([one.confidence if one else None for one in of], pa.float64()),
    )
    return tuple(column.take(places) for column in columns)


def _changes(
    titles: Sequence[str], said: Sequence[tuple[Classed | None, ...]]
) -> list[dict[str, int | str | None] | None]:
    """Year, system and unit of the titles that are 变更材料 by their terms."""
    from graph.classes.terms import change_of

    place = [scheme.id for scheme in schemes().schemes].index("historic")
    found: list[dict[str, int | str | None] | None] = []
    for title, row in zip(titles, said, strict=True):
        one = row[place]
        change = change_of(comparable_title(title)) if one and one.code == CHANGES else None
        found.append({"year": change.year, "system": change.system, "unit": change.unit} if change else None)
    return found


def _before(scheme: Scheme, dates: pa.Array, changes: pa.Array) -> pa.Array:
    """Which records are of before the scheme's day, by their date, or else by the year of their title."""
    dated = pc.fill_null(pc.match_substring_regex(dates, r"^\d{8}$"), False)
    early = pc.fill_null(pc.less(dates, scheme.before), False)
    years = pc.struct_field(changes, "year")
    by_year = pc.fill_null(pc.less(years, int((scheme.before or "0")[:4])), False)
    return pc.if_else(dated, early, by_year)


def _with_decisions(keys: pa.Array, found: tuple[pa.Array, ...], of: dict[str, ClassOf]) -> tuple[pa.Array, ...]:
    """What was decided of the keys that `of` has, and what was found of the others."""
    if not of:
        return found
    at = pc.index_in(keys, value_set=pa.array(list(of), pa.string()))
    said = (
        pa.array([one.code for one in of.values()], pa.string()),
        pa.array([one.method for one in of.values()], pa.string()),
        pa.array([one.confidence for one in of.values()], pa.float64()),
    )
    return tuple(pc.if_else(at.is_valid(), new.take(at), old) for new, old in zip(said, found, strict=True))


def _change_columns(codes: pa.Array, dates: pa.Array, changes: pa.Array) -> dict[str, pa.Array]:
    """Year, system and unit of the records of 变更材料; the year of the title, or else of the date."""
    is_change = pc.fill_null(pc.equal(codes, CHANGES), False)
    dated = pc.fill_null(pc.match_substring_regex(dates, r"^[12]\d{7}$"), False)
    year_of_date = pc.if_else(dated, pc.utf8_slice_codeunits(dates, 0, 4), None).cast(pa.int64())
    of = {name: pc.struct_field(changes, name) for name in ("year", "system", "unit")}
    of["year"] = pc.coalesce(of["year"], year_of_date)
    return {f"historic_{name}": pc.if_else(is_change, column, None) for name, column in of.items()}
