"""Where the ledger of an archive is, and which one it is."""

from __future__ import annotations

import secrets
from pathlib import Path

from graph.errors import LedgerMissing, NotFound, UsageError
from graph.ledger.log import Ledger
from graph.ledger.note import Verifier, verifier
from graph.settings import Settings
from graph.store import Store

NO_LEDGER = "none"


def kept(store: Store, settings: Settings) -> bool:
    """Whether the archive has, or is to have, a ledger.

    Raises LedgerMissing where the setting is `none` but the archive has one.
    """
    if settings.ledger != NO_LEDGER:
        return True
    if known_key(store) is not None:
        raise LedgerMissing(
            f"The archive {store.uri} has a ledger, and DOSSIER_LEDGER is none.",
            "Set DOSSIER_LEDGER to the folder of its ledger, or leave it unset for the one beside the store.",
        )
    return False


def ledger_folder(store: Store, settings: Settings) -> Path:
    """The folder of the ledger. Raises UsageError where it has to be set and is not."""
    if settings.ledger == NO_LEDGER:
        raise UsageError("The archive keeps no ledger.", "Set DOSSIER_LEDGER to a folder for one.")
    if settings.ledger:
        return Path(settings.ledger)
    if store.engine != "duckdb":
        raise UsageError(
            "On Neo4j the folder of the ledger has to be set.",
            "Set DOSSIER_LEDGER to a folder that only this service may write, or to none to keep no ledger.",
        )
    from graph.duckdb_store import path_of

    path = path_of(store.uri)
    return path.with_name(path.name + ".ledger")


def known_key(store: Store) -> Verifier | None:
    """The first public key of the archive's ledger, as the store knows it; None where it has no ledger."""
    found = store.read("clock/ledger") if store.exists() else []
    return verifier(found[0][0]) if found else None


def open_ledger(store: Store, settings: Settings, *, read_only: bool, shared: bool = False) -> Ledger:
    """The ledger of the archive; `shared` for proofs, which many requests of a service ask for.

    Raises LedgerMissing where there is none, or another archive's.
    """
    folder = ledger_folder(store, settings)
    known = known_key(store)
    if known is None:
        raise LedgerMissing(
            f"The archive {store.uri} has no ledger yet.", "The next load makes one; so does `dossier ledger init`."
        )
    try:
        return Ledger.open(folder, settings.ledger_key, read_only=read_only, trusted=known, shared=shared)
    except NotFound as error:
        raise LedgerMissing(
            f"The ledger of the archive {store.uri} is not in {folder}.",
            "Put its folder back, or name it in DOSSIER_LEDGER. Without it nothing can be proved.",
        ) from error


def make_ledger(store: Store, settings: Settings, origin: str | None = None) -> Ledger:
    """Makes the ledger of an archive that has none, under the name `origin` or a random one."""
    folder = ledger_folder(store, settings)
    try:
        ledger = Ledger.open(folder, settings.ledger_key)
    except NotFound:
        # Also where a process ended while it made one: keys without a head are no ledger yet.
        ledger = Ledger.create(folder, origin or f"dossier/{secrets.token_hex(8)}", settings.ledger_key)
    if ledger.size:
        # Else it was made by a process that ended before the store knew of it.
        ledger.close()
        raise LedgerMissing(
            f"The ledger in {folder} is not that of the archive {store.uri}, which has none yet.",
            "Name another folder in DOSSIER_LEDGER.",
        )
    store.write("clock/keep_ledger", ledger=str(ledger.verifiers[0]))
    return ledger
