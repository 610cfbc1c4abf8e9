"""The archive that a command works on, and the options that name it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer
from pydantic import ValidationError

from graph.errors import UsageError
from graph.settings import Settings
from graph.store import Store, open_store

StoreOption = Annotated[str | None, typer.Option("--store", help="Address of the store; default DOSSIER_STORE.")]
LimitOption = Annotated[int, typer.Option("--limit", min=1, max=1000, help="How many at most.")]
CursorOption = Annotated[str | None, typer.Option("--cursor", help="Where the page before ended.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def settings_for(store: str | None) -> Settings:
    """The settings of the environment. Raises UsageError that names each variable that is none."""
    try:
        settings = Settings()
    except ValidationError as error:
        wrong = [f"DOSSIER_{str(one['loc'][0]).upper()}: {one['msg']}." for one in error.errors()]
        raise UsageError("\n".join(wrong), "docs/settings.md lists the settings.") from error
    return settings.model_copy(update={"store": store}) if store else settings


@contextmanager
def opened(store: str | None, *, read_only: bool = False) -> Iterator[tuple[Store, Settings]]:
    settings = settings_for(store)
    archive = open_store(settings, read_only=read_only)
    try:
        yield archive, settings
    finally:
        archive.close()
