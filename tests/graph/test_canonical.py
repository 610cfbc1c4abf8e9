"""Canonical JSON of columns."""

from __future__ import annotations

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from graph.canonical import canonical, quoted

TEXTS = st.lists(st.none() | st.text() | st.text(alphabet='a"\\\x00\x1f\x7f\n\t\u2028受'), max_size=20)


@given(TEXTS)
def test_a_column_is_quoted_as_each_of_its_texts(texts: list[str | None]) -> None:
    assert quoted(pa.array(texts, pa.string())).to_pylist() == [None if t is None else canonical(t) for t in texts]
