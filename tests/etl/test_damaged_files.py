"""Damaged and hostile files: no crash, none takes long, nothing outside the folder is touched, each has a result."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from etl.observed_files import observed
from graph.settings import Settings
from tests.etl.damaged_files import write_damaged

# What may be right with a file in which a few bits were flipped, or whose name does not say what it is.
MAY_BE_RIGHT = {"flipped", "misnamed", "noise", "cut"}


def told(row: dict[str, object]) -> bool:
    """Whether something is said that a reader can act on."""
    names = ("how", "stopped", "not_opened", "not_whole", "no_opener")
    return any(row[name] for name in names) or bool(row["misnamed"])


def looked_into(folder: Path, names: list[str], **settings: float) -> list[dict[str, object]]:
    files = pd.DataFrame({"file_id": names, "uri": [f"e/{name}" for name in names]})
    given = Settings(store="duckdb:///:memory:", **settings)
    rows: list[dict[str, object]] = observed(files, {"e": folder}, given, scanned=False).to_dict("records")
    return rows


@pytest.mark.parametrize("count", [100, pytest.param(1000, marks=pytest.mark.slow)])
def test_each_damaged_file_has_a_clear_result(tmp_path: Path, count: int) -> None:
    folder = tmp_path / "e"
    kinds = write_damaged(folder, count)
    before = {path: path.lstat().st_mtime_ns for path in tmp_path.rglob("*")}
    rows = looked_into(folder, list(kinds))
    assert [row["file_id"] for row in rows] == list(kinds)
    for row in rows:
        kind = kinds[str(row["file_id"])]
        assert row["state"] == ("outside" if kind == "outside" else "read"), row
        if kind == "outside":
            assert row["how"] == "is a symbolic link that leaves the folder"
            assert row["found_sha256"] is None
        elif kind not in MAY_BE_RIGHT:
            assert told(row), row
        if row["stopped"] is None and row["state"] == "read":
            assert row["found_type"]
    slow = [row for row in rows if str(row["stopped"]).startswith("it took more than")]
    assert all(float(str(row["stopped"]).split()[4]) < 10 for row in slow)
    assert {path: path.lstat().st_mtime_ns for path in tmp_path.rglob("*")} == before
    wrong = [row for row in rows if kinds[str(row["file_id"])] == "cut" and not told(row)]
    assert len(wrong) <= count // 20, wrong


def test_a_file_that_takes_long_is_a_result_and_the_next_one_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "e"
    folder.mkdir()
    monkeypatch.setattr("etl.content_reader._CHILD", "tests.etl.hanging_reader")
    names = ["hang.xml", "good.xml", "crash.xml", "good.xml", "memory.xml", "good.xml"]
    for name in names:
        (folder / name).write_text('<?xml version="1.0"?><a/>', encoding="utf-8")
    rows = looked_into(folder, names, check_seconds=3.0)
    said = [row["stopped"] for row in rows]
    assert said[0] == "it took more than 3 seconds"
    assert str(said[2]).startswith("the process that did ended with -11")
    assert str(said[4]).startswith("the process that did needs more than 2,048 MB of memory")
    assert [row["not_opened"] for row in rows[1::2]] == ["seen"] * 3
