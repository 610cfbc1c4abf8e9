"""The pages in a real browser: both languages, links, filters and the back button, and a console without errors."""

from __future__ import annotations

import json
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import BrowserContext, Page, expect

pytestmark = pytest.mark.slow

PAGES = {
    "/": {"zh": "总览", "en": "Overview"},
    "/cases": {"zh": "办件检索", "en": "Cases"},
    "/cases/hall%3AA-2024-002": {"zh": "hall:A-2024-002", "en": "hall:A-2024-002"},
    "/processes": {"zh": "流程分析", "en": "Processes"},
    "/processes?view=times": {"zh": "流程分析", "en": "Processes"},
    "/processes?view=variants": {"zh": "流程分析", "en": "Processes"},
    "/processes?view=months": {"zh": "流程分析", "en": "Processes"},
    "/processes/cases?figure=cases": {"zh": "办件数", "en": "Cases"},
    "/audit": {"zh": "审计", "en": "Audit"},
    "/audit?view=rules": {"zh": "审计", "en": "Audit"},
    "/audit?view=risk": {"zh": "审计", "en": "Audit"},
    "/audit/rules/no-actor": {"zh": "无经办人", "en": "Nobody named"},
    "/audit/findings/missing-approval%7Chall%3A1%7Ce2%7C0": {
        "zh": "未经审批即办结",
        "en": "Completed without approval",
    },
    "/persons": {"zh": "人员检索", "en": "Persons"},
    "/persons/p-zhang": {"zh": "张三", "en": "张三"},
    "/organisations/o-firm": {"zh": "一厂", "en": "一厂"},
    "/people": {"zh": "经办人员", "en": "People"},
    "/people?network=together&least=1": {"zh": "经办人员", "en": "People"},
    "/people/王五": {"zh": "王五", "en": "王五"},
    "/library": {"zh": "材料复用库", "en": "Materials"},
    "/storeroom": {"zh": "档案库房", "en": "Storeroom"},
    "/reuse?subject=p-zhang&item=card&item=retire": {"zh": "免交材料测算", "en": "Reuse"},
    "/quality": {"zh": "质量", "en": "Quality"},
}


# Pairs of texts in figures that cover each other.
COVERED = """() => {
    const shown = [...document.querySelectorAll(".scatterlayer .text text")]
        .map((text) => [text.textContent, text.getBoundingClientRect()])
        .filter(([, box]) => box.width > 0);
    return shown.flatMap(([one, a], i) => shown.slice(i + 1)
        .filter(([, b]) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1
            && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 4)
        .map(([other]) => [one, other]));
}"""


@pytest.fixture
def page(browser: BrowserContext) -> Iterator[Page]:
    """A page that fails the test for any error or warning in its console, and any request that fails or leaves."""
    opened = browser.new_page()
    faults: list[str] = []
    opened.on("console", lambda said: faults.append(said.text) if said.type in ("error", "warning") else None)
    opened.on("pageerror", lambda error: faults.append(str(error)))
    opened.on("response", lambda answer: faults.append(answer.url) if answer.status >= 400 else None)
    opened.on(
        "request",
        lambda asked: faults.append(asked.url) if urlsplit(asked.url).hostname not in ("127.0.0.1", None) else None,
    )
    yield opened
    opened.close()
    assert faults == []


def heading(page: Page, text: str) -> None:
    expect(page.locator("#page h2").first).to_have_text(text)


