"""Canonical JSON (RFC 8785 for the values used here: strings, integers, booleans, null, lists, maps)."""

from __future__ import annotations

import json
from typing import Any


def canonical(value: Any) -> str:
    """The one text of a value: keys sorted, no blanks, characters as they are."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
