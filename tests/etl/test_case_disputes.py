"""Rows that disagree about their case: the latest by the order of the case wins, in whatever order they came."""

from __future__ import annotations

import json
from itertools import permutations
from pathlib import Path

import pytest

from graph.chain import chain
from graph.clock import loads
from graph.viewer import LOCAL_OPERATOR
from tests.archives import archive, content, load, log

ROWS = (
    "A,受理,2024-01-01T09:00:00+08:00,王五,窗口,clerk,web,",
    "A,审核,2024-01-02T09:00:00+08:00,李四,科室,reviewer,desk,x",
    "A,补正,2024-01-03T09:00:00+08:00,王五,窗口,clerk,,",
    "A,办结,2024-01-04T09:00:00+08:00,李四,科室,reviewer,post,",
    "B,受理,2024-01-01T10:00:00+08:00,王五,窗口,clerk,web,",
    "B,办结,2024-01-05T10:00:00+08:00,王五,窗口,clerk,,",
)
PARTS = ((ROWS[0], ROWS[4]), (ROWS[1], ROWS[2]), (ROWS[3], ROWS[5]))


@pytest.mark.parametrize("order", list(permutations(range(3))), ids=lambda o: "".join(map(str, o)))
def test_parts_that_disagree_are_the_whole_in_any_order(
    store_uri: str, tmp_path: Path, order: tuple[int, ...]
) -> None:
    with archive(f"duckdb:///{tmp_path / 'whole.duckdb'}") as (store, settings):
        load(store, settings, log(tmp_path, "whole.csv", *ROWS), system="s")
        expected = content(store)
    with archive(store_uri) as (store, settings):
        for i in order:
            load(store, settings, log(tmp_path, f"part{i}.csv", *PARTS[i]), system="s")
        assert content(store) == expected
        for i in order:
            assert load(store, settings, log(tmp_path, f"part{i}.csv", *PARTS[i]), system="s").loaded == 0


def test_the_latest_row_wins_and_the_others_keep_what_they_said(store_uri: str, tmp_path: Path) -> None:
    with archive(store_uri) as (store, settings):
        load(store, settings, log(tmp_path, "late.csv", *PARTS[2]), system="s")
        load(store, settings, log(tmp_path, "early.csv", *PARTS[0]), system="s")
        answer = chain(store, LOCAL_OPERATOR, "A")
        other = chain(store, LOCAL_OPERATOR, "B")
    assert answer.attributes == {"channel": "post"}
    assert [e.attributes for e in answer.events] == [{"case:channel": "web"}, {}]
    assert other.attributes == {"channel": "web"}
    assert [e.attributes for e in other.events] == [{}, {"case:channel": None}]


def test_an_event_amended_by_a_later_load_keeps_its_source_and_its_past(store_uri: str, tmp_path: Path) -> None:
    with archive(store_uri) as (store, settings):
        load(store, settings, log(tmp_path, "early.csv", *PARTS[0]), system="s")
        load(store, settings, log(tmp_path, "late.csv", *PARTS[2]), system="s")
        then = loads(store)[0].committed_at
        was = chain(store, LOCAL_OPERATOR, "A", then).events[0]
        now = chain(store, LOCAL_OPERATOR, "A").events[0]
    assert (was.attributes, now.attributes) == ({}, {"case:channel": "web"})
    assert (now.source.load, now.source.file, now.source.row) == (1, "early.csv", 2)
    assert was.source == now.source


def test_a_corrected_case_column_of_all_rows_is_no_dispute(store_uri: str, tmp_path: Path) -> None:
    right = [
        row.replace(",web,", ",phone,").replace(",desk,", ",phone,").replace(",post,", ",phone,") for row in ROWS
    ]
    with archive(store_uri) as (store, settings):
        load(store, settings, log(tmp_path, "a.csv", *ROWS), system="s")
        load(store, settings, log(tmp_path, "b.csv", *right), system="s")
        answer = chain(store, LOCAL_OPERATOR, "A")
        mine = content(store)
    assert answer.attributes == {"channel": "phone"}
    with archive(f"duckdb:///{tmp_path / 'right.duckdb'}") as (store, settings):
        load(store, settings, log(tmp_path, "b.csv", *right), system="s")
        assert content(store) == mine


def test_fields_of_the_case_are_settled_likewise(store_uri: str, tmp_path: Path) -> None:
    head = "case,what,when,item,accepted\n"
    rows = ("A,a,2024-01-01,I1,2023-12-30\n", "A,b,2024-01-02,I2,2023-12-31\n")
    mapping = {
        "columns": {"case": "case", "activity": "what", "instant": "when", "item": "item", "accepted": "accepted"},
        "system": "s",
    }
    graphs = []
    for order in ((0, 1), (1, 0), None):
        uri = store_uri if order == (0, 1) else f"duckdb:///{tmp_path / str(order)}.duckdb"
        with archive(uri) as (store, settings):
            for i, text in enumerate(rows[i] for i in order) if order else [(0, "".join(rows))]:
                path = tmp_path / f"{i}.csv"
                path.write_text(head + text)
                load(store, settings, path, **mapping)
            graphs.append(content(store))
            answer = chain(store, LOCAL_OPERATOR, "A")
            assert (answer.item_id, answer.accepted_at) == ("I2", "2023-12-30T16:00:00.000+00:00")
            assert answer.events[0].attributes == {
                "case.item_id": "I1",
                "case.accepted_at": "2023-12-29T16:00:00.000+00:00",
            }
    assert graphs[0] == graphs[1] == graphs[2]
    assert {row[3] for row in graphs[0]["OF_ITEM"]} == {"I2"}
    assert json.dumps(sorted(graphs[0]["OF_ITEM"])) == json.dumps([["Case", "s:A", "ServiceItem", "I2"]])
