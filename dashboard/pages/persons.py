"""The search for persons and organisations. What is typed is kept in the browser's tab and out of the address:
names and numbers of people do not belong there."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import dash_mantine_components as dmc
from dash import ALL, Dash, Input, Output, State, ctx, dcc, html, no_update
from dash.development.base_component import Component

from dashboard.page import Asked
from dashboard.shell import heading
from dashboard.states import failed, waiting
from dashboard.table import Column, table
from graph import clock
from graph.errors import Ambiguous, DossierError, NotFound
from graph.subjects import PersonPage, find_subject, persons

ROWS = 200
_FOUND, _TEXT, _STEP = "persons-found", "persons-text", "persons-step"


def content(asked: Asked) -> Component:
    """The page."""
    say = asked.say
    return dmc.Stack(
        [
            heading(say("nav.persons"), say("persons.below")),
            dmc.TextInput(
                id=_TEXT,
                label=say("persons.text"),
                placeholder=say("persons.text.what"),
                debounce=True,
                w=380,
                maw="100%",
            ),
            waiting(html.Div(id=_FOUND), _FOUND),
        ]
    )


def add_callbacks(dash: Dash, asked: Callable[[str | None, str | None], Asked]) -> None:
    """Restores what was typed in this tab, finds persons by it, and goes through pages of them."""

    @dash.callback(
        Output(_TEXT, "value"), Input(_TEXT, "id"), State("person-search", "data"), prevent_initial_call=False
    )
    async def restore(_: str, kept: dict[str, Any] | None) -> str:
        return (kept or {}).get("text", "")

    @dash.callback(
        Output(_FOUND, "children"),
        Output("person-search", "data"),
        Input(_TEXT, "value"),
        Input({"type": _STEP, "cursor": ALL}, "n_clicks"),
        State("address", "pathname"),
        State("address", "search"),
        State("person-search", "data"),
        prevent_initial_call=True,
    )
    async def find(
        text: str | None, clicks: list[int | None], path: str, search: str, kept: dict[str, Any] | None
    ) -> tuple[Any, Any]:
        step = ctx.triggered_id
        stepped = isinstance(step, dict)
        if stepped and not any(clicks):
            return no_update, no_update
        cursor = step["cursor"] or None if stepped else None
        content = await asyncio.to_thread(_found, asked(path, search), text or "", cursor)
        return content, {"text": text or ""}


def _found(asked: Asked, text: str, cursor: str | None) -> Component:
    say = asked.say
    try:
        page = persons(asked.store, asked.viewer, text, limit=ROWS, cursor=cursor)
        return dmc.Stack([*_organisation(asked, text), _table(asked, page), _steps(asked, page, cursor)])
    except DossierError as error:
        return failed(error, say)


def _table(asked: Asked, page: PersonPage) -> Component:
    say = asked.say
    columns = (
        Column("name", say("persons.name"), flex=2, link=True, personal=True),
        Column("id_no", say("field.id_no"), flex=2, personal=True, optional=True),
        Column("gender", say("field.gender"), width=100, optional=True),
        Column("birth_date", say("field.birth_date"), width=140, personal=True, optional=True),
        Column("id", say("persons.id"), flex=2),
    )
    rows = [
        {
            **one.model_dump(),
            "name": one.name or say("dossier.unnamed"),
            "name_href": asked.address.subject("Person", one.id),
        }
        for one in page.items
    ]
    return table("persons", columns, rows, asked.address, say, empty=say("persons.none"))


def _steps(asked: Asked, page: PersonPage, cursor: str | None) -> Component:
    say = asked.say
    steps: list[Component] = []
    if cursor:
        steps.append(dmc.Button(say("pages.first"), id={"type": _STEP, "cursor": ""}, variant="subtle"))
    if page.next:
        further = say("pages.next", rows=ROWS)
        steps.append(dmc.Button(further, id={"type": _STEP, "cursor": page.next}, variant="subtle"))
    return dmc.Group(steps, justify="flex-end")


def _organisation(asked: Asked, text: str) -> list[Component]:
    """The organisation that the text names, if there is one."""
    if not text.strip() or not asked.store.exists():
        return []
    try:
        found = find_subject(asked.store, text.strip(), clock.last_done(asked.store), ("Organisation",))
    except (NotFound, Ambiguous) as error:
        return [failed(error, asked.say)] if isinstance(error, Ambiguous) else []
    link = dcc.Link(text.strip(), href=asked.address.subject("Organisation", found.id), className="cell-link")
    return [
        dmc.Paper(
            dmc.Group([dmc.Badge(asked.say("label.Organisation"), variant="light"), link]), p="sm", withBorder=True
        )
    ]
