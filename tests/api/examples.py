"""The examples of /openapi.json: what the sample archive answers to one request for each answer of each route.

    python -m tests.api.examples

writes api/examples.json anew. A test compares that file with the answers of the present program.
"""

from __future__ import annotations

import json
import os
import re
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NoReturn
from unittest.mock import patch
from urllib.parse import quote

from fastapi.testclient import TestClient

from api.app import create_app
from api.openapi import EXAMPLES
from etl.load import LoadRequest, load_file
from etl.mapping import load_mapping
from etl.standards_load import load_standards
from graph import clock
from graph.clock import SourceOfLoad, open_load
from graph.decide import AcceptRequest, decide
from graph.errors import StoreUnreachable
from graph.instants import utc_ms
from graph.rebuild import rebuild
from graph.settings import Settings
from graph.store import Store, open_store
from graph.viewer import LOCAL_OPERATOR
from tests.graph.conformance_cases import standard, write_standards
from tests.graph.sample import LI, ZHANG, write_all
from tests.graphs import link, write

LOGS = Path(__file__).parents[1] / "examples"
HALL, MAPPING = LOGS / "hall.csv", LOGS / "hall.yaml"
HOUSE = LOGS.parent / "arrangements" / "house.yaml"
ACCEPTANCE = HOUSE.with_name("acceptance.yaml")
_CHECKPOINT = "dossier/5b5b\n2\nW1tbW1tbW1tbW1tbW1tbW1tbW1tbW1tbW1tbW1tbW1s=\n\n— dossier/5b5b W1tbW1tbW1tb\n"
LEDGER: Mapping[str, Any] = {
    "folder": "/archive.duckdb.ledger",
    "origin": "dossier/5b5b",
    "keys": ["dossier/5b5b+5b5b5b5b+AVtbW1tbW1tbW1tbW1tbW1tbW1tbW1tbW1tbW1tbW1tb"],
    "checkpoint": _CHECKPOINT,
    "old_checkpoint": _CHECKPOINT,
    "new_checkpoint": _CHECKPOINT,
    "salt": "5b" * 16,
    "path": ["W1tbW1tbW1tbW1tbW1tbW1tbW1tbW1tbW1tbW1tbW1s="],
    "proof": ["W1tbW1tbW1tbW1tbW1tbW1tbW1tbW1tbW1tbW1tbW1s="],
}
# Asked for without a query they answer that one is missing.
QUERIED = (
    "GET /api/v1/rooms/boxes",
    "GET /api/v1/places",
    "GET /api/v1/inventory",
    "GET /api/v1/labels",
    "GET /api/v1/reuse",
    "GET /api/v1/reuse/proof",
    "GET /api/v1/samples",
    "GET /api/v1/ledger/consistency",
    "GET /api/v1/export",
    "GET /api/v1/standards/comparison",
)
# Asked after the audit.
FINDINGS: Mapping[str, Mapping[int, str]] = {
    "GET /api/v1/findings": {200: "?limit=2", 400: "?cursor=xx", 422: "?limit=0"},
    "GET /api/v1/findings/summary": {200: "?severity=high", 400: "?from=soon", 422: "?state=closed"},
    "GET /api/v1/rules/{rule}": {200: "four-eyes", 404: "none"},
}
# Asked after standards are loaded.
_COMPARED = "/comparison?before=subsidy@2020-01-01&after="
STANDARDS: Mapping[str, Mapping[int, str]] = {
    "GET /api/v1/standards": {200: "?query=subsidy", 400: "?cursor=xx", 422: "?limit=0"},
    "GET /api/v1/standards/comparison": {
        200: f"{_COMPARED}subsidy@2024-05-01",
        400: f"{_COMPARED}subsidy&as_known_at=soon",
        404: f"{_COMPARED}none",
        422: "/comparison",
    },
    "GET /api/v1/standards/{version}": {
        200: "/subsidy@2020-01-01",
        400: "/subsidy@2020-01-01?as_known_at=soon",
        404: "/none",
        422: "/card@2000-01-01",
    },
}
STORE, THEN = "duckdb:///archive.duckdb", "2024-07-01T02:00:00.000+00:00"
REQUESTS: Mapping[str, Mapping[int, str]] = {
    "GET /healthz": {200: "/healthz"},
    "GET /readyz": {200: "/readyz"},
    "GET /api/v1/persons": {200: "?limit=2", 400: "?cursor=xx", 422: "?limit=0"},
    "GET /api/v1/persons/{person_id}/dossier": {
        200: f"/persons/{LI}/dossier",
        400: f"/persons/{LI}/dossier?as_known_at=soon",
        404: "/persons/nobody/dossier",
        409: "/persons/同名/dossier",
    },
    "GET /api/v1/organisations/{organisation_id}/dossier": {
        200: "/organisations/o-firm/dossier",
        400: "/organisations/o-firm/dossier?as_known_at=soon",
        404: "/organisations/none/dossier",
        409: "/organisations/同名厂/dossier",
    },
    "GET /api/v1/cases/{case_id}/chain/proof": {
        200: "/cases/hall:2/chain/proof",
        400: "/cases/hall:2/chain/proof?as_known_at=soon",
        404: "/cases/none/chain/proof",
        409: "/cases/K-1/chain/proof",
    },
    "GET /api/v1/persons/{person_id}/dossier/proof": {
        200: "/persons/p-a/dossier/proof",
        400: "/persons/p-a/dossier/proof?as_known_at=soon",
        404: "/persons/nobody/dossier/proof",
        409: "/persons/同名/dossier/proof",
    },
    "GET /api/v1/organisations/{organisation_id}/dossier/proof": {
        200: "/organisations/o-a/dossier/proof",
        400: "/organisations/o-a/dossier/proof?as_known_at=soon",
        404: "/organisations/none/dossier/proof",
        409: "/organisations/同名厂/dossier/proof",
    },
    "GET /api/v1/reuse/proof": {
        200: "?subject=p-a&item=card&on=2024-03-01",
        400: f"?subject={ZHANG}&item=card&as_known_at=soon",
        404: f"?subject={ZHANG}&item=passport",
        409: "?subject=同名&item=card",
        422: f"?subject={ZHANG}",
    },
    "GET /api/v1/cases": {200: "?limit=2", 400: "?from=soon", 422: "?limit=0"},
    "GET /api/v1/cases/{case_id}/chain": {
        200: "/cases/hall:A-2024-001/chain",
        400: "/cases/hall:A-2024-001/chain?as_known_at=soon",
        404: "/cases/none/chain",
        409: "/cases/K-1/chain",
    },
    "GET /api/v1/matters/{matter}/chain": {
        200: "/matters/J-1/chain",
        400: "/matters/J-1/chain?as_known_at=soon",
        404: "/matters/none/chain",
    },
    "GET /api/v1/cases/{case_id}/audit": {
        200: "/cases/hall:A-2024-001/audit",
        404: "/cases/none/audit",
        409: "/cases/K-1/audit",
        422: "/cases/hall:A-2024-001/audit?limit=0",
    },
    "GET /api/v1/cases/{case_id}/conformance": {
        200: "/cases/hall:1/conformance",
        400: "/cases/hall:1/conformance?as_known_at=soon",
        404: "/cases/none/conformance",
        409: "/cases/K-1/conformance",
    },
    "GET /api/v1/cases/{case_id}/finance": {
        200: "/cases/hall:A-2024-001/finance",
        400: "/cases/hall:1/finance?as_known_at=soon",
        404: "/cases/none/finance",
        409: "/cases/K-1/finance",
    },
    "GET /api/v1/items": {200: "?limit=2", 400: "?cursor=xx", 422: "?limit=0"},
    "GET /api/v1/reuse": {
        200: f"?subject={ZHANG}&item=card&item=retire&on=2024-03-01",
        400: f"?subject={ZHANG}&item=card&as_known_at=soon",
        404: f"?subject={ZHANG}&item=passport",
        409: "?subject=同名&item=card",
        422: f"?subject={ZHANG}",
    },
    "GET /api/v1/library": {200: "?limit=1", 400: "?cursor=xx", 422: "?limit=0"},
    "GET /api/v1/classification": {200: ""},
    "GET /api/v1/classification/review": {200: "?limit=2", 400: "?cursor=xx", 422: "?of=nothing"},
    "GET /api/v1/samples": {200: "?size=1&seed=2024", 400: "?size=1&seed=2024&from=soon", 422: "?size=0&seed=2024"},
    "GET /api/v1/actors/{actor_id}/trail": {
        200: "/actors/王五/trail?limit=2",
        400: "/actors/王五/trail?from=soon",
        404: "/actors/nobody/trail",
        409: "/actors/同名/trail",
        422: "/actors/王五/trail?limit=0",
    },
    "GET /api/v1/network/handover": {200: "", 422: "?least=0"},
    "GET /api/v1/network/together": {200: "", 422: "?least=0"},
    "GET /api/v1/persons/{person_id}/handlers": {
        200: f"/persons/{ZHANG}/handlers",
        400: f"/persons/{ZHANG}/handlers?as_known_at=soon",
        404: "/persons/nobody/handlers",
        409: "/persons/同名/handlers",
    },
    "GET /api/v1/export": {
        400: "?form=ocel-json&person=p-a&item=card",
        404: "?form=ocel-json&person=nobody",
        409: "?form=ocel-json&person=同名",
        422: "?form=pdf",
    },
    **{
        f"GET /api/v1/{route}": {200: "", 400: "?from_month=soon", 422: "?without=all"}
        for route in (
            "metrics",
            "metrics/stages",
            "metrics/months",
            "metrics/deviations",
            "metrics/drift",
            "process-map",
        )
    },
    "GET /api/v1/metrics/cases": {200: "?figure=rework", 400: "?figure=ended", 422: "?figure=none"},
    "GET /api/v1/variants": {200: "?limit=2", 400: "?cursor=xx", 422: "?limit=0"},
    "GET /api/v1/rooms": {200: ""},
    "GET /api/v1/rooms/boxes": {200: "?room=602库房", 404: "?room=none", 422: "?room"},
    "GET /api/v1/places": {200: "?text=A002-RS-001-002", 404: "?text=none", 409: "?text=同名", 422: "?text="},
    "GET /api/v1/inventory": {
        200: "?volume=A002-RS-001",
        404: "?volume=none",
        409: "?volume=twice",
        422: "?volume=",
    },
    "GET /api/v1/labels": {200: "?box=B-7", 400: "", 422: "?box=", 404: "?room=none", 409: "?box=twice"},
    "GET /api/v1/reconciliation": {200: ""},
    "GET /api/v1/reconciliation/{kind}": {
        200: "/reconciliation/no_dossier?limit=1",
        400: "/reconciliation/no_copy?cursor=xx",
        422: "/reconciliation/other",
    },
    "GET /api/v1/retention": {200: "?until=2100", 422: "?until=soon"},
    "GET /api/v1/retention/{year}": {
        200: "/retention/2035?limit=1",
        400: "/retention/2035?cursor=xx",
        422: "/retention/0",
    },
    "GET /api/v1/readiness": {200: ""},
    "GET /api/v1/checks": {200: "?limit=1", 400: "?cursor=xx", 422: "?limit=0"},
    "GET /api/v1/checks/summary": {200: ""},
    "GET /api/v1/quarantine": {200: "?limit=1", 422: "?limit=0"},
    "GET /api/v1/ledger": {200: ""},
    "GET /api/v1/ledger/proof/{record_id}": {
        200: "/ledger/proof/Case:hall:A-2024-001",
        404: "/ledger/proof/Case:none",
        409: "/ledger/proof/double",
    },
    "GET /api/v1/ledger/consistency": {200: "?old=2", 400: "?old=5000", 422: "?old=-1"},
    "GET /api/v1/ledger/verification": {
        200: "?case=hall:A-2024-001",
        404: "?case=none",
        409: "?case=K-1",
    },
    "GET /api/v1/decisions": {200: "?limit=1", 400: "?cursor=xx", 422: "?limit=0"},
    "GET /api/v1/status": {200: ""},
    "GET /api/v1/loads": {200: ""},
}


