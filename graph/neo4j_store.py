"""The production store: Neo4j, asked in Cypher."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, TypeVar

import neo4j
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from neo4j.exceptions import AuthError, ConfigurationError, Neo4jError, ServiceUnavailable, SessionExpired

from graph import neo4j_statements as statements
from graph.errors import LoadLost, StoreError, StoreUnreachable, WrongSchema
from graph.identifiers import id_key
from graph.neo4j_snapshot import Neo4jSnapshot, read_by_ids
from graph.order import PLACED
from graph.query_files import in_order, order_once_read, query
from graph.schema import (
    NODE,
    NODES,
    RELATIONSHIP,
    RELATIONSHIPS,
    SCHEMA_VERSION,
    Node,
    Relationship,
    stated,
)
from graph.settings import Settings
from graph.snapshot_columns import link_schema, node_schema
from graph.store import Counts, Row, Snapshot, Writer
from graph.time_limits import time_left

Result = TypeVar("Result")
# Parameters by which a query is asked of some keys only.
_KEYS = frozenset({"ids", "actors"})
_DECLARED: tuple[Node | Relationship, ...] = (*RELATIONSHIPS, *NODES)


class Neo4jStore:
    """One driver for the process; every session names the database, reads and writes are managed."""

    engine = "neo4j"

    def __init__(self, settings: Settings) -> None:
        self.uri = settings.store
        self.settings = settings
        password = settings.neo4j_password
        auth = (settings.neo4j_user, password.get_secret_value()) if password else None
        try:
            self._driver = neo4j.GraphDatabase.driver(
                settings.store, auth=auth, notifications_min_severity="OFF", max_transaction_retry_time=30
            )
        except (ConfigurationError, ValueError) as error:
            raise self._unreachable(error) from error
        try:
            self._driver.verify_connectivity()
            self.read("clock/schema_version")
        except AuthError as error:
            self._driver.close()
            raise StoreUnreachable(
                f"Neo4j at {self.uri} refuses the user {settings.neo4j_user}.",
                "Check DOSSIER_NEO4J_USER and DOSSIER_NEO4J_PASSWORD.",
            ) from error
        except (Neo4jError, StoreError) as error:
            self._driver.close()
            raise StoreUnreachable(
                f"Neo4j at {self.uri} does not open the database {settings.neo4j_database}: {error}",
                "Check DOSSIER_NEO4J_DATABASE.",
            ) from error
        except (ServiceUnavailable, ConfigurationError, ValueError) as error:
            self._driver.close()
            raise self._unreachable(error) from error

    def _unreachable(self, error: Exception) -> StoreUnreachable:
        return StoreUnreachable(
            f"No Neo4j answers at {self.uri}: {error}", "Start it, or check the address in DOSSIER_STORE."
        )

    @contextmanager
    def _answering(self) -> Iterator[None]:
        """Says what became of a statement that the server, after the driver's retries, did not carry out."""
        try:
            yield
        except (ServiceUnavailable, SessionExpired) as error:
            raise StoreUnreachable(
                "Neo4j at {uri} does not answer any more: {reason}",
                "Start it again; a load that was open is finished by loading its file again.",
                uri=self.uri,
                reason=error,
            ) from error
        except Neo4jError as error:
            time_left()
            memory = "Memory" in (error.code or "")
            raise StoreError(
                "Neo4j at {uri} did not carry out a statement: {reason}",
                "Raise dbms.memory.transaction.total.max and the heap, or load the file in parts."
                if memory
                else "Look into its log; a load that was open is finished by loading its file again.",
                uri=self.uri,
                reason=error.message or error,
            ) from error

    def _session(self) -> neo4j.Session:
        return self._driver.session(database=self.settings.neo4j_database)

    def run(self, text: str, params: dict[str, Any], *, write: bool = False) -> list[Row]:
        """Rows of one statement in a managed transaction, which the server ends when its time is up."""

        @neo4j.unit_of_work(timeout=time_left())
        def work(tx: neo4j.ManagedTransaction) -> list[Row]:
            return [tuple(record.values()) for record in tx.run(text, params)]

        with self._answering(), self._session() as session:
            return session.execute_write(work) if write else session.execute_read(work)

    def auto_commit(self, text: str, params: dict[str, Any]) -> None:
        """Runs a statement that manages its own transactions."""
        with self._answering(), self._session() as session:
            session.run(text, params).consume()

    def managed(self, work: Callable[[neo4j.ManagedTransaction], Result]) -> Result:
        """Runs `work` in a managed write transaction, again after a deadlock."""
        with self._answering(), self._session() as session:
            return session.execute_write(work)

    def exists(self) -> bool:
        versions = self.read("clock/schema_version")
        for (version,) in versions:
            if version != SCHEMA_VERSION:
                raise WrongSchema(
                    "The store {path} has schema version {version}; this program needs {needed}.",
                    "Use the program that made it, or load the sources into a new database.",
                    path=self.uri,
                    version=version,
                    needed=SCHEMA_VERSION,
                )
        return bool(versions)

    def prepare(self) -> None:
        if self.exists():
            return
        there = {name for (name,) in self.run(statements.INDEXES, {})}
        for name, statement in statements.constraints().items():
            if name not in there:
                self.auto_commit(statement, {})
        self.auto_commit(statements.AWAIT_INDEXES, {})
        self.write("clock/make_archive", schema_version=SCHEMA_VERSION)

    def read(self, name: str, **params: Any) -> list[Row]:
        return in_order(self.engine, name, self.run(query(self.engine, name), params))

    def table(self, name: str, schema: pa.Schema, **params: Any) -> pa.Table:
        if _KEYS.isdisjoint(params):
            return _table(self.read(name, **params), schema)
        portions = self.run(statements.in_columns(query(self.engine, name), schema.names), params)
        table = _joined(portions, schema)
        by = order_once_read(self.engine, name)
        return table.sort_by([(column, "ascending") for column in by]) if by else table

    def write(self, name: str, **params: Any) -> list[Row]:
        return self.run(query(self.engine, name), params, write=True)

    def contents(self, label: str, ids: Sequence[str], names: Collection[str] | None = None) -> list[dict[str, Any]]:
        columns = ["id", *(p.name for p in stated(NODE[label], names))]
        rows = self.run(statements.select_nodes(label, names), {"ids": list(dict.fromkeys(ids))})
        return [dict(zip(columns, row, strict=True)) for row in rows]

    def counts(self, load: int) -> Counts:
        def all_of(declared: Any) -> dict[str, int]:
            return {name: self.run(statements.count(each), {"load": load})[0][0] for name, each in declared}

        return Counts(
            all_of((n.label, n) for n in NODES if n.label != "Archive"),
            all_of((r.type, r) for r in RELATIONSHIPS),
        )

    def writer(self, load: int, holder: str, *, resumed: bool) -> Writer:
        if resumed:
            self.put_back_withdrawn(load)
        return Neo4jWriter(self, load, holder, resumed=resumed)

    def snapshot(self) -> Snapshot:
        return Neo4jSnapshot(self._session, self.run)

    def take_back(self, load: int) -> None:
        self.put_back_withdrawn(load)
        self.auto_commit(statements.drop_gapped(), {"load": load})
        for one in _DECLARED:
            if one.kind != "clock" or one is NODE["Version"]:
                self.auto_commit(statements.drop(one), {"load": load})

    def expect_erasure(self) -> None:
        """Nothing: the files are the server's."""

    def clear_erased(self) -> bool:
        return False  # No query reaches what was erased; docs/erasure.md says how the server's files are cleared.

    def put_back_withdrawn(self, load: int) -> None:
        """Lets what a load that is not done has withdrawn stand again."""
        for one in _DECLARED:
            if one.kind in {"asserted", "decided"}:
                self.auto_commit(statements.restore(one), {"load": load})

    def close(self) -> None:
        self._driver.close()


