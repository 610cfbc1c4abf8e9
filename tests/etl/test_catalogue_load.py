"""Catalogues into stores of both engines: to the row, once, and the same whatever the form of the file."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from pathlib import Path

import duckdb
import openpyxl
import pytest

from etl.load import LoadReport, LoadRequest, load_file
from etl.mapping import Mapping
from graph.clock import loads
from graph.dossier import dossier
from graph.errors import Ambiguous, NotFound, UnreadableInput, UsageError
from graph.schema import NODE
from graph.settings import Settings
from graph.store import Store
from graph.subjects import find_subject, persons
from graph.viewer import LOCAL_OPERATOR
from tests.archives import ASIDE, archive, content, last, load
from tests.etl.catalogues import CODE, FIFTEEN, VALID
from tests.etl.workbooks import workbook

NAMES = ("序号", "档号", "题名", "日期", "页数", "姓名", "身份证号", "案卷号", "盒号", "库房")
ROWS = (
    ("1", "A-001-1", "履历表", "19800113", "7", "张三", FIFTEEN, "001", "12", "602"),
    ("2", "A-001-2", "自传", "19800100", "3-14", "张三", VALID, "001", "12", "602"),
    ("3", "A-001-2", "自传（二）", "1980", "2", "章三", VALID, "001", "12", "602"),
    ("4", None, "登记表", "20050706", "1", "李四", None, None, "12", None),
)
REGISTER = (("姓名", "身份证号", "民族", "单位名称", "统一社会信用代码"), ("张三", VALID, "汉族", "某公司", CODE))


def catalogue_csv(path: Path, *rows: Sequence[str | None], encoding: str = "utf-8") -> Path:
    with path.open("w", encoding=encoding, newline="") as stream:
        csv.writer(stream).writerows([NAMES, *rows])
    return path


def counts(report: LoadReport) -> tuple[int, int, int, int, int]:
    assert report.rows_in == report.loaded + report.unchanged + report.quarantined
    return report.rows_in, report.loaded, report.unchanged, report.quarantined, report.withdrawn


def stands(store: Store) -> dict[str, int]:
    """How many records and links stand, by label and type, those that there are."""
    return {name: len(rows) for name, rows in content(store).items() if rows}


def test_a_workbook_is_loaded_to_the_row_and_once(store_uri: str, tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", 目录=[["某中心档案目录"], NAMES, *ROWS, ("合计",)], 登记=REGISTER)
    with archive(store_uri) as (store, settings):
        first = load(store, settings, path, system="s")
        held = content(store)
        again = load(store, settings, path, system="s")
        assert content(store) == held
        assert stands(store) == {
            "Person": 2,
            "Organisation": 1,
            "Material": 5,
            "Fact": 13,
            "Volume": 2,
            "Box": 1,
            "Shelf": 1,
            "Room": 1,
            "ABOUT": 5 + 13,
            "STATES": 13,
            "CONCERNS": 1,
            "FILED_IN": 4,
            "IN_BOX": 2,
            "ON_SHELF": 1,
            "IN_ROOM": 1,
        }
        header = loads(store)[0]
    assert (counts(first), counts(again)) == ((6, 5, 0, 1, 0), (6, 0, 5, 1, 0))
    assert header.state == "done"
    assert any(remark.startswith("Contradiction: one person has 2") for remark in first.remarks)


def test_csv_and_workbook_in_any_order_are_the_same_graph(store_uri: str, tmp_path: Path) -> None:
    with archive(f"duckdb:///{tmp_path / 'other.duckdb'}") as (store, settings):
        load(store, settings, catalogue_csv(tmp_path / "a.csv", *ROWS, encoding="gb18030"), system="s")
        expected = content(store)
    path = workbook(tmp_path / "b.xlsx", Sheet1=[NAMES, *reversed(ROWS)])
    with archive(store_uri) as (store, settings):
        load(store, settings, path, system="s")
        assert content(store) == expected
        report = load(store, settings, catalogue_csv(tmp_path / "c.csv", *ROWS[1:], ROWS[0]), system="s")
        assert counts(report) == (4, 0, 4, 0, 0)
        assert content(store) == expected


def test_a_snapshot_withdraws_what_the_catalogue_no_longer_holds(store_uri: str, tmp_path: Path) -> None:
    mapping = {"mode": "snapshot", "system": "s"}
    with archive(store_uri, withdrawal_limit=0.9) as (store, settings):
        load(store, settings, catalogue_csv(tmp_path / "a.csv", ROWS[1]), **mapping)
        expected = stands(store)
    with archive(store_uri, withdrawal_limit=0.9) as (store, settings):
        load(store, settings, catalogue_csv(tmp_path / "b.csv", *ROWS[:2]), **mapping)
        report = load(store, settings, catalogue_csv(tmp_path / "c.csv", ROWS[1]), **mapping)
        assert counts(report) == (1, 0, 1, 0, 3)
        assert stands(store) == expected
        broken = tmp_path / "d.csv"
        broken.write_text(",".join(NAMES) + "\n1,A-001-9\n", encoding="utf-8")
        report = load(store, settings, broken, **mapping)
        assert counts(report) == (1, 0, 0, 1, 0)
        assert report.remarks[-1].startswith("Nothing was withdrawn")
        assert stands(store) == expected


def test_a_snapshot_says_whose_its_volumes_are(store_uri: str, tmp_path: Path) -> None:
    def catalogue(name: str, *rows: str) -> Path:
        path = tmp_path / name
        path.write_text("\n".join(("档号,题名,姓名,身份证号,案卷号", *rows)) + "\n", encoding="utf-8")
        return path

    def volumes(store: Store, at: int | None = None) -> list[str]:
        return [volume.id for volume in dossier(store, LOCAL_OPERATOR, VALID, at).volumes]

    mapping = {"mode": "snapshot", "system": "s"}
    own = (f"A-001-1,履历表,张三,{FIFTEEN},001", f"A-001-2,自传,张三,{VALID},001", f"A-002-1,登记表,张三,{VALID},002")
    of_li = ("A-002-2,鉴定表,李四,,002",)
    other = ("A-001-3,鉴定表,王五,,001",)
    with archive(store_uri, withdrawal_limit=0.9) as (store, settings):
        load(store, settings, catalogue("a.csv", *own, *of_li), **mapping)
        assert volumes(store) == ["s:A-001"]
        assert dossier(store, LOCAL_OPERATOR, "李四").volumes == []
        load(store, settings, catalogue("b.csv", *own, *of_li, *other), **mapping)
        assert volumes(store) == []
        assert volumes(store, loads(store)[0].committed_at) == ["s:A-001"]
        load(store, settings, catalogue("c.csv", *own, *of_li), **mapping)
        assert volumes(store) == ["s:A-001"]
        load(store, settings, catalogue("d.csv", *other), system="s")
        assert volumes(store) == ["s:A-001"]


def test_a_box_without_volumes_is_a_place(store_uri: str, tmp_path: Path) -> None:
    """The levels that a row leaves out have the id of the level above: ids are unique per label only."""
    with archive(store_uri) as (store, settings):
        load(store, settings, catalogue_csv(tmp_path / "a.csv", *ROWS), system="s")
        places = {m.archive_no: m.places for m in dossier(store, LOCAL_OPERATOR, VALID).materials}
        assert [(p.volume, p.box, p.shelf, p.room) for p in places["A-001-1"]] == [("A-001", "12", "602", "602")]
        (li,) = dossier(store, LOCAL_OPERATOR, "李四").materials
        assert [(p.volume, p.box, p.shelf, p.room) for p in li.places] == [("12", "12", "602", "602")]


def test_a_person_is_found_by_the_key_of_a_system(store_uri: str, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    header, rows = "档号,题名,姓名,人员编号,单位编号", ("A-1,甲,张三,K:7,", "A-2,乙,李四, Ｋ8 ,", "A-3,丙,,,K8")
    path.write_text("\n".join((header, *rows)) + "\n", encoding="utf-8")
    with archive(store_uri) as (store, settings):
        load(store, settings, path, system="s")
        number = last(store)
        assert dossier(store, LOCAL_OPERATOR, "s:K:7").values["name"] == "张三"
        assert dossier(store, LOCAL_OPERATOR, "s:Ｋ8").values["name"] == "李四"
        assert [one.name for one in persons(store, LOCAL_OPERATOR, "s:K8").items] == ["李四"]
        assert find_subject(store, "s:K8", number, ("Organisation",)).label == "Organisation"
        with pytest.raises(Ambiguous, match="names 2 records"):
            find_subject(store, "s:K8", number)
        for text in ("other:K8", "s:K9", "s:", ":K8", "K8"):
            with pytest.raises(NotFound, match="no such person or organisation"):
                find_subject(store, text, number)


def test_that_keys_cannot_be_looked_up_without_the_id_key_is_said(
    duckdb_uri: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.csv"
    path.write_text("档号,题名,姓名,人员编号\nA-1,甲,张三,K7\n", encoding="utf-8")
    with archive(duckdb_uri) as (store, settings):
        load(store, settings, path, system="s")
    monkeypatch.delenv("DOSSIER_ID_KEY")
    with archive(duckdb_uri) as (store, _):
        with pytest.raises(NotFound, match=r"keys of systems were not looked up.* set DOSSIER_ID_KEY"):
            dossier(store, LOCAL_OPERATOR, "s:K7")
        assert dossier(store, LOCAL_OPERATOR, "张三").values["name"] == "张三"


def test_a_corrected_row_changes_its_record_facts_and_place(store_uri: str, tmp_path: Path) -> None:
    corrected = (*ROWS[0][:5], "张珊", VALID, "001", "13", "602")
    with archive(store_uri) as (store, settings):
        load(store, settings, catalogue_csv(tmp_path / "a.csv", *ROWS), system="s")
        before = stands(store)
        changed = load(store, settings, catalogue_csv(tmp_path / "b.csv", corrected, *ROWS[1:]), system="s")
        assert counts(changed)[:2] == (4, 1)
        named = {row for row in content(store)["Fact"] if "张珊" in row}
        assert len(named) == 1
        assert stands(store) == {**before, "Box": 2, "IN_BOX": 3, "ON_SHELF": 2}
    assert any("stand in more than one Box" in remark for remark in changed.remarks)


def test_rows_set_aside_can_be_mended_and_loaded_again(store_uri: str, tmp_path: Path) -> None:
    lines = [["姓名：李四"], ["档号", "题名", "页数"], ["A-1", "甲", "1"], ["A-2", "乙", "=1+1"]]
    path = workbook(tmp_path / "a.xlsx", 目录=lines)
    with archive(store_uri) as (store, settings):
        report = load(store, settings, path, system="s")
        assert counts(report) == (2, 1, 0, 1, 0)
        aside = Path(str(report.quarantine))
        with aside.open(encoding="utf-8", newline="") as stream:
            kept = list(csv.DictReader(stream))
        reason = "sheet '目录' row 4: column C (页数) holds a formula that was never computed"
        assert [(row["档号"], row["姓名"], row["quarantine:reason"]) for row in kept] == [("A-2", "李四", reason)]
        mended = aside.with_name("mended.csv")
        mended.write_text(aside.read_text(encoding="utf-8").replace("乙", "乙（补）"), encoding="utf-8")
        again = load(store, settings, mended, system="s")
        assert counts(again) == (1, 1, 0, 0, 0)
        assert stands(store) == {"Person": 1, "Material": 2, "Fact": 2, "ABOUT": 4, "STATES": 2}


def test_files_of_the_folder_come_with_the_catalogue(store_uri: str, tmp_path: Path) -> None:
    (tmp_path / "e").mkdir()
    (tmp_path / "e" / "A-001-1.txt").write_text("one")
    path = catalogue_csv(tmp_path / "a.csv", *ROWS[:2])
    with archive(store_uri) as (store, settings):
        load(store, settings, path, system="s", catalogue={"files": "e"})
        (tmp_path / "e" / "A-001-1.txt").write_text("other")
        report = load(store, settings, path, system="s", catalogue={"files": "e"})
        assert counts(report) == (2, 1, 1, 0, 0)
        assert [row[-1] for row in content(store)["File"]] == ["e/A-001-1.txt"]
        assert (stands(store)["File"], stands(store)["HAS_FILE"]) == (1, 1)
        assert store.counts(2).nodes["Version"] == 1


def test_a_refused_workbook_leaves_no_load_open(duckdb_uri: str, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active["A1"], book.active["XFD1048576"] = "题名", "x"
    book.save(tmp_path / "far.xlsx")
    with archive(duckdb_uri) as (store, settings):
        with pytest.raises(UnreadableInput, match="reaches to row 1,048,576"):
            load(store, settings, tmp_path / "far.xlsx", system="s")
        assert not store.exists()


def test_event_logs_stay_event_logs(duckdb_uri: str, tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    path.write_text("档号,题名,日期,页数\nA,受理,2024-01-01,1\n", encoding="utf-8")
    columns = {"case": "档号", "activity": "题名", "instant": "日期"}
    with archive(duckdb_uri) as (store, settings):
        load(store, settings, path, system="s", columns=columns)
        assert (stands(store)["Event"], "Material" in stands(store)) == (1, False)


def test_the_header_of_the_load_tells_where_each_sheet_begins(duckdb_uri: str, tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", 目录=[NAMES, *ROWS], 登记=REGISTER)
    with archive(duckdb_uri) as (store, settings):
        load(store, settings, path, system="s")
        assert _header(store, settings) == {"sheets": {"目录": 1, "登记": 1_048_577}}


def _header(store: Store, settings: Settings) -> object:
    store.close()
    with duckdb.connect(settings.store.removeprefix("duckdb:///"), read_only=True) as connection:
        found = connection.execute('SELECT "header" FROM "Load"').fetchone()
    return json.loads(found[0]) if found else None


@pytest.mark.real
def test_the_sample_of_personnel_dossiers_is_loaded_whole(duckdb_uri: str, tmp_path: Path, real_data: Path) -> None:
    path = real_data / "domain" / "cadre_catalogue_samples.csv"
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    catalogue = {"columns": {"date": "date_yyyymmdd"}}
    with archive(duckdb_uri) as (store, settings):
        request = LoadRequest(path, Mapping(catalogue=catalogue), "test", "s")
        report = load_file(store, settings, request)
        held = content(store)["Material"]
    assert counts(report) == (len(rows), len(rows), 0, 0, 0)
    names = sorted(p.name for p in NODE["Material"].properties if p.name not in ASIDE)
    said = [tuple(row[1 + names.index(n)] for n in ("class", "title", "date", "pages")) for row in held]
    expected = [(r["class_code"], r["title"], r["date_yyyymmdd"] or None, r["pages"]) for r in rows]
    assert sorted(map(repr, said)) == sorted(repr((c, t, d, int(p) if p else None)) for c, t, d, p in expected)


@pytest.mark.parametrize("apart", [False, True])
def test_a_number_that_ends_as_the_further_ones_do_is_a_record_of_its_own(
    store_uri: str, tmp_path: Path, apart: bool
) -> None:
    head = "档号,题名,日期,姓名\n"
    rows = ["A-1,first,20200101,甲\n", "A-1,second,20200101,乙\n", "A-1~2,third,20200101,丙\n"]
    with archive(store_uri) as (store, settings):
        for number, part in enumerate((rows[:2], rows[2:]) if apart else (rows,)):
            path = tmp_path / f"{number}.csv"
            path.write_text(head + "".join(part), encoding="utf-8")
            assert counts(load(store, settings, path, system="t"))[1] == len(part)
        said = {one["id"]: one["title"] for one in store.contents("Material", ["t:A-1", "t:A-1~2", "t:A-1~2~1"])}
        assert said == {"t:A-1": "first", "t:A-1~2": "second", "t:A-1~2~1": "third"}


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_rows_of_two_tables_in_one_sheet_are_refused_and_not_left_out(
    duckdb_uri: str, tmp_path: Path, form: str
) -> None:
    few, more = ("档号", "题名", "日期", None, None), ("档号", "题名", "日期", "页数", "姓名")
    rows = (few, ("X-1", "a", "2020", None, None), more, ("X-2", "b", "2020", "3", "甲"))
    path = tmp_path / f"two.{form}"
    if form == "csv":
        with path.open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream).writerows(rows)
    else:
        book = openpyxl.Workbook()
        for row in rows:
            book.active.append(row)
        book.save(path)
    with archive(duckdb_uri) as (store, settings):
        with pytest.raises(UnreadableInput, match="rows 1 and 3 both name the columns"):
            load(store, settings, path)
        assert not store.exists() or not loads(store)


@pytest.mark.parametrize("system", ["a:b", "a\nb", "x" * 101])
def test_a_system_that_ids_cannot_begin_with_is_refused(duckdb_uri: str, tmp_path: Path, system: str) -> None:
    path = catalogue_csv(tmp_path / "c.csv", *ROWS)
    with archive(duckdb_uri) as (store, settings), pytest.raises(UsageError, match="source system cannot be named"):
        load(store, settings, path, system=system)
