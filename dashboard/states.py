"""The states that every page shares: nothing there, something wrong, and waiting."""

from __future__ import annotations

import dash_mantine_components as dmc
from dash import dcc
from dash.development.base_component import Component

from dashboard.texts import Texts
from graph.errors import DossierError


def nothing(text: str, remedy: str | None = None) -> Component:
    """That there is nothing, and what to do about it."""
    lines = [dmc.Text(text, fw=500, ta="center")]
    if remedy:
        lines.append(dmc.Text(remedy, size="sm", c="dimmed", ta="center"))
    return dmc.Paper(dmc.Stack(lines, gap=4, align="center"), p="xl", withBorder=True, className="state-nothing")


def failed(error: DossierError, say: Texts) -> Component:
    """An error that the reader can act on: what happened, and what to do; in English where the texts lack it."""
    said = say.of_english(error.template, error.values) or error.message
    lines = [dmc.Text(said, style={"whiteSpace": "pre-line"})]
    if error.remedy:
        remedy = say.of_english(error.remedy_template, error.values) or error.remedy
        lines.append(dmc.Text([dmc.Text(say("error.remedy"), span=True, fw=600), " ", remedy]))
    title = say.code("error", type(error).__name__)
    known = title != type(error).__name__
    return dmc.Alert(
        dmc.Stack(lines, gap=6),
        title=title if known else say("error.title"),
        color="red" if error.status >= 500 else "orange",
        variant="light",
        className="state-failed",
    )


def broken(say: Texts) -> Component:
    """An error that only the operator can look into."""
    return dmc.Alert(
        say("error.broken"), title=say("error.title"), color="red", variant="light", className="state-failed"
    )


def waiting(content: Component, name: str) -> Component:
    """Content that shows a quiet sign while it is being asked for."""
    return dcc.Loading(
        content,
        delay_show=250,
        overlay_style={"visibility": "visible", "opacity": 0.45},
        custom_spinner=dmc.Loader(type="dots", size="lg", className="state-waiting"),
        target_components={name: "children"},  # type: ignore[arg-type]  # its type names no component
    )


def note(text: str, color: str = "yellow") -> Component:
    """One line that a reader must not overlook."""
    return dmc.Alert(text, color=color, variant="light", py="xs", className="note")
