"""The document /openapi.json: what FastAPI knows of the routes, with examples of all answers.

The examples are answers of the sample archive of the tests, kept in examples.json beside this file
(`python -m tests.api.examples` writes it).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from api.problems import MEDIA_TYPE

EXAMPLES = Path(__file__).with_name("examples.json")
_OF_FASTAPI = ("HTTPValidationError", "ValidationError")


def add_openapi(app: FastAPI) -> None:
    """Lets the application answer /openapi.json with this document."""

    def described() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _document(app)
        return app.openapi_schema

    app.openapi = described  # type: ignore[method-assign]  # FastAPI's own way to extend it


@cache
def examples() -> Mapping[str, Mapping[str, Any]]:
    """Answers by operation (`GET /api/v1/cases`) and status."""
    found: dict[str, dict[str, Any]] = json.loads(EXAMPLES.read_text(encoding="utf-8"))
    return found


def operations(document: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The name of each operation, such as `GET /api/v1/cases`, and what the document says of it."""
    for path, of_path in document["paths"].items():
        for method, operation in of_path.items():
            yield f"{method.upper()} {path}", operation


def _document(app: FastAPI) -> dict[str, Any]:
    document = get_openapi(title=app.title, version=app.version, summary=app.summary, routes=app.routes)
    for name, operation in operations(document):
        answers = operation["responses"]
        # FastAPI adds this one to every route with parameters; those that can answer so say it themselves.
        if _OF_FASTAPI[0] in json.dumps(answers.get("422", {})):
            del answers["422"]
        for status, answer in answers.items():
            (content,) = answer["content"].values()
            if int(status) >= 400:
                answer["content"] = {MEDIA_TYPE: content}
            if status in examples().get(name, {}):
                content["example"] = examples()[name][status]
    for name in _OF_FASTAPI:
        document["components"]["schemas"].pop(name, None)
    return document
