"""The command `dossier serve`."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.archive import StoreOption, settings_for
from cli.printing import out, say
from graph.store import open_store


def serve(
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port on which it answers.")] = 8050,
    host: Annotated[str, typer.Option(help="Loopback address to bind.")] = "127.0.0.1",
    store: StoreOption = None,
) -> None:
    """Serve the pages and the API until Ctrl-C. Commands that find the store held are answered by the service."""
    # Other commands need not wait for the web server's libraries.
    from api.app import create_app
    from api.serve import require_loopback
    from api.serve import serve as serve_app

    require_loopback(host)
    settings = settings_for(store)
    archive = open_store(settings)
    try:
        app = create_app(settings, archive)
        serve_app(
            app, settings, host, port, lambda url: say(out, f"Serving {settings.store} at {url} (Ctrl-C stops it).")
        )
    finally:
        archive.close()
