"""Ids of variants: digests of their activities, the same in every archive."""

from __future__ import annotations

import hashlib

from graph.canonical import canonical
from graph.process.columns import Ints, ProcessColumns

_DIGITS = 16


def variant_id(activities: list[str | None]) -> str:
    """The first 64 bits of SHA-256 over the canonical JSON of the activities in order."""
    return hashlib.sha256(canonical(activities).encode()).hexdigest()[:_DIGITS]


def activities_of(columns: ProcessColumns, members: Ints) -> list[str | None]:
    """The activities of a variant, null where an event names none."""
    return [columns.activity.values[code] for code in members.tolist()]


def variant_ids(columns: ProcessColumns) -> list[str]:
    """The ids of all variants, in their order."""
    return [variant_id(activities_of(columns, members)) for members in columns.paths.members]
