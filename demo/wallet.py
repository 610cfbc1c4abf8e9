"""The papers that a person or organisation holds: handed in again while valid, renewed when not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from demo.cases import Submission
from demo.reference import Form, Kind, Requirement

FIRST_E_LICENCES = date(2019, 1, 1)
FIRST_E_FORMS = date(2012, 1, 1)


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper as it was issued."""

    dated: date
    valid_until: date | None


class Wallet:
    """One holder's papers, in the order of their cases."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._papers: dict[str, Paper] = {}

    def hand_in(self, wanted: Requirement, day: date, key: str, online: bool) -> Submission:
        """A record as the item wants it, valid on the day."""
        paper = self._paper(wanted.kind, day)
        form = self._form(wanted, day)
        electronic = form == "e-licence" or (online and form == "copy" and day >= FIRST_E_FORMS)
        return Submission(
            key, wanted.kind, wanted.title, paper.dated, form, "电子" if electronic else "纸质", paper.valid_until
        )

    def extra(self, day: date, key: str) -> Submission:
        """A record that no item asks for."""
        title = self._rng.choice(("情况说明", "其他补充材料", "社区走访记录"))
        return Submission(key, None, title, day, "original", "纸质", None)

    def _paper(self, kind: Kind, day: date) -> Paper:
        held = self._papers.get(kind.name)
        if held is None or kind.for_one_case or not self._still_good(kind, held, day):
            held = self._issue(kind, day)
            self._papers[kind.name] = held
        return held

    def _still_good(self, kind: Kind, held: Paper, day: date) -> bool:
        if held.valid_until is not None:
            return held.valid_until >= day
        return kind.validity_days is None or held.dated + timedelta(days=kind.validity_days) >= day

    def _issue(self, kind: Kind, day: date) -> Paper:
        if kind.for_one_case:
            return Paper(day, None)
        longest = min(kind.own_validity_days or kind.validity_days or 2000, 2000)
        issued = day - timedelta(days=self._rng.randint(1, max(2, longest * 2 // 3)))
        until = issued + timedelta(days=kind.own_validity_days) if kind.own_validity_days else None
        return Paper(issued, until)

    def _form(self, wanted: Requirement, day: date) -> Form:
        if wanted.kind.e_licence and day >= FIRST_E_LICENCES and self._rng.random() < 0.3:
            return "e-licence"
        if wanted.form == "original" or wanted.kind.for_one_case:
            return "original"
        return "copy" if self._rng.random() < 0.7 else "original"
