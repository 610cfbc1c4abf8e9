"""A matter (联办): its cases, and their events as one chain across departments and regions."""

from __future__ import annotations

import dash_mantine_components as dmc
from dash.development.base_component import Component

from dashboard.filters import day_filter
from dashboard.forms import by_day, count, instant, length
from dashboard.naming import item_name
from dashboard.page import Asked
from dashboard.shell import card, figures, heading
from dashboard.table import Column, Row, table
from graph.items import KnownItems, known_items
from graph.matters import MatterCase, MatterChain, MatterEvent, matter_chain


def content(asked: Asked) -> Component:
    """The page."""
    say = asked.say
    answer = matter_chain(asked.store, asked.viewer, asked.key, asked.end_of("as_known_at"))
    known = known_items(asked.store, answer.as_of_load)
    day = day_filter(asked.address, "as_known_at", say("filter.as_known_at"), say("filter.as_known_at.now"))
    return dmc.Stack(
        [
            heading(answer.name or answer.id, say("matter.title"), [day]),
            figures(
                (say("case.status"), say.code("status", answer.status), ""),
                (say("case.seconds"), length(answer.seconds, say) or "—", ""),
                (say("matter.cases"), count(len(answer.cases)), ""),
                (say("case.events"), count(len(answer.events)), ""),
            ),
            card(say("matter.cases"), _cases(asked, answer, known)),
            card(say("chain.events"), _events(asked, answer)),
        ]
    )


def _cases(asked: Asked, answer: MatterChain, known: KnownItems) -> Component:
    say = asked.say
    columns = (
        Column("id", say("case.id"), flex=2, wrap=True, link=True),
        Column("item", say("matter.item"), flex=2, wrap=True),
        Column("region", say("case.region"), width=120, optional=True),
        Column("opened", say("case.opened"), width=155, wrap=True),
        Column("closed", say("case.closed"), width=155, wrap=True),
        Column("status", say("case.status"), width=95),
    )
    rows = [_case(asked, one, known) for one in answer.cases]
    return table("cases", columns, rows, asked.address, say, empty=say("chain.none"))


def _case(asked: Asked, one: MatterCase, known: KnownItems) -> Row:
    return {
        "id": one.id,
        "id_href": asked.address.case(one.id),
        "item": item_name(known, one.item_id, asked.say),
        "region": one.region,
        "opened": by_day(one.opened_at),
        "closed": by_day(one.closed_at),
        "status": asked.say.code("status", one.status),
    }


def _events(asked: Asked, answer: MatterChain) -> Component:
    say = asked.say
    columns = (
        Column("number", "#", "number", width=64),
        Column("at", say("event.at"), width=155, wrap=True),
        Column("case", say("case.id"), flex=2, wrap=True, link=True),
        Column("activity", say("event.activity"), flex=2, wrap=True),
        Column("actors", say("event.actors"), flex=2, wrap=True),
        Column("units", say("event.units"), flex=2, wrap=True, optional=True),
        Column("seconds", say("event.seconds"), "number", width=110),
    )
    rows = [_event(asked, number, one) for number, one in enumerate(answer.events, 1)]
    return table("events", columns, rows, asked.address, say, empty=say("chain.none"))


def _event(asked: Asked, number: int, one: MatterEvent) -> Row:
    return {
        "number": number,
        "at": instant(one.event.at),
        "case": ", ".join(one.cases),
        "case_href": asked.address.case(one.cases[0]),
        "activity": " · ".join(filter(None, (one.event.activity, one.event.lifecycle))),
        "actors": ", ".join(actor.name or actor.id for actor in one.event.actors),
        "units": ", ".join(unit.name or unit.id for unit in one.event.units),
        "seconds": one.waited,
        "seconds_text": length(one.waited, asked.say),
    }
