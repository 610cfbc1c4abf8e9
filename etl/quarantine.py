"""The file of rows that were set aside: to be mended there and loaded again with the same mapping and system."""

from __future__ import annotations

import csv
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
from pydantic import BaseModel

from etl.mapping import Mapping
from etl.source_rows import SourceRows, column_names
from graph.errors import UsageError
from graph.quarantine import SET_ASIDE


def write_quarantine(path: Path, refused: pa.Table, rows: SourceRows | None) -> None:
    """Writes the rows `refused` (REFUSED) as CSV: the columns of the source, and row, reason and text.

    A row that could not be taken apart has its text only. The columns that say why are no content: they are
    passed over when the file is loaded.
    """
    ordered = refused.take(pc.sort_indices(refused, [("row", "ascending")]))
    names, cells = _cells(ordered["row"].combine_chunks(), rows) if rows else ([], [])
    why = [ordered[name].to_pylist() for name in ("row", "reason", "text")]
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow([*names, *(SET_ASIDE + name for name in ("row", "reason", "text"))])
        writer.writerows(zip(*cells, *why, strict=True))


class ReadAs(BaseModel):
    """How the rows of a load were read, so that mended ones are read the same way.

    `folder` is where the file lay whose mapping names a folder of files beside it.
    """

    source: str
    system: str
    mapping_name: str
    mapping: Mapping
    catalogue: bool
    folder: str


def keep_quarantine(folder: Path, load: int, refused: pa.Table, rows: SourceRows | None, read_as: ReadAs) -> None:
    """Keeps the rows that a load set aside in a folder, for whoever owns the archive alone.

    Raises UsageError where the folder cannot be written.
    """
    path, how = (folder / f"{load}.{kind}" for kind in ("csv", "json"))
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for one in (path, how):
            one.touch(mode=0o600)
        write_quarantine(path, refused, rows)
        how.write_text(read_as.model_dump_json(by_alias=True, exclude_unset=True) + "\n", encoding="utf-8")
    except OSError as error:
        raise UsageError(
            f"{path} cannot be written: {error.strerror}.", "Name another folder in DOSSIER_QUARANTINE."
        ) from error


def _cells(numbers: pa.Array, rows: SourceRows) -> tuple[list[str], list[list[str | None]]]:
    """Names of the columns, and the texts of each for the rows with these numbers, None where it has none."""
    places = pc.index_in(numbers, value_set=rows.numbers)
    texts: dict[str, pa.Array] = {}
    for name, column in zip(column_names(rows.columns), rows.columns, strict=True):
        if name.startswith(SET_ASIDE):
            continue  # Of rows that were set aside before.
        values = column.values.take(places).cast(pa.string())
        texts[name] = pc.coalesce(texts[name], values) if name in texts else values
    return list(texts), [values.to_pylist() for values in texts.values()]
