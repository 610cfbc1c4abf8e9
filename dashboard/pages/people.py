"""People who act: networks, workload, and the trail of one actor."""

from __future__ import annotations

from urllib.parse import quote

import dash_mantine_components as dmc
from dash.development.base_component import Component

from dashboard.figures.lanes import LEAST
from dashboard.figures.network import network_figure, shown_actors
from dashboard.filters import choice_filter, day_filter, switch_filter, text_filter
from dashboard.forms import by_day, count, instant, source
from dashboard.graphs import graph
from dashboard.naming import item_names
from dashboard.page import Asked
from dashboard.shell import card, figures, heading
from dashboard.states import note
from dashboard.table import Column, Row, table
from graph.items import NOTHING_KNOWN, KnownItems, known_items
from graph.people.networks import Network, NetworkActor, NetworkKind, network
from graph.people.trail import Trail, TrailEvent, trail

ROWS = 200


def content(asked: Asked) -> Component:
    """The networks, and the workload of all actors."""
    say, address = asked.say, asked.address
    kind: NetworkKind = "together" if address.one("network") == "together" else "handover"
    answer = network(
        asked.store, asked.viewer, kind, item=address.one("item"), least=max(1, asked.number("least", 1))
    )
    known = known_items(asked.store, answer.as_of_load) if answer.as_of_load else NOTHING_KNOWN
    kinds = {"handover": say("people.handover"), "together": say("people.together")}
    below = say("people.handover.below" if kind == "handover" else "people.together.below")
    return dmc.Stack(
        [
            heading(say("nav.people"), say("people.below")),
            dmc.Paper(_filters(asked, known), withBorder=True, p="md"),
            _numbers(asked, answer),
            card(
                kinds[kind],
                switch_filter(address, "network", kinds, "handover"),
                *_figure(asked, answer),
                below=below,
            ),
            card(say("people.actors"), _actors(asked, answer), below=say("people.actors.below")),
            card(say("people.links"), *_links(asked, answer)),
        ]
    )


def _filters(asked: Asked, known: KnownItems) -> Component:
    say, address = asked.say, asked.address
    items = item_names(known)
    return dmc.Group(
        [
            choice_filter(address, "item", say("case.item"), items, searchable=True, width=220)
            if items
            else text_filter(address, "item", say("case.item"), say("filter.exact"), 220),
            text_filter(address, "least", say("people.least"), "1", 140),
            dmc.Anchor(say("filter.reset"), href=address.to("/people"), size="sm", pb=8),
        ],
        align="flex-end",
        gap="sm",
    )


def _numbers(asked: Asked, answer: Network) -> Component:
    say = asked.say
    parts = "—" if answer.communities is None else count(answer.communities)
    apart = "" if answer.modularity is None else say("people.modularity", modularity=f"{answer.modularity:.2f}")
    return figures(
        (say("people.actors"), count(len(answer.actors)), ""),
        (say("people.links"), count(len(answer.links)), say("people.left_out", links=count(answer.left_out))),
        (say("people.total"), count(answer.total), ""),
        (say("people.communities"), parts, apart),
    )


def _figure(asked: Asked, answer: Network) -> list[Component]:
    say = asked.say
    shown = shown_actors(answer)
    if not shown:
        return [note(say("people.none"))]
    said = [] if answer.measured else [note(say("people.unmeasured"))]
    hidden = sum(bool(one.partners) for one in answer.actors) - len(shown)
    said += [note(say("people.hidden", actors=count(hidden)))] if hidden else []
    return [graph("network", network_figure(answer, say), say("people.figure"), LEAST), *said]


def _actors(asked: Asked, answer: Network) -> Component:
    say = asked.say
    columns = (
        Column("name", say("case.actor"), flex=2, link=True),
        Column("events", say("people.events"), "number", width=90),
        Column("cases", say("people.cases"), "number", width=90),
        Column("activities", say("people.activities"), "number", width=90),
        Column("days", say("people.days"), "number", width=90),
        Column("given", say("people.given"), "number", width=95),
        Column("taken", say("people.taken"), "number", width=95),
        Column("kept", say("people.kept"), "number", width=95),
        Column("partners", say("people.partners"), "number", width=95),
        Column("betweenness", say("people.betweenness"), "number", width=100, optional=True),
        Column("community", say("people.community"), "number", width=85, optional=True),
        Column("first", say("people.first"), width=110),
        Column("last", say("people.last"), width=110),
    )
    rows = [_actor(asked, one) for one in answer.actors]
    return table("actors", columns, rows, asked.address, say, empty=say("people.none"))


def _actor(asked: Asked, one: NetworkActor) -> Row:
    numbers = ("events", "cases", "activities", "days", "given", "taken", "kept", "partners", "community")
    return {
        **{name: getattr(one, name) for name in numbers},
        "name": one.name or one.id,
        "name_href": asked.address.to(f"/people/{quote(one.id, safe='')}"),
        "betweenness": one.betweenness,
        "betweenness_text": "" if one.betweenness is None else f"{one.betweenness:.3f}",
        "first": by_day(one.first_at)[:10],
        "last": by_day(one.last_at)[:10],
    }