def write_sample(store: Store, settings: Settings) -> None:
    """The sample of the questions, a log, and records that one name or key does not tell apart."""
    write_all(store, settings)
    load_file(store, settings, LoadRequest(HALL, load_mapping(MAPPING), "hall"))
    two = ("a", "b")
    actors = [{"id": f"{n}:actor", "name": "同名"} for n in two]
    subjects = {"Person": "同名", "Organisation": "同名厂"}
    nodes = {label: [{"id": f"{label[0].lower()}-{n}"} for n in two] for label in subjects}
    facts = [{"id": f"{label}-{n}", "field": "name", "value": name} for label, name in subjects.items() for n in two]
    about = [link(f"Fact {label}-{n}", f"{label} {label[0].lower()}-{n}") for label in subjects for n in two]
    cases = [{"id": f"{n}:K-1"} for n in two]
    doubles = {label: [{"id": "double"}] for label in ("Box", "Shelf")}
    twice = {label: [{"id": f"twice-{n}", "code": "twice"} for n in two] for label in ("Volume", "Box")}
    doubles = {label: [*doubles.get(label, ()), *twice.get(label, ())] for label in ("Box", "Shelf", "Volume")}
    nodes |= {**doubles, "Case": cases, "Actor": actors, "Fact": facts}
    write(store, settings, nodes, {"ABOUT": about}, system="a")
    write(store, settings, {}, system="b")
    checked, checks = _checked()
    write(store, settings, checked, {"CHECKED": checks}, system="checks")
    rebuild(store, settings)
    accepted = AcceptRequest(who="王五", why="已向科室核实", finding="four-eyes:hall:1:1")
    decide(store, settings, LOCAL_OPERATOR, accepted)


