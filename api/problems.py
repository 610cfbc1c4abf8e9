"""Errors over HTTP: one shape, application/problem+json (RFC 9457)."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from graph.errors import DossierError

MEDIA_TYPE = "application/problem+json"


class Problem(BaseModel):
    """An error: `detail` says what happened and where, `remedy` what to do."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    remedy: str = ""
    errors: list[dict[str, Any]] = Field(default_factory=list)


def problem(status: int, detail: str, remedy: str = "", errors: list[dict[str, Any]] | None = None) -> JSONResponse:
    """The response that says so."""
    said = Problem(title=HTTPStatus(status).phrase, status=status, detail=detail, remedy=remedy, errors=errors or [])
    return JSONResponse(said.model_dump(), status, media_type=MEDIA_TYPE)


def answer_with_problems(app: FastAPI) -> None:
    """Lets every error of the application have that shape."""

    async def of_project(_: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, DossierError)
        return problem(error.status, error.message, error.remedy)

    async def of_request(_: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, RequestValidationError)
        found = [{"where": ".".join(map(str, e["loc"])), "what": e["msg"]} for e in error.errors()]
        said = "; ".join(f"{e['where']}: {e['what']}" for e in found)
        return problem(422, f"The request is not as it has to be: {said}.", "See /openapi.json.", found)

    async def of_http(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, HTTPException)
        detail = f"{request.method} {request.url.path}: {error.detail}."
        return problem(error.status_code, detail, "See /openapi.json for what there is.")

    async def of_program(request: Request, _: Exception) -> JSONResponse:
        detail = f"{request.method} {request.url.path}: the service failed, and its log says where."
        return problem(500, detail, "Send the lines of its log with what was asked to whoever looks after it.")

    app.add_exception_handler(Exception, of_program)
    app.add_exception_handler(DossierError, of_project)
    app.add_exception_handler(RequestValidationError, of_request)
    app.add_exception_handler(HTTPException, of_http)


SAID = {
    400: "A value of the request cannot be read.",
    404: "There is no such record, or none that was known then.",
    409: "Several records are named, or another load is in the way.",
    422: "The request, or a file in it, is not what it has to be.",
    503: "There is no archive, or its store does not answer.",
}


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """What a route can answer instead, for its documentation; `api.openapi` adds the examples."""
    return {status: {"model": Problem, "description": SAID[status]} for status in statuses}
