"""Each pair of query files gives the same answers on both engines, row for row."""

from __future__ import annotations

import datetime as dt
import random
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import neo4j
import pytest
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from graph import clock, duckdb_statements
from graph.cases import CaseFilter, cases
from graph.chain import Chain, chain
from graph.duckdb_store import DuckDBStore
from graph.errors import Ambiguous, NotFound
from graph.kept import forget
from graph.neo4j_store import Neo4jStore
from graph.query_files import columns, header, names, query
from graph.schema import NODES, RELATIONSHIPS, SCHEMA_VERSION, Node, Relationship, clock_of
from graph.status import status
from graph.store import Row, Store
from graph.viewer import LOCAL_OPERATOR
from tests import neo4j_server
from tests.archives import archive
from tests.graph.histories import (
    DAY,
    HOLDER,
    IDS,
    NOON,
    History,
    OpenWrites,
    histories,
    written,
)
from tests.graph.history_by_hand import BY_HAND, LAST_DONE
from tests.graph.pairs import PAIRS, Pair, Params

pytestmark = pytest.mark.neo4j
EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
# Drawn at random or read from the engine's own clock, or a lock's mark; of no meaning to a question.
ASIDE = {"salt", "withdrawal_salt", "made_at", "turn"}


class Both:
    """A DuckDB store and a Neo4j store that are given the same and asked the same."""

    def __init__(self, duckdb: DuckDBStore, on_neo4j: Neo4jStore) -> None:
        self.duckdb = duckdb
        self.neo4j = on_neo4j

    def ask(self, name: str, params: Params) -> list[Row]:
        """The rows of both, which are to be the same in values, types, order and number of columns."""
        act = "write" if PAIRS[name].kind == "write" else "read"
        rows = getattr(self.duckdb, act)(name, **params)
        others = getattr(self.neo4j, act)(name, **params)
        assert _typed(rows) == _nearly(_typed(others)), f"{name} {params}"
        width = len(_columns(name))
        assert all(len(row) == width for row in rows), f"{name} has other columns than its header says"
        return rows

    def hold_the_same(self) -> None:
        assert _held_by_duckdb(self.duckdb) == _held_by_neo4j(self.neo4j)


def _typed(rows: list[Row]) -> list[list[tuple[str, Any]]]:
    return [[(type(value).__name__, value) for value in row] for row in rows]


def _nearly(rows: list[list[tuple[str, Any]]]) -> list[list[tuple[str, Any]]]:
    """The same, where a float is also equal to one that differs by rounding."""
    return [[(kind, pytest.approx(v, rel=0, abs=1e-9) if kind == "float" else v) for kind, v in row] for row in rows]


def _columns(name: str) -> list[str]:
    """The names of the columns, as the header says them."""
    return list(columns("duckdb", name))


def _held_by_duckdb(store: DuckDBStore) -> list[str]:
    """All that a store holds, one line a record or link, without nulls."""
    lines = []
    for declared in (*NODES, *RELATIONSHIPS):
        name, ends = _named(declared)
        properties = [p for p in (*declared.properties, *clock_of(declared)) if p.name not in ASIDE]
        columns = [f'epoch_ms("{p.name}")' if p.type == "instant" else f'"{p.name}"' for p in properties]
        rows = store.cursor().execute(f'SELECT {", ".join([*ends, *columns])} FROM "{name}"').fetchall()
        keys = [p.name for p in properties]
        lines += [_line(name, row[: len(ends)], dict(zip(keys, row[len(ends) :], strict=True))) for row in rows]
    return sorted(lines)


def _named(declared: Node | Relationship) -> tuple[str, list[str]]:
    if isinstance(declared, Node):
        return declared.label, ["id"]
    return declared.type, list(duckdb_statements.ENDS)


def _held_by_neo4j(store: Neo4jStore) -> list[str]:
    nodes = store.run("MATCH (n) RETURN labels(n)[0], n.id, properties(n)", {})
    links = store.run("MATCH (a)-[r]->(b) RETURN type(r), labels(a)[0], a.id, labels(b)[0], b.id, properties(r)", {})
    lines = [_line(name, ends, _plain(properties)) for name, *ends, properties in (*nodes, *links)]
    return sorted(lines)


def _plain(properties: dict[str, Any]) -> dict[str, Any]:
    kept = {name: value for name, value in properties.items() if name not in ASIDE and name != "id"}
    return {name: _epoch_ms(v) if isinstance(v, neo4j.time.DateTime) else v for name, v in kept.items()}


def _epoch_ms(instant: neo4j.time.DateTime) -> int:
    return (instant.to_native() - EPOCH) // dt.timedelta(milliseconds=1)


