"""Sheets of workbooks and CSV catalogues; hostile files are refused and the asking process lives."""

from __future__ import annotations

import datetime
import zipfile
from pathlib import Path

import pytest
from msoffcrypto.format.ooxml import OOXMLFile
from openpyxl.worksheet.worksheet import Worksheet

from etl.catalogue_columns import CatalogueMapping
from etl.limited_child import ChildLimits, how_it_ended
from etl.sheet_source import ROWS_OF_A_SHEET, Sheet, Sheets, is_workbook, place, read_sheets
from graph.errors import UnreadableInput
from tests.etl.workbooks import DA_T_22, rewritten, workbook, zipped

SHEET_1 = "xl/worksheets/sheet1.xml"


def sheets(path: Path, **given: object) -> Sheets:
    return read_sheets(path, CatalogueMapping().knows, **given)  # type: ignore[arg-type]


def rows(sheet: Sheet) -> list[tuple[int, dict[str, str]]]:
    """Each row with its number, without what it leaves empty."""
    columns = {name: values.to_pylist() for name, values in sheet.columns.items()}
    return [
        (number, {name: values[i] for name, values in columns.items() if values[i] is not None})
        for i, number in enumerate(sheet.numbers.to_pylist())
    ]


def test_cells_become_the_text_that_they_show(tmp_path: Path) -> None:
    cells = [1, 1.5, "007", datetime.datetime(1980, 1, 5), datetime.datetime(1980, 1, 5, 9, 30), True, " x ", None, 0]
    path = workbook(tmp_path / "a.xlsx", 目录=[DA_T_22, cells, [], ["", None, "二"]])
    assert is_workbook(path)
    found = sheets(path)
    said = ["1", "1.5", "007", "1980-01-05", "1980-01-05T09:30:00", "TRUE", "x", "0"]
    names = [*DA_T_22[:7], DA_T_22[8]]
    assert rows(found.sheets[0]) == [(2, dict(zip(names, said, strict=True))), (4, {"文号": "二"})]
    assert (found.rows_in, found.remarks) == (2, ())


def cadre_form(sheet: Worksheet) -> None:
    """The form of personnel dossiers: title, whom it is about, and a header of two rows with merged cells."""
    sheet["B2"] = "干部人事档案目录"
    sheet.merge_cells("B2:G2")
    sheet["B3"] = "姓名：张三　　身份证号：11010519491231002X"
    for column, name in zip("BCDGH", ["类号", "材料名称", "材料形成时间", "页数", "备注"], strict=True):
        sheet[f"{column}4"] = name
        if column != "D":
            sheet.merge_cells(f"{column}4:{column}5")
    sheet.merge_cells("D4:F4")
    for column, name in zip("DEF", "年月日", strict=True):
        sheet[f"{column}5"] = name
    sheet["B6"] = "1-1"
    sheet.merge_cells("B6:B7")
    sheet["C6"], sheet["D6"], sheet["E6"], sheet["G6"] = "履历表", 1980, 1, 7
    sheet["C7"], sheet["D7"] = "登记表", 1981


def test_a_header_of_two_rows_with_merged_cells_below_a_title(tmp_path: Path) -> None:
    found = sheets(workbook(tmp_path / "a.xlsx", 目录=cadre_form)).sheets[0]
    assert found.above == {"姓名": "张三", "身份证号": "11010519491231002X"}
    assert rows(found) == [
        (6, {"类号": "1-1", "材料名称": "履历表", "年": "1980", "月": "1", "页数": "7"}),
        (7, {"类号": "1-1", "材料名称": "登记表", "年": "1981"}),
    ]


def test_several_sheets_keep_their_rows_apart_and_others_are_named(tmp_path: Path) -> None:
    rest = {"说明": [["本目录由档案室编制"]], "人员": [["人员登记"], ["姓名", "性别"], ["李四", "女"]]}
    path = workbook(tmp_path / "a.xlsx", 目录=[["序号", "题名"], [1, "甲"]], **rest)
    found = sheets(path)
    assert [(sheet.name, rows(sheet)) for sheet in found.sheets] == [
        ("目录", [(2, {"序号": "1", "题名": "甲"})]),
        ("人员", [(2 * ROWS_OF_A_SHEET + 3, {"姓名": "李四", "性别": "女"})]),
    ]
    assert found.remarks == ("Sheet '说明' (1 rows) has no header of a catalogue; it was left out.",)
    assert place("人员", 2 * ROWS_OF_A_SHEET + 3) == "sheet '人员' row 3"
    assert [sheet.name for sheet in sheets(path, names=("人员",)).sheets] == ["人员"]
    with pytest.raises(UnreadableInput, match="has no sheet '别的'"):
        sheets(path, names=("别的",))


