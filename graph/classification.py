"""Of which type a record is: by decision, or else by the exact name of a type or one of its synonyms.

docs/reuse.md has the rule.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from graph.upsert import link_table

NAME, SYNONYM, DECISION = "name", "synonym", "decision"


@dataclass(frozen=True)
class Found:
    """The type of a title, and whether its name or a synonym said so; or a decision, which may also say none."""

    type_id: str | None
    method: str


def comparable_title(text: str) -> str:
    """A title as it is compared: NFKC, without blanks, without case."""
    return "".join(unicodedata.normalize("NFKC", text).split()).casefold()


def titles_of_types(types: Iterable[tuple[str, str | None, str | None]]) -> dict[str, Found]:
    """Which title names which type, from (id, name, synonyms as JSON) of the types.

    A name goes before a synonym; a title that names several types in the same way names none.
    """
    said: dict[str, dict[str, set[str]]] = {NAME: {}, SYNONYM: {}}
    for id_, name, synonyms in types:
        if name:
            said[NAME].setdefault(comparable_title(name), set()).add(id_)
        for synonym in json.loads(synonyms or "[]"):
            said[SYNONYM].setdefault(comparable_title(synonym), set()).add(id_)
    titles: dict[str, Found] = {}
    for method in (SYNONYM, NAME):
        for title, ids in said[method].items():
            if len(ids) == 1:
                titles[title] = Found(min(ids), method)
            else:
                titles.pop(title, None)
    return titles


def type_of(title: str | None, titles: Mapping[str, Found]) -> Found | None:
    """The type of one title, None where it is unclassified."""
    return None if title is None else titles.get(comparable_title(title))


def decided_types(whats: Iterable[tuple[str, str | None]], types: Container[str]) -> dict[str, Found]:
    """What decisions say of materials, from (material, what as JSON) in the order of the decisions.

    The last one counts, as long as the type that it names stands (is in `types`).
    """
    said = {material_id: json.loads(what or "{}") for material_id, what in whats}
    return {
        material_id: Found(what["type"], DECISION)
        for material_id, what in said.items()
        if "type" in what and (what["type"] is None or what["type"] in types)
    }


def of_type_links(materials: pa.Table, types: pa.Table, decided: Iterable[tuple[str, str | None]] = ()) -> pa.Table:
    """The derived links OF_TYPE of `materials` (id, title), for the standing `types` (id, name, synonyms).

    `decided` is what decisions say of them, as `decided_types` takes it.
    """
    columns = (types[name].to_pylist() for name in ("id", "name", "synonyms"))
    titles = titles_of_types(zip(*columns, strict=True))
    encoded = materials["title"].combine_chunks().dictionary_encode()
    found = [type_of(title, titles) for title in encoded.dictionary.to_pylist()]
    ids = pa.array([f.type_id if f else None for f in found], pa.string()).take(encoded.indices)
    methods = pa.array([f.method if f else None for f in found], pa.string()).take(encoded.indices)
    by_decision = decided_types(decided, {*types["id"].to_pylist()})
    if by_decision:
        at = pc.index_in(materials["id"], value_set=pa.array(list(by_decision), pa.string()))
        of = pa.array([one.type_id for one in by_decision.values()], pa.string())
        ids = pc.if_else(at.is_valid(), of.take(at), ids).combine_chunks()
        methods = pc.if_else(at.is_valid(), DECISION, methods).combine_chunks()
    known = ids.is_valid()
    return link_table(
        "OF_TYPE",
        ("Material", "MaterialType"),
        materials["id"].combine_chunks().filter(known),
        ids.filter(known),
        method=methods.filter(known),
        confidence=pa.array([1.0] * sum(known.to_pylist()), pa.float64()),
    )