def _table(rows: list[Row], schema: pa.Schema) -> pa.Table:
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(schema)
    arrays = [pa.array(column, field.type) for column, field in zip(columns, schema, strict=True)]
    return pa.Table.from_arrays(arrays, schema=schema)


def _joined(portions: list[Row], schema: pa.Schema) -> pa.Table:
    """One table of portions, each a list for each column."""
    columns = [
        pa.chunked_array([pa.array(portion[place], field.type) for portion in portions], field.type)
        for place, field in enumerate(schema)
    ]
    return pa.Table.from_arrays(columns, schema=schema)


def _together(links: pa.Table) -> pa.Table:
    """Links with those to one node side by side, where many lead to few.

    A new link locks both its nodes. In the order of a file, all batches lead to the same actors and cases, and two
    workers wait for each other or, in a deadlock, start again.
    """
    encoded = links["to_id"].combine_chunks().dictionary_encode()
    if 2 * len(encoded.dictionary) > links.num_rows:
        return links
    return links.take(pa.array(np.argsort(encoded.indices.to_numpy(), kind="stable")))


class Neo4jWriter:
    """Writes an open load: what is new in batches, each tagged with its number, so that none is seen before.

    What changes in records and derived data that are seen already is kept back and written in the transaction
    that makes the load done, so that lists, which read it as it stands, see the load at once and whole.
    """

    def __init__(self, store: Neo4jStore, load: int, holder: str, *, resumed: bool) -> None:
        self.load = load
        self._resumed = resumed
        self._changes = "begun"
        self._forgotten: set[str] = set()
        self.written: Callable[[int], None] = lambda _: None
        self._store = store
        self._holder = holder
        self._pool = ThreadPoolExecutor(store.settings.neo4j_workers, thread_name_prefix="neo4j")
        self._empty: dict[str, bool] = {}
        self._at_commit: list[tuple[str, pa.Table, Sequence[str]]] = []

    def id_key(self) -> bytes:
        return id_key(self._store.settings, self._store, make=False)

    def _batches(self, table: pa.Table, columns: Sequence[str]) -> Iterator[list[list[Any]]]:
        size = self._store.settings.neo4j_batch
        for start in range(0, table.num_rows, size):
            part = table.slice(start, size)
            yield [list(row) for row in zip(*(part[name].to_pylist() for name in columns), strict=True)]

    def _write(self, text: str, rows: list[list[Any]]) -> list[Row]:
        def work(tx: neo4j.ManagedTransaction) -> list[Row]:
            held = tx.run(query("neo4j", "clock/is_held"), number=self.load, holder=self._holder).values()
            if not held:
                raise self._lost()
            return [tuple(r.values()) for r in tx.run(text, rows=rows, load=self.load)]

        return self._store.managed(work)

    def _lost(self) -> LoadLost:
        return LoadLost(f"Load {self.load} was taken over or abandoned while it ran.", "Look at `dossier loads`.")

    def _write_all(self, text: str, table: pa.Table, columns: Sequence[str]) -> list[Row]:
        """Writes in batches by all workers; at most two batches a worker wait, so memory stays bounded."""
        results: list[Row] = []
        waiting: list[Any] = []
        for rows in self._batches(table, columns):
            self.written(len(rows))
            waiting.append(self._pool.submit(self._write, text, rows))
            if len(waiting) > 2 * self._store.settings.neo4j_workers:
                results += waiting.pop(0).result()
        for future in waiting:
            results += future.result()
        return results

    def _is_empty(self, declared: Node | Relationship) -> bool:
        name = declared.label if isinstance(declared, Node) else declared.type
        if name not in self._empty:
            self._empty[name] = not self._store.run(statements.any_of(declared), {})
        return self._empty[name]

    def existing(self, label: str, ids: pa.Array) -> pa.Table:
        schema = node_schema(label)
        if self._is_empty(NODE[label]):
            return schema.empty_table()
        return self._read(statements.select_nodes(label), ids, schema)

    def read(self, name: str, **params: Any) -> list[Row]:
        return self._store.read(name, **params)

    def links_of(self, type_: str, owner: str, ids: pa.Array) -> pa.Table:
        return self._links_at(RELATIONSHIP[type_].stated_by or "from", type_, owner, ids)

    def links_to(self, type_: str, label: str, ids: pa.Array) -> pa.Table:
        return self._links_at("from" if RELATIONSHIP[type_].stated_by == "to" else "to", type_, label, ids)

    def _links_at(self, end: str, type_: str, label: str, ids: pa.Array) -> pa.Table:
        schema = link_schema(type_)
        if self._is_empty(RELATIONSHIP[type_]):
            return schema.empty_table()
        return self._read(statements.select_links(type_, label, end), ids, schema)

    def _read(self, text: str, ids: pa.Array, schema: pa.Schema) -> pa.Table:
        return read_by_ids(self._store.run, text, ids, schema)

    def new_nodes(self, label: str, table: pa.Table) -> None:
        self._write_all(statements.create_nodes(label), table, statements.node_columns(label))

    def change_nodes(self, label: str, table: pa.Table, versions: pa.Table) -> None:
        # Before the change itself, so that who reads meanwhile finds the content that is being replaced.
        self._write_all(statements.create_versions(), versions, statements.node_columns("Version"))
        self._later(statements.change_nodes(label), table, statements.node_columns(label))

    def withdraw_nodes(self, label: str, ids: pa.Array) -> None:
        self._write_all(statements.withdraw_nodes(label), pa.table({"id": ids}), ["id"])

    def _by_ends(self, table: pa.Table) -> Iterator[tuple[tuple[str, str], pa.Table]]:
        pairs = table.select(["from_label", "to_label"]).group_by(["from_label", "to_label"]).aggregate([])
        for pair in pairs.to_pylist():
            ends = (pair["from_label"], pair["to_label"])
            if pairs.num_rows == 1:
                yield ends, table
            else:
                mask = pc.and_(pc.equal(table["from_label"], ends[0]), pc.equal(table["to_label"], ends[1]))
                yield ends, table.filter(mask)

    def new_links(self, type_: str, table: pa.Table) -> None:
        for ends, part in self._by_ends(_together(table)):
            text = statements.create_links(type_, ends)
            made = sum(row[0] for row in self._write_all(text, part, statements.link_columns(type_)))
            if made != part.num_rows:
                raise StoreError(
                    f"{part.num_rows - made} of {part.num_rows} links {type_} have an end that is not in the store.",
                    "Load the file again; if it stays, run `dossier rebuild` and report it.",
                )

    def withdraw_links(self, type_: str, table: pa.Table) -> None:
        columns = ["from_id", "to_id", *(p.name for p in RELATIONSHIP[type_].properties), "withdrawal_salt"]
        for ends, part in self._by_ends(table):
            self._write_all(statements.withdraw_links(type_, ends), part, columns)

    def case_events(self, case_ids: pa.Array) -> pa.Table:
        return self._read(query("neo4j", "derive/case_events"), case_ids, PLACED)

    def replace_derived(self, case_ids: pa.Array, fresh_ids: pa.Array, cases: pa.Table, nexts: pa.Table) -> None:
        """New cases at once, for they are not seen yet; what stands for cases that are seen, at the commit."""
        self._forget_own("NEXT")
        self.new_links("NEXT", nexts)
        stood = cases.filter(pc.invert(pc.is_in(cases["id"], value_set=fresh_ids)))
        self._later(query("neo4j", "derive/forget_next"), stood, ["id"])
        self.set_derived("Case", cases, fresh_ids)

    def _forget_own(self, type_: str) -> None:
        """Removes what this load has derived before it was taken up again."""
        if self._resumed and type_ not in self._forgotten:
            self._store.auto_commit(statements.drop(RELATIONSHIP[type_]), {"load": self.load})
        self._forgotten.add(type_)

    def set_derived(self, label: str, table: pa.Table, fresh_ids: pa.Array) -> None:
        is_fresh = pc.is_in(table["id"], value_set=fresh_ids)
        columns = ["id", *(p.name for p in NODE[label].derived)]
        self._write_all(statements.update_derived(label), table.filter(is_fresh), columns)
        self._later(statements.update_derived(label), table.filter(pc.invert(is_fresh)), columns)

    def replace_links(self, type_: str, owner_ids: pa.Array, fresh_ids: pa.Array, table: pa.Table) -> None:
        stood = owner_ids.filter(pc.invert(pc.is_in(owner_ids, value_set=fresh_ids)))
        if not self._is_empty(RELATIONSHIP[type_]):
            self._later(statements.forget_links_from(type_), pa.table({"id": stood}), ["id"])
        self._forget_own(type_)
        self.new_links(type_, table)

    def replace_nodes(self, label: str, gone: pa.Array, stood: pa.Table, fresh: pa.Table) -> None:
        columns = statements.node_columns(label)
        self._write_all(statements.restate_nodes(label), fresh, columns)
        self._later(statements.restate_nodes(label), stood, columns)
        self._later(statements.forget_nodes(label), pa.table({"id": gone}), ["id"])

    def forget_links(self, type_: str) -> None:
        self._later(statements.forget_links(type_), pa.table({"id": pa.array([""])}), ["id"])

    def _later(self, text: str, table: pa.Table, columns: Sequence[str]) -> None:
        """Keeps a change of what is seen for the transaction of the commit."""
        if table.num_rows:
            self._at_commit.append((text, table, columns))

    def erase_contents(self, label: str, ids: pa.Array) -> None:
        def work(tx: neo4j.ManagedTransaction) -> None:
            # What is derived is read before the commit, so contents go at once; the mark says: not to be taken back.
            self._mark_applied(tx)
            for text in statements.erase(label):
                tx.run(text, ids=ids.to_pylist(), load=self.load).consume()

        self._changes = "applied"
        self._store.managed(work)

    def commit(self, finish: dict[str, Any]) -> None:
        """Changes what is seen already, in one transaction, and then makes the load done in another.

        Readers take no locks and may see a transaction half applied: a chain is pinned to a load and finds the
        replaced contents as Versions; lists wait while a load says that it is changing what they show.
        """
        if self._at_commit:
            self._mark(self._changes)
            self._store.managed(self._apply)
        params = {**finish, "number": self.load, "holder": self._holder}
        if not self._store.write("clock/finish_load", **params):
            raise self._lost()
        self.close()

    def _mark(self, changes: str) -> None:
        if not self._store.write("clock/mark_changes", number=self.load, holder=self._holder, changes=changes):
            raise self._lost()

    def _apply(self, tx: neo4j.ManagedTransaction) -> None:
        for text, table, columns in self._at_commit:
            for rows in self._batches(table, columns):
                given = {"ids": [row[0] for row in rows]} if columns == ["id"] else {"rows": rows}
                tx.run(text, **given, load=self.load).consume()
        self._mark_applied(tx)

    def _mark_applied(self, tx: neo4j.ManagedTransaction) -> None:
        marks = {"number": self.load, "holder": self._holder, "changes": "applied"}
        if not tx.run(query("neo4j", "clock/mark_changes"), marks).values():
            raise self._lost()

    def close(self) -> None:
        self._pool.shutdown(wait=True, cancel_futures=True)
