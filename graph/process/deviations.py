"""How often cases deviate, by rule of the audit."""

from __future__ import annotations

from pydantic import BaseModel

from graph.audit.findings import LastAudit, last_audit, rules_of_audits
from graph.process.filters import ProcessFilter
from graph.process.metrics import Standing, standing
from graph.process.selection import Selection, steady
from graph.store import Store
from graph.texts import Texts
from graph.viewer import Viewer


class Deviation(BaseModel):
    """A rule of the last audit by which cases have findings: how many, and which share of the cases."""

    rule: str
    title: Texts | None
    category: str | None
    severity: str | None
    cases: int
    share: float
    cases_at: str


class Deviations(Standing):
    """The rules by the number of cases; `deviating` cases of `cases` have a finding at all."""

    cases: int
    deviating: int
    deviations: list[Deviation]
    audit: LastAudit | None


def deviations(store: Store, viewer: Viewer, wanted: ProcessFilter) -> Deviations:
    """The deviation rates of the cases that `wanted` describes, as the last audit found them."""

    def ask(selection: Selection) -> Deviations:
        found = selection.findings
        counts = found.loc[selection.chosen[found["place"].to_numpy()], "rule"].value_counts()
        rules = rules_of_audits(store)
        cases = len(selection.places)
        rows = [
            Deviation(
                rule=name,
                title=rules[name].title if name in rules else None,
                category=rules[name].category if name in rules else None,
                severity=rules[name].severity if name in rules else None,
                cases=int(number),
                share=int(number) / cases,
                cases_at=selection.cases_at("finding", name),
            )
            for name, number in sorted(counts.items(), key=lambda one: (-one[1], one[0]))
        ]
        return Deviations(
            **standing(store, selection, ("deviation", "deviating")),
            cases=cases,
            deviating=int((selection.chosen & selection.deviating).sum()),
            deviations=rows,
            audit=last_audit(store),
        )

    return steady(store, viewer, wanted, ask)
