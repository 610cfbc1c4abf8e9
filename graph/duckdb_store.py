"""The embedded store: a DuckDB file with a table per label and per relationship type."""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
import psutil
import pyarrow as pa

from graph import duckdb_file
from graph import duckdb_statements as statements
from graph.duckdb_snapshot import DuckDBSnapshot
from graph.errors import LoadLost, StoreError, StoreLocked, StoreUnreachable, UsageError, WrongSchema
from graph.identifiers import id_key
from graph.query_files import in_order, query
from graph.schema import NODE, NODES, RELATIONSHIP, RELATIONSHIPS, SCHEMA_VERSION, stated
from graph.settings import Settings
from graph.store import Counts, Row, Snapshot, Writer
from graph.time_limits import interrupted_in_time, time_left

# Below this many keys a list in the statement uses the index; above it a join reads the table once.
_FEW = 500
# Makes of a list of more than four keys a table and joins it, which costs as much as finding them by the index.
_WITHOUT = "in_clause"
# Asked by every question or proof, and changed by a write of this process only, which owns the file.
_UNTIL_WRITTEN = ("clock/last_done", "clock/ledger")
# How long the rewriting of the file waits for those who read or write.
_ALONE_SECONDS = 30.0


class DuckDBStore:
    """One process owns the file for writing; each thread reads through a cursor of its own."""

    engine = "duckdb"

    def __init__(self, settings: Settings, *, read_only: bool = False) -> None:
        self.uri = settings.store
        self.path = path_of(settings.store)
        self.settings = settings
        self._read_only = read_only
        self._opened: duckdb.DuckDBPyConnection | None = None
        self._opening = threading.Lock()
        self._local = threading.local()
        self._cursors: list[duckdb.DuckDBPyConnection] = []
        self._parsed: dict[str, duckdb.Statement] = {}
        self._commits = duckdb_file.Commits()
        self._found = False
        self._answers = {name: duckdb_file.UntilWritten[list[Row]](self._commits) for name in _UNTIL_WRITTEN}
        self._empty_tables = duckdb_file.UntilWritten[frozenset[str]](self._commits)
        self._users = duckdb_file.Users()
        if self._has_file():
            self._connection()
            if not read_only and duckdb_file.mark_of(self.path).exists():
                self.clear_erased()

    def _has_file(self) -> bool:
        """Whether the file is there; where it is not, it must be possible to make it."""
        folder = self.path.parent
        try:
            if self.path.exists():
                return True
            found = folder.is_dir()
        except OSError as error:
            raise self._unreachable(error.strerror or str(error)) from error
        if not found:
            raise self._unreachable(
                f"{folder} is not a folder" if folder.exists() else f"there is no folder {folder}"
            )
        if not self._read_only and not os.access(folder, os.W_OK):
            raise self._unreachable(f"the folder {folder} may not be written")
        return False

    def _unreachable(self, reason: str) -> StoreUnreachable:
        return StoreUnreachable(
            "The store {path} cannot be opened: {reason}.",
            "Check in DOSSIER_STORE or --store that it is the right file, in a folder that may be written.",
            path=self.path,
            reason=reason.rstrip("."),
        )

    def _connection(self) -> duckdb.DuckDBPyConnection:
        """The connection of the process. A file that is not there is made by the first that needs it."""
        with self._opening:
            if self._opened is None:
                self._opened = self._connect()
            return self._opened

    def _connect(self) -> duckdb.DuckDBPyConnection:
        settings = self.settings
        config = {"memory_limit": settings.duckdb_memory, "disabled_optimizers": _WITHOUT}
        if settings.duckdb_threads:
            config["threads"] = str(settings.duckdb_threads)
        if settings.duckdb_temp:
            config["temp_directory"] = str(settings.duckdb_temp)
        try:
            opened = duckdb.connect(str(self.path), read_only=self._read_only, config=config)
        except duckdb.IOException as error:
            holder = re.search(r"PID (\d+)", str(error))
            if holder:
                raise StoreLocked(
                    "The store {path} is held by process {pid} ({command}).",
                    "Wait until it is done, or stop it.",
                    path=self.path,
                    pid=holder[1],
                    command=_command(int(holder[1])),
                ) from error
            raise self._unreachable(_reason(error)) from error
        except (duckdb.ConnectionException, duckdb.SerializationException) as error:
            raise StoreUnreachable(
                "The store {path} cannot be opened: {reason}.",
                "Check that it is a store and that no other part of this process holds it.",
                path=self.path,
                reason=_reason(error).rstrip("."),
            ) from error
        except (duckdb.InvalidInputException, duckdb.ParserException) as error:
            raise UsageError(
                "DuckDB refuses the settings of the store: {reason}",
                "Put DOSSIER_DUCKDB_MEMORY, DOSSIER_DUCKDB_THREADS or DOSSIER_DUCKDB_TEMP right.",
                reason=_reason(error),
            ) from error
        opened.execute("SET TimeZone = 'UTC'")
        return opened

    def cursor(self) -> duckdb.DuckDBPyConnection:
        """This thread's cursor."""
        connection = self._connection()
        if getattr(self._local, "of", None) is not connection:
            self._local.cursor, self._local.of = connection.cursor(), connection
            self._cursors.append(self._local.cursor)
        cursor: duckdb.DuckDBPyConnection = self._local.cursor
        return cursor

    def _rows(self, text: str, params: Any = None) -> list[Row]:
        with self._users.using():
            cursor = self.cursor()
            statement = self.parsed(text)
            with _in_time(cursor):
                rows: list[Row] = cursor.execute(statement, params).fetchall()
            return rows

    def parsed(self, text: str) -> duckdb.Statement:
        """A statement whose text is read once: that takes a sixth of what a look-up by key takes."""
        if text not in self._parsed:
            self._parsed[text] = self.cursor().extract_statements(text)[0]
        return self._parsed[text]

    def exists(self) -> bool:
        # This process owns the file, so what was found once stays so.
        self._found = self._found or self._is_archive()
        return self._found

    def _is_archive(self) -> bool:
        if self._opened is None and not self._has_file():
            return False
        if not self._rows(statements.TABLES_OF_ARCHIVES):
            return False
        self._check_version()
        return True

    def _check_version(self) -> None:
        for (version,) in self.read("clock/schema_version"):
            if version != SCHEMA_VERSION:
                raise WrongSchema(
                    "The store {path} has schema version {version}; this program needs {needed}.",
                    "Use the program that made it, or load the sources into a new store.",
                    path=self.path,
                    version=version,
                    needed=SCHEMA_VERSION,
                )

    def prepare(self) -> None:
        if self.exists():
            return
        cursor = self.cursor()
        cursor.execute("BEGIN")
        for statement in statements.tables():
            cursor.execute(statement)
        cursor.execute("COMMIT")
        self.write("clock/make_archive", schema_version=SCHEMA_VERSION)

    def read(self, name: str, **params: Any) -> list[Row]:
        if name in self._answers:
            return self._answers[name].read(lambda: self._rows(query(self.engine, name)))
        return in_order(self.engine, name, self._rows(query(self.engine, name), params))

    def table(self, name: str, schema: pa.Schema, **params: Any) -> pa.Table:
        cursor = self.cursor()
        with _in_time(cursor):
            return cursor.sql(query(self.engine, name), params=params).to_arrow_table().cast(schema)

    def write(self, name: str, **params: Any) -> list[Row]:
        with self._commits.one():
            return self._rows(query(self.engine, name), params)

    def contents(self, label: str, ids: Sequence[str], names: Collection[str] | None = None) -> list[dict[str, Any]]:
        columns = ["id", *(p.name for p in stated(NODE[label], names))]
        # A list is compared with every row, one by one; of many ids a table is made, and joined.
        where = "n.id IN $ids" if len(ids) <= _FEW else statements.AMONG_MANY
        rows = self._rows(statements.select_nodes(label, f"WHERE {where}", names), {"ids": list(ids)})
        return [dict(zip(columns, row, strict=True)) for row in rows]

    def counts(self, load: int) -> Counts:
        def all_of(declared: Any) -> dict[str, int]:
            text = " UNION ALL ".join(statements.count(each) for each in declared)
            return dict(self._rows(text, {"load": load}))

        return Counts(all_of(n for n in NODES if n.label != "Archive"), all_of(RELATIONSHIPS))

    def writer(self, load: int, holder: str, *, resumed: bool) -> Writer:
        thread = self._users.enter()
        return DuckDBWriter(self, self._connection().cursor(), load, holder, partial(self._users.leave, thread))

    def snapshot(self) -> Snapshot:
        return DuckDBSnapshot(self._connection().cursor, self.parsed, self._commits, self._empty_tables)

    def committing(self) -> AbstractContextManager[None]:
        """While a load is committed, so that what was read before can be told from what is read after it."""
        return self._commits.one()

    def take_back(self, load: int) -> None:
        """Nothing: what a load writes is one transaction, which ended with its process."""

    def expect_erasure(self) -> None:
        if self._has_file() and not self._in_memory():
            duckdb_file.mark_of(self.path).touch(mode=0o600)

    def _in_memory(self) -> bool:
        return self.path.name == ":memory:"

    def clear_erased(self) -> bool:
        """Copies what stands into a new file, which takes the place of the old one.

        Raises StoreError where that cannot be done now; it is done when the store is next opened for writing.
        """
        if self._in_memory():
            return True
        with self._users.alone(_ALONE_SECONDS) as alone:
            if not alone:
                raise self._not_cleared("others are reading or writing it")
            try:
                copy = duckdb_file.copied(self._connection(), self.path)
            except (duckdb.Error, OSError) as error:
                raise self._not_cleared(str(error).splitlines()[0]) from error
            with self._opening:
                self._close_all()
                duckdb_file.put_in_place(copy, self.path)
            self._connection()
            duckdb_file.mark_of(self.path).unlink(missing_ok=True)
        return True

    def _not_cleared(self, reason: str) -> StoreError:
        return StoreError(
            f"What was erased is not yet gone from the bytes of {self.path}: {reason.rstrip('.')}.",
            "Make room for a second file of its size, and open it again, for example by `dossier rebuild`.",
        )

    def _close_all(self) -> None:
        """Closes the file, which any open cursor of any thread would keep open."""
        for cursor in self._cursors:
            cursor.close()
        self._cursors.clear()
        if self._opened is not None:
            self._opened.close()
            self._opened = None

    def close(self) -> None:
        if self._opened is not None:
            self._opened.close()


