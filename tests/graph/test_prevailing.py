"""Which statement prevails, by each step of the rule, and what contradicts."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest

from graph.prevailing import STATEMENTS, contradicted, display_values, ranked

_ROW: dict[str, Any] = dict.fromkeys(STATEMENTS.names)


def statements(*rows: dict[str, Any]) -> pa.Table:
    whole = [{**_ROW, "subject_id": "p", "field": "name", "since": 1, **row} for row in rows]
    return pa.Table.from_pylist(whole, schema=STATEMENTS)


A: dict[str, Any] = {"fact_id": "a", "value": "甲"}
B: dict[str, Any] = {"fact_id": "b", "value": "乙"}


@pytest.mark.parametrize(
    ("rows", "first", "by"),
    [
        ([A], "a", "only"),
        ([A, {**B, "value": " 甲 "}], "a", "only"),
        ([{**A, "stated_at": 9, "since": 9}, {**B, "decided_at": 1}], "b", "decision"),
        ([{**A, "decided_at": 2}, {**B, "decided_at": 3}], "b", "decision"),
        ([{**A, "stated_at": 1}, {**B, "stated_at": 2}], "b", "latest"),
        ([{**A, "event_at": 1}, {**B}], "a", "latest"),
        ([{**A, "stated_at": 0, "event_at": 9}, {**B, "event_at": 1}], "b", "latest"),
        ([{**A, "material_date": "19991200"}, {**B, "material_date": "2000"}], "b", "latest"),
        (
            [
                {**A, "stated_by": "Material", "material_form": "copy"},
                {**B, "stated_by": "Material", "material_form": "e-licence"},
            ],
            "b",
            "rank",
        ),
        ([{**A, "stated_by": "Event"}, {**B, "stated_by": "Material"}], "b", "rank"),
        ([{**A, "stated_by": "Event"}, B], "a", "rank"),
        ([{**A, "since": 1}, {**B, "since": 2}], "b", "load"),
        ([A, B], "a", "tie"),
        ([{**A, "event_at": 1}, {**A, "event_at": 5, "stated_by": "Event"}, {**B, "event_at": 3}], "a", "latest"),
    ],
)
def test_each_step_of_the_rule(rows: list[dict[str, Any]], first: str, by: str) -> None:
    order = ranked(statements(*rows)).to_pylist()
    assert (order[0]["fact_id"], order[0]["by"], order[0]["first"]) == (first, by, True)
    assert len(order) == len({row["fact_id"] for row in rows})
    assert [row["by"] for row in order[1:]] == [None] * (len(order) - 1)


def test_subjects_and_fields_do_not_mix() -> None:
    rows = [{**A, "subject_id": s, "field": f, "fact_id": s + f} for s in ("p", "q") for f in ("name", "gender")]
    order = ranked(statements(*rows)).to_pylist()
    assert all(r["first"] for r in order)
    assert {(r["subject_id"], r["field"]) for r in order} == {(r["subject_id"], r["field"]) for r in rows}


def test_no_statements_have_no_order() -> None:
    assert ranked(STATEMENTS.empty_table()).num_rows == 0


@pytest.mark.parametrize(
    ("field", "values", "expected"),
    [
        ("name", ["张三", "张山"], True),
        ("name", ["张三", "张 三", None], False),
        ("employer", ["一厂", "二厂"], False),
        ("id_no", ["110105491231002", "11010519491231002x"], False),
        ("id_no", ["110105194912310029", "11010519491231002X"], True),
        ("birth_date", ["1949-12-31", "19491231", "194912", "1949"], False),
        ("birth_date", ["19491231", "19491230", "1949"], True),
        ("birth_date", ["194911", "19491231"], True),
        ("gender", ["男", "女"], True),
    ],
)
def test_what_contradicts(field: str, values: list[str | None], expected: bool) -> None:
    assert contradicted(field, values) is expected


def test_the_values_that_persons_are_shown_with() -> None:
    rows = [
        {**A, "subject_id": "p", "stated_at": 1},
        {**B, "subject_id": "p", "stated_at": 2},
        {"subject_id": "q", "field": "id_no", "fact_id": "n", "value": "110105491231002"},
    ]
    table = display_values("Person", pa.array(["q", "p", "r"]), statements(*rows))
    assert table.column_names == ["id", "name", "id_no", "gender", "birth_date"]
    assert table.to_pylist() == [
        {"id": "q", "name": None, "id_no": "11010519491231002X", "gender": None, "birth_date": None},
        {"id": "p", "name": "乙", "id_no": None, "gender": None, "birth_date": None},
        {"id": "r", "name": None, "id_no": None, "gender": None, "birth_date": None},
    ]
