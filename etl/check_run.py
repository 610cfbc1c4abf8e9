"""A run of the four-property checks: records and files looked at, outcomes written as a load of their own."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
from pydantic import BaseModel

from etl import clamd
from etl.check_definitions import read_definitions
from etl.observed_files import folders_beside, observed
from etl.transfer_list import read_transfer
from graph import clock
from graph.canonical import canonical
from graph.checks.catalogue import Phase
from graph.checks.check_records import check_records, tally, write_checks
from graph.checks.inputs import Folders, Inputs, Scanner, files_of, joined, records_of
from graph.checks.outcomes import Outcomes
from graph.checks.registry import evaluate
from graph.checks.results import MODE
from graph.clock import SourceOfLoad, loading, now_ms
from graph.days import CHINA_OFFSET
from graph.errors import NotFound, UsageError
from graph.settings import Settings
from graph.store import Store
from graph.viewer import Viewer

# Called with the step, how many files or records of it are done, and of how many, where that is known.
Progress = Callable[[str, int, int | None], None]


@dataclass(frozen=True)
class CheckRequest:
    """What to check: the records `materials` (ids or natural keys), or those that are catalogued: of a source
    `system`, or all where neither is said. `folders`: name of a folder as the uris of files begin with it -> where it
    lies. `on`: the day of the check, today in China by default."""

    phase: Phase
    materials: Sequence[str] = ()
    system: str | None = None
    folders: Mapping[str, Path] = field(default_factory=dict)
    transfer: Path | None = None
    on: date | None = None


def folder_of_files(text: str) -> tuple[str, Path]:
    """Name and folder of `NAME=FOLDER`. Raises UsageError where it is none."""
    name, equals, folder = text.partition("=")
    if not name or not equals or not Path(folder).is_dir():
        raise UsageError(f"'{text}' names no folder of files.", "Write NAME=FOLDER, such as scans=/srv/scans.")
    return name, Path(folder)


def folders_of(settings: Settings) -> dict[str, Path]:
    """The folders of files that the settings name. Raises UsageError where one is none."""
    return dict(folder_of_files(text.strip()) for text in settings.files.split(";") if text.strip())


class CheckReport(BaseModel):
    """What a run did. `as_of_load` is what it looked at, `load` the one that holds its outcomes; `outcomes` are
    counts of records by code, of the run as a whole where a check is about that."""

    load: int
    as_of_load: int
    phase: str
    records: int
    files: int
    failed: int
    outcomes: dict[str, dict[str, int]]


def run_checks(
    store: Store,
    settings: Settings,
    viewer: Viewer,
    request: CheckRequest,
    progress: Progress = lambda _step, _done, _of: None,
) -> CheckReport:
    """Runs all checks of a phase and writes their outcomes.

    Raises NotFound where the archive is empty or has no such record, MappingError for definitions or a transfer list
    that do not say what they must, LoadOpen where another load is open.
    """
    viewer.require_whole_archive()
    definitions = read_definitions(settings.checks)
    transfer = read_transfer(request.transfer) if request.transfer else None
    load = clock.last_done(store)
    if load == 0:
        raise NotFound("The archive is empty: there is nothing to check.", "Load something first.")
    progress("records", 0, None)
    records = records_of(store, load)
    asked = _asked(records, request)
    files = files_of(store, load)
    own = files[files["material_id"].isin(records.loc[asked, "id"])]
    single = own.drop_duplicates("file_id")
    scanner = _scanner(settings)
    found = observed(
        single[["file_id", "uri"]],
        request.folders,
        settings,
        scanned=scanner.is_set and scanner.silent is None,
        progress=lambda done: progress("files", done, len(single)),
    )
    inputs = Inputs(
        records=records,
        asked=asked,
        files=joined(own, found),
        definitions=definitions,
        on=request.on or (datetime.now(UTC) + timedelta(seconds=CHINA_OFFSET)).date(),
        folders=folders_beside(request.folders, _listed(files)) if request.folders else Folders(),
        scanner=scanner,
        transfer=transfer,
    )
    progress("checks", 0, None)
    outcomes = evaluate(inputs, request.phase)
    digest = hashlib.sha256(definitions.model_dump_json().encode()).hexdigest()
    progress("writing", 0, None)
    number = _write(store, settings, request, outcomes, load, digest)
    return CheckReport(
        load=number,
        as_of_load=load,
        phase=request.phase,
        records=len(outcomes.ids),
        files=len(single),
        failed=int((outcomes.matrix == 2).any(axis=1).sum()),
        outcomes=tally(outcomes),
    )


def _listed(files: pd.DataFrame) -> list[str]:
    return [uri for uri in files["uri"].tolist() if uri is not None]


def _asked(records: pd.DataFrame, request: CheckRequest) -> pd.Series[bool]:
    if request.materials:
        wanted = set(request.materials)
        names = (records["id"], records["id"].str.partition(":")[2], records["archive_no"])
        asked = names[0].isin(wanted) | names[1].isin(wanted) | names[2].isin(wanted)
        lost = wanted.difference(*names)
        if lost:
            raise NotFound(f"There is no record '{sorted(lost)[0]}', or it was erased.", "Give its id or its 档号.")
        return asked
    if request.system is not None:
        asked = (records["system"] == request.system) & records["catalogued"]
        if not asked.any():
            raise NotFound(f"There are no records of the system '{request.system}'.", "`dossier loads` names them.")
        return asked
    return records["catalogued"]


def _scanner(settings: Settings) -> Scanner:
    if not settings.clamd:
        return Scanner()
    return Scanner(is_set=True, silent=clamd.silence(settings.clamd, settings.check_seconds))


def _write(
    store: Store, settings: Settings, request: CheckRequest, outcomes: Outcomes, upto: int, definitions: str
) -> int:
    """Writes the outcomes; the same run taken up again after its process has ended is the same load."""
    batch = not request.materials
    scope = "all" if batch and request.system is None else request.system or "records"
    said = {"phase": request.phase, "scope": scope, "upto": upto, "folders": sorted(request.folders)}
    details = sorted((row, column, json.dumps(of, sort_keys=True)) for (row, column), of in outcomes.details.items())
    seen = hashlib.sha256(canonical(said).encode())
    seen.update("\n".join(outcomes.ids).encode())
    seen.update(np.ascontiguousarray(outcomes.matrix).tobytes())
    seen.update(repr((details, outcomes.batch)).encode())
    name = f"checks {request.phase} of {scope}"
    source = SourceOfLoad(name, "checks", seen.hexdigest(), "checks", definitions, MODE, canonical(said))
    with loading(store, settings, source) as (opened, writer):
        records = check_records(outcomes, request.phase, opened.number, batch=batch)
        write_checks(writer, records)
        count = len(outcomes.ids)
        writer.commit(
            {"rows_in": count, "loaded": count, "unchanged": 0, "quarantined": 0, "withdrawn": 0, "now": now_ms()}
        )
    return opened.number
