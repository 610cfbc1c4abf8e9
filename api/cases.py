"""Cases over HTTP: the list, and the audit chain of one."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response

from api.archive import ArchiveOf, AsKnownAt, Cursor, Limit, ViewerOf, link_next, moment
from api.problems import problems
from graph.audit.case_view import CaseView, case_view
from graph.cases import CaseFilter, CasePage, cases
from graph.chain import Chain, chain
from graph.conformance import Conformance, conformance
from graph.evidence.stood import ChainProved, chain_proved
from graph.finance import Finance, finance
from graph.matters import MatterChain, matter_chain
from graph.working_days import working_days

router = APIRouter(tags=["cases"])


@router.get("/cases", summary="Cases, the latest opened first", responses=problems(400, 422))
def list_cases(
    request: Request,
    response: Response,
    archive: ArchiveOf,
    viewer: ViewerOf,
    item: Annotated[
        str | None, Query(description="Service item, by id or as the case names it.", examples=["card"])
    ] = None,
    actor: Annotated[str | None, Query(description="Actor, by id or name.", examples=["王五"])] = None,
    activity: Annotated[str | None, Query(description="Activity.", examples=["受理"])] = None,
    unit: Annotated[str | None, Query(description="Unit, by id or name.", examples=["受理窗口"])] = None,
    status: Annotated[str | None, Query(description="open, closed or unknown.", examples=["closed"])] = None,
    from_: Annotated[
        str | None, Query(alias="from", description="Still running then or later.", examples=["2024-06-01"])
    ] = None,
    to: Annotated[str | None, Query(description="Opened by then.", examples=["2024-06-30"])] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> CasePage:
    """Lists stand for the last done load and name an open one."""
    wanted = CaseFilter(
        item=item,
        actor=actor,
        activity=activity,
        unit=unit,
        status=status,
        from_at=moment(from_),
        to_at=moment(to),
    )
    page = cases(archive.store, viewer, wanted, limit=limit, cursor=cursor)
    link_next(request, response, page.next)
    return page


@router.get(
    "/cases/{case_id:path}/chain",
    summary="The audit chain of a case: who did what when",
    responses=problems(400, 404, 409),
)
def case_chain(
    case_id: Annotated[str, Path(description="Case, by id or natural key.", examples=["hall:A-2024-001"])],
    archive: ArchiveOf,
    viewer: ViewerOf,
    as_known_at: AsKnownAt = None,
) -> Chain:
    """By id, or by a natural key that only one system has; ids may hold `/`."""
    return chain(archive.store, viewer, case_id, moment(as_known_at))


@router.get(
    "/cases/{case_id:path}/chain/proof",
    summary="The audit chain of a case, and what proves it",
    responses=problems(400, 404, 409),
)
def case_chain_proof(
    case_id: Annotated[str, Path(description="Case, by id or natural key.", examples=["hall:A-2024-001"])],
    archive: ArchiveOf,
    viewer: ViewerOf,
    as_known_at: AsKnownAt = None,
) -> ChainProved:
    """As it stood, with proofs against the checkpoint of that time."""
    return chain_proved(archive.store, archive.settings, viewer, case_id, moment(as_known_at))


@router.get(
    "/cases/{case_id:path}/finance",
    summary="A case for the review of its payment: approval, amounts, and the records they rest on",
    responses=problems(400, 404, 409),
)
def case_finance(
    case_id: Annotated[str, Path(description="Case, by id or natural key.", examples=["hall:A-2024-001"])],
    archive: ArchiveOf,
    viewer: ViewerOf,
    as_known_at: AsKnownAt = None,
) -> Finance:
    """Amounts in fen; `differences` are those that differ between decision and payment."""
    return finance(archive.store, viewer, case_id, moment(as_known_at))


@router.get(
    "/cases/{case_id:path}/conformance",
    summary="Whether a case keeps to the standard in force at its acceptance, stage by stage",
    responses=problems(400, 404, 409),
)
def case_conformance(
    case_id: Annotated[str, Path(description="Case, by id or natural key.", examples=["hall:A-2024-001"])],
    archive: ArchiveOf,
    viewer: ViewerOf,
    as_known_at: AsKnownAt = None,
) -> Conformance:
    """What is wrong, what is due and what cannot be decided, and what would mend it."""
    calendar = working_days(archive.settings)
    return conformance(archive.store, viewer, case_id, calendar, moment(as_known_at))


@router.get(
    "/cases/{case_id:path}/audit",
    summary="A case as an auditor looks at it: findings, the path expected and taken, times, neighbours",
    responses=problems(404, 409, 422),
)
def case_audit(
    case_id: Annotated[str, Path(description="Case, by id or natural key.", examples=["hall:A-2024-001"])],
    archive: ArchiveOf,
    viewer: ViewerOf,
    limit: Annotated[
        int, Query(ge=1, le=100, description="Neighbours of each applicant, actor and so on.", examples=[5])
    ] = 5,
) -> CaseView:
    """Of the last done load; the findings are those of the last audit."""
    return case_view(archive.store, viewer, case_id, working_days(archive.settings), limit=limit)


@router.get(
    "/matters/{matter:path}/chain",
    summary="The cases of a matter (联办) as one chain",
    responses=problems(400, 404),
)
def joint_chain(
    matter: Annotated[str, Path(description="Matter, by id or number.", examples=["matter:J-1"])],
    archive: ArchiveOf,
    viewer: ViewerOf,
    as_known_at: AsKnownAt = None,
) -> MatterChain:
    """Across departments and regions, each event with its cases; in the order of a case's chain."""
    return matter_chain(archive.store, viewer, matter, moment(as_known_at))
