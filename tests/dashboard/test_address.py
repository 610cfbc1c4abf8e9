"""Addresses: what a link says is what the page is asked, whatever an id holds."""

from __future__ import annotations

from urllib.parse import urlsplit

from hypothesis import given
from hypothesis import strategies as st

from dashboard.address import Address, Language, link, parse_address
from dashboard.page import page_of
from dashboard.pages import PAGES

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1)
NAMES = st.text("abcdefghij_.", min_size=1).filter(lambda name: name != "lang")


@given(st.sampled_from(["zh", "en"]), st.dictionaries(NAMES, st.lists(TEXTS, min_size=1).map(tuple)))
def test_filters_come_back_from_a_link(language: Language, filters: dict[str, tuple[str, ...]]) -> None:
    parts = urlsplit(link("/cases", language, filters))
    assert parse_address(parts.path, f"?{parts.query}") == Address("/cases", language, filters)


@given(TEXTS)
def test_an_id_comes_back_from_its_link(id_: str) -> None:
    here = Address("/", "en")
    for text, title in (
        (here.case(id_), "chain.title"),
        (here.subject("Person", id_), "dossier.title"),
        (here.subject("Organisation", id_), "dossier.title"),
    ):
        page, key = page_of(PAGES, urlsplit(text).path)
        assert page is not None
        assert (page.title, key) == (title, id_)


def test_an_address_is_read_with_what_is_missing() -> None:
    assert parse_address(None, None) == Address("/", "zh")
    assert parse_address("/cases", "?lang=fr&status=open") == Address("/cases", "zh", {"status": ("open",)})
    address = parse_address("/reuse", "?lang=en&item=a&item=b&on=")
    assert (address.many("item"), address.one("item"), address.one("on")) == (["a", "b"], "a", None)
    assert address.with_filters(item=None, subject="p") == "/reuse?lang=en&subject=p"


def test_every_path_leads_to_its_page_and_others_to_none() -> None:
    found = {path: page_of(PAGES, path) for path in ("/", "/cases", "/cases/", "/cases/a%2Fb", "/case", "/x/y", "")}
    assert {path: (page.title if page else None, key) for path, (page, key) in found.items()} == {
        "/": ("nav.overview", ""),
        "": ("nav.overview", ""),
        "/cases": ("nav.cases", ""),
        "/cases/": ("nav.cases", ""),
        "/cases/a%2Fb": ("chain.title", "a/b"),
        "/case": (None, ""),
        "/x/y": (None, ""),
    }
