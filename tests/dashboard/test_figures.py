"""Figures: what they draw of an answer, and that nothing is left out without a word."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import plotly.graph_objects as go
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.figures.chain import chain_figure, lanes_of
from dashboard.figures.dossier import bars_of, dossier_figure, hover, stages_figure, years_figure
from dashboard.figures.lanes import label_pixels, rows_of, short
from dashboard.figures.overview import ITEMS, cases_by_item, cases_by_year, materials_by_year
from dashboard.figures.reuse import TYPES, items_figure, library_figure
from dashboard.figures.style import WARN
from dashboard.texts import Texts
from graph.days import number_of
from graph.dossier_axis import StageCount, YearCount
from graph.overview import CaseCount, MaterialCount
from tests.dashboard.answers import DAY_MS, NOON, chain, dossier, entry, event, material, reuse, type_row

ZH, EN = Texts("zh"), Texts("en")


def drawn(figure: go.Figure) -> dict[str, Any]:
    """The traces by name as the browser gets them; a figure that it could not get raises."""
    return {trace.get("name", str(i)): trace for i, trace in enumerate(figure.to_plotly_json()["data"])}


def ids(figure: go.Figure) -> set[str]:
    return {id_ for trace in figure.data if trace.customdata is not None for id_ in trace.customdata}


def test_events_stand_in_the_lanes_of_their_actors_by_who_acts_first() -> None:
    events = [event(1, ("b",), NOON), event(2, ("a", "b"), NOON + DAY_MS), event(3, (), NOON + 2 * DAY_MS)]
    lanes, marks = lanes_of(events, EN, "time")
    assert lanes == ["B", "A", "(no actor)"]
    assert {(m.number, m.lane) for m in marks} == {(1, 0), (2, 0), (2, 1), (3, 2)}
    assert {m.x for m in marks} == {datetime(2024, 3, day, 12) for day in (1, 2, 3)}


def test_an_event_without_instant_has_a_step_but_no_time() -> None:
    case = chain(event(1, ("a",), NOON), event(2, ("a",)))
    assert ids(chain_figure(case, ZH, "time")) == {"e1"}
    assert ids(chain_figure(case, ZH, "step")) == {"e1", "e2"}


def test_events_at_one_instant_do_not_cover_each_other() -> None:
    events = [event(i, ("a",), NOON) for i in range(1, 6)] + [event(6, ("a",), NOON + DAY_MS)]
    _, marks = lanes_of(events, EN, "time")
    assert [(m.number, m.row) for m in marks] == [(1, 0), (2, 1), (3, 2), (4, 3), (5, 4), (6, 0)]


def test_marks_are_coloured_by_stage_and_what_is_missing_is_marked() -> None:
    case = chain(event(1, ("a",), NOON, "acceptance"), event(2, (), NOON + DAY_MS, "review"), event(3, ("a",), NOON))
    traces = drawn(chain_figure(case, EN))
    assert {"acceptance", "review", "no stage"} <= set(traces)
    assert traces["review"]["marker"]["line"]["color"] == [WARN]
    assert traces["acceptance"]["marker"]["line"]["color"] == ["white"]
    assert "missing: no actor" in traces["review"]["hovertext"][0]


def test_a_chain_without_events_and_texts_that_look_like_markup_can_be_drawn() -> None:
    assert ids(chain_figure(chain(), ZH)) == set()
    traces = drawn(chain_figure(chain(event(1, ("a",), NOON, activity="<a href='x'>受理</a>")), EN))
    assert "&lt;a href=" in traces["no stage"]["hovertext"][0]


def test_the_clock_of_a_chain_is_that_of_its_events() -> None:
    case = chain(event(1, ("a",), NOON, offset=7200), event(2, ("a",), NOON + DAY_MS, offset=7200))
    figure = chain_figure(case, EN)
    assert figure.layout.xaxis.title.text == "Time (UTC+02:00)"
    assert {m.x.hour for m in lanes_of(case.events, EN, "time")[1] if isinstance(m.x, datetime)} == {6}


def test_a_dossier_shows_every_dated_entry_once() -> None:
    entries = [
        entry("case", "c1", "退休", "2024-03-01T04:00:00.000+00:00", day(2024, 3, 1), at_ms=NOON, case_id="c1"),
        entry("event", "e1", "受理", "2024-03-01T12:00:00+08:00", day(2024, 3, 1), at_ms=NOON, case_id="c1"),
        entry("material", "m1", "身份证", "2020-01-01", day(2020, 1, 1)),
        entry("material", "m2", "身份证", "19950000", day(1995, 1, 1)),
        entry("fact", "f1", "employer: 一厂", "1970", day(1970, 1, 1), end="1999-06"),
        entry("payment", "p1", "养老金", "2024-04", day(2024, 4, 1)),
    ]
    assert ids(dossier_figure(dossier(*entries), ZH)) == {"c1", "e1", "m1", "m2", "f1", "p1"}
    (bar,) = bars_of(entries, "material", ZH)
    assert [one.id for one in bar.entries] == ["m2", "m1"]
    assert bar.spans == (
        (datetime(1995, 1, 1), datetime(1996, 1, 1)),
        (datetime(2020, 1, 1), datetime(2020, 1, 1)),
    )
    (work,) = bars_of(entries, "fact", EN)
    assert (work.label, work.spans) == ("Employer: 一厂", ((datetime(1970, 1, 1), datetime(1999, 7, 1)),))


def day(year: int, month: int, number: int) -> int:
    return number_of(date(year, month, number))


def test_only_contradicted_facts_are_marked() -> None:
    entries = [
        entry("fact", "f1", "name: 张三", "2020-01-01", day(2020, 1, 1)),
        entry("fact", "f2", "name: 张山", "2010-01-01", day(2010, 1, 1)),
        entry("fact", "f3", "phone: 1", "2010-01-01", day(2010, 1, 1)),
    ]
    figure = dossier_figure(dossier(*entries, contradicted=(("f1", "张三"), ("f2", "张山"))), ZH)
    (marks,) = [t for t in figure.data if t.customdata is not None and "f1" in t.customdata]
    colours = dict(zip(marks.customdata, marks.marker.color, strict=True))
    assert {id_ for id_, colour in colours.items() if colour == WARN} == {"f1", "f2"}


def test_a_dossier_without_dates_can_be_drawn() -> None:
    assert ids(dossier_figure(dossier(), ZH)) == set()


def test_a_crowded_lane_keeps_its_entries_and_drops_its_labels() -> None:
    entries = [entry("material", f"m{i}", f"材料{i}", "2020-01-01", day(2020, 1, 1)) for i in range(200)]
    figure = dossier_figure(dossier(*entries), ZH)
    assert len(ids(figure)) == 200
    assert {bar.label for bar in bars_of(entries, "material", ZH)} == {""}


def test_what_is_under_the_pointer_says_where_it_comes_from() -> None:
    one = entry("fact", "f", "employer: <b>", "1970", 0, end="1999-06", life_stage="work")
    assert hover(one, EN) == "<b>Employer: &lt;b&gt;</b><br>Fact · 1970 – 1999-06<br>work<br>hall.csv, row 7"


@given(st.lists(st.tuples(st.integers(0, 1000), st.integers(0, 300)), max_size=60), st.integers(1, 20))
def test_nothing_in_a_row_covers_its_neighbour(sizes: list[tuple[int, int]], gap: int) -> None:
    extents = sorted((start, start + size) for start, size in sizes)
    rows = rows_of(extents, gap)
    last: dict[int, int] = {}
    for (start, end), row in zip(extents, rows, strict=True):
        assert row not in last or last[row] + gap <= start
        last[row] = end
    at_once = max((sum(s <= start < e + gap for s, e in extents) for start, _ in extents), default=0)
    assert len(set(rows)) == at_once


@given(st.text(max_size=80), st.floats(30, 300))
def test_a_label_is_cut_with_a_mark(text: str, pixels: float) -> None:
    shown = short(text, pixels)
    assert shown == text or (shown.endswith("…") and text.startswith(shown[:-1]))
    assert label_pixels(shown) <= pixels + 13 or len(shown) <= 2


CASES = [
    CaseCount(item_id="card", item_name="社保卡", status="closed", year=2020, cases=5),
    CaseCount(item_id="card", item_name="社保卡", status="open", year=2022, cases=2),
    CaseCount(item_id=None, item_name=None, status="odd", year=None, cases=3),
]


def test_cases_by_year_and_status() -> None:
    traces = drawn(cases_by_year(CASES, EN))
    assert {name: list(zip(t["x"], t["y"], strict=True)) for name, t in traces.items()} == {
        "closed": [(2020, 5), (2022, 0)],
        "open": [(2020, 0), (2022, 2)],
    }


def test_a_status_that_has_no_colour_counts_as_unknown() -> None:
    traces = drawn(cases_by_item(CASES, EN))
    assert {name: sum(trace["x"]) for name, trace in traces.items()} == {"closed": 5, "open": 2, "unknown": 3}


def test_items_beyond_the_first_are_one_bar() -> None:
    counts = [
        CaseCount(item_id=f"i{i}", item_name=None, status="closed", year=2020, cases=100 - i)
        for i in range(ITEMS + 4)
    ]
    figure = cases_by_item(counts, EN)
    labels = figure.layout.yaxis.ticktext
    assert (len(labels), labels[-1]) == (ITEMS + 1, "4 other items")
    assert sum(figure.data[0].x) == sum(one.cases for one in counts)


def test_materials_without_a_date_are_no_bar() -> None:
    figure = materials_by_year([MaterialCount(year=1995, materials=1), MaterialCount(year=None, materials=9)], ZH)
    assert (list(figure.data[0].x), list(figure.data[0].y)) == ([1995], [1])


@pytest.mark.parametrize("say", [ZH, EN])
def test_figures_of_nothing_can_be_drawn(say: Texts) -> None:
    for figure in (
        cases_by_year([], say),
        cases_by_item([], say),
        materials_by_year([], say),
        years_figure([], say),
        stages_figure([], say),
        library_figure([], say),
        items_figure(reuse(items=()), say),
    ):
        drawn(figure)


def test_counts_of_a_dossier_by_year_and_stage() -> None:
    years = [YearCount(year=2020, cases=1, events=3, materials=0, facts=0, payments=0)]
    assert set(drawn(years_figure(years, EN))) == {"Cases", "Events"}
    stages = [StageCount(life_stage="work", cases=2, events=4), StageCount(life_stage=None, cases=1, events=1)]
    figure = stages_figure(stages, EN)
    assert list(figure.layout.yaxis.ticktext) == ["work", "not known"]


def test_an_item_counts_what_it_always_asks_for() -> None:
    answer = reuse(
        material("id", "card", "retire", on_file=True),
        material("photo", "card", on_file=False),
        material("licence", "card", on_file=False, required=False),
        items=("card", "retire"),
    )
    traces = drawn(items_figure(answer, EN))
    assert {name: list(trace["x"]) for name, trace in traces.items()} == {
        "on file": [1, 1],
        "to be submitted": [1, 0],
    }


def test_the_library_shows_the_types_that_come_again() -> None:
    types = [type_row(f"t{i}", 100 - i, 50 - i) for i in range(TYPES + 3)] + [type_row("never", 0, 0)]
    traces = drawn(library_figure(types, EN))
    assert [traces[name]["x"][0] for name in ("Again", "First")] == [50, 50]
    assert len(traces["Again"]["x"]) == TYPES
