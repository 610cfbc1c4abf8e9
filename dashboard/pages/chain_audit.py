"""What the audit says of a case, on the page of its chain: findings, path of the standard, neighbours."""

from __future__ import annotations

from dash.development.base_component import Component

from dashboard.forms import count
from dashboard.naming import item_name
from dashboard.page import Asked
from dashboard.pages.audit_tables import finding_row
from dashboard.shell import card
from dashboard.states import note
from dashboard.table import Column, Row, table
from graph.audit.case_view import CaseView, Neighbours, case_view
from graph.audit.findings import FindingRow
from graph.items import KnownItems
from graph.working_days import working_days


def audit_of_case(asked: Asked, case_id: str, known: KnownItems) -> list[Component]:
    """The cards of the audit, as of the last done load."""
    view = case_view(asked.store, asked.viewer, case_id, working_days(asked.settings))
    say = asked.say
    return [
        card(say("chain.findings"), *_state(asked, view), _findings(asked, view)),
        *([card(say("chain.path", version=view.version_id), _path(asked, view))] if view.version_id else []),
        card(say("chain.neighbours"), _neighbours(asked, view, known)),
    ]


def _state(asked: Asked, view: CaseView) -> list[Component]:
    if view.audit is None:
        return [note(asked.say("chain.findings.never"))]
    since = view.audit.loads_since
    return [note(asked.say("chain.findings.since", loads=count(since)), "orange")] if since else []


def _findings(asked: Asked, view: CaseView) -> Component:
    say = asked.say
    columns = (
        Column("place", "#", "number", width=64),
        Column("severity", say("finding.severity"), width=90),
        Column("rule", say("finding.rule"), flex=2, wrap=True, link=True),
        Column("text", say("finding.text"), flex=4, wrap=True, link=True),
        Column("accepted", say("finding.accepted"), flex=2, wrap=True, optional=True),
    )
    placed: list[tuple[int | None, FindingRow]] = [(None, one) for one in view.of_case]
    placed += [(step.place, one) for step in view.taken for one in step.findings]
    rows = [{"place": place, **finding_row(asked, one)} for place, one in placed]
    return table("findings", columns, rows, asked.address, say, empty=say("chain.findings.none"))


def _path(asked: Asked, view: CaseView) -> Component:
    say = asked.say
    columns = (
        Column("number", "#", "number", width=64),
        Column("step", say("path.step"), flex=2, wrap=True),
        Column("stage", say("event.stage"), width=110),
        Column("required", say("path.required"), width=110),
        Column("taken", say("path.taken"), flex=2, mark={"cell-warn": "params.data.lacking"}),
    )
    rows: list[Row] = [
        {
            "number": number,
            "step": step.activity,
            "stage": say.code("stage", step.stage),
            "required": say("path.required.yes") if step.required else say("path.required.no"),
            "taken": ", ".join(map(str, step.places)) or say("path.taken.not"),
            "lacking": step.required and not step.places,
        }
        for number, step in enumerate(view.expected, 1)
    ]
    return table("path", columns, rows, asked.address, say, empty=say("path.none"))


def _neighbours(asked: Asked, view: CaseView, known: KnownItems) -> Component:
    say = asked.say
    columns = (
        Column("kind", say("neighbours.kind"), width=110),
        Column("which", say("neighbours.which"), flex=2, wrap=True, personal=True, link=True),
        Column("cases", say("neighbours.cases"), "number", width=110),
        Column("case", say("neighbours.nearest"), flex=2, link=True),
        Column("item", say("case.item"), flex=2, wrap=True),
        Column("status", say("case.status"), width=90),
    )
    rows = [row for of in view.neighbours for row in _cases(asked, of, known)]
    return table("neighbours", columns, rows, asked.address, say, empty=say("neighbours.none"))


def _cases(asked: Asked, of: Neighbours, known: KnownItems) -> list[Row]:
    say, applicant = asked.say, of.kind == "applicant"
    return [
        {
            "kind": say.code("neighbour", of.kind),
            "which": say("neighbours.applicant") if applicant else of.name or of.id,
            **({"which_href": asked.address.subject(of.label, of.id)} if applicant else {}),
            "cases": of.cases,
            "case": one.id,
            "case_href": asked.address.case(one.id),
            "item": item_name(known, one.item_id, say) if one.item_id else "",
            "status": say.code("status", one.status),
        }
        for one in of.nearest
    ]
