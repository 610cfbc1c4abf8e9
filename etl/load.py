"""One file into the graph: read, map, validate, identify, classify, load, derive, report."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path

import pyarrow as pa
from pydantic import BaseModel

from etl.catalogue_source import catalogue_source, is_catalogue
from etl.csv_source import read_csv
from etl.event_statements import event_statements
from etl.file_bytes import digest as file_digest
from etl.file_bytes import open_bytes
from etl.mapping import Mapping, require_ocel, resolve
from etl.mapping import digest as mapping_digest
from etl.ocel_archive import archive_statements, is_of_archive
from etl.ocel_source import ocel_form, read_ocel
from etl.ocel_statements import ocel_statements
from etl.ocel_types import ObjectTypes
from etl.quarantine import ReadAs, keep_quarantine, write_quarantine
from etl.snapshot import missing, withdraw
from etl.source_rows import SourceRows, column_names
from etl.statements import Statements
from etl.write import write
from etl.xes_source import read_xes
from graph.clock import OpenLoad, SourceOfLoad, loading, now_ms
from graph.errors import UsageError
from graph.filing.run import file_completed
from graph.identifiers import id_key
from graph.memory import give_back
from graph.quarantine import SET_ASIDE, quarantine_folder
from graph.settings import Settings
from graph.store import Store, Writer

# Called with the step, how many rows or records of it are done, and of how many, where that is known.
Progress = Callable[[str, int, int | None], None]
_NO_KEY = b"dry run: nothing is kept"
_LONGEST_SYSTEM = 100


@dataclass(frozen=True)
class LoadReport:
    """What a load did, to the row: rows_in = loaded + unchanged + quarantined."""

    load: int | None
    source: str
    system: str
    mapping: str
    resumed: bool
    rows_in: int
    loaded: int
    unchanged: int
    quarantined: int
    withdrawn: int
    quarantine: str | None
    remarks: tuple[str, ...]

    def as_json(self) -> str:
        """The report as the command and HTTP give it."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=2)


class LoadAnswer(BaseModel):
    """What a service answers to a load; `set_aside` is the CSV of the rows that were set aside, to be mended."""

    report: LoadReport
    set_aside: str | None


@dataclass(frozen=True)
class LoadRequest:
    """What is to be loaded and how.

    `folder` is where a folder of files lies that the mapping names, by default beside the file. `within` writes what
    belongs into the same load, before the rows. `mends` is the load of which the rows were set aside.
    """

    path: Path
    mapping: Mapping
    mapping_name: str
    system: str | None = None
    dry_run: bool = False
    allow_withdrawals: bool = False
    quarantine: Path | None = None
    folder: Path | None = None
    within: Callable[[OpenLoad, Writer], None] | None = None
    mends: int | None = None

    @property
    def system_name(self) -> str:
        """The source system: as asked for, as the mapping says, or the file's name up to its first dot."""
        return self.system or self.mapping.system or self.path.name.split(".")[0]


@dataclass(frozen=True)
class Source:
    """A file that was read: how many rows it has, what it says about itself, and how it is stated under a key.

    `rows` are its rows where it is a table, for the file of those that are set aside; `catalogue` says that it was
    read as one.
    """

    count: int
    header: str | None
    stated: Callable[[bytes], Statements]
    rows: SourceRows | None
    catalogue: bool = False


def load_file(
    store: Store | None,
    settings: Settings,
    request: LoadRequest,
    progress: Progress = lambda _step, _done, _of: None,
) -> LoadReport:
    """Loads one file; a dry run reads and checks it and writes nothing.

    Raises UnreadableInput and MappingError before anything is written, LoadOpen where another load is open,
    TooManyWithdrawals for a snapshot that would withdraw more than its limit; then no load stays open.
    """
    progress("reading", 0, None)
    _require_system(request.system_name)
    source = read(request, settings)
    give_back()
    progress("identifying", source.count, source.count)
    if request.dry_run or store is None:
        statements = source.stated(_NO_KEY)
        return _report(None, request, statements, statements.rows_in - statements.refused.num_rows, 0)
    store.prepare()
    statements = source.stated(id_key(settings, store, make=True))
    if request.mends is not None:
        _require_none_replaced(store, statements, request.mends)
    give_back()
    with loading(store, settings, _source_of_load(request, source)) as (load, writer):
        if request.within is not None:
            request.within(load, writer)
        writer.written = _counting(progress, statements)
        gone, remarks = _withdrawals(writer, settings, request, statements)
        wrote = write(writer, statements, withdraw(writer, gone))
        withdrawn = sum(map(len, gone.values()))
        report = _report(load, request, statements, wrote.changed, withdrawn, (*remarks, *wrote.remarks))
        if report.quarantine:
            write_quarantine(Path(report.quarantine), statements.refused, source.rows)
        cases = statements.nodes["Case"]["id"].to_pylist() if "Case" in statements.nodes else []
        aside = quarantine_folder(store, settings) if report.quarantined else None
        if aside is not None:
            keep_quarantine(aside, load.number, statements.refused, source.rows, _read_as(request, source))
        # The commit is when an embedded store needs most memory: what it has been told is not needed any more.
        del statements, source
        give_back()
        names = ("rows_in", "loaded", "unchanged", "quarantined", "withdrawn")
        writer.commit({**{n: getattr(report, n) for n in names}, "now": now_ms()})
    filed = file_completed(store, settings, cases)
    progress("done", report.rows_in, report.rows_in)
    return replace(report, remarks=(*report.remarks, *filed))


