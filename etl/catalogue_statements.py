"""A catalogue to what it states: materials, whom they are about, what they say, where they lie."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from etl.catalogue_columns import CatalogueMapping
from etl.catalogue_facts import fact_statements
from etl.catalogue_places import Places, places
from etl.catalogue_rows import Catalogue, CatalogueRows
from etl.catalogue_subjects import Subjects, subjects
from etl.catalogue_values import code, of_each, page_count, pages_of_range
from etl.catalogue_volumes import volumes_about
from etl.mapped_rows import fragments, objects
from etl.material_files import FolderFiles, file_statements
from etl.material_words import FORMS, MEDIA
from etl.source_rows import Column
from etl.statements import Links, Statements
from graph.canonical import canonical
from graph.identifiers import keyed_text, natural_id
from graph.partial_dates import date_text
from graph.upsert import link_table, node_table

_NUMBERED = re.compile(r"~[0-9]+\Z")

PARTIAL = frozenset({"Person", "Organisation", "Volume", "Box", "Shelf", "Room"})
KEPT_AS_STATED = ("sequence", "item_no", "note", "year", "page_range", "file", "fonds_no", "catalogue_no")
PROPERTIES = ("title", "doc_no", "responsible", "secrecy", "retention")


@dataclass(frozen=True)
class _Materials:
    """One table row a material; `kept` says of each row of the catalogue whether it is one (and no repetition)."""

    ids: pa.Array
    kept: pa.Array
    remarks: tuple[str, ...]


def catalogue_statements(
    read: Catalogue,
    mapping: CatalogueMapping,
    system: str,
    key: bytes,
    files: FolderFiles | None = None,
    *,
    whole: bool = False,
) -> Statements:
    """What a catalogue states; `files` are those of its folder. `whole`: it holds all rows of its volumes.

    Ids of materials are `<system>:<档号>`, those of several rows with one 档号 and other content `~2`, `~3` … in
    the order of their content; without 档号 a digest of (system, subject or volume, title, date, n-th), so that
    the same rows in another order are the same records.
    """
    rows = read.rows
    said = subjects(rows, system, key)
    where = places(rows, system, key)
    content = _content(rows, said, mapping)
    found = _identified(rows, content, said, where, system, key)
    rows, content = rows.filter(found.kept), content.filter(found.kept)
    said = said.filter(found.kept)
    where = replace(where, volume=where.volume.filter(found.kept))
    facts, fact_links = fact_statements(found.ids, rows["row"], said, rows.facts, system, key)
    nodes = {
        **_mentioned(rows, said),
        **where.nodes,
        "Material": _materials(found.ids, rows["row"], content),
        "Fact": facts,
    }
    one_person, whole = mapping.volume_of == "person", whole and not read.unidentified
    volumes = volumes_about(rows, said, where.volume, whole=whole, one_person=one_person)
    links = (_about(found.ids, said), *volumes.links, *fact_links, _filed(found.ids, rows, where), *where.links)
    remarks = (
        *read.remarks,
        *_unread(rows),
        *said.remarks,
        *where.remarks,
        *volumes.remarks,
        *found.remarks,
        *_without_subject(rows, said),
    )
    if files is not None:
        joined = file_statements(files, found.ids, rows, system, key)
        nodes, links = {**nodes, "File": joined.nodes}, (*links, joined.links)
        remarks = (*remarks, *joined.remarks)
    return Statements(
        read.rows_in,
        nodes,
        links,
        PARTIAL,
        refused=read.refused,
        unidentified=read.unidentified,
        remarks=remarks,
    )


def _translated(values: pa.Array, *tables: dict[str, str]) -> pa.Array:
    words = {word: said for table in tables for word, said in table.items()}
    return of_each(values, lambda text: words.get(text) or words.get(code(text) or "") or text)


def _titles_of_registers(rows: CatalogueRows) -> pa.Array:
    """`[name of the sheet]` for rows without 题名 and 档号, which are lines of a register; null where it has none."""
    named = pc.binary_join_element_wise("[", rows["sheet"], "]", "")
    unnamed = pc.match_substring_regex(rows["sheet"], r"^(?i:sheet|工作表)\s*\d*$")
    register = pc.and_(rows["archive_no"].is_null(), pc.invert(pc.fill_null(unnamed, True)))
    return pc.if_else(register, named, pa.scalar(None, pa.string()))


def _dates(values: pa.Array) -> pa.Array:
    return of_each(values, lambda text: date_text(text) or code(text))


def _stated_dates(rows: CatalogueRows) -> pa.Array:
    """The date of each record, or what its columns year, month and day say together."""

    def padded(field: str, width: int) -> pa.Array:
        plain = of_each(rows[field], code)
        return pc.utf8_lpad(pc.fill_null(plain, "0" * width), width, "0")

    parts = pc.binary_join_element_wise(padded("date_year", 4), padded("date_month", 2), padded("date_day", 2), "")
    together = pc.if_else(rows["date_year"].is_null(), pa.scalar(None, pa.string()), parts)
    return pc.coalesce(rows["date"], together)


def _pages(rows: CatalogueRows) -> pa.Array:
    counted = of_each(rows["pages"], page_count, pa.int64())
    return pc.coalesce(counted, of_each(rows["page_range"], pages_of_range, pa.int64()))


def _content(rows: CatalogueRows, said: Subjects, mapping: CatalogueMapping) -> pa.Table:
    """The properties of each row's material, without id and row."""
    return pa.table(
        {
            **{name: rows[name] for name in PROPERTIES},
            "title": pc.coalesce(rows["title"], _titles_of_registers(rows)),
            "date": _dates(_stated_dates(rows)),
            "valid_until": _dates(rows["valid_until"]),
            "pages": _pages(rows),
            "class": _translated(rows["class"], dict(mapping.classes)),
            "medium": _translated(rows["medium"], MEDIA, dict(mapping.media)),
            "form": _translated(rows["form"], FORMS, dict(mapping.forms)),
            "archive_no": of_each(rows["archive_no"], code),
            "attributes": _attributes(rows, said, mapping),
        }
    )


