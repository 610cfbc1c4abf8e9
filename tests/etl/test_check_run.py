"""A run of the checks on each engine: what it keeps, what it answers, and that both engines say the same."""

from __future__ import annotations

import json
import socket
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pypdf
import pytest
from typer.testing import CliRunner

from cli.main import app
from etl import clamd
from etl.check_run import CheckRequest, run_checks
from etl.transfer_list import read_transfer
from graph.checks.report import report_pdf
from graph.checks.results import CheckFilter, check_summary, checks
from graph.errors import MappingError, NotFound, UsageError
from graph.quarantine import quarantine
from graph.settings import Settings
from graph.store import Store
from graph.viewer import LOCAL_OPERATOR
from tests.archives import archive, content, load
from tests.etl.damaged_files import good_image, good_pdf

HEADER = "档号,题名,日期,责任者,保管期限,页数,文件名,库房,案卷号,盒号,架号"
PLACE = "一库,001,H1,J1"


def catalogue(folder: Path) -> Path:
    """A catalogue of five records with files, and the files: the second is cut, the third is not there."""
    rows = [
        f"A002-RS-001-001,履历表,19990100,人事科,永久,2,a.pdf,{PLACE}",
        f"A002-RS-001-002,自传,19990100,人事科,永久,1,b.png,{PLACE}",
        f"A002-RS-001-003,鉴定表,19990100,,永久,1,c.pdf,{PLACE}",
        f"A002-RS-001-005,登记表,20010231,人事科,永久,0,,{PLACE}",
        ",,,,,6,,,,,",
    ]
    (folder / "e").mkdir()
    (folder / "e" / "a.pdf").write_bytes(good_pdf(2))
    (folder / "e" / "b.png").write_bytes(good_image("PNG")[:2000])
    (folder / "e" / "left.pdf").write_bytes(good_pdf(1))
    path = folder / "c.csv"
    path.write_text("\n".join((HEADER, *rows)) + "\n", encoding="utf-8")
    return path


@contextmanager
def catalogued(uri: str, folder: Path, **settings: object) -> Iterator[tuple[Store, Settings]]:
    with archive(uri, **settings) as (store, given):
        load(store, given, catalogue(folder), system="s", catalogue={"files": "e"})
        yield store, given


def failed(store: Store, phase: str = "GD") -> set[tuple[str, str]]:
    page = checks(store, LOCAL_OPERATOR, CheckFilter(phase=phase, outcome="fail"), limit=100)
    return {(one.code, one.material) for one in page.items}


def test_a_run_keeps_what_failed_and_answers_by_group(store_uri: str, tmp_path: Path) -> None:
    with catalogued(store_uri, tmp_path, quarantine=tmp_path / "aside") as (store, settings):
        before = content(store)
        request = CheckRequest("GD", folders={"e": tmp_path / "e"})
        report = run_checks(store, settings, LOCAL_OPERATOR, request)
        assert (report.records, report.files, report.as_of_load, report.load) == (4, 2, 1, 2)
        assert failed(store) == {
            ("GD-2-7", "s:A002-RS-001-002"),
            ("GD-1-11", "s:A002-RS-001-003"),
            ("GD-2-4", "s:A002-RS-001-003"),
            ("GD-1-3", "s:A002-RS-001-005"),
            ("GD-1-5", "s:A002-RS-001-005"),
            ("GD-2-6", "s:A002-RS-001-005"),
        }
        summary = check_summary(store, LOCAL_OPERATOR)
        assert [(g.phase, g.group, g.records, g.failing) for g in summary.rooms] == [("GD", "一库", 4, 3)]
        assert {(b.code, b.outcome) for b in summary.batch} == {
            *(("GD-1-2", "not_run"), ("GD-2-1", "not_run"), ("GD-2-2", "not_run"), ("GD-4-1", "not_run")),
            *(("GD-4-2", "not_run"), ("GD-2-3", "fail"), ("GD-4-3", "fail")),
        }
        counted = {one.code: (one.passed, one.fail, one.not_run, one.not_applicable) for one in summary.checks}
        assert counted["GD-1-1:digest"] == (2, 0, 0, 2)
        assert counted["GD-2-6"] == (3, 1, 0, 0)
        assert counted["GD-4-2"] == (0, 0, 2, 2)
        after = content(store)
        changed = {name for name in after if after[name] != before[name]}
        assert changed == {"CheckRun", "Check", "CHECKED"}
        assert len(after["CheckRun"]) == 5
        aside = quarantine(store, settings, LOCAL_OPERATOR)
        assert [(one.row, one.kept_in) for one in aside.items] == [(6, "1.csv")]


