"""Does the archive still hold what was loaded? The graph, its files and what is derived against the ledger."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Literal

import pyarrow as pa
from pydantic import BaseModel

from graph import clock
from graph.dossier_records import holdings
from graph.errors import NoteRejected, UnreadableInput
from graph.evidence.comparison import Comparison, Difference, differences, entries_at
from graph.evidence.derived_check import derived_differences
from graph.evidence.home import open_ledger
from graph.evidence.pack_records import found_cases, records_of
from graph.evidence.reading import Portion, portion_of, portions
from graph.evidence.sealing import sealed_loads
from graph.in_force import known_load
from graph.ledger.checkpoint import open_checkpoint
from graph.ledger.log import Ledger
from graph.settings import Settings
from graph.store import Snapshot, Store
from graph.subjects import find_subject
from graph.viewer import Viewer

_TAKEN = 50_000
Progress = Callable[[str, int, int | None], None]


def _silent(_step: str, _done: int, _of: int | None) -> None:
    """Shows no progress."""


Kind = Literal["altered", "missing", "inserted", "erased", "file", "ledger", "rolled back"]


class Found(BaseModel):
    """One thing that is not as it was sealed; `label` and `id` of the record, `part` of it, `index` of the entry."""

    kind: Kind
    label: str | None
    id: str | None
    parts: list[str]
    load: int | None
    index: int | None
    message: str


class Verification(BaseModel):
    """What was compared and what came out.

    `found` are alarms; `erased` what is gone by a decision; `unchecked` what could not be compared and why; `notes`
    what a reader should know, such as that no checkpoint from outside was given.
    """

    store: str
    upto_load: int
    entries: int
    records: int
    files: int
    checkpoint: str
    found: list[Found]
    erased: list[Found]
    unchecked: list[str]
    notes: list[str]

    @property
    def exit_code(self) -> int:
        """0 clean, 1 found, 4 where something could not be checked."""
        return 1 if self.found else 4 if self.unchecked else 0


@dataclass
class _Course:
    """A verification in course."""

    store: Store
    settings: Settings
    ledger: Ledger
    upto: int
    progress: Progress
    found: list[Found] = field(default_factory=list)
    erased: list[Found] = field(default_factory=list)
    emptied: dict[tuple[str, str], int] = field(default_factory=dict)
    unchecked: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    records: int = 0
    files: int = 0


def verify(
    store: Store,
    settings: Settings,
    viewer: Viewer,
    *,
    checkpoint: Path | None = None,
    files: Mapping[str, Path] | None = None,
    progress: Progress = _silent,
) -> Verification:
    """Compares everything: each record with its entry, the ledger with itself, files with their digests, and what is
    derived with what follows.

    `checkpoint` is a file with a checkpoint that has left the house, `files` the folders of the files of materials
    by the names with which their addresses begin.
    Raises LedgerMissing where there is no ledger, UnreadableInput where the checkpoint cannot be read.
    """
    viewer.require_whole_archive()
    with open_ledger(store, settings, read_only=True) as ledger:
        course = _Course(store, settings, ledger, clock.last_done(store), progress)
        _check_ledger(course)
        _check_outside(course, checkpoint)
        snapshot = store.snapshot()
        try:
            _compare_all(course, snapshot)
            _check_files(course, snapshot, files or {})
            _check_derived(course, snapshot)
        finally:
            snapshot.close()
        return _outcome(course)


def verify_records(
    store: Store,
    settings: Settings,
    viewer: Viewer,
    wanted: dict[str, list[str]],
    *,
    progress: Progress = _silent,
) -> Verification:
    """Compares some records (label -> ids) with their entries.

    That none is missing beside them takes `verify`; the answer says so.
    """
    viewer.require_whole_archive()
    with open_ledger(store, settings, read_only=True) as ledger:
        course = _Course(store, settings, ledger, clock.last_done(store), progress)
        comparison = Comparison(ledger.leaf_hashes())
        snapshot = store.snapshot()
        try:
            for label, ids in wanted.items():
                if ids:
                    table = snapshot.records(label, pa.array(sorted(set(ids)), pa.string()))
                    _take(course, comparison, portion_of(snapshot, label, table, course.upto))
        finally:
            snapshot.close()
        stems = {_stem(entry) for entry in comparison.extra}
        theirs = _entries_of(ledger, stems) if stems else []
        _add(course, differences(theirs, comparison.extra))
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


def _stem(entry: bytes) -> bytes:
    """What an entry is about, as it stands in its text."""
    # Not the first `@`: an id may hold one.
    start = entry.index(b'"id":"') + 6
    return entry[start : entry.rindex(b"@", start, entry.index(b'","kind":', start))]


def _entries_of(ledger: Ledger, stems: set[bytes]) -> list[tuple[int, bytes]]:
    """The entries of the ledger about these records: it is read from end to end, which only an alarm needs."""
    return [(index, entry) for index, entry in enumerate(ledger.entries()) if _stem(entry) in stems]


def _check_ledger(course: _Course) -> None:
    ledger = course.ledger
    for one in ledger.check(lambda done, of: course.progress("ledger", done, of)):
        course.found.append(
            Found(kind="ledger", label=None, id=one.where, parts=[], load=None, index=one.first, message=one.message)
        )
    known = sealed_loads(ledger)
    pending = {intent.meta["last_load"] for intent in ledger.open_intents()[0]}
    for load in sorted({n for n, _ in course.store.read("clock/done_loads")} - known):
        if load in pending:
            course.notes.append(f"Load {load} is done and its entries wait to be appended: the next load does it.")
        else:
            said = f"Load {load} is done, and the ledger does not know it."
            course.found.append(
                Found(kind="inserted", label="Load", id=str(load), parts=[], load=load, index=None, message=said)
            )


def _check_outside(course: _Course, path: Path | None) -> None:
    """Against a checkpoint that has left the house."""
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
    if outside.size > ledger.size or ledger.root(outside.size) != outside.root:
        said = (
            f"The ledger has {ledger.size} entries, the checkpoint {path.name} {outside.size}: it was rolled back."
            if outside.size > ledger.size
            else f"The first {outside.size} entries are not those that the checkpoint {path.name} stands for."
        )
        course.found.append(
            Found(kind="rolled back", label=None, id=path.name, parts=[], load=None, index=None, message=said)
        )


def _compare_all(course: _Course, snapshot: Snapshot) -> None:
    ledger = course.ledger
    comparison = Comparison(ledger.leaf_hashes())
    for portion in portions(snapshot, course.upto):
        _take(course, comparison, portion)
        course.progress("records", comparison.count, ledger.size)
    expected: list[tuple[int | None, bytes]] = [*entries_at(ledger, comparison.unseen())]
    expected += [(None, entry) for entry in _waiting(course)]
    _add(course, differences(expected, comparison.extra))


def _waiting(course: _Course) -> Iterator[bytes]:
    """The entries of loads that are done and not yet appended."""
    done = {number for number, _ in course.store.read("clock/done_loads")}
    for intent in course.ledger.open_intents()[0]:
        if intent.meta["last_load"] in done:
            yield from course.ledger.pending_entries(intent)


def _take(course: _Course, comparison: Comparison, portion: Portion) -> None:
    course.records += portion.records
    course.emptied |= portion.erased
    entries = portion.builder.entries()
    while some := list(islice(entries, _TAKEN)):
        comparison.take(some)
    for one in portion.unprovable:
        label, _, id_ = one.id.partition(":")
        course.found.append(
            Found(kind="inserted", label=label, id=id_, parts=["links"], load=None, index=None, message=one.why)
        )


def _add(course: _Course, found: list[Difference]) -> None:
    course.found += [_found(one) for one in found]


def _found(one: Difference) -> Found:
    return Found(
        kind=one.kind,
        label=one.label,
        id=one.id,
        parts=list(one.parts),
        load=one.load or None,
        index=one.index,
        message=one.message,
    )


def _check_files(course: _Course, snapshot: Snapshot, folders: Mapping[str, Path]) -> None:
    """The bytes of files against the digests that records state."""
    absent = 0
    for table in snapshot.scan("File"):
        for row in table.select(["id", "uri", "sha256"]).to_pylist():
            path = _path_of(row["uri"], folders)
            if path is None or row["sha256"] is None or not path.is_file():
                absent += 1
                continue
            course.files += 1
            course.progress("files", course.files, None)
            with path.open("rb") as stream:
                digest = hashlib.file_digest(stream, "sha256").hexdigest()
            if digest != row["sha256"]:
                said = f"The file {row['uri']} was altered: its bytes are not those of the record."
                course.found.append(
                    Found(
                        kind="file", label="File", id=row["id"], parts=["file"], load=None, index=None, message=said
                    )
                )
    if absent:
        course.unchecked.append(f"The bytes of {absent} files: name their folders with --files NAME=FOLDER.")


def _path_of(uri: str | None, folders: Mapping[str, Path]) -> Path | None:
    """Where the file of a record lies: its address begins with the name of the folder that it was loaded from."""
    first, _, rest = (uri or "").partition("/")
    if not rest or first not in folders:
        return None
    folder = folders[first].resolve()
    path = (folder / rest).resolve()
    return path if path.is_relative_to(folder) else None


def _check_derived(course: _Course, snapshot: Snapshot) -> None:
    if any(load.state == "open" for load in clock.loads(course.store)):
        course.unchecked.append("What is derived, because a load is open.")
        return
    course.progress("derived", 0, None)
    counts = course.store.counts(course.upto).relationships
    course.found += [_found(one) for one in derived_differences(course.store, snapshot, course.upto, counts)]


def _outcome(course: _Course) -> Verification:
    return Verification(
        store=course.store.uri,
        upto_load=course.upto,
        entries=course.ledger.size,
        records=course.records,
        files=course.files,
        checkpoint=course.ledger.head().note,
        found=course.found,
        erased=course.erased,
        unchecked=course.unchecked,
        notes=course.notes,
    )
