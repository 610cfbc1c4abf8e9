"""OCEL 2.0 in SQLite: the tables of the standard, read without writing or following anything in the file."""

from __future__ import annotations

import math
import sqlite3
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from etl.ocel_log import LogTables, OcelLog, Of
from graph.canonical import canonical
from graph.errors import UnreadableInput

MAGIC = b"SQLite format 3\0"
LONGEST = 1 << 26
EXPORT_AGAIN = "Export the log again as OCEL 2.0, or fetch the file again if it was cut off."
REQUIRED: dict[str, tuple[str, ...]] = {
    "event_map_type": ("ocel_type", "ocel_type_map"),
    "object_map_type": ("ocel_type", "ocel_type_map"),
    "event": ("ocel_id", "ocel_type"),
    "object": ("ocel_id", "ocel_type"),
    "event_object": ("ocel_event_id", "ocel_object_id", "ocel_qualifier"),
    "object_object": ("ocel_source_id", "ocel_target_id", "ocel_qualifier"),
}
OWN = ("ocel_id", "ocel_time", "ocel_changed_field")
AFFINITY = (("int", "integer"), ("real", "float"), ("floa", "float"), ("doub", "float"), ("num", "float"))


@dataclass(frozen=True)
class _Table:
    """`columns`: name -> declared type, in the order of the table."""

    name: str
    columns: Mapping[str, str]

    def column(self, wanted: str) -> str | None:
        """SQLite does not tell the case of names apart."""
        return next((name for name in self.columns if name.lower() == wanted.lower()), None)


def read_ocel_sqlite(path: Path) -> OcelLog:
    """The log in an SQLite file, opened read only and as one that nobody changes.

    An attribute has the type that its column declares. A row of object_<type> without ocel_changed_field
    states each of its values that is not NULL from ocel_time on, one with it the value of that field only.
    Strays are rows of event_<type> and object_<type> whose record is not in event or object, or there with
    another type; a second row of an event; a changed field that is no column; rows of such tables that no
    row of event_map_type or object_map_type names.

    Raises UnreadableInput for a file that is no database, one that is no OCEL 2.0 or lacks a table or column,
    damaged pages, text that is no UTF-8, a BLOB, and changes that lie in a file beside it.
    """
    with _opened(path) as database:
        return _Reader(path, database).read()


@contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    for suffix in ("-wal", "-journal"):
        beside = path.with_name(path.name + suffix)
        if beside.exists() and beside.stat().st_size:
            raise UnreadableInput(
                f"{path} is being written, or was left in the middle of it: {beside.name} lies beside it.",
                f'Close what writes it, or finish it: sqlite3 "{path.name}" "PRAGMA wal_checkpoint(TRUNCATE)".',
            )
    uri = f"file:{quote(str(path.absolute()))}?mode=ro&immutable=1"
    try:
        with closing(sqlite3.connect(uri, uri=True)) as database:
            database.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LONGEST)
            database.execute("PRAGMA trusted_schema = OFF")
            found = database.execute("PRAGMA quick_check(1)").fetchone()[0]
            if found != "ok":
                raise UnreadableInput(f"{path} is a damaged SQLite database: {_one_line(found)}.", EXPORT_AGAIN)
            yield database
    except sqlite3.Error as error:
        raise UnreadableInput(f"{path} cannot be read as an SQLite database: {error}.", EXPORT_AGAIN) from error


def _one_line(text: str) -> str:
    return " ".join(text.replace("*** in database main ***", "").split())


