"""Quality: results of the four-property checks; what a person has to look at has views of its own."""

from __future__ import annotations

import dash_mantine_components as dmc
from dash.development.base_component import Component

from dashboard.filters import choice_filter, switch_filter
from dashboard.forms import count
from dashboard.page import Asked
from dashboard.pages import quality_batches, quality_review, quality_rows
from dashboard.shell import card, figures, heading
from dashboard.states import note, nothing
from dashboard.table import Column, Row, table
from graph.checks.catalogue import PHASES, PROPERTIES, Said, phase_name, property_name
from graph.checks.results import CheckFilter, CheckSummary, check_summary, checks

VIEWS = ("checks", "rows", "review", "batches")
_LISTED = 500


def content(asked: Asked) -> Component:
    """The page."""
    say = asked.say
    summary = check_summary(asked.store, asked.viewer)
    head = heading(say("nav.quality"), say("quality.below"))
    if not summary.as_of_load:
        return dmc.Stack([head, nothing(say("empty.archive"), say("empty.archive.remedy"))])
    draw = {
        "rows": quality_rows.content,
        "review": quality_review.content,
        "batches": quality_batches.content,
    }.get(asked.address.one("view") or "")
    views = {view: say(f"quality.view.{view}") for view in VIEWS}
    switch = switch_filter(asked.address, "view", views, VIEWS[0])
    if draw is not None:
        return dmc.Stack([head, switch, *draw(asked)])
    return dmc.Stack([head, switch, *(_checks(asked, summary) if summary.checks else [_none(asked)])])


def _none(asked: Asked) -> Component:
    return nothing(asked.say("quality.none"), asked.say("quality.none.remedy"))


def _word(asked: Asked, said: Said | None) -> str:
    return "" if said is None else said.zh if asked.address.language == "zh" else said.en


def _checks(asked: Asked, summary: CheckSummary) -> list[Component]:
    """Results of one phase: the one of the address, or the first in which something was checked."""
    say = asked.say
    held = [phase for phase in PHASES if any(one.phase == phase for one in summary.checks)]
    phase = asked.address.one("phase")
    phase = phase if phase in held else held[0]
    switch = switch_filter(
        asked.address, "phase", {one: f"{_word(asked, phase_name(one))} {one}" for one in held}, held[0]
    )
    last = next((one for one in summary.runs if one.phase == phase), None)
    notes = [note(say("quality.since", loads=count(last.loads_since)))] if last and last.loads_since else []
    return [
        *([switch] if len(held) > 1 else []),
        *notes,
        _numbers(asked, summary, phase),
        _by_check(asked, summary, phase),
        _failing(asked, phase),
        _batch(asked, summary, phase),
        _groups(asked, summary, phase),
    ]


def _numbers(asked: Asked, summary: CheckSummary, phase: str) -> Component:
    say = asked.say
    runs = sum(one.phase == phase for one in summary.runs)
    cards = [(say("quality.records"), count(summary.records), say("quality.records.what", load=count(runs)))]
    for name in PROPERTIES:
        found = next((one for one in summary.properties if (one.phase, one.group) == (phase, name)), None)
        if found is not None:
            below = say("quality.property.what", records=count(found.records))
            cards.append((_word(asked, property_name(name)), count(found.failing), below))
    return figures(*cards)


def _by_check(asked: Asked, summary: CheckSummary, phase: str) -> Component:
    say = asked.say
    columns = (
        Column("code", say("quality.code"), width=140),
        Column("property", say("quality.property"), width=130),
        Column("check", say("quality.check"), flex=3, wrap=True, least=180),
        Column("passed", say("quality.passed"), "number", width=100),
        Column("fail", say("quality.fail"), "number", width=100, mark={"cell-warn": "x > 0"}),
        Column("not_run", say("quality.not_run"), "number", width=100),
        Column("not_applicable", say("quality.not_applicable"), "number", width=100),
    )
    rows: list[Row] = [
        {
            "code": one.code,
            "property": _word(asked, property_name(one.property)),
            "check": _word(asked, one.name)
            + (f" · {_word(asked, one.part)}" if one.part else "")
            + ("" if one.seen_in > 1 else " *"),
            "passed": one.passed,
            "fail": one.fail,
            "not_run": one.not_run,
            "not_applicable": one.not_applicable,
        }
        for one in summary.checks
        if one.phase == phase
    ]
    shown = table("checks", columns, rows, asked.address, say, empty=say("quality.none"))
    return card(say("quality.checks"), shown, below=say("quality.checks.below"))


