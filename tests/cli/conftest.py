"""The command line for tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.cli.commands import Commands, Dossier


@pytest.fixture(scope="session")
def dossier(settings: None) -> Iterator[Dossier]:
    """The command `dossier`."""
    commands = Commands()
    yield commands
    commands.close()