def test_cells_that_must_not_be_believed_set_their_row_aside(tmp_path: Path) -> None:
    def fill(sheet: Worksheet) -> None:
        sheet.append(["题名", "页数", "身份证号"])
        sheet.append(["甲", "#REF!", "x"])
        sheet["B2"].data_type = "e"
        sheet.append(["乙", "=1+1", None])
        sheet.append(["丙", 2, 110105194912310021])
        sheet.append(["丁", 2, 110105491231002])

    found = sheets(workbook(tmp_path / "a.xlsx", 目录=fill)).sheets[0]
    assert rows(found) == [(5, {"题名": "丁", "页数": "2", "身份证号": "110105491231002"})]
    assert [(r["row"], r["reason"]) for r in found.refused.to_pylist()] == [
        (2, "sheet '目录' row 2: column B (页数) holds a formula error"),
        (3, "sheet '目录' row 3: column B (页数) holds a formula that was never computed"),
        (
            4,
            "sheet '目录' row 4: column C (身份证号) holds a number of more than 15 digits, "
            "of which the last are lost",
        ),
    ]
    assert found.refused["text"][0].as_py() == '{"身份证号":"x","题名":"甲"}'


def test_unusual_xml_is_looked_at_by_its_elements(tmp_path: Path) -> None:
    """Cells without a reference, comments and single quotes: the same rows are set aside."""

    def fill(sheet: Worksheet) -> None:
        sheet.append(["题名", "页数"])
        sheet.append(["甲", "#REF!"])
        sheet["B2"].data_type = "e"
        sheet.append(["乙", "=1+1"])
        sheet.append(["丙", 3])

    usual = workbook(tmp_path / "usual.xlsx", 目录=fill)

    def change(xml: bytes) -> bytes:
        for reference in (b"A2", b"B2"):
            xml = xml.replace(b' r="' + reference + b'"', b"")
        return xml.replace(b't="e"', b"t='e'").replace(b"<sheetData>", b"<sheetData><!-- x -->")

    unusual = rewritten(tmp_path / "unusual.xlsx", usual, SHEET_1, change)
    one, other = sheets(usual).sheets[0], sheets(unusual).sheets[0]
    assert rows(one) == rows(other) == [(4, {"题名": "丙", "页数": "3"})]
    assert one.refused.equals(other.refused)
    assert one.refused.num_rows == 2


def test_a_cell_in_the_last_corner_is_refused(tmp_path: Path) -> None:
    def fill(sheet: Worksheet) -> None:
        sheet["A1"] = "题名"
        sheet["XFD1048576"] = "x"

    path = workbook(tmp_path / "far.xlsx", 目录=fill)
    assert path.stat().st_size < 10_000
    with pytest.raises(UnreadableInput, match=r"sheet '目录' reaches to row 1,048,576, column 16,384") as refused:
        sheets(path)
    assert "Delete the stray cells" in refused.value.remedy
    hidden = rewritten(tmp_path / "hidden.xlsx", path, SHEET_1, lambda xml: xml.replace(b'A1:XFD1048576"', b'A1"'))
    with pytest.raises(UnreadableInput, match="column 16,384"):
        sheets(hidden)


def test_a_zip_bomb_is_refused_unopened(tmp_path: Path) -> None:
    path = zipped(tmp_path / "bomb.xlsx", **{"worksheets/sheet1.xml": bytes(64 << 20)})
    with pytest.raises(UnreadableInput, match=r"unpacks to 67,1.* looks like a ZIP bomb and was not opened"):
        sheets(path)


