"""Canonical JSON (RFC 8785 for the values used here: strings, integers, booleans, null, lists, maps)."""

from __future__ import annotations

import json
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

_ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))
_ESCAPED = r'["\\\x00-\x1f]'


def canonical(value: Any) -> str:
    """The one text of a value: keys sorted, no blanks, characters as they are."""
    return _ENCODER.encode(value)


def quoted(texts: pa.Array | pa.ChunkedArray) -> pa.Array:
    """The canonical JSON of each text of a column (string), null where it is null."""
    array = texts.combine_chunks() if isinstance(texts, pa.ChunkedArray) else texts
    plain = pc.binary_join_element_wise('"', array, '"', "")
    special = pc.fill_null(pc.match_substring_regex(array, _ESCAPED), False)
    if special.true_count == 0:
        return plain
    escaped = pa.array([canonical(text) for text in array.filter(special).to_pylist()], pa.string())
    return pc.replace_with_mask(plain, special, escaped)
