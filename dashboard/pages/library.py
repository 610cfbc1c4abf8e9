"""The material reuse library: types of materials, who asks for them, and how often they come again."""

from __future__ import annotations

import dash_mantine_components as dmc
from dash.development.base_component import Component

from dashboard.figures.reuse import library_figure
from dashboard.forms import count, share
from dashboard.graphs import graph
from dashboard.naming import item_names
from dashboard.page import Asked
from dashboard.shell import card, figures, heading
from dashboard.states import note, nothing
from dashboard.table import Column, Row, table
from graph.items import known_items
from graph.library import Library, TypeRow, library


def content(asked: Asked) -> Component:
    """The page."""
    say = asked.say
    answer = library(asked.store, asked.viewer)
    head = heading(say("nav.library"), say("library.below"))
    if not answer.as_of_load:
        return dmc.Stack([head, nothing(say("empty.archive"), say("empty.archive.remedy"))])
    if not answer.types and not answer.records_unclassified:
        return dmc.Stack([head, nothing(say("library.empty"), say("library.empty.remedy"))])
    return dmc.Stack(
        [head, _numbers(asked, answer), *_repeats(asked, answer), _types(asked, answer), *_others(asked, answer)]
    )


def _numbers(asked: Asked, answer: Library) -> Component:
    say = asked.say
    submitted = sum(one.submitted for one in answer.types)
    again = sum(one.again for one in answer.types)
    asked_for = sum(bool(one.required_by or one.conditional_for) for one in answer.types)
    return figures(
        (say("library.types"), count(len(answer.types)), say("library.asked_for", types=count(asked_for))),
        (say("library.submitted"), count(submitted), say("library.submitted.what")),
        (say("library.again"), count(again), say("library.again.what")),
        (say("library.again_share"), share(again / submitted) if submitted else "—", say("library.again_share.what")),
        (
            say("library.unclassified"),
            count(answer.records_unclassified),
            say("library.unclassified.what", submitted=count(answer.submitted_unclassified)),
        ),
    )


def _repeats(asked: Asked, answer: Library) -> list[Component]:
    say = asked.say
    if not any(one.submitted for one in answer.types):
        return []
    drawn = graph("library", library_figure(answer.types, say), say("library.repeats"))
    return [card(say("library.repeats"), drawn, below=say("library.repeats.below"))]


def _types(asked: Asked, answer: Library) -> Component:
    say = asked.say
    names = item_names(known_items(asked.store, answer.as_of_load))
    columns = (
        Column("name", say("library.type"), flex=2, wrap=True),
        Column("class", say("library.class"), width=110, optional=True),
        Column("required_by", say("library.required_by"), flex=3, wrap=True, optional=True),
        Column("conditional_for", say("library.conditional_for"), flex=2, wrap=True, optional=True),
        Column("records", say("library.records"), "number", width=90),
        Column("submitted", say("library.submitted"), "number", width=90),
        Column("persons", say("label.Person"), "number", width=90),
        Column("organisations", say("label.Organisation"), "number", width=90, optional=True),
        Column("again", say("library.again"), "number", width=100, mark={"cell-warn": "x > 0"}),
        Column("share", say("library.again_share"), "number", width=100),
    )
    rows = [_type(asked, one, names) for one in answer.types]
    shown = table("types", columns, rows, asked.address, say, empty=say("library.no_types"))
    return card(say("library.types"), shown)


def _type(asked: Asked, one: TypeRow, names: dict[str, str]) -> Row:
    part = one.again / one.submitted if one.submitted else None
    return {
        "name": one.name or one.id,
        "class": asked.say.code("class", one.type_class),
        "required_by": ", ".join(names.get(id_, id_) for id_ in one.required_by),
        "conditional_for": ", ".join(names.get(id_, id_) for id_ in one.conditional_for),
        "records": one.records,
        "submitted": one.submitted,
        "persons": one.persons,
        "organisations": one.organisations or None,
        "again": one.again,
        "share": part,
        "share_text": share(part),
    }


def _others(asked: Asked, answer: Library) -> list[Component]:
    say = asked.say
    if not answer.unclassified:
        return []
    columns = (
        Column("title", say("material.title"), flex=3),
        Column("records", say("library.records"), "number", width=110),
    )
    rows: list[Row] = [
        {"title": one.title or say("entry.untitled"), "records": one.records} for one in answer.unclassified
    ]
    parts: list[Component] = [table("titles", columns, rows, asked.address, say, empty=say("library.empty"))]
    if answer.titles_left_off:
        parts.append(note(say("library.titles_left_off", titles=count(answer.titles_left_off))))
    return [card(say("library.unclassified"), *parts, below=say("library.unclassified.below"))]
