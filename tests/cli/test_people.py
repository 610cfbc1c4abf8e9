"""People and exports on the command line."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.commands import Dossier
from tests.cli.test_commands import EXAMPLES


def test_people_and_exports(duckdb_uri: str, tmp_path: Path, dossier: Dossier) -> None:
    def run(*words: str | Path, store: str = duckdb_uri) -> str:
        done = dossier(*words, store=store, cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        return done.stdout

    run("load", EXAMPLES / "hall.csv", "--mapping", EXAMPLES / "hall.yaml")
    network = json.loads(run("network", "handover", "--json"))
    names = {one["id"]: one["name"] for one in network["actors"]}
    found = [(names[one["from_id"]], names[one["to_id"]], one["weight"]) for one in network["links"]]
    assert sorted(found) == [("李四", "李四", 1), ("王五", "李四", 1)]
    assert "王五" in run("network", "together")
    trail = json.loads(run("actor", "王五", "--from", "2024-06-06", "--json"))
    assert ([e["cases"] for e in trail["items"]], trail["events"]) == ([["hall:A-2024-002"]], 1)
    report = json.loads(run("export", "closed.json", "--status", "closed", "--json"))
    assert (report["records"]["Case"], report["records"]["Event"]) == (1, 3)
    again = f"duckdb:///{tmp_path / 'again.duckdb'}"
    run("load", "closed.json", "--system", "hall", store=again)
    assert [e["activity"] for e in json.loads(run("case", "A-2024-001", "--json", store=again))["events"]] == [
        "受理",
        "审核",
        "办结",
    ]
    there = dossier("export", "closed.json", store=duckdb_uri, cwd=tmp_path)
    assert (there.returncode, "is there already" in there.stderr) == (2, True)
    both = dossier("export", "x.json", "--person", "p", "--item", "i", store=duckdb_uri, cwd=tmp_path)
    assert both.returncode == 2
