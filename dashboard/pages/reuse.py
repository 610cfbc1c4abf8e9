"""Reuse: what a person or organisation need not submit again for the items that are chosen, and why."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any

import dash_mantine_components as dmc
from dash import Dash, Input, Output, State, no_update
from dash.development.base_component import Component

from dashboard.figures.reuse import items_figure
from dashboard.filters import choices_filter, control_id, day_filter
from dashboard.forms import count, share
from dashboard.graphs import graph
from dashboard.naming import item_names
from dashboard.page import Asked
from dashboard.pages import reuse_tables as tables
from dashboard.shell import card, figures, heading
from dashboard.states import nothing
from graph.clock import last_done
from graph.days import last_day
from graph.errors import DossierError, UsageError
from graph.items import known_items
from graph.reuse import Reuse, reuse
from graph.subjects import persons

_SUBJECT = control_id("subject")
_OFFERED = 20


def content(asked: Asked) -> Component:
    """The page."""
    say, address = asked.say, asked.address
    head = heading(say("nav.reuse"), say("reuse.below"))
    load = last_done(asked.store) if asked.store.exists() else 0
    if not load:
        return dmc.Stack([head, nothing(say("empty.archive"), say("empty.archive.remedy"))])
    subject, items = address.one("subject"), address.many("item")
    known = known_items(asked.store, load)
    standing = {id_: name for id_, name in item_names(known).items() if known.versions.get(id_)}
    controls = dmc.Paper(
        dmc.Group(
            [
                dmc.Select(
                    id=_SUBJECT,
                    label=say("reuse.subject"),
                    placeholder=say("persons.text.what"),
                    data=_offered(asked, subject or ""),
                    value=subject,
                    searchable=True,
                    clearable=True,
                    nothingFoundMessage=say("persons.none"),
                    w=300,
                ),
                dmc.Box(choices_filter(address, "item", say("reuse.items"), standing, say("reuse.any")), flex=1),
                day_filter(address, "on", say("reuse.on"), say("reuse.on.today")),
            ],
            align="flex-end",
        ),
        withBorder=True,
        p="md",
    )
    if not subject or not items:
        return dmc.Stack([head, controls, nothing(say("reuse.choose"), say("reuse.choose.remedy"))])
    answer = reuse(asked.store, asked.viewer, subject, items, asked.end_of("as_known_at"), _day(asked))
    return dmc.Stack([head, controls, *_answer(asked, answer)])


def add_callbacks(dash: Dash, asked: Callable[[str | None, str | None], Asked]) -> None:
    """Offers persons while one types."""

    @dash.callback(
        Output(_SUBJECT, "data"),
        Input(_SUBJECT, "searchValue"),
        State(_SUBJECT, "value"),
        State(_SUBJECT, "data"),
        State("address", "pathname"),
        State("address", "search"),
        prevent_initial_call=True,
    )
    async def offer(text: str | None, value: str | None, shown: list[dict[str, str]], path: str, search: str) -> Any:
        if text is None or any(text == one["label"] for one in shown):
            return no_update
        found = await asyncio.to_thread(_offered, asked(path, search), text)
        kept = [one for one in shown if one["value"] == value and value not in {f["value"] for f in found}]
        return kept + found


def _offered(asked: Asked, text: str) -> list[dict[str, str]]:
    """Persons whose name begins with a text, or whose id or number it is; what is asked for is always among them."""
    try:
        found = persons(asked.store, asked.viewer, text, limit=_OFFERED).items
    except DossierError:
        found = []
    offered = [
        {"value": one.id, "label": " · ".join(filter(None, (one.name or one.id, one.birth_date or one.id[:8])))}
        for one in found
    ]
    asked_for = asked.address.one("subject")
    if asked_for and text == asked_for and asked_for not in {one["value"] for one in offered}:
        offered.append({"value": asked_for, "label": asked_for})
    return offered


def _day(asked: Asked) -> date | None:
    text = asked.address.one("on")
    if text is None:
        return None
    number = last_day(text)
    if number is None:
        raise UsageError("'{text}' is no day.", "Write it as 2024-06-30.", text=text)
    return date(1970, 1, 1) + timedelta(days=number)


def _answer(asked: Asked, answer: Reuse) -> Sequence[Component]:
    say = asked.say
    waiting_for = [one for one in answer.materials if not one.on_file]
    on_file = [one for one in answer.materials if one.on_file]
    numbers = figures(
        (say("reuse.share"), share(answer.share) or "—", say("reuse.share.what")),
        (say("reuse.required"), f"{answer.required_on_file} / {answer.required}", say("reuse.required.what")),
        (
            say("reuse.conditional"),
            f"{answer.conditional_on_file} / {answer.conditional}",
            say("reuse.required.what"),
        ),
        (say("reuse.fields"), f"{answer.fields_on_file} / {answer.fields_required}", say("reuse.fields.what")),
        (say("library.unclassified"), count(len(answer.unclassified)), say("reuse.unclassified.what")),
    )
    parts: list[Component] = [
        numbers,
        card(say("reuse.by_item"), graph("items", items_figure(answer, say), say("reuse.by_item"))),
        card(
            say("reuse.to_submit.title", materials=count(len(waiting_for))),
            tables.materials(asked, answer, "to_submit", waiting_for),
            below=say("reuse.to_submit.below"),
        ),
        card(
            say("reuse.on_file.title", materials=count(len(on_file))),
            tables.materials(asked, answer, "on_file", on_file),
            below=say("reuse.on_file.below", on=answer.on),
        ),
    ]
    if answer.fields:
        parts.append(card(say("reuse.fields.title"), tables.fields(asked, answer)))
    if answer.unclassified:
        parts.append(
            card(
                say("library.unclassified"), tables.unclassified(asked, answer), below=say("reuse.unclassified.below")
            )
        )
    return parts
