"""Figures of processes over cases made by hand, on both engines; each figure leads to the cases that it counts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from pydantic import BaseModel

from etl.rules_source import read_rules
from graph.audit.run import Scope, audit
from graph.cases import CaseRow
from graph.decide import decide
from graph.erasure import ErasureRequest
from graph.errors import UsageError
from graph.process.cases import figure_cases
from graph.process.definitions import DEFINITIONS
from graph.process.deviations import deviations
from graph.process.drift import drift
from graph.process.filters import By, CasesOf, ProcessFilter
from graph.process.metrics import Metrics, metrics
from graph.process.months import months
from graph.process.process_map import process_map
from graph.process.stages import stage_times
from graph.process.variants import variants
from graph.rebuild import rebuild
from graph.settings import Settings
from graph.store import Store
from graph.viewer import LOCAL_OPERATOR
from tests.archives import archive
from tests.graphs import link, write

HOUR = 3_600_000
DAY = 24 * HOUR
# 1 January 2024, 08:00 in China.
BEGIN = 1_704_067_200_000
ALL = ProcessFilter()
STAGES = {"受理": "acceptance", "审核": "review", "审批": "approval", "办结": "completion"}
# Case: item, region, and its events as activity, days after BEGIN (None: no instant), unit.
CASES: dict[str, tuple[str | None, str | None, tuple[tuple[str, float | None, str | None], ...]]] = {
    "right": ("card", "东区", (("受理", 0, "窗口"), ("审核", 1, "科室"), ("办结", 3, "窗口"))),
    "again": ("card", "东区", (("受理", 0, "窗口"), ("审核", 1, "科室"), ("受理", 2, "窗口"), ("办结", 10, "窗口"))),
    "open": ("card", "西区", (("受理", 5, "窗口"), ("审核", 6, "科室"))),
    "back": (
        "retire",
        "西区",
        (("受理", 40, "窗口"), ("复核", 41, None), ("审核", 42, "科室"), ("办结", 43, "科室")),
    ),
    "stageless": ("retire", None, (("登记", 35, None), ("登记", 36, None))),
    "undated": (None, None, (("受理", None, "窗口"), ("办结", 44, "窗口"))),
    "empty": (None, "东区", ()),
}


def write_cases(store: Store, settings: Settings) -> None:
    events: list[dict[str, Any]] = []
    links: dict[str, list[Any]] = {"IN_CASE": [], "IN_UNIT": []}
    for case, (_, _, steps) in CASES.items():
        for i, (activity, day, unit) in enumerate(steps):
            at = None if day is None else BEGIN + int(day * DAY)
            id_ = f"x:{case}:{i}"
            events.append({"id": id_, "activity": activity, "stage": STAGES.get(activity), "at": at})
            links["IN_CASE"].append(link(f"Event {id_}", f"Case x:{case}", sort_at=at or BEGIN + 44 * DAY - 1, seq=i))
            if unit:
                links["IN_UNIT"].append(link(f"Event {id_}", f"Unit x:{unit}"))
    nodes = {
        "Case": [{"id": f"x:{case}", "item_id": item, "region": region} for case, (item, region, _) in CASES.items()],
        "Event": events,
        "Unit": [{"id": f"x:{name}", "name": name} for name in ("窗口", "科室")],
    }
    write(store, settings, nodes, links, system="x")
    rebuild(store, settings)


def figures(answer: Metrics, key: str | None = None) -> dict[str, float | None]:
    (of,) = [one for one in answer.groups if one.key == key]
    return {name: one.value for name, one in of.figures.items()}


def ids(rows: list[CaseRow]) -> set[str]:
    return {row.id.removeprefix("x:") for row in rows}


def of(store: Store, figure: str, key: str | None = None, then: str | None = None, **wanted: str) -> set[str]:
    asked = CasesOf.model_validate({"figure": figure, "key": key, "then": then})
    return ids(figure_cases(store, LOCAL_OPERATOR, ProcessFilter(**wanted), asked, limit=100).items)


def test_figures_of_cases_made_by_hand(store_uri: str) -> None:
    with archive(store_uri) as (store, settings):
        assert metrics(store, LOCAL_OPERATOR, ALL).groups[0].figures["cases"].value == 0
        write_cases(store, settings)
        found = figures(metrics(store, LOCAL_OPERATOR, ALL))
        assert {name: found[name] for name in ("cases", "closed", "open", "assumed", "left_out")} == {
            "cases": 7,
            "closed": 4,
            "open": 1,
            "assumed": 2,
            "left_out": 1,
        }
        # Days: 3, 10, 3, 1 and 0 (its one instant is that of its end) have ended; one is running for 39.
        assert (found["cycle_median"], found["cycle_p90"]) == (3 * 86_400, None)
        assert found["span_median"] == 2 * 86_400
        assert found["rework"] == pytest.approx(2 / 7)
        # Of the four closed ones and the one without stages that has events: right, back, undated.
        assert found["first_time_right"] == pytest.approx(3 / 5)
        assert found["deviating"] == 0
        by_item = metrics(store, LOCAL_OPERATOR, ALL, "item")
        assert [one.key for one in by_item.groups] == ["card", "retire", None]
        assert figures(by_item, "card")["cycle_median"] == 10 * 86_400
        by_unit = metrics(store, LOCAL_OPERATOR, ALL, "unit")
        assert {one.key: one.figures["cases"].value for one in by_unit.groups} == {"x:科室": 4, "x:窗口": 5, None: 2}
        by_month = metrics(store, LOCAL_OPERATOR, ALL, "month")
        counts = [(one.key, one.figures["cases"].value) for one in by_month.groups]
        assert counts == [("2024-01", 3), ("2024-02", 3), (None, 1)]


def test_stages_months_map_variants_and_drift(store_uri: str) -> None:
    with archive(store_uri) as (store, settings):
        write_cases(store, settings)
        times = stage_times(store, LOCAL_OPERATOR, ALL)
        days = {one.stage: (one.cases, one.total / 86_400) for one in times.stages}
        assert days == {"completion": (3, 11.0), "review": (4, 4.0), None: (2, 2.0), "acceptance": (1, 1.0)}
        assert (times.steps, times.untimed) == (11, 1)
        found = [(m.month, m.opened, m.ended, m.backlog) for m in months(store, LOCAL_OPERATOR, ALL).months]
        assert found == [("2024-01", 3, 2, 1), ("2024-02", 3, 3, 1)]
        drawn = process_map(store, LOCAL_OPERATOR, ALL)
        assert (drawn.cases, drawn.events, drawn.steps_total) == (7, 17, 11)
        steps = {(s.from_activity, s.to_activity): (s.steps, s.cases, s.timed, s.median) for s in drawn.steps}
        assert steps[("受理", "审核")] == (3, 3, 3, 86_400.0)
        assert steps[("受理", "办结")] == (2, 2, 1, 8 * 86_400.0)
        assert drawn.bottlenecks[0].total == 8 * 86_400
        ranked = variants(store, LOCAL_OPERATOR, ALL, limit=100)
        assert ranked.variants == len(ranked.items) == 7
        assert [one.coverage for one in ranked.items] == pytest.approx([i / 7 for i in range(1, 8)])
        first = variants(store, LOCAL_OPERATOR, ALL, limit=3)
        rest = variants(store, LOCAL_OPERATOR, ALL, limit=100, cursor=first.next)
        assert [*first.items, *rest.items] == ranked.items
        moved = drift(store, LOCAL_OPERATOR, ALL)
        assert [(m.month, m.cases, m.steps, m.before) for m in moved.months] == [
            ("2024-01", 3, 6, None),
            ("2024-02", 3, 5, "2024-01"),
        ]
        # Shares of January: 3/6 受理审核, 1/6 审核受理; 1/6 and 1/5 审核办结, 受理办结; of February 3/5 others.
        assert moved.months[1].distance == pytest.approx((3 / 6 + 1 / 6 + 2 * abs(1 / 6 - 1 / 5) + 3 / 5) / 2)
        assert moved.undated == 1


def test_every_figure_leads_to_the_cases_that_it_counts(store_uri: str) -> None:
    with archive(store_uri) as (store, settings):
        write_cases(store, settings)
        audit(store, settings, LOCAL_OPERATOR, read_rules(), Scope(of="all"))
        wanted = (ALL, ProcessFilter(item="card"), ProcessFilter(unit="窗口", from_month="2024-01"))
        followed = 0
        for filter_ in (*wanted, ProcessFilter(without=("item",))):
            for by in (None, "item", "unit", "region", "month"):
                followed += _follow(store, metrics(store, LOCAL_OPERATOR, filter_, by))
            for question in (stage_times, months, deviations, drift, process_map):
                followed += _follow(store, question(store, LOCAL_OPERATOR, filter_))
            followed += _follow(store, variants(store, LOCAL_OPERATOR, filter_))
        assert followed > 500
        rates = deviations(store, LOCAL_OPERATOR, ALL)
        assert rates.deviations and rates.audit is not None and rates.audit.loads_since == 0
        assert rates.deviating == metrics(store, LOCAL_OPERATOR, ALL).groups[0].figures["deviating"].cases > 0


def _follow(store: Store, answer: BaseModel) -> int:
    """Asks every query that leads to cases, and compares their number; says how many were asked."""
    said = answer.model_dump()
    assert set(said["definitions"]) <= set(DEFINITIONS)
    found = 0
    for counted, query in _queries(said):
        given = parse_qs(urlsplit(query).query)
        one = {name: values[0] for name, values in given.items() if name != "without"}
        filter_ = ProcessFilter.model_validate({**one, "without": given.get("without", ())})
        page = figure_cases(store, LOCAL_OPERATOR, filter_, CasesOf.model_validate(one), limit=100)
        assert len(page.items) == counted, query
        found += 1
    return found


def _queries(value: Any) -> Iterator[tuple[int, str]]:
    if isinstance(value, list):
        for one in value:
            yield from _queries(one)
    elif isinstance(value, dict):
        for name in ("opened", "ended", "backlog", "starts", "ends"):
            if f"{name}_at" in value:
                yield value[name], value[f"{name}_at"]
        if "cases_at" in value:
            yield value["cases"], value["cases_at"]
        for one in value.values():
            yield from _queries(one)


def test_cases_of_figures(store_uri: str) -> None:
    with archive(store_uri) as (store, settings):
        write_cases(store, settings)
        assert of(store, "rework") == {"again", "stageless"}
        assert of(store, "first_time_right") == {"right", "back", "undated"}
        assert of(store, "open") == of(store, "backlog", "2024-02") == {"open"}
        assert of(store, "step", "受理", "审核") == {"right", "again", "open"}
        assert of(store, "start", "登记") == of(store, "end", "登记") == {"stageless"}
        assert of(store, "left_out") == {"empty"}
        assert of(store, "cases", unit="科室", region="西区") == {"open", "back"}
        assert of(store, "cases", from_month="2024-02") == {"back", "stageless", "undated"}
        assert of(store, "variant", "none") == set()


def test_pages_of_cases_go_on_where_the_one_before_ended(duckdb_uri: str) -> None:
    with archive(duckdb_uri) as (store, settings):
        write_cases(store, settings)
        whole = figure_cases(store, LOCAL_OPERATOR, ALL, CasesOf(), limit=100).items
        assert [row.id for row in whole][-1] == "x:empty" and len(whole) == 7
        found, cursor = [], None
        while True:
            page = figure_cases(store, LOCAL_OPERATOR, ALL, CasesOf(), limit=2, cursor=cursor)
            found += page.items
            cursor = page.next
            if cursor is None:
                break
        assert found == whole


@pytest.mark.parametrize("by", ["item", "unit", "region", "month"])
def test_groups_hold_each_selected_case(by: By, duckdb_uri: str) -> None:
    with archive(duckdb_uri) as (store, settings):
        write_cases(store, settings)
        found = sum(int(one.figures["cases"].value or 0) for one in metrics(store, LOCAL_OPERATOR, ALL, by).groups)
        assert found == (11 if by == "unit" else 7)


def test_what_cannot_be_asked(duckdb_uri: str) -> None:
    with archive(duckdb_uri) as (store, settings):
        write_cases(store, settings)
        with pytest.raises(UsageError, match="'2024-13' is no month"):
            metrics(store, LOCAL_OPERATOR, ProcessFilter(from_month="2024-13"))
        with pytest.raises(UsageError, match="of which is not said"):
            figure_cases(store, LOCAL_OPERATOR, ALL, CasesOf(figure="finding"))
        for cursor in ("WyJhIl0", "WzEsIDJd"):
            with pytest.raises(UsageError, match="no cursor"):
                figure_cases(store, LOCAL_OPERATOR, ALL, CasesOf(), cursor=cursor)
        with pytest.raises(UsageError, match="no cursor"):
            variants(store, LOCAL_OPERATOR, ALL, cursor="WyJhIl0")


def test_no_cases_are_an_empty_answer(duckdb_uri: str) -> None:
    with archive(duckdb_uri) as (store, settings):
        write_cases(store, settings)
        none = ProcessFilter(item="nothing")
        empty = process_map(store, LOCAL_OPERATOR, none)
        assert (empty.cases, empty.events, empty.activities, empty.steps, empty.bottlenecks) == (0, 0, [], [], [])
        assert variants(store, LOCAL_OPERATOR, none).items == []
        assert figure_cases(store, LOCAL_OPERATOR, none, CasesOf()).items == []
        assert metrics(store, LOCAL_OPERATOR, none).groups[0].figures["cases"].value == 0


def test_a_case_of_which_an_event_is_erased_is_not_counted(store_uri: str) -> None:
    with archive(store_uri) as (store, settings):
        write_cases(store, settings)
        request = ErasureRequest(who="王五", why="申请", label="Event", id="x:again:1")
        decide(store, settings, LOCAL_OPERATOR, request)
        assert of(store, "cases") == set(CASES) - {"again"}
        assert process_map(store, LOCAL_OPERATOR, ALL).steps_total == 8


def test_figures_follow_the_next_load(duckdb_uri: str) -> None:
    with archive(duckdb_uri) as (store, settings):
        write_cases(store, settings)
        before = metrics(store, LOCAL_OPERATOR, ALL)
        write(store, settings, {"Case": [{"id": "x:more", "item_id": "card"}]}, system="x")
        after = metrics(store, LOCAL_OPERATOR, ALL)
        assert after.as_of_load == before.as_of_load + 1
        assert figures(after)["cases"] == 8