def test_the_last_run_counts_and_each_phase_for_itself(store_uri: str, tmp_path: Path) -> None:
    with catalogued(store_uri, tmp_path) as (store, settings):
        run_checks(store, settings, LOCAL_OPERATOR, CheckRequest("GD"))
        assert ("GD-2-7", "s:A002-RS-001-002") not in failed(store)
        again = CheckRequest("GD", ["A002-RS-001-002"], folders={"e": tmp_path / "e"})
        run_checks(store, settings, LOCAL_OPERATOR, again)
        assert ("GD-2-7", "s:A002-RS-001-002") in failed(store)
        assert ("GD-2-4", "s:A002-RS-001-003") in failed(store)
        run_checks(store, settings, LOCAL_OPERATOR, CheckRequest("CQ", system="s"))
        assert {code[:2] for code, _ in failed(store, "CQ")} == {"CQ"}
        first = checks(store, LOCAL_OPERATOR, CheckFilter(), limit=3)
        rest = checks(store, LOCAL_OPERATOR, CheckFilter(), limit=100, cursor=first.next)
        every = checks(store, LOCAL_OPERATOR, CheckFilter(), limit=100)
        assert [*first.items, *rest.items] == every.items
        for wanted in (CheckRequest("GD", ["none"]), CheckRequest("GD", system="none")):
            with pytest.raises(NotFound):
                run_checks(store, settings, LOCAL_OPERATOR, wanted)


def test_the_report_is_printed_in_chinese(duckdb_uri: str, tmp_path: Path) -> None:
    with catalogued(duckdb_uri, tmp_path) as (store, settings):
        with pytest.raises(NotFound):
            report_pdf(store, settings, LOCAL_OPERATOR, "YJ")
        run_checks(store, settings, LOCAL_OPERATOR, CheckRequest("YJ", folders={"e": tmp_path / "e"}))
        path = tmp_path / "report.pdf"
        path.write_bytes(report_pdf(store, settings, LOCAL_OPERATOR, "YJ"))
    read = pypdf.PdfReader(path)
    text = "".join(page.extract_text() for page in read.pages)
    for said in ("四性检测报告", "移交与接收", "真实性", "YJ-2-7", "一库", "没有给出移交清单", "自传"):
        assert said in text
    assert b"pdfaid" in path.read_bytes() or b"PDF/A" in path.read_bytes()


def test_the_command_checks_and_lists(duckdb_uri: str, tmp_path: Path) -> None:
    with catalogued(duckdb_uri, tmp_path):
        pass
    runner = CliRunner()
    common = ["--store", duckdb_uri]
    ran = runner.invoke(app, ["checks", "run", "--phase", "gd", "--all", *common, "--json"])
    assert ran.exit_code == 1, ran.output
    assert json.loads(ran.stdout)["records"] == 4
    listed = runner.invoke(app, ["checks", "list", "--outcome", "fail", *common, "--json"])
    assert {one["code"] for one in json.loads(listed.stdout)["items"]} >= {"GD-2-4", "GD-2-6"}
    assert "GD-2-6" in runner.invoke(app, ["checks", "summary", *common]).output
    printed = runner.invoke(app, ["checks", "report", "--phase", "GD", "-o", str(tmp_path / "r.pdf"), *common])
    assert printed.exit_code == 0 and (tmp_path / "r.pdf").read_bytes().startswith(b"%PDF")
    for words in (["run", "--phase", "GD"], ["run", "--phase", "XX", "--all"]):
        assert isinstance(runner.invoke(app, ["checks", *words, *common]).exception, UsageError)


