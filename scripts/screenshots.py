"""Writes a picture of every page of a running service into docs/images, in both languages.

    .venv/bin/python scripts/screenshots.py [--url http://127.0.0.1:8050] [--folder docs/images]

Needs Playwright's package and a Chromium of the system. What the pages of one case, person or organisation show is
chosen from the archive: the case with most events among the latest, the first person found with a contradiction.
"""

from __future__ import annotations

import argparse
import io
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import httpx
from PIL import Image
from playwright.sync_api import Page, expect, sync_playwright

WIDTH, HEIGHT = 1440, 1000
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
LOOKED_AT = 60


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--url", default="http://127.0.0.1:8050", help="where the service answers")
    parser.add_argument("--folder", type=Path, default=Path(__file__).parents[1] / "docs" / "images")
    given = parser.parse_args()
    found = next((path for name in CHROMIUM if (path := shutil.which(name))), None)
    if found is None:
        sys.exit(f"No Chromium: none of {', '.join(CHROMIUM)} is installed.")
    given.folder.mkdir(parents=True, exist_ok=True)
    with httpx.Client(base_url=f"{given.url}/api/v1/", timeout=60) as api:
        paths = dict(pages(api))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
        for name, path in paths.items():
            for language in ("zh", "en"):
                target = given.folder / f"{name}.{language}.png"
                target.write_bytes(picture(page, f"{given.url}{path}{'&' if '?' in path else '?'}lang={language}"))
                sys.stdout.write(f"{target}\n")
        browser.close()


def pages(api: httpx.Client) -> Iterator[tuple[str, str]]:
    """The name and path of each page; those of one thing only where the archive has one."""
    yield from (
        ("overview", "/"),
        ("cases", "/cases"),
        ("processes", "/processes"),
        ("processes-months", "/processes?view=months"),
        ("audit", "/audit"),
        ("audit-rules", "/audit?view=rules"),
        ("audit-risk", "/audit?view=risk"),
        ("persons", "/persons"),
        ("people", "/people"),
        ("library", "/library"),
        ("standards", "/standards"),
        ("storeroom", "/storeroom"),
        ("quality", "/quality"),
    )
    cases = _items(api, "cases", limit=200)
    if cases:
        busiest = max(cases, key=lambda case: case["events"] or 0)
        yield "chain", f"/cases/{quote(busiest['id'], safe='')}"
    standards = _items(api, "standards", limit=50)
    if standards:
        yield "standard", f"/standards/{quote(standards[0]['id'], safe='')}"
        yield "standards-simulation", f"/standards/simulation?{urlencode({'version': standards[0]['id']})}"
    persons = [person["id"] for person in _items(api, "persons", limit=LOOKED_AT)]
    if persons:
        dossiers = (_dossier(api, id_) for id_ in persons)
        shown = next((one for one in dossiers if _telling(one)), None) or _dossier(api, persons[0])
        yield "dossier", f"/persons/{shown['id']}"
        standing = {item["id"] for item in _items(api, "items", limit=50) if item["version_id"]}
        own = [case["item_id"] for case in shown["cases"] if case["item_id"] in standing]
        items = list(dict.fromkeys([*own, *sorted(standing)]))
        asked = urlencode({"subject": shown["id"], "item": items[:4]}, doseq=True)
        yield "reuse", f"/reuse?{asked}"


def _items(api: httpx.Client, path: str, limit: int) -> list[dict[str, Any]]:
    answer = api.get(path, params={"limit": limit})
    answer.raise_for_status()
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


def _dossier(api: httpx.Client, person: str) -> dict[str, Any]:
    answer = api.get(f"persons/{person}/dossier")
    answer.raise_for_status()
    dossier: dict[str, Any] = answer.json()
    return dossier


def _telling(dossier: dict[str, Any]) -> bool:
    """Whether a dossier shows what there is to show, and fits a picture."""
    return bool(dossier["contradictions"]) and 2 <= len(dossier["cases"]) <= 8


def picture(page: Page, url: str) -> bytes:
    """The page as a PNG of few colours, when its tables and figures are there."""
    page.goto(url)
    expect(page.locator("#page h2").first).to_be_visible(timeout=60_000)
    for figure in page.locator(".figure-frame").all():
        expect(figure.locator(".main-svg").first).to_be_attached(timeout=60_000)
    for table in page.locator(".table").all():
        expect(table.locator(".ag-row").first).to_be_attached(timeout=60_000)
    page.wait_for_timeout(800)
    shown = Image.open(io.BytesIO(page.screenshot())).convert("RGB").quantize(256, Image.Quantize.MAXCOVERAGE)
    written = io.BytesIO()
    shown.save(written, "PNG", optimize=True)
    return written.getvalue()


if __name__ == "__main__":
    main()
