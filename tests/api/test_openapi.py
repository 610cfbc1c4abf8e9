"""/openapi.json: every route, parameter and answer is described by an example that is one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from api.app import create_app
from api.openapi import EXAMPLES, operations
from graph.settings import Settings
from graph.store import open_store
from tests.api.examples import answers, write_sample

METHODS = {"get", "post"}
PROBLEM = "application/problem+json"
AS_IT_IS = {
    "GET /api/v1/ledger/checkpoint": "text/plain",
    "GET /api/v1/ledger/tile/{path}": "application/octet-stream",
    "GET /api/v1/export": "application/octet-stream",
    "POST /api/v1/evidence": "application/zip",
}


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return create_app(Settings(store="duckdb:////nowhere/archive.duckdb")).openapi()


def faults(document: dict[str, Any], schema: Any, value: Any) -> list[str]:
    """Why a value is not what a schema of the document says."""
    whole = {
        **schema,
        "components": document["components"],
        "$schema": "https://json-schema.org/draft/2020-12/schema",
    }
    Draft202012Validator.check_schema(whole)
    validator = Draft202012Validator(whole, format_checker=Draft202012Validator.FORMAT_CHECKER)
    return [f"{fault.json_path}: {fault.message}" for fault in validator.iter_errors(value)]


def wrong_answers(document: dict[str, Any], name: str, operation: dict[str, Any]) -> Iterator[str]:
    for status, answer in operation["responses"].items():
        kinds = {PROBLEM} if int(status) >= 400 else {AS_IT_IS.get(name, "application/json")}
        if not answer.get("description") or {*answer["content"]} != kinds:
            yield f"{name} {status}: no description, or {[*answer['content']]}"
            continue
        (content,) = answer["content"].values()
        if kinds <= {"application/octet-stream", "application/zip"}:
            continue
        if "example" not in content:
            yield f"{name} {status}: no example"
            continue
        if not content.get("schema"):
            yield f"{name} {status}: no schema"
        yield from (f"{name} {status}: {fault}" for fault in faults(document, content["schema"], content["example"]))
        if int(status) >= 400 and content["example"]["status"] != int(status):
            yield f"{name} {status}: the example has status {content['example']['status']}"


def parameters(document: dict[str, Any], operation: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any], bool]]:
    """Name, description with schema, and whether an example is due: of a file there is none."""
    for one in operation.get("parameters", ()):
        yield one["name"], {**one["schema"], "description": one.get("description", "")}, True
    for content in operation.get("requestBody", {}).get("content", {}).values():
        if "$ref" not in content["schema"]:
            yield "body", content["schema"], True
            continue
        body = document["components"]["schemas"][content["schema"]["$ref"].rpartition("/")[2]]
        for name, schema in body["properties"].items():
            yield name, schema, "contentMediaType" not in json.dumps(schema)


def wrong_parameters(document: dict[str, Any], name: str, operation: dict[str, Any]) -> Iterator[str]:
    for parameter, schema, due in parameters(document, operation):
        if not schema.get("description"):
            yield f"{name} {parameter}: no description"
        if due and not schema.get("examples"):
            yield f"{name} {parameter}: no example"
        for example in schema.get("examples", ()):
            yield from (f"{name} {parameter}: {fault}" for fault in faults(document, schema, example))


def test_every_answer_and_parameter_has_an_example_that_is_one(document: dict[str, Any]) -> None:
    named = dict(operations(document))
    assert len(named) >= 13
    assert all(operation.get("summary") for operation in named.values())
    assert [fault for name, one in named.items() for fault in wrong_answers(document, name, one)] == []
    assert [fault for name, one in named.items() for fault in wrong_parameters(document, name, one)] == []


def test_routes_of_the_api_say_how_they_can_fail(document: dict[str, Any]) -> None:
    failing = {name: {s for s in one["responses"] if int(s) >= 400} for name, one in operations(document)}
    assert failing.pop("GET /healthz") == set()
    assert all("503" in statuses for statuses in failing.values())
    names = [name for name, _ in operations(document) if "/ledger" not in name and "/proof" not in name]
    of_one = {name for name in names if "_id}" in name or "/reuse" in name}
    assert len(of_one) >= 8
    assert all({"404", "409"} <= failing[name] for name in of_one)
    at_a_time = {
        name
        for name, one in operations(document)
        if any(p["name"] == "as_known_at" for p in one.get("parameters", ()))
    }
    assert len(at_a_time) >= 6
    assert all("400" in failing[name] for name in at_a_time)


def test_no_example_is_left_over(document: dict[str, Any]) -> None:
    kept = json.loads(EXAMPLES.read_text(encoding="utf-8"))
    shown = {(name, status) for name, one in operations(document) for status in one["responses"]}
    shown -= {(name, "200") for name in AS_IT_IS}
    assert {(name, status) for name, of in kept.items() for status in of} == shown


def test_a_fault_is_found(document: dict[str, Any]) -> None:
    broken = json.loads(json.dumps(document))
    operation = broken["paths"]["/api/v1/persons"]["get"]
    operation["parameters"][0].pop("description")
    operation["parameters"][1]["schema"].pop("examples")
    operation["responses"]["200"]["content"]["application/json"]["example"]["items"] = "none"
    del operation["responses"]["400"]["content"][PROBLEM]["example"]
    name = "GET /api/v1/persons"
    assert sorted(wrong_parameters(broken, name, operation)) == [
        f"{name} limit: no example",
        f"{name} query: no description",
    ]
    assert list(wrong_answers(broken, name, operation)) == [
        f"{name} 200: $.items: 'none' is not of type 'array'",
        f"{name} 400: no example",
    ]


def test_the_examples_are_what_the_sample_answers(duckdb_uri: str) -> None:
    settings = Settings(store=duckdb_uri, ledger="", wait=0)
    store = open_store(settings)
    write_sample(store, settings)
    found = answers(store, settings)
    store.close()
    again = "python -m tests.api.examples"
    assert found == json.loads(EXAMPLES.read_text(encoding="utf-8")), f"api/examples.json is stale: run {again}"
