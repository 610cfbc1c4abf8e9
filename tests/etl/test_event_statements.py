"""Applicants, materials and facts of the rows of a log, on both engines."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from graph.chain import chain
from graph.identifiers import keyed
from graph.viewer import LOCAL_OPERATOR
from tests.archives import archive, content, load
from tests.conftest import ID_KEY

NUMBER = "11010519491231002X"
PERSON = keyed(bytes.fromhex(ID_KEY), ["person", NUMBER])
HEAD = "id,case,what,when,number,name,phone,titles,keys,dates,months\n"
ROWS = (
    f"1,A,受理,2024-01-01T09:00:00+08:00,{NUMBER},王五,123,身份证;户口簿,M1;M2,2020-01-01;,\n",
    "2,A,审核,2024-01-02T09:00:00+08:00,,,,,,,24\n",
    "3,B,受理,2024-02-01T09:00:00+08:00,110105491231002,王伍,,身份证;照片,M1;,2020-01-01;2024,\n",
)
MAPPING: dict[str, Any] = {
    "system": "s",
    "columns": {"event": "id", "case": "case", "activity": "what", "instant": "when"},
    "applicants": [
        {
            "number": "number",
            "name": "name",
            "role": {"constant": "applicant"},
            "facts": {"phone": "phone"},
        }
    ],
    "materials": [{"separator": ";", "key": "keys", "title": "titles", "date": "dates"}],
    "facts": [{"field": "paid months", "column": "months", "unit": "month", "about": "case"}],
}


def write(folder: Path, name: str, *rows: str) -> Path:
    path = folder / name
    path.write_text(HEAD + "".join(rows), encoding="utf-8")
    return path


def links(held: dict[str, set[tuple[Any, ...]]], type_: str) -> set[tuple[Any, ...]]:
    return {row[:4] for row in held[type_]}


def test_rows_state_applicants_materials_and_facts(store_uri: str, tmp_path: Path) -> None:
    with archive(store_uri) as (store, settings):
        report = load(store, settings, write(tmp_path, "a.csv", *ROWS), **MAPPING)
        held = content(store)
        answer = chain(store, LOCAL_OPERATOR, "A")
    assert (report.rows_in, report.loaded, report.remarks) == (3, 3, ())
    assert {row[0] for row in held["Person"]} == {PERSON}
    assert links(held, "APPLIED") == {("Person", PERSON, "Case", "s:A"), ("Person", PERSON, "Case", "s:B")}
    assert {row[4] for row in held["APPLIED"]} == {"applicant"}
    ours = {row[0] for row in held["Material"] if row[0] in {"s:M1", "s:M2"}}
    assert (ours, len(held["Material"])) == ({"s:M1", "s:M2"}, 3)
    assert len(held["RECEIVED"]) == 4
    assert [(r.id, r.title) for r in answer.events[0].received] == [("s:M1", "身份证"), ("s:M2", "户口簿")]
    assert sorted(r.title or "" for r in answer.events[0].stated) == ["id_no", "name", "phone"]
    assert [r.title for r in answer.events[1].stated] == ["paid months"]
    about = {row[3] for row in held["ABOUT"]}
    assert about == {PERSON, "s:A"}
    assert NUMBER not in str([row[0] for rows in held.values() for row in rows])


def test_the_rows_in_any_order_of_loading_are_one_graph(store_uri: str, tmp_path: Path) -> None:
    with archive(f"duckdb:///{tmp_path / 'whole.duckdb'}") as (store, settings):
        load(store, settings, write(tmp_path, "whole.csv", *ROWS), **MAPPING)
        expected = content(store)
    with archive(store_uri) as (store, settings):
        for i in (2, 1, 0):
            load(store, settings, write(tmp_path, f"{i}.csv", ROWS[i]), **MAPPING)
        assert content(store) == expected
        assert load(store, settings, write(tmp_path, "0.csv", ROWS[0]), **MAPPING).loaded == 0


def test_a_corrected_row_takes_back_what_it_stated(store_uri: str, tmp_path: Path) -> None:
    other = "110105199003070017"
    changed = ROWS[0].replace(NUMBER, other).replace(",123,", ",,").replace("身份证;户口簿,M1;M2", "身份证,M1")
    with archive(store_uri) as (store, settings):
        load(store, settings, write(tmp_path, "a.csv", *ROWS), **MAPPING)
        load(store, settings, write(tmp_path, "b.csv", changed), **MAPPING)
        held = content(store)
    with archive(f"duckdb:///{tmp_path / 'right.duckdb'}") as (store, settings):
        load(store, settings, write(tmp_path, "c.csv", changed, *ROWS[1:]), **MAPPING)
        expected = content(store)
    for name in ("APPLIED", "RECEIVED", "STATES", "ABOUT", "Fact"):
        assert held[name] == expected[name], name


def test_lists_of_unequal_length_are_told(duckdb_uri: str, tmp_path: Path) -> None:
    row = "1,A,受理,2024-01-01,,,,身份证;户口簿;照片,M1;M2,,\n"
    with archive(duckdb_uri) as (store, settings):
        report = load(store, settings, write(tmp_path, "a.csv", row), **MAPPING)
        assert len(content(store)["Material"]) == 3
    assert "row 2" in report.remarks[0]


def test_an_unknown_stage_stays_as_an_attribute(duckdb_uri: str, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("case:concept:name,concept:name,step\nA,a,受理\nA,b,预审\n", encoding="utf-8")
    with archive(duckdb_uri) as (store, settings):
        load(store, settings, path, columns={"stage": "step"})
        answer = chain(store, LOCAL_OPERATOR, "A")
    assert [(e.stage, e.attributes) for e in answer.events] == [("acceptance", {}), (None, {"step": "预审"})]


@pytest.mark.parametrize("row", ["1,A,受理,2024-01-01,,,,,,,\n", "1,A,受理,2024-01-01,,,1234,,,,\n"])
def test_empty_cells_name_nobody(duckdb_uri: str, tmp_path: Path, row: str) -> None:
    with archive(duckdb_uri) as (store, settings):
        load(store, settings, write(tmp_path, "a.csv", row), **MAPPING)
        held = content(store)
    assert not held["Person"] and not held["Fact"] and not held["Material"]
