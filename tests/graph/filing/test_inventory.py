"""What is printed: 卷内目录, 备考表 and labels, read back from the PDF and the workbook."""

from __future__ import annotations

import io
from pathlib import Path

import openpyxl
import pypdf
import pytest

from graph.errors import NotFound
from graph.filing.inventory import inventory, inventory_pdf, inventory_xlsx, labels, labels_pdf, labels_xlsx
from graph.viewer import LOCAL_OPERATOR
from tests.archives import archive
from tests.graphs import link, write


def text_of(pdf: bytes) -> str:
    assert b"pdfaid" in pdf
    text = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)
    return "".join(text.split())


def test_a_volume_and_its_box_are_printed(store_uri: str, tmp_path: Path) -> None:
    nodes = {
        "Room": [{"id": "r", "code": "602库房"}],
        "Shelf": [{"id": "s", "code": "第10排"}],
        "Box": [{"id": "b", "code": "B-7", "capacity": 30}],
        "Volume": [
            {"id": "v", "code": "A001-RS-001", "class": "6", "year": 1999, "retention": "30年"},
            {"id": "w", "code": "A001-RS-002", "class": "6", "year": 2001, "retention": "30年"},
        ],
        "Material": [
            {"id": "a", "title": "履历表", "pages": 4, "date": "19990101", "attributes": '{"note":"复印"}'},
            {"id": "b", "title": '=HYPERLINK("x")#[*', "archive_no": "A9-RS-001-002"},
        ],
    }
    links = {
        "FILED_IN": [link("Material b", "Volume v", position=2), link("Material a", "Volume v", position=1)],
        "IN_BOX": [link("Volume v", "Box b", position=1), link("Volume w", "Box b", position=2)],
        "ON_SHELF": [link("Box b", "Shelf s")],
        "IN_ROOM": [link("Shelf s", "Room r")],
    }
    with archive(store_uri) as (store, settings):
        write(store, settings, nodes, links)
        sheet = inventory(store, LOCAL_OPERATOR, "A001-RS-001")
        assert (sheet.records, sheet.pages, sheet.without_pages) == (2, 4, 1)
        assert sheet.places == ["602库房 / 第10排 / B-7"]
        assert [(r.number, r.archive_no, r.note) for r in sheet.rows] == [
            (1, "A001-RS-001-001", "复印"), (2, "A9-RS-001-002", ""),
        ]  # fmt: skip
        printed = text_of(inventory_pdf(sheet))
        assert all(one in printed for one in ("卷内目录", "备考表", "履历表", '=HYPERLINK("x")#[*', "检查人"))
        book = openpyxl.load_workbook(io.BytesIO(inventory_xlsx(sheet)))
        assert book.sheetnames == ["卷内目录", "备考表"]
        rows = list(book["卷内目录"].iter_rows(values_only=True))
        assert rows[0] == ("序号", "档号", "文号", "责任者", "题名", "日期", "密级", "页数", "备注")
        assert rows[2][4] == '=HYPERLINK("x")#[*'
        assert book["卷内目录"].cell(3, 5).data_type == "s"
        tags = labels(store, LOCAL_OPERATOR, room="602库房")
        assert tags == labels(store, LOCAL_OPERATOR, box="B-7")
        (tag,) = tags.labels
        assert (tag.first, tag.last, tag.year, tag.volumes, tag.records) == (
            "A001-RS-001", "A001-RS-002", "1999–2001", 2, 2,
        )  # fmt: skip
        assert all(one in text_of(labels_pdf(tags)) for one in ("B-7", "602库房/第10排", "30毫米"))
        (_, row) = openpyxl.load_workbook(io.BytesIO(labels_xlsx(tags)))["盒标签"].iter_rows(values_only=True)
        assert row[0] == "B-7"
        with pytest.raises(NotFound, match="no Volume"):
            inventory(store, LOCAL_OPERATOR, "none")
