"""Whether a case keeps to the standard that was in force when it was accepted: evaluated once, here.

Checks at the counter and audit findings are views of this answer; docs/conformance.md has the rules.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator

from pydantic import BaseModel, ValidationError

from graph import clock
from graph.case_records import case_records
from graph.cases import CaseFilter, cases
from graph.chain import Chain, chain
from graph.conformance_findings import STAGES, CaseUnder, Finding, Outcome, Part
from graph.conformance_records import archive_findings, e_material_findings, field_findings, material_findings
from graph.conformance_review import review_findings
from graph.days import CHINA_OFFSET, day_of
from graph.in_force import Record
from graph.instants import parse_one
from graph.items import KnownItems, known_items
from graph.standard import ItemStandard, stored_standard
from graph.store import Store
from graph.viewer import Viewer
from graph.working_days import WorkingDays

_PAGE = 200


class StageAnswer(BaseModel):
    """What is to be said at one stage: `reached` by an event, and `conforms` null where it cannot be decided."""

    stage: str
    reached: bool
    conforms: bool | None
    findings: list[Finding]


class Conformance(BaseModel):
    """The answer for a case as load `as_of_load` knew it.

    `conforms` is false with any fault, null where something cannot be decided, true otherwise; what is still due in
    an open case is no fault.
    """

    id: str
    as_of_load: int
    status: str
    item_id: str | None
    version_id: str | None
    conforms: bool | None
    faults: int
    due: int
    not_decidable: int
    stages: list[StageAnswer]


class RuleCount(BaseModel):
    """How often a rule of a part ended so, and the cases in which it did."""

    part: Part
    rule: str
    outcome: Outcome
    findings: int
    cases: int


class ConformanceSummary(BaseModel):
    """The answers for many cases, counted."""

    as_of_load: int
    cases: int
    conforming: int
    faulty: int
    not_decidable: int
    rules: list[RuleCount]


def conformance(
    store: Store, viewer: Viewer, case: str, calendar: WorkingDays, as_known_at: int | None = None
) -> Conformance:
    """Whether one case keeps to its standard, and what would mend it.

    `case` is an id or a natural key; `as_known_at` epoch milliseconds (UTC), which is also the day on which what is
    open is looked at, by default today. Raises NotFound and Ambiguous as `chain` does.
    """
    told = chain(store, viewer, case, as_known_at)
    known = known_items(store, told.as_of_load)
    today = day_of(clock.now_ms() if as_known_at is None else as_known_at, CHINA_OFFSET)
    item_id, version, why = _version_of(told, known)
    standard = _standard(version) if version else None
    if standard is None:
        why = why or f"the standard {version['id'] if version else ''} cannot be read as one"
        missing = Finding(
            part="review", rule="standard", outcome="not decidable", stage="acceptance", says=why,
            mend="Load a standard for the item (`dossier standards load`), or put the case's item right.",
        )  # fmt: skip
        return answer_of(told, item_id, None, [missing])
    types = {id_: kind.get("validity_days") for id_, kind in known.types.items()}
    under = CaseUnder(told, case_records(store, known, told), standard, types, calendar, today)
    return answer_of(told, item_id, version["id"] if version else None, evaluate(under))


def evaluate(under: CaseUnder) -> list[Finding]:
    """Every finding about a case under a standard; depends on nothing else."""
    return [
        *field_findings(under),
        *material_findings(under),
        *review_findings(under),
        *e_material_findings(under),
        *archive_findings(under),
    ]


def conformance_of_all(
    store: Store, viewer: Viewer, calendar: WorkingDays, progress: Callable[[int], None] = lambda _: None
) -> ConformanceSummary:
    """The answers for all cases, counted by rule; `progress` is told how many are done."""
    found: Counter[tuple[Part, str, Outcome]] = Counter()
    in_cases: Counter[tuple[Part, str, Outcome]] = Counter()
    conforms: Counter[bool | None] = Counter()
    for answer in each_conformance(store, viewer, calendar):
        rules = [(f.part, f.rule, f.outcome) for stage in answer.stages for f in stage.findings]
        found.update(rules)
        in_cases.update(set(rules))
        conforms[answer.conforms] += 1
        progress(conforms.total())
    return ConformanceSummary(
        as_of_load=clock.last_done(store),
        cases=conforms.total(),
        conforming=conforms[True],
        faulty=conforms[False],
        not_decidable=conforms[None],
        rules=[
            RuleCount(part=part, rule=rule, outcome=outcome, findings=count, cases=in_cases[part, rule, outcome])
            for (part, rule, outcome), count in sorted(found.items())
        ],
    )


def each_conformance(store: Store, viewer: Viewer, calendar: WorkingDays) -> Iterator[Conformance]:
    """The answer for each case, the latest opened first."""
    cursor: str | None = None
    while True:
        page = cases(store, viewer, CaseFilter(), limit=_PAGE, cursor=cursor)
        for row in page.items:
            yield conformance(store, viewer, row.id, calendar)
        cursor = page.next
        if cursor is None:
            return


def answer_of(told: Chain, item_id: str | None, version_id: str | None, findings: list[Finding]) -> Conformance:
    """The findings by the stage at which they are to be said."""
    count = Counter(one.outcome for one in findings)
    reached = {event.stage for event in told.events}
    stages = []
    for stage in STAGES:
        at = [one for one in findings if one.stage == stage]
        stages.append(StageAnswer(stage=stage, reached=stage in reached, conforms=_conforms(at), findings=at))
    return Conformance(
        id=told.id,
        as_of_load=told.as_of_load,
        status=told.status,
        item_id=item_id,
        version_id=version_id,
        conforms=_conforms(findings),
        faults=count["fault"],
        due=count["due"],
        not_decidable=count["not decidable"],
        stages=stages,
    )


def _conforms(findings: list[Finding]) -> bool | None:
    outcomes = {one.outcome for one in findings}
    return False if "fault" in outcomes else None if "not decidable" in outcomes else True


def _version_of(told: Chain, known: KnownItems) -> tuple[str | None, Record | None, str]:
    """The item of a case, its version in force at acceptance, and why there is none."""
    if told.item_id is None:
        return None, None, "the case names no service item"
    item_id = known.item_of(told.item_id)
    if item_id is None or item_id not in known.items:
        return None, None, f"there is no standard of the service item '{told.item_id}', or several have that name"
    at = told.accepted_at or told.opened_at
    if at is None:
        return item_id, None, "nothing says when the case was accepted"
    version = known.version_on(item_id, day_of(parse_one(at), CHINA_OFFSET))
    return item_id, version, "" if version else f"no standard of '{item_id}' was in force on the day of acceptance"


def _standard(version: Record) -> ItemStandard | None:
    try:
        return stored_standard(version["standard"] or "{}")
    except ValidationError:
        return None
