"""Refusing what pages of other sites send: a browser that shows one would otherwise write here for its reader."""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from api.problems import problem

_READS = ("GET", "HEAD", "OPTIONS")
_OTHERS = ("cross-site", "same-site")


class SameSite:
    """Answers 403 to whatever might write and, as the browser says (Sec-Fetch-Site), comes from another origin."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        writes = scope["type"] == "http" and scope["method"] not in _READS
        if writes and Headers(scope=scope).get("sec-fetch-site") in _OTHERS:
            refused = problem(403, "A page of another site asked for this.", "Open the pages of this service itself.")
            await refused(scope, receive, send)
        else:
            await self._app(scope, receive, send)
