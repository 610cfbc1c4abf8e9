"""Cursors: what was given comes back, and nothing else is taken."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.cursors import cursor, position
from graph.errors import UsageError

_TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
_INSTANTS = st.integers(-62_135_596_800_000, 253_402_300_799_999)


@given(st.none() | _INSTANTS, st.none() | _TEXTS, _TEXTS, st.integers(0, 2**53))
def test_a_position_comes_back(at: int | None, name: str | None, id_: str, count: int) -> None:
    given = cursor(at, name, id_, count)
    assert position(given, "cases", "instant?", "text?", "text", "count") == (at, name, id_, count)


@given(st.recursive(st.none() | st.booleans() | st.floats() | st.integers() | st.text(), st.lists))
def test_other_values_are_no_position(value: Any) -> None:
    given = cursor(value)
    with pytest.raises(UsageError, match="no cursor"):
        position(given, "items", "text?", "text?")
    if type(value) is not int or not 0 <= value <= 2**53:
        with pytest.raises(UsageError, match="no cursor"):
            position(given, "variants", "count")
    if not isinstance(value, str):
        with pytest.raises(UsageError, match="no cursor"):
            position(given, "items", "text")


@given(st.text())
def test_any_text_is_a_cursor_or_told_to_be_none(given: str) -> None:
    try:
        (place,) = position(given, "items", "text")
    except UsageError as error:
        assert "no cursor" in error.message
    else:
        assert isinstance(place, str)


def test_half_of_a_pair_is_no_text() -> None:
    with pytest.raises(UsageError, match="no cursor"):
        position(cursor("\ud842"), "items", "text")
