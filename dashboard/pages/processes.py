"""Processes over all cases: the map, times and deviations by group, variants, and months with their drift."""

from __future__ import annotations

from typing import get_args

import dash_mantine_components as dmc
from dash.development.base_component import Component

from dashboard.address import Address
from dashboard.figures.process_map import ACTIVITIES, LEAST, STEPS, drawn_of, process_map_figure
from dashboard.figures.processes import GROUPS, cycle_figure, drift_figure, months_figure, variants_figure
from dashboard.filters import choice_filter, switch_filter, text_filter
from dashboard.forms import count, length, share
from dashboard.graphs import graph
from dashboard.naming import item_name, item_names
from dashboard.page import Asked
from dashboard.pages import process_tables as tables
from dashboard.shell import card, figures, heading
from dashboard.states import note, nothing
from graph.clock import last_done
from graph.items import KnownItems, known_items
from graph.process.definitions import DEFINITIONS
from graph.process.deviations import deviations
from graph.process.drift import drift
from graph.process.figures import Figure
from graph.process.filters import By, ProcessFilter
from graph.process.metrics import Metrics, metrics
from graph.process.months import months
from graph.process.process_map import process_map
from graph.process.stages import stage_times
from graph.process.variants import variants

VIEWS = ("map", "times", "variants", "months")
ROWS = 200
_HEAD = ("cases", "open", "cycle_median", "cycle_p90", "first_time_right", "deviating")


def content(asked: Asked) -> Component:
    """The page."""
    say = asked.say
    load = last_done(asked.store)
    if not load:
        return dmc.Stack([heading(say("nav.processes")), nothing(say("empty.archive"), say("empty.archive.remedy"))])
    known = known_items(asked.store, load)
    wanted = filter_of(asked.address)
    found = metrics(asked.store, asked.viewer, wanted)
    head = [heading(say("nav.processes"), say("processes.below")), _filters(asked, known)]
    if not found.groups[0].figures["cases"].cases:
        return dmc.Stack([*head, nothing(say("processes.none"), say("processes.none.remedy"))])
    views = {view: say(f"processes.view.{view}") for view in VIEWS}
    view = asked.address.one("view")
    shown = {"times": _times, "variants": _variants, "months": _months}.get(view or "", _map)
    switch = switch_filter(asked.address, "view", views, "map")
    return dmc.Stack([*head, _numbers(asked, found), switch, *shown(asked, wanted, known)])


def filter_of(address: Address) -> ProcessFilter:
    """The cases that an address asks for."""
    names = ("item", "unit", "region", "from_month", "to_month")
    without = [name for name in address.many("without") if name in get_args(By)]
    return ProcessFilter.model_validate({**{n: address.one(n) for n in names}, "without": without})


def _filters(asked: Asked, known: KnownItems) -> Component:
    say, address = asked.say, asked.address
    items = item_names(known)
    controls = [
        choice_filter(address, "item", say("case.item"), items, searchable=True, width=200)
        if items
        else text_filter(address, "item", say("case.item"), say("filter.exact"), 200),
        text_filter(address, "unit", say("case.unit"), say("filter.id_or_name"), 140),
        text_filter(address, "region", say("case.region"), say("filter.exact"), 140),
        text_filter(address, "from_month", say("processes.from_month"), "2024-01", 120),
        text_filter(address, "to_month", say("processes.to_month"), "2024-12", 120),
        dmc.Anchor(say("filter.reset"), href=address.to("/processes", view=address.one("view")), size="sm", pb=8),
    ]
    return dmc.Paper(dmc.Group(controls, align="flex-end", gap="sm"), withBorder=True, p="md")


def _numbers(asked: Asked, found: Metrics) -> Component:
    of = found.groups[0].figures
    return figures(
        *((tables.title(asked, name), _value(asked, name, of[name]), _below(asked, name, of[name])) for name in _HEAD)
    )


def _value(asked: Asked, name: str, one: Figure) -> str:
    unit = DEFINITIONS[name].unit
    if one.value is None:
        return "—"
    if unit == "s":
        return length(one.value, asked.say)
    return share(one.value) if unit == "share" else count(int(one.value))


def _below(asked: Asked, name: str, one: Figure) -> Component:
    """The cases of a figure, as a link to them; that a time is not reached."""
    said = asked.say("processes.of_cases", cases=count(one.cases))
    if DEFINITIONS[name].unit == "s" and one.value is None:
        said = asked.say("processes.not_reached")
    return dmc.Anchor(said, href=tables.cases_link(asked, one.cases_at), size="xs")


