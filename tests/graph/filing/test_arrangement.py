"""The file of the house, and the parts of a 档号."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.errors import UnreadableInput
from graph.filing.arrangement import by_volume, read_arrangement, record_code, retention_code, volume_code
from tests.graph.filing.houses import HOUSE, write_house


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"fonds": "1"}, "fonds"),
        ({"box_mm": [30, 20]}, "box_mm ascends"),
        ({"box_mm": [60]}, "box_mm.0"),
        ({"mm_per_page": 0}, "mm_per_page"),
        ({"rooms": []}, "rooms"),
        ({"rooms": [{"code": "V", "kind": "virtual", "shelves": 2}]}, "a virtual one neither"),
        ({"rooms": [HOUSE["rooms"][0], HOUSE["rooms"][0]]}, "two rooms have one code"),
        ({"room": 1}, "room"),
    ],
)
def test_a_wrong_file_says_where(tmp_path: Path, changed: dict[str, Any], said: str) -> None:
    with pytest.raises(UnreadableInput, match=said):
        read_arrangement(write_house(tmp_path, **changed))


def test_a_file_that_is_none_is_named(tmp_path: Path) -> None:
    with pytest.raises(UnreadableInput, match="none"):
        read_arrangement(tmp_path / "none.yaml")
    bad = tmp_path / "bad.yaml"
    bad.write_text("fonds: [", encoding="utf-8")
    with pytest.raises(UnreadableInput, match="bad"):
        read_arrangement(bad)


def test_what_the_file_says_is_its_digest(tmp_path: Path) -> None:
    one = read_arrangement(write_house(tmp_path)).digest
    assert read_arrangement(write_house(tmp_path)).digest == one
    assert read_arrangement(write_house(tmp_path, mm_per_page=0.2)).digest != one


@pytest.mark.parametrize(
    ("kept", "code"),
    [("永久", "Y"), ("30年", "D30"), ("100年", "D100"), ("长期", None), ("30 年", None), (None, None)],
)
def test_the_code_of_a_retention(kept: str | None, code: str | None) -> None:
    assert retention_code(kept) == code


@pytest.mark.parametrize(
    ("number", "read"),
    [
        ("A002-RS-001-002", ("A002-RS-001", 2)),
        ("J019-ZY·JC·CC·2019·D30-001-001", ("J019-ZY·JC·CC·2019·D30-001", 1)),
        ("A439-WS·2015·D30·003-005", None),
        ("Z109-WS·2011·Y·办公室-0001", None),
        ("A002-RS-001-x", None),
        (None, None),
    ],
)
def test_a_number_by_volume_names_volume_and_place(number: str | None, read: tuple[str, int] | None) -> None:
    assert by_volume(number) == read


@given(st.integers(1, 99_999), st.integers(1, 99_999))
def test_a_number_that_filing_gives_names_its_volume_and_place(volume: int, place: int) -> None:
    code = volume_code("A001-ZY·6·2024·D50", volume)
    assert by_volume(record_code(code, place)) == (code, place)