class _Reader:
    def __init__(self, path: Path, database: sqlite3.Connection) -> None:
        self._path, self._database = path, database
        self._log = LogTables(path)
        self._tables = self._found()

    def _found(self) -> dict[str, _Table]:
        """The tables by name in lower case; views and virtual tables run what their maker wrote, and are none."""
        listed = self._database.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table'").fetchall()
        tables = {}
        for name, sql in listed:
            if sql and not sql.lstrip().upper().startswith("CREATE VIRTUAL"):
                columns = self._database.execute("SELECT name, type FROM pragma_table_info(?)", (name,)).fetchall()
                tables[str(name).lower()] = _Table(name, dict(columns))
        return tables

    def read(self) -> OcelLog:
        self._require()
        maps = {"event": self._types("event"), "object": self._types("object")}
        self._events(maps["event"])
        self._objects(maps["object"])
        self._left_over(maps)
        self._relations("event", "event_object")
        self._relations("object", "object_object")
        return self._log.log()

    def _relations(self, of: Of, table: str) -> None:
        for row in self._rows(self._tables[table], REQUIRED[table]):
            self._log.relation(of, *map(_text, row))

    def _require(self) -> None:
        missing = [name for name in REQUIRED if name not in self._tables]
        if missing:
            there = ", ".join(sorted(t.name for t in self._tables.values())[:20]) or "none"
            what = "no OCEL 2.0" if len(missing) == len(REQUIRED) else "not a whole OCEL 2.0"
            raise UnreadableInput(
                f"{self._path} is an SQLite database, but {what}: it has no table {', '.join(missing)}.",
                f"Check that it is the right file; its tables are: {there}.",
            )
        for name, columns in REQUIRED.items():
            self._require_columns(self._tables[name], columns)

    def _require_columns(self, table: _Table, columns: Sequence[str]) -> None:
        missing = [c for c in columns if table.column(c) is None]
        if missing:
            raise UnreadableInput(
                f"{self._path}: the table {table.name!r} has no column {', '.join(missing)}.", EXPORT_AGAIN
            )

    def _rows(self, table: _Table, columns: Sequence[str]) -> Iterator[tuple[Any, ...]]:
        """The rows in the order in which they were written; an index, which may be damaged, is not asked."""
        names = ", ".join(_quoted(table.column(c) or c) for c in columns)
        try:
            cursor = self._database.execute(f"SELECT {names} FROM {_quoted(table.name)} NOT INDEXED")
            while rows := cursor.fetchmany(10_000):
                for row in rows:
                    if any(isinstance(value, bytes) for value in row):
                        raise UnreadableInput(
                            f"{self._path}: a row of {table.name!r} holds a BLOB: {row!r:.200}.",
                            "Export the log again; OCEL holds texts, numbers and instants.",
                        )
                    yield row
        except sqlite3.Error as error:
            raise UnreadableInput(
                f"{self._path}: the table {table.name!r} cannot be read: {error}.", EXPORT_AGAIN
            ) from error

    def _types(self, of: Of) -> dict[str, _Table]:
        """The table of each declared type."""
        found = {}
        for type_, part in self._rows(self._tables[f"{of}_map_type"], REQUIRED[f"{of}_map_type"]):
            name = _text(type_)
            if name is None or name in found:
                reason = "a type without name" if name is None else f"the type {name!r} is declared twice"
                self._log.stray(canonical({"ocel_type": name, "ocel_type_map": _text(part)}), reason)
                continue
            table = self._tables.get(f"{of}_{_text(part) or ''}".lower())
            if table is None:
                raise UnreadableInput(
                    f"{self._path}: {of}_map_type names the table '{of}_{part}' for the type {name!r}, "
                    "which is not there.",
                    EXPORT_AGAIN,
                )
            self._require_columns(table, ("ocel_id", "ocel_time"))
            found[name] = table
            self._log.declare(of, name, [(c, _declared(table.columns[c])) for c in _attributes(table)])
        return found

    def _left_over(self, maps: Mapping[str, Mapping[str, _Table]]) -> None:
        """Rows of tables that look like those of a type, but that no type names."""
        taken = {table.name for types in maps.values() for table in types.values()}
        for key, table in self._tables.items():
            like = key.startswith(("event_", "object_")) and table.column("ocel_id") is not None
            if like and key not in REQUIRED and table.name not in taken:
                for row in self._rows(table, tuple(table.columns)):
                    said = {name: _text(value) for name, value in zip(table.columns, row, strict=True)}
                    self._log.stray(
                        canonical(said), f"no type of {key.split('_')[0]}_map_type has the table {table.name!r}"
                    )

    def _events(self, types: Mapping[str, _Table]) -> None:
        stated = _Stated([(_text(i), _text(t)) for i, t in self._rows(self._tables["event"], REQUIRED["event"])])
        times: dict[int, str | None] = {}
        values: list[tuple[int, _Table, dict[str, Any]]] = []
        for table, names in _by_table(types):
            for row in self._records(table):
                places = stated.places(row["ocel_id"], names)
                if not places:
                    self._stray(table, row, stated.why_not("event", row["ocel_id"], names))
                elif places[0] in times:
                    self._stray(table, row, f"the event {row['ocel_id']!r} has a row in {table.name!r} already")
                else:
                    times |= dict.fromkeys(places, _text(row["ocel_time"]))
                    values += [(place, table, row) for place in places]
        for place, (id_, type_) in enumerate(stated.rows):
            self._log.record("event", id_, type_, times.get(place))
        for place, table, row in values:
            for name in _attributes(table):
                value = _value(row[name], table.columns[name])
                self._log.event_value(place, stated.rows[place][1], name, value)

    def _objects(self, types: Mapping[str, _Table]) -> None:
        stated = _Stated([(_text(i), _text(t)) for i, t in self._rows(self._tables["object"], REQUIRED["object"])])
        for id_, type_ in stated.rows:
            self._log.record("object", id_, type_)
        for table, names in _by_table(types):
            last: dict[tuple[int, str], str | None] = {}
            for row in self._records(table):
                places = stated.places(row["ocel_id"], names)
                if places:
                    self._object_values(places[0], stated.rows[places[0]][1], table, row, last)
                else:
                    self._stray(table, row, stated.why_not("object", row["ocel_id"], names))

    def _object_values(
        self,
        place: int,
        type_: str | None,
        table: _Table,
        row: Mapping[str, Any],
        last: dict[tuple[int, str], str | None],
    ) -> None:
        """`last` is what the rows before said of each object and field."""
        changed, time = _text(row.get("ocel_changed_field")), _text(row["ocel_time"])
        values = {name: _value(row[name], table.columns[name]) for name in _attributes(table)}
        said = {name for name, value in values.items() if value is not None}
        taken = said if changed is None else {name for name in values if name.lower() == changed.lower()}
        if changed is not None and not taken:
            self._stray(table, row, f"the changed field {changed!r} is no column of {table.name!r}")
            return
        for name, value in values.items():
            if name in taken:
                self._log.object_value(place, type_, name, value, time)
                last[place, name] = value
        beside = [n for n in values if n in said - taken and last.get((place, n)) != values[n]]
        if beside:
            reason = (
                f"a change of {changed!r} also gives {', '.join(beside)} another value; only {changed!r} was taken"
            )
            self._stray(table, row, reason)

    def _records(self, table: _Table) -> Iterator[dict[str, Any]]:
        """The rows of the table of a type, its own columns by their names in the standard."""
        own = {column: name for name in OWN if (column := table.column(name)) is not None}
        names = [own.get(column, column) for column in table.columns]
        for row in self._rows(table, tuple(table.columns)):
            record = dict(zip(names, row, strict=True))
            record["ocel_id"] = _text(record["ocel_id"])
            yield record

    def _stray(self, table: _Table, row: Mapping[str, Any], reason: str) -> None:
        self._log.stray(canonical({"table": table.name, **{k: _text(v) for k, v in row.items()}}), reason)


