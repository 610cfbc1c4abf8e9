"""The audit over HTTP: looking for findings, their list, one of them, their counts, and the rules."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body, Depends, Path, Query, Request, Response

from api.archive import ArchiveOf, Cursor, Limit, ViewerOf, link_next, moment
from api.problems import problems
from etl.rules_source import rule_set
from graph.audit.finding_filter import FindingFilter, State
from graph.audit.findings import FindingPage, FindingView, finding, findings
from graph.audit.run import AuditReport, AuditRequest, audit
from graph.audit.summary import FindingSummary, RuleView, finding_summary, rule_view

router = APIRouter(tags=["audit"])


def _wanted(
    rule: Annotated[str | None, Query(description="Id of a rule.", examples=["four-eyes"])] = None,
    severity: Annotated[str | None, Query(description="high, medium or low.", examples=["high"])] = None,
    category: Annotated[str | None, Query(description="Category of rules.", examples=["four eyes"])] = None,
    case: Annotated[str | None, Query(description="Id of a case.", examples=["hall:A-2024-001"])] = None,
    item: Annotated[str | None, Query(description="Service item of a case.", examples=["card"])] = None,
    unit: Annotated[
        str | None,
        Query(
            description="Unit (id or name) of an event found; of a case without one, of any of its events.",
            examples=["受理窗口"],
        ),
    ] = None,
    from_: Annotated[
        str | None,
        Query(alias="from", description="Done (or, without event, opened) then or later.", examples=["2024-06-01"]),
    ] = None,
    to: Annotated[
        str | None, Query(description="Done (or, without event, opened) by then.", examples=["2024-06-30"])
    ] = None,
    state: Annotated[
        State | None, Query(description="accepted: those that are today; open: the others.", examples=["open"])
    ] = None,
) -> FindingFilter:
    return FindingFilter(
        rule=rule,
        severity=severity,
        category=category,
        case=case,
        item=item,
        unit=unit,
        from_at=moment(from_),
        to_at=moment(to),
        state=state,
    )


Wanted = Annotated[FindingFilter, Depends(_wanted)]


@router.post("/audit", summary="Look for findings", status_code=201, responses=problems(400, 404, 409, 422))
def post_audit(archive: ArchiveOf, viewer: ViewerOf, asked: Annotated[AuditRequest, Body()]) -> AuditReport:
    """Looks for findings as `dossier audit` does, and writes them in a load of its own."""
    scope = asked.scope(archive.store)
    return audit(archive.store, archive.settings, viewer, rule_set(asked.rules), scope)


@router.get("/findings", summary="The findings of the last audit", responses=problems(400, 422))
def list_findings(
    request: Request,
    response: Response,
    archive: ArchiveOf,
    viewer: ViewerOf,
    wanted: Wanted,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> FindingPage:
    """Findings stand for what the last audit looked at; `audit.loads_since` counts the loads since then."""
    page = findings(archive.store, viewer, wanted, limit=limit, cursor=cursor)
    link_next(request, response, page.next)
    return page


@router.get(
    "/findings/summary",
    summary="Findings counted by rule, category and severity",
    responses=problems(400, 422),
)
def summarise_findings(archive: ArchiveOf, viewer: ViewerOf, wanted: Wanted) -> FindingSummary:
    """With how much each rule could not decide in the last audit that looked at all cases."""
    return finding_summary(archive.store, viewer, wanted)


@router.get("/findings/{finding:path}", summary="One finding, with its rule", responses=problems(404))
def get_finding(
    archive: ArchiveOf,
    viewer: ViewerOf,
    id_: Annotated[
        str, Path(alias="finding", description="Its id.", examples=["four-eyes|hall:A-2024-001|hall:e-1|0"])
    ],
) -> FindingView:
    """What it shows, what it is about, and whether it is accepted today."""
    return finding(archive.store, viewer, id_)


@router.get("/rules/{rule}", summary="One rule of the audit, and how much it found", responses=problems(404))
def get_rule(
    archive: ArchiveOf,
    viewer: ViewerOf,
    rule: Annotated[str, Path(description="Its id.", examples=["four-eyes"])],
) -> RuleView:
    """As the latest audit that ran it had it."""
    return rule_view(archive.store, viewer, rule)
