"""People who act, over HTTP: the trail of one, networks of all, and who acted on a person's records."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response

from api.archive import ArchiveOf, AsKnownAt, Cursor, Limit, ViewerOf, link_next, moment
from api.problems import problems
from graph.people.handlers import Handlers, handlers
from graph.people.networks import Network, network
from graph.people.trail import Trail, trail

router = APIRouter(tags=["people"])
Item = Annotated[
    str | None, Query(description="Only cases of this service item, as the cases name it.", examples=["card"])
]
Least = Annotated[int, Query(ge=1, description="Least weight of a link.", examples=[1])]


@router.get(
    "/actors/{actor_id:path}/trail",
    summary="Everything that one actor did, on whom, from when to when",
    responses=problems(400, 404, 409, 422),
)
def actor_trail(
    request: Request,
    response: Response,
    actor_id: Annotated[str, Path(description="Actor, by id, or by a name that only one has.", examples=["王五"])],
    archive: ArchiveOf,
    viewer: ViewerOf,
    from_: Annotated[str | None, Query(alias="from", description="Then or later.", examples=["2024-06-01"])] = None,
    to: Annotated[str | None, Query(description="By then.", examples=["2024-06-30"])] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
    as_known_at: AsKnownAt = None,
) -> Trail:
    """The events page by page, the latest first; counts are of the whole span that is asked for."""
    answer = trail(
        archive.store,
        viewer,
        actor_id,
        from_at=moment(from_),
        to_at=moment(to),
        limit=limit,
        cursor=cursor,
        as_known_at=moment(as_known_at),
    )
    link_next(request, response, answer.next)
    return answer


@router.get("/network/handover", summary="Who hands work over to whom", responses=problems(422))
def handover_network(archive: ArchiveOf, viewer: ViewerOf, item: Item = None, least: Least = 1) -> Network:
    """Pairs of actors of consecutive events of a case, with centralities and communities of the actors."""
    return network(archive.store, viewer, "handover", item=item, least=least)


@router.get("/network/together", summary="Who works with whom", responses=problems(422))
def together_network(archive: ArchiveOf, viewer: ViewerOf, item: Item = None, least: Least = 1) -> Network:
    """Pairs of actors with events in the same case, with centralities and communities of the actors."""
    return network(archive.store, viewer, "together", item=item, least=least)


@router.get(
    "/persons/{person_id:path}/handlers",
    summary="Who acted on the records of a person",
    responses=problems(400, 404, 409),
)
def person_handlers(
    person_id: Annotated[
        str,
        Path(description="Person, by id, number, `system:key`, or a name that one has.", examples=["p-li"]),
    ],
    archive: ArchiveOf,
    viewer: ViewerOf,
    as_known_at: AsKnownAt = None,
) -> Handlers:
    """In their cases, on the records about them, and on themselves."""
    return handlers(archive.store, viewer, person_id, moment(as_known_at))
