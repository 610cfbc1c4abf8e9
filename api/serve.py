"""Running the service: on the loopback address, announced beside its store."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable

import uvicorn
from fastapi import FastAPI

from api.service_address import announced
from graph.errors import UsageError
from graph.settings import Settings


def require_loopback(host: str) -> None:
    """Raises UsageError for an address that others can reach: nobody is asked who they are yet."""
    try:
        inside = host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        inside = False
    if not inside:
        raise UsageError(
            f"The service may not be bound to {host}: there is no access control yet, so everyone who reaches it "
            "could read every dossier.",
            "Bind it to 127.0.0.1, and let others reach it through a proxy that lets in only who may see all.",
        )


def serve(app: FastAPI, settings: Settings, host: str, port: int, ready: Callable[[str], None]) -> None:
    """Serves until it is stopped; `ready` is called with the address when it answers."""
    require_loopback(host)
    shown = f"[{host}]" if ":" in host else host
    url = f"http://{shown}:{port}"

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[object] | None = None) -> None:  # type: ignore[override]
            await super().startup(sockets)  # type: ignore[arg-type]
            if self.started:
                ready(url)

    with announced(settings, url):
        Server(uvicorn.Config(app, host=host, port=port, log_level="warning", access_log=False)).run()
