"""What one asks the ledger: its state, the proof of a record, and that it only grew."""

from __future__ import annotations

import base64

import pyarrow as pa
from pydantic import BaseModel

from graph import clock
from graph.errors import Ambiguous, NotFound
from graph.evidence.home import NO_LEDGER, known_key, open_ledger
from graph.evidence.proofs import Proof, proofs
from graph.evidence.reading import SEALED_LABELS
from graph.evidence.sealing import sealed_loads
from graph.ledger.log import Ledger
from graph.settings import Settings
from graph.store import Snapshot, Store
from graph.viewer import Viewer


class LedgerState(BaseModel):
    """The ledger of an archive: how many entries its newest checkpoint covers, up to which load it holds the archive.

    `pending` are loads that are done and whose entries wait to be appended, `unsealed` those it knows nothing of.
    `keys` are verifier keys of signed notes, the first one first. Without a ledger all is empty.
    """

    kept: bool
    folder: str | None
    origin: str | None
    size: int
    checkpoint: str | None
    checkpoints: list[int]
    keys: list[str]
    sealed_upto: int
    pending: list[int]
    unsealed: list[int]


class PartShown(BaseModel):
    """A part of an entry as it was sealed: salt (hexadecimal), canonical JSON, canonical JSON of each link in it."""

    salt: str
    text: str
    links: list[str]


class EntryProof(BaseModel):
    """An entry (canonical JSON), its index, its audit path (base64, bottom up) and what is in its parts."""

    entry: str
    index: int
    path: list[str]
    parts: dict[str, PartShown]


class RecordProof(BaseModel):
    """That the ledger holds a record in every state that it had.

    Each path leads from its entry to the root of `checkpoint` (a signed note). `proved` is false where the graph has
    a state that the ledger does not hold; `unproved` says which and why. `known_at` is the load that is asked for.
    """

    label: str
    id: str
    proved: bool
    entries: list[EntryProof]
    unproved: list[str]
    checkpoint: str
    keys: list[str]


class Consistency(BaseModel):
    """That the tree of `new` entries begins with that of `old` ones: both checkpoints, and the proof (base64)."""

    old: int
    new: int
    old_checkpoint: str | None
    new_checkpoint: str | None
    proof: list[str]


def ledger_state(store: Store, settings: Settings, viewer: Viewer) -> LedgerState:
    """The state of the ledger. Raises LedgerMissing where the archive's ledger is not in its place."""
    viewer.require_whole_archive()
    if settings.ledger == NO_LEDGER or known_key(store) is None:
        return LedgerState(
            kept=settings.ledger != NO_LEDGER,
            folder=None,
            origin=None,
            size=0,
            checkpoint=None,
            checkpoints=[],
            keys=[],
            sealed_upto=0,
            pending=[],
            unsealed=[number for number, _ in store.read("clock/done_loads")] if store.exists() else [],
        )
    with open_ledger(store, settings, read_only=True) as ledger:
        known = sealed_loads(ledger)
        lacking = {number for number, _ in store.read("clock/done_loads")} - known
        pending = {intent.meta["last_load"] for intent in ledger.open_intents()[0]} & lacking
        return LedgerState(
            kept=True,
            folder=str(ledger.folder),
            origin=ledger.origin,
            size=ledger.size,
            checkpoint=ledger.head().note,
            checkpoints=ledger.checkpoint_sizes(),
            keys=[str(key) for key in ledger.verifiers],
            sealed_upto=max(known, default=0),
            pending=sorted(pending),
            unsealed=sorted(lacking - pending),
        )


def prove(store: Store, settings: Settings, viewer: Viewer, record: str) -> RecordProof:
    """The proof of a record, named by its id or by `Label:id`.

    Raises NotFound where no sealed record has it, Ambiguous where records of several labels do, LedgerMissing.
    """
    viewer.require_whole_archive()
    with open_ledger(store, settings, read_only=True, shared=True) as ledger:
        upto = clock.last_done(store)
        snapshot = store.snapshot()
        try:
            label, id_ = _record(snapshot, record)
            found, unproved = proofs(snapshot, ledger, {label: [id_]}, upto)
        finally:
            snapshot.close()
        return RecordProof(
            label=label,
            id=id_,
            proved=bool(found) and not unproved,
            entries=[entry_proof(one) for one in found],
            unproved=[f"{one.id}: {one.why}" for one in unproved],
            checkpoint=ledger.head().note,
            keys=[str(key) for key in ledger.verifiers],
        )


def _record(snapshot: Snapshot, text: str) -> tuple[str, str]:
    """The label and id of the record that a text names."""
    label, _, rest = text.partition(":")
    tried = [(label, rest)] if label in SEALED_LABELS and rest else []
    tried += [(each, text) for each in SEALED_LABELS]
    found = [(of, id_) for of, id_ in tried if snapshot.records(of, pa.array([id_], pa.string())).num_rows]
    if not found:
        raise NotFound(f"There is no record '{text}'.", "Name it by its id, or by its label and id: `Case:ID`.")
    if len(found) > 1 and found[0] != (label, rest):
        labels = ", ".join(of for of, _ in found)
        raise Ambiguous(f"'{text}' is the id of records of several labels: {labels}.", "Write `Label:ID`.")
    return found[0]


def entry_proof(proof: Proof) -> EntryProof:
    """A proof as it is handed out."""
    return EntryProof(
        entry=proof.entry.decode(),
        index=proof.index,
        path=[base64.b64encode(one).decode() for one in proof.path],
        parts={
            part: PartShown(salt=shown.salt.hex(), text=shown.text, links=list(shown.links))
            for part, shown in sorted(proof.parts.items())
        },
    )


def consistency(store: Store, settings: Settings, viewer: Viewer, old: int, new: int | None = None) -> Consistency:
    """The proof that the ledger only grew from `old` to `new` entries (by default all of them).

    Raises UsageError where it never had so many, LedgerMissing.
    """
    viewer.require_whole_archive()
    with open_ledger(store, settings, read_only=True) as ledger:
        until = ledger.size if new is None else new
        proof = ledger.consistency_proof(old, until)
        return Consistency(
            old=old,
            new=until,
            old_checkpoint=_kept(ledger, old),
            new_checkpoint=_kept(ledger, until),
            proof=[base64.b64encode(one).decode() for one in proof],
        )


def _kept(ledger: Ledger, size: int) -> str | None:
    """The signed checkpoint of a size, where one is kept."""
    try:
        return ledger.checkpoint_at(size).note
    except NotFound:
        return None


def case_seal(store: Store, settings: Settings, wanted: dict[str, list[str]]) -> tuple[int, list[str]]:
    """How many states of records the ledger proves, and which of them it does not (`Label:id@load: why`)."""
    with open_ledger(store, settings, read_only=True) as ledger:
        snapshot = store.snapshot()
        try:
            found, unproved = proofs(snapshot, ledger, wanted, clock.last_done(store))
        finally:
            snapshot.close()
    return len(found), [f"{one.id}: {one.why}" for one in unproved]
