"""The audit: findings counted and listed, what rules could not decide, and the cases of the highest risk."""

from __future__ import annotations

from typing import get_args

import dash_mantine_components as dmc
from dash.development.base_component import Component

from dashboard.figures.audit import categories_figure
from dashboard.filters import choice_filter, day_filter, switch_filter, text_filter
from dashboard.forms import count
from dashboard.graphs import graph
from dashboard.naming import item_names
from dashboard.page import Asked
from dashboard.pages import audit_tables as tables
from dashboard.pages.cases import further_pages
from dashboard.shell import card, figures, heading
from dashboard.states import note, nothing
from graph.audit.finding_filter import FindingFilter, State
from graph.audit.findings import findings, rules_of_audits
from graph.audit.rules import Category
from graph.audit.summary import SEVERITIES, FindingSummary, finding_summary
from graph.items import known_items
from graph.sampling import SampleRequest, sample

VIEWS = ("findings", "rules", "risk")
ROWS = 100
_FILTERS = ("rule", "category", "severity", "item", "unit", "state", "from", "to")
_SAMPLE, _SEED = 50, "1"


def content(asked: Asked) -> Component:
    """The page."""
    say, address = asked.say, asked.address
    head = heading(say("nav.audit"), say("audit.below"))
    wanted = filter_of(asked)
    summary = finding_summary(asked.store, asked.viewer, wanted)
    if not summary.as_of_load:
        return dmc.Stack([head, nothing(say("empty.archive"), say("empty.archive.remedy"))])
    if summary.audit is None and not summary.rules:
        return dmc.Stack([head, nothing(say("audit.never"), say("audit.never.remedy"))])
    views = {view: say(f"audit.view.{view}") for view in VIEWS}
    show = {"rules": _rules, "risk": _risk}.get(address.one("view") or "", _findings)
    return dmc.Stack(
        [
            head,
            _controls(asked, summary),
            *tables.state(asked, summary.audit),
            _numbers(asked, summary),
            switch_filter(address, "view", views, "findings"),
            *show(asked, wanted, summary),
        ]
    )


def filter_of(asked: Asked) -> FindingFilter:
    """The findings that an address asks for."""
    names = ("rule", "category", "severity", "item", "unit")
    given = {name: asked.address.one(name) for name in names}
    state = next((one for one in get_args(State) if one == asked.address.one("state")), None)
    return FindingFilter(**given, state=state, from_at=asked.instant("from"), to_at=asked.end_of("to"))


def _controls(asked: Asked, summary: FindingSummary) -> Component:
    say, address = asked.say, asked.address
    rules = {id_: asked.told(rule.title) for id_, rule in sorted(rules_of_audits(asked.store).items())}
    categories = {name: say.code("category", name) for name in get_args(Category)}
    items = item_names(known_items(asked.store, summary.as_of_load))
    controls = [
        choice_filter(address, "rule", say("finding.rule"), rules, searchable=True, width=200),
        choice_filter(address, "category", say("audit.category"), categories, searchable=True, width=150),
        choice_filter(
            address,
            "severity",
            say("finding.severity"),
            {name: say.code("severity", name) for name in SEVERITIES},
            width=110,
        ),
        choice_filter(address, "item", say("case.item"), items, searchable=True, width=180)
        if items
        else text_filter(address, "item", say("case.item"), say("filter.exact"), 180),
        text_filter(address, "unit", say("case.unit"), say("filter.id_or_name"), 130),
        choice_filter(
            address,
            "state",
            say("audit.state"),
            {name: say(f"audit.state.{name}") for name in get_args(State)},
            width=120,
        ),
        day_filter(address, "from", say("audit.from"), say("filter.day")),
        day_filter(address, "to", say("audit.to"), say("filter.day")),
        dmc.Anchor(say("filter.reset"), href=address.to("/audit", view=address.one("view")), size="sm", pb=8),
    ]
    return dmc.Paper(dmc.Group(controls, align="flex-end", gap="sm"), withBorder=True, p="md")


def _numbers(asked: Asked, summary: FindingSummary) -> Component:
    say = asked.say
    severities = {one.name: one.findings for one in summary.severities}
    seen = [one.looked_at for one in summary.rules if one.looked_at is not None]
    undecided = sum(one.undecidable > 0 for one in seen)
    failed = sum(one.failed is not None for one in seen)
    return figures(
        (
            say("audit.findings"),
            count(summary.findings),
            say("audit.findings.what", accepted=count(summary.accepted)),
        ),
        *((say(f"audit.{name}"), count(severities.get(name, 0)), "") for name in SEVERITIES),
        (say("audit.undecided"), count(undecided), say("audit.undecided.what", rules=count(len(seen)))),
        (say("audit.failed"), count(failed), say("audit.failed.what")),
    )


def _findings(asked: Asked, wanted: FindingFilter, summary: FindingSummary) -> list[Component]:
    say = asked.say
    page = findings(asked.store, asked.viewer, wanted, limit=ROWS, cursor=asked.address.one("cursor"))
    drawn = []
    if summary.findings:
        figure = categories_figure(summary.rules, say)
        drawn = [card(say("audit.categories"), graph("categories", figure, say("audit.categories")))]
    title = say("audit.listed", shown=count(len(page.items)), findings=count(summary.findings))
    listed = tables.finding_table(asked, page.items)
    return [*drawn, card(title, listed, further_pages(asked, page.next, "findings", ROWS))]


def _rules(asked: Asked, wanted: FindingFilter, summary: FindingSummary) -> list[Component]:
    say, complete = asked.say, summary.complete
    below = (
        say("audit.rules.below", load=complete.upto, cases=count(complete.cases))
        if complete
        else say("audit.rules.unknown")
    )
    kept = {name: asked.address.one(name) for name in _FILTERS if name != "rule"}
    return [card(say("audit.view.rules"), tables.rule_table(asked, summary.rules, kept), below=below)]


def _risk(asked: Asked, wanted: FindingFilter, summary: FindingSummary) -> list[Component]:
    """The cases with the highest score, with the weights that make it."""
    say, address = asked.say, asked.address
    if summary.audit is None:
        return [nothing(say("audit.never"), say("audit.never.remedy"))]
    weights = {name: asked.number(f"weight.{name}", tables.WEIGHTS[name]) for name in SEVERITIES}
    request = SampleRequest(
        size=max(1, min(asked.number("size", _SAMPLE), 1000)),
        seed=address.one("seed") or _SEED,
        item=wanted.item,
        unit=wanted.unit,
        from_at=wanted.from_at,
        to_at=None if wanted.to_at is None else wanted.to_at + 1,
        weights=weights,
    )
    answer = sample(asked.store, asked.viewer, request)
    controls = dmc.Group(
        [
            text_filter(address, "size", say("audit.risk.size"), str(_SAMPLE), 100),
            *(
                text_filter(
                    address,
                    f"weight.{name}",
                    say("audit.risk.weight", severity=say.code("severity", name)),
                    str(tables.WEIGHTS[name]),
                    120,
                )
                for name in SEVERITIES
            ),
            text_filter(address, "seed", say("audit.risk.seed"), _SEED, 120),
        ],
        align="flex-end",
        gap="sm",
    )
    score = " · ".join(f"{say.code('severity', name)} {weight}" for name, weight in weights.items())
    frame = say("audit.risk.frame", cases=count(answer.frame_cases), seed=request.seed, algorithm=answer.algorithm)
    listed = tables.risk_table(asked, answer)
    return [card(say("audit.view.risk"), controls, note(say("audit.risk.score", weights=score), "blue"), listed,
                 below=frame)]  # fmt: skip