class _Stated:
    """The rows (id, type) of event or object, found by id and type."""

    def __init__(self, rows: list[tuple[str | None, str | None]]) -> None:
        self.rows = rows
        self._places: dict[tuple[str | None, str | None], list[int]] = defaultdict(list)
        self._types: dict[str | None, str | None] = {}
        for place, (id_, type_) in enumerate(rows):
            self._places[id_, type_].append(place)
            self._types.setdefault(id_, type_)

    def places(self, id_: str | None, types: Sequence[str]) -> list[int]:
        """The places of an id that has one of these types."""
        if id_ is None:
            return []
        return next((self._places[id_, t] for t in types if (id_, t) in self._places), [])

    def why_not(self, of: Of, id_: str | None, types: Sequence[str]) -> str:
        """Why a row of the table of these types has no place."""
        if id_ is None:
            return f"it names no {of}"
        if id_ not in self._types:
            return f"there is no {of} {id_!r} in the log"
        return f"the {of} {id_!r} is of the type {self._types[id_]!r} and not {' or '.join(map(repr, types))}"


def _by_table(types: Mapping[str, _Table]) -> list[tuple[_Table, list[str]]]:
    """Each table with the types that it holds: names that differ in a blank only may share one."""
    names: dict[str, list[str]] = defaultdict(list)
    for type_, table in types.items():
        names[table.name].append(type_)
    return [(types[of[0]], of) for of in names.values()]


def _attributes(table: _Table) -> list[str]:
    return [name for name in table.columns if name.lower() not in OWN]


def _declared(column_type: str) -> str:
    """The type in OCEL of a column, by the words that SQLite goes by."""
    low = column_type.lower()
    if "bool" in low:
        return "boolean"
    if "time" in low or "date" in low:
        return "time"
    return next((kind for word, kind in AFFINITY if word in low), "string")


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _text(value: Any) -> str | None:
    """A value as text; None for NULL and ''."""
    if isinstance(value, float):
        return repr(value) if math.isfinite(value) else ("INF" if value > 0 else "-INF")
    return None if value is None or value == "" else str(value)


def _value(value: Any, column_type: str) -> str | None:
    text = _text(value)
    if text is not None and _declared(column_type) == "boolean":
        return {"1": "true", "0": "false"}.get(text, text.lower())
    return text
