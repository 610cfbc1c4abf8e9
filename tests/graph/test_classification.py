"""Types of materials by exact name or synonym, and the standards that cases are under."""

from __future__ import annotations

import pyarrow as pa

from graph.classification import Found, of_type_links, titles_of_types, type_of
from graph.items import under_links
from tests.graph.sample import ms

TYPES = [
    ("id-card", "居民身份证", '["身份证", "证件"]'),
    ("licence", "营业执照", '["证件", "居民身份证"]'),
    ("form", "Form A", None),
]


def test_a_name_goes_before_a_synonym_and_an_ambiguous_title_names_none() -> None:
    titles = titles_of_types(TYPES)
    assert type_of("居民 身份证", titles) == Found("id-card", "name")
    assert type_of("身份证", titles) == Found("id-card", "synonym")
    assert type_of("ｆorm a", titles) == Found("form", "name")
    assert type_of("证件", titles) is None
    assert type_of("居民身份证(复印件)一份", titles) == Found("id-card", "term", 0.95)
    assert type_of(None, titles) is None


def test_links_of_many_materials() -> None:
    materials = pa.table({"id": ["a", "b", "c", "d"], "title": ["身份证", "其他", None, "营业执照"]})
    found = of_type_links(materials, titles_of_types(TYPES), {"b": Found("form", "decision")}).to_pylist()
    assert [(row["from_id"], row["to_id"], row["method"], row["confidence"]) for row in found] == [
        ("a", "id-card", "synonym", 1.0),
        ("b", "form", "decision", 1.0),
        ("d", "licence", "name", 1.0),
    ]


def test_a_case_is_under_the_version_in_force_at_its_acceptance() -> None:
    versions = [
        ("card@2022-01-01", "card", "补换", "2022-01-01"),
        ("card@2000-01-01", "card", "补换", "2000-01-01"),
        ("x@2000-01-01", "x", "同名", "2000-01-01"),
        ("y@2000-01-01", "y", "同名", "2000-01-01"),
    ]
    rows = [
        ("before", "card", ms("1999-12-31T23:59"), None),
        ("first", "card", ms("2021-12-31T23:59"), ms("2023-01-01T00:00")),
        ("second", "补 换", None, ms("2022-01-01T00:00")),
        ("undated", "card", None, None),
        ("no item", None, ms("2022-01-01T00:00"), None),
        ("ambiguous", "同名", ms("2022-01-01T00:00"), None),
        ("by id", "y", ms("2022-01-01T00:00"), None),
    ]
    names = ("id", "item_id", "accepted_at", "opened_at")
    schema = pa.schema([(n, pa.string() if n in names[:2] else pa.int64()) for n in names])
    cases = pa.Table.from_pylist([dict(zip(names, row, strict=True)) for row in rows], schema=schema)
    found = under_links(cases, versions).to_pylist()
    assert {(row["from_id"], row["to_id"]) for row in found} == {
        ("first", "card@2000-01-01"),
        ("second", "card@2022-01-01"),
        ("by id", "y@2000-01-01"),
    }
