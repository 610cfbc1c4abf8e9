"""The benchmarks run, and their log is always the same."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from bench.archive_load import build, loaded
from bench.archive_sources import catalogue_table, log_table
from bench.audit_sources import write as write_audited
from bench.events import event_table
from etl.standards_load import load_standards
from etl.standards_source import COMES_WITH, read_standards
from graph.conformance import conformance_of_all
from graph.identifiers import identity_number
from graph.viewer import LOCAL_OPERATOR
from graph.working_days import WorkingDays
from tests.archives import archive, last


def test_the_log_is_the_same_each_time_and_rises_within_its_cases() -> None:
    table = event_table(1000)
    assert table.equals(event_table(1000))
    by_case = table.group_by("case", use_threads=False).aggregate([("time", "list")])
    times: list[list[str]] = by_case["time_list"].to_pylist()
    assert (len(times), sum(map(len, times))) == (200, 1000)
    assert all(2 <= len(one) <= 8 and one == sorted(one) for one in times)
    assert table["time"].to_pylist() == sorted(table["time"].to_pylist())
    assert all(pa.types.is_string(field.type) for field in table.schema)


def measured(name: str, into: Path) -> list[dict[str, Any]]:
    """The figures of a benchmark of few events."""
    command = [sys.executable, "-m", "bench", name, "--events", "2000", "--repeat", "1", "--json", str(into)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=Path(__file__).parents[2])
    assert done.returncode in {0, 1}, done.stderr
    figures: list[dict[str, Any]] = json.loads(into.read_text(encoding="utf-8"))["figures"]
    assert all(f"{one['name']} " in done.stdout for one in figures)
    return figures


@pytest.mark.slow
def test_the_embedded_benchmark_gives_its_figures(tmp_path: Path) -> None:
    figures = measured("embedded", tmp_path / "bench.json")
    assert [one["name"] for one in figures] == ["embedded load", "embedded load, memory", "embedded chain, p95"]
    assert figures[0]["details"]["baseline"]["Event"] > 0


def test_the_log_for_the_audit_is_the_same_each_time_and_most_of_its_cases_keep_to_their_standards(
    tmp_path: Path,
) -> None:
    log, later = write_audited(tmp_path / "log", 5000)
    again, _ = write_audited(tmp_path / "again", 5000)
    assert log.read_bytes() == again.read_bytes()
    store_uri = f"duckdb:///{tmp_path / 'a.duckdb'}"
    with archive(store_uri) as (store, settings):
        load_standards(store, settings, COMES_WITH)
        for source in (log, later):
            report = loaded(store, settings, source)
            assert (report.loaded, report.quarantined) == (report.rows_in, 0)
        found = conformance_of_all(store, LOCAL_OPERATOR, WorkingDays())
    assert found.cases == 1000
    assert 0.03 < found.faulty / found.cases < 0.2


@pytest.mark.slow
def test_the_audit_is_measured(tmp_path: Path) -> None:
    figures = measured("audit", tmp_path / "bench.json")
    assert [one["name"] for one in figures] == ["audit of all", "audit of all, memory", "audit of changes"]
    assert figures[0]["details"]["findings"] > 0
    assert figures[0]["details"]["failed"] == []
    assert figures[2]["details"]["cases"] > 0


@pytest.mark.neo4j
@pytest.mark.slow
def test_the_audit_is_measured_on_neo4j_and_finds_the_same_there(tmp_path: Path) -> None:
    figures = measured("neo4j-audit", tmp_path / "bench.json")
    assert [one["name"] for one in figures] == [
        "Neo4j audit of all",
        "Neo4j audit, memory",
        "Neo4j audit of changes",
    ]
    before, after = figures[0]["details"]["found"]
    assert 0 < before["findings"] < after["findings"]
    assert before["digest"] != after["digest"]
    assert figures[0]["details"]["failed"] == []


def test_the_sources_of_an_archive_are_the_same_each_time() -> None:
    standards = read_standards(COMES_WITH)
    records, log = catalogue_table(100, standards), log_table(100, standards)
    assert records.equals(catalogue_table(100, standards))
    assert log.equals(log_table(100, standards))
    assert (records.num_rows, log.num_rows, len(log["case"].unique())) == (320, 2000, 400)
    assert set(log["number"].drop_null().to_pylist()) <= set(records["身份证号"].to_pylist())
    assert all(identity_number(number) == number for number in records["身份证号"].to_pylist())


@pytest.mark.slow
def test_the_questions_are_measured_and_their_archive_is_found_again(tmp_path: Path) -> None:
    into, kept = tmp_path / "bench.json", tmp_path / "people"
    command = [
        sys.executable,
        "-m",
        "bench",
        "questions",
        "--people",
        "100",
        "--keep",
        str(kept),
        "--json",
        str(into),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=Path(__file__).parents[2])
    assert done.returncode in {0, 1}, done.stderr
    build(kept, 100)
    with pytest.raises(SystemExit):
        build(kept, 200)
    figures = json.loads(into.read_text(encoding="utf-8"))["figures"]
    by_name = {one["name"]: one for one in figures}
    assert len(by_name) == len(figures) == 17
    assert {by_name[f"{name}, p95"]["details"]["asked"] for name in ("dossier", "reuse", "chain")} == {90, 200}
    assert by_name["library, first"]["measured"] > 0
    with archive(f"duckdb:///{kept / 'archive.duckdb'}") as (store, _):
        held = store.counts(last(store)).nodes
    assert (held["Person"], held["Case"], held["Event"]) == (100, 400, 2000)


@pytest.mark.slow
def test_the_ledger_benchmark_gives_its_figures(tmp_path: Path) -> None:
    figures = measured("ledger", tmp_path / "bench.json")
    assert [one["unit"] for one in figures] == ["s", "MB", "us", "MB", "ms"]
    assert figures[2]["details"]["entries"] > 2000
    assert figures[2]["details"]["bare read"]["rows"] > 2000


@pytest.mark.slow
def test_the_benchmark_of_processes_gives_its_figures(tmp_path: Path) -> None:
    figures = measured("processes", tmp_path / "bench.json")
    assert [one["unit"] for one in figures] == [*["s"] * 8, "MB"]
    assert all(one["measured"] > 0 for one in figures)
