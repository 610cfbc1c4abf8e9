"""What a catalogue states: records, persons, facts, places; the same whatever the order of its rows."""

from __future__ import annotations

import json

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from etl.catalogue_rows import NO_RECORD, NOBODY
from etl.statements import Statements
from graph.errors import MappingError
from tests.etl.catalogues import CODE, FIFTEEN, INVALID, KEY, VALID, facts, ids, links, records, stated

PERSON = ("档号", "题名", "姓名", "身份证号")


def test_each_column_of_the_standard_has_its_place() -> None:
    names = ("序号", "档号", "文号", "责任者", "题名", "日期", "密级", "页数", "备注", "分类号", "保管期限", "载体")
    more = ("形式", "有效期至", "本馆编码")
    row = ("1", "Ａ－１", "人社〔2009〕3号", "人社局", "决定", "1980年1月", "机密★10年", "3-14", "缺页", "41", "永久")
    found = stated((*names, *more), (*row, "纸质", "复印件", "2030-06", "X"), classes={"41": "4-1"})
    assert ids(found, "Material") == ["s:A-1"]
    material = records(found, "Material")[0]
    assert json.loads(material.pop("attributes")) == {
        "sequence": "1",
        "note": "缺页",
        "pages": "3-14",
        "本馆编码": "X",
    }
    assert material == {
        "title": "决定",
        "date": "19800100",
        "medium": "paper",
        "form": "copy",
        "pages": 12,
        "class": "4-1",
        "retention": "永久",
        "archive_no": "A-1",
        "doc_no": "人社〔2009〕3号",
        "responsible": "人社局",
        "secrecy": "机密★10年",
        "valid_until": "20300600",
    }
    assert found.remarks == ("Neither a person nor an organisation is named in 1 row: sheet '目录' row 2.",)


def test_what_cannot_be_read_stays_and_is_said() -> None:
    found = stated(("题名", "日期", "页数", "姓名", "出生日期"), ("甲", "民国三十年", "约10", "张三", "19990231"))
    material = records(found, "Material")[0]
    assert (material["date"], json.loads(material["attributes"])) == ("民国三十年", {"pages": "约10"})
    assert (2, "Person", "birth_date", "19990231") in facts(found)
    assert found.remarks == tuple(
        f"The {what} cannot be read and is kept as it stands in 1 row: sheet '目录' row 2."
        for what in ("date", "date of birth", "number of pages")
    )


def test_columns_of_year_month_and_day_are_a_date() -> None:
    found = stated(
        ("题名", "年", "月", "日"), ("甲", "1980", "1", None), ("乙", "2005", "7", "6"), ("丙", None, "7", None)
    )
    assert [r.get("date") for r in records(found, "Material")] == ["19800100", "20050706", None]
    assert json.loads(records(found, "Material")[2]["attributes"]) == {"date_month": "7"}


def test_numbers_of_15_and_18_digits_are_one_person_in_every_system() -> None:
    found = stated(PERSON, ("A-1", "甲", "张三", FIFTEEN), ("A-2", "乙", "张　三", f" {VALID.lower()} "))
    other = stated(PERSON, ("A-1", "甲", "张三", VALID), system="other")
    assert ids(found, "Person") == ids(other, "Person")
    person = ids(found, "Person")[0]
    assert links(found, "ABOUT", "Material") == {("s:A-1", "Person", person), ("s:A-2", "Person", person)}
    assert facts(found) == {
        (row, "Person", field, value) for row in (2, 3) for field, value in (("name", "张三"), ("id_no", VALID))
    }
    assert json.loads(records(found, "Material")[0]["attributes"]) == {"person_number": FIFTEEN}
    assert not any(VALID in id_ or "张三" in id_ for label in found.nodes for id_ in ids(found, label))


