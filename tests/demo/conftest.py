"""One small demo archive for all tests of the package, and what its sources say when read plainly."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from demo.archive import Archive, write
from tests.demo.plain_sources import Sources, read_sources

PEOPLE = 200


@pytest.fixture(scope="session")
def written(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    yield write(tmp_path_factory.mktemp("demo"), PEOPLE)


@pytest.fixture(scope="session")
def root(written: Archive) -> Path:
    return written.folder


@pytest.fixture(scope="session")
def sources(root: Path) -> Sources:
    return read_sources(root)
