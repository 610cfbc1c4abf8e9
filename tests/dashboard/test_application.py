"""The dashboard on the server of the API: what is answered where, the policy, and pages as the browser gets them."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.app import create_app
from dashboard.page import Page
from etl.load import LoadRequest, load_file
from etl.mapping import load_mapping
from etl.rules_source import read_rules
from graph.audit.run import Scope, audit
from graph.errors import StoreUnreachable
from graph.settings import Settings
from graph.store import open_store
from graph.viewer import LOCAL_OPERATOR
from tests.archives import archive, load, log
from tests.graphs import write

EXAMPLES = Path(__file__).parents[1] / "examples"
GOLDEN = Path(__file__).with_name("golden")


@pytest.fixture(scope="module")
def client(sample: FastAPI) -> Iterator[TestClient]:
    with TestClient(sample) as answering:
        yield answering


def drawn(client: TestClient, path: str, search: str = "") -> dict[str, Any]:
    """What the callback of the shell answers for an address: header, navigation, page, description."""
    outputs = [("header", "children"), ("navigation", "children"), ("page", "children"), ("description", "data")]
    body = {
        "output": ".." + "...".join(f"{id_}.{name}" for id_, name in outputs) + "..",
        "outputs": [{"id": id_, "property": name} for id_, name in outputs],
        "inputs": [
            {"id": "address", "property": "pathname", "value": path},
            {"id": "address", "property": "search", "value": search},
        ],
        "changedPropIds": [],
        "state": [],
    }
    answer = client.post("/_dash-update-component", json=body)
    assert answer.status_code == 200
    given: dict[str, Any] = answer.json()["response"]
    return given


def texts(component: Any) -> str:
    """All texts of a component as JSON, so that a test can look for one."""
    return json.dumps(component, ensure_ascii=False)


def golden(name: str, text: str) -> None:
    """Compares with the file; where it is missing, writes it and fails."""
    path = GOLDEN / name
    if not path.exists():
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
        pytest.fail(f"{path} was not there and has been written: look at it.")
    assert path.read_text(encoding="utf-8") == text, f"look at the difference; delete {path} to accept it"


def test_the_index_and_the_layout_are_as_they_were(client: TestClient) -> None:
    index = re.sub(r"\?m=[\d.]+|\?v=[\w.]+|\.v[\d_]+m\d+", "", client.get("/").text)
    index = re.sub(r"(?<=@)[\d.]+\d", "", index)
    index = re.sub(r'(<script id="_dash-config"[^>]*>).*?</script>', r"\1</script>", index)
    golden("index.html", index + "\n")
    layout = json.dumps(client.get("/_dash-layout").json(), ensure_ascii=False, indent=1, sort_keys=True)
    golden("layout.json", layout + "\n")


@pytest.mark.parametrize(
    ("path", "status", "kind"),
    [
        ("/", 200, "text/html"),
        ("/cases", 200, "text/html"),
        ("/cases/hall%3AA%2F1", 200, "text/html"),
        ("/persons/p?lang=en", 200, "text/html"),
        ("/nothing", 404, "text/html"),
        ("/healthz", 200, "application/json"),
        ("/readyz", 200, "application/json"),
        ("/openapi.json", 200, "application/json"),
        ("/api/v1/cases", 200, "application/json"),
        ("/api/v1/nothing", 404, "application/problem+json"),
        ("/api", 404, "application/problem+json"),
    ],
)
def test_pages_leave_the_api_its_paths(client: TestClient, path: str, status: int, kind: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.headers["content-type"].partition(";")[0]) == (status, kind)
    assert "'unsafe-eval'" not in answer.headers["content-security-policy"]


def test_the_policy_lets_in_nothing_from_elsewhere(client: TestClient) -> None:
    answer = client.get("/cases")
    rules = dict(rule.strip().split(" ", 1) for rule in answer.headers["content-security-policy"].split(";"))
    assert re.fullmatch(r"'self'( 'sha256-[^']+')+", rules.pop("script-src"))
    assert rules == {
        "default-src": "'self'",
        "style-src": "'self' 'unsafe-inline'",
        "img-src": "'self' data: blob:",
        "font-src": "'self' data:",
        "connect-src": "'self'",
        "worker-src": "'self'",
        "object-src": "'none'",
        "base-uri": "'none'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
    }
    assert not re.search(r"(src|href)=\"(https?:)?//", answer.text)


def test_a_page_that_is_opened_first_has_all_it_needs(tmp_path: Path) -> None:
    with TestClient(create_app(Settings(store=f"duckdb:///{tmp_path / 'none.duckdb'}", wait=0))) as fresh:
        assert re.findall(r"/assets/[\w.]+", fresh.get("/cases").text) == [
            "/assets/dashboard.css",
            "/assets/dashboard.js",
        ]


def test_two_applications_of_one_process_serve_their_own_pages(sample: FastAPI, tmp_path: Path) -> None:
    other = create_app(Settings(store=f"duckdb:///{tmp_path / 'other.duckdb'}", wait=0, archive_name="Other"))
    with TestClient(sample) as first, TestClient(other) as second:
        for path in ("/", "/cases"):
            assert "<title>dossier-graph</title>" in first.get(path).text
            assert "<title>Other</title>" in second.get(path).text
        assert "Other" in texts(drawn(second, "/")["header"])


@pytest.mark.parametrize("search", ["?lang=zh", "?lang=en"])
@pytest.mark.parametrize(
    "path",
    [
        *(
            "/",
            "/cases",
            "/cases/hall%3AA-2024-002",
            "/matters/J-1",
            "/persons",
            "/persons/p-zhang",
            "/organisations/o-firm",
        ),
        *("/library", "/storeroom", "/audit", "/audit/rules/no-actor"),
    ],
)
def test_every_page_can_be_drawn(client: TestClient, path: str, search: str) -> None:
    given = drawn(client, path, search)
    assert "state-failed" not in texts(given["page"])
    assert given["description"]["data"]["language"] == {"?lang=zh": "zh-CN", "?lang=en": "en"}[search]


def test_findings_are_counted_filtered_and_paged(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    page = texts(drawn(client, "/audit", "?lang=en")["page"])
    assert "10 of 10 findings" in page and "of which accepted 1" in page
    for search, shown in (
        ("rule=no-actor", 5),
        ("severity=low", 1),
        ("category=silence", 2),
        ("state=accepted", 1),
        ("state=open", 9),
        ("item=card", 3),
        ("from=2021-06-01&to=2021-06-01", 3),
        ("unit=none", 0),
    ):
        found = texts(drawn(client, "/audit", f"?lang=en&{search}")["page"])
        assert f"{shown} of {shown} findings" in found, search
    monkeypatch.setattr("dashboard.pages.audit.ROWS", 7)
    first = texts(drawn(client, "/audit", "?lang=en")["page"])
    cursor = re.search(r"/audit\?lang=en&cursor=([\w%-]+)", first)
    assert "7 of 10 findings" in first and cursor is not None
    assert "3 of 10 findings" in texts(drawn(client, "/audit", f"?lang=en&cursor={cursor[1]}")["page"])


def test_the_audit_says_what_rules_could_not_decide_and_why_a_case_is_risky(client: TestClient) -> None:
    rules = texts(drawn(client, "/audit", "?lang=en&view=rules")["page"])
    assert '"undecidable": 9' in rules and "as of load" in rules
    risk = texts(drawn(client, "/audit", "?lang=en&view=risk&weight.high=8")["page"])
    # Of hall:1 the missing approval is accepted: nobody named remains.
    assert '"case": "hall:1"' in risk and "Nobody named 8 (×2)" in risk
    assert "high 8 · medium 2 · low 1" in risk
    assert "state-failed" in texts(drawn(client, "/audit", "?view=risk&weight.high=much")["page"])


def test_a_rule_and_a_finding_are_explained(client: TestClient) -> None:
    rule = texts(drawn(client, "/audit/rules/never-closed", "?lang=en")["page"])
    assert all(said in rule for said in ("Risk guarded against", "What clears it", '"value": "365.0"', "hall:2"))
    assert "没有规则“none”。" in texts(drawn(client, "/audit/rules/none")["page"])
    finding = texts(drawn(client, "/audit/findings/missing-approval%7Chall%3A1%7Ce2%7C0", "?lang=en")["page"])
    assert all(said in finding for said in ("王五", "已向科室核实", "2999-12-31", "/cases/hall%3A1?lang=en&event=e2"))
    still_open = texts(drawn(client, "/audit/findings/no-actor%7Chall%3A1%7Ce1%7C0", "?lang=en")["page"])
    assert "dossier decide accept" in still_open
    assert "没有发现“none”。" in texts(drawn(client, "/audit/findings/none")["page"])


def test_an_archive_that_nobody_has_audited_says_so(tmp_path: Path) -> None:
    given = Settings(store=f"duckdb:///{tmp_path / 'some.duckdb'}", wait=0)
    store = open_store(given)
    load_file(store, given, LoadRequest(EXAMPLES / "hall.csv", load_mapping(EXAMPLES / "hall.yaml"), "hall"))
    with TestClient(create_app(given, store)) as some:
        for search in ("", "&view=rules", "&view=risk", "&rule=no-actor"):
            assert "Nothing was audited yet" in texts(drawn(some, "/audit", f"?lang=en{search}")["page"])
        page = texts(drawn(some, "/cases/A-2024-002", "?lang=en")["page"])
        assert "There was no audit yet" in page
        audit(store, given, LOCAL_OPERATOR, read_rules(), Scope(of="case", case="hall:A-2024-002"))
        part = texts(drawn(some, "/audit", "?lang=en")["page"])
        assert "Only some cases were audited" in part and "names nobody" in part
        assert "Nothing was audited yet" in texts(drawn(some, "/audit", "?lang=en&view=risk")["page"])
    store.close()


@pytest.mark.parametrize("path", ["/", "/cases", "/audit", "/persons", "/library", "/reuse", "/storeroom"])
def test_an_archive_without_a_load_says_so(tmp_path: Path, path: str) -> None:
    app = create_app(Settings(store=f"duckdb:///{tmp_path / 'none.duckdb'}", wait=0))
    with TestClient(app) as empty:
        given = drawn(empty, path, "?lang=en")
    assert "state-failed" not in texts(given["page"])
    assert "nothing loaded yet" in texts(given["header"])


def test_a_chain_says_what_is_missing_and_where_each_event_comes_from(client: TestClient) -> None:
    page = texts(drawn(client, "/cases/A-2024-002", "?lang=en")["page"])
    assert "Something is missing in this chain — no actor: 1" in page
    assert "hall.csv, row 6" in page
    # Its neighbours and findings; an earlier day has neither.
    assert all(text in page for text in ("names nobody", "Nearest in time", "A-2024-001"))
    event = re.search(r"no-actor%7Chall%3AA-2024-002%7C(hall%3Ae%3A\w+)%7C0", page)
    assert event is not None
    asked = drawn(client, "/cases/A-2024-002", f"?lang=en&event={event[1]}")["page"]
    assert "The event that was looked for" in texts(asked)
    assert "no such event" in texts(drawn(client, "/cases/A-2024-002", "?lang=en&event=other")["page"])
    assert "Nearest in time" not in texts(
        drawn(client, "/cases/A-2024-002", "?lang=en&as_known_at=2999-01-01")["page"]
    )


def test_a_dossier_shows_contradictions_and_that_two_are_one(client: TestClient) -> None:
    page = texts(drawn(client, "/persons/p-zhang", "?lang=en")["page"])
    assert "Sources disagree about: Name" in page
    assert "By decision one person with: p-zhang-old" in page
    assert all(value in page for value in ("张三", "张山"))
    assert "旧式证明" in texts(drawn(client, "/persons/p-zhang", "?view=undated")["page"])
    assert "602库房 / 第10排 / B-7 / A002-RS-001 / № 2" in texts(drawn(client, "/persons/p-zhang", "?view=materials"))


def test_the_storeroom_shows_where_things_are_and_what_is_to_be_done(client: TestClient) -> None:
    rooms = texts(drawn(client, "/storeroom", "?lang=en")["page"])
    assert all(said in rooms for said in ("602库房", "第10排", "B-7"))
    found = texts(drawn(client, "/storeroom", "?find=A002-RS-001-002")["page"])
    assert all(said in found for said in ("户口本", "A002-RS-001", "B-7", "第10排", "602库房"))
    assert "没有叫“none”的档案。" in texts(drawn(client, "/storeroom", "?find=none")["page"])
    work = texts(drawn(client, "/storeroom", "?lang=en&view=work")["page"])
    assert all(said in work for said in ("m-photo", "the standard has no part for the archive"))
    differences = texts(drawn(client, "/storeroom", "?lang=en&view=differences")["page"])
    assert "Person without dossier" in differences
    assert "永久" in texts(drawn(client, "/storeroom", "?lang=en&view=retention")["page"])
    single = texts(drawn(client, "/storeroom", "?lang=en&view=readiness")["page"])
    assert "no file" in single and "a file without digest" not in single


def test_reuse_says_what_is_to_be_submitted_and_why(client: TestClient) -> None:
    page = texts(drawn(client, "/reuse", "?lang=en&subject=p-zhang&item=card&item=retire&on=2024-06-30")["page"])
    assert all(reason in page for reason in ("expired", "wrong form", "none on file", "contradicted"))
    assert "The newest valid record of each, as of 2024-06-30." in page


@pytest.mark.parametrize(
    ("path", "search", "said", "remedy"),
    [
        ("/cases/none", "", "There is no case 'none' in load", "`dossier cases` lists them."),
        ("/cases", "?from=soon", "'soon' is no instant.", "Write it in one of these forms"),
        ("/cases", "?cursor=xx", "no cursor", ""),
        ("/persons/none", "", "There is no such person", ""),
        ("/persons/p-zhang", "?as_known_at=1999-01-01", "Nothing was known then.", "`dossier loads` shows"),
        ("/reuse", "?subject=p-zhang&item=none", "There is no service item 'none'", ""),
        ("/reuse", "?subject=p-zhang&item=card&on=soon", "'soon' is no day.", "Write it as 2024-06-30."),
    ],
)
def test_an_error_is_shown_with_its_message_and_remedy(
    client: TestClient, path: str, search: str, said: str, remedy: str
) -> None:
    page = texts(drawn(client, path, f"{search or '?'}&lang=en")["page"])
    assert "state-failed" in page
    assert said in page
    assert remedy in page
    chinese = texts(drawn(client, path, search)["page"])
    assert "state-failed" in chinese
    assert "处理办法" in chinese


def test_a_store_that_does_not_answer_is_an_error_of_the_page(
    sample: FastAPI, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unreachable() -> bool:
        raise StoreUnreachable("Nothing answers at bolt://x.", "Start it.")

    monkeypatch.setattr(sample.state.archive.store, "exists", unreachable, raising=False)
    given = drawn(client, "/cases", "?lang=en")
    assert "Nothing answers at bolt://x." in texts(given["page"])
    assert "The archive cannot be reached" in texts(given["page"])


def test_a_fault_of_the_program_is_logged_and_shown_without_its_inside(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fails(_: Any) -> Any:
        raise ValueError("the inside")

    monkeypatch.setattr("dashboard.application.PAGES", (Page("/cases", "nav.cases", fails, "cases"),))
    with caplog.at_level(logging.ERROR, "dashboard.application"):
        page = texts(drawn(client, "/cases", "?lang=en")["page"])
    assert "The program failed." in page
    assert "the inside" not in page
    assert "the inside" in caplog.text


def test_a_filter_of_a_table_comes_back_from_the_address_and_nonsense_does_not(client: TestClient) -> None:
    model = {"status": {"filterType": "text", "type": "contains", "filter": "办结"}}
    shown = texts(drawn(client, "/cases", f"?table.cases={json.dumps(model)}")["page"])
    assert '"filterModel": {"status"' in shown
    for nonsense in ("{", "[1]", "3"):
        assert '"filterModel": {}' in texts(drawn(client, "/cases", f"?table.cases={nonsense}")["page"])


def acted(client: TestClient, output: str, inputs: dict[str, Any], states: list[Any], search: str) -> str:
    """What the callback of a form answers, as text; of `inputs` the first one was clicked."""
    named = [{"id": id_, "property": "n_clicks", "value": clicks} for id_, clicks in inputs.items()]
    state = [
        [{"id": id_, "property": name, "value": value} for id_, value in of] if isinstance(of, list) else of
        for name, of in states
    ]
    address = [{"id": "address", "property": "pathname", "value": "/quality"}]
    address.append({"id": "address", "property": "search", "value": search})
    body = {
        "output": f"{output}.children",
        "outputs": {"id": output, "property": "children"},
        "inputs": named,
        "changedPropIds": [f"{next(iter(inputs))}.n_clicks"],
        "state": [*state, *address],
    }
    answer = client.post("/_dash-update-component", json=body)
    assert answer.status_code == 200, answer.text
    return texts(answer.json()["response"])


@pytest.fixture
def own(tmp_path: Path) -> Iterator[TestClient]:
    """Pages over an archive of its own, in which load 1 has set row 3 aside."""
    house = tmp_path / "house.yaml"
    house.write_text("{source: house, sample: {size: 9}, limit: 0.1, defects: [倒置]}", encoding="utf-8")
    settings = Settings(store=f"duckdb:///{tmp_path / 'own.duckdb'}", wait=0, digitisation=house)
    with archive(settings.store) as (store, given):
        load(store, given, log(tmp_path, "log.csv", "A,受理,2024-01-01,,,,,", "B,受理,soon,,,,,"))
        write(store, given, {"Material": [{"id": "odd", "title": "甲乙丙丁"}, {"id": "odd-2", "title": "甲乙丙丁"}]})
    with TestClient(create_app(settings)) as answering:
        yield answering


def mending(client: TestClient, text: str, who: str = "王五") -> str:
    field = {"type": "mend-field", "name": "time:timestamp"}
    data = {"load": 1, "row": 3, "columns": {"time:timestamp": "soon"}}
    states = [
        ("", {"id": "mend-of", "property": "data", "value": data}),
        ("value", [(field, text)]),
        ("id", [(field, field)]),
        ("", {"id": "mend-who", "property": "value", "value": who}),
        ("", {"id": "mend-why", "property": "value", "value": "按原件"}),
    ]
    return acted(
        client, "mend-answer", {"mend-load": 1, "mend-leave": None}, states, "?view=rows&load=1&row=3&lang=en"
    )


def test_a_row_that_was_set_aside_is_mended_on_its_page(own: TestClient) -> None:
    listed = texts(drawn(own, "/quality", "?view=rows&lang=en")["page"])
    assert "1 rows, 1 of them open" in listed and "load=1&row=3" in listed
    form = texts(drawn(own, "/quality", "?view=rows&load=1&row=3&lang=en")["page"])
    assert "Mend and load again" in form and '"value": "soon"' in form
    assert "state-failed" in mending(own, "2024-01-02", who=" ")
    again = mending(own, "later")
    assert "set aside again, as row 2 of load 3" in again
    assert "Mend it there" in again and "load=3&row=2" in again
    settled = texts(drawn(own, "/quality", "?view=rows&load=1&row=3&state=settled&lang=en")["page"])
    assert "set aside again" in settled and "王五" in settled and "Mend and load again" not in settled
    states = [
        ("", {"id": "mend-of", "property": "data", "value": {"load": 3, "row": 2, "columns": {}}}),
        ("value", []),
        ("id", []),
        ("", {"id": "mend-who", "property": "value", "value": "王五"}),
        ("", {"id": "mend-why", "property": "value", "value": "无法辨认"}),
    ]
    left = acted(own, "mend-answer", {"mend-leave": 1, "mend-load": None}, states, "?view=rows&lang=en")
    assert "It is left out" in left
    assert "There are no such rows" in texts(drawn(own, "/quality", "?view=rows&lang=en")["page"])


def test_a_title_is_decided_on_its_page_for_all_its_records(own: TestClient) -> None:
    listed = texts(drawn(own, "/quality", "?view=review&of=si&lang=en")["page"])
    assert "甲乙丙丁" in listed and "record=odd" in listed
    form = texts(drawn(own, "/quality", "?view=review&of=si&record=odd&lang=en")["page"])
    assert "甲乙丙丁 (2 records)" in form and '"value": "si:9"' in form and '"value": "personnel:' not in form

    def chosen(value: str | None) -> str:
        given = {"review-of.data": "odd", "review-class.value": value, "review-same.checked": True}
        given |= {"review-who.value": "王五", "review-why.value": "按原件"}
        parts = [(name.partition("."), said) for name, said in given.items()]
        states = [("", {"id": id_, "property": prop, "value": said}) for (id_, _, prop), said in parts]
        return acted(own, "review-answer", {"review-act": 1}, states, "?view=review&of=si&lang=en")

    assert "Nothing is chosen" in chosen(None)
    assert "Decided: decision:3" in chosen("si:9")
    assert "甲乙丙丁" not in texts(drawn(own, "/quality", "?view=review&of=si&lang=en")["page"])
    assert "not on this list any more" in texts(
        drawn(own, "/quality", "?view=review&of=si&record=odd&lang=en")["page"]
    )


def test_a_batch_is_shown_with_its_sample_and_what_was_found(own: TestClient, tmp_path: Path) -> None:
    def sent(kind: str, **said: Any) -> None:
        order = {"kind": kind, "who": "验收员", "why": "第一批", "batch": "P/1", **said}
        answer = own.post("/api/v1/decisions", json=order)
        assert answer.status_code == 201, answer.text

    assert "There is no batch" in texts(drawn(own, "/quality", "?view=batches&lang=en")["page"])
    sent("batch formed", materials=["odd", "odd-2"])
    sent("batch sampled", seed="7")
    sent("batch inspected", materials=["odd"], defects=[{"material": "odd", "kind": "倒置", "page": 3}])
    listed = texts(drawn(own, "/quality", "?view=batches&lang=en")["page"])
    assert "P/1" in listed and "batch=P%2F1" in listed and '"state": "sampled"' in listed
    page = texts(drawn(own, "/quality", "?view=batches&batch=P/1&lang=en")["page"])
    assert "倒置 (page 3)" in page and "no copy" in page and "The sample is not complete" in page
    assert "state-failed" in texts(drawn(own, "/quality", "?view=batches&batch=none&lang=en")["page"])
    assert own.get("/api/v1/batches/none").status_code == 404


def test_what_pages_of_other_sites_send_is_refused(own: TestClient) -> None:
    def sent(path: str, site: str) -> int:
        return own.post(path, json={}, headers={"Sec-Fetch-Site": site}).status_code

    assert {sent("/_dash-update-component", site) for site in ("cross-site", "same-site")} == {403}
    assert {sent("/api/v1/decisions", site) for site in ("cross-site", "same-site")} == {403}
    assert {sent("/api/v1/decisions", site) for site in ("same-origin", "none")} == {422}
    assert own.get("/api/v1/status", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 200
