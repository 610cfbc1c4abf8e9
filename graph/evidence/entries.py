"""Entries of the ledger from records and links, as columns.

The same builder makes the entries of a load when it is sealed and those of what the graph holds when it is verified,
so that the two can only differ where the graph does.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from graph.canonical import quoted
from graph.evidence.parts import (
    PART_SALT_BYTES,
    PARTS,
    SALTS_BYTES,
    joined,
    link_texts,
    links_by_part,
    members,
    part_digest,
    part_of_links,
    part_salts,
    part_text,
    part_texts,
    properties_by_part,
)
from graph.identifiers import hexadecimal
from graph.schema import RELATIONSHIP

Bytes = npt.NDArray[np.uint8]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
NONE = -1
DIGEST = 32
_PORTION = 1 << 16


@dataclass
class _Contents:
    """Contents of records of one label: `texts` are members of the parts that are hashed with links, `digests`
    of the others; `loads` gave the content, `before` is the start of what it replaces (NONE for the first)."""

    ids: pa.Array
    salts: pa.Array
    loads: Ints
    before: Ints
    first: Flags
    texts: dict[str, pa.Array]
    digests: dict[str, Bytes]


@dataclass
class _Stated:
    """Links that records of a label stated when they came: the place of the record, and the link's digest."""

    places: list[Ints] = field(default_factory=list)
    digests: list[Bytes] = field(default_factory=list)

    def sorted(self) -> tuple[Ints, Bytes]:
        """By place, and the digests of one place by their bytes."""
        places = np.concatenate(self.places) if self.places else np.zeros(0, np.int64)
        digests = np.concatenate(self.digests) if self.digests else np.zeros((0, DIGEST), np.uint8)
        words = np.ascontiguousarray(digests).view(">u8")
        order = np.lexsort((*words.T[::-1], places))
        return places[order], digests[order]


class UnknownOwner(LookupError):
    """A link that a record is to have stated from the start, though the record is not among the contents."""