def _checked() -> tuple[dict[str, list[dict[str, str]]], list[Any]]:
    """What a run of the four-property checks keeps of one record, and of itself."""
    same = {"run_id": "GD:1", "phase": "GD"}
    counts = '{"fail":["2-6"],"not_run":["1-2"],"pass":["1-7"]}'
    gap = '[{"first":2,"says":"late_start"}]'
    fail = {"code": "GD-2-6", "property": "completeness", "outcome": "fail", "detail": gap}
    not_run = {
        "code": "GD-1-2",
        "property": "authenticity",
        "outcome": "not_run",
        "detail": '[{"says":"no_lengths"}]',
    }
    nodes = {
        "CheckRun": [
            {"id": "GD:1", **same, "counts": '{"not_run":["2-1"]}'},
            {"id": "GD:1|m-register", **same, "counts": counts},
        ],
        "Check": [{"id": "GD:1|m-register|GD-2-6", **same, **fail}, {"id": "GD:1|GD-1-2", **same, **not_run}],
    }
    ends = ("CheckRun GD:1|m-register", "Check GD:1|m-register|GD-2-6")
    return nodes, [link(one, "Material m-register") for one in ends]


class SilentStore:
    """A store that does not answer."""

    def __getattr__(self, name: str) -> NoReturn:
        raise StoreUnreachable(
            "Neo4j at {uri} does not answer any more: {reason}",
            "Start it again; a load that was open is finished by loading its file again.",
            uri="neo4j://localhost:7687",
            reason="Connection refused",
        )