def test_an_invalid_number_is_no_identity_and_is_said() -> None:
    names = ("档号", "身份证号", "人员编号", "姓名", "出生日期")
    rows = [
        ("A-1", INVALID, "7", "张三", "1949"),
        ("A-2", None, "7", None, None),
        ("A-3", INVALID, None, "李四", "1949-12"),
        ("A-4", None, None, "李四", "19491200"),
        ("A-5", None, VALID, None, None),
        ("A-6", VALID, None, None, None),
    ]
    found = stated(names, *rows)
    about = {material: person for material, _, person in links(found, "ABOUT", "Material")}
    of = [about[f"s:A-{n}"] for n in range(1, 7)]
    assert (of[0], of[2], of[4]) == (of[1], of[3], of[5])
    assert len({*of}) == len(ids(found, "Person")) == 3
    assert (2, "Person", "id_no", INVALID) in facts(found)
    assert found.remarks == (
        "The identity number is not valid, is kept as it stands and not used to tell who it is, in 2 rows: "
        "sheet '目录' row 2, sheet '目录' row 4.",
    )


def test_one_number_with_two_names_is_two_statements_and_a_contradiction() -> None:
    found = stated(PERSON, ("A-1", "甲", "张三", VALID), ("A-2", "乙", "章三", VALID), ("A-3", "丙", "张三", VALID))
    assert len(ids(found, "Person")) == 1
    assert {value for _, _, field, value in facts(found) if field == "name"} == {"张三", "章三"}
    assert found.remarks == (
        "Contradiction: one person has 2 different statements of the name, all kept, in 2 rows: "
        "sheet '目录' row 2, sheet '目录' row 3.",
    )


def test_namesakes_without_more_are_said() -> None:
    found = stated(("档号", "姓名"), ("A-1", "张三"), ("A-2", "张三"))
    assert len(ids(found, "Person")) == 1
    assert "named by name alone" in found.remarks[0]


def test_a_register_of_persons_and_their_employer() -> None:
    names = ("姓名", "身份证号", "性别", "民族", "单位名称", "统一社会信用代码")
    found = stated(names, ("张三", VALID, "男", "汉族", "某公司", CODE), sheet="人员登记")
    assert records(found, "Material") == [{"title": "[人员登记]"}]
    person, organisation = ids(found, "Person")[0], ids(found, "Organisation")[0]
    assert links(found, "ABOUT", "Material") == {(ids(found, "Material")[0], "Person", person)}
    said = {(label, field): value for _, label, field, value in facts(found)}
    assert said == {
        ("Person", "name"): "张三",
        ("Person", "id_no"): VALID,
        ("Person", "gender"): "男",
        ("Person", "ethnicity"): "汉族",
        ("Person", "organisation"): "某公司",
        ("Organisation", "name"): "某公司",
        ("Organisation", "credit_code"): CODE,
    }
    employment = next(r["id"] for r in found.nodes["Fact"].to_pylist() if r["field"] == "organisation")
    assert links(found, "CONCERNS", "Fact") == {(employment, "Organisation", organisation)}
    assert len(links(found, "STATES", "Material")) == 7
    alone = stated(("题名", "单位名称"), ("章程", "某公司"))
    assert {label for _, label, _ in links(alone, "ABOUT", "Material")} == {"Organisation"}


def test_a_wrong_credit_code_is_said_and_does_not_merge() -> None:
    wrong = CODE[:-1] + "4"
    names = ("题名", "单位名称", "统一社会信用代码")
    found = stated(names, ("甲", "某公司", CODE), ("乙", "某公司", wrong), ("丙", "某公司", wrong))
    assert len(ids(found, "Organisation")) == 2
    assert found.remarks[0].startswith("The credit code is not valid")


def test_places_from_volume_to_room() -> None:
    names = ("档号", "件号", "案卷号", "盒号", "架号", "库房", "全宗号", "年度")
    row = ("A002-RS-001-003", "3", "001", "12", "4", "602", "A002", "2019")
    found = stated(names, row, ("A002-5", None, "5", None, None, None, None, None))
    assert links(found, "FILED_IN", "Material") == {
        ("s:A002-RS-001-003", "Volume", "s:A002-RS-001"),
        ("s:A002-5", "Volume", "s:5"),
    }
    assert links(found, "IN_BOX", "Volume") == {("s:A002-RS-001", "Box", "s:A002-12")}
    assert links(found, "ON_SHELF", "Box") == {("s:A002-12", "Shelf", "s:4")}
    assert links(found, "IN_ROOM", "Shelf") == {("s:4", "Room", "s:602")}
    assert records(found, "Volume") == [{"code": "A002-RS-001", "year": 2019}, {"code": "5"}]
    filed = next(one for one in found.links if one.type == "FILED_IN").table
    assert filed["position"].to_pylist() == [3, None]


