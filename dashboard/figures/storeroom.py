"""A room from the front: its shelves one above the other, each box at its place, and how full it is."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from dashboard.figures.style import GRID, QUIET, WARN, styled, words
from dashboard.forms import count, share
from dashboard.texts import Texts
from graph.retention import DueYear
from graph.storeroom import Boxes, BoxRow

SHELVES = 60
_EMPTY, _UNKNOWN = -0.25, -0.1
# Free places, boxes of which it is not known, then from nearly empty to full, and beyond full.
_SCALE = [
    (0.0, "#f4f6f8"), (0.099, "#f4f6f8"), (0.1, "#ced4da"), (0.2, "#ced4da"), (0.2, "#d0ebff"), (0.99, "#1864ab"),
    (0.99, WARN), (1.0, WARN),
]  # fmt: skip
_LOW, _HIGH = -0.25, 1.0125


def room_figure(held: Boxes, say: Texts, first: int = 0) -> go.Figure:
    """SHELVES shelves of a room from the `first` on: one row a shelf, one cell a place, coloured by how full its box
    is."""
    shelves = held.room.shelves[first : first + SHELVES]
    boxes: dict[str, list[BoxRow]] = {shelf.id: [] for shelf in shelves}
    for box in held.boxes:
        if box.shelf_id in boxes:
            boxes[box.shelf_id].append(box)
    width = max([1, *(max(shelf.capacity or 0, len(boxes[shelf.id])) for shelf in shelves)])
    values: list[list[float | None]] = []
    texts: list[list[str]] = []
    for shelf in shelves:
        places = shelf.capacity or len(boxes[shelf.id])
        row = boxes[shelf.id]
        free = max(0, places - len(row))
        values.append([*(_value(box) for box in row), *([_EMPTY] * free), *([None] * (width - len(row) - free))])
        blank = [say("storeroom.free")] * free
        texts.append([*(_hover(box, say) for box in row), *blank, *([""] * (width - len(row) - free))])
    figure = go.Figure(
        go.Heatmap(
            z=values,
            hovertext=texts,
            hoverinfo="text",
            colorscale=_SCALE,
            zmin=_LOW,
            zmax=_HIGH,
            showscale=False,
            xgap=2,
            ygap=4,
        )
    )
    styled(figure, height=max(120, 60 + 24 * len(shelves)))
    labels = [f"{words(s.code or s.id)}  {s.boxes}/{count(s.capacity) or '∞'}" for s in shelves]
    figure.update_yaxes(
        autorange="reversed",
        tickvals=list(range(len(shelves))),
        ticktext=labels,
        showgrid=False,
        tickfont={"color": QUIET},
    )
    figure.update_xaxes(showgrid=False, showticklabels=False, linecolor=GRID)
    return figure


def _value(box: BoxRow) -> float:
    return _UNKNOWN if box.fill is None else min(1.01, box.fill) if box.fill > 1 else min(0.99, box.fill)


def _hover(box: BoxRow, say: Texts) -> str:
    parts = [
        words(box.code or box.id),
        say("storeroom.in_box", volumes=count(box.volumes), records=count(box.records)),
    ]
    if box.thickness is not None:
        of = "?" if box.capacity is None else count(box.capacity)
        full = "" if box.fill is None else f" · {share(box.fill)}"
        parts.append(f"{box.thickness:g} / {of} mm{full}")
    return "<br>".join(parts)


def due_figure(due: Sequence[DueYear], say: Texts) -> go.Figure:
    """How many records fall due by year."""
    years = sorted({one.year for one in due})
    values = [sum(one.records for one in due if one.year == year) for year in years]
    hover = [f"{year}: {count(value)}" for year, value in zip(years, values, strict=True)]
    figure = go.Figure(
        go.Bar(x=years, y=values, width=0.8, marker={"color": "#0c8599"}, hovertext=hover, hoverinfo="text")
    )
    styled(figure, height=260)
    figure.update_xaxes(showgrid=False, tickformat="d", title={"text": say("retention.due")})
    figure.update_yaxes(rangemode="tozero", tickformat=",", minallowed=0)
    return figure