def _line(name: str, ends: Any, properties: dict[str, Any]) -> str:
    said = sorted((key, value) for key, value in properties.items() if value is not None)
    return f"{name} {tuple(ends)} {said}"


@pytest.fixture(scope="module")
def prepared_neo4j(neo4j_uri: str, neo4j_driver: neo4j.Driver) -> Iterator[Neo4jStore]:
    """A store on Neo4j with its constraints, for the whole file; the tests empty it of nodes only."""
    neo4j_server.empty_archive(neo4j_driver)
    with archive(neo4j_uri, lease=DAY / 1000) as (store, _):
        assert isinstance(store, Neo4jStore)
        store.prepare()
        yield store
    neo4j_server.empty_archive(neo4j_driver)


@contextmanager
def both_holding(on_neo4j: Neo4jStore, history: History) -> Iterator[tuple[Both, list[OpenWrites]]]:
    """Both stores with a history in them, and on each the load that it left open."""
    on_neo4j.auto_commit("MATCH (n) DETACH DELETE n", {})
    forget(on_neo4j)
    on_neo4j.write("clock/make_archive", schema_version=SCHEMA_VERSION)
    with archive("duckdb:///:memory:", duckdb_threads=1) as (embedded, settings):
        assert isinstance(embedded, DuckDBStore)
        embedded.prepare()
        with (
            written(embedded, settings, history) as left,
            written(on_neo4j, on_neo4j.settings, history) as other,
        ):
            yield Both(embedded, on_neo4j), [one for one in (left, other) if one]


def _reads(*kinds: str) -> dict[str, Pair]:
    return {name: pair for name, pair in PAIRS.items() if pair.kind in kinds}


def test_each_pair_is_asked_with_all_of_its_parameters() -> None:
    assert sorted(PAIRS) == names("duckdb") == names("neo4j"), "add the new pair to tests/graph/pairs.py"
    for name, pair in PAIRS.items():
        said = [line for line in header("duckdb", name) if not line.startswith("Columns")]
        assert set(pair.choices) == set(re.findall(r"\$(\w+)", " ".join(said))), name


def test_the_columns_are_those_of_the_header(prepared_neo4j: Neo4jStore, neo4j_driver: neo4j.Driver) -> None:
    with both_holding(prepared_neo4j, ()) as (both, _):
        for name, pair in PAIRS.items():
            params = pair.one_by_one()[0]
            cursor = both.duckdb.cursor()
            cursor.execute("BEGIN")
            described = cursor.execute(query("duckdb", name), params).description
            cursor.execute("ROLLBACK")
            assert pair.kind == "write" or [column[0] for column in described] == _columns(name), name
            text: Any = f"EXPLAIN {query('neo4j', name)}"
            planned = neo4j_driver.execute_query(text, params, database_=neo4j_server.DATABASE)
            assert planned.keys == _columns(name), name


def test_a_graph_made_by_hand(prepared_neo4j: Neo4jStore) -> None:
    """While a load is open, after it was abandoned, and through everything that writes."""
    with both_holding(prepared_neo4j, BY_HAND) as (both, left):
        for name, pair in _reads("pinned").items():
            for params in pair.mixed(8):
                both.ask(name, _done(params, LAST_DONE))
        _questions_agree(both)
        for one in left:
            one.give_up()
        both.hold_the_same()
        _questions_agree(both)
        hits = {
            name for name, pair in _reads("pinned", "derivation").items() for p in _choices(pair) if both.ask(name, p)
        }
        hits |= _written_alike(both)
        assert hits == set(PAIRS), "nothing that a pair is asked gives a row"


def _choices(pair: Pair) -> list[Params]:
    return [*pair.one_by_one(), *pair.mixed(5)]


def _done(params: Params, last: int) -> Params:
    """What may be asked while a load is open: no load after the last done one."""
    return {**params, "load": min(params["load"], last)} if "load" in params else params


# The life of two loads after those of the history, 6 and 7, and of a new archive, pair by pair, each of which does
# something.
WRITTEN_BY_HAND: tuple[tuple[str, Params], ...] = (
    ("clock/keep_fingerprint", {}),
    ("clock/keep_ledger", {}),
    ("clock/ledger", {}),
    ("clock/open_load", {}),
    ("clock/open_loads", {}),
    ("clock/is_held", {"number": 6}),
    ("clock/renew_load", {"number": 6, "holder": "another", "from_holder": HOLDER}),
    ("clock/mark_changes", {"number": 6, "holder": "another", "changes": "applied"}),
    ("clock/changing", {}),
    ("clock/finish_load", {"number": 6, "holder": "another", "now": NOON - DAY}),
    ("clock/open_load", {"header": '{"列":["a"]}'}),
    ("clock/abandon_load", {"number": 7}),
    ("derive/forget_next", {"ids": [IDS[0], IDS[0]], "load": 99}),
)


