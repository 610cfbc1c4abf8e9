"""Proofs of records: the entries that they have in the ledger, opened part by part, with their audit paths."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import pyarrow as pa
import pyarrow.compute as pc

from graph.decision_kinds import decision_id
from graph.evidence.opened import Opened, OpenedBuilder, Shown, unchanged
from graph.evidence.parts import stated_types
from graph.evidence.reading import portion_of, where
from graph.ledger.log import Ledger
from graph.ledger.merkle import leaf_hash
from graph.store import Snapshot


@dataclass(frozen=True)
class Proof:
    """An entry, its place and audit path (bottom up), and its parts."""

    entry: bytes
    index: int
    path: tuple[bytes, ...]
    parts: Mapping[str, Shown]


@dataclass(frozen=True)
class Unproved:
    """A state of a record or link (`id` is that of its entry) that the ledger does not hold."""

    id: str
    why: str
    erased: bool = False


_Entries: TypeAlias = tuple[list[Opened], list[Unproved]]


def proofs(
    snapshot: Snapshot, ledger: Ledger, wanted: Mapping[str, Sequence[str]], upto: int, size: int | None = None
) -> tuple[list[Proof], list[Unproved]]:
    """The proofs of all that the ledger holds up to a load of records (label -> ids) and of the links they state.

    Their paths lead to the root of the tree of `size` entries, by default of all. What the graph holds otherwise
    than the ledger is named; `dossier verify` says more of it.
    """
    opened: list[Opened] = []
    unproved: list[Unproved] = []
    for entries, missing in _read(snapshot, wanted, upto):
        opened += entries
        unproved += missing
    held: list[tuple[int, Opened]] = []
    everywhere = ledger.find([leaf_hash(one.entry) for one in opened])
    for one, places in zip(opened, everywhere, strict=True):
        place = next((at for at in places if size is None or at < size), None)
        if place is None:
            why = "The ledger does not hold it as it stands: it was altered, erased or is not sealed yet."
            unproved.append(Unproved(one.id, why))
        else:
            held.append((place, one))
    paths = ledger.inclusion_proofs([place for place, _ in held], size)
    found = [Proof(one.entry, place, tuple(path), one.parts) for (place, one), path in zip(held, paths, strict=True)]
    return sorted(found, key=lambda one: one.index), unproved


def _read(snapshot: Snapshot, wanted: Mapping[str, Sequence[str]], upto: int) -> Iterator[_Entries]:
    """The entries of the records of each label, and what is not proved of them."""
    ids = {label: sorted(set(of)) for label, of in wanted.items() if of}
    whole = snapshot.whole(ids, {label: [link.type for link in stated_types(label)] for label in ids})
    for label in ids:
        of = whole[label]
        opened, others = unchanged(label, of.records, of.links, of.versioned, upto)
        yield opened, []
        if others:
            yield _portion(snapshot, label, others, upto)


def _portion(snapshot: Snapshot, label: str, ids: Sequence[str], upto: int) -> _Entries:
    records = snapshot.records(label, pa.array(ids, pa.string()))
    records = where(records, pc.less_equal(records["load"], upto))
    builder = OpenedBuilder()
    portion = portion_of(snapshot, label, records, upto, builder)
    gone = "Its content was erased by {}; the ledger keeps the digests."
    unproved = [Unproved(one.id, one.why) for one in portion.unprovable]
    unproved += [
        Unproved(f"{of}:{id_}", gone.format(decision_id(by)), True) for (of, id_), by in portion.erased.items()
    ]
    return list(builder.opened()), unproved