def test_a_volume_is_whose_all_its_rows_are() -> None:
    names = ("档号", "案卷号", "盒号", "人员编号", "单位编号")
    rows = [
        ("A-1-1", "1", "12", "甲", None),
        ("A-1-2", "1", "12", "甲", "厂"),
        ("A-2-1", "2", "12", "乙", None),
        ("A-2-2", "2", "12", "丙", None),
        ("A-3-1", "3", "12", "丁", None),
        ("A-3-2", "3", "12", None, None),
        ("A-4-1", "4", "12", None, "厂"),
        ("A-5-1", "5", "12", "厂", None),
        ("A-5-2", "5", "12", None, "厂"),
        ("B", None, "13", "甲", None),
    ]
    found = stated(names, *rows, whole=True)
    about = {material: (label, id_) for material, label, id_ in links(found, "ABOUT", "Material")}
    assert links(found, "ABOUT", "Volume") == {("s:A-1", *about["s:A-1-1"]), ("s:A-4", *about["s:A-4-1"])}
    assert about["s:A-5-1"][1] == about["s:A-5-2"][1]
    assert not any("volumes hold records" in remark for remark in found.remarks)
    personnel = stated(names, *rows, volume_of="person")
    assert links(personnel, "ABOUT", "Volume") == {(f"s:A-{n}", *about[f"s:A-{n}-1"]) for n in (1, 3, 5)}
    assert [remark for remark in personnel.remarks if "volumes hold records" in remark] == [
        "1 volumes hold records of several persons, though the mapping says that each is one person's; they are "
        "stated for none, in 2 rows: sheet '目录' row 4, sheet '目录' row 5."
    ]
    for silent in (
        stated(("档号", "人员编号"), *((row[0], row[3]) for row in rows), whole=True),
        stated(names, *rows),
    ):
        assert ("ABOUT", "Volume") not in {(one.type, one.owner) for one in silent.links}


def test_a_level_that_is_left_out_has_the_code_of_the_level_above() -> None:
    found = stated(("档号", "盒号", "库房"), ("A-1", "12", "602"), ("A-2", None, None))
    assert links(found, "FILED_IN", "Material") == {("s:A-1", "Volume", "s:12")}
    assert links(found, "IN_BOX", "Volume") == {("s:12", "Box", "s:12")}
    assert links(found, "ON_SHELF", "Box") == {("s:12", "Shelf", "s:602")}


def test_rows_of_one_archive_number_are_all_kept() -> None:
    names = ("档号", "题名", "页数")
    rows = [("A-1", "乙", "2"), ("A-1", "甲", "2"), ("A-1", "乙", "2"), ("A-2", "乙", "2")]
    found = stated(names, *rows)
    assert [(r["id"], r["title"], r["source_row"]) for r in found.nodes["Material"].to_pylist()] == [
        ("s:A-1", "乙", 2),
        ("s:A-1~2", "甲", 3),
        ("s:A-2", "乙", 5),
    ]
    assert found.rows_in == 4
    assert found.remarks[-3:-1] == (
        "Another row of the same 档号 is repeated in all it says in 1 row: sheet '目录' row 4.",
        "1 档号 stand on several rows with different content; all are kept, the further ones with ~2, ~3 …, "
        "in 1 row: sheet '目录' row 3.",
    )


ROWS = st.lists(
    st.tuples(
        st.sampled_from([None, "A-1", "A-2"]),
        st.sampled_from(["甲", "乙"]),
        st.sampled_from([None, "1980"]),
        st.sampled_from(["1", "2"]),
        st.sampled_from([None, VALID]),
        st.sampled_from([None, "张三", "李四"]),
        st.sampled_from([None, "12"]),
    ),
    max_size=8,
)
NAMES = ("档号", "题名", "日期", "页数", "身份证号", "姓名", "盒号")