def answers(store: Store, settings: Settings) -> dict[str, dict[str, Any]]:
    """What the API answers over the sample: by operation and status."""
    found: dict[str, dict[str, Any]] = {}
    with TestClient(create_app(settings, store)) as client:
        checkpoint = client.get("/api/v1/ledger/checkpoint?size=none")
        found["GET /api/v1/ledger/checkpoint"] = {"422": _told(checkpoint, 422)}
        found["GET /api/v1/ledger/checkpoint"]["404"] = _told(client.get("/api/v1/ledger/checkpoint?size=5000"), 404)
        found["GET /api/v1/ledger/tile/{path}"] = {"404": _told(client.get("/api/v1/ledger/tile/0/999"), 404)}
        for operation, given in REQUESTS.items():
            path = operation.partition(" ")[2]
            base, _, _ = path.partition("{")
            for status, request in given.items():
                whole = request if request.startswith(("/healthz", "/readyz")) else f"/api/v1{request}"
                answer = client.get(base + request if request.startswith("?") or not request else whole)
                found.setdefault(operation, {})[str(status)] = _told(answer, status)
        found["POST /api/v1/decisions"] = {
            str(status): _told(_decide(client, status), status) for status in (201, 400, 404, 422)
        }
        found["POST /api/v1/loads"] = {
            str(status): _told(_post(client, status), status) for status in (201, 400, 422)
        }
        found["POST /api/v1/evidence"] = {
            str(status): _told(_pack(client, status), status) for status in (400, 404, 409, 422)
        }
        found["POST /api/v1/filing"] = {"400": _told(_file(client, 400), 400)}
        found["GET /api/v1/filing/work-list"] = {"400": _told(client.get("/api/v1/filing/work-list"), 400)}
    arranged = settings.model_copy(update={"arrangement": HOUSE, "digitisation": ACCEPTANCE})
    with TestClient(create_app(arranged, store)) as client:
        found["GET /api/v1/batches"] = {"200": _told(client.get(_batch(client)), 200)}
        for status, request in ((200, "P1?limit=1"), (400, "P1?cursor=xx"), (404, "none"), (422, "P1?limit=0")):
            answer = client.get(f"/api/v1/batches/{request}")
            found.setdefault("GET /api/v1/batches/{code}", {})[str(status)] = _told(answer, status)
        for status, query in ((200, "?limit=1"), (422, "?limit=0")):
            found["GET /api/v1/filing/work-list"][str(status)] = _told(
                client.get(f"/api/v1/filing/work-list{query}"), status
            )
        found["POST /api/v1/filing"] |= {
            str(status): _told(_file(client, status), status) for status in (200, 404, 422)
        }
        found |= _audited(client)
        found |= _standards(client, store, settings)
        write(store, settings, {"Box": [{"id": "late"}]}, system="late")
        found["POST /api/v1/standards/simulation"] = {
            str(status): _told(_simulate(client, status), status) for status in (200, 404, 422)
        }
        found[_RUNS] = {str(status): _told(_check(client, status), status) for status in (201, 400, 404, 422)}
        aside = _set_aside(client)
        row, mended = (f"{method} /api/v1/quarantine/{{load}}/{rest}" for method, rest in _MENDING)
        for status, number in ((200, "4"), (404, "1"), (422, "x")):
            answer = client.get(f"/api/v1/quarantine/{aside}/rows/{number}")
            found.setdefault(row, {})[str(status)] = _told(answer, status)
        found[mended] = {str(status): _told(_mend(client, status, aside), status) for status in (400, 404, 422, 201)}
        open_load(store, settings, SourceOfLoad("other.csv", "other", "0", "m", "0", "append", None))
        found["POST /api/v1/filing"]["409"] = _told(_file(client, 409), 409)
        found["POST /api/v1/audit"]["409"] = _told(_audit(client, 409), 409)
        found["POST /api/v1/loads"]["409"] = _told(_post(client, 409), 409)
        found[mended]["409"] = _told(_mend(client, 409, aside), 409)
        found[_RUNS]["409"] = _told(_check(client, 409), 409)
        found["POST /api/v1/decisions"]["409"] = _told(_decide(client, 409), 409)
    with TestClient(create_app(settings, SilentStore())) as client:  # type: ignore[arg-type]
        for operation in found:
            if operation != "GET /healthz":
                method, _, path = operation.partition(" ")
                path = (
                    path.replace("{kind}", "no_copy")
                    .replace("{year}", "2035")
                    .replace("{load}/rows/{row}", "1/rows/2")
                )
                plain = path.replace("{", "").replace("}", "")
                asked = {**REQUESTS, "GET /api/v1/standards/comparison": {200: "?before=a&after=b"}}
                query = asked[operation].get(200, "?form=xes") if operation in QUERIED else ""
                posts = {
                    "decisions": _decide,
                    "filing": _file,
                    "simulation": _simulate,
                    "audit": _audit,
                    "evidence": _pack,
                    "runs": _check,
                    "mended": _mend,
                }
                sent = posts.get(path.rpartition("/")[2], _post)
                answer = sent(client, 201) if method == "POST" else client.get(f"{plain}{query}")
                found[operation]["503"] = _told(answer, 503)
    return found


