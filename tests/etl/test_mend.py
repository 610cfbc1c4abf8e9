"""Rows that were set aside: mended, loaded again as their load reads them, traced, and left out."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli.main import app
from etl.mend import MendedRow, MendReport, MendRequest, mend
from graph.chain import chain
from graph.clock import last_done, loads
from graph.decide import ReversalRequest, decide
from graph.decisions import decisions
from graph.errors import NotFound, UsageError
from graph.quarantine import LeaveOutRequest, QuarantinedRow, quarantine, set_aside
from graph.settings import Settings
from graph.store import Store
from graph.viewer import LOCAL_OPERATOR
from tests.archives import archive, content, load, log

WHO = {"who": "王五", "why": "按原件更正"}
GOOD = "A,受理,2024-01-01T09:00:00+08:00,王五,窗口,clerk,web,n"


def mended(store: Store, settings: Settings, of: int, *rows: tuple[int, dict[str, str]]) -> MendReport:
    request = MendRequest(rows=[MendedRow(row=row, fields=fields) for row, fields in rows], **WHO)
    return mend(store, settings, LOCAL_OPERATOR, of, request)


def listed(store: Store, settings: Settings) -> dict[tuple[int, int | None], QuarantinedRow]:
    answer = quarantine(store, settings, LOCAL_OPERATOR, listed="any")
    assert answer.open == sum(one.state == "open" for one in answer.items)
    return {(one.load, one.row): one for one in answer.items}


def test_mended_rows_are_loaded_or_set_aside_again_and_stay_traceable(store_uri: str, tmp_path: Path) -> None:
    wrong = ('B,受理,05.10.2024,王五,"窗口\n二",clerk,web,n', "B,审核,soon,王五,窗口,clerk,web,n")
    path = log(tmp_path, "log.csv", GOOD, *wrong, "C,,,,,,,")
    right = log(
        tmp_path,
        "right.csv",
        GOOD,
        wrong[0].replace("05.10.2024", "2024-10-05"),
        wrong[1].replace("soon", "2024-10-06"),
    )
    with archive(f"duckdb:///{tmp_path / 'right.duckdb'}", quarantine=tmp_path / "none") as (store, settings):
        load(store, settings, right, system="log", encoding="utf-8")
        expected = content(store)
    with archive(store_uri, quarantine=tmp_path / "aside") as (store, settings):
        load(store, settings, path, encoding="utf-8")
        before = (tmp_path / "aside" / "1.csv").read_bytes()
        assert set(listed(store, settings)) == {(1, 3), (1, 5), (1, 6)}
        one = set_aside(store, settings, LOCAL_OPERATOR, 1, 3)
        assert one.columns["time:timestamp"] == "05.10.2024" and one.columns["org:group"] == "窗口\n二"
        first = mended(store, settings, 1, (5, {"time:timestamp": "later"}), (3, {"time:timestamp": "2024-10-05"}))
        assert (first.report.rows_in, first.report.loaded, first.report.quarantined) == (2, 1, 1)
        assert [(row.row, row.line, bool(row.reason)) for row in first.rows] == [(3, 2, False), (5, 4, True)]
        event = chain(store, LOCAL_OPERATOR, "B").events[0]
        assert (event.source.load, event.source.file, event.source.row) == (2, "log.1.mended.csv", 2)
        kept = (tmp_path / "aside" / "2.mended.csv").read_text(encoding="utf-8")
        assert "2024-10-05" in kept and "later" in kept
        rows = listed(store, settings)
        assert rows[1, 3].state == "mended"
        assert rows[1, 5].state == "set aside again"
        assert rows[1, 5].settled is not None and rows[1, 5].settled.again == 4
        assert (rows[2, 4].state, rows[2, 4].came_from) == ("open", (1, 5))
        (decision,) = decisions(store, LOCAL_OPERATOR, kind="rows mended").items
        assert (decision.id, decision.who, decision.load) == ("decision:2", "王五", 2)
        assert (decision.what["load"], decision.what["rows"], decision.what["lines"]) == (1, [3, 5], [2, 4])
        again = mended(store, settings, 2, (4, {"time:timestamp": "2024-10-06"}))
        assert (again.report.loaded, again.report.quarantined) == (1, 0)
        decide(store, settings, LOCAL_OPERATOR, LeaveOutRequest(load=1, rows=[6], **WHO))
        assert quarantine(store, settings, LOCAL_OPERATOR, listed="open").items == []
        assert (tmp_path / "aside" / "1.csv").read_bytes() == before
        after = content(store)
        assert {name for name in after if after[name] != expected[name]} == {"Decision"}


def test_a_row_is_settled_once_and_what_is_refused_changes_nothing(store_uri: str, tmp_path: Path) -> None:
    path = log(tmp_path, "log.csv", GOOD, "B,受理,soon,,,,,", "C,,,,,,,")
    with archive(store_uri, quarantine=tmp_path / "aside") as (store, settings):
        load(store, settings, path)
        with pytest.raises(NotFound, match="set aside no row 2"):
            mended(store, settings, 1, (2, {"note": "x"}))
        with pytest.raises(NotFound, match="no done load 9"):
            mended(store, settings, 9, (2, {"note": "x"}))
        with pytest.raises(UsageError, match="no column 'nothing'"):
            mended(store, settings, 1, (3, {"nothing": "x"}))
        with pytest.raises(UsageError, match="named twice"):
            mended(store, settings, 1, (3, {"note": "x"}), (3, {"note": "y"}))
        with pytest.raises(UsageError, match="would say nothing"):
            mended(store, settings, 1, (4, {"case:concept:name": ""}))
        with pytest.raises(UsageError, match="who decides"):
            mend(store, settings, LOCAL_OPERATOR, 1, MendRequest(who=" ", why="x", rows=[]))
        assert (last_done(store), len(loads(store))) == (1, 1)
        mended(store, settings, 1, (3, {"time:timestamp": "2024-01-02"}))
        with pytest.raises(UsageError, match="settled already, by decision:2"):
            mended(store, settings, 1, (3, {"time:timestamp": "2024-01-03"}))
        left = decide(store, settings, LOCAL_OPERATOR, LeaveOutRequest(load=1, rows=[4], **WHO)).decision
        decide(store, settings, LOCAL_OPERATOR, ReversalRequest(decision=left.id, **WHO))
        assert listed(store, settings)[1, 4].state == "open"
        with pytest.raises(UsageError, match="not reversed"):
            decide(store, settings, LOCAL_OPERATOR, ReversalRequest(decision="decision:2", **WHO))


def test_a_snapshot_loses_nothing_when_its_rows_are_mended(duckdb_uri: str, tmp_path: Path) -> None:
    path = log(tmp_path, "log.csv", GOOD, "B,受理,soon,,,,,")
    path.write_bytes(path.read_text(encoding="utf-8").encode("gb18030"))
    with archive(duckdb_uri) as (store, settings):
        load(store, settings, path, mode="snapshot", encoding="gb18030", zone="Europe/Rome")
        answer = mended(store, settings, 1, (3, {"time:timestamp": "2024-01-02T10:00:00"}))
        assert (answer.report.loaded, answer.report.withdrawn) == (1, 0)
        assert [e.at for e in chain(store, LOCAL_OPERATOR, "B").events] == ["2024-01-02T10:00:00+01:00"]
        assert chain(store, LOCAL_OPERATOR, "A").events


def test_a_catalogue_row_is_mended_with_its_files_and_header(store_uri: str, tmp_path: Path) -> None:
    (tmp_path / "e").mkdir()
    (tmp_path / "e" / "a.pdf").write_bytes(b"%PDF-1.4")
    path = tmp_path / "c.csv"
    path.write_text(
        "总目录,,,,\n,,,,\n档号,名目,日期,页数,文件名\nA-1,甲,2000,1,\n,,,6,a.pdf\n,,,7,\n", encoding="utf-8"
    )
    said = {"files": "e", "header_row": 3, "columns": {"title": "名目"}, "sheets": []}
    with archive(store_uri, quarantine=tmp_path / "aside") as (store, settings):
        load(store, settings, path, system="s", catalogue=said)
        (row,) = [one.row for one in quarantine(store, settings, LOCAL_OPERATOR).items]
        assert row is not None
        answer = mended(store, settings, 1, (row, {"档号": "A-2", "文件名": "a.pdf"}))
        assert (answer.report.loaded, answer.report.quarantined) == (1, 0)
        held = content(store)
        assert {(link[1], link[2]) for link in held["HAS_FILE"]} >= {("s:A-2", "File")}


def test_rows_that_are_no_table_and_rows_not_kept_say_what_to_do(duckdb_uri: str, tmp_path: Path) -> None:
    path = log(tmp_path, "log.csv", GOOD, "B,受理,soon,,,,,")
    with archive(duckdb_uri) as (store, settings):
        load(store, settings, path)
        folder = tmp_path / "archive.duckdb.quarantine"
        (folder / "1.json").unlink()
        with pytest.raises(NotFound, match="Nothing says how"):
            mended(store, settings, 1, (3, {"note": "x"}))
        (folder / "1.csv").write_text("quarantine:row,quarantine:reason,quarantine:text\n3,why,{}\n")
        assert not set_aside(store, settings, LOCAL_OPERATOR, 1, 3).can_be_mended
        (folder / "1.csv").unlink()
        with pytest.raises(NotFound, match="not kept here"):
            mended(store, settings, 1, (3, {"note": "x"}))


def test_the_command_mends_one_row_or_a_whole_file(duckdb_uri: str, tmp_path: Path) -> None:
    path = log(tmp_path, "log.csv", GOOD, "B,受理,soon,,,,,", "C,受理,soon,,,,,", "D,受理,soon,,,,,")
    with archive(duckdb_uri) as (store, settings):
        load(store, settings, path)

    def run(*words: str, code: int = 0) -> str:
        ended = CliRunner().invoke(app, ["quarantine", *words, "--store", duckdb_uri])
        assert ended.exit_code == code, (ended.output, ended.exception)
        return ended.stdout

    assert len(json.loads(run("list", "--json"))["items"]) == 3
    assert "soon" in run("show", "1", "3")
    run("mend", "1", "--row", "3", "--set", "time:timestamp=2024-02-03", "--why", "更正")
    file = tmp_path / "archive.duckdb.quarantine" / "1.csv"
    edited = tmp_path / "edited.csv"
    lines = file.read_text(encoding="utf-8").splitlines()
    edited.write_text("\n".join((lines[0], lines[2].replace("soon", "2024-02-04", 1))) + "\n", encoding="utf-8")
    assert "decision:3" in run("mend", "1", "--file", str(edited), "--why", "更正")
    assert "again" in run("mend", "1", "--row", "5", "--set", "time:timestamp=x", "--why", "更正", code=1)
    run("leave", "4", "--row", "2", "--why", "无法辨认")
    assert json.loads(run("list", "--json"))["open"] == 0
    assert "left out" in run("show", "4", "2")
    for words in (["mend", "1"], ["mend", "1", "--row", "3"], ["mend", "1", "--row", "3", "--set", "x"]):
        ended = CliRunner().invoke(app, ["quarantine", *words, "--why", "w", "--store", duckdb_uri])
        assert isinstance(ended.exception, UsageError)


def test_a_mended_row_does_not_take_the_place_of_another_row_of_its_number(store_uri: str, tmp_path: Path) -> None:
    path = tmp_path / "mend.csv"
    rows = ("档号,题名,日期,姓名", "Q-1,first,20200101,甲", "Q-1,second,20200101,乙,extra", "Q-2,x,20200101,丙")
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    fields = {"档号": "Q-1", "题名": "second", "日期": "20200101", "姓名": "乙"}
    with archive(store_uri, quarantine=tmp_path / "aside") as (store, settings):
        assert load(store, settings, path).quarantined == 1
        with pytest.raises(UsageError, match="from another row, which the mended row would replace"):
            mended(store, settings, 1, (3, fields))
        assert store.contents("Material", ["mend:Q-1"])[0]["title"] == "first"
        assert [one.state for one in listed(store, settings).values()] == ["open"]
        assert mended(store, settings, 1, (3, {**fields, "档号": "Q-3"})).report.loaded == 1
