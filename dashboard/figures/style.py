"""What all figures share: colours, fonts, axes of time that read the same in every language."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

import plotly.graph_objects as go

FONT = (
    "-apple-system, 'Segoe UI', Roboto, 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', 'Source Han Sans SC', "
    "'WenQuanYi Micro Hei', system-ui, sans-serif"
)
INK, QUIET, GRID, WARN = "#25303b", "#6b7785", "#e6eaee", "#d9480f"
STAGES = {
    "acceptance": "#1c7ed6",
    "approval": "#7048e8",
    "review": "#0c8599",
    "completion": "#2f9e44",
    "other": "#868e96",
}
KINDS = {
    "case": "#1c7ed6",
    "event": "#74a9d8",
    "material": "#0c8599",
    "fact": "#b0780a",
    "payment": "#2f9e44",
}
STATUS = {"open": "#1c7ed6", "closed": "#5c7f67", "unknown": "#adb5bd"}

_STEPS: list[dict[str, Any]] = [
    {"dtickrange": [None, 1000], "value": "%H:%M:%S.%L"},
    {"dtickrange": [1000, 60_000], "value": "%H:%M:%S\n%Y-%m-%d"},
    {"dtickrange": [60_000, 86_400_000], "value": "%H:%M\n%Y-%m-%d"},
    {"dtickrange": [86_400_000, "M1"], "value": "%m-%d\n%Y"},
    {"dtickrange": ["M1", "M12"], "value": "%Y-%m"},
    {"dtickrange": ["M12", None], "value": "%Y"},
]


def styled(figure: go.Figure, *, height: int, left: int = 10) -> go.Figure:
    """The figure in the common style; `height` and the left margin in pixels."""
    figure.update_layout(
        template="none",
        height=height,
        margin={"l": left, "r": 16, "t": 8, "b": 30},
        font={"family": FONT, "size": 13, "color": INK},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        hoverlabel={"bgcolor": "white", "bordercolor": GRID, "align": "left", "font": {"family": FONT, "color": INK}},
        legend={"orientation": "h", "yanchor": "bottom", "y": 1.01, "x": 0, "title": {"text": ""}},
        bargap=0.25,
    )
    figure.update_xaxes(gridcolor=GRID, zeroline=False, linecolor=GRID, tickfont={"color": QUIET})
    figure.update_yaxes(gridcolor=GRID, zeroline=False, linecolor=GRID, automargin=True)
    return figure


def on_time(figure: go.Figure) -> go.Figure:
    """Lets the figure's horizontal axis be time, written in digits only."""
    figure.update_xaxes(type="date", tickformatstops=_STEPS, hoverformat="%Y-%m-%d %H:%M")
    return figure


def on_years(figure: go.Figure, years: Sequence[int]) -> go.Figure:
    """Lets the figure's horizontal axis be years, about ten of them written, and the vertical one whole numbers."""
    span = max(years) - min(years) if years else 0
    step = next((s for s in (1, 2, 5, 10, 20, 50) if span <= 10 * s), 100)
    figure.update_xaxes(showgrid=False, tickformat="d", tickangle=0, dtick=step, tick0=0)
    figure.update_yaxes(rangemode="tozero", tickformat=",", minallowed=0)
    return figure


def words(text: object) -> str:
    """Text from a source, which may hold anything, as Plotly shows it as it stands."""
    return escape("" if text is None else str(text), quote=False)


def cut(text: str, length: int) -> str:
    """A label of at most `length` characters; what is cut off is marked."""
    return text if len(text) <= length else text[: length - 1] + "…"
