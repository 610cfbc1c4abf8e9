"""The figures of the whole archive, on both engines."""

from __future__ import annotations

from pathlib import Path

from graph.overview import overview
from graph.viewer import LOCAL_OPERATOR
from tests.archives import archive, load, log
from tests.graph.sample import write_all


def test_cases_and_materials_are_counted_once(store_uri: str) -> None:
    with archive(store_uri) as (store, settings):
        empty = overview(store, LOCAL_OPERATOR)
        assert (empty.as_of_load, empty.nodes, empty.cases, empty.materials, empty.loads) == (0, {}, [], [], [])
        write_all(store, settings)
        answer = overview(store, LOCAL_OPERATOR)
        assert sum(one.cases for one in answer.cases) == answer.nodes["Case"] == 3
        assert sum(one.materials for one in answer.materials) == answer.nodes["Material"] == 7
        assert {(one.item_id, one.item_name) for one in answer.cases} == {
            ("card", "社会保障卡补换"),
            ("社会保障卡补换", "社会保障卡补换"),
            ("unknown", None),
        }
        assert {(one.year, one.materials) for one in answer.materials} == {
            (1995, 1),
            (2010, 1),
            (2020, 1),
            (2021, 1),
            (None, 3),
        }
        assert [load.number for load in answer.loads] == list(range(answer.as_of_load, 0, -1))
        assert [load.number for load in overview(store, LOCAL_OPERATOR, last_loads=2).loads] == [
            answer.as_of_load,
            answer.as_of_load - 1,
        ]


def test_a_year_is_that_of_a_clock_in_china(store_uri: str, tmp_path: Path) -> None:
    with archive(store_uri) as (store, settings):
        rows = ("before,a,2020-12-31T23:59:59+08:00", "after,a,2021-01-01T00:00:00+08:00", "never,a,")
        load(store, settings, log(tmp_path, "log.csv", *(f"{row},x,,,," for row in rows)))
        found = {(one.year, one.status, one.cases) for one in overview(store, LOCAL_OPERATOR).cases}
        assert found == {(2020, "unknown", 1), (2021, "unknown", 1), (None, "unknown", 1)}