def _audited(client: TestClient) -> dict[str, dict[str, Any]]:
    """What is answered about an audit, and about the findings that it leaves."""
    found = {"POST /api/v1/audit": {str(s): _told(_audit(client, s), s) for s in (201, 400, 404, 422)}}
    for operation, given in FINDINGS.items():
        base, _, _ = operation.partition(" ")[2].partition("{")
        found[operation] = {str(status): _told(client.get(base + query), status) for status, query in given.items()}
    first = client.get("/api/v1/findings?limit=1").json()["items"][0]["id"]
    found["GET /api/v1/findings/{finding}"] = {
        str(status): _told(client.get(f"/api/v1/findings/{quote(id_, safe='')}"), status)
        for status, id_ in ((200, first), (404, "none"))
    }
    return found


def _standards(client: TestClient, store: Store, settings: Settings) -> dict[str, dict[str, Any]]:
    """What is answered about standards, when two versions of one are loaded."""
    with tempfile.TemporaryDirectory() as folder:
        load_standards(store, settings, write_standards(Path(folder) / "standards"))
    return {
        operation: {
            str(status): _told(client.get(f"/api/v1/standards{asked}"), status) for status, asked in given.items()
        }
        for operation, given in STANDARDS.items()
    }


def _audit(client: TestClient, status: int) -> Any:
    """Looks for findings by two rules; with a status of an error, something that ends so."""
    rules = {"base": "none", "rules": {"four-eyes": {}, "no-actor": {"severity": "high"}}}
    wrong: dict[int, dict[str, Any]] = {
        400: {"of": "since", "since": "soon"},
        404: {"of": "case", "case": "none"},
        422: {"of": "case"},
    }
    return client.post("/api/v1/audit", json={"of": "all", "rules": rules, **wrong.get(status, {})})


