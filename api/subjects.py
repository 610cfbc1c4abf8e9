"""Persons and organisations over HTTP: the list, and the dossier of one."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response

from api.archive import ArchiveOf, AsKnownAt, Cursor, Limit, ViewerOf, link_next, moment
from api.problems import problems
from graph.dossier import Dossier, dossier, organisation_dossier
from graph.evidence.stood import DossierProved, dossier_proved, organisation_proved
from graph.subjects import PersonPage, persons

router = APIRouter(tags=["dossiers"])
PersonId = Annotated[
    str,
    Path(description="Person, by id, identity number, `system:key`, or a name that one has.", examples=["p-li"]),
]
OrganisationId = Annotated[
    str,
    Path(
        description="Organisation, by id, unified social credit code, `system:key`, or a name that one has.",
        examples=["o-firm"],
    ),
]


@router.get("/persons", summary="Persons by name", responses=problems(400, 422))
def list_persons(
    request: Request,
    response: Response,
    archive: ArchiveOf,
    viewer: ViewerOf,
    query: Annotated[
        str | None,
        Query(description="Beginning of a name, an identity number, `system:key`, or an id.", examples=["张"]),
    ] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> PersonPage:
    """All persons, or those that `query` finds, with the values that prevail."""
    page = persons(archive.store, viewer, query, limit=limit, cursor=cursor)
    link_next(request, response, page.next)
    return page


@router.get(
    "/persons/{person_id:path}/dossier/proof",
    summary="The dossier of a person, and what proves it",
    responses=problems(400, 404, 409),
)
def person_dossier_proof(
    person_id: PersonId, archive: ArchiveOf, viewer: ViewerOf, as_known_at: AsKnownAt = None
) -> DossierProved:
    """As it stood, with proofs against the checkpoint of that time."""
    return dossier_proved(archive.store, archive.settings, viewer, person_id, moment(as_known_at))


@router.get(
    "/persons/{person_id:path}/dossier",
    summary="The dossier of a person, on one axis of time",
    responses=problems(400, 404, 409),
)
def person_dossier(
    person_id: PersonId,
    archive: ArchiveOf,
    viewer: ViewerOf,
    as_known_at: AsKnownAt = None,
) -> Dossier:
    """By id, or by a valid identity number, the key of a source system or a name that one person has."""
    return dossier(archive.store, viewer, person_id, moment(as_known_at))


@router.get(
    "/organisations/{organisation_id:path}/dossier/proof",
    summary="The dossier of an organisation, and what proves it",
    responses=problems(400, 404, 409),
)
def proof_of_organisation(
    organisation_id: OrganisationId, archive: ArchiveOf, viewer: ViewerOf, as_known_at: AsKnownAt = None
) -> DossierProved:
    """As it stood, with proofs against the checkpoint of that time."""
    return organisation_proved(archive.store, archive.settings, viewer, organisation_id, moment(as_known_at))


@router.get(
    "/organisations/{organisation_id:path}/dossier",
    summary="The dossier of an organisation",
    responses=problems(400, 404, 409),
)
def dossier_of_organisation(
    organisation_id: OrganisationId,
    archive: ArchiveOf,
    viewer: ViewerOf,
    as_known_at: AsKnownAt = None,
) -> Dossier:
    """By id, or by a credit code, the key of a source system or a name that one organisation has."""
    return organisation_dossier(archive.store, viewer, organisation_id, moment(as_known_at))
