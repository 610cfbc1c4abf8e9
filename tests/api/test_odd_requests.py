"""Whatever is asked, the service answers: no value of any parameter of any GET makes it fail."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.app import create_app
from etl.load import LoadRequest, load_file
from etl.mapping import load_mapping
from graph.cursors import cursor
from graph.settings import Settings
from graph.store import open_store
from tests.api.examples import FINDINGS, HOUSE, REQUESTS, STANDARDS, write_sample
from tests.archives import archive

PROBLEM = "application/problem+json"
CURSORS = (
    *(cursor(*position) for position in ((), (1,), (-1,), ("x",), (None,), (True,), (10**99,), (1.5,), ("\ud800",))),
    *(cursor(*position) for position in ((1, 2), ("a", "b"), (1, "a"), (1.5, "a"), (10**15, "a"), (None, None))),
    *(cursor(*position) for position in ((10**9, 0), (1, 10**18), ("a", "b", "c"), (None, 1, "c"))),
    "W" * 5000,
    "W1tb",
)
INSTANTS = (
    *("0001-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59Z", "9999-12-31T23:59:59-14:00"),
    *("1969-12-31", "2024-02-30", "20240101", "2024-01", "0000-00-00", "1700000000000"),
)
TEXTS = (
    *("", " ", "0", "-1", "1.5", "NaN", "9" * 30, "a/b", "..", "../..", "%", "%00"),
    *("a?b#c", "\0", "\x01\n", "'", "*", "null", "[]", "𠮷", "\ue000", "x" * 5000, "organisation:x", "a:b:c"),
)


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FastAPI]:
    path = tmp_path_factory.mktemp("odd") / "archive.duckdb"
    settings = Settings(store=f"duckdb:///{path}", wait=0, arrangement=HOUSE)
    store = open_store(settings)
    write_sample(store, settings)
    yield create_app(settings, store)
    store.close()


def _values(template: str, request: str) -> dict[str, str]:
    """The parameters of an example of a request."""
    whole = request if request.startswith("/api") else f"/api/v1{request}"
    base = template.partition("{")[0]
    path, _, asked = (whole if request.startswith("/") else base + request).partition("?")
    found = re.fullmatch(re.sub(r"\{(\w+)(:path)?\}", r"(?P<\1>.+)", template), path)
    return {**(found.groupdict() if found else {}), **dict(parse_qsl(asked, keep_blank_values=True))}


def _requests(document: dict[str, Any]) -> Iterator[str]:
    known = {**REQUESTS, **FINDINGS, **STANDARDS}
    for template, operations in document["paths"].items():
        parameters = operations.get("get", {}).get("parameters", ())
        given = known.get(f"GET {template}", {}).get(200, "")
        for odd in parameters:
            for value in (*TEXTS, *INSTANTS, *(CURSORS if odd["name"] == "cursor" else ())):
                path, values = template, {**_values(template, given), odd["name"]: value}
                for one in parameters:
                    if one["in"] == "path":
                        path = path.replace(f"{{{one['name']}}}", quote(values.pop(one["name"], "x"), safe=""))
                yield f"{path}?{urlencode(values)}"


@pytest.mark.slow
def test_no_value_of_a_parameter_makes_it_fail(app: FastAPI) -> None:
    failed, asked = [], 0
    with TestClient(app, raise_server_exceptions=False) as client:
        for request in _requests(app.openapi()):
            answer = client.get(request)
            asked += 1
            right = answer.status_code < 400 or answer.headers["content-type"] == PROBLEM
            if answer.status_code == 500 or not right:
                failed.append((answer.status_code, request[:200], answer.text[:200]))
    assert failed == []
    assert asked > 5000


@pytest.mark.parametrize("name", ["\0.csv", "\n.csv", "长" * 90 + ".csv", "x" * 300])
def test_a_name_that_no_file_can_have_is_told(app: FastAPI, name: str) -> None:
    with TestClient(app) as client:
        text = b"case:concept:name,concept:name\nA,a\n"
        answers = [
            client.post("/api/v1/loads", files={"file": (name, text)}, data={"dry_run": "true"}),
            client.get("/api/v1/export", params={"form": "graphml", "name": name}),
        ]
        for answer in answers:
            if answer.status_code < 400:
                # The upload's own format cannot carry such a name.
                assert name not in answer.text
            else:
                assert answer.status_code == 400
                assert answer.json()["detail"].startswith("A file cannot be named ")


@pytest.mark.parametrize("name", ["mapping", "set-aside.csv", "source"])
def test_an_upload_may_be_named_as_the_folders_it_is_kept_in(duckdb_uri: str, name: str) -> None:
    rows = b"case:concept:name,concept:name,time:timestamp\nA,a,2024-01-01\nA,b,soon\n"
    with TestClient(create_app(Settings(store=duckdb_uri, wait=0))) as client:
        parts = {"file": (name, rows), "mapping": (f"{name}.yaml", b"system: hall\n")}
        done = client.post("/api/v1/loads", files=parts)
        assert done.status_code == 201, done.text
        report = done.json()["report"]
        assert (report["source"], report["loaded"], report["quarantined"]) == (name, 1, 1)
        assert "soon" in done.json()["set_aside"]
        wrong = client.post("/api/v1/loads", files={**parts, "mapping": (f"{name}.yaml", b"- x\n")})
        assert wrong.status_code in (400, 422)
        assert "/" not in wrong.json()["detail"]


def test_a_fault_of_the_program_is_a_problem_too(duckdb_uri: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("secret of a person")

    monkeypatch.setattr("api.loads.load_rows", fail)
    with TestClient(create_app(Settings(store=duckdb_uri, wait=0)), raise_server_exceptions=False) as client:
        answer = client.get("/api/v1/loads")
    assert (answer.status_code, answer.headers["content-type"]) == (500, PROBLEM)
    assert "secret" not in answer.text


def test_a_list_of_decisions_cannot_be_asked_as_of_a_load_that_is_not_done(store_uri: str) -> None:
    with archive(store_uri) as (store, settings), TestClient(create_app(settings, store)) as client:
        mapping = load_mapping(HOUSE.parents[1] / "examples" / "hall.yaml")
        load_file(store, settings, LoadRequest(HOUSE.parents[1] / "examples" / "hall.csv", mapping, "hall"))
        assert client.get(f"/api/v1/decisions?cursor={cursor(1, 0)}").status_code == 200
        assert client.get(f"/api/v1/decisions?cursor={cursor(2, 0)}").status_code == 400
