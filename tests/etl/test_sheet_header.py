"""Where a header stands and what its columns are called."""

from __future__ import annotations

import pytest

from etl.catalogue_columns import CatalogueMapping, is_catalogue_header, resolve_columns
from etl.sheet_header import Header, find_header, header_name
from graph.errors import MappingError

KNOWN = CatalogueMapping().knows


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("题 名", "题名"),
        ("页数（页）", "页数"),
        ("Title：", "title"),
        ("(x)", "(x)"),
        ("Ｎｏ．", "no."),
        ("class_code", "classcode"),
    ],
)
def test_names_are_compared_without_blanks_brackets_and_case(text: str, name: str) -> None:
    assert header_name(text) == name


def test_the_row_that_names_most_is_the_header() -> None:
    rows = [("干部档案", None, None), ("单位：", "x", None), ("序号", "题名", "其他"), ("1", "日期", "x")]
    assert find_header(rows, KNOWN) == Header(2, 2, ("序号", "题名", "其他"), {})
    assert find_header(rows[3:], KNOWN) is None
    assert find_header(rows, KNOWN, given=3) == Header(3, 3, ("1", "日期", "x"), {})


def test_groups_over_columns_tell_equal_names_apart() -> None:
    rows = [("本人", None, "配偶", None, "题名"), ("姓名", "性别", "姓名", "性别", "题名")]
    across = [(0, 0, 0, 1), (0, 2, 0, 3)]
    found = find_header(rows, KNOWN, across)
    assert found is not None
    assert found.names == ("本人 姓名", "本人 性别", "配偶 姓名", "配偶 性别", "题名")


def test_a_label_and_its_value_may_stand_in_two_cells() -> None:
    rows = [("姓 名：", "张三", "性别：男  出生地：x"), ("序号", "题名", "页数")]
    found = find_header(rows, KNOWN)
    assert found is not None
    assert found.above == {"姓名": "张三", "性别": "男", "出生地": "x"}


def test_names_of_the_standards_and_of_the_field_are_known() -> None:
    names = [
        "序号",
        "档号",
        "文号",
        "责任者",
        "题名",
        "日期",
        "密级",
        "页数",
        "备注",
        "公民身份号码",
        "民族",
        "本馆编码",
    ]
    found = resolve_columns(names, CatalogueMapping(), "a.csv")
    assert found.fields == {
        "sequence": "序号",
        "archive_no": "档号",
        "doc_no": "文号",
        "responsible": "责任者",
        "title": "题名",
        "date": "日期",
        "secrecy": "密级",
        "pages": "页数",
        "note": "备注",
        "person_number": "公民身份号码",
    }
    assert (found.facts, found.rest) == ({"ethnicity": "民族"}, ("本馆编码",))


def test_the_mapping_goes_before_what_is_recognised() -> None:
    mapping = CatalogueMapping(columns={"title": "名目"}, facts={"skill": "工种"}, ignore=("页数",))
    found = resolve_columns(["名目", "题名", "工种", "页数"], mapping, "a.csv")
    assert (found.fields, found.facts, found.rest) == ({"title": "名目"}, {"skill": "工种"}, ("题名",))
    with pytest.raises(
        MappingError, match=r"a\.csv: the mapping names the column '名目' \(catalogue\.columns\.title\)"
    ):
        resolve_columns(["名称目", "工种", "页数"], mapping, "a.csv")


def test_event_logs_are_no_catalogues() -> None:
    assert is_catalogue_header(["序号", "题名", "日期"])
    assert is_catalogue_header(["姓名", "身份证号", "档号"])
    assert not is_catalogue_header(["case:concept:name", "concept:name", "time:timestamp"])
    assert not is_catalogue_header(["姓名", "性别", "身份证号"])
    assert not is_catalogue_header(["办件编号", "环节", "时间", "姓名", "日期"])
