"""The four-property checks over HTTP: counts of results, and what failed or was not run."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, File, Form, Query, Request, Response, UploadFile

from api.archive import ArchiveOf, Cursor, Limit, ViewerOf, link_next
from api.problems import problems
from etl.check_run import CheckReport, CheckRequest, folders_of, run_checks
from graph.checks.catalogue import Phase
from graph.checks.results import CheckFilter, CheckPage, CheckSummary, check_summary, checks
from graph.errors import UsageError

router = APIRouter(tags=["checks"])


@router.get("/checks", summary="Checks of records that failed or were not run", responses=problems(400, 422))
def list_checks(
    request: Request,
    response: Response,
    archive: ArchiveOf,
    viewer: ViewerOf,
    phase: Annotated[str | None, Query(description="GD, YJ or CQ.", examples=["GD"])] = None,
    property_: Annotated[
        str | None,
        Query(
            alias="property",
            description="authenticity, completeness, usability or security.",
            examples=["authenticity"],
        ),
    ] = None,
    code: Annotated[str | None, Query(description="Code of a check.", examples=["GD-1-7"])] = None,
    outcome: Annotated[str | None, Query(description="fail or not_run.", examples=["fail"])] = None,
    class_: Annotated[str | None, Query(alias="class", description="Class of the record.", examples=["4-1"])] = None,
    room: Annotated[str | None, Query(description="Code of the room.", examples=["一库"])] = None,
    material: Annotated[str | None, Query(description="Id of a record.", examples=["hall:m-id"])] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> CheckPage:
    """Of each record and phase, the last run that looked at it."""
    wanted = CheckFilter(
        phase=phase, property=property_, code=code, outcome=outcome, class_=class_, room=room, material=material
    )
    page = checks(archive.store, viewer, wanted, limit=limit, cursor=cursor)
    link_next(request, response, page.next)
    return page


@router.post("/checks/runs", summary="Run the checks", status_code=201, responses=problems(400, 404, 409, 422))
def post_run(
    archive: ArchiveOf,
    viewer: ViewerOf,
    phase: Annotated[Phase, Form(description="GD filing, YJ transfer, CQ long-term keeping.", examples=["GD"])],
    material: Annotated[
        list[str] | None, Form(description="Record, by id or 档号; several times.", examples=[["hall:m-id"]])
    ] = None,
    system: Annotated[
        str | None, Form(description="The catalogued records of one source system.", examples=["hall"])
    ] = None,
    every: Annotated[bool, Form(description="All catalogued records.", examples=[True])] = False,
    transfer: Annotated[UploadFile | None, File(description="Transfer list (CSV) with the totals.")] = None,
) -> CheckReport:
    """As `dossier checks run`: a load of its own. Files are looked for in the folders of `DOSSIER_FILES` only."""
    if sum((bool(material), system is not None, every)) != 1:
        raise UsageError("Which records are to be checked?", "Give one of material, system and every.")
    with tempfile.TemporaryDirectory(prefix="dossier-checks-") as folder:
        listed = None
        if transfer is not None:
            listed = Path(folder) / "transfer.csv"
            with listed.open("wb") as stream:
                shutil.copyfileobj(transfer.file, stream)
        asked = CheckRequest(phase, tuple(material or ()), system, folders_of(archive.settings), listed)
        return run_checks(archive.store, archive.settings, viewer, asked)


@router.get("/checks/summary", summary="Results of the checks, counted")
def get_summary(archive: ArchiveOf, viewer: ViewerOf) -> CheckSummary:
    """By phase, property, check, class and room; and what was found of whole runs."""
    return check_summary(archive.store, viewer)