class DuckDBWriter:
    """One transaction for the whole load: it is seen at its commit and not before."""

    def __init__(
        self,
        store: DuckDBStore,
        cursor: duckdb.DuckDBPyConnection,
        load: int,
        holder: str,
        ended: Callable[[], None],
    ) -> None:
        self.load = load
        self._store = store
        self._ended: Callable[[], None] | None = ended
        self.written: Callable[[int], None] = lambda _: None
        self._holder = holder
        self._cursor = cursor
        self._cursor.execute("BEGIN")
        self._empty: dict[str, bool] = {}

    def id_key(self) -> bytes:
        return id_key(self._store.settings, self._store, make=False)

    def _run(self, statement: str, incoming: pa.Table) -> None:
        """Runs a statement over `incoming`, which DuckDB finds by this name: a registered view would keep the
        table in memory until the transaction ends."""
        if incoming.num_rows == 0:
            return
        params = {"load": self.load} if "$load" in statement else {}
        with self._within_memory():
            self._cursor.execute(statement, params).fetchall()
        self.written(incoming.num_rows)

    @contextmanager
    def _within_memory(self) -> Iterator[None]:
        """Says which setting is too low; the indexes of what one load writes have to fit into memory."""
        try:
            yield
        except (duckdb.OutOfMemoryException, duckdb.TransactionException) as error:
            if not any(words in str(error) for words in ("could not allocate", "failed to pin block")):
                raise
            # The failed transaction answers nothing any more.
            limit = self._cursor.cursor().execute(statements.MEMORY_LIMIT).fetchall()[0][0]
            raise StoreError(
                f"Load {self.load} needs more memory than the embedded store may use ({limit}).",
                "Raise DOSSIER_DUCKDB_MEMORY and load the file again (a million events in one load need about "
                "800MB), or abandon the load and load the file in parts.",
            ) from error

    def _is_empty(self, name: str) -> bool:
        if name not in self._empty:
            self._empty[name] = not self._cursor.execute(statements.any_of(name)).fetchall()
        return self._empty[name]

    def _chosen(self, name: str, column: str, ids: pa.Array, select: Callable[[str, str], str]) -> pa.Table:
        """Rows whose `column` is one of `ids`; `select` makes the statement from FROM's rest and WHERE's start."""
        if self._is_empty(name):
            return self._arrow(select("", "WHERE false"))
        if len(ids) <= _FEW:
            return self._arrow(select("", f"WHERE n.{column} IN $ids"), {"ids": ids.to_pylist()})
        joined = select(f"JOIN wanted ON n.{column} = wanted.wanted_id", "WHERE true")
        return self._arrow(joined, wanted=pa.table({"wanted_id": ids}))

    def _arrow(self, text: str, params: dict[str, Any] | None = None, wanted: pa.Table | None = None) -> pa.Table:
        """The answer to a query, which finds `wanted` by this name."""
        return self._cursor.sql(text, params=params or {}).to_arrow_table()

    def existing(self, label: str, ids: pa.Array) -> pa.Table:
        return self._chosen(
            label, "id", ids, lambda joined, where: statements.select_nodes(label, f"{joined} {where}")
        )

    def links_of(self, type_: str, owner: str, ids: pa.Array) -> pa.Table:
        return self._links_at(RELATIONSHIP[type_].stated_by or "from", type_, owner, ids)

    def links_to(self, type_: str, label: str, ids: pa.Array) -> pa.Table:
        return self._links_at("from" if RELATIONSHIP[type_].stated_by == "to" else "to", type_, label, ids)

    def _links_at(self, end: str, type_: str, label: str, ids: pa.Array) -> pa.Table:
        return self._chosen(
            type_,
            f"{end}_id",
            ids,
            lambda joined, where: statements.select_links(type_, label, end, f"{joined} {where} AND"),
        )

    def read(self, name: str, **params: Any) -> list[Row]:
        return in_order("duckdb", name, self._cursor.execute(query("duckdb", name), params).fetchall())

    def new_nodes(self, label: str, table: pa.Table) -> None:
        self._run(statements.insert_nodes(label), table)

    def change_nodes(self, label: str, table: pa.Table, versions: pa.Table) -> None:
        self._run(statements.insert_nodes("Version"), versions)
        self._run(statements.update_nodes(label), table)

    def withdraw_nodes(self, label: str, ids: pa.Array) -> None:
        self._run(statements.withdraw_nodes(label), pa.table({"id": ids}))

    def new_links(self, type_: str, table: pa.Table) -> None:
        self._run(statements.insert_links(type_), table)

    def withdraw_links(self, type_: str, table: pa.Table) -> None:
        self._run(statements.withdraw_links(type_), table)

    def case_events(self, case_ids: pa.Array) -> pa.Table:
        return self._arrow(query("duckdb", "derive/case_events"), {"ids": case_ids.to_pylist()})

    def replace_derived(self, case_ids: pa.Array, fresh_ids: pa.Array, cases: pa.Table, nexts: pa.Table) -> None:
        if not self._is_empty("NEXT"):
            self._cursor.execute(
                query("duckdb", "derive/forget_next"), {"ids": case_ids.to_pylist(), "load": self.load}
            )
        self._run(statements.insert_links("NEXT"), nexts)
        self._run(statements.update_derived("Case"), cases)

    def set_derived(self, label: str, table: pa.Table, fresh_ids: pa.Array) -> None:
        self._run(statements.update_derived(label), table)

    def replace_links(self, type_: str, owner_ids: pa.Array, fresh_ids: pa.Array, table: pa.Table) -> None:
        if not self._is_empty(type_):
            self._run(statements.forget_links_from(type_), pa.table({"id": owner_ids}))
        self._run(statements.insert_links(type_), table)

    def replace_nodes(self, label: str, gone: pa.Array, stood: pa.Table, fresh: pa.Table) -> None:
        self._run(statements.forget_nodes(label), pa.table({"id": gone}))
        self._run(statements.restate_nodes(label), stood)
        self._run(statements.insert_nodes(label), fresh)

    def forget_links(self, type_: str) -> None:
        self._cursor.execute(statements.forget_links(type_), {"load": self.load})

    def erase_contents(self, label: str, ids: pa.Array) -> None:
        incoming = pa.table({"id": ids})
        for text in statements.erase(label):
            self._run(text, incoming)

    def commit(self, finish: dict[str, Any]) -> None:
        done = self._cursor.execute(
            query("duckdb", "clock/finish_load"), {**finish, "number": self.load, "holder": self._holder}
        ).fetchall()
        if not done:
            self._cursor.execute("ROLLBACK")
            raise LoadLost(f"Load {self.load} was taken over or abandoned while it ran.", "Look at `dossier loads`.")
        with self._within_memory(), self._store.committing():
            self._cursor.execute("COMMIT")
        self.close()

    def close(self) -> None:
        """Gives the load up; what it wrote is gone, the load stays open to be resumed or abandoned."""
        self._cursor.close()
        if self._ended is not None:
            self._ended()
            self._ended = None


@contextmanager
def _in_time(cursor: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Interrupts what a cursor runs when its time is up. Raises TookTooLong."""
    try:
        with interrupted_in_time(cursor.interrupt):
            yield
    except duckdb.InterruptException:
        time_left()
        raise


def path_of(uri: str) -> Path:
    """The file of a `duckdb:///` address: three slashes and a relative path, or four and an absolute one."""
    rest = uri.removeprefix("duckdb://")
    if not rest.startswith("/") or len(rest) < 2:
        raise UsageError(
            f"The store address '{uri}' names no file.",
            "Write duckdb:///file.duckdb or duckdb:////folder/file.duckdb.",
        )
    return Path(rest[1:])


def _reason(error: duckdb.Error) -> str:
    return str(error).splitlines()[0]


def _command(pid: int) -> str:
    try:
        return " ".join(psutil.Process(pid).cmdline()[:3])
    except psutil.Error:
        return "its command cannot be read"
