"""Columns of texts as numbers, and joins by them: what works on many rows works on places and codes."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Ints = npt.NDArray[np.int64]


def places(values: pa.ChunkedArray, among: pa.Array | pa.ChunkedArray) -> Ints:
    """The place of each value in a column of distinct ones, -1 where it is none of them."""
    whole = among.combine_chunks() if isinstance(among, pa.ChunkedArray) else among
    return numbers(pc.index_in(values, value_set=whole), -1)


def numbers(values: pa.ChunkedArray, missing: int) -> Ints:
    """A column of numbers, with one for what is null."""
    return np.asarray(pc.fill_null(values, missing)).astype(np.int64)


def encoded(values: pa.ChunkedArray) -> tuple[Ints, list[Any]]:
    """A code for each value, and the values; the last one is null."""
    coded = values.combine_chunks().dictionary_encode()
    texts = coded.dictionary.to_pylist()
    return numbers(coded.indices, len(texts)), [*texts, None]


def joined(left: Ints, right: Ints) -> tuple[Ints, Ints]:
    """The pairs of rows that have the same number, which is not negative, in the order of the left rows."""
    order = np.argsort(right, kind="stable")
    begin, end = (np.searchsorted(right[order], left, side) for side in ("left", "right"))
    times = np.where(left >= 0, end - begin, 0)
    rows = np.repeat(np.arange(len(left)), times)
    nth = np.arange(len(rows)) - np.repeat(np.cumsum(times) - times, times)
    return rows, order[np.repeat(begin, times) + nth]
