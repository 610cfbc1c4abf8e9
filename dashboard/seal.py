"""The state of the ledger on a page of one: proved, pending, altered, or no ledger; and the proof to take along.

Drawn after the page, because finding the entries of many records takes longer than the page itself.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from urllib.parse import quote, urlencode

import dash_mantine_components as dmc
from dash import Dash, Input, Output, State, dcc, html
from dash.development.base_component import Component

from dashboard.forms import count
from dashboard.page import Asked
from dashboard.states import failed
from graph.errors import DossierError
from graph.evidence.stood import (
    ChainProved,
    DossierProved,
    Evidence,
    chain_proved,
    dossier_proved,
    organisation_proved,
)

_COLORS = {"proved": "teal", "pending": "yellow", "altered": "red", "none": "gray"}
_PROVED: dict[str, Callable[..., ChainProved | DossierProved]] = {
    "cases": chain_proved,
    "persons": dossier_proved,
    "organisations": organisation_proved,
}
_ROUTES = {"cases": "chain", "persons": "dossier", "organisations": "dossier"}


def seal(of: str, id_: str) -> Component:
    """The place where the state of a case, person or organisation (`of`: the first part of its path) is drawn."""
    return html.Div([dcc.Store(id="seal-of", data={"of": of, "id": id_}), html.Div(id="seal")])


def add_callbacks(dash: Dash, asked: Callable[[str | None, str | None], Asked]) -> None:
    """Draws it when the page is there."""

    @dash.callback(
        Output("seal", "children"),
        Input("seal-of", "data"),
        State("address", "pathname"),
        State("address", "search"),
    )
    async def draw(shown: dict[str, str], path: str | None, search: str | None) -> Component:
        return await asyncio.to_thread(_drawn, asked(path, search), shown["of"], shown["id"])


def _drawn(asked: Asked, of: str, id_: str) -> Component:
    say = asked.say
    try:
        proved = _PROVED[of](asked.store, asked.settings, asked.viewer, id_, asked.end_of("as_known_at"))
    except DossierError as error:
        return failed(error, say)
    found = proved.evidence
    badge = dmc.Badge(say(f"seal.{found.state}"), color=_COLORS[found.state], variant="light", size="lg")
    parts: list[Component] = [badge, dmc.Text(_said(asked, found), size="sm", c="dimmed")]
    if found.state != "none":
        parts.append(dmc.Anchor(say("seal.download"), href=_address(asked, of, id_), size="sm", target="_blank"))
    listed = [dmc.Text(text, size="sm", c="red") for text in found.unproved[:10]]
    return dmc.Stack([dmc.Group(parts, gap="sm"), *listed], gap=4, className=f"seal seal-{found.state}")


def _said(asked: Asked, found: Evidence) -> str:
    if found.state == "none":
        return asked.say("seal.none.what")
    return asked.say("seal.what", entries=count(len(found.proofs)), size=count(found.size), load=str(found.load))


def _address(asked: Asked, of: str, id_: str) -> str:
    moment = asked.address.one("as_known_at")
    query = f"?{urlencode({'as_known_at': moment})}" if moment else ""
    return f"/api/v1/{of}/{quote(id_, safe='')}/{_ROUTES[of]}/proof{query}"
