"""What is printed for a volume and for boxes: 卷内目录 with 备考表, and labels; as PDF/A-2b and XLSX.

The columns are those of DA/T 22-2015 (docs/storeroom.md).
"""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from pathlib import Path

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet
from pydantic import BaseModel

from graph import clock
from graph.clock import now_ms
from graph.days import CHINA_OFFSET, day_of, day_text
from graph.errors import NotFound
from graph.filing.arrangement import record_code
from graph.filing.moves import named
from graph.in_force import Record, in_force
from graph.store import Row, Store
from graph.storeroom import boxes_of_room, places_of
from graph.typesetting import typeset
from graph.viewer import Viewer

_TEMPLATES = Path(__file__).parent
COLUMNS = ("序号", "档号", "文号", "责任者", "题名", "日期", "密级", "页数", "备注")
_WIDTHS = (6, 34, 18, 18, 44, 12, 10, 8, 24)
LABEL = ("盒号", "类别", "年度", "保管期限", "起止卷号", "卷数", "件数", "盒厚(毫米)", "位置")
_LABEL_WIDTHS = (30, 18, 12, 10, 44, 8, 8, 12, 30)


class InventoryRow(BaseModel):
    """One record of a volume, as a line of its 卷内目录."""

    number: int | None
    archive_no: str
    doc_no: str
    responsible: str
    title: str
    dated: str
    secrecy: str
    pages: int | None
    note: str


class Inventory(BaseModel):
    """The 卷内目录 of a volume; `made_on` is the day (YYYY-MM-DD) on which it was asked for."""

    volume: str
    scheme_class: str
    year: str
    retention: str
    places: list[str]
    records: int
    pages: int
    without_pages: int
    as_of_load: int
    made_on: str
    rows: list[InventoryRow]


class BoxLabel(BaseModel):
    """What stands on a box."""

    box: str
    scheme_class: str
    year: str
    retention: str
    first: str
    last: str
    volumes: int
    records: int
    capacity: int | None
    place: str


class BoxLabels(BaseModel):
    """The labels of some boxes."""

    as_of_load: int
    made_on: str
    labels: list[BoxLabel]


def inventory(store: Store, viewer: Viewer, volume: str) -> Inventory:
    """The records of a volume, by id or code, in the order of their places. Raises NotFound and Ambiguous."""
    viewer.require_whole_archive()
    load = _load(store)
    id_ = named(store, load, "Volume", volume)
    record = in_force(store, {"Volume": [id_]}, load)["Volume"][id_]
    code = record["code"] or id_
    filed = store.read("storeroom/contents", ids=[id_], load=load)
    held = in_force(store, {"Material": [row[2] for row in filed]}, load)["Material"]
    rows = [_line(code, position, held[one]) for _, position, one in filed if one in held]
    places = [
        " / ".join(one for one in (p.room, p.shelf, p.box) if one) for p in places_of(store, [("Volume", id_)], load)
    ]
    return Inventory(
        volume=code,
        scheme_class=record["class"] or "",
        year="" if record["year"] is None else str(record["year"]),
        retention=record["retention"] or "",
        places=[one for one in places if one],
        records=len(rows),
        pages=sum(row.pages or 0 for row in rows),
        without_pages=sum(row.pages is None for row in rows),
        as_of_load=load,
        made_on=_today(),
        rows=rows,
    )


def _load(store: Store) -> int:
    load = clock.last_done(store)
    if load == 0:
        raise NotFound("The archive is empty: there is nothing to print.", "Load something first.")
    return load


def _today() -> str:
    return day_text(day_of(now_ms(), CHINA_OFFSET))


def _line(volume: str, position: int | None, record: Record) -> InventoryRow:
    made = record_code(volume, position) if position is not None else ""
    note = json.loads(record["attributes"] or "{}").get("note")
    return InventoryRow(
        number=position,
        archive_no=record["archive_no"] or made,
        doc_no=record["doc_no"] or "",
        responsible=record["responsible"] or "",
        title=record["title"] or "",
        dated=record["date"] or "",
        secrecy=record["secrecy"] or "",
        pages=record["pages"],
        note=note if isinstance(note, str) else "",
    )


