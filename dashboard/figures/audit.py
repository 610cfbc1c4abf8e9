"""Figures of the audit: findings by category, each part of a bar a severity."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import plotly.graph_objects as go

from dashboard.figures.style import cut, styled, words
from dashboard.forms import count
from dashboard.texts import Texts
from graph.audit.summary import SEVERITIES, RuleCount

COLOURS = {"high": "#c92a2a", "medium": "#e8890c", "low": "#a5c4dc"}


def categories_figure(rules: Sequence[RuleCount], say: Texts) -> go.Figure:
    """How many findings each category has, most first."""
    found: Counter[tuple[str, str]] = Counter()
    for one in rules:
        found[one.category, one.severity] += one.findings
    total: Counter[str] = Counter()
    for (category, _), number in found.items():
        total[category] += number
    categories = [name for name, number in sorted(total.items(), key=lambda one: (-one[1], one[0])) if number]
    names = [say.code("category", name) for name in categories]
    figure = go.Figure()
    for severity in SEVERITIES:
        values = [found[category, severity] for category in categories]
        figure.add_trace(
            go.Bar(
                x=values,
                y=list(range(len(categories))),
                orientation="h",
                name=say.code("severity", severity),
                marker={"color": COLOURS[severity]},
                hovertext=[f"{words(n)}: {count(v)}" for n, v in zip(names, values, strict=True)],
                hoverinfo="text+name",
            )
        )
    figure.update_layout(barmode="stack")
    styled(figure, height=80 + 26 * max(len(categories), 2))
    labels = [words(cut(name, 24)) for name in names]
    figure.update_yaxes(autorange="reversed", tickvals=list(range(len(categories))), ticktext=labels, showgrid=False)
    figure.update_xaxes(rangemode="tozero", tickformat=",")
    return figure
