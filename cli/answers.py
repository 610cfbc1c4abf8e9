"""Answers of questions: from the store, or from the service that holds it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar
from urllib.parse import quote

import httpx
from pydantic import BaseModel

from api.service_address import ServiceAddress, service_address
from cli.archive import settings_for
from graph.errors import DossierError, StoreLocked, UsageError
from graph.settings import Settings
from graph.store import Store, open_store

Answer = TypeVar("Answer", bound=BaseModel)
_SECONDS = 600.0
_FILE_SECONDS = 3600.0


class AnsweredProblem(DossierError):
    """What the service answered instead: its message, its remedy, and how the command ends."""

    def __init__(self, status: int, message: str, remedy: str) -> None:
        super().__init__(message, remedy)
        self.status = status
        self.exit_code = 3 if status == 503 else 2


def answered(
    store: str | None,
    question: Callable[[Store], Answer],
    model: type[Answer],
    route: str,
    params: Mapping[str, object] | None = None,
) -> Answer:
    """The answer of `question`; where a service holds the store, that of its `route` below /api/v1."""
    settings = settings_for(store)
    archive = archive_or_service(settings, read_only=True)
    if isinstance(archive, ServiceAddress):
        given = {name: value for name, value in (params or {}).items() if value is not None}
        return model.model_validate(request(archive, settings, "GET", route, params=given))
    try:
        return question(archive)
    finally:
        archive.close()


def archive_or_service(settings: Settings, *, read_only: bool) -> Store | ServiceAddress:
    """The store, opened, or the service that holds it. Raises StoreLocked where something else does."""
    try:
        return open_store(settings, read_only=read_only)
    except StoreLocked:
        address = service_address(settings)
        if address is None:
            raise
        return address


def require_no_folders(folders: Mapping[str, object]) -> None:
    """Raises UsageError where a command names folders of files to the service: it opens only its own."""
    if folders:
        raise UsageError(
            "A service holds the store, and it opens no folder that a command names.",
            "Leave --files out and set DOSSIER_FILES for the service, or stop it first.",
        )


def path_part(text: str) -> str:
    """An id as a part of a route."""
    return quote(text, safe="")


def request(
    address: ServiceAddress,
    settings: Settings,
    method: str,
    route: str,
    *,
    seconds: float | None = _SECONDS,
    **given: object,
) -> object:
    """What the service answers within `seconds` (None: whenever it does). Raises AnsweredProblem for its problems,
    StoreLocked where it does not answer."""
    with _no_answer(address, settings):
        answer = httpx.request(method, _url(address, route), timeout=seconds, trust_env=False, **given)  # type: ignore[arg-type]
    return _taken(answer).json()


def fetch(
    address: ServiceAddress, settings: Settings, method: str, route: str, into: Path, **given: object
) -> httpx.Headers:
    """Writes the file that the service answers with; gives the headers that came with it. Raises as `request`."""
    url = _url(address, route)
    with (
        _no_answer(address, settings),
        httpx.stream(method, url, timeout=_FILE_SECONDS, trust_env=False, **given) as answer,  # type: ignore[arg-type]
        into.open("wb") as file,
    ):
        if answer.is_error:
            answer.read()
        for piece in _taken(answer).iter_bytes():
            file.write(piece)
        return answer.headers


def _url(address: ServiceAddress, route: str) -> str:
    return f"{address.url}/api/v1{route}"


@contextmanager
def _no_answer(address: ServiceAddress, settings: Settings) -> Iterator[None]:
    try:
        yield
    except httpx.HTTPError as error:
        raise StoreLocked(
            f"The store {settings.store} is held by the service at {address.url} (process {address.pid}), which "
            f"does not answer: {error}",
            "Wait, or stop the service.",
        ) from error


def _taken(answer: httpx.Response) -> httpx.Response:
    """The answer where it is none of a problem."""
    if answer.is_error:
        said = answer.json()
        raise AnsweredProblem(answer.status_code, said.get("detail", answer.text), said.get("remedy", ""))
    return answer
