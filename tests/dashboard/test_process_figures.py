"""The figures of processes: what they draw of an answer, and where."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

from dashboard.figures.process_map import ACTIVITIES, drawn_of, process_map_figure
from dashboard.figures.processes import cycle_figure, drift_figure, months_figure, variants_figure
from dashboard.figures.style import WARN
from dashboard.texts import Texts
from graph.process.drift import Drift, DriftMonth
from graph.process.figures import Figure, Group
from graph.process.filters import ProcessFilter
from graph.process.months import Month, Months
from graph.process.process_map import Activity, ProcessMap, Step
from graph.process.variants import Variant

EN = Texts("en")
STANDING: dict[str, Any] = {
    "as_of_load": 1,
    "open_load": None,
    "known_until": None,
    "filter": ProcessFilter(),
    "definitions": {},
}


def map_of(*steps: tuple[str, str, int, float], starts: str = "a", ends: str = "c") -> ProcessMap:
    """The map of these steps: from, to, how often, total seconds."""
    names = list(dict.fromkeys(name for a, b, *_ in steps for name in (a, b)))
    drawn = [
        Step(
            from_activity=a,
            to_activity=b,
            steps=n,
            cases=n,
            timed=n,
            median=total / n,
            mean=total / n,
            total=total,
            share=None,
            cases_at="",
        )
        for a, b, n, total in steps
    ]
    activities = [
        Activity(
            activity=name,
            events=100 - i,
            cases=9,
            starts=9 * (name == starts),
            ends=9 * (name == ends),
            cases_at="",
            starts_at="",
            ends_at="",
        )
        for i, name in enumerate(names)
    ]
    slow = sorted(drawn, key=lambda one: -one.total)[:1]
    return ProcessMap(
        **STANDING, cases=9, events=9, steps_total=9, activities=activities, steps=drawn, bottlenecks=slow
    )


def test_steps_lead_downwards_from_where_cases_begin() -> None:
    answer = map_of(("b", "c", 8, 80), ("a", "b", 9, 9), ("c", "b", 1, 1), ("b", "b", 2, 2), ("a", "d", 3, 3))
    drawn = drawn_of(answer)
    assert drawn.rows == {"a": 0, "b": 1, "d": 1, "c": 2}
    assert drawn.places["b"] != drawn.places["d"]
    figure = process_map_figure(answer, EN)
    lines = [trace for trace in figure.data if trace.mode == "lines"]
    assert len(lines) == 5
    assert [line.line.color == WARN for line in lines] == [True, False, False, False, False]
    assert lines[1].line.width > lines[2].line.width
    boxes = [note.text.partition("<")[0] for note in figure.layout.annotations if note.text]
    assert boxes == ["b", "c", "a", "d"]


def test_boxes_of_a_row_do_not_cover_each_other() -> None:
    answer = map_of(*(("a", f"target {i}", 20 - i, 1.0) for i in range(ACTIVITIES + 4)))
    drawn = drawn_of(answer)
    assert len(drawn.activities) == ACTIVITIES
    row = sorted((drawn.places[name], drawn.pixels(name)) for name, at in drawn.rows.items() if at == 1)
    assert len(row) == ACTIVITIES - 1
    # In pixels of the narrowest figure: 900 for 2.3 units.
    for (a, wide), (b, other) in pairwise(row):
        assert (b - a) * 900 / 2.3 > (wide + other) / 2


def test_a_cycle_time_that_is_not_reached_has_no_bar() -> None:
    def figure_of(value: float | None) -> Figure:
        return Figure(value=value, cases=1, cases_at="")

    groups = [Group(key="x", name=None, figures={"cycle_median": figure_of(86_400.0), "cycle_p90": figure_of(None)})]
    median, p90 = cycle_figure(groups, ["x"], EN).data
    assert (list(median.x), list(p90.x)) == ([1.0], [None])


def test_months_and_drift_are_drawn_as_they_are() -> None:
    month = Month(month="2024-01", opened=3, ended=2, backlog=1, opened_at="", ended_at="", backlog_at="")
    traces = months_figure(Months(**STANDING, months=[month], left_out=0, unfinished=None), EN).data
    assert [list(trace.y) for trace in traces] == [[3], [2], [1]]
    given = [("2024-01", None, None), ("2024-02", 0.5, 0.2), ("2024-03", 0.1, 0.2)]
    moved = [
        DriftMonth(
            month=m,
            cases=1,
            steps=1,
            before=None,
            distance=d,
            by_chance=c,
            drift=None if d is None or c is None else d > c,
            cases_at="",
        )
        for m, d, c in given
    ]
    bars, chance = drift_figure(Drift(**STANDING, months=moved, undated=0), EN).data
    assert (list(bars.x), list(bars.y), list(chance.y)) == (["2024-02", "2024-03"], [0.5, 0.1], [0.2, 0.2])
    assert [colour == WARN for colour in bars.marker.color] == [True, False]


@pytest.mark.parametrize("number", [1, 40])
def test_variants_are_drawn_with_what_they_cover(number: int) -> None:
    items = [
        Variant(
            rank=i + 1,
            id=str(i),
            activities=["a"],
            cases=1,
            share=1 / number,
            coverage=(i + 1) / number,
            median=None,
            cases_at="",
        )
        for i in range(number)
    ]
    bars, line = variants_figure(items, EN).data
    assert len(bars.x) == len(line.x) == min(number, 30)
    assert line.y[-1] == pytest.approx(min(number, 30) / number)
