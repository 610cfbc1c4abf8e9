"""The audit chain of a case: who did what when, with which records, and what is missing."""

from __future__ import annotations

import json
from collections.abc import Sequence

import dash_mantine_components as dmc
from dash.development.base_component import Component

from dashboard.figures.chain import Axis, chain_figure, missing_words
from dashboard.figures.lanes import LEAST
from dashboard.filters import day_filter, switch_filter
from dashboard.forms import by_day, count, instant, length, source
from dashboard.graphs import graph
from dashboard.naming import item_name
from dashboard.page import Asked
from dashboard.pages.chain_audit import audit_of_case
from dashboard.seal import seal
from dashboard.shell import card, figures, heading
from dashboard.states import note
from dashboard.table import Column, Row, table
from graph.chain import Chain, ChainEvent, Reference, chain
from graph.items import known_items

_RECORDS = ("received", "used", "produced", "touched", "stated")


def content(asked: Asked) -> Component:
    """The page."""
    say, address = asked.say, asked.address
    answer = chain(asked.store, asked.viewer, asked.key, asked.end_of("as_known_at"))
    axis: Axis = "step" if address.one("axis") == "step" else "time"
    known = known_items(asked.store, answer.as_of_load)
    name = item_name(known, answer.item_id, say)
    axes = switch_filter(address, "axis", {"time": say("chain.axis.time"), "step": say("chain.axis.step")}, "time")
    day = day_filter(address, "as_known_at", say("filter.as_known_at"), say("filter.as_known_at.now"))
    return dmc.Stack(
        [
            heading(answer.id, f"{say('chain.title')} · {name}", [day]),
            seal("cases", answer.id),
            _numbers(asked, answer),
            *_matters(asked, answer),
            *_missing(asked, answer),
            *_looked_for(asked, answer),
            card(
                say("chain.lanes"),
                dmc.Group([dmc.Text(say("chain.lanes.below"), size="sm", c="dimmed"), axes], justify="space-between"),
                graph("chain", chain_figure(answer, say, axis), say("chain.lanes"), LEAST),
                *_left_out(asked, answer, axis),
            ),
            card(
                say("chain.events"),
                _table(asked, list(enumerate(answer.events, 1)), "events", say("chain.none")),
            ),
            # Findings stand for the last audit only, and not for what was known on an earlier day.
            *(audit_of_case(asked, answer.id, known) if asked.end_of("as_known_at") is None else []),
            _case(asked, answer),
        ]
    )


def _numbers(asked: Asked, answer: Chain) -> Component:
    say = asked.say
    actors = {actor.id for event in answer.events for actor in event.actors}
    units = {unit.id for event in answer.events for unit in event.units}
    return figures(
        (say("case.status"), say.code("status", answer.status), ""),
        (say("case.opened"), by_day(answer.opened_at)[:10] or "—", by_day(answer.opened_at)[11:]),
        (say("case.closed"), by_day(answer.closed_at)[:10] or "—", by_day(answer.closed_at)[11:]),
        (say("case.seconds"), length(answer.seconds, say) or "—", ""),
        (say("case.events"), count(len(answer.events)), ""),
        (say("chain.actors"), count(len(actors)), say("chain.units", units=count(len(units)))),
    )


def _matters(asked: Asked, answer: Chain) -> list[Component]:
    """The matters of the case, with its other cases."""
    return [
        dmc.Group(
            [
                dmc.Text(f"{asked.say('matter.title')}:", size="sm", c="dimmed"),
                dmc.Anchor(one.name or one.id, href=asked.address.matter(one.id), size="sm"),
                *(dmc.Anchor(case, href=asked.address.case(case), size="sm") for case in one.cases),
            ],
            gap="xs",
        )
        for one in answer.matters
    ]


def _missing(asked: Asked, answer: Chain) -> list[Component]:
    say = asked.say
    said = [f"{say.code('missing', what)}: {count(n)}" for what, n in sorted(answer.missing.items())]
    return [note(say("chain.missing.all", what="; ".join(said)), "orange")] if said else []


def _looked_for(asked: Asked, answer: Chain) -> list[Component]:
    """The event that the address names, such as one of a finding."""
    say, id_ = asked.say, asked.address.one("event")
    if id_ is None:
        return []
    found = [(number, event) for number, event in enumerate(answer.events, 1) if event.id == id_]
    return [card(say("chain.event"), _table(asked, found, "event", say("chain.event.none")))]


