"""A catalogue file as a source: recognised, read, and ready to be stated under a key."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path

import pyarrow as pa

from etl.catalogue_columns import CatalogueMapping, is_catalogue_header
from etl.catalogue_rows import Catalogue, catalogue
from etl.catalogue_statements import catalogue_statements
from etl.limited_child import ChildLimits
from etl.mapping import Columns, Mapping
from etl.material_files import FolderFiles, folder_files
from etl.sheet_source import ROWS_OF_A_SHEET, csv_header, is_workbook, read_sheets
from etl.source_rows import REFUSED, Column, SourceRows
from etl.statements import Statements
from graph.canonical import canonical
from graph.settings import Settings


@dataclass(frozen=True)
class CatalogueSource:
    """A catalogue that was read.

    `header` (canonical JSON) is the number of the first row of each sheet, by its name; `aside` are the columns of
    the rows that were set aside.
    """

    read: Catalogue
    mapping: CatalogueMapping
    files: FolderFiles | None
    header: str | None
    aside: SourceRows
    whole: bool

    def stated(self, system: str, key: bytes) -> Statements:
        """What it states."""
        return catalogue_statements(self.read, self.mapping, system, key, self.files, whole=self.whole)


def is_catalogue(path: Path, mapping: Mapping) -> bool:
    """Whether a file is read as a catalogue: a workbook, a mapping with `catalogue`, or a CSV file that the mapping
    does not say to be a log and whose header has the columns of a catalogue."""
    if mapping.catalogue is not None or is_workbook(path):
        return True
    if mapping.columns != Columns():
        return False
    known = CatalogueMapping().knows
    found = csv_header(path, known, encoding=mapping.encoding, delimiter=mapping.delimiter)
    return found is not None and is_catalogue_header(found[1].names)


def catalogue_source(path: Path, mapping: Mapping, settings: Settings, folder: Path) -> CatalogueSource:
    """Reads a catalogue and lists the folder of its files, which lies in `folder`.

    Raises UnreadableInput and MappingError.
    """
    said = mapping.catalogue or CatalogueMapping()
    limits = ChildLimits(memory=settings.reader_memory << 20, seconds=settings.reader_seconds)
    sheets = read_sheets(
        path,
        said.knows,
        names=said.sheets,
        header_row=said.header_row,
        encoding=mapping.encoding,
        delimiter=mapping.delimiter,
        limits=limits,
    )
    read = catalogue(sheets, said, path.name)
    files = None if said.files is None else folder_files(folder / said.files, said.files, limits)
    first = {
        s.name: (s.numbers[0].as_py() - 1) // ROWS_OF_A_SHEET * ROWS_OF_A_SHEET + 1
        for s in sheets.sheets
        if len(s.numbers)
    }
    header = canonical({"sheets": first}) if None not in first else None
    refused, aside = _taken_apart(read.refused, dict.fromkeys(n for s in sheets.sheets for n in s.columns))
    return CatalogueSource(replace(read, refused=refused), said, files, header, aside, mapping.mode == "snapshot")


def _taken_apart(refused: pa.Table, known: dict[str, None]) -> tuple[pa.Table, SourceRows]:
    """Rows set aside without the text of those whose columns are known, and these columns: the `known` ones and
    what else the rows say."""
    texts = refused["text"].to_pylist()
    said = [json.loads(text) if text and text.startswith("{") else None for text in texts]
    names = known | dict.fromkeys(name for row in said for name in row or ())
    columns = tuple(
        Column(name, "event", "text", pa.array([(row or {}).get(name) for row in said], pa.string()))
        for name in names
    )
    left = pa.array([text if row is None else None for text, row in zip(texts, said, strict=True)], pa.string())
    return refused.set_column(1, REFUSED.field("text"), left), SourceRows(columns, refused["row"].combine_chunks())
