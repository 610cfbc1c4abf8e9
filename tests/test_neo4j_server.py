"""The Neo4j that the tests run on is real, and leaves nothing behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import neo4j
import psutil
import pytest
from neo4j.exceptions import AuthError

from scripts.neo4j import server
from tests import neo4j_server
from tests.archives import archive

ROOT = Path(__file__).parents[1]
OUR_OWN = "\n".join(
    [
        "import pathlib, sys, time",
        "from scripts.neo4j import server",
        "running = server.start(pathlib.Path(sys.argv[1]), heap_mb=512, page_cache_mb=16)",
        "print(running.process.pid, flush=True)",
        "time.sleep(600)",
    ]
)


@pytest.fixture
def runnable(neo4j_uri: str) -> None:
    """Skip where no server can be started from the artifacts, whatever else the tests run on."""
    try:
        server.java()
        server.jars()
    except server.NoServer as error:
        pytest.skip(f"no Neo4j of our own: {error}")


def gone(pid: int, seconds: float) -> bool:
    """Say whether the process ends within so many seconds."""
    limit = time.monotonic() + seconds
    while time.monotonic() < limit:
        if not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
            return True
        time.sleep(0.1)
    return False


@pytest.mark.neo4j
def test_it_answers_and_is_the_long_term_version(neo4j_driver: neo4j.Driver) -> None:
    assert neo4j_server.answer(neo4j_driver, "RETURN 1") == 1
    if not os.environ.get("NEO4J_URI"):
        assert neo4j_server.version(neo4j_driver).startswith("5.26.")


@pytest.mark.neo4j
def test_emptying_takes_nodes_links_constraints_and_indexes(neo4j_driver: neo4j.Driver) -> None:
    neo4j_server.empty(neo4j_driver)
    for statement in (
        "CREATE CONSTRAINT `odd name` FOR (c:Case) REQUIRE c.id IS UNIQUE",
        "CREATE INDEX case_at FOR (c:Case) ON (c.at)",
        "UNWIND range(1, 25000) AS i CREATE (:Case {id: i})-[:NEXT]->(:Event)",
    ):
        neo4j_driver.execute_query(statement, database_=neo4j_server.DATABASE)
    neo4j_server.empty(neo4j_driver)
    for statement, left in (
        ("MATCH (n) RETURN count(n)", 0),
        ("SHOW CONSTRAINTS YIELD name RETURN count(*)", 0),
        ("SHOW INDEXES YIELD type WHERE type <> 'LOOKUP' RETURN count(*)", 0),
        ("SHOW INDEXES YIELD type WHERE type = 'LOOKUP' RETURN count(*)", 2),
    ):
        assert neo4j_server.answer(neo4j_driver, statement) == left, statement


@pytest.mark.neo4j
def test_an_emptied_archive_keeps_its_own_constraints_only(neo4j_uri: str, neo4j_driver: neo4j.Driver) -> None:
    neo4j_server.empty(neo4j_driver)
    with archive(neo4j_uri) as (store, _):
        store.prepare()
        made = schema(neo4j_driver)
        assert made and store.exists()
        neo4j_driver.execute_query("CREATE INDEX odd FOR (c:Case) ON (c.odd)", database_=neo4j_server.DATABASE)
        neo4j_server.empty_archive(neo4j_driver)
        assert schema(neo4j_driver) == made
        assert not store.exists() and neo4j_server.answer(neo4j_driver, "MATCH (n) RETURN count(n)") == 0


def schema(driver: neo4j.Driver) -> set[str]:
    """The names of constraints and indexes."""
    shown = (driver.execute_query(f"SHOW {kind} YIELD name") for kind in ("CONSTRAINTS", "INDEXES"))
    return {record["name"] for found in shown for record in found.records}


@pytest.mark.neo4j
def test_a_wrong_password_is_refused(locked_neo4j: neo4j_server.Neo4j) -> None:
    with locked_neo4j.driver() as driver:
        assert neo4j_server.answer(driver, "RETURN 1") == 1
    with (
        neo4j.GraphDatabase.driver(locked_neo4j.uri, auth=("neo4j", "wrong")) as driver,
        pytest.raises(AuthError),
    ):
        driver.verify_connectivity()


@pytest.mark.slow
@pytest.mark.neo4j
def test_stopping_leaves_no_process_and_keeps_the_data(runnable: None, tmp_path: Path) -> None:
    first = server.start(tmp_path, heap_mb=512, page_cache_mb=16)
    with neo4j.GraphDatabase.driver(first.uri) as driver:
        driver.execute_query("CREATE (:Case {id: 'kept'})", database_=neo4j_server.DATABASE)
    first.stop()
    assert not psutil.pid_exists(first.process.pid)
    second = server.start(tmp_path, heap_mb=512, page_cache_mb=16)
    try:
        with neo4j.GraphDatabase.driver(second.uri) as driver:
            assert neo4j_server.answer(driver, "MATCH (c:Case) RETURN c.id") == "kept"
    finally:
        second.kill()
    assert not psutil.pid_exists(second.process.pid)


@pytest.mark.slow
@pytest.mark.neo4j
def test_it_ends_with_the_process_that_started_it(runnable: None, tmp_path: Path) -> None:
    command = [sys.executable, "-c", OUR_OWN, str(tmp_path)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as starter:
        assert starter.stdout is not None
        java = int(starter.stdout.readline())
        starter.send_signal(signal.SIGKILL)
    assert gone(java, 30)


@pytest.mark.neo4j
def test_the_artifacts_are_fetched_once(runnable: None, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = server.jars()
    before = kept.stat().st_mtime_ns
    monkeypatch.setenv("PATH", "/nowhere")
    assert server.jars() == kept
    assert kept.stat().st_mtime_ns == before
    assert not list(kept.parent.glob("half-*"))


def test_without_java_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(server.NoServer, match="install a JDK 17 or newer"):
        server.java()


def test_an_old_java_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    old = tmp_path / "bin" / "java"
    old.parent.mkdir()
    old.write_text("#!/bin/sh\necho 'openjdk version \"11.0.2\" 2019-01-15' >&2\n")
    old.chmod(0o755)
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    with pytest.raises(server.NoServer, match="is Java 11: install a JDK 17"):
        server.java()


def test_a_failed_fetch_leaves_no_cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    maven = tmp_path / "mvn"
    maven.write_text("#!/bin/sh\necho '[ERROR] no route to the registry'\nexit 1\n")
    maven.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    with pytest.raises(server.NoServer, match="no route to the registry"):
        server.jars()
    assert list(server.cache_folder().iterdir()) == []
