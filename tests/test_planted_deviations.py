"""Every planted deviation is found by its rule at its event, and no near miss is, on both engines."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

from tests.planted_deviations import BEGIN, BY_STATISTICS, DOCS, END, Audited, audited, table


def test_the_generator_knows_its_truth_by_itself() -> None:
    for path in (Path(__file__).parent / "planted").glob("*.py"):
        imported = {
            name.partition(".")[0] if not name.startswith("tests.") else name.rpartition(".")[0]
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            for name in (
                [node.module or ""]
                if isinstance(node, ast.ImportFrom)
                else [one.name for one in node.names]
                if isinstance(node, ast.Import)
                else []
            )
        }
        assert imported <= {*sys.stdlib_module_names, "tests", "tests.planted"}, path


def test_each_deviation_is_found_and_no_near_miss(duckdb_uri: str, tmp_path: Path) -> None:
    with audited(duckdb_uri, tmp_path) as done:
        _holds(done)
        shown = DOCS.read_text(encoding="utf-8").split(BEGIN)[1].split(END)[0].strip()
        assert shown == table(done.counts()), "run python -m tests.planted_deviations"


@pytest.mark.slow
@pytest.mark.neo4j
def test_the_same_is_found_on_neo4j(empty_neo4j: str, duckdb_uri: str, tmp_path: Path) -> None:
    for engine in ("neo4j", "duckdb"):
        (tmp_path / engine).mkdir()
    with audited(empty_neo4j, tmp_path / "neo4j") as there, audited(duckdb_uri, tmp_path / "duckdb") as here:
        _holds(there)
        assert there.found == here.found
        told = [[(one.rule, one.checked, one.undecidable) for one in done.report.rules] for done in (there, here)]
        assert told[0] == told[1]


def _holds(done: Audited) -> None:
    counted = {one.rule: one for one in done.counts()}
    assert [one.rule for one in done.report.rules if one.failed] == [] and done.report.bad == []
    assert len(counted) == 44 and sum(one.planted for one in counted.values()) >= 200
    assert [one for one in counted.values() if one.planted < 5 or one.decoys < 2] == []
    wrong = [one for one in counted.values() if one.rule not in BY_STATISTICS and (one.missed or one.false)]
    assert wrong == []
    of_statistics = counted["unusual-step"]
    assert (of_statistics.recall, of_statistics.false) == (0.5, 3)