class EntryBuilder:
    """Takes contents, links and withdrawals in any portions and gives their entries (canonical JSON, UTF-8)."""

    def __init__(self) -> None:
        self._contents: dict[str, list[_Contents]] = {}
        self._stated: dict[tuple[str, str], _Stated] = {}
        self._whole: list[Callable[[], Iterator[bytes]]] = []

    def contents(self, label: str, table: pa.Table, loads: Ints, before: Ints) -> None:
        """Contents of records (`id`, `salt`, `source_row`, properties); those with NONE before are first ones."""
        for start in range(0, table.num_rows, _PORTION):
            cut = slice(start, start + _PORTION)
            self._portion(label, table.slice(start, _PORTION), loads[cut], before[cut])

    def _portion(self, label: str, table: pa.Table, loads: Ints, before: Ints) -> None:
        said = {part: members(properties, table) for part, properties in properties_by_part(label).items()}
        said.setdefault("what", pa.nulls(table.num_rows, pa.string()))
        texts = {part: said.pop(part) for part in links_by_part(label) if part in said}
        salts = _whole(table["salt"])
        digests = _digests(salts, said, _whole(table["source_row"]))
        one = _Contents(_whole(table["id"]), salts, loads, before, before == NONE, texts, digests)
        self._contents.setdefault(label, []).append(one)

    def drop(self, label: str, ids: pa.Array) -> None:
        """Forgets contents that were taken, because this load has given the records another content."""
        gone = set(ids.to_pylist())
        for one in self._contents.get(label, []):
            kept = np.array([id_ not in gone for id_ in one.ids.to_pylist()], bool)
            if not kept.all():
                _keep(one, kept)

    def has_first(self, label: str, ids: pa.Array) -> pa.Array:
        """Of which records the first content was taken."""
        return self._places(label, ids).is_valid()

    def _ids(self, label: str) -> pa.Array:
        return pa.concat_arrays([pa.array([], pa.string()), *(one.ids for one in self._contents.get(label, ()))])

    def stated_links(self, type_: str, links: pa.Table) -> None:
        """Links that belong to the first content of the record that states them.

        Raises UnknownOwner where that content is not among those taken.
        """
        end = RELATIONSHIP[type_].stated_by
        labels = pc.unique(links[f"{end}_label"]).to_pylist()
        for label in labels:
            # A copy of the links of a large load is larger than all that is noted of them.
            of_label = links if len(labels) == 1 else links.filter(pc.equal(links[f"{end}_label"], label))
            owners = _whole(of_label[f"{end}_id"])
            places = self._places(label, owners)
            if places.null_count:
                missing = owners.filter(places.is_null())[0]
                raise UnknownOwner(f"{type_} of {label} {missing}")
            stated = self._stated.setdefault((label, part_of_links(type_)), _Stated())
            stated.places.append(places.to_numpy().astype(np.int64))
            stated.digests.append(_link_digests(type_, of_label))

    def _places(self, label: str, owners: pa.Array) -> pa.Array:
        firsts = [
            pa.array(np.where(one.first, np.arange(len(one.ids)), NONE)) for one in self._contents.get(label, ())
        ]
        if not firsts:
            return pa.nulls(len(owners), pa.int64())
        is_first = pc.not_equal(pa.concat_arrays(firsts), NONE)
        among = pa.array(np.flatnonzero(is_first.to_numpy(zero_copy_only=False)))
        return among.take(pc.index_in(owners, value_set=self._ids(label).filter(is_first)))

    def later_links(self, type_: str, links: pa.Table, loads: Ints) -> None:
        """Links that were asserted later than their record, each an entry with its own `salt`."""
        self._links("link", type_, links, _whole(links["salt"]), loads, np.full(links.num_rows, NONE, np.int64))

    def withdrawn_links(self, type_: str, links: pa.Table, loads: Ints) -> None:
        """Withdrawals of links (`load` asserted them, `withdrawal_salt`)."""
        asserted = links["load"].to_numpy().astype(np.int64)
        self._links("link-withdrawal", type_, links, _whole(links["withdrawal_salt"]), loads, asserted)

    def _links(self, kind: str, type_: str, links: pa.Table, salts: pa.Array, loads: Ints, before: Ints) -> None:
        if not links.num_rows:
            return
        part = part_of_links(type_)
        digests = _link_digests(type_, links)
        named = pc.binary_join_element_wise(
            type_, *(_whole(links[end]) for end in ("from_label", "from_id", "to_label", "to_id")), ":"
        )

        def entries() -> Iterator[bytes]:
            for name, salt, load, start, digest in zip(
                quoted(named).to_pylist(), salts.to_pylist(), loads.tolist(), before.tolist(), digests, strict=True
            ):
                said = part_text(None, links=[digest.tobytes().hex()])
                proof = part_digest(part_salts(salt)[PARTS.index(part)], said)
                yield _entry(kind, name, load, start, f'"{part}":"{proof}"')

        self._whole.append(entries)

    def withdrawals(self, label: str, ids: pa.Array, loads: Ints, before: Ints) -> None:
        """Withdrawals of records; there is nothing in them to hide."""
        named = quoted(pc.binary_join_element_wise(label, ids, ":"))

        def entries() -> Iterator[bytes]:
            for name, load, start in zip(named.to_pylist(), loads.tolist(), before.tolist(), strict=True):
                yield _entry("withdrawal", name, load, start, "")

        self._whole.append(entries)

    def entries(self) -> Iterator[bytes]:
        """All entries: contents label by label in the order in which they were taken, then links, withdrawals."""
        for label, portions in self._contents.items():
            stated = {part: self._stated.get((label, part), _Stated()).sorted() for part in links_by_part(label)}
            first = 0
            for one in portions:
                yield from _of_contents(label, one, stated, first)
                first += len(one.ids)
        for made in self._whole:
            yield from made()


def _of_contents(
    label: str, one: _Contents, stated: dict[str, tuple[Ints, Bytes]], first_place: int
) -> Iterator[bytes]:
    """The entries of a portion of contents, whose places begin at `first_place`."""
    kind = "load" if label == "Load" else "record"
    for start in range(0, len(one.ids), _PORTION):
        count = min(_PORTION, len(one.ids) - start)
        cut = slice(start, start + count)
        salts, first = one.salts.slice(start, count), pa.array(one.first[cut])
        proofs = {part: hexadecimal(of[cut].tobytes(), DIGEST) for part, of in one.digests.items()}
        drawn = _drawn(salts)
        for part, (places, digests) in stated.items():
            links = _by_place(places, digests, first_place + start, count)
            properties = one.texts[part].slice(start, count) if part in one.texts else None
            said = part_texts(properties, None, pc.if_else(first, links, pa.scalar(None, links.type)))
            known = first if properties is None else pc.or_(first, properties.is_valid())
            digest = hexadecimal(_hashed(drawn, part, said), DIGEST)
            proofs[part] = pc.if_else(pc.and_(known, salts.is_valid()), digest, pa.scalar(None, pa.string()))
        listed = [
            pc.binary_join_element_wise(f',"{part}":"', proofs[part], '"', "") for part in PARTS if part in proofs
        ]
        names = quoted(pc.binary_join_element_wise(label, one.ids.slice(start, count), ":"))
        yield from _entries(kind, names, one.loads[cut], one.before[cut], joined(listed))


