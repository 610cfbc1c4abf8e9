"""Findings counted by rule, category and severity, with what each rule could not decide; and one rule explained."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

from pydantic import BaseModel

from graph import clock
from graph.audit.finding_filter import FindingFilter
from graph.audit.findings import LastAudit, accepted_findings, last_of
from graph.audit.kinds import fault_of, parameters_of
from graph.audit.rules import Rule
from graph.audit.run import Run, runs
from graph.audit.tally import LookedAt
from graph.errors import NotFound
from graph.store import Row, Store
from graph.texts import Texts
from graph.viewer import Viewer


class FindingCount(BaseModel):
    """How many findings have a name (of a category or severity), and how many of them are accepted."""

    name: str
    findings: int
    accepted: int


class RuleCount(BaseModel):
    """How many findings a rule has. `looked_at` is what it looked at in the last complete audit, and how much of that
    it could not decide, whatever the filters; null where no complete audit ran it."""

    rule: str
    title: Texts | None
    category: str
    severity: str
    findings: int
    accepted: int
    looked_at: LookedAt | None


class CompleteAudit(BaseModel):
    """The last audit that looked at all cases: the load that it looked at, and how many cases that were."""

    load: int
    upto: int
    cases: int


class FindingSummary(BaseModel):
    """The findings that a filter leaves, counted.

    `rules` are those with findings, most first, then those without that the last complete audit ran, where the filter
    names no other rule, category or severity.
    """

    findings: int
    accepted: int
    severities: list[FindingCount]
    categories: list[FindingCount]
    rules: list[RuleCount]
    as_of_load: int
    open_load: int | None
    audit: LastAudit | None
    complete: CompleteAudit | None


class RuleView(BaseModel):
    """One rule as the latest audit that ran it had it; `parameters` with those that it leaves as they are."""

    rule: Rule
    parameters: dict[str, Any]
    count: RuleCount
    as_of_load: int
    audit: LastAudit | None
    complete: CompleteAudit | None


SEVERITIES = ("high", "medium", "low")


def finding_summary(store: Store, viewer: Viewer, wanted: FindingFilter, *, on: date | None = None) -> FindingSummary:
    """Counts the findings that `wanted` describes; accepted are those that are on the day `on` (today)."""
    viewer.require_whole_archive()
    rows, load, done = _counted(store, wanted, on)
    complete = _complete(done)
    rules = _counts(rows, done)
    named = {one.rule for one in rules}
    ran = sorted(complete.rules.items()) if complete else []
    rules += [
        _count(id_, rule.category, rule.severity, 0, 0, done)
        for id_, rule in ran
        if id_ not in named and _fits(rule, wanted)
    ]
    of_severity, of_category = _sums(rows, 2), _sums(rows, 1)
    return FindingSummary(
        findings=sum(row[3] for row in rows),
        accepted=sum(row[4] for row in rows),
        severities=sorted(of_severity, key=lambda one: _place(one.name)),
        categories=sorted(of_category, key=lambda one: (-one.findings, one.name)),
        rules=rules,
        as_of_load=load,
        open_load=clock.open_number(store) if load else None,
        audit=last_of(store, done),
        complete=_shown(complete),
    )


def rule_view(store: Store, viewer: Viewer, id_: str) -> RuleView:
    """A rule and how much it found. Raises NotFound where no audit of the archive ran it."""
    viewer.require_whole_archive()
    rows, load, done = _counted(store, FindingFilter(rule=id_), None)
    rule = next((run.rules[id_] for run in done if id_ in run.rules), None)
    if rule is None:
        raise NotFound(
            "No audit of the archive ran a rule '{rule}'.", "`dossier findings --counts` lists them.", rule=id_
        )
    parameters = rule.parameters if fault_of(rule) else parameters_of(rule).model_dump(mode="json")
    found, accepted = sum(row[3] for row in rows), sum(row[4] for row in rows)
    return RuleView(
        rule=rule,
        parameters=parameters,
        count=_count(id_, rule.category, rule.severity, found, accepted, done),
        as_of_load=load,
        audit=last_of(store, done),
        complete=_shown(_complete(done)),
    )


def _counted(store: Store, wanted: FindingFilter, on: date | None) -> tuple[list[Row], int, list[Run]]:
    """The counts by rule, category and severity, the load for which they stand, and the audits that were done."""
    if not store.exists():
        return [], 0, []
    load, rows = clock.standing(
        store,
        lambda load: store.read(
            "audit/finding_counts", **wanted.parameters(accepted_findings(store, load, on)), load=load
        ),
    )
    return rows, load, runs(store)


def _complete(done: list[Run]) -> Run | None:
    return next((run for run in done if run.complete), None)


def _shown(complete: Run | None) -> CompleteAudit | None:
    if complete is None:
        return None
    return CompleteAudit(load=complete.load, upto=complete.upto, cases=complete.cases)


def _counts(rows: list[Row], done: list[Run]) -> list[RuleCount]:
    return [
        _count(rule, category, severity, found, accepted, done)
        for rule, category, severity, found, accepted in sorted(rows, key=lambda row: (-row[3], row[0], row[2]))
    ]


def _count(rule: str, category: str, severity: str, found: int, accepted: int, done: list[Run]) -> RuleCount:
    title = next((run.rules[rule].title for run in done if rule in run.rules), None)
    complete = _complete(done)
    return RuleCount(
        rule=rule,
        title=title,
        category=category,
        severity=severity,
        findings=found,
        accepted=accepted,
        looked_at=complete.looked_at.get(rule) if complete else None,
    )


def _fits(rule: Rule, wanted: FindingFilter) -> bool:
    return all(
        asked in (None, said)
        for asked, said in (
            (wanted.rule, rule.id),
            (wanted.category, rule.category),
            (wanted.severity, rule.severity),
        )
    )


def _sums(rows: list[Row], column: int) -> list[FindingCount]:
    found: Counter[str] = Counter()
    accepted: Counter[str] = Counter()
    for row in rows:
        found[row[column]] += row[3]
        accepted[row[column]] += row[4]
    return [FindingCount(name=name, findings=n, accepted=accepted[name]) for name, n in found.items()]


def _place(severity: str) -> int:
    return SEVERITIES.index(severity) if severity in SEVERITIES else len(SEVERITIES)
