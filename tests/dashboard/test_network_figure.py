"""The figure of a network: always drawn alike, the busiest only, names as they stand."""

from __future__ import annotations

from dashboard.figures.network import MOST, network_figure, shown_actors
from dashboard.texts import Texts
from graph.people.networks import Network, NetworkActor, NetworkLink


def network(actors: int, *links: tuple[int, int, int]) -> Network:
    """Actors a0, a1, … with so many events, and links between them."""
    linked = {n for a, b, _ in links if a != b for n in (a, b)}
    measures = {"given": 0, "taken": 0, "kept": 0, "betweenness": None, "closeness": None}
    return Network(
        kind="handover",
        item=None,
        least=1,
        as_of_load=1,
        open_load=None,
        actors=[
            NetworkActor(
                id=f"a{n}",
                name=f"<b>{n}</b>",
                kind=None,
                events=1000 - n,
                cases=1,
                activities=1,
                days=1,
                first_at=None,
                last_at=None,
                partners=int(n in linked),
                community=1 + n % 12,
                **measures,
            )
            for n in range(actors)
        ],
        links=[NetworkLink(from_id=f"a{a}", to_id=f"a{b}", weight=w, cases=1) for a, b, w in links],
        total=sum(w for _, _, w in links),
        left_out=0,
        communities=1,
        modularity=0.0,
        measured=True,
        sampled=None,
    )


def test_the_same_network_is_drawn_alike() -> None:
    answer = network(5, (0, 1, 9), (1, 2, 1), (2, 0, 4), (3, 4, 2), (1, 1, 7))
    first, second = (network_figure(answer, Texts("zh")).to_json() for _ in range(2))
    assert first == second


def test_actors_without_a_link_to_another_and_beyond_the_busiest_are_left_to_the_table() -> None:
    answer = network(100, *((n, n + 1, 1) for n in range(1, 98)))
    shown = shown_actors(answer)
    assert len(shown) == MOST
    assert "a0" not in {one.id for one in shown}
    marks = network_figure(answer, Texts("en")).data[-1]
    assert len(marks.x) == MOST
    assert "&lt;b&gt;1&lt;/b&gt;" in marks.text[0]


def test_both_directions_are_one_line_as_wide_as_both_together() -> None:
    figure = network_figure(network(3, (0, 1, 6), (1, 0, 5), (1, 2, 1)), Texts("en"))
    drawn = {trace.line.width: len(trace.x) // 3 for trace in figure.data[:-1]}
    assert sum(drawn.values()) == 2
    assert drawn[max(drawn)] == 1


def test_an_empty_network_is_an_empty_figure() -> None:
    assert len(network_figure(network(0), Texts("en")).data[-1].x) == 0