def labels(store: Store, viewer: Viewer, *, room: str | None = None, box: str | None = None) -> BoxLabels:
    """The labels of the boxes of a room, or of one box, by id or code. Raises NotFound and Ambiguous."""
    viewer.require_whole_archive()
    load = _load(store)
    if room is not None:
        ids = [one.id for one in boxes_of_room(store, store.settings, viewer, room).boxes]
    else:
        ids = [named(store, load, "Box", box or "")]
    records = in_force(store, {"Box": ids}, load)["Box"]
    held: dict[str, list[Row]] = {}
    for row in store.read("storeroom/volumes", ids=ids, load=load) if ids else ():
        held.setdefault(row[0], []).append(row)
    places = {one.id: one for one in places_of(store, [("Box", id_) for id_ in ids], load)}
    made = []
    for id_ in ids:
        volumes = held.get(id_, [])
        at = places.get(id_)
        made.append(
            BoxLabel(
                box=records[id_]["code"] or id_,
                scheme_class=_one([row[4] for row in volumes]),
                year=_one([row[5] for row in volumes]),
                retention=_one([row[6] for row in volumes]),
                first=(volumes[0][3] or volumes[0][2]) if volumes else "",
                last=(volumes[-1][3] or volumes[-1][2]) if volumes else "",
                volumes=len(volumes),
                records=sum(row[7] for row in volumes),
                capacity=records[id_]["capacity"],
                place=" / ".join(one for one in (at.room, at.shelf) if one) if at else "",
            )
        )
    return BoxLabels(as_of_load=load, made_on=_today(), labels=made)


def _one(values: Sequence[object]) -> str:
    """What all volumes share, or the first and the last where they differ."""
    known = sorted({str(one) for one in values if one is not None})
    return "–".join(dict.fromkeys((known[0], known[-1]))) if known else ""


def inventory_pdf(sheet: Inventory) -> bytes:
    """卷内目录 and 备考表."""
    return typeset(_TEMPLATES / "inventory.typ", sheet.model_dump())


def labels_pdf(sheet: BoxLabels) -> bytes:
    """A label a box, eight on a page."""
    return typeset(_TEMPLATES / "labels.typ", sheet.model_dump())


def inventory_xlsx(sheet: Inventory) -> bytes:
    """卷内目录 on the first sheet, 备考表 on the second."""
    book = Workbook()
    first: Worksheet = book.active
    first.title = "卷内目录"
    rows = [
        (r.number, r.archive_no, r.doc_no, r.responsible, r.title, r.dated, r.secrecy, r.pages, r.note)
        for r in sheet.rows
    ]
    _fill(first, COLUMNS, rows, _WIDTHS)
    second = book.create_sheet("备考表")
    said = f"本卷共 {sheet.records} 件，已著录页数 {sheet.pages} 页，{sheet.without_pages} 件未著录页数。"
    facts = (("案卷号", sheet.volume), ("卷内文件情况说明", said), ("位置", "；".join(sheet.places)))
    blanks = tuple((name, "") for name in ("整理人", "整理日期", "检查人", "检查日期"))
    _fill(second, ("项目", "内容"), (*facts, *blanks), (22, 80))
    return _bytes(book)


def labels_xlsx(sheet: BoxLabels) -> bytes:
    """A row a box."""
    book = Workbook()
    first: Worksheet = book.active
    first.title = "盒标签"
    rows = [
        (
            one.box, one.scheme_class, one.year, one.retention, " 至 ".join(dict.fromkeys((one.first, one.last))),
            one.volumes, one.records, one.capacity, one.place,
        )
        for one in sheet.labels
    ]  # fmt: skip
    _fill(first, LABEL, rows, _LABEL_WIDTHS)
    return _bytes(book)


def _fill(
    sheet: Worksheet, head: Sequence[str], rows: Sequence[Sequence[str | int | None]], widths: Sequence[int]
) -> None:
    for place, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(place)].width = width
    for number, row in enumerate((head, *rows), 1):
        for place, value in enumerate(row, 1):
            text = ILLEGAL_CHARACTERS_RE.sub(" ", value) if isinstance(value, str) else value
            cell = sheet.cell(number, place, text)
            if isinstance(text, str):
                # A title that begins with = is a title and no formula.
                cell.data_type = "s"
    sheet.freeze_panes = "A2"


def _bytes(book: Workbook) -> bytes:
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()
