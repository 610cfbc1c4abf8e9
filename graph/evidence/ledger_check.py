"""The ledger with itself, with the loads that the store knows, and with a checkpoint from outside."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from graph.errors import LedgerAltered, NoteRejected, ProofRejected, UnreadableInput
from graph.evidence.comparison import Comparison, entries_at
from graph.evidence.findings import Course, Found
from graph.evidence.sealing import sealed_loads
from graph.ledger.check import Finding
from graph.ledger.checkpoint import open_checkpoint
from graph.ledger.merkle import HASH_BYTES, leaf_hash, verify_inclusion
from graph.ledger.tiles import WIDTH


def check_ledger(course: Course) -> npt.NDArray[np.uint8]:
    """Takes what is not as it was signed; gives the leaf hashes that lead to the signed root, one a row."""
    found = course.ledger.check(lambda done, of: course.progress("ledger", done, of))
    take_ledger(course, found)
    return _leaves(course, found)


def take_ledger(course: Course, found: Sequence[Finding]) -> None:
    """Takes what a check of the ledger has found, and which loads it does not know."""
    for one in found:
        course.in_ledger(one.where, one.first, one.message)
    _check_loads(course)


def _check_loads(course: Course) -> None:
    done = {number for number, _ in course.store.read("clock/done_loads")}
    try:
        known = sealed_loads(course.ledger)
    except LedgerAltered as error:
        course.unchecked.append(f"Whether the ledger knows all loads that are done: {error}")
        return
    pending = {intent.meta["last_load"] for intent in course.ledger.open_intents()[0]}
    for load in sorted(done - known):
        if load in pending:
            course.notes.append(f"Load {load} is done and its entries wait to be appended: the next load does it.")
        else:
            said = f"Load {load} is done, and the ledger does not know it."
            course.add(
                Found(kind="inserted", label="Load", id=str(load), parts=[], load=load, index=None, message=said)
            )


def _leaves(course: Course, found: Sequence[Finding]) -> npt.NDArray[np.uint8]:
    """The copy of the leaf hashes; where it was altered, what tiles or entries say instead."""
    ledger = course.ledger
    leaves = ledger.leaf_hashes()
    copies = [one for one in found if one.kind == "copy" and one.first is not None]
    if not copies:
        return leaves
    leaves = np.array(leaves)
    broken = {
        one.first // WIDTH for one in found if one.kind in ("entry", "bundle", "root") and one.first is not None
    }
    for one in copies:
        first = one.first or 0
        end = min(first + WIDTH, ledger.size)
        if first // WIDTH in broken:
            rows = b"".join(ledger.tiles.leaf_rows(first, end, ledger.size))
        else:
            rows = b"".join(leaf_hash(entry) for entry in ledger.entries(first, end))
        leaves[first:end] = np.frombuffer(rows, np.uint8).reshape(-1, HASH_BYTES)
    return leaves


def unseen_entries(course: Course, comparison: Comparison) -> Iterator[tuple[int, bytes]]:
    """The entries that do not follow from the graph; those that were altered cannot be told and are counted."""
    untold = 0
    for index, data in entries_at(course.ledger, comparison.unseen()):
        if data is None or leaf_hash(data) != comparison.leaf(index):
            untold += 1
        else:
            yield index, data
    if untold:
        course.unchecked.append(f"What {untold} entries say that do not follow from the graph and were altered.")


def check_outside(course: Course, path: Path | None) -> None:
    """Against a checkpoint that has left the house. Raises UnreadableInput where the file holds none."""
    if path is None:
        course.notes.append(
            "No checkpoint from outside was given: whoever holds the signing key, or rolls everything back, would "
            "not be found. Give one with --checkpoint."
        )
        return
    ledger = course.ledger
    try:
        text = path.read_text(encoding="utf-8")
        outside = open_checkpoint(text, ledger.origin, ledger.verifiers)
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableInput(f"The checkpoint {path} cannot be read: {error}", "Name another file.") from error
    except NoteRejected as error:
        raise UnreadableInput(
            f"{path} is no checkpoint of this ledger: {error}", "Name one that this ledger has exported."
        ) from error
    if outside.size > ledger.size:
        said = f"The ledger has {ledger.size} entries, the checkpoint {path.name} {outside.size}: it was rolled back."
    elif _root(course, outside.size) != outside.root:
        said = f"The first {outside.size} entries are not those that the checkpoint {path.name} stands for."
    else:
        return
    course.in_ledger(path.name, None, said, "rolled back")


def _root(course: Course, size: int) -> bytes | None:
    try:
        return course.ledger.root(size)
    except LedgerAltered:
        return None


def check_inclusion(course: Course, indexes: Sequence[int], leaves: npt.NDArray[np.uint8]) -> None:
    """Whether the entries at these indexes are in the signed tree: the copy of the leaf hashes proves nothing."""
    ledger = course.ledger
    root = ledger.head().checkpoint.root
    for index in indexes:
        try:
            verify_inclusion(index, ledger.size, leaves[index].tobytes(), ledger.inclusion_proof(index), root)
        except (ProofRejected, LedgerAltered) as error:
            said = f"Entry {index} does not lead to the signed root: {error} Run `dossier verify --all`."
            course.in_ledger("tile", index, said)
