"""The parts of a sealed record: who, when, what, links, file; each with a salt of its own.

A part is proved by SHA-256 over its salt and its canonical JSON (RFC 8785), so that a receiver who may not see
one part can still check the others. docs/ledger.md has the format.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, TypeAlias

import pyarrow as pa
import pyarrow.compute as pc

from graph.canonical import canonical, escaped
from graph.schema import NODE, RELATIONSHIP, RELATIONSHIPS, Property, Relationship

Piece: TypeAlias = str | pa.Array
PARTS = ("file", "links", "what", "when", "who")
PART_SALT_BYTES = 16
SALTS_BYTES = PART_SALT_BYTES * len(PARTS)
_WHEN = frozenset(
    {"offset", "precision", "date", "valid_from", "valid_to", "valid_until", "year", "validity_days", "period"}
)
_WHO = frozenset({"responsible", "who", "holder"})
_WHO_LINKS = frozenset({"APPLIED", "BY", "IN_UNIT", "IS_PERSON", "MEMBER_OF", "ABOUT", "CONCERNS", "PAYS", "SAME_AS"})
# What changes after a load is sealed, and what is the ledger's own.
_UNSEALED_OF_LOADS = frozenset({"state", "changes", "lease_until", "salt"})


def part_of_property(label: str, p: Property) -> str:
    """The part that a property of a label belongs to."""
    if label == "File":
        return "file"
    if p.type == "instant" or p.name in _WHEN:
        return "when"
    return "who" if p.name in _WHO else "what"


def part_of_links(type_: str) -> str:
    """The part that links of a type belong to."""
    if type_ in _WHO_LINKS:
        return "who"
    return "file" if type_ == "HAS_FILE" else "links"


def sealed_properties(label: str) -> tuple[Property, ...]:
    """The properties of a label that the ledger holds digests of."""
    node = NODE[label]
    return tuple(p for p in node.content if label != "Load" or p.name not in _UNSEALED_OF_LOADS)


@cache
def properties_by_part(label: str) -> Mapping[str, tuple[Property, ...]]:
    """Part -> the properties of a label in it, by name, without parts that have none."""
    found: dict[str, list[Property]] = {}
    for p in sorted(sealed_properties(label), key=lambda p: p.name):
        found.setdefault(part_of_property(label, p), []).append(p)
    return {part: tuple(of) for part, of in found.items()}


@cache
def stated_types(label: str) -> tuple[Relationship, ...]:
    """The sealed types of links that records of a label state."""
    return tuple(
        link
        for link in RELATIONSHIPS
        if link.stated_by and label in {pair[link.stated_by == "to"] for pair in link.ends}
    )


@cache
def links_by_part(label: str) -> Mapping[str, tuple[str, ...]]:
    """Part -> the types of links that records of a label state, without parts that have none."""
    found: dict[str, list[str]] = {}
    for link in stated_types(label):
        found.setdefault(part_of_links(link.type), []).append(link.type)
    return {part: tuple(of) for part, of in found.items()}


def part_salt(salt: str, part: str) -> bytes:
    """The salt of a part: 16 bytes of SHAKE-256 over the salt of the record (its hexadecimal text)."""
    return part_salts(salt)[PARTS.index(part)]


def part_salts(salt: str) -> list[bytes]:
    """The salts of all parts, in the order of PARTS."""
    drawn = hashlib.shake_256(salt.encode()).digest(SALTS_BYTES)
    return [drawn[i : i + PART_SALT_BYTES] for i in range(0, len(drawn), PART_SALT_BYTES)]


def part_digest(salt: bytes, text: str) -> str:
    """The digest of a part, hexadecimal."""
    return hashlib.sha256(salt + text.encode()).hexdigest()


def members(properties: Sequence[Property], table: pa.Table) -> pa.Array:
    """The properties of each record as canonical JSON without the braces; what is null is left out."""
    return glued(member_pieces(properties, table), table.num_rows)


def members_of(properties: Sequence[Property], row: Mapping[str, Any]) -> str:
    """As `members`, of one record."""
    said = ((p, row[p.name]) for p in properties)
    return ",".join(f"{canonical(p.name)}:{_value_of(p, value)}" for p, value in said if value is not None)


def member_pieces(properties: Sequence[Property], table: pa.Table) -> list[Piece]:
    """The same as pieces for `glued`, so that they need not be copied before what they are part of is made."""
    columns = [(p, _whole(table[p.name])) for p in properties]
    said = [(canonical(p.name), _value(p, of), of.null_count) for p, of in columns if of.null_count < len(of)]
    return object_pieces(said)


def object_pieces(values: Sequence[tuple[str, list[Piece], int]]) -> list[Piece]:
    """The members of a JSON object, without those that are null: quoted name, value, and how many of it are null."""
    always = next((i for i, (_, _, nulls) in enumerate(values) if not nulls), None)
    if not values:
        return []
    if always is None:
        return [_without_first(glued([of for name, value, _ in values for of in _optional(",", name, value, "")]))]
    found: list[Piece] = []
    for i, (name, value, nulls) in enumerate(values):
        # The commas are on the side of the first member that is never left out.
        before, after = "," if i > always else "", "," if i < always else ""
        found += _optional(before, name, value, after) if nulls else [f"{before}{name}:", *value, after]
    return found


def _optional(before: str, name: str, value: list[Piece], after: str) -> list[Piece]:
    """A member that is empty where its value is null."""
    return [pc.coalesce(glued([f"{before}{name}:", *value, after]), "")]


def _without_first(texts: pa.Array) -> pa.Array:
    """Texts without their first byte, a comma."""
    return pc.binary_replace_slice(texts.cast(pa.binary()), 0, 1, b"").cast(pa.string())


def glued(pieces: Sequence[Piece], count: int = 0) -> pa.Array:
    """Texts (the same for every row) and columns of them, one after the other; null where one is null.

    `count` is the number of rows, for where there is no column among the pieces.
    """
    # One joining of many columns reads each of them once.
    merged: list[Piece] = []
    for piece in pieces:
        if isinstance(piece, str) and merged and isinstance(merged[-1], str):
            merged[-1] += piece
        elif not isinstance(piece, str) or piece:
            merged.append(piece)
    if not any(isinstance(piece, pa.Array) for piece in merged):
        return pa.repeat(pa.scalar("".join(str(piece) for piece in merged), pa.string()), count)
    return merged[0] if len(merged) == 1 else pc.binary_join_element_wise(*merged, "")


def _value(p: Property, column: pa.Array) -> list[Piece]:
    """Strings and integers; numbers with a fraction and truth values as strings."""
    if p.type in ("integer", "instant"):
        return [column.cast(pa.int64()).cast(pa.string())]
    if p.type == "boolean":
        return [pc.if_else(column, '"true"', '"false"')]
    if p.type == "real":
        return [pa.array([None if v is None else canonical(repr(v)) for v in column.to_pylist()], pa.string())]
    return ['"', escaped(column.cast(pa.string())), '"']


def _value_of(p: Property, value: Any) -> str:
    """The same of one value."""
    if p.type in ("integer", "instant"):
        return str(value)
    if p.type == "boolean":
        return '"true"' if value else '"false"'
    return canonical(repr(value) if p.type == "real" else value)


def _whole(column: pa.Array | pa.ChunkedArray) -> pa.Array:
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column


def link_texts(type_: str, links: pa.Table) -> pa.Array:
    """The canonical JSON of links: both ends, properties, type."""
    properties = sorted(RELATIONSHIP[type_].properties, key=lambda p: p.name)
    return glued(
        [
            '{"from":"',
            *_reference(links, "from"),
            '","properties":{',
            *member_pieces(properties, links),
            '},"to":"',
            *_reference(links, "to"),
            f'","type":{canonical(type_)}}}',
        ],
        links.num_rows,
    )


def link_text(type_: str, link: Mapping[str, Any]) -> str:
    """As `link_texts`, of one link."""
    start, end = (canonical(f"{link[f'{which}_label']}:{link[f'{which}_id']}") for which in ("from", "to"))
    properties = sorted(RELATIONSHIP[type_].properties, key=lambda p: p.name)
    return f'{{"from":{start},"properties":{{{members_of(properties, link)}}},"to":{end},"type":{canonical(type_)}}}'


def _reference(links: pa.Table, end: str) -> list[Piece]:
    """`Label:id` of an end of each link, as it stands in JSON."""
    return [escaped(_whole(links[f"{end}_label"])), ":", escaped(_whole(links[f"{end}_id"]))]


def properties_pieces(properties: Sequence[Property], table: pa.Table, rows: pa.Array | None) -> list[Piece]:
    """What `part_text` says of parts without links, where each has its properties, and with `rows` its row."""
    said: list[Piece] = ['"properties":{', *member_pieces(properties, table), "}"] if properties else []
    if rows is not None and rows.null_count < len(rows):
        row: list[Piece] = ['"row":', rows.cast(pa.string())]
        comma = "," if properties else ""
        said += [pc.coalesce(glued([comma, *row]), "")] if rows.null_count else [comma, *row]
    return ["{", *said, "}"]


def linked_pieces(properties: pa.Array | None, links: pa.Array, first: pa.Array) -> list[Piece]:
    """What `part_text` says of parts with links: lists of digests, which only the `first` contents have, and members
    of properties. Null where a later content has no properties."""
    listed: Piece = pc.binary_join(links, '","')
    some: list[Piece] = ['"links":["', listed, '"]']
    if pc.any(pc.equal(pc.list_value_length(links), 0)).as_py():
        some = [pc.if_else(pc.equal(pc.list_value_length(links), 0), '"links":[]', glued(some))]
    has: list[Piece] = [] if properties is None else ['"properties":{', properties, "}"]
    whole: list[Piece] = ["{", *some, *([",", *has] if has else []), "}"]
    if pc.all(first).as_py():
        return whole
    return [pc.if_else(first, glued(whole), glued(["{", *has, "}"]) if has else pa.scalar(None, pa.string()))]


def part_text(properties: str | None, *, row: int | None = None, links: Sequence[str] | None = None) -> str:
    """The canonical JSON of a part from the members of its properties, the row of the source and its links.

    `links` are digests (SHA-256, hexadecimal) of the canonical JSON of each link that the record stated when it
    came, sorted; None where the part has no types of links, or the record is a later content.
    """
    said = []
    if links is not None:
        said.append('"links":[' + ",".join(f'"{one}"' for one in links) + "]")
    if properties is not None:
        said.append('"properties":{' + properties + "}")
    if row is not None:
        said.append(f'"row":{row}')
    return "{" + ",".join(said) + "}"
