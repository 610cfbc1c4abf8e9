"""The pages of standards: versions, one in its parts, two compared, and drafts tried on past cases."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from playwright.sync_api import Page, expect

from tests.dashboard.test_application import drawn, texts
from tests.dashboard.test_browser import COVERED, heading, page, query
from tests.graph.conformance_cases import STANDARD

__all__ = ["page"]
OLD, NEW = "subsidy@2020-01-01", "subsidy@2024-05-01"
LATE = f"/audit/findings/{quote('standard-limit|hall:2|2审核|limit:审核::|0', safe='')}"
LATE_ZH = "“审核”超过时限：用了 3 个工作日，时限 1 个"
LATE_EN = "'审核': it took too long: 3 working days instead of 1"
PAGES = {
    "/standards": {"zh": "事项标准", "en": "Standards"},
    f"/standards/{quote(OLD, safe='')}": {"zh": "补贴申领", "en": "补贴申领"},
    f"/standards/comparison?before={OLD}&after={NEW}": {"zh": "版本对比", "en": "Compare versions"},
    f"/standards/simulation?version={OLD}": {"zh": "草案试算", "en": "Try a draft"},
    LATE: {"zh": "超过标准时限", "en": "Beyond the limit of the standard"},
}


@pytest.fixture(scope="module")
def client(standards: FastAPI) -> Iterator[TestClient]:
    with TestClient(standards) as answering:
        yield answering


def called_back(
    client: TestClient,
    output: str,
    inputs: list[tuple[str, str, Any]],
    state: dict[str, Any],
    language: str = "en",
) -> Any:
    """What a callback of a page answers."""
    where = {"pathname": "/standards/simulation", "search": f"?lang={language}"}
    states = [{"id": "draft-text", "property": "value", "value": state["text"]}] if "text" in state else []
    states += [{"id": "address", "property": name, "value": value} for name, value in where.items()]
    parts = [one.rsplit(".", 1) for one in output.strip(".").split("...")]
    outputs: Any = [{"id": id_, "property": name.partition("@")[0]} for id_, name in parts]
    body = {
        "output": output,
        "outputs": outputs if output.startswith("..") else outputs[0],
        "inputs": [{"id": id_, "property": name, "value": value} for id_, name, value in inputs],
        "changedPropIds": [f"{id_}.{name}" for id_, name, _ in inputs],
        "state": states,
    }
    answer = client.post("/_dash-update-component", json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()["response"]


def replayed(client: TestClient, text: str, language: str = "en") -> str:
    named = [one["output"] for one in client.get("/_dash-dependencies").json()]
    output = next(one for one in named if one.startswith("draft-answer.children@"))
    return texts(called_back(client, output, [("draft-run", "n_clicks", 1)], {"text": text}, language))


def test_versions_are_listed_shown_in_parts_and_compared(client: TestClient) -> None:
    listed = texts(drawn(client, "/standards", "?lang=en")["page"])
    assert all(said in listed for said in (OLD, NEW, "2024-04-30", "with that of 2020-01-01"))
    assert "No standards" in texts(drawn(client, "/standards", "?lang=en&query=none")["page"])
    shown = texts(drawn(client, f"/standards/{quote(OLD, safe='')}")["page"])
    parts = ("登记信息标准", "业务材料标准", "审核标准", "电子材料标准", "档案实体标准")
    assert all(said in shown for said in (*parts, "居民身份证", "5 个工作日", "50年", "http://guide"))
    compared = texts(drawn(client, "/standards/comparison", f"?lang=en&before={OLD}&after={NEW}")["page"])
    assert "0 added · 1 changed · 0 removed" in compared and '"entry": "审核"' in compared
    assert "Choose two versions" in texts(drawn(client, "/standards/comparison", "?lang=en")["page"])
    for path in ("/standards/none", "/standards/simulation"):
        gone = texts(drawn(client, path, "?version=none")["page"])
        assert "时没有标准“none”。" in gone


def test_a_draft_is_replayed_and_its_errors_name_line_and_path(client: TestClient) -> None:
    same = replayed(client, STANDARD)
    assert "Cases affected" in same and '"gone": "limit (fault)' in same
    draft = replayed(client, STANDARD.replace("role: 领导,", "role: 领导, not_by_same_as: [审核],"))
    assert '"case": "hall:1"' in draft and "same person (fault)" in draft and '"conforms": "yes' in draft
    line = next(i for i, one in enumerate(STANDARD.splitlines(), 1) if "身份证" in one)
    wrong = replayed(
        client, STANDARD.replace("as_written: 身份证, required: true", "as_written: 身份证, required: perhaps")
    )
    assert f"draft, line {line}: materials.0.required:" in wrong and "The draft is not right" in wrong
    assert "name: Field required" in replayed(client, "item: none\n")
    unknown = replayed(client, STANDARD.replace("item: subsidy", "item: other"))
    assert "The archive has no service item other." in unknown


def test_what_conformance_finds_is_said_in_the_language_of_the_reader(client: TestClient) -> None:
    sentences = {"zh": LATE_ZH, "en": LATE_EN}
    for path in ("/audit", "/cases/hall%3A2", LATE):
        for language, sentence in sentences.items():
            shown = texts(drawn(client, path, f"?lang={language}")["page"])
            assert sentence in shown, path
            assert not any(other in shown for other in sentences.values() if other != sentence)
    shown = texts(drawn(client, LATE)["page"])
    assert "too_long" not in shown and "working" not in shown
    zh, en = (replayed(client, STANDARD, language) for language in sentences)
    assert LATE_ZH in zh and LATE_EN not in zh and LATE_EN in en and LATE_ZH not in en
    api = client.get("/api/v1/cases/hall%3A2/conformance").json()
    (late,) = (one for stage in api["stages"] for one in stage["findings"] if one["outcome"] == "fault")
    assert late["text"] == sentences
    assert late["mend"] == {"zh": "说明逾期理由。", "en": "Say why it was late."}
    found = client.get(f"/api/v1/findings/{LATE.rpartition('/')[2]}").json()["finding"]
    assert found["says"] == sentences and found["text"]["zh"] == f"超过标准时限：{LATE_ZH}。"


def test_a_file_becomes_the_text_of_the_draft(client: TestClient) -> None:
    output = "..draft-text.value...draft-answer.children.."
    file = base64.b64encode(STANDARD.encode()).decode()
    taken = called_back(client, output, [("draft-file", "contents", f"data:text/yaml;base64,{file}")], {})
    assert taken["draft-text"]["value"] == STANDARD
    image = base64.b64encode(b"\x89PNG\xff").decode()
    refused = called_back(client, output, [("draft-file", "contents", f"data:image/png;base64,{image}")], {})
    assert "The file is no UTF-8 text." in texts(refused)


@pytest.mark.slow
@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("path", PAGES)
def test_every_page_opens_in_both_languages(standards_service: str, page: Page, path: str, language: str) -> None:
    page.goto(f"{standards_service}{path}{'&' if '?' in path else '?'}lang={language}")
    heading(page, PAGES[path][language])
    expect(page.locator(".state-failed")).to_have_count(0)
    for table in page.locator(".table").all():
        expect(table.locator(".ag-row").first).to_be_visible()


@pytest.mark.slow
@pytest.mark.parametrize("path", PAGES)
def test_no_page_is_wider_than_a_narrow_screen(standards_service: str, page: Page, path: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{standards_service}{path}{'&' if '?' in path else '?'}lang=zh")
    heading(page, PAGES[path]["zh"])
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.evaluate(COVERED) == []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("language", "limit", "sentence"),
    [("zh", "超过标准时限", LATE_ZH), ("en", "Beyond the limit of the standard", LATE_EN)],
)
def test_a_finding_of_conformance_is_read_in_ones_language(
    standards_service: str, page: Page, language: str, limit: str, sentence: str
) -> None:
    page.goto(f"{standards_service}/audit?lang={language}&rule=standard-limit")
    page.get_by_role("link", name=sentence).click()
    heading(page, limit)
    expect(page.get_by_role("cell", name=sentence, exact=True)).to_be_visible()
    expect(page.get_by_text("too_long")).to_have_count(0)
    page.get_by_role("link", name="hall:2", exact=True).click()
    heading(page, "hall:2")
    expect(page.get_by_role("link", name=sentence)).to_be_visible()


@pytest.mark.slow
def test_a_version_is_found_compared_and_changed_in_a_draft(standards_service: str, page: Page) -> None:
    page.goto(f"{standards_service}/standards?lang=en")
    page.get_by_role("link", name="with that of 2020-01-01").click()
    heading(page, "Compare versions")
    assert query(page) == {"lang": ["en"], "before": [OLD], "after": [NEW]}
    expect(page.locator(".table .ag-center-cols-container .ag-row")).to_have_count(1)
    page.go_back()
    page.get_by_role("link", name="补贴申领").first.click()
    page.get_by_role("link", name="Draft from this version").click()
    heading(page, "Try a draft")
    text = page.get_by_label("Draft (YAML")
    begun = text.input_value()
    assert begun.startswith("item: subsidy")
    text.fill(begun.replace("role: 领导", "role: 领导\n  not_by_same_as: [审核]"))
    page.get_by_role("button", name="Try it", exact=True).click()
    expect(page.locator("#draft-answer .table").last.locator("a.cell-link").first).to_have_text("hall:1")
    text.fill("item: subsidy\n")
    page.get_by_role("button", name="Try it", exact=True).click()
    expect(page.locator(".state-failed")).to_contain_text("draft, line 1: name: Field required.")
    assert query(page) == {"lang": ["en"], "version": [OLD]}
