"""What the routes share: the open archive, the viewer, and pages of lists."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Query, Request, Response

from graph.instants import parse_one
from graph.settings import Settings
from graph.store import Store
from graph.viewer import LOCAL_OPERATOR, Viewer


@dataclass(frozen=True)
class Archive:
    """The store of the running service, with its settings."""

    store: Store
    settings: Settings


def _archive(request: Request) -> Archive:
    archive: Archive = request.app.state.archive
    return archive


def _viewer() -> Viewer:
    """The local operator: the service is bound to the loopback address only."""
    return LOCAL_OPERATOR


ArchiveOf = Annotated[Archive, Depends(_archive)]
ViewerOf = Annotated[Viewer, Depends(_viewer)]
Limit = Annotated[int, Query(ge=1, le=1000, description="How many at most.", examples=[50])]
Cursor = Annotated[
    str | None,
    Query(description="`next` of the page before; also in its header `Link`.", examples=["WyJhIiwgImIiXQ"]),
]
AsKnownAt = Annotated[
    str | None,
    Query(
        description="As the archive knew it at this instant.", examples=["2024-06-30", "2024-06-30T12:00:00+08:00"]
    ),
]


def moment(as_known_at: str | None) -> int | None:
    """The instant (epoch ms) that a query parameter names. Raises UsageError where it is none."""
    return parse_one(as_known_at) if as_known_at else None


def link_next(request: Request, response: Response, cursor: str | None) -> None:
    """Names the page that follows in the header `Link`."""
    if cursor is not None:
        url = request.url.include_query_params(cursor=cursor)
        response.headers["Link"] = f'<{url.path}?{url.query}>; rel="next"'
