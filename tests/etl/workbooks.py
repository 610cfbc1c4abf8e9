"""Workbooks for tests, good and hostile."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

DA_T_22 = ("序号", "档号", "文号", "责任者", "题名", "日期", "密级", "页数", "备注")
PARTS = ("[Content_Types].xml", "_rels/.rels", "xl/workbook.xml")


def workbook(path: Path, **sheets: Sequence[Sequence[Any]] | Callable[[Worksheet], None]) -> Path:
    """A workbook with a sheet per keyword: rows to append, or a function that fills it."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        if callable(rows):
            rows(sheet)
        else:
            for row in rows:
                sheet.append(list(row))
    book.save(path)
    return path


def zipped(path: Path, **parts: bytes) -> Path:
    """A ZIP archive with the parts that a workbook has, and these."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in PARTS:
            archive.writestr(name, "<a/>")
        for name, content in parts.items():
            archive.writestr(f"xl/{name}", content)
    return path


def rewritten(path: Path, source: Path, member: str, change: Callable[[bytes], bytes]) -> Path:
    """A copy of a workbook with one part changed."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            content = old.read(info)
            new.writestr(info.filename, change(content) if info.filename == member else content)
    return path
