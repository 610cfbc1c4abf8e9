"""The directly-follows map as a figure: activities from top to bottom, steps between them as thick as they are
many."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from dashboard.figures.lanes import label_pixels, short
from dashboard.figures.style import GRID, INK, QUIET, WARN, styled, words
from dashboard.forms import count, length
from dashboard.texts import Texts
from graph.process.process_map import Activity, ProcessMap, Step

ACTIVITIES, STEPS = 16, 30
LEAST = 900
_ROW, _BOX, _THICK = 96, 190, 6.0
# Half of the width of the figure in its own units, and a pixel in them where it is as narrow as it may be.
_SIDE = 1.15
_PIXEL = 2 * _SIDE / LEAST
_CURVE = 16
_OWN, _EDGE = "#7048e8", "#74a9d8"


@dataclass(frozen=True)
class Drawn:
    """What is drawn of a map: activities with the row and the place (-1 to 1) of each, and steps between them."""

    activities: list[Activity]
    rows: dict[str | None, int]
    places: dict[str | None, float]
    steps: list[Step]

    def pixels(self, activity: str | None) -> int:
        """How wide the box of an activity is: no wider than its row has room for."""
        row = self.rows[activity]
        beside = sum(other == row for other in self.rows.values())
        return min(_BOX, int(2 * _SIDE / beside / _PIXEL) - 26)


def drawn_of(answer: ProcessMap) -> Drawn:
    """The most frequent activities and the most frequent steps between them, laid out."""
    activities = answer.activities[:ACTIVITIES]
    names = {one.activity for one in activities}
    steps = [one for one in answer.steps if one.from_activity in names and one.to_activity in names][:STEPS]
    rows = _rows(activities, steps)
    return Drawn(activities, rows, _places(activities, rows, steps), steps)


def _rows(activities: Sequence[Activity], steps: Sequence[Step]) -> dict[str | None, int]:
    """Each activity one row below the one from which it is reached most often, of those that come before it.

    What comes before is decided by the weight of steps that lead out and in, cases that begin or end counting as
    steps (after Eades, Lin and Smyth 1993): so most steps lead downwards.
    """
    left = {one.activity: one for one in activities}
    order: list[str | None] = []
    while left:
        weight = {name: one.starts - one.ends for name, one in left.items()}
        for step in steps:
            if step.from_activity in left and step.to_activity in left and step.from_activity != step.to_activity:
                weight[step.from_activity] += step.steps
                weight[step.to_activity] -= step.steps
        first = max(left, key=lambda name: (weight[name], left[name].events))
        order.append(first)
        del left[first]
    rows: dict[str | None, int] = {}
    for name in order:
        into = [s for s in steps if s.to_activity == name and s.from_activity in rows]
        rows[name] = rows[max(into, key=lambda s: s.steps).from_activity] + 1 if into else 0
    return rows


def _places(
    activities: Sequence[Activity], rows: dict[str | None, int], steps: Sequence[Step]
) -> dict[str | None, float]:
    """The places in a row: by the places of what leads there, evenly apart."""
    by_row: dict[int, list[str | None]] = defaultdict(list)
    for one in activities:
        by_row[rows[one.activity]].append(one.activity)
    places: dict[str | None, float] = {}
    for row in sorted(by_row):
        wanted = {name: _wanted(name, places, steps) for name in by_row[row]}
        names = sorted(by_row[row], key=lambda name: wanted[name])
        apart = 2 * _SIDE / len(names)
        # An activity alone in its row stands a little aside, so that steps over it do not run through it.
        aside = 0.22 * (-1) ** row if len(names) == 1 and row else 0.0
        for i, name in enumerate(names):
            places[name] = -_SIDE + apart * (i + 0.5) + aside
    return places


def _wanted(name: str | None, places: dict[str | None, float], steps: Sequence[Step]) -> float:
    into = [(places[s.from_activity], s.steps) for s in steps if s.to_activity == name and s.from_activity in places]
    return sum(place * n for place, n in into) / sum(n for _, n in into) if into else 0.0


def process_map_figure(answer: ProcessMap, say: Texts) -> go.Figure:
    """The map; its steps with most time in total are marked."""
    drawn = drawn_of(answer)
    figure = go.Figure()
    most = max((one.steps for one in drawn.steps), default=1)
    slow = {(one.from_activity, one.to_activity) for one in answer.bottlenecks[:3]}
    for step in drawn.steps:
        _draw_step(figure, drawn, step, most, slow, say)
    _draw_activities(figure, drawn, say)
    rows = max(drawn.rows.values(), default=0) + 1
    styled(figure, height=60 + _ROW * rows)
    figure.update_layout(showlegend=False, hovermode="closest", hoverdistance=30)
    figure.update_xaxes(visible=False, range=[-_SIDE, _SIDE], fixedrange=True)
    figure.update_yaxes(visible=False, range=[rows - 0.45, -0.75], fixedrange=True)
    return figure


def _draw_step(
    figure: go.Figure,
    drawn: Drawn,
    step: Step,
    most: int,
    slow: set[tuple[str | None, str | None]],
    say: Texts,
) -> None:
    xs, ys = _curve(drawn, step)
    colour = WARN if (step.from_activity, step.to_activity) in slow else _EDGE
    middle = len(xs) // 2
    line = {"color": colour, "width": max(1.0, _THICK * (step.steps / most) ** 0.5)}
    figure.add_trace(go.Scatter(x=xs, y=ys, mode="lines", line=line, opacity=0.7, hoverinfo="skip"))
    figure.add_trace(
        go.Scatter(
            x=[xs[middle]],
            y=[ys[middle]],
            mode="markers",
            marker={"size": 9, "color": colour, "line": {"color": "white", "width": 1}},
            hovertext=[_said(step, say)],
            hoverinfo="text",
        )
    )
    head = {"xref": "x", "yref": "y", "axref": "x", "ayref": "y", "text": "", "arrowhead": 2, "arrowsize": 1.1}
    figure.add_annotation(
        x=xs[-1], y=ys[-1], ax=xs[-2], ay=ys[-2], arrowcolor=colour, arrowwidth=1.5, standoff=0, **head
    )


def _curve(drawn: Drawn, step: Step) -> tuple[list[float], list[float]]:
    """The points of a step: down from one box to another, or around where it leads up or to itself."""
    a, b = step.from_activity, step.to_activity
    x0, x1, y0, y1 = drawn.places[a], drawn.places[b], float(drawn.rows[a]), float(drawn.rows[b])
    half_a, half_b = drawn.pixels(a) / 2 * _PIXEL, drawn.pixels(b) / 2 * _PIXEL
    if a == b:
        points = [(x0 - half_a / 2, y0 - 0.22), (x0 - half_a, y0 - 0.75), (x0 + half_a, y0 - 0.75)]
        points.append((x0 + half_a / 2, y0 - 0.24))
    elif y1 > y0:
        bend = 0.0 if y1 - y0 == 1 else 0.35 * (1 if x0 + x1 >= 0 else -1)
        points = [(x0, y0 + 0.22), (x0 + bend, y0 + 0.6), (x1 + bend, y1 - 0.6), (x1, y1 - 0.24)]
    else:
        side = min(x0 - half_a, x1 - half_b) - 0.12
        points = [(x0 - half_a, y0), (side, y0 - 0.1), (side, y1 + 0.1), (x1 - half_b - 0.01, y1)]
    xs, ys = [], []
    for i in range(_CURVE + 1):
        t = i / _CURVE
        weights = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3)
        xs.append(sum(w * x for w, (x, _) in zip(weights, points, strict=True)))
        ys.append(sum(w * y for w, (_, y) in zip(weights, points, strict=True)))
    return xs, ys


def _said(step: Step, say: Texts) -> str:
    lines = [
        f"{words(_named(step.from_activity, say))} → {words(_named(step.to_activity, say))}",
        say("processes.step.said", steps=count(step.steps), cases=count(step.cases)),
        say(
            "processes.step.times",
            median=length(step.median, say) or "—",
            mean=length(step.mean, say) or "—",
        ),
    ]
    return "<br>".join(lines)


def _draw_activities(figure: go.Figure, drawn: Drawn, say: Texts) -> None:
    for one in drawn.activities:
        wide = drawn.pixels(one.activity)
        label = short(_named(one.activity, say), wide)
        edge = _OWN if one.starts or one.ends else GRID
        figure.add_annotation(
            x=drawn.places[one.activity],
            y=drawn.rows[one.activity],
            text=f"{words(label)}<br><span style='color:{QUIET}'>{count(one.events)}</span>",
            hovertext=_about(one, say),
            showarrow=False,
            bgcolor="white",
            bordercolor=edge,
            borderwidth=1.5,
            borderpad=4,
            width=min(wide, max(60, int(label_pixels(label)))),
            font={"size": 12, "color": INK},
        )


def _about(one: Activity, say: Texts) -> str:
    told = say(
        "processes.activity.said",
        events=count(one.events),
        cases=count(one.cases),
        starts=count(one.starts),
        ends=count(one.ends),
    )
    return f"{words(_named(one.activity, say))}<br>{told}"


def _named(activity: str | None, say: Texts) -> str:
    return activity or say("processes.no_activity")
