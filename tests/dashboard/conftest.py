"""A running service over a small archive, and a browser for it."""

from __future__ import annotations

import os
import shutil
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest
import uvicorn
from fastapi import FastAPI
from playwright.sync_api import BrowserContext, expect, sync_playwright

from api.app import create_app
from etl.check_run import CheckRequest, run_checks
from etl.load import LoadRequest, load_file
from etl.mapping import load_mapping
from etl.rules_source import read_rules
from etl.standards_load import load_standards
from graph.audit.finding_filter import FindingFilter
from graph.audit.findings import findings
from graph.audit.run import Scope, audit
from graph.decide import AcceptRequest, decide
from graph.rebuild import rebuild
from graph.settings import Settings
from graph.store import open_store
from graph.viewer import LOCAL_OPERATOR
from tests.conftest import NO_BROWSER, REQUIRED_BROWSER
from tests.graph.conformance_cases import write_case, write_standards
from tests.graph.sample import write_all

EXAMPLES = Path(__file__).parents[1] / "examples"
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
QUIET = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync"),
)


@pytest.fixture(scope="session")
def sample(settings: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FastAPI]:
    """The application over the sample of the questions, and a log with an event that nobody is named for."""
    path = tmp_path_factory.mktemp("pages") / "archive.duckdb"
    given = Settings(store=f"duckdb:///{path}", wait=0, arrangement=EXAMPLES.parent / "arrangements" / "house.yaml")
    store = open_store(given)
    write_all(store, given)
    hall = LoadRequest(EXAMPLES / "hall.csv", load_mapping(EXAMPLES / "hall.yaml"), "hall")
    load_file(store, given, hall)
    rebuild(store, given)
    run_checks(store, given, LOCAL_OPERATOR, CheckRequest("GD"))
    audit(store, given, LOCAL_OPERATOR, read_rules(), Scope(of="all"))
    (found,) = findings(store, LOCAL_OPERATOR, FindingFilter(case="hall:1", rule="missing-approval")).items
    accepted = AcceptRequest(who="王五", why="已向科室核实", finding=found.id, until=date(2999, 12, 31))
    decide(store, given, LOCAL_OPERATOR, accepted)
    yield create_app(given, store)
    store.close()


@pytest.fixture(scope="session")
def standards(settings: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FastAPI]:
    """The application over two versions of a standard, and two cases of its item, one of them late."""
    folder = tmp_path_factory.mktemp("standards")
    given = Settings(store=f"duckdb:///{folder / 'archive.duckdb'}", wait=0)
    store = open_store(given)
    load_standards(store, given, write_standards(folder / "standards"))
    write_case(store, given, 1, "03")
    write_case(store, given, 2, "06")
    rebuild(store, given)
    audit(store, given, LOCAL_OPERATOR, read_rules(), Scope(of="all"))
    yield create_app(given, store)
    store.close()


@pytest.fixture(scope="session")
def service(sample: FastAPI) -> Iterator[str]:
    """The address of the sample, served on a free port."""
    with _served(sample) as address:
        yield address


@pytest.fixture(scope="session")
def standards_service(standards: FastAPI) -> Iterator[str]:
    """The address of the standards, served on a free port."""
    with _served(standards) as address:
        yield address


@contextmanager
def _served(app: FastAPI) -> Iterator[str]:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [taken]}, daemon=True)
        thread.start()
        until = time.monotonic() + 30
        while not server.started and time.monotonic() < until:
            time.sleep(0.05)
        assert server.started
        yield f"http://127.0.0.1:{taken.getsockname()[1]}"
        server.should_exit = True
        thread.join(30)


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BrowserContext]:
    """The system's Chromium with a profile of its own."""
    found = next((path for name in CHROMIUM if (path := shutil.which(name))), None)
    if found is None:
        missing = f"{NO_BROWSER}: none of {', '.join(CHROMIUM)} is installed"
        if os.environ.get(REQUIRED_BROWSER) == "1":
            pytest.fail(f"{REQUIRED_BROWSER}=1, but {missing}", pytrace=False)
        pytest.skip(missing)
    with sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            tmp_path_factory.mktemp("profile"),
            executable_path=found,
            args=list(QUIET),
            headless=True,
            viewport={"width": 1440, "height": 900},
            timezone_id="America/New_York",
        )
        context.set_default_timeout(30_000)
        expect.set_options(timeout=30_000)
        yield context
        context.close()
