"""Pages, names and codes as catalogues write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.catalogue_values import MOST_PAGES, code, page_count, pages_of_range
from graph.identifiers import plain_name

PAGES = st.integers(1, 40_000)


@pytest.mark.parametrize(
    ("text", "count", "of_range"),
    [
        ("12", 12, None),
        ("１２", 12, None),
        ("12页", 12, None),
        ("共12页", 12, None),
        ("3-14", 12, 12),
        ("３－１４", 12, 12),
        ("3～14", 12, 12),
        ("003至014", 12, 12),
        ("1-3,7", 4, 4),
        ("1-3、5-6", 5, 5),
        ("14-3", None, None),
        ("1-", None, None),
        ("约10", None, None),
        ("1.5", None, None),
        ("", None, None),
        ("999999", None, None),
    ],
)
def test_pages(text: str, count: int | None, of_range: int | None) -> None:
    assert (page_count(text), pages_of_range(text)) == (count, of_range)


@given(PAGES, PAGES)
def test_a_range_counts_both_its_ends(a: int, b: int) -> None:
    first, last = min(a, b), max(a, b)
    assert page_count(f"{first}-{last}") == last - first + 1
    assert page_count(f"{last + 1}-{first}") is None


@given(st.text(max_size=12))
def test_a_count_is_never_out_of_reason(text: str) -> None:
    for found in (page_count(text), pages_of_range(text)):
        assert found is None or 0 <= found <= MOST_PAGES


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("张　三", "张三"),
        (" 张三 ", "张三"),
        ("Ann  Lee", "Ann Lee"),
        ("阿卜杜·热西提", "阿卜杜·热西提"),
        (" ", None),
    ],
)
def test_names(text: str, name: str | None) -> None:
    assert plain_name(text) == name


def test_codes_have_no_blanks_and_no_fullwidth_digits() -> None:
    assert code(" Ａ００２－RS 001 ") == "A002-RS001"
    assert code("　") is None
