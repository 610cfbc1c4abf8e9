"""Proofs of records: the entries that they have in the ledger, opened part by part, with their audit paths."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from queue import SimpleQueue

import pyarrow as pa
import pyarrow.compute as pc

from graph.decision_kinds import decision_id
from graph.evidence.opened import Opened, OpenedBuilder, Shown
from graph.evidence.parts import stated_types
from graph.evidence.reading import Portion, portion_of, where
from graph.ledger.log import Ledger
from graph.ledger.merkle import leaf_hash
from graph.store import Snapshot
from graph.together import together


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


def proofs(
    snapshot: Snapshot, ledger: Ledger, wanted: Mapping[str, Sequence[str]], upto: int, size: int | None = None
) -> tuple[list[Proof], list[Unproved]]:
    """The proofs of all that the ledger holds up to a load of records (label -> ids) and of the links they state.

    Their paths lead to the root of the tree of `size` entries, by default of all. What the graph holds otherwise
    than the ledger is named; `dossier verify` says more of it.
    """
    opened: list[Opened] = []
    unproved: list[Unproved] = []
    for portion, entries in _portions(snapshot, wanted, upto):
        unproved += [Unproved(one.id, one.why) for one in portion.unprovable]
        gone = "Its content was erased by {}; the ledger keeps the digests."
        unproved += [
            Unproved(f"{of}:{id_}", gone.format(decision_id(by)), True) for (of, id_), by in portion.erased.items()
        ]
        opened += entries
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


def _portions(
    snapshot: Snapshot, wanted: Mapping[str, Sequence[str]], upto: int
) -> list[tuple[Portion, list[Opened]]]:
    """The records label by label with their entries, read by two threads where the snapshot lets them."""
    other = snapshot.other()
    free: SimpleQueue[Snapshot] = SimpleQueue()
    for one in [snapshot] if other is None else [snapshot, other]:
        free.put(one)

    def read(label: str) -> tuple[Portion, list[Opened]]:
        mine = free.get()
        try:
            return _portion(mine, label, wanted[label], upto)
        finally:
            free.put(mine)

    # What states most types of links takes longest.
    labels = sorted(
        (label for label in wanted if wanted[label]), key=lambda label: (-len(stated_types(label)), label)
    )
    if other is None:
        return [read(label) for label in labels]
    return together([partial(read, label) for label in labels])


def _portion(snapshot: Snapshot, label: str, ids: Sequence[str], upto: int) -> tuple[Portion, list[Opened]]:
    records = snapshot.records(label, pa.array(sorted(set(ids)), pa.string()))
    records = where(records, pc.less_equal(records["load"], upto))
    builder = OpenedBuilder()
    if not records.num_rows:
        return Portion(label, 0, builder, []), []
    portion = portion_of(snapshot, label, records, upto, builder)
    return portion, list(builder.opened())
