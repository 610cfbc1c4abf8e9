"""The dashboard on the server of the API: one layout, one callback that draws the page of an address."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from dash import ALL, ClientsideFunction, Dash, Input, Output, State
from dash.backends._fastapi import reset_current_request, set_current_request
from dash.development.base_component import Component
from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse

from dashboard import shell
from dashboard.address import parse_address
from dashboard.page import Asked, page_of
from dashboard.pages import PAGES, add_page_callbacks
from dashboard.policy import ContentPolicy, policy
from dashboard.states import broken, failed, nothing
from graph import clock
from graph.errors import DossierError
from graph.settings import Settings
from graph.store import Store
from graph.viewer import Viewer

logger = logging.getLogger(__name__)
_HTML = {"zh": "zh-CN", "en": "en"}


def add_dashboard(
    app: FastAPI, store_of: Callable[[], Store], viewer_of: Callable[[], Viewer], settings: Settings
) -> Dash:
    """Lets `app` serve the pages at its root, after the routes that it has; they ask the store as that viewer."""
    dash = Dash(
        __name__,
        server=app,  # type: ignore[arg-type]  # FastAPI is taken, too
        assets_folder=str(Path(__file__).with_name("assets")),
        title=settings.archive_name or "dossier-graph",
        update_title="",
        serve_locally=True,
        suppress_callback_exceptions=True,
        websocket_callbacks=False,
        enable_mcp=False,
        add_log_handler=False,
    )
    dash.layout = shell.layout()

    def asked(path: str | None, search: str | None) -> Asked:
        return Asked(store_of(), settings, viewer_of(), parse_address(path, search))

    _draw_pages(dash, asked, settings.archive_name)
    add_page_callbacks(dash, asked)
    _keep_addresses(dash)
    # Dash does this at the first request for its own paths; a page that is opened at another path needs it, too.
    dash._setup_server()
    _serve_paths(app, dash)
    app.add_middleware(ContentPolicy, policy=policy(dash.csp_hashes()))
    return dash


def _draw_pages(dash: Dash, asked: Callable[[str | None, str | None], Asked], archive_name: str) -> None:
    @dash.callback(
        Output("header", "children"),
        Output("navigation", "children"),
        Output("page", "children"),
        Output("description", "data"),
        Input("address", "pathname"),
        Input("address", "search"),
    )
    async def draw(path: str | None, search: str | None) -> tuple[Component, Component, Component, dict[str, str]]:
        return await asyncio.to_thread(_drawn, asked(path, search), archive_name)


def _drawn(asked: Asked, archive_name: str) -> tuple[Component, Component, Component, dict[str, str]]:
    """Header, navigation, page, and what the browser's window is called."""
    say, address = asked.say, asked.address
    page, key = page_of(PAGES, address.path)
    title = say(page.title) if page else say("page.unknown")
    as_of_load, open_load = 0, None
    try:
        there = asked.store.exists()
        loads = clock.loads(asked.store) if there else []
        as_of_load = clock.last_done(asked.store) if there else 0
        open_load = next((load.number for load in loads if load.state == "open"), None)
        if page is None:
            content: Component = nothing(say("page.unknown"), say("page.unknown.remedy"))
        else:
            content = page.content(replace(asked, key=key))
    except DossierError as error:
        content = failed(error, say)
    except Exception:
        # The shell stays, whatever fails in a page: without it nobody could leave the page. The log has the cause.
        logger.exception("The page %s failed.", page.title if page else "of an unknown path")
        content = broken(say)
    return (
        shell.header(address, say, archive_name, as_of_load, open_load),
        shell.navigation(address, say, page.section if page else "", as_of_load, open_load),
        content,
        {
            "title": f"{title} · {archive_name or say('app.name')}",
            "language": _HTML[say.language],
        },
    )


def _keep_addresses(dash: Dash) -> None:
    every_filter = {"type": "filter", "name": ALL, "default": ALL}
    every_table = {"type": "table", "name": ALL}
    dash.clientside_callback(
        ClientsideFunction("dossier", "filter"), Input(every_filter, "value"), State(every_filter, "id")
    )
    dash.clientside_callback(
        ClientsideFunction("dossier", "keepTables"),
        Input(every_table, "filterModel"),
        State(every_table, "id"),
        State(every_table, "dashGridOptions"),
    )
    dash.clientside_callback(ClientsideFunction("dossier", "describe"), Input("description", "data"))
    # The header is drawn anew at every address, with its menu closed.
    dash.clientside_callback(
        ClientsideFunction("dossier", "menu"),
        Output("shell", "navbar"),
        Input("menu", "opened"),
        State("shell", "navbar"),
    )


def _serve_paths(app: FastAPI, dash: Dash) -> None:
    """Serves the shell at every path that is left: 404 where no page is. The route that Dash would add for that when
    the application starts belongs to whichever Dash of the process was made last."""

    async def path_of_page(request: Request) -> HTMLResponse:
        page, _ = page_of(PAGES, request.scope.get("raw_path", b"").decode("latin-1") or request.url.path)
        token = set_current_request(request)
        try:
            return HTMLResponse(dash.index(), 200 if page else 404)
        finally:
            reset_current_request(token)

    options: dict[str, Any] = {"methods": ["GET"], "include_in_schema": False}
    app.add_api_route("/{path:path}", path_of_page, **options)
