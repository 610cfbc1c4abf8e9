"""As it stood, proved: chain, dossier or reuse as a load knew it, with proofs against the checkpoint of that time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Literal

from pydantic import BaseModel

from graph.chain import Chain, chain
from graph.dossier import Dossier, dossier, organisation_dossier
from graph.dossier_records import holdings
from graph.errors import LedgerMissing, NotFound
from graph.evidence.home import kept, known_key, open_ledger
from graph.evidence.ledger_answers import EntryProof, entry_proof
from graph.evidence.pack_records import records_of
from graph.evidence.proofs import proofs
from graph.ledger.log import Ledger
from graph.reuse import Reuse, reuse
from graph.settings import Settings
from graph.store import Store
from graph.subjects import find_subject
from graph.viewer import Viewer

State = Literal["proved", "pending", "altered", "none"]


class Evidence(BaseModel):
    """What proves an answer.

    `state` is `proved` where every state of every record in the answer is in the ledger; `pending` where the load is
    done and its entries wait to be appended; `altered` where the ledger lacks a state that the graph has
    (`unproved` says which, and what was erased by decision, which is no alteration); `none` where the archive keeps
    no ledger. Each proof leads to the root of `checkpoint`, a signed note of `size` entries: the one that was signed
    when load `load` was sealed.
    """

    state: State
    load: int
    size: int
    checkpoint: str | None
    keys: list[str]
    proofs: list[EntryProof]
    unproved: list[str]


class ChainProved(BaseModel):
    """The audit chain of a case, and what proves it."""

    answer: Chain
    evidence: Evidence


class DossierProved(BaseModel):
    """A dossier, and what proves it."""

    answer: Dossier
    evidence: Evidence


class ReuseProved(BaseModel):
    """What need not be submitted again, and what proves it."""

    answer: Reuse
    evidence: Evidence


def chain_proved(
    store: Store, settings: Settings, viewer: Viewer, case: str, as_known_at: int | None = None
) -> ChainProved:
    """The chain as `chain` gives it, with its proofs. Raises as `chain` does, and LedgerMissing."""
    answer = chain(store, viewer, case, as_known_at)
    wanted = records_of(store, [answer.id], answer.as_of_load)
    return ChainProved(answer=answer, evidence=evidence(store, settings, wanted, answer.as_of_load))


def dossier_proved(
    store: Store, settings: Settings, viewer: Viewer, person: str, as_known_at: int | None = None
) -> DossierProved:
    """The dossier of a person with its proofs. Raises as `dossier` does, and LedgerMissing."""
    answer = dossier(store, viewer, person, as_known_at)
    return DossierProved(answer=answer, evidence=_of_subject(store, settings, answer))


def organisation_proved(
    store: Store, settings: Settings, viewer: Viewer, organisation: str, as_known_at: int | None = None
) -> DossierProved:
    """The dossier of an organisation with its proofs. Raises as `organisation_dossier` does, and LedgerMissing."""
    answer = organisation_dossier(store, viewer, organisation, as_known_at)
    return DossierProved(answer=answer, evidence=_of_subject(store, settings, answer))


def reuse_proved(
    store: Store,
    settings: Settings,
    viewer: Viewer,
    subject: str,
    items: Sequence[str],
    as_known_at: int | None = None,
    on: date | None = None,
) -> ReuseProved:
    """The answer of `reuse` with its proofs: of the subject's records and of the standards. Raises as it does."""
    answer = reuse(store, viewer, subject, items, as_known_at, on)
    standards = {
        "ServiceItem": [item.item_id for item in answer.items],
        "ItemVersion": [item.version_id for item in answer.items],
        "MaterialType": [material.type_id for material in answer.materials],
    }
    return ReuseProved(answer=answer, evidence=_of_subject(store, settings, answer, standards))


def _of_subject(
    store: Store, settings: Settings, answer: Dossier | Reuse, further: Mapping[str, list[str]] | None = None
) -> Evidence:
    held = holdings(store, find_subject(store, answer.id, answer.as_of_load, (answer.label,)), answer.as_of_load)
    wanted = {label: list(records) for label, records in held.records.items()} | dict(further or {})
    return evidence(store, settings, wanted, answer.as_of_load)


def evidence(store: Store, settings: Settings, wanted: Mapping[str, Sequence[str]], load: int) -> Evidence:
    """What proves records (label -> ids) as a load knew them. Raises LedgerMissing where the ledger is not there."""
    if not kept(store, settings) or known_key(store) is None:
        return Evidence(state="none", load=load, size=0, checkpoint=None, keys=[], proofs=[], unproved=[])
    with open_ledger(store, settings, read_only=True, shared=True) as ledger:
        size = _size_at(ledger, load)
        pending = size is None and any(i.meta["last_load"] >= load for i in ledger.open_intents()[0])
        size = ledger.size if size is None else size
        snapshot = store.snapshot()
        try:
            found, lacking = proofs(snapshot, ledger, wanted, load, size)
        finally:
            snapshot.close()
        return Evidence(
            state="pending" if pending else "altered" if any(not one.erased for one in lacking) else "proved",
            load=load,
            size=size,
            checkpoint=_note(ledger, size),
            keys=[str(key) for key in ledger.verifiers],
            proofs=[entry_proof(one) for one in found],
            unproved=[f"{one.id}: {one.why}" for one in lacking],
        )


def _size_at(ledger: Ledger, load: int) -> int | None:
    """How many entries the ledger had when a load was sealed, None where it does not know the load."""
    for batch in ledger.batches():
        if batch.meta["first_load"] <= load <= batch.meta["last_load"]:
            return batch.size
    return None


def _note(ledger: Ledger, size: int) -> str:
    try:
        return ledger.checkpoint_at(size).note
    except NotFound as error:
        raise LedgerMissing(
            f"The ledger in {ledger.folder} has lost its checkpoint of {size} entries.",
            "Put the newest copy of the ledger's folder back.",
        ) from error
