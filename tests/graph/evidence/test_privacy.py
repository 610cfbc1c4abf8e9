"""Whoever has the ledger, the id key and a list of guesses, but not the salts, learns nothing from it."""

from __future__ import annotations

import csv
import hashlib
import hmac
import re
from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

import pytest

from etl.load import LoadRequest, load_file
from etl.mapping import Mapping
from graph.canonical import canonical
from graph.evidence.home import open_ledger
from graph.evidence.parts import PARTS, part_digest, part_salts, part_text
from graph.identifiers import identity_number
from tests.archives import archive
from tests.conftest import ID_KEY

PEOPLE = 1000
DAYS = [date(1920, 1, 1) + timedelta(days) for days in range(36_525)]
_CHECK_DIGITS = "0123456789X"
_WHAT = PARTS.index("what")
MAPPING = {
    "system": "hall",
    "columns": {"event": "id", "case": "case", "activity": "what", "instant": "when"},
    "applicants": ({"number": "number", "facts": {"birth_date": "born"}},),
}


def people() -> list[tuple[str, str]]:
    """Number and date of birth, all different."""
    chance = Random(1)
    made = []
    for place in range(PEOPLE):
        born = chance.choice(DAYS)
        seventeen = f"110105{born:%Y%m%d}{place:03d}"
        made += [
            (seventeen + digit, born.isoformat()) for digit in _CHECK_DIGITS if identity_number(seventeen + digit)
        ]
    return made


def texts(field: str, value: str, row: int | None) -> Iterator[str]:
    """What might have been hashed for a value of a field, by whoever knows the format."""
    yield value
    yield canonical(value)
    yield canonical({field: value})
    for members in ({"field": field, "value": value}, {"field": field, "number": None, "unit": None, "value": value}):
        said = canonical(members)[1:-1]
        yield part_text(said)
        if row is not None:
            yield part_text(said, row=row)


def salts() -> list[bytes]:
    """Every salt that is none: nothing, zeros, the id key, and what part salts would follow from these."""
    keys = ("", "0" * 32, ID_KEY, ID_KEY[:32])
    return [b"", bytes(16), bytes(32), bytes.fromhex(ID_KEY), ID_KEY.encode(), *(part_salts(k)[_WHAT] for k in keys)]


@pytest.fixture(scope="module")
def sealed(tmp_path_factory: pytest.TempPathFactory) -> tuple[set[str], list[tuple[str, str, int, str]]]:
    """All that is hexadecimal in a ledger; and the facts of its archive: field, value, row, salt."""
    folder = tmp_path_factory.mktemp("privacy")
    path = folder / "people.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(("id", "case", "what", "when", "number", "born"))
        for place, (number, born) in enumerate(people()):
            writer.writerow((f"e{place}", f"c{place}", "ask", "2024-01-01 09:00:00", number, born))
    with archive(f"duckdb:///{folder / 'a.duckdb'}", ledger=str(folder / "ledger")) as (store, settings):
        load_file(store, settings, LoadRequest(path, Mapping(**MAPPING), "test"))
        snapshot = store.snapshot()
        facts = [
            (one["field"], one["value"], one["source_row"], one["salt"])
            for table in snapshot.scan("Fact")
            for one in table.to_pylist()
        ]
        snapshot.close()
        with open_ledger(store, settings, read_only=True) as ledger:
            held = b"\n".join(ledger.entries()).decode()
    assert not any(value in held for pair in people() for value in pair)
    return set(re.findall("[0-9a-f]{32,}", held)), facts


def test_with_its_salt_a_value_is_found(
    sealed: tuple[set[str], list[tuple[str, str, int, str]]],
) -> None:
    """The guesses below are of the right make: only the salt is missing."""
    digests, facts = sealed
    known = {value for pair in people() for value in pair}
    told = {
        value
        for field, value, row, salt in facts
        for text in texts(field, value, row)
        if part_digest(part_salts(salt)[_WHAT], text) in digests
    }
    assert told >= known


@pytest.mark.slow
def test_without_salts_no_number_and_no_birth_date_is_found(
    sealed: tuple[set[str], list[tuple[str, str, int, str]]],
) -> None:
    digests, facts = sealed
    rows = {(field, value): row for field, value, row, _ in facts}
    guesses = [("id_no", number) for number, _ in people()]
    guesses += [("birth_date", text) for day in DAYS for text in (day.isoformat(), f"{day:%Y%m%d}")]
    prefixes = [hashlib.sha256(salt) for salt in salts()]
    key = hmac.new(bytes.fromhex(ID_KEY), digestmod="sha256")
    for field, value in guesses:
        for text in texts(field, value, rows.get((field, value))):
            data = text.encode()
            for prefix in (*prefixes, key):
                made = prefix.copy()
                made.update(data)
                assert made.hexdigest() not in digests, (field, text)