def _require_system(name: str) -> None:
    """Raises UsageError for a name of a system that ids could not begin with: theirs ends at the first colon."""
    if not name or ":" in name or not name.isprintable() or len(name) > _LONGEST_SYSTEM:
        shown = name[:40] + ("…" if len(name) > 40 else "")
        raise UsageError(
            f"A source system cannot be named {shown!r}.",
            f"Name it with at most {_LONGEST_SYSTEM} characters and no colon: --system, or `system` in the mapping.",
        )


def _require_none_replaced(store: Store, statements: Statements, load: int) -> None:
    """Raises UsageError where a mended row has the number of a record that another row of its own load stated."""
    ids = statements.nodes["Material"]["id"].to_pylist() if "Material" in statements.nodes else []
    stated = [one["id"] for one in store.contents("Material", ids) if load in (one["load"], one["since"])]
    if stated:
        raise UsageError(
            f"Load {load} has stated a record '{min(stated)}' from another row, which the mended row would replace.",
            "Mend the rows in their file and load that again: rows of one 档号 are told apart there.",
        )


def _counting(progress: Progress, statements: Statements) -> Callable[[int], None]:
    """Tells the progress of writing: records, links and what follows from them."""
    total = sum(t.num_rows for t in statements.nodes.values()) + sum(s.table.num_rows for s in statements.links)
    done = 0

    def written(count: int) -> None:
        nonlocal done
        done += count
        progress("writing", min(done, total), total)

    progress("writing", 0, total)
    return written


def read(request: LoadRequest, settings: Settings) -> Source:
    """A file by its content: OCEL in its three formats, a catalogue, XES where it begins as XML, else CSV."""
    path, mapping = request.path, request.mapping
    if ocel_form(path):
        return _ocel(request)
    if is_catalogue(path, mapping):
        found = catalogue_source(path, mapping, settings, request.folder or path.parent)
        stated = partial(found.stated, request.system_name)
        return Source(found.read.rows_in, found.header, stated, found.aside, catalogue=True)
    with open_bytes(path) as stream:
        start = stream.read(64)
    if start.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<"):
        rows = read_xes(path)
    else:
        rows = read_csv(path, encoding=mapping.encoding, delimiter=mapping.delimiter)
    names = dict.fromkeys(column_names((*rows.columns, *rows.empty_cases)))
    resolved = resolve(mapping, [n for n in names if not n.startswith(SET_ASIDE)], path.name)
    count = len(rows.numbers) + rows.refused.num_rows + len(rows.empty_numbers)
    return Source(count, rows.header, lambda key: event_statements(rows, resolved, request.system_name, key), rows)


def _ocel(request: LoadRequest) -> Source:
    require_ocel(request.mapping, request.path.name)
    log = read_ocel(request.path)
    if request.mapping.objects == ObjectTypes() and is_of_archive(log):
        return Source(log.rows, log.header, lambda key: archive_statements(log, key), None)
    return Source(
        log.rows, log.header, lambda key: ocel_statements(log, request.mapping, request.system_name, key), None
    )


def _read_as(request: LoadRequest, source: Source) -> ReadAs:
    return ReadAs(
        source=request.path.name,
        system=request.system_name,
        mapping_name=request.mapping_name,
        mapping=request.mapping,
        catalogue=source.catalogue,
        folder=str((request.folder or request.path.parent).resolve()),
    )


def _source_of_load(request: LoadRequest, source: Source) -> SourceOfLoad:
    return SourceOfLoad(
        request.path.name,
        request.system_name,
        file_digest(request.path),
        request.mapping_name,
        mapping_digest(request.mapping),
        request.mapping.mode,
        source.header,
    )


def _withdrawals(
    writer: Writer, settings: Settings, request: LoadRequest, statements: Statements
) -> tuple[dict[str, pa.Array], tuple[str, ...]]:
    """The records that a snapshot withdraws, by label, and sentences for the report."""
    if request.mapping.mode != "snapshot":
        return {}, ()
    found = missing(
        writer,
        settings,
        statements,
        request.path.name,
        request.system_name,
        request.mapping_name,
        allowed=request.allow_withdrawals,
    )
    return found.ids, (found.remark,) if found.remark else ()


def _report(
    load: OpenLoad | None,
    request: LoadRequest,
    statements: Statements,
    changed: int,
    withdrawn: int,
    remarks: tuple[str, ...] = (),
) -> LoadReport:
    quarantined = statements.refused.num_rows
    beside = request.quarantine if quarantined and load is not None else None
    return LoadReport(
        load.number if load else None,
        request.path.name,
        request.system_name,
        request.mapping_name,
        load.resumed if load else False,
        statements.rows_in,
        changed,
        statements.rows_in - changed - quarantined,
        quarantined,
        withdrawn,
        str(beside) if beside else None,
        (*(load.remarks if load else ()), *statements.remarks, *remarks),
    )
