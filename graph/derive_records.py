"""Derived data beside the order of cases: the values that persons and organisations are shown with, the types of
records, and the standards that cases are under."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from graph.classification import Titles, comparable_title, decided_types, of_type_links, titles_of_types
from graph.decided_titles import DecidedTitles, title_digest
from graph.items import under_links
from graph.prevailing import STATEMENTS, display_values
from graph.record_classes import ClassesOfTitles, class_columns, decided_classes, no_classes
from graph.schema import NODE
from graph.store import Store, Writer
from graph.touched import SUBJECTS, Touched, Written
from graph.upsert import link_table

PAGE = 20_000
_NONE = pa.array([], pa.string())
STATED = STATEMENTS.append(pa.field("record_id", pa.string()))
_TYPES = pa.schema([(name, pa.string()) for name in ("id", "name", "synonyms")])
_ENDS = ("Material", "MaterialType")
_VERSIONS = pa.schema([(name, pa.string()) for name in ("id", "item_id", "item_name", "valid_from")])
_TITLES = pa.schema([(name, pa.string()) for name in ("id", "title", "date")])
_CASE_ITEMS = pa.schema(
    [("id", pa.string()), ("item_id", pa.string()), ("accepted_at", pa.int64()), ("opened_at", pa.int64())]
)


def table_of(rows: Sequence[Sequence[Any]], schema: pa.Schema) -> pa.Table:
    """Rows of a query as a table."""
    columns = zip(*rows, strict=True) if rows else [()] * len(schema)
    return pa.table([pa.array(c, f.type) for c, f in zip(columns, schema, strict=True)], schema=schema)


def id_pages(store: Store, name: str, size: int = PAGE) -> Iterator[list[str]]:
    """The ids that a query of standing records gives (`derive/cases` and the like), a page at a time."""
    after = ""
    while page := [row[0] for row in store.read(name, after=after, limit=size)]:
        yield page
        after = page[-1]


def pages(ids: pa.Array) -> Iterator[pa.Array]:
    """Ids in portions that one statement takes."""
    for start in range(0, len(ids), PAGE):
        yield ids.slice(start, PAGE)


def derive_subjects(writer: Writer, touched: Touched, written: Written) -> None:
    """The values that persons and organisations are shown with."""
    for label in SUBJECTS:
        for ids in pages(touched.of(label)):
            writer.set_derived(label, displayed(writer, label, ids, written), written.fresh(label))


def displayed(writer: Writer, label: str, ids: pa.Array, written: Written) -> pa.Table:
    """`id` and the derived properties of persons or organisations, by the rule of graph/prevailing.py."""
    fields = [p.name for p in NODE[label].derived]
    stated = table_of(writer.read("derive/statements", ids=ids.to_pylist(), fields=fields), STATED)
    stated = written.over(stated, "fact_id", "Fact", {"value": "value", "stated_at": "stated_at"})
    stated = written.over_since(stated, "fact_id", "Fact", writer.load)
    stated = written.over(stated, "record_id", "Event", {"event_at": "at"})
    stated = written.over(stated, "record_id", "Material", {"material_date": "date", "material_form": "form"})
    return display_values(label, ids, stated.select(STATEMENTS.names))


@dataclass(frozen=True)
class _Known:
    """What the types and classes of records follow from: the standing types, and what titles say."""

    types: frozenset[str]
    titles: Titles
    classes: ClassesOfTitles


def derive_types(writer: Writer, touched: Touched, written: Written) -> None:
    """OF_TYPE and classes of the records that came or changed; of all, where a type did."""
    gone = touched.of("Material")
    if len(gone):
        writer.replace_links("OF_TYPE", gone, _NONE, link_table("OF_TYPE", _ENDS, _NONE, _NONE))
        writer.set_derived("Material", no_classes(gone), _NONE)
    if written.any_changed("MaterialType"):
        derive_all_types(writer, written)
    elif written.any_changed("Material"):
        titles = written.records["Material"].changed_records.select(_TITLES.names)
        _replace_types(writer, titles, _known(writer, written), written)


def derive_types_of(writer: Writer, ids: pa.Array) -> None:
    """OF_TYPE and classes of some materials that the load does not state, because of what was decided of them."""
    stored = writer.existing("Material", ids)
    titles = stored.filter(stored["withdrawn"].is_null()).select(_TITLES.names)
    _replace_types(writer, titles, _known(writer, Written({})), Written({}))


def derive_types_of_title(writer: Writer, digest: str) -> None:
    """The same of all materials with a title, which a decision names by its digest."""
    nothing = Written({})
    known, key = _known(writer, nothing), writer.id_key()
    for titles in _all_titles(writer):
        encoded = titles["title"].combine_chunks().dictionary_encode()
        same = [
            title is not None and title_digest(key, comparable_title(title)) == digest
            for title in encoded.dictionary.to_pylist()
        ]
        chosen = titles.filter(pc.fill_null(pa.array(same, pa.bool_()).take(encoded.indices), False))
        if chosen.num_rows:
            _replace_types(writer, chosen, known, nothing)


def _replace_types(writer: Writer, titles: pa.Table, known: _Known, written: Written) -> None:
    ids = titles["id"].combine_chunks()
    fresh = written.fresh("Material")
    for portion in pages(ids):
        of = titles.filter(pc.is_in(ids, value_set=portion)) if len(portion) < len(ids) else titles
        decided = [(row[0], row[3]) for row in writer.read("derive/decided_types", ids=portion.to_pylist())]
        links = of_type_links(of, known.titles, decided_types(decided, known.types))
        writer.replace_links("OF_TYPE", portion, fresh, links)
        writer.set_derived("Material", class_columns(of, known.classes, decided_classes(decided)), fresh)


def derive_all_types(writer: Writer, written: Written) -> None:
    """OF_TYPE and classes of all standing records."""
    known = _known(writer, written)
    for titles in _all_titles(writer):
        laid = written.over(titles, "id", "Material", {"title": "title", "date": "date"})
        _replace_types(writer, laid, known, written)


def _known(writer: Writer, written: Written) -> _Known:
    types = table_of(writer.read("derive/material_types"), _TYPES)
    types = written.over(types, "id", "MaterialType", {"name": "name", "synonyms": "synonyms"})
    rows = list(zip(*(types[name].to_pylist() for name in _TYPES.names), strict=True))
    decided = DecidedTitles(writer.read("classes/decided_titles", load=writer.load), writer.id_key)
    return _Known(frozenset(row[0] for row in rows), titles_of_types(rows, decided), ClassesOfTitles(decided))


def _all_titles(writer: Writer) -> Iterator[pa.Table]:
    after = ""
    while rows := writer.read("derive/material_titles", after=after, limit=PAGE):
        yield table_of(rows, _TITLES)
        after = rows[-1][0]


def derive_standards(writer: Writer, cases: pa.Table, written: Written) -> None:
    """UNDER of `cases` (id, item_id, accepted_at, standing, opened_at); of all, where a standard came or changed."""
    versions = table_of(writer.read("derive/item_versions"), _VERSIONS)
    versions = written.over(versions, "item_id", "ServiceItem", {"item_name": "name"})
    versions = written.over(versions, "id", "ItemVersion", {"valid_from": "valid_from"})
    if cases.num_rows:
        links = under_links(cases.filter(cases["standing"]), _rows(versions))
        writer.replace_links("UNDER", cases["id"].combine_chunks(), written.fresh("Case"), links)
    if not written.any_changed("ItemVersion") and not (versions.num_rows and written.any_changed("ServiceItem")):
        return
    after, derived = "", cases["id"].combine_chunks()
    while rows := writer.read("derive/cases", after=after, limit=PAGE):
        after = rows[-1][0]
        ids = pa.array([row[0] for row in rows], pa.string())
        rest = ids.filter(pc.invert(pc.is_in(ids, value_set=derived)))
        items = table_of(writer.read("derive/case_items", ids=rest.to_pylist()), _CASE_ITEMS)
        writer.replace_links("UNDER", rest, written.fresh("Case"), under_links(items, _rows(versions)))


def _rows(table: pa.Table) -> list[tuple[Any, ...]]:
    return list(zip(*(table[name].to_pylist() for name in table.column_names), strict=True))
