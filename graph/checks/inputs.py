"""What the checks look at: records and their files as the archive has them, and files as they were found.

Tables, one row a record or file. What is looked at is what the last done load left; erased records are left out.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pandas as pd
import pyarrow as pa

from graph.checks.definitions import Definitions
from graph.store import Store

RECORDS = pa.schema(
    [
        ("id", pa.string()),
        ("title", pa.string()),
        ("date", pa.string()),
        ("medium", pa.string()),
        ("form", pa.string()),
        ("pages", pa.int64()),
        ("class", pa.string()),
        ("retention", pa.string()),
        ("archive_no", pa.string()),
        ("doc_no", pa.string()),
        ("responsible", pa.string()),
        ("secrecy", pa.string()),
        ("valid_until", pa.string()),
        ("attributes", pa.string()),
        ("catalogued", pa.bool_()),
    ]
)
FILES = pa.schema(
    [
        ("material_id", pa.string()),
        ("file_id", pa.string()),
        ("uri", pa.string()),
        ("sha256", pa.string()),
        ("size", pa.int64()),
        ("media_type", pa.string()),
        ("pages", pa.int64()),
    ]
)
# What was found of a file; `state` is read, no_folder, outside, missing or unreadable, `how` why it is not read.
FOUND = (
    *("file_id", "state", "how", "found_sha256", "found_size", "stopped", "found_type", "suffix", "misnamed"),
    *("found_pages", "not_opened", "no_opener", "not_whole", "signature", "signature_said", "seal"),
    *("malware", "not_scanned"),
)


@dataclass(frozen=True)
class Transfer:
    """What a transfer list states: totals, null where it has no such column, and the archival numbers it names."""

    records: int | None
    bytes: int | None
    archive_nos: tuple[str, ...]


@dataclass(frozen=True)
class Folders:
    """What the folders of files hold beside the files of records: names that no record has, and what was refused.

    `given` are the names of the folders.
    """

    given: tuple[str, ...] = ()
    unlisted: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()


@dataclass(frozen=True)
class Scanner:
    """The virus scanner: whether one is set, and why it does not answer, None where it does."""

    is_set: bool = False
    silent: str | None = None


@dataclass(frozen=True)
class Inputs:
    """Everything that the checks of one run look at. `asked` says of each record whether it is checked: the others
    are there because numbers are compared with theirs.

    `files` joins each record's files (FILES) with what was found of them (FOUND).
    """

    records: pd.DataFrame
    asked: pd.Series[bool]
    files: pd.DataFrame
    definitions: Definitions
    on: date
    folders: Folders = field(default_factory=Folders)
    scanner: Scanner = field(default_factory=Scanner)
    transfer: Transfer | None = None

    def values(self, name: str) -> pd.Series[Any]:
        """A field of each record: a property, or `attributes.NAME`; null where it has none."""
        if not name.startswith("attributes."):
            return self.records[name]
        key = name.removeprefix("attributes.")
        return _members(self.records["attributes"], key)


def _members(texts: pd.Series[Any], key: str) -> pd.Series[Any]:
    """A member of JSON objects as text; only texts that hold its name are taken apart."""
    named = texts.notna() & texts.fillna("").str.contains(json.dumps(key, ensure_ascii=False), regex=False)
    found = pd.Series(None, index=texts.index, dtype="object")
    found[named] = [_text(json.loads(one).get(key)) for one in texts[named]]
    return found


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def records_of(store: Store, load: int) -> pd.DataFrame:
    """All records that stand in a load and are not erased, in the order of their ids."""
    found = store.table("checks/records", RECORDS, load=load).to_pandas(types_mapper=_mapper)
    found["system"] = found["id"].str.partition(":")[0]
    return found


def files_of(store: Store, load: int) -> pd.DataFrame:
    """The files of all records."""
    return store.table("checks/files", FILES, load=load).to_pandas(types_mapper=_mapper)


def _mapper(type_: pa.DataType) -> Any:
    return pd.Int64Dtype() if pa.types.is_integer(type_) else None


def joined(files: pd.DataFrame, found: pd.DataFrame) -> pd.DataFrame:
    """The files of records with what was found of each."""
    return files.merge(found, on="file_id", how="left", validate="many_to_one")


def nothing_found() -> pd.DataFrame:
    """What was found of no file."""
    return pd.DataFrame({name: pd.Series([], dtype="object") for name in FOUND})
