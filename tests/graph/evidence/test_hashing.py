"""Digests that a process beside makes are those of hashlib, whatever becomes of that process."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.evidence.hashing import DIGEST, DigestsBeside, digests_here


@pytest.fixture(scope="module")
def beside() -> Iterator[DigestsBeside]:
    with DigestsBeside() as digests:
        yield digests


def expected(texts: list[bytes]) -> list[bytes]:
    return [hashlib.sha256(text).digest() for text in texts]


@settings(deadline=None)
@given(texts=st.lists(st.binary(max_size=300), max_size=20), begin=st.integers(0, 5))
def test_all_digests_are_the_same(beside: DigestsBeside, texts: list[bytes], begin: int) -> None:
    column = pa.array(texts, pa.binary()).slice(begin)
    made = beside(column)
    assert len(made) == len(column)
    assert [row.tobytes() for row in made[:]] == expected(texts[begin:])
    assert [row.tobytes() for row in digests_here(column)] == expected(texts[begin:])


def test_texts_are_hashed_as_utf8_and_many_requests_wait_in_order(beside: DigestsBeside) -> None:
    columns = [pa.array([f"张三{place}", ""] * 5_000) for place in range(20)]
    waiting = [beside(column) for column in columns]
    for column, made in zip(columns, waiting, strict=True):
        assert made[:].tobytes() == b"".join(expected([text.encode() for text in column.to_pylist()]))
    assert waiting[0][1:3].shape == (2, DIGEST)


def test_a_process_that_was_killed_is_made_up_for() -> None:
    texts = pa.array(["one", "two"])
    with DigestsBeside() as digests:
        digests(texts)[:]
        digests._process.kill()
        digests._process.wait()
        assert digests(texts)[:].tobytes() == digests_here(texts).tobytes()
