"""A running service answers the commands that find the store held, loading included."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from etl.standards_load import load_standards
from graph.rebuild import rebuild
from tests.archives import archive
from tests.cli.commands import Dossier, Ended
from tests.cli.test_commands import EXAMPLES, RUN
from tests.graph.conformance_cases import STANDARD, write_case, write_standards

ROOT = Path(__file__).parents[2]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture
def service(duckdb_uri: str, tmp_path: Path) -> Iterator[str]:
    """The address of a service on an empty embedded store, whose ledger would be beside it."""
    with serving(duckdb_uri, tmp_path) as address:
        yield address


@contextmanager
def serving(duckdb_uri: str, tmp_path: Path) -> Iterator[str]:
    port = free_port()
    environment = {**os.environ, "DOSSIER_STORE": duckdb_uri, "DOSSIER_LEDGER": "", "PYTHONPATH": str(ROOT)}
    command = [*RUN, "serve", "--port", str(port)]
    process = subprocess.Popen(command, env=environment, cwd=tmp_path, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert f"127.0.0.1:{port}" in process.stdout.readline()
    yield f"http://127.0.0.1:{port}"
    process.send_signal(signal.SIGINT)
    process.wait(30)
    assert not list(tmp_path.glob("*.service"))


def test_commands_are_answered_by_the_service(
    service: str, duckdb_uri: str, tmp_path: Path, dossier: Dossier
) -> None:
    def run(*words: str | Path, code: int = 0) -> object:
        done = dossier(*words, "--json", store=duckdb_uri, cwd=tmp_path)
        assert done.returncode == code, done.stderr
        return json.loads(done.stdout)

    report = run("load", EXAMPLES / "hall.csv", "--mapping", EXAMPLES / "hall.yaml")
    assert [(r["rows_in"], r["loaded"], r["source"]) for r in report] == [(5, 5, "hall.csv")]
    assert run("status")["nodes"]["Case"] == 2
    assert [row["id"] for row in run("cases", "--status", "closed")["items"]] == ["hall:A-2024-001"]
    assert run("case", "A-2024-001")["id"] == "hall:A-2024-001"
    assert run("persons")["items"] == []
    audited = run("audit", "--all")
    assert (audited["load"], audited["as_of_load"], audited["scope"]["of"]) == (2, 1, "all")
    own = tmp_path / "own.yaml"
    own.write_text(
        "base: none\nrules:\n  no-actor: {severity: low}\n  slow: {like: no-actor, seconds: 1.0e-9}\n",
        encoding="utf-8",
    )
    again = run("audit", "--rules", own)
    assert {one["rule"]: (one["file"], one["line"], one["field"]) for one in again["rules"]} == {
        "no-actor": (None, None, None),
        "slow": (str(own), 4, "rules.slow.seconds"),
    }
    (finding,) = run("findings", "--severity", "low", "--state", "open")["items"]
    assert run("finding", finding["id"])["finding"] == finding
    assert run("findings", "--counts")["rules"][0]["looked_at"]["undecidable"] == 0
    assert run("rule", "no-actor")["rule"]["severity"] == "low"
    lost = dossier("audit", "--case", "none", store=duckdb_uri, cwd=tmp_path)
    assert (lost.returncode, "There is no case 'none'" in lost.stderr) == (2, True)
    assert run("standards", "list")["items"] == []
    # The service holds a store that it did not find at its start from the first question on.
    assert httpx.get(f"{service}/readyz").status_code == 200
    event = run("case", "A-2024-001")["events"][0]["id"]
    order = ("decide", "erase", "--label", "Event", "--id", event, "--why", "order 12")
    assert run(*order)["decision"]["kind"] == "erasure"
    assert [row["kind"] for row in run("decisions")["items"]] == ["erasure"]
    refused = dossier(*order, "--delete-files", tmp_path, store=duckdb_uri, cwd=tmp_path)
    assert refused.returncode == 2
    assert "deletes no files" in refused.stderr
    assert [row["state"] for row in run("loads")] == ["done"] * 4
    unknown = dossier("case", "none", store=duckdb_uri, cwd=tmp_path)
    assert (unknown.returncode, "There is no case 'none'" in unknown.stderr) == (2, True)


def test_the_service_makes_the_pack_of_a_case(
    service: str, duckdb_uri: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, dossier: Dossier
) -> None:
    monkeypatch.setenv("DOSSIER_LEDGER", "")

    def run(*words: str | Path) -> Ended:
        return dossier(*words, store=duckdb_uri, cwd=tmp_path)

    assert run("load", EXAMPLES / "hall.csv", "--mapping", EXAMPLES / "hall.yaml").returncode == 0
    assert httpx.get(f"{service}/readyz").status_code == 200
    run("sample", "--size", "1", "--seed", "2024", "-o", "sample.json")
    made = run("evidence", "--sample", "sample.json", "-o", "pack.zip", "--without", "who", "--json")
    assert made.returncode == 0, made.stderr
    pack = json.loads(made.stdout)
    assert (len(pack["cases"]), pack["left_out"], pack["path"]) == (1, ["who"], "pack.zip")
    assert pack["entries"] > 0
    assert run("verify", "pack.zip").returncode == 0
    for words, said in (
        (("none",), "There is no case 'none'"),
        (("A-2024-001", "--files", f"scans={tmp_path}"), "set DOSSIER_FILES"),
    ):
        refused = run("evidence", *words, "-o", "other.zip")
        assert (refused.returncode, said in refused.stderr) == (2, True), refused.stderr
    assert not (tmp_path / "other.zip").exists()


def test_checks_simulations_and_batches_are_done_by_the_service(
    service: str, duckdb_uri: str, tmp_path: Path, dossier: Dossier
) -> None:
    def run(*words: str | Path, code: int = 0) -> Any:
        done = dossier(*words, "--json", store=duckdb_uri, cwd=tmp_path)
        assert done.returncode == code, done.stderr
        return json.loads(done.stdout)

    catalogue = tmp_path / "c.csv"
    catalogue.write_text("档号,题名,日期,页数\nA-1,甲,19990100,1\nA-2,乙,20010231,0\n,,,6\n", encoding="utf-8")
    run("load", catalogue, code=1)
    run("load", EXAMPLES / "hall.csv", "--mapping", EXAMPLES / "hall.yaml")
    # It holds a store that it did not find at its start from the first question on.
    assert httpx.get(f"{service}/readyz").status_code == 200
    report = run("checks", "run", "--phase", "gd", "--all", code=1)
    assert (report["records"], report["outcomes"]["GD-1-3"]["fail"]) == (2, 1)
    (tmp_path / "list.csv").write_text("档号,件数\nA-1,1\n", encoding="utf-8")
    one = run("checks", "run", "--phase", "YJ", "--material", "A-1", "--transfer", tmp_path / "list.csv", code=1)
    assert (one["records"], one["phase"], one["outcomes"]["YJ-2-1"]["pass"]) == (1, "YJ", 1)
    refused = ("checks", "run", "--phase", "GD", "--all", "--files", f"e={tmp_path}")
    assert "set DOSSIER_FILES" in dossier(*refused, store=duckdb_uri, cwd=tmp_path).stderr
    assert httpx.post(f"{service}/api/v1/checks/runs", data={"phase": "GD"}).status_code == 400
    (tmp_path / "draft.yaml").write_text(STANDARD, encoding="utf-8")
    missing = dossier("standards", "simulate", tmp_path / "draft.yaml", store=duckdb_uri, cwd=tmp_path)
    assert (missing.returncode, "no service item subsidy" in missing.stderr) == (2, True)
    run("classify", "--review", "any")
    mended = run("quarantine", "mend", "1", "--row", "4", "--set", "档号=A-3", "--why", "补档号")
    assert mended["report"]["loaded"] == 1
    run("batches", "form", "P1", "--material", "A-1", "--why", "第一批")
    assert [row["code"] for row in run("batches", "list")["items"]] == ["P1"]


def test_a_draft_is_replayed_by_the_service(tmp_path: Path, duckdb_uri: str, dossier: Dossier) -> None:
    with archive(duckdb_uri) as (store, settings):
        load_standards(store, settings, write_standards(tmp_path / "standards"))
        write_case(store, settings, 1, "03")
        rebuild(store, settings)
    (tmp_path / "draft.yaml").write_text(STANDARD, encoding="utf-8")
    words = ("standards", "simulate", tmp_path / "draft.yaml", "--json")
    alone = dossier(*words, store=duckdb_uri, cwd=tmp_path)
    assert alone.returncode == 0, alone.stderr
    with serving(duckdb_uri, tmp_path):
        served = dossier(*words, store=duckdb_uri, cwd=tmp_path)
    assert (served.returncode, served.stdout) == (0, alone.stdout)


def test_rows_that_the_service_sets_aside_come_to_the_command(
    service: str, duckdb_uri: str, tmp_path: Path, dossier: Dossier
) -> None:
    path = tmp_path / "log.csv"
    path.write_text("case:concept:name,concept:name,time:timestamp\nA,a,2024-01-01\nA,b,soon\n")
    done = dossier("load", path, store=duckdb_uri, cwd=tmp_path)
    assert done.returncode == 1
    assert "soon" in (tmp_path / "log.quarantine.csv").read_text()


def test_a_service_that_was_killed_is_not_asked(duckdb_uri: str, tmp_path: Path, dossier: Dossier) -> None:
    address = tmp_path / "archive.duckdb.service"
    address.write_text(json.dumps({"url": "http://127.0.0.1:9", "pid": 1, "started": 0.0}))
    done = dossier("load", EXAMPLES / "hall.csv", "--mapping", EXAMPLES / "hall.yaml", store=duckdb_uri, cwd=tmp_path)
    assert done.returncode == 0, done.stderr


def test_another_host_is_refused(duckdb_uri: str, tmp_path: Path, dossier: Dossier) -> None:
    done = dossier("serve", "--host", "0.0.0.0", store=duckdb_uri, cwd=tmp_path)
    assert (done.returncode, "no access control" in done.stderr) == (2, True)
