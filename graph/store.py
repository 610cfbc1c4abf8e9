"""What the two engines have in common: the protocol of a store and of a writer, and how one is opened."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import pyarrow as pa

from graph.errors import UsageError
from graph.settings import Settings

Row = tuple[Any, ...]


@dataclass(frozen=True)
class Counts:
    """How many records the done loads have given, without withdrawn ones."""

    nodes: dict[str, int]
    relationships: dict[str, int]


class Writer(Protocol):
    """Writes of one open load. Nothing of it is seen before `commit`; `close` without it gives up.

    Tables carry instants as integer epoch milliseconds (UTC). Node tables have `id`, the content of the
    label, `source_row` and `salt`; link tables `from_label`, `from_id`, `to_label`, `to_id`, the properties of
    the type and, where it is asserted, `salt`.
    """

    load: int
    written: Callable[[int], None]
    """Called with a number of records or links whenever so many more were written."""

    def id_key(self) -> bytes:
        """The key of the ids. Raises WrongIdKey or UsageError where it is not there."""

    def existing(self, label: str, ids: pa.Array) -> pa.Table: ...

    def links_of(self, type_: str, owner: str, ids: pa.Array) -> pa.Table:
        """The standing links of a type that records of the label `owner` with these ids state."""

    def links_to(self, type_: str, label: str, ids: pa.Array) -> pa.Table:
        """The standing links of a type by which other records refer to those of a label with these ids."""

    def read(self, name: str, **params: Any) -> list[Row]:
        """Rows of a query file over what stands and what this load has written so far."""

    def new_nodes(self, label: str, table: pa.Table) -> None: ...

    def change_nodes(self, label: str, table: pa.Table, versions: pa.Table) -> None: ...

    def withdraw_nodes(self, label: str, ids: pa.Array) -> None: ...

    def new_links(self, type_: str, table: pa.Table) -> None: ...

    def withdraw_links(self, type_: str, table: pa.Table) -> None: ...

    def case_events(self, case_ids: pa.Array) -> pa.Table: ...

    def replace_derived(self, case_ids: pa.Array, fresh_ids: pa.Array, cases: pa.Table, nexts: pa.Table) -> None: ...

    def set_derived(self, label: str, table: pa.Table, fresh_ids: pa.Array) -> None:
        """Sets the derived properties of records: id, then the properties in their order; `fresh_ids` are of this
        load."""

    def replace_links(self, type_: str, owner_ids: pa.Array, fresh_ids: pa.Array, table: pa.Table) -> None:
        """Makes the derived links of a type from `owner_ids` be those of `table`."""

    def forget_links(self, type_: str) -> None:
        """Removes the derived links of a type that earlier loads have left."""

    def replace_nodes(self, label: str, gone: pa.Array, stood: pa.Table, fresh: pa.Table) -> None:
        """Derived nodes: removes those with the ids `gone`, gives those of `stood` (id and content) what they now
        say, makes those of `fresh`. Their links are replaced by `replace_links`."""

    def erase_contents(self, label: str, ids: pa.Array) -> None:
        """Empties records of every time: content, salts, Versions, and what the links say that they state.

        Nodes, links, and the numbers of loads stay. On Neo4j it is done at once and not taken back; whoever takes
        up the load again finishes it.
        """

    def commit(self, finish: dict[str, Any]) -> None: ...

    def close(self) -> None: ...


@dataclass(frozen=True)
class WholeRecords:
    """A few records of a label, row by row, the links that they state by type, and the ids of those with Versions."""

    records: list[dict[str, Any]]
    links: dict[str, list[dict[str, Any]]]
    versioned: set[str]


class Snapshot(Protocol):
    """Everything that a store holds, in portions: also what is withdrawn, and what an open load has written.

    On DuckDB as it stood when the snapshot was taken; Neo4j reads what is there when it is read. A value that no
    load writes (an instant finer than a millisecond; on Neo4j a value of another type) comes as one that no load
    writes either, so that it is not taken for what it resembles.
    """

    def scan(self, label: str) -> Iterator[pa.Table]:
        """`id`, content and clock of all records of a label."""

    def stated(self, type_: str, label: str, ids: pa.Array) -> pa.Table:
        """The links of a type that records of a label with these ids state, with their clock."""

    def unowned(self, type_: str, label: str) -> pa.Table:
        """The links of a type whose stating record of a label is not there."""

    def records(self, label: str, ids: pa.Array) -> pa.Table:
        """`id`, content and clock of the records of a label with these ids."""

    def whole(
        self, ids: Mapping[str, Sequence[str]], types: Mapping[str, Sequence[str]]
    ) -> Mapping[str, WholeRecords]:
        """Of each label the records with these ids, as `records` gives them, the links of these types that they
        state, as `stated` does, and which of them have Versions: for few, and at once."""

    def derived(self, label: str, ids: pa.Array) -> pa.Table:
        """`id` and derived properties of the records of a label with these ids."""

    def versions(self, label: str, ids: pa.Array) -> pa.Table:
        """The Versions of records of a label with these ids."""

    def strays(self, type_: str) -> pa.Table:
        """The links of a type between labels that it does not join."""

    def derived_strays(self, type_: str) -> pa.Table:
        """The links of a derived type that belong to no standing record."""

    def total(self, name: str) -> int:
        """How many records of a label, or links of a type, there are."""

    def close(self) -> None: ...


class Store(Protocol):
    """An archive on one engine. `read` runs the query file of that name and gives rows in its order."""

    engine: str
    uri: str
    settings: Settings

    def prepare(self) -> None:
        """Make tables, constraints and indexes where they are missing; check the version of the schema."""

    def exists(self) -> bool:
        """Whether there is an archive."""

    def read(self, name: str, **params: Any) -> list[Row]: ...

    def table(self, name: str, schema: pa.Schema, **params: Any) -> pa.Table:
        """The rows that `read` gives, where they are many, as a table of `schema`."""

    def write(self, name: str, **params: Any) -> list[Row]: ...

    def contents(self, label: str, ids: Sequence[str], names: Collection[str] | None = None) -> list[dict[str, Any]]:
        """Id, content and clock of records, or of these the properties `names` only."""

    def counts(self, load: int) -> Counts: ...

    def writer(self, load: int, holder: str, *, resumed: bool) -> Writer: ...

    def snapshot(self) -> Snapshot: ...

    def take_back(self, load: int) -> None: ...

    def expect_erasure(self) -> None:
        """Says that what a load is about to erase must not stay in the store's files, even if this process ends."""

    def clear_erased(self) -> bool:
        """Clears the store's own files of what was erased; False where the server has to be told to (see docs)."""

    def close(self) -> None: ...


def open_store(settings: Settings, *, read_only: bool = False) -> Store:
    """The store that `settings.store` names.

    Raises UsageError for an address of no known engine, and a StoreError where it cannot be opened.
    """
    scheme = settings.store.partition("://")[0]
    if scheme == "duckdb":
        from graph.duckdb_store import DuckDBStore

        return DuckDBStore(settings, read_only=read_only)
    if scheme in {"bolt", "bolt+s", "bolt+ssc", "neo4j", "neo4j+s", "neo4j+ssc"}:
        from graph.neo4j_store import Neo4jStore

        return Neo4jStore(settings)
    raise UsageError(
        f"The store address '{settings.store}' names no engine.",
        "Use duckdb:///file.duckdb for an embedded store, or bolt:// or neo4j:// for Neo4j.",
    )
