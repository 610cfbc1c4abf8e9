"""What the rules of an audit have found so far, each within the time that it may take."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pandas as pd
from pydantic import BaseModel

from graph.audit.cases_page import told_plainly
from graph.audit.evaluation import Evaluated
from graph.audit.rules import Rule, RulePlace
from graph.errors import DossierError, TookTooLong
from graph.time_limits import within


class RuleOutcome(BaseModel):
    """What one rule found in what was looked at: how many were `checked` and how many of them are `undecidable`.

    Of one that failed, `file`, `line` and `field` say where it stands, as far as that is known.
    """

    rule: str
    findings: int
    checked: int
    undecidable: int
    seconds: float
    failed: str | None = None
    file: str | None = None
    line: int | None = None
    field: str | None = None


class LookedAt(BaseModel):
    """What one rule looked at in an audit that is done: the same without the findings and the time that it took.

    `too_long` where it failed because its time was up.
    """

    checked: int
    undecidable: int
    failed: str | None = None
    too_long: bool = False


@dataclass
class Tally:
    """What one rule has found so far; `place` is where it stands."""

    rule: Rule
    parameters: Any
    place: RulePlace | None = None
    checked: int = 0
    undecidable: int = 0
    seconds: float = 0.0
    failed: str | None = None
    too_long: bool = False
    found: list[pd.DataFrame] = field(default_factory=list)

    @property
    def left(self) -> float:
        """The seconds that the rule may still take."""
        return self.rule.seconds - self.seconds

    def take(self, evaluate: Callable[[], Evaluated]) -> None:
        """Evaluates, and notes it where the rule fails or takes too long: the others go on."""
        if self.failed:
            return
        begun = time.monotonic()
        try:
            with within(self.left):
                answer = evaluate()
            self.found.append(told_plainly(answer.found))
            self.checked += answer.checked
            self.undecidable += answer.undecidable
        except TookTooLong:
            self._end_late()
        except (DossierError, ValueError, TypeError, ArithmeticError, LookupError) as error:
            self.failed = f"{type(error).__name__}: {error}"
        self.seconds += time.monotonic() - begun
        if self.left < 0 and not self.failed:
            self._end_late()

    def _end_late(self) -> None:
        self.too_long, self.failed = True, f"it took longer than {self.rule.seconds:g} seconds"

    def looked_at(self) -> dict[str, Any]:
        """What the header of the audit's load keeps."""
        said = LookedAt(
            checked=self.checked, undecidable=self.undecidable, failed=self.failed, too_long=self.too_long
        )
        return said.model_dump()

    def outcome(self) -> RuleOutcome:
        """What the report says."""
        return RuleOutcome(
            rule=self.rule.id,
            findings=0 if self.failed else sum(len(one) for one in self.found),
            checked=self.checked,
            undecidable=self.undecidable,
            seconds=round(self.seconds, 3),
            failed=self.failed,
            **(self.place._asdict() if self.failed and self.place else {}),
        )
