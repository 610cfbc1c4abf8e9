"""Titles that are unclassified, with what each may be, and the form in which its type or class is decided."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import dash_mantine_components as dmc
from dash import Dash, Input, Output, State, dcc, no_update
from dash.development.base_component import Component

from dashboard.deciding import done, signed
from dashboard.filters import switch_filter
from dashboard.forms import count
from dashboard.page import Asked
from dashboard.shell import card
from dashboard.states import failed, note
from dashboard.table import Column, Row, table
from graph.classes.schemes import schemes
from graph.classified import ReviewOf, ReviewRow, Suggestion, review
from graph.decide import ClassRequest, decide
from graph.errors import DossierError, UsageError
from graph.items import known_items

_LISTED = 200
_NAME, _OF, _CLASS, _SAME, _ACT = "review", "review-of", "review-class", "review-same", "review-act"
_VIEWS: tuple[ReviewOf, ...] = ("any", "type", "si", "personnel", "historic")


def content(asked: Asked) -> list[Component]:
    """The titles, and the one that the address names by one of its records."""
    say, address = asked.say, asked.address
    of: ReviewOf = next((one for one in _VIEWS if one == address.one("of")), "any")
    page = review(asked.store, asked.viewer, of, limit=_LISTED, cursor=address.one("cursor"))
    columns = (
        Column("title", say("material.title"), flex=3, wrap=True, least=160, link=True, personal=True),
        Column("records", say("quality.review.records"), "number", width=110),
        Column("may_be", say("quality.review.may_be"), flex=4, wrap=True, least=220),
        Column("example", say("quality.record"), flex=2, least=120),
    )
    rows: list[Row] = [
        {
            "title": one.title,
            "title_href": address.with_filters(record=one.material_id),
            "records": one.records,
            "may_be": "; ".join(_said(asked, said) for said in one.suggestions),
            "example": one.material_id,
        }
        for one in page.items
    ]
    switch = switch_filter(address, "of", {one: say(f"review_of.{one}") for one in _VIEWS}, "any")
    steps: list[Component] = []
    if address.one("cursor"):
        steps.append(dmc.Anchor(say("pages.first"), href=address.with_filters(cursor=None)))
    if page.next:
        further = say("pages.next", rows=_LISTED)
        steps.append(dmc.Anchor(further, href=address.with_filters(cursor=page.next, **{"table.review": None})))
    shown = table("review", columns, rows, address, say, empty=say("quality.review.none"))
    listed = card(
        say("quality.review"),
        switch,
        shown,
        dmc.Group(steps, justify="flex-end"),
        below=say("quality.review.below", threshold=f"{schemes().threshold:g}"),
    )
    record = address.one("record")
    if record is None:
        return [listed]
    chosen = next((one for one in page.items if one.material_id == record), None)
    form = note(say("quality.review.gone")) if chosen is None else _form(asked, of, chosen, page.as_of_load)
    return [form, listed]


def _said(asked: Asked, one: Suggestion) -> str:
    name = one.name or one.code
    method = asked.say(f"method.{one.method}")
    return f"{asked.say(f'review_of.{one.scheme}')}: {name} ({method} {one.confidence:.2f})"


def _form(asked: Asked, of: ReviewOf, chosen: ReviewRow, load: int) -> Component:
    say = asked.say
    proposals = [dmc.Text(_said(asked, one), size="sm") for one in chosen.suggestions]
    first = chosen.suggestions[0] if chosen.suggestions else None
    return card(
        say("quality.review.title", title=chosen.title, records=count(chosen.records)),
        *(proposals or [dmc.Text(say("quality.review.nothing"), size="sm", c="dimmed")]),
        dcc.Store(id=_OF, data=chosen.material_id),
        dmc.Select(
            id=_CLASS,
            label=say("quality.review.class"),
            data=_choices(asked, of, load),
            value=f"{first.scheme}:{first.code}" if first else None,
            searchable=True,
            w=420,
        ),
        dmc.Checkbox(id=_SAME, label=say("quality.review.same"), checked=True),
        signed(_NAME, say, (_ACT, say("quality.review.decide"))),
    )


def _choices(asked: Asked, of: ReviewOf, load: int) -> list[dict[str, Any]]:
    """The types and classes to choose from, and none of them, in groups."""
    say = asked.say
    groups = []
    if of in ("any", "type"):
        types = known_items(asked.store, load).types
        named = sorted((one["name"] or id_, id_) for id_, one in types.items())
        groups.append(("type", [(id_, name) for name, id_ in named]))
    groups += [
        (one.id, [(c.code, f"{c.code} {c.name}") for c in one.classes])
        for one in schemes().schemes
        if of in ("any", one.id)
    ]
    return [
        {
            "group": say(f"review_of.{scheme}"),
            "items": [
                *({"value": f"{scheme}:{code}", "label": label} for code, label in choices),
                {"value": f"{scheme}:", "label": say("quality.review.none_of", scheme=say(f"review_of.{scheme}"))},
            ],
        }
        for scheme, choices in groups
    ]


def add_callbacks(dash: Dash, asked: Callable[[str | None, str | None], Asked]) -> None:
    """Decides."""

    @dash.callback(
        Output(f"{_NAME}-answer", "children"),
        Input(_ACT, "n_clicks"),
        State(_OF, "data"),
        State(_CLASS, "value"),
        State(_SAME, "checked"),
        State(f"{_NAME}-who", "value"),
        State(f"{_NAME}-why", "value"),
        State("address", "pathname"),
        State("address", "search"),
        prevent_initial_call=True,
    )
    async def act(
        clicks: int | None,
        material: str,
        chosen: str | None,
        same: bool,
        who: str | None,
        why: str | None,
        path: str,
        search: str,
    ) -> Any:
        if not clicks:
            return no_update
        return await asyncio.to_thread(_decided, asked(path, search), material, chosen, same, who or "", why or "")


def _decided(asked: Asked, material: str, chosen: str | None, same: bool, who: str, why: str) -> Component:
    say = asked.say
    try:
        if not chosen:
            raise UsageError("Nothing is chosen.", "Choose a type or class, or none.")
        scheme, _, code = chosen.partition(":")
        of = {"type": code or None} if scheme == "type" else {"scheme": scheme, "code": code or None}
        order = ClassRequest.model_validate({"material": material, "same_title": same, "who": who, "why": why, **of})
        made = decide(asked.store, asked.settings, asked.viewer, order).decision
    except DossierError as error:
        return failed(error, say)
    href = asked.address.with_filters(record=None)
    return done(say("quality.review.decided", decision=made.id), href, say("quality.review.back"))
