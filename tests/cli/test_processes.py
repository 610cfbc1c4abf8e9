"""`dossier metrics`, `variants` and `process-map`, as tables and as JSON, and calls that are none."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from typer.testing import CliRunner

from cli.main import app
from etl.load import LoadRequest, load_file
from etl.mapping import load_mapping
from graph.errors import UsageError
from tests.archives import archive

EXAMPLES = Path(__file__).parents[1] / "examples"
COMMANDS = {
    "metrics": "Cycle time, median",
    "metrics --by item": "By item",
    "metrics stages": "Time of stages",
    "metrics months": "backlog",
    "metrics deviations": "Nothing was audited yet",
    "metrics drift": "by chance",
    "metrics cases --figure closed": "196062.0",
    "variants": "variants of 2 cases",
    "process-map": "steps of 2 cases",
}


@pytest.fixture
def hall(duckdb_uri: str) -> str:
    with archive(duckdb_uri) as (store, settings):
        load_file(store, settings, LoadRequest(EXAMPLES / "hall.csv", load_mapping(EXAMPLES / "hall.yaml"), "hall"))
    return duckdb_uri


def run(command: str, uri: str, *further: str) -> Any:
    return CliRunner().invoke(app, [*command.split(), "--store", uri, *further])


def test_each_command_shows_a_table_and_gives_json(hall: str) -> None:
    for command, shown in COMMANDS.items():
        done = run(command, hall)
        assert done.exit_code == 0 and shown in done.output, (command, done.output)
        assert json.loads(run(command, hall, "--json").stdout)["as_of_load"] == 1, command


def test_a_figure_names_the_command_s_own_options(hall: str) -> None:
    found = json.loads(run("process-map", hall, "--json").stdout)
    step = found["steps"][0]
    asked = {name: values[0] for name, values in parse_qs(urlsplit(step["cases_at"]).query).items()}
    options = [part for name, value in asked.items() for part in (f"--{name}", value)]
    listed = json.loads(run("metrics cases", hall, *options, "--json").stdout)
    assert len(listed["items"]) == step["cases"] > 0


def test_pages_go_on_and_bad_months_are_said(hall: str) -> None:
    first = json.loads(run("variants --limit 1", hall, "--json").stdout)
    assert "More: --cursor" in run("variants --limit 1", hall).output
    second = json.loads(run("variants --limit 1", hall, "--cursor", first["next"], "--json").stdout)
    assert (second["items"][0]["rank"], second["next"]) == (2, None)
    assert isinstance(run("metrics --from-month 2024", hall).exception, UsageError)
