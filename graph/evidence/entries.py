"""Entries of the ledger from records and links, as columns.

The same builder makes the entries of a load when it is sealed and those of what the graph holds when it is verified,
so that the two can only differ where the graph does.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from graph.canonical import escaped, quoted
from graph.evidence.hashing import DIGEST, Bytes, Digests, digests_here
from graph.evidence.parts import (
    PART_SALT_BYTES,
    PARTS,
    SALTS_BYTES,
    Piece,
    glued,
    link_texts,
    linked_pieces,
    links_by_part,
    members,
    object_pieces,
    part_digest,
    part_of_links,
    part_salts,
    part_text,
    properties_by_part,
    properties_pieces,
)
from graph.evidence.spill import Rows, Spill, Texts
from graph.identifiers import hexadecimal
from graph.schema import RELATIONSHIP

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
NONE = -1
_PORTION = 1 << 16


@dataclass
class _Contents:
    """Contents of records of one label: `texts` are members of the parts that are hashed with links, `salts` those
    of these parts, `digests` of the others; `kept` are those whose salt was not destroyed, `loads` gave the content,
    `before` is the start of what it replaces (NONE for the first)."""

    ids: Texts
    salts: dict[str, Rows]
    kept: Flags
    loads: Ints
    before: Ints
    first: Flags
    texts: dict[str, pa.Array]
    digests: dict[str, Rows]

    def __len__(self) -> int:
        return len(self.loads)


@dataclass
class _Stated:
    """Links that records of a label stated when they came, in chunks: the places of the records in their order, and
    the digests of the links."""

    chunks: list[tuple[npt.NDArray[np.int32], Rows]] = field(default_factory=list)

    def add(self, places: npt.NDArray[np.int32], digests: Rows, kept: Callable[[Rows], Rows]) -> None:
        if (places[1:] < places[:-1]).any():
            order = np.argsort(places, kind="stable")
            places, digests = places[order], digests[:][order]
        self.chunks.append((places, kept(digests)))

    def of(self, first: int, count: int) -> pa.Array:
        """For each of `count` places from `first` on the digests of its links, hexadecimal, in their order."""
        some = [(np.zeros(0, np.int32), np.zeros((0, DIGEST), np.uint8))]
        for places, digests in self.chunks:
            begin, end = np.searchsorted(places, np.array([first, first + count], places.dtype))
            some.append((places[begin:end], digests[begin:end]))
        places, digests = _in_order(*(np.concatenate(of) for of in zip(*some, strict=True)))
        bounds = np.searchsorted(places, np.arange(first, first + count + 1, dtype=places.dtype)).astype(np.int32)
        return pa.ListArray.from_arrays(pa.array(bounds), _hexadecimal(digests))


def _first_places(contents: Sequence[_Contents], owners: pa.Array, place: int) -> pa.Array:
    """Where the first contents of records are among these, of which the first one is at `place`; null for others."""
    if not contents:
        return pa.nulls(len(owners), pa.int64())
    ids = pa.concat_arrays([one.ids() for one in contents]) if len(contents) > 1 else contents[0].ids()
    first = np.concatenate([one.first for one in contents])
    if first.all():
        return pc.add(pc.index_in(owners, value_set=ids).cast(pa.int64()), place)
    among = pa.array(np.flatnonzero(first) + place)
    return among.take(pc.index_in(owners, value_set=ids.filter(pa.array(first))))


def _leading(places: pa.Array) -> int:
    """How many there are before the first null."""
    return len(places) if not places.null_count else int(pc.index(places.is_null(), True).as_py())


def _in_order(places: npt.NDArray[np.int32], digests: Bytes) -> tuple[npt.NDArray[np.int32], Bytes]:
    """By place, and the digests of one place by their bytes."""
    if (places[1:] > places[:-1]).all():
        return places, digests
    words = np.ascontiguousarray(digests).view(">u8")
    order = np.lexsort((words[:, 0], places))
    places, words = places[order], words[order]
    # Digests of one place that begin with the same 8 bytes are of equal links, or were made to.
    alike = (places[1:] == places[:-1]) & (words[1:, 0] == words[:-1, 0])
    if alike.any():
        further = np.lexsort((*words.T[::-1], places))
        places, words = places[further], words[further]
    return places, words.view(np.uint8)


class UnknownOwner(LookupError):
    """A link that a record is to have stated from the start, though the record is not among the contents."""


class EntryBuilder:
    """Takes contents, links and withdrawals in any portions and gives their entries (canonical JSON, UTF-8).

    What is taken waits in `spill`, or in memory where there is none. `digests` hashes texts.
    """

    def __init__(self, spill: Spill | None = None, digests: Digests = digests_here) -> None:
        self._digests = digests
        self._kept: Callable[[Rows], Rows] = (lambda rows: spill.rows(rows[:])) if spill else lambda rows: rows
        self._texts: Callable[[pa.Array], Texts] = spill.texts if spill else lambda texts: lambda: texts
        self._contents: dict[str, list[_Contents]] = {}
        self._stated: dict[tuple[str, str], _Stated] = {}
        self._whole: list[Callable[[], Iterator[bytes]]] = []

    def contents(self, label: str, table: pa.Table, loads: Ints, before: Ints) -> None:
        """Contents of records (`id`, `salt`, `source_row`, properties); those with NONE before are first ones."""
        for start in range(0, table.num_rows, _PORTION):
            cut = slice(start, start + _PORTION)
            self._portion(label, table.slice(start, _PORTION), loads[cut], before[cut])

    def _portion(self, label: str, table: pa.Table, loads: Ints, before: Ints) -> None:
        of_parts, with_links = properties_by_part(label), links_by_part(label)
        rows = _whole(table["source_row"])
        salts = _whole(table["salt"])
        drawn = _drawn(salts)
        kept = salts.is_valid().to_numpy(zero_copy_only=False)
        digests: dict[str, Rows] = {}
        for part in {*of_parts, "what"} - set(with_links):
            pieces = properties_pieces(of_parts.get(part, ()), table, rows if part == "what" else None)
            hashed = self._digests(_salted(drawn[part], pieces))
            if salts.null_count:
                hashed = np.where(kept[:, None], hashed[:], np.uint8(0))
            digests[part] = self._kept(hashed)
        texts = {part: members(of_parts[part], table) for part in with_links if part in of_parts}
        of_links = {part: self._kept(drawn[part]) for part in with_links}
        one = _Contents(
            self._texts(_whole(table["id"])), of_links, kept, loads, before, before == NONE, texts, digests
        )
        self._contents.setdefault(label, []).append(one)

    def drop(self, label: str, ids: pa.Array) -> None:
        """Forgets contents that were taken, because this load has given the records another content."""
        gone = set(ids.to_pylist())
        for one in self._contents.get(label, []):
            kept = np.array([id_ not in gone for id_ in one.ids().to_pylist()], bool)
            if not kept.all():
                _keep(one, kept)

    def _ids(self, label: str) -> pa.Array:
        return pa.concat_arrays([pa.array([], pa.string()), *(one.ids() for one in self._contents.get(label, ()))])

    def stated_links(self, type_: str, links: pa.Table, places: pa.Array | None = None) -> None:
        """Links that belong to the first content of the record that states them; `places` are those of the records
        where the caller has asked for them.

        Raises UnknownOwner where that content is not among those taken.
        """
        end = RELATIONSHIP[type_].stated_by
        labels = pc.unique(links[f"{end}_label"]).to_pylist() if links.num_rows else []
        for label in labels:
            # A copy of the links of a large load is larger than all that is noted of them.
            of_label = links if len(labels) == 1 else links.filter(pc.equal(links[f"{end}_label"], label))
            owners = _whole(of_label[f"{end}_id"])
            if places is None or len(labels) > 1:
                places = self.places(label, owners)
            if places.null_count:
                missing = owners.filter(places.is_null())[0]
                raise UnknownOwner(f"{type_} of {label} {missing}")
            stated = self._stated.setdefault((label, part_of_links(type_)), _Stated())
            at = places.to_numpy().astype(np.int32)
            for cut, digests in self._of_links(type_, of_label):
                stated.add(at[cut], digests, self._kept)

    def places(self, label: str, owners: pa.Array) -> pa.Array:
        """The place of each record's first content among the contents of its label; null where it was not taken."""
        taken = self._contents.get(label, ())
        found, place, begin = [pa.array([], pa.int64())], 0, 0
        # Links come mostly in the order of their records, so that a portion of these is all that need be looked at.
        for one in taken:
            while begin < len(owners):
                some = owners.slice(begin, len(one))
                at = _first_places([one], some, place)
                count = _leading(at)
                found.append(at.slice(0, count))
                begin += count
                if count < len(some):
                    break
            place += len(one)
        if begin < len(owners):
            found.append(_first_places(taken, owners.slice(begin), 0))
        return pa.concat_arrays(found)

    def are_first(self, label: str, ids: pa.Array) -> bool:
        """Whether the contents taken of a label are the first ones of just these records, in this order."""
        taken = self._contents.get(label, [])
        return all(one.first.all() for one in taken) and bool(self._ids(label).equals(ids))

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
        made = [digests for _, digests in self._of_links(type_, links)]
        named = pc.binary_join_element_wise(
            type_, *(_whole(links[end]) for end in ("from_label", "from_id", "to_label", "to_id")), ":"
        )

        def entries() -> Iterator[bytes]:
            digests = chain.from_iterable(of[:] for of in made)
            for name, salt, load, start, digest in zip(
                quoted(named).to_pylist(), salts.to_pylist(), loads.tolist(), before.tolist(), digests, strict=True
            ):
                said = part_text(None, links=[digest.tobytes().hex()])
                proof = part_digest(part_salts(salt)[PARTS.index(part)], said)
                yield entry_of(kind, name, load, start, f'"{part}":"{proof}"')

        self._whole.append(entries)

    def _of_links(self, type_: str, links: pa.Table) -> Iterator[tuple[slice, Rows]]:
        """The digests of links, portion by portion."""
        for start in range(0, links.num_rows, _PORTION):
            some = links.slice(start, _PORTION)
            yield slice(start, start + _PORTION), self._digests(link_texts(type_, some))

    def withdrawals(self, label: str, ids: pa.Array, loads: Ints, before: Ints) -> None:
        """Withdrawals of records; there is nothing in them to hide."""
        named = quoted(pc.binary_join_element_wise(label, ids, ":"))

        def entries() -> Iterator[bytes]:
            for name, load, start in zip(named.to_pylist(), loads.tolist(), before.tolist(), strict=True):
                yield entry_of("withdrawal", name, load, start, "")

        self._whole.append(entries)

    def entries(self) -> Iterator[bytes]:
        """All entries: contents label by label in the order in which they were taken, then links, withdrawals."""
        return chain.from_iterable(self.portions())

    def portions(self) -> Iterator[list[bytes]]:
        """The same, many at a time."""
        for label, portions in self._contents.items():
            stated = {part: self._stated.get((label, part), _Stated()) for part in links_by_part(label)}
            first = 0
            for one in portions:
                yield from self._of_contents(label, one, stated, first)
                first += len(one)
        for made in self._whole:
            rest = made()
            while some := list(islice(rest, _PORTION)):
                yield some

    def _of_contents(
        self, label: str, one: _Contents, stated: dict[str, _Stated], first_place: int
    ) -> Iterator[list[bytes]]:
        """The entries of a portion of contents, whose places begin at `first_place`."""
        kind = "load" if label == "Load" else "record"
        ids = one.ids()
        for start in range(0, len(one), _PORTION):
            count = min(_PORTION, len(one) - start)
            cut = slice(start, start + count)
            first, kept = pa.array(one.first[cut]), one.kept[cut]
            linked = {}
            for part, of_part in stated.items():
                links = of_part.of(first_place + start, count)
                properties = one.texts[part].slice(start, count) if part in one.texts else None
                pieces = linked_pieces(properties, links, first)
                known = kept if properties is not None else one.first[cut] & kept
                linked[part] = self._digests(_salted(one.salts[part][cut], pieces)), known
            proofs = {part: _hexadecimal(of[cut]) for part, of in one.digests.items()}
            for part, (hashed, known) in linked.items():
                texts, none = _hexadecimal(hashed[:]), pa.scalar(None, pa.string())
                proofs[part] = texts if known.all() else pc.if_else(pa.array(known), texts, none)
            yield _entries(kind, label, ids.slice(start, count), one.loads[cut], one.before[cut], proofs)