def _decide(client: TestClient, status: int) -> Any:
    """Decides that two persons are one; with a status of an error, something that ends so."""
    by = {"who": "王五", "why": " " if status == 400 else "同一人两次建档"}
    asked: dict[str, Any] = {"kind": "match", "persons": ["p-a", "p-b"], **by}
    if status == 404:
        asked = {"kind": "reversal", "decision": "decision:0", **by}
    if status == 409:
        asked = {"kind": "finding accepted", "finding": "four-eyes:hall:2:1", **by}
    return client.post("/api/v1/decisions", json={**asked, "kind": "guess"} if status == 422 else asked)


def _file(client: TestClient, status: int) -> Any:
    """Files the catalogue; with a status of an error, something that ends so."""
    asked: dict[str, Any] = {"catalogue": True}
    if status in (404, 422):
        asked = {"cases": ["none"] if status == 404 else "none"}
    return client.post("/api/v1/filing", json=asked)


def _pack(client: TestClient, status: int) -> Any:
    """Asks for an evidence pack; with a status of an error, for one that ends so."""
    case = {404: "none", 409: "K-1"}.get(status, "hall:A-2024-001")
    asked = {"cases": [case], "without": ["whom"] if status == 400 else []}
    return client.post("/api/v1/evidence", json={} if status == 422 else asked)


def _simulate(client: TestClient, status: int) -> Any:
    """Replays cases under a draft; with a status of an error, something that ends so."""
    given = standard(("item: subsidy", f"item: {'none' if status == 404 else 'card'}"))
    draft = given.model_dump(mode="json", by_alias=True)
    with patch.object(clock, "now_ms", lambda: utc_ms(THEN)):  # open cases are overdue by one day more with each day
        return client.post("/api/v1/standards/simulation", json={} if status == 422 else draft)