def query(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("path", PAGES)
def test_every_page_opens_in_both_languages(service: str, page: Page, path: str, language: str) -> None:
    page.goto(f"{service}{path}{'&' if '?' in path else '?'}lang={language}")
    heading(page, PAGES[path][language])
    expect(page.locator(".state-failed")).to_have_count(0)
    expect(page.locator("html")).to_have_attribute("lang", {"zh": "zh-CN", "en": "en"}[language])
    for figure in page.locator(".figure-frame").all():
        expect(figure.locator(".main-svg").first).to_be_visible()
    for table in page.locator(".table").all():
        expect(table.locator(".ag-row").first).to_be_visible()


def test_a_record_is_found_in_the_storeroom_and_its_room_drawn(service: str, page: Page) -> None:
    page.goto(f"{service}/storeroom?lang=en")
    expect(page.locator(".figure-frame .heatmaplayer image")).to_be_visible()
    page.get_by_label("Find a place", exact=True).fill("A002-RS-001-002")
    page.get_by_label("Find a place", exact=True).press("Enter")
    found = page.locator(".table").first
    expect(found.locator(".ag-row")).to_have_count(1)
    expect(found).to_contain_text("B-7")
    found.get_by_role("link", name="602库房").click()
    expect(page.locator(".table")).to_have_count(1)
    expect(page.locator(".table")).to_contain_text("第10排")
    assert "room" in query(page)
    page.get_by_text("Retention", exact=True).click()
    expect(page.locator(".table")).to_contain_text("永久")
    assert query(page)["view"] == ["retention"]


def test_filters_go_into_the_address_and_back(service: str, page: Page) -> None:
    page.goto(f"{service}/cases?lang=en")
    expect(page.locator(".ag-row")).to_have_count(5)
    page.get_by_label("Actor", exact=True).fill("王五")
    page.get_by_label("Actor", exact=True).press("Enter")
    expect(page.locator(".ag-row")).to_have_count(2)
    assert query(page) == {"lang": ["en"], "actor": ["王五"]}
    page.get_by_text("hall:A-2024-001").click()
    heading(page, "hall:A-2024-001")
    page.go_back()
    heading(page, "Cases")
    expect(page.get_by_label("Actor", exact=True)).to_have_value("王五")
    expect(page.locator(".ag-row")).to_have_count(2)
    page.go_back()
    expect(page.get_by_label("Actor", exact=True)).to_have_value("")
    expect(page.locator(".ag-row")).to_have_count(5)
    page.go_forward()
    expect(page.locator(".ag-row")).to_have_count(2)


def test_a_figure_of_processes_leads_to_its_cases(service: str, page: Page) -> None:
    page.goto(f"{service}/processes?lang=en&view=times&by=region")
    expect(page.get_by_text("By region", exact=True).first).to_be_visible()
    page.get_by_label("Opened from", exact=True).fill("2024-05")
    page.get_by_label("Opened from", exact=True).press("Enter")
    page.wait_for_url("**from_month=2024-05**")
    page.get_by_text("Variants", exact=True).first.click()
    expect(page.get_by_text("variants of")).to_be_visible()
    table = page.locator(".table")
    cases = table.locator("a.cell-link").first
    number = int(cases.inner_text())
    cases.click()
    heading(page, "Variant")
    expect(page.locator(".ag-center-cols-container .ag-row")).to_have_count(number)
    assert query(page)["from_month"] == ["2024-05"]
    page.go_back()
    heading(page, "Processes")
    assert query(page) == {"lang": ["en"], "view": ["variants"], "by": ["region"], "from_month": ["2024-05"]}
    page.goto(f"{service}/processes?lang=zh&from_month=soon")
    expect(page.locator(".state-failed")).to_contain_text("“soon”不是月份。")
    page.goto(f"{service}/processes?lang=en&item=none")
    expect(page.get_by_text("No cases are as asked for")).to_be_visible()


def test_a_deep_link_restores_filters_and_the_filter_of_a_table(service: str, page: Page) -> None:
    model = json.dumps({"id": {"filterType": "text", "type": "contains", "filter": "002"}})
    page.goto(f"{service}/cases?lang=en&actor=王五&table.cases={model}")
    expect(page.locator(".ag-row")).to_have_count(1)
    expect(page.get_by_label("Actor", exact=True)).to_have_value("王五")
    page.locator(".ag-floating-filter input").first.fill("00")
    expect(page.locator(".ag-row")).to_have_count(2)
    page.wait_for_url(lambda url: '"filter":"00"' in parse_qs(urlsplit(url).query)["table.cases"][0])
    assert query(page)["actor"] == ["王五"]


def test_the_language_changes_in_place(service: str, page: Page) -> None:
    page.goto(f"{service}/persons/p-zhang?lang=zh&view=fields")
    heading(page, "张三")
    page.get_by_text("English", exact=True).click()
    expect(page.get_by_text("Timeline", exact=True)).to_be_visible()
    assert query(page) == {"lang": ["en"], "view": ["fields"]}
    page.go_back()
    expect(page.get_by_text("时间轴", exact=True)).to_be_visible()


def test_what_is_typed_to_find_a_person_stays_out_of_the_address(service: str, page: Page) -> None:
    page.goto(f"{service}/persons?lang=en")
    expect(page.locator(".ag-row")).to_have_count(3)
    page.locator(".ag-floating-filter input").first.fill("李")
    expect(page.locator(".ag-row")).to_have_count(1)
    page.get_by_label("Find", exact=True).fill("张三")
    page.get_by_label("Find", exact=True).press("Enter")
    expect(page.locator("a.cell-link")).to_have_text(["张三"])
    assert query(page) == {"lang": ["en"]}
    page.locator("a.cell-link").click()
    expect(page.get_by_text("Timeline", exact=True)).to_be_visible()
    assert urlsplit(page.url).path == "/persons/p-zhang"
    page.go_back()
    expect(page.get_by_label("Find", exact=True)).to_have_value("张三")
    expect(page.locator("a.cell-link")).to_have_text(["张三"])


def test_results_of_checks_are_narrowed_down_and_rows_set_aside_are_listed(service: str, page: Page) -> None:
    page.goto(f"{service}/quality?lang=en")
    heading(page, "Quality")
    failing = page.locator(".mantine-Paper-root").filter(has_text="Records that failed or were not run")
    expect(failing.get_by_text("The numbers begin at 2 and not at 1.").first).to_be_visible()
    page.get_by_role("textbox", name="Property", exact=True).click()
    page.get_by_role("option", name="authenticity", exact=True).click()
    expect(failing.get_by_text("The numbers begin at 2 and not at 1.")).to_have_count(0)
    assert query(page)["property"] == ["authenticity"]
    expect(page.get_by_text("No length is defined; no source gives one, so it has to be set.")).to_be_visible()
    page.get_by_text("Rows set aside", exact=True).click()
    expect(page.get_by_role("heading", name="Rows set aside")).to_be_visible()
    assert query(page)["view"] == ["rows"]


def test_a_person_is_chosen(service: str, page: Page) -> None:
    page.goto(f"{service}/reuse?lang=en&item=card")
    expect(page.get_by_text("Choose a person and at least one item")).to_be_visible()
    page.get_by_role("textbox", name="Person", exact=True).fill("张三")
    page.get_by_role("option", name="张三").click()
    expect(page.get_by_text("To be submitted:")).to_be_visible()
    assert query(page) == {"lang": ["en"], "item": ["card"], "subject": ["p-zhang"]}
    page.go_back()
    expect(page.get_by_text("Choose a person and at least one item")).to_be_visible()


def test_several_items_are_chosen_at_once(service: str, page: Page) -> None:
    page.goto(f"{service}/reuse?lang=en&subject=p-zhang")
    page.get_by_role("textbox", name="Items", exact=True).click()
    page.get_by_role("option", name="社会保障卡补换", exact=True).click()
    page.get_by_role("option", name="职工退休审批", exact=True).click()
    expect(page.get_by_text("To be submitted:")).to_be_visible()
    page.wait_for_url("**item=card&item=retire**")


def test_the_chain_can_be_drawn_in_steps_and_a_dossier_leads_to_it(service: str, page: Page) -> None:
    page.goto(f"{service}/persons/p-zhang?lang=en&view=cases")
    page.locator("a.cell-link", has_text="hall:1").click()
    heading(page, "hall:1")
    page.get_by_text("In steps").click()
    expect(page.locator(".xtitle")).to_have_text("Step")
    assert query(page)["axis"] == ["step"]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_narrow_screen_has_a_menu(service: str, page: Page, language: str) -> None:
    names = {"zh": ("导航菜单", "人员检索", "总览"), "en": ("Menu", "Persons", "Overview")}
    menu, persons, overview = names[language]
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{service}/?lang={language}")
    heading(page, overview)
    entry = page.locator(".navigation").get_by_text(persons, exact=True)
    expect(entry).not_to_be_in_viewport()
    page.get_by_role("button", name=menu).click()
    expect(entry).to_be_in_viewport()
    entry.click()
    heading(page, persons)
    expect(entry).not_to_be_in_viewport()
    page.get_by_role("button", name=menu).click()
    expect(entry).to_be_in_viewport()
    page.get_by_role("button", name=menu).click()
    expect(entry).not_to_be_in_viewport()
    page.set_viewport_size({"width": 1440, "height": 900})
    expect(entry).to_be_in_viewport()
    expect(page.get_by_role("button", name=menu)).to_be_hidden()


@pytest.mark.parametrize("path", PAGES)
def test_no_page_is_wider_than_a_narrow_screen(service: str, page: Page, path: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{service}{path}{'&' if '?' in path else '?'}lang=zh")
    heading(page, PAGES[path]["zh"])
    for figure in page.locator(".figure-frame").all():
        expect(figure.locator(".main-svg").first).to_be_attached()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.evaluate(COVERED) == []
    header = page.locator(".header").bounding_box()
    languages = page.locator(".header").get_by_text("English", exact=True).bounding_box()
    assert header is not None and languages is not None
    assert languages["x"] + languages["width"] <= header["width"]


def test_an_error_and_an_unknown_path_are_pages(service: str, browser: BrowserContext) -> None:
    page = browser.new_page()
    page.goto(f"{service}/cases/none?lang=en")
    expect(page.locator(".state-failed")).to_contain_text("There is no case 'none'")
    page.goto(f"{service}/cases/none?lang=zh")
    expect(page.locator(".state-failed")).to_contain_text("次入库时没有办件“none”。")
    expect(page.locator(".state-failed")).not_to_contain_text("There is")
    page.goto(f"{service}/nowhere?lang=zh")
    expect(page.get_by_text("没有这个页面")).to_be_visible()
    page.get_by_text("总览", exact=True).click()
    heading(page, "总览")
    page.close()


def test_people_lead_to_the_trail_of_one_and_back(service: str, page: Page) -> None:
    page.goto(f"{service}/people?lang=en")
    heading(page, "People")
    page.get_by_text("Working together").first.click()
    page.wait_for_url(lambda url: parse_qs(urlsplit(url).query).get("network") == ["together"])
    page.get_by_role("link", name="李四").first.click()
    heading(page, "李四")
    expect(page.locator(".table").last.locator(".ag-center-cols-container .ag-row")).to_have_count(2)
    page.get_by_role("link", name="hall:A-2024-001").first.click()
    heading(page, "hall:A-2024-001")
    page.go_back()
    heading(page, "李四")
    page.go_back()
    heading(page, "People")
    assert query(page)["network"] == ["together"]


def test_findings_lead_to_the_case_at_the_event_and_back(service: str, page: Page) -> None:
    page.goto(f"{service}/audit?lang=en")
    heading(page, "Audit")
    page.get_by_role("textbox", name="Rule", exact=True).click()
    page.get_by_role("option", name="Nobody named", exact=True).click()
    rows = page.locator(".table .ag-center-cols-container .ag-row")
    expect(rows).to_have_count(5)
    assert query(page) == {"lang": ["en"], "rule": ["no-actor"]}
    rows.filter(has_text="hall:2").get_by_role("link", name="hall:2").click()
    heading(page, "hall:2")
    assert query(page)["event"] == ["e3"]
    expect(page.get_by_text("The event that was looked for")).to_be_visible()
    page.go_back()
    expect(rows).to_have_count(5)
    page.get_by_text("Rules", exact=True).click()
    expect(rows).to_have_count(1)
    page.get_by_role("link", name="Nobody named").click()
    heading(page, "Nobody named")
    page.get_by_role("link", name="‘受理’ names nobody.").first.click()
    expect(page.get_by_text("dossier decide accept")).to_be_visible()
