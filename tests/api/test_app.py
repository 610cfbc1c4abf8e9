"""The API: what it answers, in which shape, and its errors."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.serve import require_loopback
from graph.errors import UsageError
from graph.settings import Settings

EXAMPLES = Path(__file__).parents[1] / "examples"
PROBLEM = {"type", "title", "status", "detail", "remedy", "errors"}


@pytest.fixture
def client(store_uri: str) -> Iterator[TestClient]:
    with TestClient(create_app(Settings(store=store_uri, wait=0))) as answering:
        yield answering


def post(client: TestClient, name: str, text: str, **form: str) -> Any:
    mapping = {"mapping": ("hall.yaml", (EXAMPLES / "hall.yaml").read_bytes())} if form.pop("mapped", "") else {}
    return client.post("/api/v1/loads", files={"file": (name, text.encode()), **mapping}, data=form)


def test_it_is_ready_when_there_is_an_archive(client: TestClient) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}
    before = client.get("/readyz")
    assert (before.status_code, set(before.json())) == (503, PROBLEM)
    assert client.get("/api/v1/cases").json() == {"items": [], "next": None, "as_of_load": 0, "open_load": None}
    done = post(client, "hall.csv", (EXAMPLES / "hall.csv").read_text(), mapped="yes")
    assert (done.status_code, done.json()["report"]["loaded"], done.json()["set_aside"]) == (201, 5, None)
    assert client.get("/readyz").json() == {"status": "ready"}
    assert client.get("/api/v1/status").json()["nodes"]["Case"] == 2
    assert [load["state"] for load in client.get("/api/v1/loads").json()["items"]] == ["done"]


def test_pages_follow_the_cursor_and_ids_may_hold_slashes(client: TestClient) -> None:
    rows = "".join(f"A/2024/{i},open,2024-01-0{i}\n" for i in range(1, 6))
    post(client, "log.csv", "case:concept:name,concept:name,time:timestamp\n" + rows)
    listed, path = [], "/api/v1/cases?limit=2"
    while path:
        page = client.get(path)
        listed += [item["id"] for item in page.json()["items"]]
        link = page.headers.get("Link", "")
        assert bool(link) == bool(page.json()["next"])
        path = link.removesuffix('>; rel="next"').removeprefix("<")
    assert listed == [f"log:A/2024/{i}" for i in (5, 4, 3, 2, 1)]
    for id_ in ("log:A/2024/3", "A/2024/3", "log:A%2F2024%2F3"):
        answer = client.get(f"/api/v1/cases/{id_}/chain")
        assert (answer.status_code, answer.json()["id"]) == (200, "log:A/2024/3")


def test_a_sample_is_the_same_each_time_and_brings_its_frame_where_asked(client: TestClient) -> None:
    rows = "".join(f"A{i},open,2024-01-0{i}\n" for i in range(1, 6))
    post(client, "log.csv", "case:concept:name,concept:name,time:timestamp\n" + rows)
    path = "/api/v1/samples?size=2&seed=7&stratify=month&from=2024-01-02"
    first, whole = client.get(path).json(), client.get(f"{path}&frame=true").json()
    assert (first["frame_cases"], first["frame"], len(first["cases"])) == (4, None, 2)
    assert [case["id"] for case in whole["frame"]] == [f"log:A{i}" for i in (2, 3, 4, 5)]
    assert whole | {"frame": None} == first
    assert client.get("/api/v1/samples?size=2&seed=7&stratify=colour").status_code == 422


def test_rows_that_were_set_aside_come_back(client: TestClient) -> None:
    done = post(client, "log.csv", "case:concept:name,concept:name,time:timestamp\nA,a,2024-01-01\nA,b,soon\n")
    assert done.json()["report"]["quarantined"] == 1
    assert "soon" in done.json()["set_aside"]


@pytest.mark.parametrize(
    ("method", "path", "status", "said"),
    [
        ("GET", "/api/v1/nothing", 404, "There is no GET /api/v1/nothing."),
        ("POST", "/api/v1/cases", 404, "There is no POST /api/v1/cases."),
        ("GET", "/api", 404, "/api"),
        ("GET", "/api/v1/cases/none/chain", 404, "The archive is empty."),
        ("GET", "/api/v1/cases?limit=0", 422, "limit"),
        ("GET", "/api/v1/cases?cursor=xx", 400, "no cursor"),
        ("GET", "/api/v1/cases?from=soon", 400, "'soon' is no instant"),
        ("POST", "/api/v1/loads", 422, "file"),
    ],
)
def test_every_error_is_a_problem(duckdb_uri: str, method: str, path: str, status: int, said: str) -> None:
    with TestClient(create_app(Settings(store=duckdb_uri, wait=0))) as client:
        answer = client.request(method, path)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert set(answer.json()) == PROBLEM
    assert said in answer.json()["detail"]


def test_a_file_cannot_leave_its_folder_by_its_name(duckdb_uri: str, tmp_path: Path) -> None:
    with TestClient(create_app(Settings(store=duckdb_uri, wait=0))) as client:
        done = post(client, "../../outside.csv", "case:concept:name,concept:name\nA,a\n")
        assert done.json()["report"]["source"] == "outside.csv"
        assert post(client, "..", "x").status_code == 400
    assert not list(tmp_path.glob("**/outside.csv"))


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.5", "::", "example.org", ""])
def test_only_the_loopback_address_is_bound(host: str) -> None:
    with pytest.raises(UsageError, match="no access control"):
        require_loopback(host)


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost"])
def test_the_loopback_address_is_bound(host: str) -> None:
    require_loopback(host)
