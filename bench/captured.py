"""What a load wrote, as Arrow tables: the rows of every baseline.

Run as `python -m bench.captured STORE FOLDER`: each table of an embedded store that has rows becomes an Arrow
file, in the order in which the rows were written.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.feather

from graph.schema import NODES, RELATIONSHIPS, Node, Relationship


def written() -> Iterator[tuple[str, Node | Relationship]]:
    """Name and declaration of every label and type that a load may write, nodes first."""
    for node in NODES:
        if node.kind != "clock":
            yield node.label, node
    for link in RELATIONSHIPS:
        yield link.type, link


def capture(store: Path, folder: Path) -> None:
    """Writes the tables of a store below `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    connection = duckdb.connect(str(store), read_only=True)
    connection.execute("SET TimeZone = 'UTC'")
    for name, _ in written():
        table = connection.sql(f'SELECT * FROM "{name}" ORDER BY rowid').to_arrow_table()
        if table.num_rows:
            pyarrow.feather.write_feather(table, str(folder / f"{name}.arrow"), compression="uncompressed")
    connection.close()


def captured(folder: Path) -> Iterator[tuple[str, Node | Relationship, pa.Table]]:
    """The captured tables, nodes first."""
    for name, declared in written():
        path = folder / f"{name}.arrow"
        if path.exists():
            yield name, declared, pyarrow.feather.read_table(str(path), memory_map=False)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("store", type=Path)
    parser.add_argument("folder", type=Path)
    options = parser.parse_args()
    capture(options.store, options.folder)


if __name__ == "__main__":
    main()
