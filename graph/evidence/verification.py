"""Does the archive still hold what was loaded? The graph, its files and what is derived against the ledger."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import nullcontext
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from pydantic import BaseModel

from graph import clock
from graph.dossier_records import holdings
from graph.evidence.comparison import Comparison, stem_of
from graph.evidence.derived_check import derived_differences
from graph.evidence.erasures import erasures, told_apart
from graph.evidence.file_check import check_files
from graph.evidence.findings import Course, Found, Kind, Progress
from graph.evidence.hashing import DigestsBeside, digests_here
from graph.evidence.home import open_ledger
from graph.evidence.ledger_check import (
    check_inclusion,
    check_ledger,
    check_outside,
    take_ledger,
    unseen_entries,
)
from graph.evidence.pack_records import found_cases, records_of
from graph.evidence.reading import Portion, portion_of, portions
from graph.evidence.reading_ahead import ahead
from graph.evidence.resumption import Resumption
from graph.in_force import known_load
from graph.ledger.check_beside import check_beside
from graph.settings import Settings
from graph.store import Snapshot, Store
from graph.subjects import find_subject
from graph.viewer import Viewer

__all__ = ["Found", "Kind", "Progress", "Verification", "verify", "verify_case", "verify_person", "verify_records"]

# Entries from which on a process of its own is worth its start.
_LARGE = 50_000


def _silent(_step: str, _done: int, _of: int | None) -> None:
    """Shows no progress."""


class Verification(BaseModel):
    """What was compared and what came out.

    `found` are alarms, `left_off` counts further ones; `erased` what is gone by a decision; `unchecked` what could
    not be compared and why; `notes` what a reader should know, such as that no checkpoint from outside was given.
    """

    store: str
    upto_load: int
    entries: int
    records: int
    files: int
    checkpoint: str
    found: list[Found]
    left_off: int = 0
    erased: list[Found]
    unchecked: list[str]
    notes: list[str]

    @property
    def exit_code(self) -> int:
        """0 clean, 1 found, 4 where something could not be checked."""
        return 1 if self.found else 4 if self.unchecked else 0


def verify(
    store: Store,
    settings: Settings,
    viewer: Viewer,
    *,
    checkpoint: Path | None = None,
    files: Mapping[str, Path] | None = None,
    state: Path | None = None,
    progress: Progress = _silent,
) -> Verification:
    """Compares everything: each record with its entry, the ledger with itself, files with their digests, and what is
    derived with what follows.

    `checkpoint` is a file with a checkpoint that has left the house, `files` the folders of the files of materials
    by the names with which their addresses begin, `state` a file from which an interrupted verification goes on
    after the labels that were done; it is removed at the end.
    Raises LedgerMissing where there is no ledger, UnreadableInput where the checkpoint or the state cannot be read.
    """
    viewer.require_whole_archive()
    with open_ledger(store, settings, read_only=True) as ledger:
        course = Course(store, settings, ledger, clock.last_done(store), progress)
        resumption = Resumption(state)
        resumption.take_up(course)
        snapshot = store.snapshot()
        try:
            _compare_all(course, snapshot, resumption, checkpoint)
            check_files(course, snapshot, files or {})
            _check_derived(course, snapshot)
        finally:
            snapshot.close()
        resumption.end(course)
        return _outcome(course)


def verify_records(
    store: Store,
    settings: Settings,
    viewer: Viewer,
    wanted: dict[str, list[str]],
    *,
    progress: Progress = _silent,
) -> Verification:
    """Compares some records (label -> ids) with their entries, and these with the signed root.

    That none is missing beside them takes `verify`; the answer says so.
    """
    viewer.require_whole_archive()
    with open_ledger(store, settings, read_only=True) as ledger:
        course = Course(store, settings, ledger, clock.last_done(store), progress)
        leaves = ledger.leaf_hashes()
        comparison = Comparison(leaves)
        snapshot = store.snapshot()
        try:
            for label, ids in wanted.items():
                if ids:
                    table = snapshot.records(label, pa.array(sorted(set(ids)), pa.string()))
                    _take(course, comparison, portion_of(snapshot, label, table, course.upto))
            check_inclusion(course, comparison.seen(), leaves)
            stems = {stem_of(entry) for entry in comparison.extra}
            stems |= {f"{label}:{id_}".encode() for label, id_ in course.emptied}
            _add(course, snapshot, comparison, _entries_of(course, comparison, stems) if stems else iter(()))
        finally:
            snapshot.close()
        course.notes.append("That no record was taken away from among these is found by `dossier verify --all` only.")
        return _outcome(course)


def verify_case(
    store: Store, settings: Settings, viewer: Viewer, case: str, *, progress: Progress = _silent
) -> Verification:
    """Compares a case with its entries: its events, who did them, materials, applicants. Raises as `chain` does."""
    (id_,) = found_cases(store, viewer, [case])
    wanted = records_of(store, [id_], clock.last_done(store))
    return verify_records(store, settings, viewer, wanted, progress=progress)


def verify_person(
    store: Store, settings: Settings, viewer: Viewer, person: str, *, progress: Progress = _silent
) -> Verification:
    """Compares what is held about a person with its entries. Raises as `dossier` does."""
    viewer.require_whole_archive()
    load = known_load(store, None)
    held = holdings(store, find_subject(store, person, load, ("Person",)), load)
    wanted = {label: list(records) for label, records in held.records.items()}
    return verify_records(store, settings, viewer, wanted, progress=progress)


def _entries_of(course: Course, comparison: Comparison, stems: set[bytes]) -> Iterator[tuple[int | None, bytes]]:
    """The entries about these records that were not found: the ledger is read whole, which only an alarm needs."""
    return ((index, entry) for index, entry in unseen_entries(course, comparison) if stem_of(entry) in stems)


def _compare_all(course: Course, snapshot: Snapshot, resumption: Resumption, checkpoint: Path | None) -> None:
    """The ledger with itself and the records with the ledger: a large one is checked while records are compared,
    where the leaf hashes that these are looked for in are known to be the signed ones."""
    ledger = course.ledger
    passed = frozenset(resumption.done)
    with (
        DigestsBeside() if ledger.size >= _LARGE else nullcontext(digests_here) as digests,
        ahead(portions(snapshot, course.upto, passed, digests)) as read,
    ):
        if "ledger" in resumption.done:
            comparison = _compared(course, read, resumption, ledger.leaf_hashes())
        elif ledger.size < _LARGE or not ledger.copy_is_signed():
            check_outside(course, checkpoint)
            comparison = _compared(course, read, resumption, check_ledger(course), "ledger")
        else:
            with check_beside(ledger) as check:
                comparison = _compared(course, read, resumption, ledger.leaf_hashes())
                course.progress("ledger", ledger.size, None)
                check_outside(course, checkpoint)
                take_ledger(course, check.findings())
    _add(course, snapshot, comparison, _expected(course, comparison))


def _compared(
    course: Course,
    read: Iterator[Portion],
    resumption: Resumption,
    leaves: npt.NDArray[np.uint8],
    done: str = "",
) -> Comparison:
    """Label by label, each of which is done when the next one begins; `done` is what was done before them."""
    comparison = resumption.comparison(leaves)
    label = done
    for portion in read:
        if label and portion.label != label and label not in resumption.done:
            resumption.keep(course, comparison, [label])
        label = portion.label
        _take(course, comparison, portion)
        course.progress("records", comparison.count, course.ledger.size)
    return comparison


def _expected(course: Course, comparison: Comparison) -> Iterator[tuple[int | None, bytes]]:
    yield from unseen_entries(course, comparison)
    yield from ((None, entry) for entry in _waiting(course))


def _waiting(course: Course) -> Iterator[bytes]:
    """The entries of loads that are done and not yet appended."""
    done = {number for number, _ in course.store.read("clock/done_loads")}
    for intent in course.ledger.open_intents()[0]:
        if intent.meta["last_load"] in done:
            yield from course.ledger.pending_entries(intent)


def _take(course: Course, comparison: Comparison, portion: Portion) -> None:
    course.records += portion.records
    course.emptied |= portion.erased
    for some in portion.builder.portions():
        comparison.take(some)
    for one in portion.unprovable:
        course.cannot_be(one)


def _add(
    course: Course, snapshot: Snapshot, comparison: Comparison, unseen: Iterator[tuple[int | None, bytes]]
) -> None:
    found = comparison.differences(unseen)
    if course.emptied:
        found, gone = told_apart(found, course.emptied, erasures(snapshot))
        for one in gone:
            course.is_gone(one)
    for one in found:
        course.differs(one)
    course.left_off += comparison.left_off


def _check_derived(course: Course, snapshot: Snapshot) -> None:
    if any(load.state == "open" for load in clock.loads(course.store)):
        course.unchecked.append("What is derived, because a load is open.")
        return
    course.progress("derived", 0, None)
    found, failed = derived_differences(course.store, snapshot, course.upto)
    for one in found:
        course.differs(one)
    course.unchecked += failed
    findings = snapshot.total("Finding")
    if findings:
        course.unchecked.append(f"{findings} findings of the audit: run the audit again and compare.")


def _outcome(course: Course) -> Verification:
    return Verification(
        store=course.store.uri,
        upto_load=course.upto,
        entries=course.ledger.size,
        records=course.records,
        files=course.files,
        checkpoint=course.ledger.head().note,
        found=course.found,
        left_off=course.left_off,
        erased=course.erased,
        unchecked=course.unchecked,
        notes=course.notes,
    )
