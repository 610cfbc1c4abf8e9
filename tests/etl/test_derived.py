"""What follows from loads: display values, types of records, standards in force; in any order of loading."""

from __future__ import annotations

from collections.abc import Callable
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

from etl.standards_load import load_standards
from etl.standards_source import COMES_WITH
from graph.identifiers import keyed
from graph.rebuild import rebuild
from graph.settings import Settings
from graph.store import Store
from tests.archives import archive, content, load
from tests.conftest import ID_KEY

NUMBER = "11010519491231002X"
PERSON = keyed(bytes.fromhex(ID_KEY), ["person", NUMBER])
HEAD = "id,case,what,when,item,number,name,titles\n"
FIRST = (
    f"1,A,受理,2024-01-01T09:00:00+08:00,retirement-approval,{NUMBER},王五,身份证;户口簿;不明\n",
    f"2,B,受理,2024-03-01T09:00:00+08:00,职工退休审批,{NUMBER},王伍,身份证\n",
)
SECOND = (f"3,C,受理,2024-02-01T09:00:00+08:00,no such item,{NUMBER},王舞,户口本\n",)
CORRECTED = (f"2,B,受理,2024-01-01T08:00:00+08:00,职工退休审批,{NUMBER},王伍,居住证\n",)
MAPPING: dict[str, Any] = {
    "system": "s",
    "columns": {"event": "id", "case": "case", "activity": "what", "instant": "when", "item": "item"},
    "applicants": [{"number": "number", "name": "name"}],
    "materials": [{"separator": ";", "title": "titles"}],
}
Step = Callable[[Store, Settings], object]


def rows(folder: Path, name: str, *lines: str) -> Step:
    path = folder / name
    path.write_text(HEAD + "".join(lines), encoding="utf-8")
    return lambda store, settings: load(store, settings, path, **MAPPING)


def standards(store: Store, settings: Settings) -> object:
    return load_standards(store, settings, COMES_WITH)


def graph_after(uri: str, *steps: Step) -> dict[str, set[tuple[Any, ...]]]:
    with archive(uri) as (store, settings):
        for step in steps:
            step(store, settings)
        held = content(store)
        rebuild(store, settings)
        assert content(store) == held, "rebuilt"
    return held


@pytest.mark.parametrize("order", list(permutations(range(3))), ids=lambda o: "".join(map(str, o)))
def test_standards_and_logs_in_any_order_give_one_graph(
    store_uri: str, tmp_path: Path, order: tuple[int, ...]
) -> None:
    steps = (rows(tmp_path, "first.csv", *FIRST), rows(tmp_path, "second.csv", *SECOND), standards)
    held = graph_after(store_uri, *(steps[i] for i in order))
    assert held == graph_after(f"duckdb:///{tmp_path / 'other.duckdb'}", *steps)
    assert {row[:5] for row in held["Person"]} == {(PERSON, None, None, NUMBER, "王伍")}
    assert {(row[1], row[3]) for row in held["UNDER"]} == {
        ("s:A", "retirement-approval@2000-01-01"),
        ("s:B", "retirement-approval@2000-01-01"),
    }
    types = sorted(row[3] for row in held["OF_TYPE"])
    assert types == ["household-register", "household-register", "id-card", "id-card"]


def test_corrections_are_derived_as_if_they_had_been_there_from_the_start(store_uri: str, tmp_path: Path) -> None:
    held = graph_after(
        store_uri, standards, rows(tmp_path, "first.csv", *FIRST, *SECOND), rows(tmp_path, "b.csv", *CORRECTED)
    )
    right = graph_after(
        f"duckdb:///{tmp_path / 'right.duckdb'}",
        standards,
        rows(tmp_path, "right.csv", FIRST[0], *CORRECTED, *SECOND),
    )
    assert {row[4] for row in held["Person"]} == {"王舞"}
    for name in ("Person", "UNDER", "NEXT", "Case"):
        assert held[name] == right[name], name
    received = {row[3] for row in held["RECEIVED"]}
    assert {row for row in held["OF_TYPE"] if row[1] in received} == right["OF_TYPE"]