def _entries(
    kind: str, label: str, ids: pa.Array, loads: Ints, before: Ints, proofs: dict[str, pa.Array]
) -> list[bytes]:
    """As `entry_of`, of columns."""
    said = [(f'"{part}"', ['"', proofs[part], '"'], proofs[part].null_count) for part in PARTS if part in proofs]
    names: list[Piece] = [f'"{label}:', escaped(ids), "@"]
    replaced: Piece = "null"
    if (before != NONE).any():
        replaced = pc.if_else(pa.array(before == NONE), "null", glued([*names, _texts(before), '"']))
    made = glued(
        [
            '{"alg":"sha256","id":',
            *names,
            _texts(loads),
            f'","kind":"{kind}","parts":{{',
            *object_pieces([one for one in said if one[2] < len(ids)]),
            '},"supersedes":',
            replaced,
            ',"v":1}',
        ]
    )
    found: list[bytes] = made.cast(pa.binary()).to_pylist()
    return found


def _texts(numbers: Ints) -> Piece:
    """Numbers as texts; one text where all are the same."""
    if len(numbers) and (numbers == numbers[0]).all():
        return str(numbers[0])
    return pa.array(numbers).cast(pa.string())


def entry_of(kind: str, name: str, load: int, before: int, parts: str) -> bytes:
    """One entry; `name` is quoted JSON of what it is about, to which the load is added, `parts` JSON members."""
    stem = name[:-1]
    supersedes = "null" if before == NONE else f'{stem}@{before}"'
    return (
        f'{{"alg":"sha256","id":{stem}@{load}","kind":"{kind}","parts":{{{parts}}},"supersedes":{supersedes},"v":1}}'
    ).encode()


