"""The application: health, the API under /api/v1 and its errors, and the pages."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Literal

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from api import (
    batches,
    cases,
    checks,
    classification,
    decisions,
    evidence,
    export,
    findings,
    ledger,
    loads,
    materials,
    people,
    processes,
    quarantine,
    samples,
    standards,
    storeroom,
    subjects,
)
from api.archive import Archive
from api.openapi import add_openapi
from api.problems import answer_with_problems, problem, problems
from api.same_site import SameSite
from dashboard.application import add_dashboard
from graph.settings import Settings
from graph.store import Store, open_store
from graph.viewer import LOCAL_OPERATOR

VERSION = "/api/v1"
ROUTERS: tuple[APIRouter, ...] = (
    cases.router,
    subjects.router,
    people.router,
    materials.router,
    classification.router,
    decisions.router,
    samples.router,
    evidence.router,
    findings.router,
    processes.router,
    export.router,
    storeroom.router,
    batches.router,
    checks.router,
    quarantine.router,
    standards.router,
    ledger.router,
    loads.router,
)


def create_app(settings: Settings, store: Store | None = None) -> FastAPI:
    """The application over the store that `settings` names, or over one that is open already.

    The store is opened when the application starts and closed when it ends, if it was not given.
    """

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        opened = store or open_store(settings)
        app.state.archive = Archive(opened, settings)
        try:
            yield
        finally:
            if store is None:
                opened.close()

    app = FastAPI(
        title="dossier-graph",
        version="1",
        summary="Personal dossiers, audit chains and the reuse of materials of an archive.",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
    )
    answer_with_problems(app)
    add_openapi(app)
    app.add_api_route("/healthz", _health, tags=["health"], summary="Whether the process answers")
    app.add_api_route(
        "/readyz",
        _readiness,
        tags=["health"],
        summary="Whether there is an archive to ask",
        response_model=Health,
        responses=problems(503),
    )
    for router in ROUTERS:
        app.include_router(router, prefix=VERSION, responses=problems(503))
    for path in ("/api", "/api/{rest:path}"):
        app.add_api_route(path, _unknown, methods=_METHODS, include_in_schema=False)
    add_dashboard(app, lambda: app.state.archive.store, lambda: LOCAL_OPERATOR, settings)
    app.add_middleware(SameSite)
    return app


_METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"]


class Health(BaseModel):
    """`ok` where the process answers, `ready` where there is an archive to ask."""

    status: Literal["ok", "ready"]


async def _health() -> Health:
    return Health(status="ok")


def _readiness(request: Request) -> JSONResponse:
    archive: Archive = request.app.state.archive
    if not archive.store.exists():
        return problem(503, "There is no archive yet.", "Load a file: `dossier load FILE`, or POST /api/v1/loads.")
    return JSONResponse(Health(status="ready").model_dump())


async def _unknown(request: Request) -> JSONResponse:
    # The dashboard would answer every unknown path with its page.
    return problem(404, f"There is no {request.method} {request.url.path}.", "See /openapi.json for what there is.")
