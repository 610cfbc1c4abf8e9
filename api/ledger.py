"""The ledger over HTTP: its state, checkpoints and tiles as C2SP has them, proofs, and verification."""

from __future__ import annotations

import re
from pathlib import Path as FilePath
from typing import Annotated

from fastapi import APIRouter, Path, Query
from fastapi.responses import FileResponse, PlainTextResponse

from api.archive import ArchiveOf, ViewerOf
from api.problems import problems
from graph.errors import NotFound
from graph.evidence.home import open_ledger
from graph.evidence.ledger_answers import Consistency, LedgerState, RecordProof, consistency, ledger_state, prove
from graph.evidence.verification import Verification, verify, verify_case, verify_person

router = APIRouter(tags=["evidence"])

_TILE = re.compile(r"([0-9]{1,2}|entries)(/x[0-9]{3})*/[0-9]{3}(\.p/[0-9]{1,3})?", re.ASCII)


@router.get("/ledger", summary="The ledger: how much it holds, its keys and its newest checkpoint")
def get_ledger(archive: ArchiveOf, viewer: ViewerOf) -> LedgerState:
    """Of an archive that keeps none, `kept` is false and the loads are unsealed."""
    return ledger_state(archive.store, archive.settings, viewer)


@router.get(
    "/ledger/checkpoint",
    summary="The newest checkpoint (C2SP tlog-checkpoint)",
    response_class=PlainTextResponse,
    responses={
        200: {"content": {"text/plain": {"example": "dossier/5b5b\n2\nW1tb…=\n\n— dossier/5b5b W1tb…\n"}}},
        **problems(404, 422),
    },
)
def get_checkpoint(
    archive: ArchiveOf,
    viewer: ViewerOf,
    size: Annotated[int | None, Query(ge=0, description="One that was kept: its size.", examples=[2])] = None,
) -> str:
    """A signed note: origin, number of entries, root. Keep it outside: it finds a ledger that was rolled back."""
    viewer.require_whole_archive()
    with open_ledger(archive.store, archive.settings, read_only=True) as ledger:
        return ledger.head().note if size is None else ledger.checkpoint_at(size).note


@router.get(
    "/ledger/tile/{path:path}",
    summary="A tile of the tree, or a bundle of entries (C2SP tlog-tiles)",
    response_class=FileResponse,
    responses={
        200: {"content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}},
        **problems(404),
    },
)
def get_tile(
    path: Annotated[
        str, Path(description="Level and number, or entries and number.", examples=["0/000", "0/x001/067"])
    ],
    archive: ArchiveOf,
    viewer: ViewerOf,
) -> FileResponse:
    """The bytes as they lie in the ledger."""
    viewer.require_whole_archive()
    with open_ledger(archive.store, archive.settings, read_only=True) as ledger:
        file: FilePath = ledger.folder / "tile" / path
    if not _TILE.fullmatch(path) or not file.is_file():
        shown = path if path.isprintable() and len(path) <= 80 else f"{path[:40]!r}"
        raise NotFound(f"The ledger has no tile {shown}.", "Its size is in the checkpoint; see C2SP tlog-tiles.")
    return FileResponse(file, media_type="application/octet-stream")


@router.get(
    "/ledger/proof/{record_id:path}",
    summary="That the ledger holds a record in every state that it had",
    responses=problems(404, 409),
)
def get_proof(
    record_id: Annotated[str, Path(description="Its id, or `Label:id`.", examples=["Case:hall:A-2024-001"])],
    archive: ArchiveOf,
    viewer: ViewerOf,
) -> RecordProof:
    """Each entry with its audit path and what is in its parts; docs/ledger.md says how to check them."""
    return prove(archive.store, archive.settings, viewer, record_id)


@router.get("/ledger/consistency", summary="That the ledger only grew", responses=problems(400, 422))
def get_consistency(
    archive: ArchiveOf,
    viewer: ViewerOf,
    old: Annotated[int, Query(ge=0, description="Number of entries then.", examples=[2])],
    new: Annotated[int | None, Query(ge=0, description="And later; by default all.", examples=[3])] = None,
) -> Consistency:
    """The proof of RFC 9162 between two sizes, with the checkpoints that were kept of them."""
    return consistency(archive.store, archive.settings, viewer, old, new)


@router.get(
    "/ledger/verification",
    summary="Whether the archive still holds what was loaded",
    responses=problems(404, 409),
)
def get_verification(
    archive: ArchiveOf,
    viewer: ViewerOf,
    case: Annotated[str | None, Query(description="This case only.", examples=["hall:A-2024-001"])] = None,
    person: Annotated[
        str | None, Query(description="What is held about this person only.", examples=["p-zhang"])
    ] = None,
) -> Verification:
    """Everything, which takes its time, or one case, or one person. Files lie with whoever has them: not read."""
    if case is not None:
        return verify_case(archive.store, archive.settings, viewer, case)
    if person is not None:
        return verify_person(archive.store, archive.settings, viewer, person)
    return verify(archive.store, archive.settings, viewer)
