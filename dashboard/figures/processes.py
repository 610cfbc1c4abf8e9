"""Figures of processes: cycle times of groups, cases month by month, drift, and the coverage of variants."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from dashboard.figures.style import KINDS, QUIET, STATUS, WARN, cut, styled, words
from dashboard.forms import count, length, share
from dashboard.texts import Texts
from graph.process.drift import Drift
from graph.process.figures import Group
from graph.process.months import Months
from graph.process.variants import Variant

GROUPS, VARIANTS = 20, 30
_DAY = 86_400


def cycle_figure(groups: Sequence[Group], names: Sequence[str], say: Texts) -> go.Figure:
    """Median and p90 of the cycle time (days) of the first groups; what is not reached has no bar."""
    shown = list(zip(groups, names, strict=True))[:GROUPS]
    figure = go.Figure()
    for figure_of, name, colour in (
        ("cycle_median", say("processes.median"), KINDS["case"]),
        ("cycle_p90", say("processes.p90"), KINDS["event"]),
    ):
        values = [group.figures[figure_of].value for group, _ in shown]
        figure.add_trace(
            go.Bar(
                x=[None if value is None else value / _DAY for value in values],
                y=list(range(len(shown))),
                orientation="h",
                name=name,
                marker={"color": colour},
                hovertext=[f"{words(n)}: {length(v, say)}" for (_, n), v in zip(shown, values, strict=True)],
                hoverinfo="text+name",
            )
        )
    styled(figure, height=90 + 38 * max(2, len(shown)))
    labels = [words(cut(name, 20)) for _, name in shown]
    figure.update_yaxes(autorange="reversed", tickvals=list(range(len(shown))), ticktext=labels, showgrid=False)
    figure.update_xaxes(rangemode="tozero", ticksuffix=f" {say('time.d')}", nticks=6)
    return figure


def months_figure(answer: Months, say: Texts) -> go.Figure:
    """Cases opened and ended in each month, and the backlog at its end."""
    months = [one.month for one in answer.months]
    figure = go.Figure()
    for name, values, colour in (
        (say("processes.opened"), [one.opened for one in answer.months], STATUS["open"]),
        (say("processes.ended"), [one.ended for one in answer.months], STATUS["closed"]),
    ):
        figure.add_trace(_bars(months, values, name, colour))
    backlog = [one.backlog for one in answer.months]
    figure.add_trace(
        go.Scatter(
            x=months,
            y=backlog,
            mode="lines+markers",
            name=say("processes.backlog"),
            line={"color": WARN, "width": 2},
            marker={"size": 4},
            hovertext=[f"{m}: {count(v)}" for m, v in zip(months, backlog, strict=True)],
            hoverinfo="text+name",
        )
    )
    return _by_month(figure)


def drift_figure(answer: Drift, say: Texts) -> go.Figure:
    """The distance of each month to the one before, and that which chance gives; drift is marked."""
    known = [one for one in answer.months if one.distance is not None]
    months = [one.month for one in known]
    figure = go.Figure(
        [
            go.Bar(
                x=months,
                y=[one.distance for one in known],
                name=say("processes.distance"),
                marker={"color": [WARN if one.drift else KINDS["event"] for one in known]},
                hovertext=[f"{one.month}: {one.distance:.3f} ({count(one.cases)})" for one in known],
                hoverinfo="text+name",
            ),
            go.Scatter(
                x=months,
                y=[one.by_chance for one in known],
                mode="lines",
                name=say("processes.by_chance"),
                line={"color": QUIET, "width": 1.5, "dash": "dot"},
                hoverinfo="y+name",
            ),
        ]
    )
    _by_month(figure)
    figure.update_yaxes(rangemode="tozero", tickformat=".1f")
    return figure


def variants_figure(items: Sequence[Variant], say: Texts) -> go.Figure:
    """The cases of the first variants, and the share of all cases that they cover together."""
    shown = items[:VARIANTS]
    ranks = [one.rank for one in shown]
    figure = go.Figure(_bars(ranks, [one.cases for one in shown], say("processes.cases"), KINDS["case"]))
    figure.add_trace(
        go.Scatter(
            x=ranks,
            y=[one.coverage for one in shown],
            yaxis="y2",
            mode="lines+markers",
            name=say("processes.coverage"),
            line={"color": KINDS["payment"], "width": 2},
            marker={"size": 4},
            hovertext=[f"{one.rank}: {share(one.coverage)}" for one in shown],
            hoverinfo="text+name",
        )
    )
    styled(figure, height=260)
    figure.update_layout(
        yaxis2={
            "overlaying": "y",
            "side": "right",
            "range": [0, 1.02],
            "tickformat": ".0%",
            "dtick": 0.25,
            "showgrid": False,
        },
        margin={"r": 46},
    )
    figure.update_xaxes(showgrid=False, tickformat="d", dtick=5 if len(shown) > 10 else 1, tick0=0)
    figure.update_yaxes(rangemode="tozero", selector={"anchor": "x"})
    return figure


def _bars(places: Sequence[str] | Sequence[int], values: Sequence[int], name: str, colour: str) -> go.Bar:
    return go.Bar(
        x=list(places),
        y=list(values),
        name=name,
        marker={"color": colour},
        hovertext=[f"{place}: {count(value)}" for place, value in zip(places, values, strict=True)],
        hoverinfo="text+name",
    )


def _by_month(figure: go.Figure) -> go.Figure:
    styled(figure, height=260)
    figure.update_xaxes(type="category", showgrid=False, nticks=12, tickangle=0)
    figure.update_yaxes(rangemode="tozero", tickformat=",")
    return figure
