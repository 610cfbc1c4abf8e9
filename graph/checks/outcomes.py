"""What a check answers, and the outcomes of all checks of a run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

# Outcome of a check of a record, as it stands in the matrix of a run.
NOT_APPLICABLE, PASS, FAIL, NOT_RUN = range(4)
OUTCOMES = ("not_applicable", "pass", "fail", "not_run")

# A sentence of sentences.yaml under `says`, and its values.
Detail = dict[str, Any]


@dataclass
class Answer:
    """What one check says of records: which it applies to, and details by record for what failed or was not run.

    A record that it applies to and that has no detail passes. `reason` says why it could be run for none.
    """

    applies: pd.Series[Any]
    failed: list[tuple[str, Detail]] = field(default_factory=list)
    not_run: list[tuple[str, Detail]] = field(default_factory=list)
    reason: Detail | None = None


@dataclass(frozen=True)
class BatchAnswer:
    """What one check says of a run as a whole: details of what failed, or why it was not run."""

    failed: Sequence[Detail] = ()
    reason: Detail | None = None

    @property
    def outcome(self) -> str:
        """fail, not_run or pass."""
        return "fail" if self.failed else "not_run" if self.reason is not None else "pass"


@dataclass(frozen=True)
class Outcomes:
    """The outcomes of a run: a row of `matrix` for each of `ids`, a column for each of `codes`.

    `details`: (place of the record, place of the code) -> what is said. `reasons`: place of a code that could be run
    for no record -> why. `batch`: code -> what is said of the run as a whole.
    """

    ids: list[str]
    codes: list[str]
    matrix: np.ndarray
    details: dict[tuple[int, int], list[Detail]]
    reasons: dict[int, Detail]
    batch: dict[str, BatchAnswer]


def each(ids: Sequence[str], says: str, **values: Sequence[Any]) -> list[tuple[str, Detail]]:
    """One detail a record, its values column by column."""
    names = list(values)
    rows = zip(*(values[name] for name in names), strict=True) if names else [()] * len(ids)
    return [
        (id_, {"says": says, **dict(zip(names, map(plain, row), strict=True))})
        for id_, row in zip(ids, rows, strict=True)
    ]


def plain(value: Any) -> Any:
    """A value as JSON has it."""
    if isinstance(value, np.generic):
        return value.item()
    return None if value is pd.NA else value