def test_a_directory_that_lies_about_sizes_gives_a_clear_error(tmp_path: Path) -> None:
    path = zipped(tmp_path / "liar.xlsx", **{"worksheets/sheet1.xml": bytes(64 << 20)})
    lied = path.read_bytes().replace((64 << 20).to_bytes(4, "little"), (1 << 10).to_bytes(4, "little"))
    path.write_bytes(lied)
    with pytest.raises(UnreadableInput, match=r"liar\.xlsx"):
        sheets(path)


def test_too_little_memory_is_said_and_the_asking_process_lives(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", 目录=[["序号", "题名"], [1, "甲"]])
    with pytest.raises(UnreadableInput, match=r"a\.xlsx was not read: reading it in a process of its own"):
        sheets(path, limits=ChildLimits(memory=48 << 20))
    aborted = how_it_ended(-6, b"memory allocation of 549755813888 bytes failed\n", ChildLimits(memory=1 << 30))
    assert aborted == "needs more than 1,024 MB of memory"
    assert how_it_ended(-24, b"", ChildLimits(seconds=7)) == "took more than 7 seconds"


def test_a_password_is_said(tmp_path: Path) -> None:
    plain = workbook(tmp_path / "a.xlsx", 目录=[["序号", "题名"], [1, "甲"]])
    path = tmp_path / "locked.xlsx"
    with plain.open("rb") as source, path.open("wb") as target:
        OOXMLFile(source).encrypt("secret", target)
    with pytest.raises(UnreadableInput, match="is protected by a password") as refused:
        sheets(path)
    assert "without the password" in refused.value.remedy


@pytest.mark.parametrize("part", [0.3, 0.95])
def test_a_truncated_workbook_is_said(tmp_path: Path, part: float) -> None:
    plain = workbook(tmp_path / "a.xlsx", 目录=[["序号", "题名"], [1, "甲"]]).read_bytes()
    path = tmp_path / "cut.xlsx"
    path.write_bytes(plain[: int(len(plain) * part)])
    with pytest.raises(UnreadableInput, match=r"cut\.xlsx is cut off or damaged"):
        sheets(path)


def test_other_archives_and_entities_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "photos.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.jpg", b"x")
    with pytest.raises(UnreadableInput, match="ZIP archive and no XLSX workbook"):
        sheets(path)
    plain = workbook(tmp_path / "a.xlsx", 目录=[["序号", "题名"], [1, "甲"]])
    entity = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'
    bad = rewritten(
        tmp_path / "dtd.xlsx", plain, SHEET_1, lambda xml: xml.replace(b"<worksheet", entity + b"<worksheet")
    )
    with pytest.raises(UnreadableInput, match="declares a document type"):
        sheets(bad)


def test_a_workbook_without_a_header_is_refused(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", 表=[["甲", "乙"], [1, 2]], 空=[])
    with pytest.raises(UnreadableInput, match="no sheet with a header of a catalogue"):
        sheets(path)
    twice = workbook(tmp_path / "b.xlsx", 表=[["题名", "题名", "日期"], ["a", "b", "c"]])
    with pytest.raises(UnreadableInput, match="more than one column is called '题名'"):
        sheets(twice)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("above", ["", "某中心档案目录\n单位：x\n", "某中心档案目录;;;\n\n"])
def test_csv_of_any_encoding_and_delimiter_below_titles(tmp_path: Path, encoding: str, above: str) -> None:
    path = tmp_path / "a.csv"
    text = f"{above}序号;档 号;题名（正题名）;备注\n1;A-1;履历表, 一份;　\n;;;\n2;Ａ－２;登记表;x\n3;A-3\n"
    path.write_bytes(text.encode(encoding))
    found = sheets(path)
    line = text[: text.index("1;A-1")].count("\n") + 1
    assert rows(found.sheets[0]) == [
        (line, {"序号": "1", "档 号": "A-1", "题名（正题名）": "履历表, 一份"}),
        (line + 2, {"序号": "2", "档 号": "Ａ－２", "题名（正题名）": "登记表", "备注": "x"}),
    ]
    assert found.sheets[0].refused.to_pylist() == [
        {"row": line + 3, "text": "3;A-3", "reason": f"line {line + 3}: 2 fields where the header has 4"}
    ]
    assert found.rows_in == 3


def test_a_csv_that_is_no_catalogue_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("x,y\n1,2\n")
    with pytest.raises(UnreadableInput, match="has no column of a catalogue"):
        sheets(path)
