"""The findings of the audit over HTTP."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from api.archive import ArchiveOf, Cursor, Limit, ViewerOf, link_next
from api.problems import problems
from graph.audit.findings import FindingFilter, FindingPage, findings

router = APIRouter(tags=["audit"])


@router.get("/findings", summary="The findings of the last audit", responses=problems(400, 422))
def list_findings(
    request: Request,
    response: Response,
    archive: ArchiveOf,
    viewer: ViewerOf,
    rule: Annotated[str | None, Query(description="Id of a rule.", examples=["four-eyes"])] = None,
    severity: Annotated[str | None, Query(description="high, medium or low.", examples=["high"])] = None,
    category: Annotated[str | None, Query(description="Category of rules.", examples=["four eyes"])] = None,
    case: Annotated[str | None, Query(description="Id of a case.", examples=["hall:A-2024-001"])] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> FindingPage:
    """Findings stand for what the last audit looked at; `audit.loads_since` counts the loads since then."""
    wanted = FindingFilter(rule=rule, severity=severity, category=category, case=case)
    page = findings(archive.store, viewer, wanted, limit=limit, cursor=cursor)
    link_next(request, response, page.next)
    return page
