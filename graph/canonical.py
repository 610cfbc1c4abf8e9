"""Canonical JSON (RFC 8785 for the values used here: strings, integers, booleans, null, lists, maps)."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

_ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))
_QUOTE, _BACKSLASH, _BLANK = ord('"'), ord("\\"), ord(" ")


def canonical(value: Any) -> str:
    """The one text of a value: keys sorted, no blanks, characters as they are."""
    return _ENCODER.encode(value)


def quoted(texts: pa.Array | pa.ChunkedArray) -> pa.Array:
    """The canonical JSON of each text of a column (string), null where it is null."""
    return pc.binary_join_element_wise('"', escaped(texts), '"', "")


def escaped(texts: pa.Array | pa.ChunkedArray) -> pa.Array:
    """As `quoted`, without the quotes around it: the very array where nothing is to be escaped."""
    array = texts.combine_chunks() if isinstance(texts, pa.ChunkedArray) else texts
    held = _bytes_of(array)
    if not len(held):
        return array
    plain = array
    if (held == _QUOTE).any() or (held == _BACKSLASH).any():
        plain = pc.replace_substring(pc.replace_substring(array, "\\", "\\\\"), '"', '\\"')
    if held.min() >= _BLANK:
        return plain
    special = pc.fill_null(pc.match_substring_regex(array, r"[\x00-\x1f]"), False)
    whole = [canonical(text)[1:-1] for text in array.filter(special).to_pylist()]
    return pc.replace_with_mask(plain, special, pa.array(whole, pa.string()))


def _bytes_of(array: pa.Array) -> npt.NDArray[np.uint8]:
    """The bytes of all texts of a column, one after the other."""
    _, offsets, data = array.buffers()
    if data is None or not len(array):
        return np.zeros(0, np.uint8)
    ends = np.frombuffer(offsets, np.int32)[array.offset : array.offset + len(array) + 1]
    return np.frombuffer(data, np.uint8)[ends[0] : ends[-1]]
