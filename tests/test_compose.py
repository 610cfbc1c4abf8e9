"""docker-compose.yml without Docker: what it says, and its health check before a cypher-shell of the test's own."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

FILE = Path(__file__).parents[1] / "docker-compose.yml"


@pytest.fixture(scope="module")
def neo4j() -> dict[str, Any]:
    """The one service."""
    (service,) = yaml.safe_load(FILE.read_text(encoding="utf-8"))["services"].values()
    found: dict[str, Any] = service
    return found


def test_neo4j_is_of_the_supported_line_kept_on_a_volume_and_reached_from_here_only(neo4j: dict[str, Any]) -> None:
    assert re.fullmatch(r"neo4j:5\.26(\.\d+)?-community", neo4j["image"])
    assert all(port.startswith("127.0.0.1:") for port in neo4j["ports"])
    assert {port.rpartition(":")[2] for port in neo4j["ports"]} == {"7687", "7474"}
    volumes = yaml.safe_load(FILE.read_text(encoding="utf-8"))["volumes"]
    assert [volume.partition(":")[::2] for volume in neo4j["volumes"]] == [(name, "/data") for name in volumes]


def test_there_is_no_password_but_the_one_that_is_given(neo4j: dict[str, Any]) -> None:
    assert neo4j["environment"]["NEO4J_AUTH"].startswith("neo4j/${NEO4J_PASSWORD:?")


@pytest.mark.parametrize("answers", [True, False])
@pytest.mark.parametrize("password", ["open-sesame", "a b$c/d'e"])
def test_the_health_check_asks_with_the_password(
    neo4j: dict[str, Any], password: str, answers: bool, tmp_path: Path
) -> None:
    kind, command = neo4j["healthcheck"]["test"]
    assert kind == "CMD-SHELL"
    shell = tmp_path / "cypher-shell"
    shell.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" > {tmp_path / "asked"}\nexit {0 if answers else 1}\n')
    shell.chmod(0o755)
    environment = {"PATH": f"{tmp_path}:{os.environ['PATH']}", "NEO4J_AUTH": f"neo4j/{password}"}
    # Compose makes one dollar of two.
    done = subprocess.run(["/bin/sh", "-c", command.replace("$$", "$")], env=environment, check=False)
    assert (done.returncode == 0) is answers
    assert (tmp_path / "asked").read_text().splitlines() == ["-u", "neo4j", "-p", password, "RETURN 1"]