def _failing(asked: Asked, phase: str) -> Component:
    """The records that failed, or were not run, as the filters of the address say."""
    say, address = asked.say, asked.address
    outcomes = {name: say(f"quality.{name}") for name in ("fail", "not_run")}
    outcome = address.one("outcome") if address.one("outcome") in outcomes else "fail"
    properties = {name: _word(asked, property_name(name)) for name in PROPERTIES}
    controls = dmc.Group(
        [
            switch_filter(address, "outcome", outcomes, "fail"),
            choice_filter(address, "property", say("quality.property"), properties),
        ],
        align="flex-end",
    )
    wanted = CheckFilter(phase=phase, outcome=outcome, property=address.one("property"))
    page = checks(asked.store, asked.viewer, wanted, limit=_LISTED)
    columns = (
        Column("code", say("quality.code"), width=140),
        Column("record", say("quality.record"), flex=2, wrap=True, least=150),
        Column("title", say("material.title"), flex=2, wrap=True, least=120, personal=True),
        Column("class", say("quality.class"), width=90, optional=True),
        Column("room", say("quality.room"), width=120, optional=True),
        Column("says", say("quality.says"), flex=4, wrap=True, least=220),
    )
    rows: list[Row] = [
        {
            "code": one.code,
            "record": one.material,
            "title": one.title,
            "class": one.class_,
            "room": one.room,
            "says": " ".join(_word(asked, said) for said in one.says),
        }
        for one in page.items
    ]
    more = [note(say("quality.more", shown=count(len(rows))))] if page.next else []
    shown = table("failing", columns, rows, address, say, empty=say("quality.failing.none"))
    return card(say("quality.failing"), controls, *more, shown)


def _batch(asked: Asked, summary: CheckSummary, phase: str) -> Component:
    say = asked.say
    columns = (
        Column("code", say("quality.code"), width=140),
        Column("check", say("quality.check"), flex=2, wrap=True, least=150),
        Column("scope", say("quality.scope"), width=110),
        Column("outcome", say("quality.outcome"), width=110),
        Column("says", say("quality.says"), flex=3, wrap=True, least=200),
    )
    rows: list[Row] = [
        {
            "code": one.code,
            "check": _word(asked, one.name),
            "scope": one.scope,
            "outcome": say(f"quality.{one.outcome}"),
            "says": " ".join(_word(asked, said) for said in one.says),
        }
        for one in summary.batch
        if one.phase == phase
    ]
    return card(
        say("quality.batch"), table("batch", columns, rows, asked.address, say, empty=say("quality.failing.none"))
    )


def _groups(asked: Asked, summary: CheckSummary, phase: str) -> Component:
    say = asked.say
    parts: list[Component] = []
    for name, title, held in (
        ("classes", say("quality.class"), summary.classes),
        ("rooms", say("quality.room"), summary.rooms),
    ):
        columns = (
            Column("group", title, flex=2, least=120),
            Column("records", say("quality.records"), "number", width=120),
            Column("failing", say("quality.fail"), "number", width=110, mark={"cell-warn": "x > 0"}),
            Column("not_run", say("quality.not_run"), "number", width=110),
        )
        rows: list[Row] = [
            {"group": one.group or "—", "records": one.records, "failing": one.failing, "not_run": one.not_run}
            for one in held
            if one.phase == phase
        ]
        parts.append(table(name, columns, rows, asked.address, say, empty=say("quality.none")))
    return card(say("quality.groups"), dmc.SimpleGrid(parts, cols={"base": 1, "md": 2}))
