"""Pages for printing as PDF/A-2b, in Chinese, from a template and data: nothing of the data is read as markup."""

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

_FONTS = Path(pylopdf_fonts_zh_cn.__file__).parent
_FONT = _FONTS / "NotoSansSC-Regular.otf"
_LINES = "\t\n\r"


def typeset(template: Path, sheet: Mapping[str, Any]) -> bytes:
    """The PDF. The template finds the data as `sys.inputs.sheet`.

    A character that the font lacks is printed as its code point, such as [U+20BB7], and listed as `substituted`.
    """
    substituted: set[str] = set()
    shown = _printable(sheet, substituted)
    data = json.dumps({**shown, "substituted": sorted(substituted)}, ensure_ascii=False)
    return typst.compile(
        template.read_bytes(),
        format="pdf",
        font_paths=_fonts(),
        sys_inputs={"sheet": data},
        pdf_standards="a-2b",
    )


def _printable(value: Any, substituted: set[str]) -> Any:
    if isinstance(value, str):
        return "".join(_character(one, substituted) for one in value)
    if isinstance(value, Mapping):
        return {name: _printable(one, substituted) for name, one in value.items()}
    return [_printable(one, substituted) for one in value] if isinstance(value, list) else value


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
def _fonts() -> typst.Fonts:
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