def _links(asked: Asked, answer: Network) -> list[Component]:
    say = asked.say
    names = {one.id: one.name or one.id for one in answer.actors}
    columns = (
        Column("from", say("people.from" if answer.kind == "handover" else "case.actor"), flex=2),
        Column("to", say("people.to" if answer.kind == "handover" else "people.other"), flex=2),
        Column("weight", say("people.weight" if answer.kind == "handover" else "people.cases"), "number", width=120),
        Column("cases", say("people.cases"), "number", width=120),
    )
    rows = [
        {"from": names[one.from_id], "to": names[one.to_id], "weight": one.weight, "cases": one.cases}
        for one in answer.links[:ROWS]
    ]
    more = len(answer.links) - len(rows)
    said = [note(say("people.more_links", links=count(more)))] if more else []
    return [table("links", columns, rows, asked.address, say, empty=say("people.none")), *said]


def actor(asked: Asked) -> Component:
    """The trail of one actor."""
    say, address = asked.say, asked.address
    answer = trail(
        asked.store,
        asked.viewer,
        asked.key,
        from_at=asked.instant("from"),
        to_at=asked.end_of("to"),
        limit=ROWS,
        cursor=address.one("cursor"),
        as_known_at=asked.end_of("as_known_at"),
    )
    days = [
        day_filter(address, "from", say("people.span.from"), say("filter.day")),
        day_filter(address, "to", say("people.span.to"), say("filter.day")),
        day_filter(address, "as_known_at", say("filter.as_known_at"), say("filter.as_known_at.now")),
    ]
    return dmc.Stack(
        [
            heading(answer.name or answer.id, f"{say('people.trail')} · {answer.id}", days),
            figures(
                (say("people.events"), count(answer.events), say("people.undated", events=count(answer.undated))),
                (say("people.cases"), count(answer.cases), ""),
                (say("people.first"), by_day(answer.first_at)[:10] or "—", by_day(answer.first_at)[11:]),
                (say("people.last"), by_day(answer.last_at)[:10] or "—", by_day(answer.last_at)[11:]),
                (say("people.on"), count(len(answer.on)), ""),
            ),
            card(say("people.duties"), _duties(asked, answer)),
            card(say("people.on"), *_on(asked, answer), below=say("people.on.below")),
            card(say("people.acts"), _acts(asked, answer), _pages(asked, answer), below=say("people.acts.below")),
        ]
    )


def _span(one: object) -> Row:
    return {
        "events": getattr(one, "events", 0),
        "cases": getattr(one, "cases", 0),
        "first": by_day(getattr(one, "first_at", None)),
        "last": by_day(getattr(one, "last_at", None)),
    }


def _span_columns(asked: Asked) -> tuple[Column, ...]:
    say = asked.say
    return (
        Column("events", say("people.events"), "number", width=100),
        Column("cases", say("people.cases"), "number", width=100),
        Column("first", say("people.first"), width=165),
        Column("last", say("people.last"), width=165),
    )


def _duties(asked: Asked, answer: Trail) -> Component:
    columns = (Column("activity", asked.say("event.activity"), flex=2, wrap=True), *_span_columns(asked))
    rows = [{"activity": one.activity or "—", **_span(one)} for one in answer.duties]
    return table("duties", columns, rows, asked.address, asked.say, empty=asked.say("people.none"))


def _on(asked: Asked, answer: Trail) -> list[Component]:
    say = asked.say
    columns = (
        Column("id", say("people.whom"), flex=2, link=True),
        Column("label", say("people.kind"), width=130),
        *_span_columns(asked),
    )
    rows = [
        {
            "id": one.id,
            "id_href": asked.address.subject(one.label, one.id),
            "label": say(f"label.{one.label}"),
            **_span(one),
        }
        for one in answer.on[:ROWS]
    ]
    more = len(answer.on) - len(rows)
    said = [note(say("people.more_on", subjects=count(more)))] if more else []
    return [table("on", columns, rows, asked.address, say, empty=say("people.on.none")), *said]


def _acts(asked: Asked, answer: Trail) -> Component:
    say = asked.say
    columns = (
        Column("at", say("event.at"), width=165, wrap=True),
        Column("activity", say("event.activity"), flex=2, wrap=True),
        Column("roles", say("people.roles"), width=120, optional=True),
        Column("case", say("case.id"), flex=2, link=True),
        Column("records", say("event.records"), flex=3, wrap=True, optional=True),
        Column("outcome", say("event.outcome"), width=100, optional=True),
        Column("source", say("source.title"), flex=2, wrap=True),
    )
    rows = [_act(asked, one) for one in answer.items]
    return table("acts", columns, rows, asked.address, say, empty=say("people.none"))


def _act(asked: Asked, one: TrailEvent) -> Row:
    say = asked.say
    titles = [say("erased.by", decision=r.erased) if r.erased else r.title or r.id for r in one.records]
    return {
        "at": instant(one.at),
        "activity": " · ".join(filter(None, (one.activity, one.lifecycle))),
        "roles": ", ".join(one.roles),
        "case": ", ".join(one.cases),
        "case_href": asked.address.case(one.cases[0]) if len(one.cases) == 1 else None,
        "records": "; ".join(titles),
        "outcome": one.outcome,
        "source": source(one.source.file, one.source.row, say),
    }


def _pages(asked: Asked, answer: Trail) -> Component:
    say, address = asked.say, asked.address
    steps: list[Component] = []
    if address.one("cursor"):
        steps.append(dmc.Anchor(say("pages.first"), href=address.with_filters(cursor=None)))
    if answer.next:
        further = say("pages.next", rows=ROWS)
        steps.append(dmc.Anchor(further, href=address.with_filters(cursor=answer.next, **{"table.acts": None})))
    return dmc.Group(steps, justify="flex-end")
