"""The benchmarks run, and their log is always the same."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from bench.events import event_table


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


@pytest.mark.slow
def test_the_ledger_benchmark_gives_its_figures(tmp_path: Path) -> None:
    figures = measured("ledger", tmp_path / "bench.json")
    assert [one["unit"] for one in figures] == ["s", "MB", "us", "MB", "ms"]
    assert figures[2]["details"]["entries"] > 2000
    assert figures[2]["details"]["bare read"]["rows"] > 2000
