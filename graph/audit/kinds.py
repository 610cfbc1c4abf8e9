"""The kinds of rules: which function evaluates one, with which parameters.

A kind looks at pages of cases or at actors, so that an audit after a load looks only at those that the load touched,
or at the whole archive, where one case or actor does not tell. A new kind is added to one of the three tables.
"""

from __future__ import annotations

from collections.abc import Callable
from difflib import get_close_matches
from typing import Any

from pydantic import ValidationError

from graph.audit import archive_wide, people, records, standards, steps, times, unusual
from graph.audit.archive_wide import Archive
from graph.audit.cases_page import CasesPage
from graph.audit.evaluation import Evaluated, Parameters
from graph.audit.rules import BadRule, Rule
from graph.store import Store

OfCases = Callable[[CasesPage, Any], Evaluated]
OfActors = Callable[[Store, int, list[str] | None, Any], Evaluated]
# The whole archive, the id of the rule, its parameters.
OfArchive = Callable[[Archive, str, Any], Evaluated]

OF_CASES: dict[str, tuple[type[Parameters], OfCases]] = {
    "missing_step": (steps.MissingStep, steps.missing_step),
    "step_order": (steps.StepOrder, steps.step_order),
    "repeated_event": (steps.RepeatedEvent, steps.repeated_event),
    "rework": (steps.Rework, steps.rework),
    "taken_up_again": (steps.TakenUpAgain, steps.taken_up_again),
    "late": (times.Late, times.late),
    "slow_step": (times.SlowStep, times.slow_step),
    "silence": (times.Silence, times.silence),
    "hasty": (times.Hasty, times.hasty),
    "outside_hours": (times.OutsideHours, times.outside_hours),
    "backdated": (times.Backdated, times.backdated),
    "entered_before": (times.EnteredBefore, times.entered_before),
    "undated": (times.Undated, times.undated),
    "four_eyes": (people.FourEyes, people.four_eyes),
    "no_actor": (people.NoActor, people.no_actor),
    "unknown_actor": (people.UnknownActor, people.unknown_actor),
    "foreign_unit": (people.ForeignUnit, people.foreign_unit),
    "own_case": (people.OwnCase, people.own_case),
    "received_late": (records.AfterDecision, records.received_late),
    "dated_late": (records.AfterDecision, records.dated_late),
    "expired": (records.Expired, records.expired),
    "missing_material": (records.MissingMaterial, records.missing_material),
    "amounts_differ": (records.AmountsDiffer, records.amounts_differ),
    "standard": (standards.Standard, standards.standard),
}
OF_ACTORS: dict[str, tuple[type[Parameters], OfActors]] = {
    "duties": (archive_wide.Duties, archive_wide.duties),
    "in_bulk": (archive_wide.InBulk, archive_wide.in_bulk),
}
OF_ARCHIVE: dict[str, tuple[type[Parameters], OfArchive]] = {
    "unusual_step": (unusual.UnusualStep, unusual.unusual_step),
    "never_closed": (archive_wide.NeverClosed, archive_wide.never_closed),
    "two_regions": (archive_wide.TwoRegions, archive_wide.two_regions),
}
# Of these, what is about none of the changed cases still stands after an audit of changes.
BY_CASES = frozenset({"two_regions"})


def parameters_of(rule: Rule) -> Parameters:
    """The parameters of a rule as its kind takes them. Raises ValidationError or KeyError where they are none."""
    return _model(rule).model_validate(rule.parameters)


def _model(rule: Rule) -> type[Parameters]:
    return (OF_CASES.get(rule.kind) or OF_ACTORS.get(rule.kind) or OF_ARCHIVE[rule.kind])[0]


def fault_of(rule: Rule) -> BadRule | None:
    """Why a rule cannot be run, None where it can."""
    faults = faults_of(rule)
    if not faults:
        return None
    said = "; ".join(f"{'.'.join(place)}: {what}" for place, what in faults)
    return BadRule(rule=rule.id, reason=said, field=".".join(faults[0][0]))


def faults_of(rule: Rule) -> list[tuple[tuple[str, ...], str]]:
    """Each thing for which a rule cannot be run: where in the rule, and what."""
    kinds = (*OF_CASES, *OF_ACTORS, *OF_ARCHIVE)
    if rule.kind not in kinds:
        near = get_close_matches(rule.kind, kinds, 1)
        meant = f"; did you mean '{near[0]}'?" if near else ""
        return [(("kind",), f"there is no kind of rule '{rule.kind}'{meant}")]
    try:
        parameters_of(rule)
    except ValidationError as error:
        return [(("parameters", *map(str, one["loc"])), _what(rule, one)) for one in error.errors()]
    return []


def _what(rule: Rule, error: Any) -> str:
    if error["type"] != "extra_forbidden":
        return str(error["msg"])
    near = get_close_matches(str(error["loc"][-1]), _model(rule).model_fields, 1)
    return f"unknown key{f'; did you mean {near[0]!r}?' if near else ''}"
