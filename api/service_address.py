"""Where a running service answers: a file beside an embedded store, so that a command that finds the store held
can ask the service."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil

from graph.duckdb_store import path_of
from graph.settings import Settings


@dataclass(frozen=True)
class ServiceAddress:
    """A service: its address, its process, and when that began, so that another process is not taken for it."""

    url: str
    pid: int
    started: float


def _file(settings: Settings) -> Path | None:
    if not settings.store.startswith("duckdb://"):
        return None
    path = path_of(settings.store)
    return path.with_name(path.name + ".service")


@contextmanager
def announced(settings: Settings, url: str) -> Iterator[None]:
    """Keeps the address beside the store while the service runs."""
    path = _file(settings)
    if path is None:
        yield
        return
    address = ServiceAddress(url, os.getpid(), psutil.Process().create_time())
    path.write_text(json.dumps(asdict(address)), encoding="utf-8")
    try:
        yield
    finally:
        path.unlink(missing_ok=True)


def service_address(settings: Settings) -> ServiceAddress | None:
    """The service that holds the store, None where there is none or it has ended."""
    path = _file(settings)
    if path is None or not path.exists():
        return None
    address = ServiceAddress(**json.loads(path.read_text(encoding="utf-8")))
    try:
        lives = psutil.Process(address.pid).create_time() == address.started
    except psutil.NoSuchProcess:
        return None
    return address if lives else None
