"""The overview: what the archive holds, by year, item and status, and its last loads."""

from __future__ import annotations

import dash_mantine_components as dmc
from dash.development.base_component import Component

from dashboard.figures.overview import cases_by_item, cases_by_year, materials_by_year
from dashboard.forms import count, in_china
from dashboard.graphs import graph
from dashboard.page import Asked
from dashboard.shell import card, figures, heading
from dashboard.states import note, nothing
from dashboard.table import Column, table
from graph.overview import Overview, overview

_SOME = {"cell-warn": "x > 0"}
_LABELS = ("Person", "Organisation", "Case", "Event", "Material", "Fact")


def content(asked: Asked) -> Component:
    """The page."""
    say = asked.say
    held = overview(asked.store, asked.viewer)
    if not held.as_of_load:
        return dmc.Stack([heading(say("nav.overview")), nothing(say("empty.archive"), say("empty.archive.remedy"))])
    return dmc.Stack(
        [
            heading(say("nav.overview"), say("overview.below")),
            figures(*((say(f"label.{n}"), count(held.nodes.get(n, 0)), say(f"label.{n}.what")) for n in _LABELS)),
            dmc.SimpleGrid(_charts(asked, held), cols={"base": 1, "lg": 2}, spacing="md"),
            _loads(asked, held),
        ]
    )


def _charts(asked: Asked, held: Overview) -> list[Component]:
    say = asked.say
    by_year: list[Component] = []
    if held.cases:
        undated = sum(one.cases for one in held.cases if one.year is None)
        drawn = graph("cases-by-year", cases_by_year(held.cases, say), say("overview.cases_by_year"))
        left_out = [note(say("overview.cases_undated", cases=count(undated)))] if undated else []
        by_year.append(card(say("overview.cases_by_year"), drawn, *left_out))
    if held.materials:
        undated = sum(one.materials for one in held.materials if one.year is None)
        drawn = graph("materials-by-year", materials_by_year(held.materials, say), say("overview.materials_by_year"))
        left_out = [note(say("overview.materials_undated", materials=count(undated)))] if undated else []
        by_year.append(card(say("overview.materials_by_year"), drawn, *left_out))
    parts: list[Component] = [dmc.Stack(by_year)] if by_year else []
    if held.cases:
        drawn = graph("cases-by-item", cases_by_item(held.cases, say), say("overview.cases_by_item"))
        parts.append(card(say("overview.cases_by_item"), drawn))
    return parts


def _loads(asked: Asked, held: Overview) -> Component:
    say = asked.say
    columns = (
        Column("number", say("load.number"), "number", width=80),
        Column("state", say("load.state"), width=110, mark={"cell-warn": "params.data.open"}),
        Column("source", say("load.source"), flex=2),
        Column("system", say("load.system"), flex=1),
        Column("committed", say("load.committed"), width=170),
        Column("rows_in", say("load.rows_in"), "number", width=120),
        Column("loaded", say("load.loaded"), "number", width=120),
        Column("unchanged", say("load.unchanged"), "number", width=120),
        Column(
            "quarantined",
            say("load.quarantined"),
            "number",
            width=120,
            mark=_SOME,
        ),
    )
    counts = ("rows_in", "loaded", "unchanged", "quarantined")
    rows = [
        {
            "number": load.number,
            "state": say.code("load.state", load.state),
            "open": load.state == "open",
            "source": load.source,
            "system": load.system,
            "committed": in_china(load.committed_at),
            **{name: getattr(load, name) for name in counts},
        }
        for load in held.loads
    ]
    grid = table("loads", columns, rows, asked.address, say, empty=say("empty.archive"), filters=False)
    return card(say("overview.loads"), grid, below=say("overview.loads.below"))
