"""A network of actors: who hands over to whom, or works with whom, the strongest of them."""

from __future__ import annotations

from collections import defaultdict

import networkx as nx
import plotly.graph_objects as go

from dashboard.figures.style import INK, QUIET, cut, styled, words
from dashboard.forms import count
from dashboard.texts import Texts
from graph.people.networks import Network, NetworkActor

MOST, NAMED, HEIGHT = 60, 25, 520
COLOURS = ("#1c7ed6", "#2f9e44", "#e8890c", "#7048e8", "#0c8599", "#d6336c", "#846358", "#5c940d")
_OTHER = "#adb5bd"
_WIDTHS = (0.8, 1.8, 3.2, 5.5)


def shown_actors(answer: Network) -> list[NetworkActor]:
    """The actors that the figure shows: of those with a link to another, the busiest."""
    return [one for one in answer.actors if one.partners][:MOST]


def network_figure(answer: Network, say: Texts) -> go.Figure:
    """Actors as circles, as large as they are busy, in the colour of their community; links as wide as they are
    strong. The same network is always drawn alike."""
    actors = shown_actors(answer)
    place = {one.id: number for number, one in enumerate(actors)}
    weights: dict[tuple[int, int], int] = defaultdict(int)
    for link in answer.links:
        if link.from_id in place and link.to_id in place and link.from_id != link.to_id:
            a, b = sorted((place[link.from_id], place[link.to_id]))
            weights[a, b] += link.weight
    points = _points(len(actors), weights)
    figure = go.Figure()
    strongest = max(weights.values(), default=1)
    for step, width in enumerate(_WIDTHS):
        part = [pair for pair, weight in weights.items() if _step(weight, strongest) == step]
        xs = [x for a, b in part for x in (points[a][0], points[b][0], None)]
        ys = [y for a, b in part for y in (points[a][1], points[b][1], None)]
        line = {"width": width, "color": "rgba(107,119,133,0.38)"}
        figure.add_trace(go.Scatter(x=xs, y=ys, mode="lines", line=line, hoverinfo="skip", showlegend=False))
    busiest = max((one.events for one in actors), default=1)
    figure.add_trace(
        go.Scatter(
            x=[x for x, _ in points],
            y=[y for _, y in points],
            mode="markers+text",
            marker={
                "size": [10 + 34 * (one.events / busiest) ** 0.5 for one in actors],
                "color": [_colour(one.community) for one in actors],
                "line": {"color": "white", "width": 1.5},
            },
            text=[words(cut(_name(one), 16)) if n < NAMED else "" for n, one in enumerate(actors)],
            textposition="top center",
            textfont={"color": INK, "size": 12},
            hovertext=[_told(one, answer, say) for one in actors],
            hoverinfo="text",
            showlegend=False,
        )
    )
    styled(figure, height=HEIGHT)
    figure.update_xaxes(visible=False)
    figure.update_yaxes(visible=False)
    return figure


def _points(actors: int, weights: dict[tuple[int, int], int]) -> list[tuple[float, float]]:
    graph = nx.Graph()
    graph.add_nodes_from(range(actors))
    graph.add_weighted_edges_from((a, b, weight**0.5) for (a, b), weight in sorted(weights.items()))
    if not actors:
        return []
    found = nx.spring_layout(graph, weight="weight", seed=0, iterations=120, k=1.6 / max(actors, 1) ** 0.5)
    return [(round(float(found[n][0]), 4), round(float(found[n][1]), 4)) for n in range(actors)]


def _step(weight: int, strongest: int) -> int:
    part = weight / strongest
    return 3 if part > 0.5 else 2 if part > 0.15 else 1 if part > 0.03 else 0


def _colour(community: int | None) -> str:
    return COLOURS[community - 1] if community is not None and community <= len(COLOURS) else _OTHER


def _name(one: NetworkActor) -> str:
    return one.name or one.id


def _told(one: NetworkActor, answer: Network, say: Texts) -> str:
    lines = [f"<b>{words(_name(one))}</b>", say("people.told", events=count(one.events), cases=count(one.cases))]
    if answer.kind == "handover":
        lines.append(
            say("people.told.handover", given=count(one.given), taken=count(one.taken), kept=count(one.kept))
        )
    partners = say("people.told.partners", partners=count(one.partners))
    lines.append(f'<span style="color:{QUIET}">{partners}</span>')
    return "<br>".join(lines)