def test_a_transfer_list_states_totals(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("档号,件数,字节数\nA-1,1,10\nA-2,1,20\n", encoding="utf-8")
    found = read_transfer(path)
    assert (found.records, found.bytes, found.archive_nos) == (2, 30, ("A-1", "A-2"))
    path.write_text("档号,备注\nA-1,x\nA-2,y\n", encoding="utf-8")
    assert (read_transfer(path).records, read_transfer(path).bytes) == (2, None)
    path.write_text("件数,备注\n若干,x\n", encoding="utf-8")
    with pytest.raises(MappingError, match="'若干' is no number"):
        read_transfer(path)
    path.write_text("甲,乙\n1,2\n", encoding="utf-8")
    with pytest.raises(MappingError, match="is no transfer list"):
        read_transfer(path)


def _scanner(path: Path, replies: int) -> threading.Thread:
    """A clamd that finds malware in what holds EICAR."""
    server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    server.bind(str(path))
    server.listen()

    def serve() -> None:
        for _ in range(replies):
            connection, _ = server.accept()
            with connection, connection.makefile("rb") as stream:
                if stream.read(1) == b"z" and (command := _until_nul(stream)) == b"PING":
                    connection.sendall(b"PONG\0")
                    continue
                assert command == b"INSTREAM"
                data = b""
                while size := struct.unpack(">I", stream.read(4))[0]:
                    data += stream.read(size)
                said = b"Eicar-Test-Signature FOUND" if b"EICAR" in data else b"OK"
                connection.sendall(b"stream: " + said + b"\0")
        server.close()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    return thread


def _until_nul(stream: object) -> bytes:
    said = b""
    while (one := stream.read(1)) != b"\0":  # type: ignore[attr-defined]
        said += one
    return said


def test_clamd_is_asked_over_its_socket(tmp_path: Path) -> None:
    place = tmp_path / "clamd.sock"
    assert clamd.silence(str(place), 5) is not None
    thread = _scanner(place, 3)
    good, bad = tmp_path / "good", tmp_path / "bad"
    good.write_bytes(b"x" * 200_000)
    bad.write_bytes(b"EICAR")
    assert clamd.silence(str(place), 5) is None
    assert clamd.scan(str(place), good, 5) == clamd.Scan()
    assert clamd.scan(str(place), bad, 5) == clamd.Scan(malware="Eicar-Test-Signature")
    thread.join(5)
    assert clamd.scan(str(place), good, 5).not_scanned is not None


@pytest.mark.slow
def test_a_hundred_thousand_rows_are_checked_well_within_a_minute(duckdb_uri: str, tmp_path: Path) -> None:
    rows = (f"A002-RS-{n // 30:05d}-{n % 30 + 1:03d},表{n % 50},19990100,人事科,永久,2,," for n in range(100_000))
    path = tmp_path / "c.csv"
    path.write_text(
        "\n".join((HEADER, *(f"{row}一库,{n // 30},H{n // 300},J1" for n, row in enumerate(rows)))) + "\n"
    )
    with archive(duckdb_uri) as (store, settings):
        load(store, settings, path, system="s")
        begun = time.process_time()
        report = run_checks(store, settings, LOCAL_OPERATOR, CheckRequest("GD"))
        seconds = time.process_time() - begun
        assert report.records == 100_000
        assert report.outcomes["GD-1-7"]["pass"] == 100_000
        assert seconds < 40
        begun = time.process_time()
        assert check_summary(store, LOCAL_OPERATOR).records == 100_000
        assert time.process_time() - begun < 10
