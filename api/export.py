"""Parts of the graph as files over HTTP."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import FileResponse

from api.archive import ArchiveOf, ViewerOf, moment
from api.files import file_name, made_file
from api.problems import problems
from etl.export.export import Form, export
from graph.cases import CaseFilter
from graph.errors import UsageError
from graph.selection import SelectionRequest

router = APIRouter(tags=["export"])
_NAMES: dict[Form, str] = {
    "xes": "export.xes.gz",
    "ocel-json": "export.json",
    "ocel-sqlite": "export.sqlite",
    "graphml": "export.graphml",
    "parquet": "export.parquet.zip",
}
_FILE = {"content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}}


@router.get(
    "/export",
    summary="Cases, a person's dossier, or the whole archive as a file",
    response_class=FileResponse,
    responses={200: {"description": "The file.", **_FILE}, **problems(400, 404, 409, 422)},
)
def get_export(
    archive: ArchiveOf,
    viewer: ViewerOf,
    form: Annotated[Form, Query(description="The form of the file.", examples=["ocel-json"])],
    item: Annotated[str | None, Query(description="Cases of this service item.", examples=["card"])] = None,
    actor: Annotated[
        str | None, Query(description="Cases in which this actor acted, by id or name.", examples=["王五"])
    ] = None,
    activity: Annotated[str | None, Query(description="Cases with this activity.", examples=["受理"])] = None,
    unit: Annotated[
        str | None, Query(description="Cases handled by this unit, by id or name.", examples=["受理窗口"])
    ] = None,
    status: Annotated[str | None, Query(description="open, closed or unknown.", examples=["closed"])] = None,
    from_: Annotated[
        str | None, Query(alias="from", description="Cases still running then or later.", examples=["2024-06-01"])
    ] = None,
    to: Annotated[str | None, Query(description="Cases opened by then.", examples=["2024-06-30"])] = None,
    person: Annotated[
        str | None, Query(description="Instead of cases: what this person's dossier holds.", examples=["p-li"])
    ] = None,
    system: Annotated[str | None, Query(description="Only cases of this system.", examples=["hall"])] = None,
    name: Annotated[
        str | None, Query(description="Name of the file; packed where it ends with .gz.", examples=["export.json.gz"])
    ] = None,
) -> FileResponse:
    """The header `Dossier-Report` says, as JSON, what is in the file and what was left out."""
    named = {"item": item, "actor": actor, "activity": activity, "unit": unit, "status": status}
    filtered = any(value is not None for value in (*named.values(), from_, to))
    if person is not None and (filtered or system is not None):
        raise UsageError("`person` says something else than filters of cases.", "Give one or the other.")
    cases = CaseFilter(**named, from_at=moment(from_), to_at=moment(to)) if filtered else None
    wanted = SelectionRequest(cases=cases, person=person, system=system)

    def make(path: Path) -> dict[str, str]:
        report = export(archive.store, archive.settings, viewer, wanted, form, path)
        return {"Dossier-Report": report.model_dump_json(ensure_ascii=True)}

    return made_file(_file_name(name, form), "application/octet-stream", make)


def _file_name(asked: str | None, form: Form) -> str:
    """The last part of a name that was asked for, or one of the form."""
    name = file_name(asked or "") or _NAMES[form]
    return name if form != "parquet" or name.endswith(".zip") else f"{name}.zip"
