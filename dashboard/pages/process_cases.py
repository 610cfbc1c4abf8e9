"""The cases of a figure of processes: what the figure is, and the list that it leads to."""

from __future__ import annotations

from typing import get_args

import dash_mantine_components as dmc
from dash.development.base_component import Component

from dashboard.forms import count
from dashboard.page import Asked
from dashboard.pages import process_tables as tables
from dashboard.pages.cases import ROWS, case_table, further_pages
from dashboard.pages.processes import filter_of
from dashboard.shell import card, heading
from dashboard.states import nothing
from graph.clock import last_done
from graph.items import known_items
from graph.process.cases import figure_cases
from graph.process.definitions import DEFINITIONS
from graph.process.filters import CasesOf, FigureName
from graph.process.variants import variants

# Figures that are said by the definition of another name.
_SAID = {
    "cycle": "cycle_median",
    "span": "span_median",
    "finding": "deviation",
    "start": "activity",
    "end": "activity",
}


def content(asked: Asked) -> Component:
    """The page."""
    say, address = asked.say, asked.address
    load = last_done(asked.store)
    if not load:
        return dmc.Stack([heading(say("nav.processes")), nothing(say("empty.archive"), say("empty.archive.remedy"))])
    figure: FigureName = next((one for one in get_args(FigureName) if one == address.one("figure")), "cases")
    key, then = address.one("key"), address.one("then")
    page = figure_cases(
        asked.store,
        asked.viewer,
        filter_of(address),
        CasesOf(figure=figure, key=key, then=then),
        limit=ROWS,
        cursor=address.one("cursor"),
    )
    name = figure if figure in DEFINITIONS else _SAID[figure]
    back = dmc.Anchor(say("processes.back"), href=_back(asked), size="sm")
    found = say("cases.found.more" if page.next else "cases.found", cases=count(len(page.items)))
    listed = case_table(asked, page.items, known_items(asked.store, load))
    return dmc.Stack(
        [
            heading(tables.title(asked, name), tables.meaning(asked, name), [back]),
            *_which(asked, figure, key, then),
            card(found, listed, further_pages(asked, page.next)),
        ]
    )


def _which(asked: Asked, figure: FigureName, key: str | None, then: str | None) -> list[Component]:
    """Of what the figure is, and the filters."""
    say, wanted = asked.say, filter_of(asked.address)
    shown = {
        "item": say("case.item"),
        "unit": say("case.unit"),
        "region": say("case.region"),
        "from_month": say("processes.from_month"),
        "to_month": say("processes.to_month"),
    }
    said = [f"{label}: {value}" for name, label in shown.items() if (value := getattr(wanted, name))]
    said += [f"{say(f'processes.by.{by}')}: {say('processes.no_group')}" for by in wanted.without]
    if figure == "stage":
        said.append(say.code("stage", key) or say("processes.no_stage"))
    elif figure == "step":
        said.append(" → ".join(one or say("processes.no_activity") for one in (key, then)))
    elif figure in ("activity", "start", "end"):
        said.append(key or say("processes.no_activity"))
    elif figure == "variant":
        said.append(_path(asked, key))
    elif key:
        said.append(key)
    return [dmc.Group([dmc.Badge(one, variant="light", tt="none", size="lg") for one in said], gap="xs")]


def _path(asked: Asked, key: str | None) -> str:
    """The activities of a variant, or its id where it is not among the most frequent."""
    page = variants(asked.store, asked.viewer, filter_of(asked.address), limit=ROWS)
    found = next((one for one in page.items if one.id == key), None)
    return " → ".join(name or "–" for name in found.activities) if found else key or ""


def _back(asked: Asked) -> str:
    names = ("item", "unit", "region", "from_month", "to_month")
    return asked.address.to("/processes", **{name: asked.address.one(name) for name in names})
