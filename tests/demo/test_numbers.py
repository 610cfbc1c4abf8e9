from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from demo import identity, numbers

REGIONS = st.sampled_from(("110101", "410105", "610102"))


def test_the_example_of_the_standard() -> None:
    assert numbers.is_identity_number("11010519491231002X")
    assert numbers.identity_number("110105", date(1949, 12, 31), 2) == "11010519491231002X"
    assert not numbers.is_identity_number("110105194912310021")


def test_the_examples_of_credit_codes() -> None:
    assert numbers.is_credit_code("91350100M000100Y43")
    assert not numbers.is_credit_code("91350100M000100Y44")


@given(REGIONS, st.dates(date(1900, 1, 1), date(2026, 1, 1)), st.integers(0, 999))
def test_numbers_are_valid_until_their_check_character_is_wrong(region: str, born: date, sequence: int) -> None:
    number = numbers.identity_number(region, born, sequence)
    assert identity.valid_number("person", number) == number
    assert identity.valid_number("person", numbers.full_width(number)) == number
    assert identity.valid_number("person", numbers.with_wrong_check(number)) == ""


@given(REGIONS, st.dates(date(1900, 1, 1), date(1999, 12, 31)), st.integers(0, 999))
def test_fifteen_digits_are_the_same_person(region: str, born: date, sequence: int) -> None:
    number = numbers.identity_number(region, born, sequence)
    assert len(numbers.short_form(number)) == 15
    assert identity.valid_number("person", numbers.short_form(number)) == number


@given(REGIONS, st.integers(0, 99_999_999), st.integers(0, 16))
def test_credit_codes_are_valid_until_a_digit_changes(region: str, serial: int, place: int) -> None:
    code = numbers.credit_code(region, serial)
    assert identity.valid_number("organisation", code) == code
    other = "1" if code[place] == "0" else "0"
    assert not numbers.is_credit_code(code[:place] + other + code[place + 1 :])


def test_who_is_named_without_a_valid_number() -> None:
    assert identity.subject("person", "s", number="1", key="k", name="王芳", birth_date="") == "person:s:k"
    named = identity.subject("person", "s", number="", name="王芳", birth_date="1980-01-02")
    assert named == "person:s:王芳:1980-01-02"
