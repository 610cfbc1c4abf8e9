"""A selection as GraphML, and as Parquet: records and links as they stand, for other tools."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from graph.errors import ExportFailed
from graph.schema import NODE, RELATIONSHIP
from graph.selection import Selection

_DATE = (1980, 1, 1, 0, 0, 0)


def write_graphml(selected: Selection, path: Path) -> None:
    """One GraphML file: nodes `Label:id` with `label` and content, edges with `type` and properties; instants in
    epoch ms. Raises ExportFailed for a text that XML cannot hold."""
    # Imported here because it takes long, and hardly any command needs it.
    import networkx as nx

    graph = nx.MultiDiGraph()
    for label, table in selected.nodes.items():
        content = table.drop_columns(["since", "source_row"]).to_pylist()
        graph.add_nodes_from(
            (f"{label}:{row['id']}", {"label": label, **{n: v for n, v in row.items() if v is not None}})
            for row in content
        )
    for type_, table in selected.links.items():
        for row in table.to_pylist():
            ends = [f"{row.pop(f'{end}_label')}:{row.pop(f'{end}_id')}" for end in ("from", "to")]
            graph.add_edge(*ends, type=type_, **{n: v for n, v in row.items() if v is not None})
    try:
        nx.write_graphml_lxml(graph, path, named_key_ids=True)
    except ValueError as error:
        raise ExportFailed(
            f"A text of the selection holds a character that XML cannot: {error}.",
            "Write Parquet instead: it holds every character.",
        ) from error


def parquet_tables(selected: Selection) -> dict[str, pa.Table]:
    """A table for each label (`nodes/Case`) and type (`links/IN_CASE`), instants as timestamps in UTC."""
    tables = {}
    for label, table in selected.nodes.items():
        instants = {p.name for p in NODE[label].content if p.type == "instant"}
        tables[f"nodes/{label}"] = _with_instants(table.drop_columns(["since", "source_row"]), instants)
    for type_, table in selected.links.items():
        instants = {p.name for p in RELATIONSHIP[type_].properties if p.type == "instant"}
        tables[f"links/{type_}"] = _with_instants(table, instants)
    return tables


def _with_instants(table: pa.Table, instants: set[str]) -> pa.Table:
    for name in instants:
        column = pc.cast(table[name], pa.timestamp("ms", tz="UTC"))
        table = table.set_column(table.column_names.index(name), name, column)
    return table.combine_chunks()


def write_parquet(selected: Selection, folder: Path) -> None:
    """The tables as files below a folder that is not there yet: `nodes/Case.parquet`, `links/IN_CASE.parquet`."""
    for name, table in parquet_tables(selected).items():
        path = folder / f"{name}.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(table, path, compression="zstd")


def write_parquet_zip(selected: Selection, path: Path) -> None:
    """The same files in one ZIP, which does not pack them again."""
    folder = path.with_name(f"{path.name}.tables")
    try:
        write_parquet(selected, folder)
        with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
            for file in sorted(folder.rglob("*.parquet")):
                entry = zipfile.ZipInfo(str(file.relative_to(folder)), _DATE)
                with archive.open(entry, "w", force_zip64=True) as into, file.open("rb") as source:
                    shutil.copyfileobj(source, into)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
