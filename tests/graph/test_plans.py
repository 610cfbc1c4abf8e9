"""Questions about one key stay flat when the archive grows: no plan of theirs reads a large table or label whole."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import neo4j
import pytest

from graph import duckdb_statements, neo4j_statements
from graph.duckdb_store import DuckDBStore
from graph.query_files import names, query
from graph.schema import NODE, NODES, RELATIONSHIPS, Relationship
from tests import neo4j_server
from tests.archives import archive

# The pairs that questions about one key run, with keys as few and as many as one answer has. A new question adds its
# own here.
ONE = ["s:17"]
SOME = [f"s:{number}" for number in range(17, 57)]
SINGLE_KEY: dict[str, tuple[dict[str, Any], ...]] = {
    "audit/applicants": ({"ids": ONE, "load": 2}, {"ids": SOME, "load": 2}),
    "audit/event_links": ({"ids": ONE, "load": 2}, {"ids": SOME, "load": 2}),
    "audit/event_parties": ({"ids": ONE, "load": 2}, {"ids": SOME, "load": 2}),
    "audit/event_records": ({"ids": ONE, "load": 2}, {"ids": SOME, "load": 2}),
    "audit/origins": ({"ids": ONE, "load": 2}, {"ids": SOME, "load": 2}),
    "conformance/material_facts": ({"ids": ONE, "load": 2}, {"ids": SOME, "load": 2}),
    "digitisation/copies": ({"ids": ONE, "load": 2}, {"ids": SOME, "load": 2}),
    "dossier/about": ({"ids": ONE, "load": 2}, {"ids": SOME, "load": 2}),
    "dossier/applied": ({"ids": ONE, "load": 2}, {"ids": SOME, "load": 2}),
    "dossier/boxes": ({"ids": ONE, "load": 2}, {"ids": SOME, "load": 2}),
    "dossier/case_events": ({"ids": ONE, "load": 2}, {"ids": SOME, "load": 2}),
    "dossier/cases_of_persons": ({"ids": ONE, "load": 2}, {"ids": SOME, "load": 2}),
    "dossier/concerns": ({"ids": ONE, "load": 2}, {"ids": SOME, "load": 2}),
    "dossier/decisions": ({"ids": ONE, "load": 2}, {"ids": SOME, "load": 2}),
    "dossier/event_cases": ({"ids": ONE, "load": 2}, {"ids": SOME, "load": 2}),
    "dossier/event_materials": ({"ids": ONE, "load": 2}, {"ids": SOME, "load": 2}),
    "dossier/filed": ({"ids": ONE, "load": 2}, {"ids": SOME, "load": 2}),
    "dossier/material_events": ({"ids": ONE, "load": 2}, {"ids": SOME, "load": 2}),
    "dossier/material_links": ({"ids": ONE, "load": 2}, {"ids": SOME, "load": 2}),
    "dossier/paid": ({"ids": ONE, "load": 2}, {"ids": SOME, "load": 2}),
    "dossier/received": ({"ids": ONE, "load": 2}, {"ids": SOME, "load": 2}),
    "dossier/rooms": ({"ids": ONE, "load": 2}, {"ids": SOME, "load": 2}),
    "dossier/same_as": ({"ids": ONE, "load": 2}, {"ids": SOME, "load": 2}),
    "dossier/shelves": ({"ids": ONE, "load": 2}, {"ids": SOME, "load": 2}),
    "dossier/stated_by": ({"ids": ONE, "load": 2}, {"ids": SOME, "load": 2}),
    "matter/cases": ({"ids": ONE, "load": 2}, {"ids": SOME, "load": 2}),
    "matter/of_cases": ({"ids": ONE, "load": 2}, {"ids": SOME, "load": 2}),
    "people/acts": ({"ids": ONE, "load": 2}, {"ids": SOME, "load": 2}),
    "people/handled": ({"ids": ONE, "load": 2}, {"ids": SOME, "load": 2}),
    "people/staff": ({"ids": ONE, "load": 2}, {"ids": SOME, "load": 2}),
    # The links to persons and organisations are those of a later load.
    "people/touched": ({"ids": ["s:19"], "load": 3}, {"ids": SOME, "load": 3}),
    "finance/payees": ({"ids": ["s:19"], "load": 3}, {"ids": SOME, "load": 3}),
    "reuse/required": ({"ids": ONE, "load": 2}, {"ids": SOME, "load": 2}),
    "storeroom/contents": ({"ids": ONE, "load": 2}, {"ids": SOME, "load": 2}),
    "audit/versions": ({"ids": ONE, "load": 2}, {"ids": SOME, "load": 2}),
}
# What they read the contents of, by id.
CONTENTS = tuple(node.label for node in NODES if node.kind in {"asserted", "decided"})

EVENTS = 300_000
OTHERS = 20_000
LARGE = {"Event", "IN_CASE", "BY", "IN_UNIT", "NEXT"}
# Which of its ends a type has here, where questions do not ask for the first.
ASKED_ENDS = {"DECIDES": ("Decision", "Fact")}
# There are few of them in any archive.
SMALL = {"Load", "Archive"}


def test_every_question_of_a_dossier_is_here() -> None:
    dossier = {name for name in names("duckdb") if name.startswith("dossier/")}
    assert {name for name in dossier if "$ids" in query("duckdb", name)} <= set(SINGLE_KEY)


def _count(name: str) -> int:
    return EVENTS if name in LARGE else OTHERS


def _nodes(label: str) -> str:
    clock = {"Version": "of_id, from_load, to_load, source_row", "Finding": "rule, load"}.get(label, "load, since")
    values = "'s:' || i, 1, 3 + i % 2, nullif(i % 4, 0)" if label == "Version" else "1, 1"
    return (
        f"INSERT INTO \"{label}\" (id, {clock}) SELECT 's:' || i, {values} FROM range({_count(label)}) AS numbers(i)"
    )


def _links(link: Relationship) -> str:
    """Each record is linked to some other; five of them to each, as a case has events.

    Loads, withdrawals and, where a type has several, labels differ: DuckDB leaves out what is the same in all rows,
    and a statement that uses an index without a condition may read the table with it.
    """
    from_label, to_label = ASKED_ENDS.get(link.type, link.ends[0])
    other_from, other_to = link.ends[-1]
    clock = {"load": "CASE WHEN i % 5 = 4 THEN 3 ELSE 1 END"}
    if link.kind != "derived":
        clock["withdrawn"] = "CASE WHEN i % 7 = 0 THEN 2 END"
    return (
        f'INSERT INTO "{link.type}" (from_label, from_id, to_label, to_id, {", ".join(clock)}) '
        f"SELECT CASE WHEN i % 10 = 9 THEN '{other_from}' ELSE '{from_label}' END, 's:' || i, "
        f"CASE WHEN i % 10 = 9 THEN '{other_to}' ELSE '{to_label}' END, 's:' || i // 5, {', '.join(clock.values())} "
        f"FROM range({_count(link.type)}) AS numbers(i)"
    )


@pytest.fixture(scope="module")
def large_store() -> Iterator[DuckDBStore]:
    """An embedded store in which every table but those of `SMALL` has many rows."""
    with archive("duckdb:///:memory:", duckdb_memory="2GB") as (store, _):
        assert isinstance(store, DuckDBStore)
        store.prepare()
        for node in NODES:
            if node.label not in SMALL:
                store.cursor().execute(_nodes(node.label))
        for link in RELATIONSHIPS:
            store.cursor().execute(_links(link))
        yield store


def _scans(plan: Any) -> Iterator[tuple[str, str]]:
    """The tables that a plan reads, each with how."""
    if isinstance(plan, list):
        for one in plan:
            yield from _scans(one)
    elif isinstance(plan, dict):
        said = plan.get("extra_info") or {}
        if "Table" in said:
            yield said["Table"].split(".")[-1].strip('"'), said["Type"]
        for one in plan.values():
            yield from _scans(one)


def _read_whole(store: DuckDBStore, text: str, params: dict[str, Any]) -> tuple[set[str], set[str]]:
    """The tables that a statement reads, and those of them that it reads whole.

    Whether a list of keys goes through the index is settled when the statement runs, so it is run.
    """
    rows = store.cursor().execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {text}", params).fetchall()
    scans = list(_scans(json.loads(rows[0][1])))
    return {table for table, _ in scans}, {table for table, how in scans if how != "Index Scan"} - SMALL


@pytest.mark.parametrize("name", SINGLE_KEY)
def test_no_table_is_read_whole(large_store: DuckDBStore, name: str) -> None:
    for params in SINGLE_KEY[name]:
        assert large_store.read(name, **params), f"{name} finds nothing, so that its plan says nothing"
        tables, whole = _read_whole(large_store, query("duckdb", name), params)
        assert tables
        assert not whole, f"{name} with {params} reads {sorted(whole)} whole"


@pytest.mark.parametrize("label", CONTENTS)
def test_contents_are_found_by_the_index(large_store: DuckDBStore, label: str) -> None:
    text = duckdb_statements.select_nodes(label, "WHERE n.id IN $ids")
    for ids in (ONE, SOME):
        assert len(large_store.contents(label, ids)) == len(ids)
        assert _read_whole(large_store, text, {"ids": ids}) == ({label}, set())


def test_a_table_that_is_read_whole_is_found_out(large_store: DuckDBStore) -> None:
    tables, whole = _read_whole(large_store, query("duckdb", "audit/activities"), {"load": 2})
    assert (tables, whole) == ({"Event"}, {"Event"})


def _operators(plan: dict[str, Any]) -> Iterator[str]:
    yield plan["operatorType"].partition("@")[0]
    for child in plan.get("children", ()):
        yield from _operators(child)


def _scanned(driver: neo4j.Driver, text: str, params: dict[str, Any]) -> list[str]:
    """The steps of a plan that read all nodes, a label, a relationship type or an index whole."""
    # A server that keeps its plans may have one for another database than this empty one.
    statement: Any = f"CYPHER replan=force EXPLAIN {text}"
    plan = driver.execute_query(statement, params, database_=neo4j_server.DATABASE).summary.plan
    assert plan is not None
    return [operator for operator in _operators(plan) if operator.endswith("Scan")]


@pytest.mark.neo4j
def test_no_label_is_read_whole(empty_neo4j: str, neo4j_driver: neo4j.Driver) -> None:
    with archive(empty_neo4j) as (store, _):
        store.prepare()
    for name, several in SINGLE_KEY.items():
        assert not _scanned(neo4j_driver, query("neo4j", name), several[0]), name
    for label in CONTENTS:
        assert label in NODE
        assert not _scanned(neo4j_driver, neo4j_statements.select_nodes(label), {"ids": ONE}), label
    whole = _scanned(neo4j_driver, query("neo4j", "audit/activities"), {"load": 2})
    assert whole in (["NodeByLabelScan"], ["NodeIndexScan"])


@pytest.mark.neo4j
def test_a_page_that_goes_on_after_an_id_is_found_by_the_index_on_neo4j(
    empty_neo4j: str, neo4j_driver: neo4j.Driver
) -> None:
    """Where the index is read whole, > goes by UTF-16 unit, and ORDER BY by code point: rows would be missed."""
    with archive(empty_neo4j) as (store, _):
        store.prepare()
    going_on = [name for name in names("neo4j") if ".id > $after" in query("neo4j", name)]
    assert len(going_on) > 10
    for name in going_on:
        statement: Any = f"CYPHER replan=force EXPLAIN {query('neo4j', name)}"
        plan = neo4j_driver.execute_query(statement, {"after": ""}, database_=neo4j_server.DATABASE).summary.plan
        assert plan is not None
        sought = {operator for operator in _operators(plan) if operator.endswith("SeekByRange")}
        assert sought, name
