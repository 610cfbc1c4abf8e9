"""A figure on a page."""

from __future__ import annotations

from typing import Any

import plotly.graph_objects as go
from dash import dcc, html
from dash.development.base_component import Component


def graph(name: str, figure: go.Figure, described: str, least: int | None = None) -> Component:
    """The figure under a name; `described` says to those who can't see it what it shows. It is at least `least`
    pixels wide, and scrolls in its frame where there are fewer."""
    width = {} if least is None else {"minWidth": f"{least}px"}
    drawn = dcc.Graph(
        id={"type": "figure", "name": name},
        figure=figure,
        config={"displayModeBar": False, "responsive": True, "doubleClick": "reset"},
        style={"height": f"{figure.layout.height}px", **width},
    )
    label: dict[str, Any] = {"aria-label": described, "tabIndex": 0} if least else {"aria-label": described}
    return html.Div(drawn, role="img", className="figure-frame", **label)
