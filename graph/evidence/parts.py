"""The parts of a sealed record: who, when, what, links, file; each with a salt of its own.

A part is proved by SHA-256 over its salt and its canonical JSON (RFC 8785), so that a receiver who may not see
one part can still check the others. docs/ledger.md has the format.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from functools import cache

import pyarrow as pa
import pyarrow.compute as pc

from graph.canonical import canonical, quoted
from graph.schema import NODE, RELATIONSHIP, RELATIONSHIPS, Property, Relationship

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
    if not properties:
        return pa.repeat(pa.scalar("", pa.string()), table.num_rows)
    each = []
    for p in properties:
        value = _value(p, _whole(table[p.name]))
        each.append(pc.binary_join_element_wise(f",{canonical(p.name)}:", value, ""))
    return joined(each)


def _value(p: Property, column: pa.Array) -> pa.Array:
    """Strings and integers; numbers with a fraction and truth values as strings."""
    if p.type in ("integer", "instant"):
        return column.cast(pa.int64()).cast(pa.string())
    if p.type == "boolean":
        return pc.if_else(column, '"true"', '"false"')
    if p.type == "real":
        return pa.array([None if v is None else canonical(repr(v)) for v in column.to_pylist()], pa.string())
    return quoted(column.cast(pa.string()))


def _whole(column: pa.Array | pa.ChunkedArray) -> pa.Array:
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column


def link_texts(type_: str, links: pa.Table) -> pa.Array:
    """The canonical JSON of links: both ends, properties, type."""
    properties = sorted(RELATIONSHIP[type_].properties, key=lambda p: p.name)
    inner = members(properties, links)
    return pc.binary_join_element_wise(
        '{"from":',
        reference(links["from_label"], links["from_id"]),
        pc.binary_join_element_wise(',"properties":{', inner, "}", ""),
        pc.binary_join_element_wise(',"to":', reference(links["to_label"], links["to_id"]), ""),
        f',"type":{canonical(type_)}}}',
        "",
    )


def reference(labels: pa.Array | pa.ChunkedArray, ids: pa.Array | pa.ChunkedArray) -> pa.Array:
    """`Label:id` of records, quoted as JSON."""
    return quoted(pc.binary_join_element_wise(_whole(labels), _whole(ids), ":"))


def part_texts(properties: pa.Array | None, rows: pa.Array | None, links: pa.Array | None) -> pa.Array:
    """As `part_text`, of columns (strings, integers, lists of digests); what is null in a row is left out of it."""
    said = []
    if links is not None:
        listed = pc.binary_join(links, '","')
        some = pc.binary_join_element_wise(',"links":["', listed, '"]', "")
        said.append(pc.if_else(pc.equal(pc.list_value_length(links), 0), ',"links":[]', some))
    if properties is not None:
        said.append(pc.binary_join_element_wise(',"properties":{', properties, "}", ""))
    if rows is not None:
        said.append(pc.binary_join_element_wise(',"row":', rows.cast(pa.string()), ""))
    return pc.binary_join_element_wise("{", joined(said), "}", "")


def joined(members: Sequence[pa.Array]) -> pa.Array:
    """Members of a JSON object, each with a comma before it or null, one after the other."""
    # Not by joining without nulls: pyarrow 26 loses the rows in which all are null.
    together = pc.binary_join_element_wise(*(pc.coalesce(each, "") for each in members), "")
    return pc.binary_replace_slice(together.cast(pa.binary()), 0, 1, b"").cast(pa.string())


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