def _attributes(rows: CatalogueRows, said: Subjects, mapping: CatalogueMapping) -> pa.Array:
    """What no property holds: columns that nothing names, numbers as stated, parts of a place, the class scheme."""
    members = {**rows.rest, **{name: rows[name] for name in KEPT_AS_STATED}}
    none = pa.scalar(None, pa.string())
    apart = pc.or_(rows["date"].is_valid(), rows["date_year"].is_null())
    for name in ("date_year", "date_month", "date_day"):
        members[name] = pc.if_else(apart, rows[name], none)
    plain = pc.equal(_pages(rows).cast(pa.string()), rows["pages"])
    members["pages"] = pc.if_else(pc.fill_null(plain, False), none, rows["pages"])
    number = of_each(rows["person_number"], code)
    same = pc.fill_null(pc.equal(number, said.of_person["id_no"]), False)
    members["person_number"] = pc.if_else(same, none, number)
    nobody = said.person.is_null()
    for name, values in {"birth_date": rows["birth_date"], "gender": rows["gender"], **rows.facts}.items():
        members[name] = pc.if_else(nobody, values, none)
    if mapping.class_scheme is not None:
        scheme = f"{mapping.class_scheme.name} {mapping.class_scheme.version}"
        members["class_scheme"] = pc.if_else(rows["class"].is_valid(), scheme, none)
    given = {name: values for name, values in members.items() if values.null_count < len(values)}
    return objects([(n, fragments(Column(n, "event", "text", v))) for n, v in given.items()], len(nobody))


def _identified(
    rows: CatalogueRows, content: pa.Table, said: Subjects, where: Places, system: str, key: bytes
) -> _Materials:
    """Ids, as `catalogue_statements` says; equal rows under one 档号 are one material."""
    frame = pd.DataFrame({"natural": content["archive_no"].to_pandas(), "at": np.arange(len(content))})
    holder = pc.coalesce(said.person, said.organisation, where.volume)
    frame["place"] = _canonical_rows(system, [holder, rows["title"], content["date"].combine_chunks()]).to_pandas()
    frame["said"] = _sayings(rows, content, said, where)
    numbered = frame["natural"].notna()
    twice = numbered & frame.duplicated(["natural", "said"])
    frame = frame[~twice].sort_values(["said", "at"], kind="stable")
    frame["nth"] = 0
    named = frame["natural"].notna()
    frame.loc[named, "nth"] = frame[named].groupby("natural").cumcount()
    frame.loc[~named, "nth"] = frame[~named].groupby("place").cumcount()
    frame = frame.sort_values("at")
    ids = [
        _material_id(natural, place, nth, system, key)
        for natural, place, nth in zip(frame["natural"], frame["place"], frame["nth"], strict=True)
    ]
    remarks = (*_repeated(rows, np.flatnonzero(twice)), *_doubled(rows, frame[named & (frame["nth"] > 0)]))
    return _Materials(pa.array(ids, pa.string()), pa.array(~twice.to_numpy()), remarks)


def _canonical_rows(first: str, columns: list[pa.Array]) -> pa.Array:
    """Canonical JSON of a list a row: `first` and what the columns hold."""
    parts = [pc.fill_null(of_each(column, canonical), "null") for column in columns]
    return pc.binary_join_element_wise(pc.binary_join_element_wise(f"[{canonical(first)}", *parts, ","), "]", "")