def _batch(client: TestClient) -> str:
    """Forms a batch, draws its sample and inspects it; gives where batches are listed."""
    by = {"who": "王五", "why": "第一批", "batch": "P1"}
    for act in (
        {"kind": "batch formed", "materials": ["A002-RS-001-002"]},
        {"kind": "batch sampled", "seed": "2024"},
        {"kind": "batch inspected", "materials": ["A002-RS-001-002"], "defects": []},
    ):
        assert client.post("/api/v1/decisions", json={**act, **by}).status_code == 201
    return "/api/v1/batches"


_RUNS = "POST /api/v1/checks/runs"


def _check(client: TestClient, status: int) -> Any:
    """Checks a record; with a status of an error, something that ends so."""
    asked = {"phase": "ZZ" if status == 422 else "YJ", "material": "none" if status == 404 else "m-register"}
    return client.post("/api/v1/checks/runs", data={**asked, "every": "true"} if status == 400 else asked)


_MENDING = (("GET", "rows/{row}"), ("POST", "mended"))


def _set_aside(client: TestClient) -> int:
    """Loads the log with two rows that are set aside; gives the number of the load."""
    rows = HALL.read_text(encoding="utf-8").splitlines()
    wrong = [row.replace("2024", "二〇二四") for row in rows[3:5]]
    file = ("hall.csv", "\n".join((*rows[:3], *wrong)).encode())
    files = {"file": file, "mapping": ("hall.yaml", MAPPING.read_bytes())}
    number: int = client.post("/api/v1/loads", files=files).json()["report"]["load"]
    return number


def _mend(client: TestClient, status: int, load: int = 1) -> Any:
    """Mends a row; with a status of an error, something that ends so."""
    row = {400: 4, 404: 99, 409: 5}.get(status, 4)
    fields = {"无此列": "x"} if status == 400 else {"时间": "2024-03-02 10:00:00"}
    asked = {"who": "王五", "why": "按原件更正", "rows": [{"row": row, "fields": fields}]}
    return client.post(f"/api/v1/quarantine/{load}/mended", json={} if status == 422 else asked)


def _post(client: TestClient, status: int) -> Any:
    """Loads the log again; with a status of an error, something that ends so."""
    log = ("scan.csv", b"\x89PNG\r\n\x1a\n") if status == 422 else ("hall.csv", HALL.read_bytes())
    mapping = b"catalogue: {files: scans}\n" if status == 400 else MAPPING.read_bytes()
    return client.post("/api/v1/loads", files={"file": log, "mapping": ("hall.yaml", mapping)})


def _told(answer: Any, status: int) -> Any:
    assert answer.status_code == status, answer.text
    return _masked(answer.json())


def _masked(value: Any, name: str = "") -> Any:
    """The answer without what differs from run to run: where the store is, when it was loaded, by which process, and
    what in the ledger follows from its key and from random salts."""
    if name in LEDGER:
        return LEDGER[name]
    if isinstance(value, str):
        value = re.sub(r"held by process \d+ on [^.]*", "held by process 4711 on archive", value)
        value = re.sub(r"[0-9a-f]{64}", "5b" * 32, value)
        return re.sub(r"/[^ ]*/archive[.]duckdb", "/archive.duckdb", value)
    if isinstance(value, list):
        return [_masked(one) for one in value]
    if not isinstance(value, dict):
        return value
    fixed = {name: THEN for name in ("opened_at", "committed_at") if "committed_at" in value}
    fixed |= {name: THEN for name in ("decided_at",) if name in value}
    fixed |= {"at": THEN} if "loads_since" in value else {}
    fixed |= {"seconds": 0.0} if "undecidable" in value and "seconds" in value else {}
    fixed |= {name: THEN for name in ("at", "judged_at") if "decision" in value and value.get(name)}
    fixed |= {"store": STORE} if "store" in value else {}
    fixed |= {"made_on": "2024-07-01"} if "made_on" in value else {}
    return {key: _masked(one, key) for key, one in value.items()} | fixed


def main() -> None:
    from tests.conftest import ID_KEY

    os.environ["DOSSIER_ID_KEY"] = ID_KEY
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(store=f"duckdb:///{folder}/archive.duckdb", ledger="", wait=0)
        store = open_store(settings)
        write_sample(store, settings)
        found = answers(store, settings)
        store.close()
    EXAMPLES.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
