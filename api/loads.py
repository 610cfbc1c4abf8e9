"""Loads over HTTP: the list, and taking in a file."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, File, Form, UploadFile

from api.archive import ArchiveOf, ViewerOf
from api.files import file_name
from api.problems import problems
from etl.load import LoadAnswer, LoadRequest, load_file
from etl.mapping import Mapping, load_mapping
from graph.errors import DossierError, UsageError
from graph.status import LoadList, Status, load_rows, status

router = APIRouter(tags=["loads"])


@router.get("/status", summary="What the archive holds")
def get_status(archive: ArchiveOf, viewer: ViewerOf) -> Status:
    """Counts by label and type of what the done loads have given."""
    return status(archive.store, viewer)


@router.get("/loads", summary="All loads")
def list_loads(archive: ArchiveOf) -> LoadList:
    """Their numbers are the archive's clock."""
    return LoadList(items=load_rows(archive.store))


@router.post("/loads", summary="Load a file", status_code=201, responses=problems(400, 409, 422))
def post_load(
    archive: ArchiveOf,
    file: Annotated[UploadFile, File(description="The log or catalogue; its name is that of the source.")],
    mapping: Annotated[UploadFile | None, File(description="A mapping file (YAML), see docs/mapping.md.")] = None,
    system: Annotated[
        str | None,
        Form(
            description="Source system; by default the mapping's, or the name of the file up to its first dot.",
            examples=["hall"],
        ),
    ] = None,
    allow_withdrawals: Annotated[
        bool, Form(description="Let a snapshot withdraw more than its limit.", examples=[False])
    ] = False,
    dry_run: Annotated[bool, Form(description="Read and check; write nothing.", examples=[True])] = False,
) -> LoadAnswer:
    """Takes the file as `dossier load` does; `mapping` is a mapping file."""
    with tempfile.TemporaryDirectory(prefix="dossier-load-") as folder:
        path = _kept(file, Path(folder) / "source")
        aside = Path(folder) / "set-aside.csv"
        try:
            given, name = _mapping(mapping, Path(folder) / "mapping")
            request = LoadRequest(path, given, name, system, dry_run, allow_withdrawals, aside)
            report = load_file(None if dry_run else archive.store, archive.settings, request)
        except DossierError as error:
            # Whoever sent the files knows them by their names.
            for part in ("source/", "mapping/", ""):
                error.message = error.message.replace(f"{folder}/{part}", "")
            raise
        return LoadAnswer(report=report, set_aside=aside.read_text(encoding="utf-8") if aside.exists() else None)


def _mapping(upload: UploadFile | None, folder: Path) -> tuple[Mapping, str]:
    """The mapping that was sent, or the default, and its name."""
    if upload is None:
        return Mapping(), "default"
    path = _kept(upload, folder)
    given = load_mapping(path)
    _require_no_folder(given)
    return given, path.stem


def _require_no_folder(mapping: Mapping) -> None:
    """Raises UsageError for a mapping that names a folder: it would be one of the service's own machine."""
    if mapping.catalogue is not None and mapping.catalogue.files is not None:
        folder = mapping.catalogue.files
        raise UsageError(
            f"The mapping names a folder of files ('{folder}'), which does not come with the upload.",
            "Take `files` out of the mapping, or stop the service and load the catalogue with `dossier load`.",
        )


def _kept(upload: UploadFile, folder: Path) -> Path:
    """The upload under its own name, of which only the last part is taken."""
    name = file_name(upload.filename or "")
    if not name:
        raise UsageError("The uploaded file has no name.", "Give one: it names the source of the load.")
    folder.mkdir()
    path = folder / name
    with path.open("wb") as stream:
        shutil.copyfileobj(upload.file, stream)
    return path