def _written_alike(both: Both) -> set[str]:
    """Asks all that writes, first in an order that makes sense, then in any; gives the pairs that did something."""
    for name, said in WRITTEN_BY_HAND:
        assert both.ask(name, {**PAIRS[name].one_by_one()[0], **said}), f"{name} {said} does nothing"
        both.hold_the_same()
    asked = [(name, params) for name, pair in _reads("write").items() for params in pair.mixed(6)]
    random.Random(5).shuffle(asked)
    for name, params in asked:
        both.ask(name, params)
    both.hold_the_same()
    both.duckdb.cursor().execute('DELETE FROM "Archive"')
    both.neo4j.run("MATCH (a:Archive) DELETE a", {}, write=True)
    assert both.ask("clock/make_archive", {"schema_version": SCHEMA_VERSION})
    assert both.ask("clock/keep_fingerprint", {"fingerprint": "f3"}) and both.ask("clock/fingerprint", {})
    assert both.ask("clock/keep_ledger", {"ledger": "e+3+f"}) and both.ask("clock/ledger", {})
    both.hold_the_same()
    return {"clock/make_archive", "clock/fingerprint", *(name for name, _ in WRITTEN_BY_HAND)}


def _questions_agree(both: Both) -> None:
    """The questions that are made of the pairs: each case then and now, the list, the status."""
    committed = [load.committed_at for load in clock.loads(both.duckdb)]
    for case in (*IDS, "1", "missing"):
        for at in (None, *(at for at in committed if at is not None)):
            assert _chain(both.duckdb, case, at) == _chain(both.neo4j, case, at)
    page = [cases(store, LOCAL_OPERATOR, CaseFilter()) for store in (both.duckdb, both.neo4j)]
    assert page[0] == page[1]
    ours, theirs = (status(store, LOCAL_OPERATOR) for store in (both.duckdb, both.neo4j))
    assert ours.model_copy(update={"store": "", "engine": ""}) == theirs.model_copy(
        update={"store": "", "engine": ""}
    )


def _chain(store: Store, case: str, at: int | None) -> Chain | str:
    try:
        return chain(store, LOCAL_OPERATOR, case, at)
    except (NotFound, Ambiguous) as error:
        return str(error)


# Each graph is asked by a third of the pairs: Neo4j plans a statement anew for each graph.
ASKED = st.fixed_dictionaries(
    {
        name: st.one_of(st.just([]), st.just([]), st.lists(pair.drawn(), min_size=1, max_size=1))
        for name, pair in _reads("pinned", "derivation").items()
    }
)
WRITTEN = st.lists(
    st.one_of([st.tuples(st.just(name), pair.drawn()) for name, pair in _reads("write").items()]), max_size=4
)
GENERATED: dict[str, Any] = {
    "derandomize": True,
    "deadline": None,
    "database": None,
    # A failing graph is small as it is; to make it smaller takes minutes on two engines.
    "phases": (Phase.explicit, Phase.generate),
    "suppress_health_check": [HealthCheck.too_slow, HealthCheck.data_too_large],
}


def _alike(on_neo4j: Neo4jStore, history: History, asked: dict[str, list[Params]], writes: list[Any]) -> None:
    with both_holding(on_neo4j, history) as (both, left):
        last = clock.last_done(both.duckdb)
        if left:
            for name in _reads("pinned"):
                for params in asked[name]:
                    both.ask(name, _done(params, last))
            _questions_agree(both)
            for one in left:
                one.give_up()
        for name, several in asked.items():
            for params in several:
                both.ask(name, params)
        _questions_agree(both)
        both.hold_the_same()
        for name, params in writes:
            both.ask(name, params)
        both.hold_the_same()


@examples(max_examples=3, **GENERATED)
@given(histories(), ASKED, WRITTEN)
def test_generated_graphs(
    prepared_neo4j: Neo4jStore, history: History, asked: dict[str, list[Params]], writes: list[Any]
) -> None:
    _alike(prepared_neo4j, history, asked, writes)


@pytest.mark.slow
@examples(max_examples=30, **GENERATED)
@given(histories(), ASKED, WRITTEN)
def test_many_generated_graphs(
    prepared_neo4j: Neo4jStore, history: History, asked: dict[str, list[Params]], writes: list[Any]
) -> None:
    _alike(prepared_neo4j, history, asked, writes)