def _sayings(rows: CatalogueRows, content: pa.Table, said: Subjects, where: Places) -> pd.Series:
    """All that each row says, as one comparable text."""
    columns = [
        *content.columns,
        said.person,
        said.organisation,
        where.volume,
        *said.of_person.values(),
        *said.of_organisation.values(),
        *rows.facts.values(),
    ]
    texts = [pc.fill_null(column.cast(pa.string()), "\x00") for column in columns]
    return pc.binary_join_element_wise(*texts, "\x1f").to_pandas()


def _material_id(natural: object, place: str, nth: int, system: str, key: bytes) -> str:
    if not isinstance(natural, str):
        return f"{system}:m:{keyed_text(key, f'{place[:-1]},{nth}]')}"
    plain = natural_id(key, system, natural)
    # A number that ends as the further ones do is numbered as well, so that no two have one id.
    return plain if nth == 0 and not _NUMBERED.search(natural) else f"{plain}~{nth + 1}"


def _repeated(rows: CatalogueRows, at: np.ndarray) -> Iterator[str]:
    if len(at):
        yield f"Another row of the same 档号 is repeated in all it says in {rows.places(at)}."


def _doubled(rows: CatalogueRows, frame: pd.DataFrame) -> Iterator[str]:
    if len(frame):
        yield (
            f"{frame['natural'].nunique():,} 档号 stand on several rows with different content; all are kept, the "
            f"further ones with ~2, ~3 …, in {rows.places(frame['at'].to_numpy())}."
        )


def _unread(rows: CatalogueRows) -> Iterator[str]:
    """Values that cannot be read as what they should be, with their place."""
    wrong = {
        "date": of_each(_stated_dates(rows), lambda text: None if date_text(text) else text),
        "date of validity": of_each(rows["valid_until"], lambda text: None if date_text(text) else text),
        "date of birth": of_each(rows["birth_date"], lambda text: None if date_text(text) else text),
        "number of pages": of_each(rows["pages"], lambda text: text if page_count(text) is None else None),
    }
    for what, values in wrong.items():
        at = np.flatnonzero(values.is_valid().to_numpy(zero_copy_only=False))
        if len(at):
            yield f"The {what} cannot be read and is kept as it stands in {rows.places(at)}."


def _without_subject(rows: CatalogueRows, said: Subjects) -> Iterator[str]:
    neither = pc.and_(said.person.is_null(), said.organisation.is_null())
    at = np.flatnonzero(neither.to_numpy(zero_copy_only=False))
    if len(at):
        yield f"Neither a person nor an organisation is named in {rows.places(at)}."


def _materials(ids: pa.Array, numbers: pa.Array, content: pa.Table) -> pa.Table:
    return node_table("Material", ids, numbers, **{n: content[n].combine_chunks() for n in content.column_names})


def _mentioned(rows: CatalogueRows, said: Subjects) -> dict[str, pa.Table]:
    """Persons and organisations, each with the first row that names it."""
    nodes = {}
    for label, ids in (("Person", said.person), ("Organisation", said.organisation)):
        first = pa.table({"id": ids, "row": rows["row"]}).filter(ids.is_valid())
        first = first.group_by("id", use_threads=False).aggregate([("row", "first")])
        nodes[label] = node_table(label, first["id"].combine_chunks(), first["row_first"].combine_chunks())
    return nodes


def _about(ids: pa.Array, said: Subjects) -> Links:
    """A record is about its person, or else about its organisation."""
    person = said.person.is_valid()
    other = pc.and_(pc.invert(person), said.organisation.is_valid())
    tables = [
        link_table("ABOUT", ("Material", "Person"), ids.filter(person), said.person.filter(person)),
        link_table("ABOUT", ("Material", "Organisation"), ids.filter(other), said.organisation.filter(other)),
    ]
    return Links("ABOUT", "Material", pa.concat_tables(tables))


def _filed(ids: pa.Array, rows: CatalogueRows, where: Places) -> Links:
    """In which volume each record is, at the place that its number or its line in the catalogue gives."""
    there = where.volume.is_valid()
    stated = pc.coalesce(rows["item_no"], rows["sequence"])
    position = of_each(
        stated, lambda text: int(n) if (n := code(text) or "").isdecimal() and len(n) < 10 else None, pa.int64()
    )
    table = link_table(
        "FILED_IN",
        ("Material", "Volume"),
        ids.filter(there),
        where.volume.filter(there),
        position=position.filter(there),
    )
    return Links("FILED_IN", "Material", table)