def _entries(kind: str, names: pa.Array, loads: Ints, before: Ints, parts: pa.Array) -> list[bytes]:
    """As `_entry`, of columns."""
    stems = pc.binary_slice(names.cast(pa.binary()), 0, -1).cast(pa.string())
    replaced = pc.binary_join_element_wise(stems, "@", pa.array(before).cast(pa.string()), '"', "")
    supersedes = pc.if_else(pa.array(before == NONE), "null", replaced)
    made = pc.binary_join_element_wise(
        '{"alg":"sha256","id":',
        stems,
        "@",
        pa.array(loads).cast(pa.string()),
        f'","kind":"{kind}","parts":{{',
        parts,
        '},"supersedes":',
        supersedes,
        ',"v":1}',
        "",
    )
    found: list[bytes] = made.cast(pa.binary()).to_pylist()
    return found


def _by_place(places: Ints, digests: Bytes, first: int, count: int) -> pa.Array:
    """For each of `count` places from `first` on the digests of its links, hexadecimal."""
    bounds = np.searchsorted(places, np.arange(first, first + count + 1))
    texts = hexadecimal(digests[int(bounds[0]) : int(bounds[-1])].tobytes(), DIGEST)
    return pa.ListArray.from_arrays(pa.array((bounds - bounds[0]).astype(np.int32)), texts)


def _entry(kind: str, name: str, load: int, before: int, parts: str) -> bytes:
    """One entry; `name` is quoted JSON of what it is about, to which the load is added."""
    stem = name[:-1]
    supersedes = "null" if before == NONE else f'{stem}@{before}"'
    return (
        f'{{"alg":"sha256","id":{stem}@{load}","kind":"{kind}","parts":{{{parts}}},"supersedes":{supersedes},"v":1}}'
    ).encode()


def _digests(salts: pa.Array, said: dict[str, pa.Array], rows: pa.Array) -> dict[str, Bytes]:
    """The digests of parts of each record; zeros for those whose salt was destroyed."""
    out = {part: bytearray() for part in said}
    for start in range(0, len(salts), _PORTION):
        drawn = _drawn(salts.slice(start, _PORTION))
        of_rows = rows.slice(start, _PORTION)
        for part, of in said.items():
            texts = part_texts(of.slice(start, _PORTION), of_rows if part == "what" else None, None)
            out[part] += _hashed(drawn, part, texts)
    return {part: np.frombuffer(bytes(of), np.uint8).reshape(-1, DIGEST) for part, of in out.items()}


def _drawn(salts: pa.Array) -> list[bytes | None]:
    """The salts of all parts of each record, one after the other."""
    shake = hashlib.shake_256
    return [None if salt is None else shake(salt).digest(SALTS_BYTES) for salt in salts.cast(pa.binary()).to_pylist()]


def _hashed(drawn: list[bytes | None], part: str, texts: pa.Array) -> bytes:
    """The digests of one part of each record."""
    sha256 = hashlib.sha256
    low = PART_SALT_BYTES * PARTS.index(part)
    high = low + PART_SALT_BYTES
    return b"".join(
        [
            bytes(DIGEST) if of is None else sha256(of[low:high] + text).digest()
            for of, text in zip(drawn, texts.cast(pa.binary()).to_pylist(), strict=True)
        ]
    )


def _link_digests(type_: str, links: pa.Table) -> Bytes:
    out = bytearray()
    for start in range(0, links.num_rows, _PORTION):
        texts = link_texts(type_, links.slice(start, _PORTION)).cast(pa.binary()).to_pylist()
        out += b"".join([hashlib.sha256(text).digest() for text in texts])
    return np.frombuffer(bytes(out), np.uint8).reshape(-1, DIGEST)


def _keep(one: _Contents, kept: Flags) -> None:
    chosen = pa.array(kept)
    one.ids, one.salts = one.ids.filter(chosen), one.salts.filter(chosen)
    one.loads, one.before, one.first = one.loads[kept], one.before[kept], one.first[kept]
    one.texts = {part: of.filter(chosen) for part, of in one.texts.items()}
    one.digests = {part: of[kept] for part, of in one.digests.items()}


def _whole(column: pa.Array | pa.ChunkedArray) -> pa.Array:
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
