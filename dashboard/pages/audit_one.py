"""The pages of one rule of the audit and of one finding."""

from __future__ import annotations

from collections.abc import Sequence

import dash_mantine_components as dmc
from dash.development.base_component import Component

from dashboard.forms import count
from dashboard.page import Asked
from dashboard.pages import audit_tables as tables
from dashboard.pages.cases import further_pages
from dashboard.shell import card, figures, heading
from dashboard.states import note
from dashboard.table import Column, Row, table
from graph.audit.finding_filter import FindingFilter
from graph.audit.findings import FindingView, finding, findings
from graph.audit.rules import Rule
from graph.audit.summary import RuleView, rule_view

ROWS = 100


def rule(asked: Asked) -> Component:
    """The page of a rule: what it is, what it guards against, what clears it, its parameters, what it found."""
    say, address = asked.say, asked.address
    view = rule_view(asked.store, asked.viewer, asked.key)
    one = view.rule
    below = f"{say('finding.rule')} {one.id} · {say.code('category', one.category)}"
    page = findings(asked.store, asked.viewer, FindingFilter(rule=one.id), limit=ROWS, cursor=address.one("cursor"))
    found = tables.finding_table(asked, page.items)
    back = dmc.Anchor(say("audit.back"), href=address.to("/audit", view="rules"), size="sm")
    return dmc.Stack(
        [
            heading(asked.told(one.title), below, [back]),
            *tables.state(asked, view.audit),
            _numbers(asked, view),
            card(say("rule.what"), _pairs(_said(asked, one))),
            card(say("rule.parameters"), _parameters(asked, view), below=say("rule.parameters.below")),
            card(say("audit.view.findings"), found, further_pages(asked, page.next, "findings", ROWS)),
        ]
    )


def _said(asked: Asked, one: Rule) -> list[tuple[str, str | Component]]:
    say = asked.say
    return [
        (say("rule.explanation"), asked.told(one.explanation)),
        (say("rule.risk"), asked.told(one.risk)),
        (say("rule.clears"), asked.told(one.clears)),
    ]


def _numbers(asked: Asked, view: RuleView) -> Component:
    say, seen = asked.say, view.count.looked_at
    of = say("rule.of_audit", load=view.complete.upto) if view.complete and seen else say("rule.unknown")
    why = tables.why_failed(say, seen)
    failed = [(say("audit.failed"), "!", why)] if why else []
    return figures(
        (say("finding.severity"), say.code("severity", view.rule.severity), ""),
        (say("audit.findings"), count(view.count.findings), ""),
        (say("finding.accepted"), count(view.count.accepted), ""),
        (say("audit.checked"), count(seen.checked) if seen else "—", of),
        (say("audit.undecidable"), count(seen.undecidable) if seen else "—", of),
        *failed,
    )


def _parameters(asked: Asked, view: RuleView) -> Component:
    say = asked.say
    columns = (
        Column("name", say("rule.parameter"), flex=1, least=110),
        Column("value", say("rule.value"), flex=3, wrap=True, least=160),
    )
    rows: list[Row] = [{"name": name, "value": tables.plain(value)} for name, value in view.parameters.items()]
    return table("parameters", columns, rows, asked.address, say, empty=say("rule.no_parameters"), filters=False)


def one_finding(asked: Asked) -> Component:
    """The page of a finding: what it shows, what it is about, its rule, and whether it is accepted."""
    say = asked.say
    view = finding(asked.store, asked.viewer, asked.key)
    one = view.finding
    title = asked.told(one.title) if one.title else one.rule
    kind = (say.code("severity", one.severity), say.code("category", one.category))
    below = " · ".join((*kind, f"{say('load.number')} {one.load}"))
    back = dmc.Anchor(say("audit.back"), href=asked.address.to("/audit"), size="sm")
    shown = [dmc.Text(asked.told(one.text), fw=500)] if one.text else []
    return dmc.Stack(
        [
            heading(title, below, [back]),
            *tables.state(asked, view.audit),
            card(say("finding.text"), *shown, _detail(asked, view)),
            card(say("finding.records"), _records(asked, view)),
            _acceptance(asked, view),
            *_rule(asked, view),
        ]
    )


def _detail(asked: Asked, view: FindingView) -> Component:
    shown = view.finding.shown(asked.address.language)
    return _pairs([(asked.say.code("detail", name), tables.plain(value)) for name, value in shown.items()])


def _records(asked: Asked, view: FindingView) -> Component:
    say, about = asked.say, view.finding.about
    columns = (
        Column("label", say("storeroom.kind"), width=140),
        Column("id", say("finding.record"), flex=1, wrap=True, link=True),
    )
    rows: list[Row] = [
        {
            "label": say.code("record", one.label),
            "id": one.id,
            **({"id_href": href} if (href := tables.record_link(asked, one, about)) else {}),
        }
        for one in about
    ]
    return table("records", columns, rows, asked.address, say, empty=say("finding.no_records"), filters=False)


def _acceptance(asked: Asked, view: FindingView) -> Component:
    say, accepted = asked.say, view.finding.accepted
    if accepted is None:
        text = say("finding.open.how", command=f"dossier decide accept '{view.finding.id}' --why … --until …")
        return card(
            say("finding.state"), note(say("audit.state.open"), "gray"), dmc.Text(text, size="sm", c="dimmed")
        )
    until = accepted.until or say("finding.for_good")
    shown = [
        (say("finding.who"), accepted.who or "—"),
        (say("finding.why"), accepted.why or "—"),
        (say("finding.until.day"), until),
        (say("finding.decision"), accepted.decision),
    ]
    return card(say("finding.state"), note(say("audit.state.accepted"), "teal"), _pairs(shown))


def _rule(asked: Asked, view: FindingView) -> list[Component]:
    if view.rule is None:
        return []
    say = asked.say
    link = dmc.Anchor(asked.told(view.rule.title), href=tables.to_rule(asked, view.rule.id))
    return [card(say("rule.what"), _pairs([(say("finding.rule"), link), *_said(asked, view.rule)]))]


def _pairs(pairs: Sequence[tuple[str, str | Component]]) -> Component:
    width = {"base": 110, "sm": 220}
    rows = [dmc.TableTr([dmc.TableTd(k, c="dimmed", w=width), dmc.TableTd(v)]) for k, v in pairs]
    return dmc.Table([dmc.TableTbody(rows)], withRowBorders=True, verticalSpacing=6)