def _map(asked: Asked, wanted: ProcessFilter, known: KnownItems) -> list[Component]:
    say = asked.say
    answer = process_map(asked.store, asked.viewer, wanted)
    if not answer.activities:
        return [nothing(say("processes.no_events"))]
    shown = drawn_of(answer)
    drawn = graph("process-map", process_map_figure(answer, say), say("processes.map"), LEAST)
    parts: list[Component] = [drawn]
    if len(answer.activities) > ACTIVITIES or len(answer.steps) > STEPS:
        parts.append(
            note(
                say(
                    "processes.map.cut",
                    activities=count(len(shown.activities)),
                    all_activities=count(len(answer.activities)),
                    steps=count(len(shown.steps)),
                    all_steps=count(len(answer.steps)),
                )
            )
        )
    return [
        card(say("processes.map"), *parts, below=tables.meaning(asked, "step")),
        card(
            tables.title(asked, "bottleneck"),
            tables.steps(asked, "bottlenecks", answer.bottlenecks),
            below=tables.meaning(asked, "bottleneck"),
        ),
        card(say("processes.steps"), tables.steps(asked, "steps", answer.steps)),
        card(
            say("processes.activities"),
            tables.activities(asked, answer.activities),
            below=tables.meaning(asked, "activity"),
        ),
    ]


def _times(asked: Asked, wanted: ProcessFilter, known: KnownItems) -> list[Component]:
    say = asked.say
    choices = {by: say(f"processes.by.{by}") for by in get_args(By)}
    by: By = next((one for one in get_args(By) if one == asked.address.one("by")), "item")
    found = metrics(asked.store, asked.viewer, wanted, by)
    names = [_group_name(asked, known, by, one.key, one.name) for one in found.groups]
    parts: list[Component] = [
        switch_filter(asked.address, "by", choices, "item"),
        graph("cycle", cycle_figure(found.groups, names, say), say("processes.cycle")),
    ]
    if len(names) > GROUPS:
        parts.append(note(say("processes.groups.cut", shown=count(GROUPS), groups=count(len(names)))))
    stages = stage_times(asked.store, asked.viewer, wanted)
    rates = deviations(asked.store, asked.viewer, wanted)
    untimed = [note(say("processes.untimed", steps=count(stages.untimed)))] if stages.untimed else []
    since = rates.audit.loads_since if rates.audit else 0
    late = [note(say("processes.audit.late", loads=count(since)))] if since else []
    return [
        card(say("processes.cycle"), *parts, below=tables.meaning(asked, "cycle_median")),
        card(say(f"processes.by.{by}"), tables.groups(asked, found, names), tables.definitions(asked)),
        card(
            tables.title(asked, "stage"),
            tables.stages(asked, stages.stages),
            *untimed,
            below=tables.meaning(asked, "stage"),
        ),
        card(
            tables.title(asked, "deviation"),
            *late,
            tables.deviations(asked, rates),
            below=tables.meaning(asked, "deviation"),
        ),
    ]


def _group_name(asked: Asked, known: KnownItems, by: By, key: str | None, name: str | None) -> str:
    if key is None:
        return asked.say("processes.no_group")
    return item_name(known, key, asked.say) if by == "item" else name or key


def _variants(asked: Asked, wanted: ProcessFilter, known: KnownItems) -> list[Component]:
    say, address = asked.say, asked.address
    page = variants(asked.store, asked.viewer, wanted, limit=ROWS, cursor=address.one("cursor"))
    drawn = graph("variants", variants_figure(page.items, say), say("processes.view.variants"))
    steps: list[Component] = []
    if address.one("cursor"):
        steps.append(dmc.Anchor(say("pages.first"), href=address.with_filters(cursor=None)))
    if page.next:
        following = address.with_filters(cursor=page.next, **{"table.variants": None})
        steps.append(dmc.Anchor(say("pages.next", rows=ROWS), href=following))
    found = say("processes.variants.found", variants=count(page.variants), cases=count(page.cases))
    return [
        card(
            found,
            drawn,
            tables.variants(asked, page.items),
            dmc.Group(steps, justify="flex-end"),
            below=tables.meaning(asked, "variant"),
        )
    ]


def _months(asked: Asked, wanted: ProcessFilter, known: KnownItems) -> list[Component]:
    say = asked.say
    answer, moved = months(asked.store, asked.viewer, wanted), drift(asked.store, asked.viewer, wanted)
    parts: list[Component] = []
    if answer.months:
        parts.append(graph("months", months_figure(answer, say), say("processes.months")))
        if answer.left_out:
            parts.append(note(say("processes.left_out", cases=count(answer.left_out))))
        parts.append(tables.months(asked, answer))
    else:
        parts.append(nothing(say("processes.no_months")))
    compared = [one for one in moved.months if one.distance is not None]
    drawn = [graph("drift", drift_figure(moved, say), say("processes.drift"))] if compared else []
    return [
        card(say("processes.months"), *parts, below=tables.meaning(asked, "backlog")),
        card(
            tables.title(asked, "drift"),
            *drawn,
            tables.drift(asked, moved),
            below=tables.meaning(asked, "drift"),
        ),
    ]
