"""Figures of the whole archive: cases by year, item and status, materials by year."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import plotly.graph_objects as go

from dashboard.figures.style import KINDS, STATUS, cut, on_years, styled, words
from dashboard.forms import count
from dashboard.texts import Texts
from graph.overview import CaseCount, MaterialCount

ITEMS = 12


def cases_by_year(counts: Sequence[CaseCount], say: Texts) -> go.Figure:
    """Cases by the year in which they were opened, stacked by status; those without an instant are left out."""
    numbers: Counter[tuple[str, int]] = Counter()
    for one in counts:
        if one.year is not None:
            numbers[(_status(one), one.year)] += one.cases
    years = sorted({year for _, year in numbers})
    figure = go.Figure()
    for status, colour in STATUS.items():
        values = [numbers[(status, year)] for year in years]
        if any(values):
            name = say.code("status", status)
            figure.add_trace(_bars(years, values, name, colour))
    figure.update_layout(barmode="stack")
    return _by_year(figure, years)


def materials_by_year(counts: Sequence[MaterialCount], say: Texts) -> go.Figure:
    """Materials by the year of their date; those without one are left out."""
    dated = {one.year: one.materials for one in counts if one.year is not None}
    figure = go.Figure(_bars(list(dated), list(dated.values()), say("overview.materials"), KINDS["material"]))
    figure.update_layout(showlegend=False)
    return _by_year(figure, list(dated))


def cases_by_item(counts: Sequence[CaseCount], say: Texts) -> go.Figure:
    """The items with most cases, stacked by status; what is beyond the first ones is one bar."""
    totals: Counter[str] = Counter()
    numbers: Counter[tuple[str, str]] = Counter()
    for one in counts:
        name = one.item_name or one.item_id or say("item.none")
        totals[name] += one.cases
    shown = [name for name, _ in totals.most_common(ITEMS)]
    rest = say("overview.other_items", items=len(totals) - len(shown))
    for one in counts:
        name = one.item_name or one.item_id or say("item.none")
        numbers[(name if name in shown else rest, _status(one))] += one.cases
    rows = [*shown, *([rest] if len(totals) > len(shown) else [])]
    labels = [words(cut(row, 24)) for row in rows]
    figure = go.Figure()
    for status, colour in STATUS.items():
        values = [numbers[(row, status)] for row in rows]
        if any(values):
            figure.add_trace(
                go.Bar(
                    y=list(range(len(rows))),
                    x=values,
                    orientation="h",
                    name=say.code("status", status),
                    marker={"color": colour},
                    hovertext=[f"{words(row)}: {count(v)}" for row, v in zip(rows, values, strict=True)],
                    hoverinfo="text+name",
                )
            )
    figure.update_layout(barmode="stack")
    styled(figure, height=max(260, 80 + 34 * len(rows)))
    figure.update_yaxes(autorange="reversed", tickvals=list(range(len(rows))), ticktext=labels, showgrid=False)
    return figure


def _status(one: CaseCount) -> str:
    return one.status if one.status in STATUS else "unknown"


def _bars(years: list[int], values: list[int], name: str, colour: str) -> go.Bar:
    return go.Bar(
        x=years,
        y=values,
        name=name,
        width=0.8,
        marker={"color": colour},
        hovertext=[f"{year}: {count(value)}" for year, value in zip(years, values, strict=True)],
        hoverinfo="text+name",
    )


def _by_year(figure: go.Figure, years: list[int]) -> go.Figure:
    return on_years(styled(figure, height=240), years)
