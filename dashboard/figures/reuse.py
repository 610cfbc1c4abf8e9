"""Figures of reuse: what is on file of what items ask for, and which types of materials come again."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from dashboard.figures.style import cut, styled, words
from dashboard.forms import count
from dashboard.texts import Texts
from graph.library import TypeRow
from graph.reuse import Reuse

ON_FILE, TO_SUBMIT = "#2f9e44", "#e8890c"
FIRST, AGAIN = "#a5c4dc", "#e8890c"
TYPES = 15


def items_figure(answer: Reuse, say: Texts) -> go.Figure:
    """For each item how many of the types that it always requires are on file, and how many are to be submitted."""
    names = [item.name or item.item_id for item in answer.items]
    asked = [
        [m for m in answer.materials if any(n.item_id == item.item_id and n.required for n in m.asked_by)]
        for item in answer.items
    ]
    figure = go.Figure()
    for on_file, colour in ((True, ON_FILE), (False, TO_SUBMIT)):
        of_item = [[m.name or m.type_id for m in materials if m.on_file is on_file] for materials in asked]
        figure.add_trace(
            go.Bar(
                x=[len(found) for found in of_item],
                y=list(range(len(names))),
                orientation="h",
                name=say("reuse.on_file" if on_file else "reuse.to_submit"),
                marker={"color": colour},
                text=[str(len(found)) if found else "" for found in of_item],
                textangle=0,
                insidetextanchor="middle",
                hovertext=["<br>".join(words(name) for name in found) for found in of_item],
                hoverinfo="text+name",
            )
        )
    figure.update_layout(barmode="stack")
    styled(figure, height=80 + 34 * max(len(names), 2))
    labels = [words(cut(name, 24)) for name in names]
    figure.update_yaxes(autorange="reversed", tickvals=list(range(len(names))), ticktext=labels, showgrid=False)
    figure.update_xaxes(rangemode="tozero", dtick=1, tickformat="d")
    return figure


def library_figure(types: Sequence[TypeRow], say: Texts) -> go.Figure:
    """The types that were submitted most often while a valid record was on file: first and repeated submissions."""
    shown = [one for one in types if one.submitted][:TYPES]
    names = [one.name or one.id for one in shown]
    figure = go.Figure()
    for name, colour, values in (
        (say("library.again"), AGAIN, [one.again for one in shown]),
        (say("library.first"), FIRST, [one.submitted - one.again for one in shown]),
    ):
        figure.add_trace(
            go.Bar(
                x=values,
                y=list(range(len(shown))),
                orientation="h",
                name=name,
                marker={"color": colour},
                hovertext=[f"{words(n)}: {count(v)}" for n, v in zip(names, values, strict=True)],
                hoverinfo="text+name",
            )
        )
    figure.update_layout(barmode="stack")
    styled(figure, height=80 + 26 * max(len(shown), 2))
    labels = [words(cut(name, 24)) for name in names]
    figure.update_yaxes(autorange="reversed", tickvals=list(range(len(shown))), ticktext=labels, showgrid=False)
    figure.update_xaxes(rangemode="tozero", tickformat=",")
    return figure
