"""The chain of a case as a printable PDF/A-2b, in Chinese."""

from __future__ import annotations

import json
import struct
import unicodedata
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pylopdf_fonts_zh_cn
import typst
from pydantic import BaseModel

_FONTS = Path(pylopdf_fonts_zh_cn.__file__).parent
_FONT = _FONTS / "NotoSansSC-Regular.otf"
_TEMPLATE = Path(__file__).with_name("chain.typ")
_LINES = "\t\n\r"


class ChainSheet(BaseModel):
    """What is printed of a case; rows as `verify_pack.tables` makes them, texts as they are.

    `known_on` is the day (YYYY-MM-DD, UTC) of the load that it stands for, and the date of the document.
    """

    title: str
    archive: str
    case: str
    item: str
    as_of_load: int
    known_on: str
    left_out: list[str]
    applicants: list[str]
    events: list[dict[str, str]]
    materials: list[dict[str, str]]
    missing: list[str]
    origin: str
    size: str
    root: str
    key: str
    entries: int
    data_digest: str


def chain_pdf(sheet: ChainSheet) -> bytes:
    """The PDF. A character that the font lacks is printed as its code point, such as [U+20BB7], and listed."""
    substituted: set[str] = set()
    shown = printable(sheet.model_dump(), substituted)
    data = json.dumps({**shown, "substituted": sorted(substituted)}, ensure_ascii=False)
    return typst.compile(
        _TEMPLATE.read_bytes(),
        format="pdf",
        font_paths=fonts(),
        sys_inputs={"sheet": data},
        pdf_standards="a-2b",
    )


def printable(value: Any, substituted: set[str]) -> Any:
    """The texts of a value as the font has them; code points that it lacks go to `substituted`."""
    if isinstance(value, str):
        return "".join(_character(one, substituted) for one in value)
    if isinstance(value, Mapping):
        return {name: printable(one, substituted) for name, one in value.items()}
    return [printable(one, substituted) for one in value] if isinstance(value, list) else value


def _character(one: str, substituted: set[str]) -> str:
    if one in _LINES:
        return " "
    # What is not seen, such as a mark that turns the direction of text, would print other than it reads.
    if ord(one) in _covered() and unicodedata.category(one) not in ("Cc", "Cf", "Co", "Cs"):
        return one
    substitute = f"[U+{ord(one):04X}]"
    substituted.add(substitute)
    return substitute


@cache
def fonts() -> typst.Fonts:
    """The fonts of the package alone, so that a page looks the same on every machine."""
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[_FONTS])


@cache
def _covered() -> frozenset[int]:
    """The code points of the font: its table `cmap` in format 12 (OpenType 1.9)."""
    data = _FONT.read_bytes()
    count = struct.unpack_from(">H", data, 4)[0]
    records = (struct.unpack_from(">4sIII", data, 12 + 16 * i) for i in range(count))
    start = next(offset for tag, _, offset, _ in records if tag == b"cmap")
    encodings = struct.unpack_from(">H", data, start + 2)[0]
    covered: set[int] = set()
    for i in range(encodings):
        table = start + struct.unpack_from(">HHI", data, start + 4 + 8 * i)[2]
        if struct.unpack_from(">H", data, table)[0] == 12:
            groups = struct.unpack_from(">I", data, table + 12)[0]
            for first, last, _ in struct.iter_unpack(">III", data[table + 16 : table + 16 + 12 * groups]):
                covered.update(range(first, last + 1))
    return frozenset(covered)