def whole(found: Statements) -> dict[str, set[tuple[object, ...]]]:
    """Everything stated, aside from rows."""
    said: dict[str, set[tuple[object, ...]]] = {}
    for label, table in found.nodes.items():
        said[label] = set(zip(*(c.to_pylist() for c in table.drop_columns(["source_row"]).columns), strict=True))
        assert len(said[label]) == table.num_rows == len(set(ids(found, label)))
    for one in found.links:
        said[f"{one.type} {one.owner}"] = set(zip(*(c.to_pylist() for c in one.table.columns), strict=True))
        assert len(said[f"{one.type} {one.owner}"]) == one.table.num_rows
        held = {id_ for label in found.nodes for id_ in ids(found, label)}
        assert {*one.table["from_id"].to_pylist(), *one.table["to_id"].to_pylist()} <= held
    return said


@settings(deadline=None, max_examples=40)
@given(ROWS, st.randoms(use_true_random=False))
def test_the_order_of_the_rows_changes_nothing(rows: list[tuple[str | None, ...]], random: object) -> None:
    shuffled = list(rows)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert whole(stated(NAMES, *rows)) == whole(stated(NAMES, *shuffled))


@settings(deadline=None, max_examples=40)
@given(ROWS)
def test_every_row_is_a_record_or_repeats_one(rows: list[tuple[str | None, ...]]) -> None:
    found = stated(NAMES, *rows)
    numbered = {row for row in rows if row[0] is not None}
    assert found.nodes["Material"].num_rows == len(numbered) + sum(row[0] is None for row in rows)
    assert found.refused.num_rows == 0


def test_rows_that_name_no_record_are_set_aside_with_their_reason() -> None:
    found = stated(("序号", "题名", "页数"), ("1", "甲", "1"), ("合计", None, "1"), ("序号", "题名", "页数"))
    assert found.refused.to_pylist() == [
        {
            "row": 3,
            "text": '{"序号":"合计","页数":"1"}',
            "reason": f"sheet '目录' row 3: {NO_RECORD}",
        },
        {
            "row": 4,
            "text": '{"序号":"序号","页数":"页数","题名":"题名"}',
            "reason": "sheet '目录' row 4: repeats the header",
        },
    ]
    assert (found.rows_in, found.unidentified, len(ids(found, "Material"))) == (3, 0, 1)
    whose = stated(("题名", "姓名"), ("甲", "张三"), (None, "张三"))
    assert whose.refused["reason"].to_pylist() == [f"sheet '目录' row 3: {NO_RECORD}"]
    register = stated(("姓名", "民族"), ("张三", "汉族"), (None, "汉族"))
    assert register.refused["reason"].to_pylist() == [f"sheet '目录' row 3: {NOBODY}"]


def test_a_mapping_names_columns_constants_and_the_class_scheme() -> None:
    found = stated(
        ("标识", "名目", "类", "工种"),
        ("A-1", "甲", "4-1", "焊工"),
        columns={"archive_no": "标识", "title": "名目", "class": "类"},
        facts={"trade": "工种"},
        constants={"person_number": VALID, "retention": "永久"},
        class_scheme={"name": "干部档案", "version": "1991"},
    )
    material = records(found, "Material")[0]
    assert (material["retention"], json.loads(material["attributes"])) == ("永久", {"class_scheme": "干部档案 1991"})
    assert facts(found) == {(2, "Person", "id_no", VALID), (2, "Person", "trade", "焊工")}
    with pytest.raises(MappingError, match="names the column '名'"):
        stated(("题名",), ("甲",), columns={"title": "名"})


def test_an_archive_number_that_holds_an_identity_number_is_not_in_the_id() -> None:
    found = stated(("档号", "题名"), (f"RS-{VALID}", "甲"))
    assert VALID not in ids(found, "Material")[0]
    assert records(found, "Material")[0]["archive_no"] == f"RS-{VALID}"


def test_another_key_makes_other_ids() -> None:
    one, other = (stated(PERSON, ("A-1", "甲", "张三", VALID), key=key) for key in (KEY, b"1" * 32))
    assert ids(one, "Person") != ids(other, "Person")
    assert isinstance(one.nodes["Person"]["id"].type, pa.DataType)
