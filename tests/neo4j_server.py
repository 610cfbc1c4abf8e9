"""Where the tests get their Neo4j from: NEO4J_URI, else a container, else the Maven artifacts."""

from __future__ import annotations

import logging
import os
import shutil
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path
from typing import LiteralString

import docker
from docker.errors import DockerException
from neo4j import Driver, GraphDatabase
from neo4j.exceptions import DriverError, Neo4jError

from graph.neo4j_statements import constraints
from scripts.neo4j import server

IMAGE = "neo4j:5.26-community"
DATABASE = "neo4j"
EMPTYING_PERMITTED = "NEO4J_TESTS_MAY_EMPTY"


class NoNeo4j(Exception):
    """None of the three ways leads to a Neo4j; the text is one line that says why and what to install."""


class UnusableNeo4j(Exception):
    """NEO4J_URI is set, so it is to be used, and cannot be; the text is one line."""


@dataclass(frozen=True)
class Neo4j:
    """A Neo4j that answers. `origin` says in words which it is; `password` is None without authentication."""

    uri: str
    user: str
    password: str | None
    origin: str
    end: Callable[[], None]

    def driver(self) -> Driver:
        """Return a driver that is logged in; the caller closes it."""
        login = None if self.password is None else (self.user, self.password)
        return GraphDatabase.driver(self.uri, auth=login)


def obtain(folder: Path, *, plans_kept: bool = False) -> Neo4j:
    """Return the Neo4j that the tests use; `folder` takes the data of one that is started, which with `plans_kept`
    plans each query once.

    Raises NoNeo4j, or UnusableNeo4j where NEO4J_URI is set in vain.
    """
    uri = os.environ.get("NEO4J_URI")
    if uri:
        return _named(uri)
    return start(folder, plans_kept=plans_kept)


def start(folder: Path, password: str | None = None, *, plans_kept: bool = False) -> Neo4j:
    """Start a Neo4j of our own, with a password for the user `neo4j` if given. Raises NoNeo4j."""
    try:
        return _container(password, plans_kept)
    except (DockerException, TimeoutError) as error:
        no_container = f"the container failed ({_line(error)})" if _daemon() else "no Docker daemon answers"
    try:
        return _from_artifacts(folder, password, plans_kept)
    except server.NoServer as error:
        raise NoNeo4j(f"NEO4J_URI is not set, {no_container}, {_line(error)}; or set NEO4J_URI") from error


def _named(uri: str) -> Neo4j:
    found = Neo4j(
        uri=uri,
        user=os.environ.get("NEO4J_USER", "neo4j"),
        password=os.environ.get("NEO4J_PASSWORD"),
        origin="NEO4J_URI",
        end=lambda: None,
    )
    try:
        with found.driver() as driver:
            driver.verify_connectivity()
            held = answer(driver, "MATCH (n) RETURN count(n)")
    except (DriverError, Neo4jError) as error:
        raise UnusableNeo4j(f"NEO4J_URI={uri} does not serve: {_line(error)}") from error
    if held and not os.environ.get(EMPTYING_PERMITTED):
        raise UnusableNeo4j(
            f"NEO4J_URI names a database in use ({held} nodes), and the tests empty it: name another, "
            f"or permit this by {EMPTYING_PERMITTED}=1"
        )
    return found


def _daemon() -> bool:
    try:
        docker.from_env(timeout=3).close()
    except DockerException:
        return False
    return True


def _container(password: str | None, plans_kept: bool) -> Neo4j:
    docker.from_env(timeout=3).ping()
    # Imported here because it reads Docker's configuration and speaks up where there is none.
    from testcontainers.core.container import DockerContainer
    from testcontainers.core.wait_strategies import LogMessageWaitStrategy

    logging.getLogger("testcontainers").setLevel(logging.WARNING)
    begun = time.monotonic()
    container = (
        DockerContainer(IMAGE)
        .with_env("NEO4J_AUTH", "none" if password is None else f"neo4j/{password}")
        .with_env("NEO4J_dbms_cypher_min__replan__interval", "1d" if plans_kept else "10s")
        .with_exposed_ports(7687)
        .waiting_for(LogMessageWaitStrategy("Started.").with_startup_timeout(180))
    )
    try:
        container.start()
    except (DockerException, TimeoutError):
        container.stop()
        raise
    uri = f"bolt://{container.get_container_host_ip()}:{container.get_exposed_port(7687)}"
    origin = f"container {IMAGE}, {time.monotonic() - begun:.1f} s to start"
    return Neo4j(uri, "neo4j", password, origin, container.stop)


def _from_artifacts(folder: Path, password: str | None, plans_kept: bool) -> Neo4j:
    running = server.start(folder, auth_password=password or "", plans_kept=plans_kept)

    def end() -> None:
        running.kill()
        shutil.rmtree(folder)

    return Neo4j(running.uri, "neo4j", password, f"Maven artifacts, {running.seconds:.1f} s to start", end)


def version(driver: Driver) -> str:
    """Return the version that the server states, such as 5.26.12."""
    statement = "CALL dbms.components() YIELD versions RETURN versions[0] AS version"
    return str(driver.execute_query(statement, database_=DATABASE).records[0]["version"])


def empty(driver: Driver) -> None:
    """Leave the database as if new: no constraint, no index but the two of its own, no node, no link."""
    _clear(driver, frozenset())


def empty_archive(driver: Driver) -> None:
    """Leave no node and no link, and only the constraints and indexes of an archive, where they are there.

    To make these takes seconds, and to have none is a change after which each statement is planned anew.
    """
    _clear(driver, constraints().keys())


def _clear(driver: Driver, kept: Collection[str]) -> None:
    with driver.session(database=DATABASE) as session:
        session.run("MATCH (n) CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 10000 ROWS").consume()
        for name in session.run("SHOW CONSTRAINTS YIELD name").value():
            if name not in kept:
                session.run("DROP CONSTRAINT $name", name=name).consume()
        for name in session.run("SHOW INDEXES YIELD name, type WHERE type <> 'LOOKUP' RETURN name").value():
            if name not in kept:
                session.run("DROP INDEX $name", name=name).consume()


def answer(driver: Driver, statement: LiteralString) -> object:
    """Return the single value of the single row of a statement."""
    return driver.execute_query(statement, database_=DATABASE).records[0].value()


def _line(error: Exception) -> str:
    return " ".join(str(error).split())[:300]
