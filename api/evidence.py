"""Evidence packs over HTTP."""

from __future__ import annotations

from pathlib import Path

from fastapi import APIRouter
from fastapi.responses import FileResponse
from pydantic import BaseModel, Field

from api.archive import ArchiveOf, ViewerOf
from api.files import made_file
from api.problems import problems
from etl.check_run import folders_of
from graph.evidence.pack import MOST_CASES, PackRequest, write_pack
from graph.sampling import Sample

router = APIRouter(tags=["evidence"])
_ZIP = {"content": {"application/zip": {"schema": {"type": "string", "format": "binary"}}}}


class PackAsked(BaseModel):
    """What goes into a pack; `without` names the parts to leave out: who, when, what, links, file."""

    cases: list[str] = Field(
        min_length=1, max_length=MOST_CASES, description="Ids of cases, or their natural keys.", examples=[["hall:1"]]
    )
    without: list[str] = Field(default_factory=list, description="Parts to leave out.", examples=[["who"]])
    sample: Sample | None = Field(None, description="The sample that the cases were drawn by.", examples=[None])


@router.post(
    "/evidence",
    summary="An evidence pack of cases",
    response_class=FileResponse,
    responses={200: {"description": "The pack.", **_ZIP}, **problems(400, 404, 409, 422)},
)
def post_evidence(archive: ArchiveOf, viewer: ViewerOf, asked: PackAsked) -> FileResponse:
    """A ZIP that can be checked without the archive; its files come from the folders that DOSSIER_FILES names."""
    wanted = PackRequest(asked.cases, tuple(asked.without), folders_of(archive.settings), asked.sample)

    def make(path: Path) -> dict[str, str]:
        write_pack(archive.store, archive.settings, viewer, wanted, path)
        return {}

    return made_file("evidence.zip", "application/zip", make)
