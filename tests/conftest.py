"""What all tests share: an environment without settings, the real logs, and a store of each engine."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any

import hypothesis
import neo4j
import pytest

from tests import neo4j_server

ID_KEY = "00112233445566778899aabbccddeeff" * 2
REQUIRED = "DOSSIER_REQUIRE_NEO4J"
TEST_DATA = Path(__file__).parents[2] / "shared" / "data"
REQUIRED_BROWSER = "DOSSIER_REQUIRE_BROWSER"
REQUIRED_GO = "DOSSIER_REQUIRE_GO"
NO_NEO4J = "no Neo4j"
NO_DATA = "no real logs"
NO_BROWSER = "no Chromium"
NO_GO = "no Go"

# How long an example takes says nothing on a machine with other work; who changes something sees the same examples.
hypothesis.settings.register_profile("repository", deadline=None, derandomize="CI" in os.environ)
hypothesis.settings.load_profile("repository")

chosen_neo4j = pytest.StashKey[str]()
# What the processes of a run that is spread over several (pytest-xdist) have said of their Neo4j.
_SAID = "neo4j"
_said_by_processes: list[str] = []


@pytest.fixture(scope="session", autouse=True)
def settings() -> Iterator[None]:
    """Take away the settings of whoever runs the tests, and give all tests one id key."""
    kept = (REQUIRED, REQUIRED_BROWSER, REQUIRED_GO)
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("DOSSIER_") and name not in kept]:
            patch.delenv(name)
        patch.setenv("DOSSIER_ID_KEY", ID_KEY)
        # A ledger costs each load some writes that wait for the disk; tests of the ledger name a folder.
        patch.setenv("DOSSIER_LEDGER", "none")
        if os.environ.get("NEO4J_URI"):
            for name in ("NEO4J_USER", "NEO4J_PASSWORD"):
                if name in os.environ:
                    patch.setenv(f"DOSSIER_{name}", os.environ[name])
        yield


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder that TEST_DATA names, by default ../shared/data beside the repository."""
    folder = Path(os.environ.get("TEST_DATA") or TEST_DATA).resolve()
    if not folder.is_dir():
        pytest.skip(f"{NO_DATA}: {folder} is not there; set TEST_DATA to the folder that has `logs` in it")
    return folder


@pytest.fixture(scope="session")
def neo4j_instance(
    settings: None, tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config
) -> Iterator[neo4j_server.Neo4j]:
    """The one Neo4j of this run; its database is left empty."""
    pytestconfig.stash[chosen_neo4j] = "none"
    # Each test empties and fills the database, for which a server plans every query anew: most of its time went
    # there. Slow tests fill it so full that the plan for an empty one would not do.
    small = "not slow" in pytestconfig.option.markexpr
    found = _or_without(lambda: neo4j_server.obtain(tmp_path_factory.mktemp("neo4j"), plans_kept=small))
    try:
        with found.driver() as driver:
            stated = neo4j_server.version(driver)
            pytestconfig.stash[chosen_neo4j] = f"{stated} at {found.uri} ({found.origin})"
            yield found
            neo4j_server.empty(driver)
    finally:
        found.end()


@pytest.fixture(scope="session")
def neo4j_driver(neo4j_instance: neo4j_server.Neo4j) -> Iterator[neo4j.Driver]:
    """A driver of the tests' own on the run's Neo4j."""
    with neo4j_instance.driver() as driver:
        yield driver


@pytest.fixture(scope="session")
def neo4j_uri(neo4j_instance: neo4j_server.Neo4j) -> str:
    """The Bolt address of the run's Neo4j, whatever its database holds."""
    return neo4j_instance.uri


@pytest.fixture
def empty_neo4j(neo4j_uri: str, neo4j_driver: neo4j.Driver) -> str:
    """The Bolt address of the run's Neo4j, emptied for this test but for the constraints of an archive."""
    neo4j_server.empty_archive(neo4j_driver)
    return neo4j_uri


@pytest.fixture(scope="session")
def locked_neo4j(settings: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[neo4j_server.Neo4j]:
    """A second Neo4j, which asks for the password that its attribute `password` holds."""
    folder = tmp_path_factory.mktemp("neo4j-locked")
    found = _or_without(lambda: neo4j_server.start(folder, password="open-sesame"))
    yield found
    found.end()


@pytest.fixture
def duckdb_uri(tmp_path: Path) -> str:
    """The address of an embedded store that is not there yet."""
    return f"duckdb:///{tmp_path / 'archive.duckdb'}"


@pytest.fixture(params=["duckdb", pytest.param("neo4j", marks=pytest.mark.neo4j)])
def store_uri(request: pytest.FixtureRequest) -> str:
    """The address of an empty store, of each engine in turn."""
    uri: str = request.getfixturevalue("duckdb_uri" if request.param == "duckdb" else "empty_neo4j")
    return uri


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Give all tests that miss the same thing one place, so that pytest reports them in one line."""
    report = yield
    if report.skipped and isinstance(report.longrepr, tuple):
        reason = report.longrepr[2]
        if reason.startswith(tuple(f"Skipped: {missing}" for missing in (NO_NEO4J, NO_DATA, NO_BROWSER, NO_GO))):
            report.longrepr = (__file__, 0, reason)
    return report


def pytest_configure(config: pytest.Config) -> None:
    """Several processes would empty the one database under each other's hands."""
    if os.environ.get("NEO4J_URI") and getattr(config.option, "numprocesses", None):
        raise pytest.UsageError("NEO4J_URI names one database, which several processes cannot share: give -n 0.")


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A process of several tells the one that reports which Neo4j it had."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput[_SAID] = session.config.stash.get(chosen_neo4j, "")


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    _said_by_processes.append(node.workeroutput.get(_SAID, "") if hasattr(node, "workeroutput") else "")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say which Neo4j the tests ran on."""
    said = config.stash.get(chosen_neo4j, "") or "; ".join(filter(None, _said_by_processes))
    terminalreporter.write_line(f"Neo4j: {said or 'no test asked for it'}")


def _or_without(obtain: Callable[[], neo4j_server.Neo4j]) -> neo4j_server.Neo4j:
    """Return the Neo4j, or skip; or fail, where one is required or the one that is named does not serve."""
    try:
        return obtain()
    except neo4j_server.NoNeo4j as error:
        missing, named = str(error), ""
    except neo4j_server.UnusableNeo4j as error:
        missing, named = "", str(error)
    if named:
        pytest.fail(named, pytrace=False)
    if os.environ.get(REQUIRED) == "1":
        pytest.fail(f"{REQUIRED}=1, but {NO_NEO4J}: {missing}", pytrace=False)
    pytest.skip(f"{NO_NEO4J}: {missing}")