def _left_out(asked: Asked, answer: Chain, axis: Axis) -> list[Component]:
    undated = sum(event.at_ms is None for event in answer.events)
    return [note(asked.say("chain.undated", events=count(undated)))] if undated and axis == "time" else []


def _table(asked: Asked, events: Sequence[tuple[int, ChainEvent]], name: str, empty: str) -> Component:
    """Events of the chain, each with its number in it."""
    say = asked.say
    columns = (
        Column("number", "#", "number", width=64),
        Column("at", say("event.at"), width=155, wrap=True),
        Column("activity", say("event.activity"), flex=2, wrap=True),
        Column("stage", say("event.stage"), width=95, optional=True),
        Column("actors", say("event.actors"), flex=2, wrap=True, mark={"cell-warn": "params.data.no_actor"}),
        Column("units", say("event.units"), flex=2, wrap=True, optional=True),
        Column("seconds", say("event.seconds"), "number", width=110),
        Column("records", say("event.records"), flex=4, least=230, wrap=True, optional=True),
        Column("outcome", say("event.outcome"), width=90, optional=True),
        Column("attributes", say("event.attributes"), flex=2, wrap=True, optional=True),
        Column("source", say("source.title"), flex=2, wrap=True),
        Column("missing", say("event.missing"), width=130, optional=True, mark={"cell-warn": "params.data.missing"}),
    )
    rows = [_row(asked, number, event) for number, event in events]
    return table(name, columns, rows, asked.address, say, empty=empty)


def _row(asked: Asked, number: int, event: ChainEvent) -> Row:
    say = asked.say
    return {
        "number": number,
        "at": instant(event.at),
        "activity": " · ".join(filter(None, (event.activity, event.lifecycle))),
        "stage": say.code("stage", event.stage),
        "actors": ", ".join(f"{a.name or a.id} ({a.role})" if a.role else a.name or a.id for a in event.actors),
        "no_actor": not event.actors,
        "units": ", ".join(unit.name or unit.id for unit in event.units),
        "seconds": event.seconds,
        "seconds_text": length(event.seconds, say),
        "records": "; ".join(_records(asked, event)),
        "outcome": event.outcome,
        "attributes": ", ".join(f"{k}: {_plain(v)}" for k, v in event.attributes.items()),
        "source": source(event.source.file, event.source.row, say),
        "missing": missing_words(event.missing, say) if event.missing else "",
    }


def _records(asked: Asked, event: ChainEvent) -> list[str]:
    say = asked.say
    lists: dict[str, list[Reference]] = {name: getattr(event, name) for name in _RECORDS}
    said = [
        f"{say(f'event.{name}')}: {', '.join(_title(asked, one) for one in found)}"
        for name, found in lists.items()
        if found
    ]
    if event.other_cases:
        said.append(say("event.other_cases", cases=", ".join(event.other_cases)))
    return said


def _title(asked: Asked, one: Reference) -> str:
    if one.erased:
        return asked.say("erased.by", decision=one.erased)
    return asked.say.code("field", one.title) if one.label == "Fact" and one.title else one.title or one.id


def _plain(value: object) -> str:
    """An attribute as text; one that its source typed, as {type: value}, without the type."""
    if isinstance(value, dict) and len(value) == 1:
        (value,) = value.values()
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _case(asked: Asked, answer: Chain) -> Component:
    """What is said of the case itself, and where."""
    say = asked.say
    pairs = [
        (say("case.id"), answer.id),
        (say("case.region"), answer.region),
        (say("case.channel"), answer.channel),
        (say("case.accepted"), by_day(answer.accepted_at)),
        (say("source.title"), source(answer.source.file, answer.source.row, say)),
        (say("load.number"), str(answer.source.load)),
        *((key, _plain(value)) for key, value in answer.attributes.items()),
    ]
    width = {"base": 110, "sm": 220}
    rows = [dmc.TableTr([dmc.TableTd(k, c="dimmed", w=width), dmc.TableTd(v)]) for k, v in pairs if v]
    body = dmc.TableTbody(rows)
    return card(say("chain.case"), dmc.Table([body], withRowBorders=True, verticalSpacing=6))
