"""OCEL 2.0 logs: which of the three formats a file is, by its content, and its reading."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal

from etl.file_bytes import BYTE_ORDER_MARKS, open_bytes
from etl.ocel_json import read_ocel_json
from etl.ocel_log import OcelLog
from etl.ocel_sqlite import MAGIC, read_ocel_sqlite
from etl.ocel_xml import PARTS, read_ocel_xml
from etl.xml_source import first_elements
from graph.errors import UnreadableInput

Form = Literal["sqlite", "json", "xml"]
START = 1 << 12
FIRST_KEY = re.compile(r'\s*\{\s*"(objectTypes|eventTypes|objects|events|ocel:[^"]*)"\s*:\s*[\[{]')


def ocel_form(path: Path) -> Form | None:
    """The format of a file that is an OCEL log by its beginning, None where it is something else.

    SQLite by its first 16 bytes, JSON by its first key, XML by the first element in its <log>: XES has others.
    Raises UnreadableInput where there is no file, and for XML with a document type declaration.
    """
    with open_bytes(path) as source:
        start = source.read(START)
    if start.startswith(MAGIC):
        return "sqlite"
    encoding = next((name for mark, name in BYTE_ORDER_MARKS if start.startswith(mark)), "utf-8")
    text = start.decode(encoding, errors="replace").removeprefix("\ufeff").lstrip()
    if text.startswith("{"):
        return "json" if FIRST_KEY.match(text) else None
    if text.startswith("<"):
        elements = first_elements(path, "XES or OCEL log", 2)
        return "xml" if [name for _, name in elements][:1] == ["log"] and elements[-1][1] in PARTS else None
    return None


def read_ocel(path: Path) -> OcelLog:
    """The log in a file of any of the three formats. Raises UnreadableInput where it is none."""
    form = ocel_form(path)
    if form is None:
        raise UnreadableInput(
            f"{path} is no OCEL 2.0 log: neither SQLite, nor JSON with objectTypes, nor XML with <object-types>.",
            "Check that it is the right file.",
        )
    if form != "sqlite":
        return read_ocel_json(path) if form == "json" else read_ocel_xml(path)
    with path.open("rb") as stored:
        if stored.read(len(MAGIC)) != MAGIC:
            raise UnreadableInput(f"{path} is an SQLite database in gzip.", "Unpack it first.")
    return read_ocel_sqlite(path)
