"""Writes catalogue/: workbooks with a title above the header, merged cells, and one sheet a region or period."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from itertools import groupby
from pathlib import Path

import yaml
from openpyxl import Workbook
from openpyxl.utils import get_column_letter

from demo.case_files import FORM_WORDS
from demo.layout import FIRST_SHEET_ROW, sheets_of, workbook
from demo.model import Model
from demo.records import Record

Cell = str | int | None
_WRITTEN = "2026-06-30T00:00:00Z"
_MODIFIED = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*(</dcterms:)")
_ZIP_TIME = (2026, 6, 30, 0, 0, 0)
_COMMON: dict[str, Callable[[Record], Cell]] = {
    "档号": lambda r: r.archive_no,
    "文号": lambda r: r.doc_no,
    "责任者": lambda r: r.responsible,
    "题名": lambda r: r.title,
    "日期": lambda r: r.date,
    "密级": lambda r: r.secrecy,
    "页数": lambda r: r.pages,
    "备注": lambda r: r.note,
    "类号": lambda r: r.class_no,
    "保管期限": lambda r: r.retention,
    "形式": lambda r: FORM_WORDS[r.form] if r.form else "",
    "载体": lambda r: r.medium,
}
_PLACE: dict[str, Callable[[Record], Cell]] = {
    "案卷号": lambda r: r.place.volume,
    "件号": lambda r: r.item_no,
    "盒号": lambda r: r.place.box,
    "架号": lambda r: r.place.shelf,
    "库房": lambda r: r.place.room,
}
_COLUMNS: dict[str, dict[str, Callable[[Record], Cell]]] = {
    "personnel": {
        **_COMMON,
        "姓名": lambda r: r.name,
        "身份证号": lambda r: r.number,
        "人员编号": lambda r: r.key,
        "出生日期": lambda r: r.birth_date,
        **_PLACE,
    },
    "business": {
        **_COMMON,
        "日期": lambda r: int(r.date),
        "姓名": lambda r: r.name if r.holder.id.startswith("P") else "",
        "身份证号": lambda r: r.number if r.holder.id.startswith("P") else "",
        "单位名称": lambda r: r.name if r.holder.id.startswith("O") else "",
        "统一社会信用代码": lambda r: r.number if r.holder.id.startswith("O") else "",
        "业务编号": lambda r: r.case_id,
        **_PLACE,
        "文件路径": lambda r: r.file.path.removeprefix("business/") if r.file else "",
    },
}
_SCHEMES = {
    "personnel": {"name": "干部档案十大类", "version": "1991"},
    "business": {"name": "社会保险业务档案", "version": "2009"},
}
_MERGED = ("盒号", "架号", "库房")
_TITLES = {"personnel": "流动人员人事档案归档文件目录", "business": "社会保险业务档案归档文件目录"}


def write_workbook(folder: Path, model: Model, catalogue: str) -> None:
    """Writes the workbook of a catalogue and its mapping beside it, the same bytes for the same model."""
    path = folder / workbook(catalogue)
    path.parent.mkdir(parents=True, exist_ok=True)
    book = Workbook(write_only=True)
    for sheet, held in sheets_of(model, catalogue):
        _write_sheet(book, catalogue, sheet, held)
    draft = path.with_suffix(".draft")
    book.save(draft)
    _settle(draft, path)
    draft.unlink()
    mapping = {
        "system": catalogue,
        "mode": "snapshot",
        "catalogue": {"class_scheme": _SCHEMES[catalogue], "files": f"../files/{catalogue}"},
    }
    text = yaml.safe_dump(mapping, allow_unicode=True, sort_keys=False)
    path.with_suffix(".yaml").write_text(text, encoding="utf-8", newline="\n")


def _write_sheet(book: Workbook, catalogue: str, sheet: str, held: list[Record]) -> None:
    columns = _COLUMNS[catalogue]
    page = book.create_sheet(sheet)
    last = get_column_letter(len(columns) + 1)
    letters = [get_column_letter(list(columns).index(name) + 2) for name in _MERGED]
    # A list, because the library's own set of ranges is searched for each new one and has no order.
    page.merged_cells = [
        f"A1:{last}1",
        *(f"{letter}{first}:{letter}{end}" for first, end in _volumes(held) for letter in letters),
    ]
    page.append([f"{_TITLES[catalogue]}（{sheet}）"])
    page.append(["序号", *columns])
    before = None
    for serial, record in enumerate(held, 1):
        cells = [of(record) or None for of in columns.values()]
        if record.place == before:
            cells = [None if name in _MERGED else cell for name, cell in zip(columns, cells, strict=True)]
        if record.pages == 0:
            cells[list(columns).index("页数")] = 0
        page.append([serial, *cells])
        before = record.place


def _volumes(held: list[Record]) -> list[tuple[int, int]]:
    """First and last row of every volume of more than one record, whose place is written in merged cells."""
    spans = []
    row = FIRST_SHEET_ROW
    for _, group in groupby(held, key=lambda r: r.place):
        length = len(list(group))
        if length > 1:
            spans.append((row, row + length - 1))
        row += length
    return spans


def _settle(draft: Path, path: Path) -> None:
    """Copies the archive with the times of its members and of its properties fixed."""
    with zipfile.ZipFile(draft) as made, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as settled:
        for name in sorted(made.namelist()):
            content = made.read(name)
            if name == "docProps/core.xml":
                content = _MODIFIED.sub(rb"\g<1>" + _WRITTEN.encode() + rb"\g<3>", content)
            member = zipfile.ZipInfo(name, _ZIP_TIME)
            member.compress_type = zipfile.ZIP_DEFLATED
            member.create_system = 3
            settled.writestr(member, content)