def _drawn(salts: pa.Array) -> dict[str, Bytes]:
    """The salts of all parts of each record, one a row; of what was destroyed something else."""
    shake = hashlib.shake_256
    texts = salts.fill_null("").cast(pa.binary()).to_pylist()
    drawn = np.frombuffer(b"".join([shake(salt).digest(SALTS_BYTES) for salt in texts]), np.uint8)
    by_part = drawn.reshape(len(salts), len(PARTS), PART_SALT_BYTES).transpose(1, 0, 2)
    return {part: np.ascontiguousarray(of) for part, of in zip(PARTS, by_part, strict=True)}


def _salted(salts: Bytes, pieces: list[Piece]) -> pa.Array:
    """What is hashed of one part of each record: its salt and the pieces of its text; empty where one is null."""
    offsets = np.arange(len(salts) + 1, dtype=np.int32) * PART_SALT_BYTES
    salted = pa.BinaryArray.from_buffers(
        pa.binary(), len(salts), [None, pa.py_buffer(offsets), pa.py_buffer(np.ascontiguousarray(salts))]
    )
    texts = [of.encode() if isinstance(of, str) else of.cast(pa.binary()) for of in pieces]
    return pc.coalesce(pc.binary_join_element_wise(salted, *texts, b""), b"")


def _hexadecimal(digests: Bytes) -> pa.Array:
    return hexadecimal(digests.tobytes(), DIGEST)


def _keep(one: _Contents, kept: Flags) -> None:
    chosen = pa.array(kept)
    ids = one.ids().filter(chosen)
    one.ids, one.kept = (lambda: ids), one.kept[kept]
    one.loads, one.before, one.first = one.loads[kept], one.before[kept], one.first[kept]
    one.texts = {part: of.filter(chosen) for part, of in one.texts.items()}
    one.salts = {part: of[:][kept] for part, of in one.salts.items()}
    one.digests = {part: of[:][kept] for part, of in one.digests.items()}


def _whole(column: pa.Array | pa.ChunkedArray) -> pa.Array:
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
