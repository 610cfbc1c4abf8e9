"""Whether a case keeps to the standard that was in force when it was accepted: evaluated once, here.

Checks at the counter and audit findings are views of this answer; docs/conformance.md has the rules.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from pydantic import BaseModel, ValidationError

from graph import clock
from graph.case_records import case_records
from graph.chain import Chain, chain, chains
from graph.conformance_findings import STAGES, CaseUnder, Finding, Outcome, Part
from graph.conformance_records import archive_findings, e_material_findings, field_findings, material_findings
from graph.conformance_review import review_findings
from graph.days import CHINA_OFFSET, day_of
from graph.derive_records import id_pages
from graph.in_force import in_force
from graph.instants import utc_ms
from graph.items import KnownItems, known_items
from graph.standard import ItemStandard, stored_standard
from graph.store import Store
from graph.viewer import Viewer
from graph.working_days import WorkingDays

CASES_AT_ONCE = 5_000


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
    today = day_of(clock.now_ms() if as_known_at is None else as_known_at, CHINA_OFFSET)
    return _answers(store, [told], told.as_of_load, calendar, today)[0]


def conformance_of(
    store: Store, ids: Sequence[str], load: int, calendar: WorkingDays, today: int
) -> list[Conformance]:
    """The answers for the cases with these ids, as far as a done load knew them; `today` is a day since 1970."""
    cases = list(in_force(store, {"Case": ids}, load)["Case"].values()) if ids else []
    return _answers(store, chains(store, cases, load), load, calendar, today)


def findings_of_cases(
    store: Store, ids: Sequence[str], load: int, calendar: WorkingDays, today: int
) -> dict[str, list[Finding]]:
    """The findings about each case, as `conformance_of` gives them, without reading the cases of items that have no
    standard."""
    cases = in_force(store, {"Case": ids}, load)["Case"] if ids else {}
    known = known_items(store, load)
    items = {text: _item_of(text, known) for text in {case["item_id"] for case in cases.values()}}
    found = {id_: [_without(items[case["item_id"]][1])] for id_, case in cases.items()}
    judged = [case for case in cases.values() if items[case["item_id"]][0]]
    for one in _under(store, chains(store, judged, load), load, calendar, today):
        found[one.told.id] = one.findings
    return found


def case_under(store: Store, told: Chain, calendar: WorkingDays) -> tuple[str | None, CaseUnder | None]:
    """A case under the version of its standard, as it is to be looked at today; nothing where it has none."""
    (one,) = _under(store, [told], told.as_of_load, calendar, day_of(clock.now_ms(), CHINA_OFFSET))
    return one.version_id if one.case else None, one.case


@dataclass(frozen=True)
class _Under:
    """A case with the item and version that it is under; without `case` for the reason `why`."""

    told: Chain
    item_id: str | None
    version_id: str | None
    case: CaseUnder | None
    why: str

    @property
    def findings(self) -> list[Finding]:
        return evaluate(self.case) if self.case else [_without(self.why)]


def _answers(store: Store, told: Sequence[Chain], load: int, calendar: WorkingDays, today: int) -> list[Conformance]:
    return [
        answer_of(one.told, one.item_id, one.version_id if one.case else None, one.findings)
        for one in _under(store, told, load, calendar, today)
    ]


def _under(store: Store, told: Sequence[Chain], load: int, calendar: WorkingDays, today: int) -> Iterator[_Under]:
    known = known_items(store, load)
    types = {id_: kind.get("validity_days") for id_, kind in known.types.items()}
    under = [_standard_of(one, known) for one in told]
    having = [one for one, (_, _, standard, _) in zip(told, under, strict=True) if standard]
    records = dict(zip((one.id for one in having), case_records(store, known, having, load), strict=True))
    for one, (item_id, version_id, standard, why) in zip(told, under, strict=True):
        case = CaseUnder(one, records[one.id], standard, types, calendar, today) if standard else None
        yield _Under(one, item_id, version_id, case, why)


def replayed(
    store: Store, ids: Sequence[str], load: int, calendar: WorkingDays, today: int, draft: ItemStandard
) -> list[tuple[Conformance, Conformance]]:
    """The answers for those of the cases that are of a draft's item: as they are, and as they were if the draft had
    been in force at their acceptance."""
    cases = in_force(store, {"Case": ids}, load)["Case"] if ids else {}
    known = known_items(store, load)
    items = {text: _item_of(text, known)[0] for text in {case["item_id"] for case in cases.values()}}
    told = chains(store, [case for case in cases.values() if items[case["item_id"]] == draft.item], load)
    types = {id_: kind.get("validity_days") for id_, kind in known.types.items()}
    records = case_records(store, known, told, load)
    after = [
        answer_of(one, draft.item, draft.version_id, evaluate(CaseUnder(one, of, draft, types, calendar, today)))
        for one, of in zip(told, records, strict=True)
    ]
    return list(zip(_answers(store, told, load, calendar, today), after, strict=True))


def _without(why: str) -> Finding:
    return Finding(
        part="review", rule="standard", outcome="not decidable", stage="acceptance", says=why,
        mend="Load a standard for the item (`dossier standards load`), or put the case's item right.",
    )  # fmt: skip


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
    viewer.require_whole_archive()
    load = clock.last_done(store)
    found: Counter[tuple[Part, str, Outcome]] = Counter()
    in_cases: Counter[tuple[Part, str, Outcome]] = Counter()
    conforms: Counter[bool | None] = Counter()
    for answer in each_conformance(store, load, calendar):
        rules = [(f.part, f.rule, f.outcome) for stage in answer.stages for f in stage.findings]
        found.update(rules)
        in_cases.update(set(rules))
        conforms[answer.conforms] += 1
        progress(conforms.total())
    return ConformanceSummary(
        as_of_load=load,
        cases=conforms.total(),
        conforming=conforms[True],
        faulty=conforms[False],
        not_decidable=conforms[None],
        rules=[
            RuleCount(part=part, rule=rule, outcome=outcome, findings=count, cases=in_cases[part, rule, outcome])
            for (part, rule, outcome), count in sorted(found.items())
        ],
    )


def each_conformance(store: Store, load: int, calendar: WorkingDays) -> Iterator[Conformance]:
    """The answer for each case as a done load knew it, by id, read a page at a time."""
    today = day_of(clock.now_ms(), CHINA_OFFSET)
    for ids in id_pages(store, "derive/cases", CASES_AT_ONCE):
        yield from conformance_of(store, ids, load, calendar, today)


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


def _standard_of(told: Chain, known: KnownItems) -> tuple[str | None, str | None, ItemStandard | None, str]:
    """The item of a case, the version in force at acceptance and its standard, or why there is none."""
    item_id, why = _item_of(told.item_id, known)
    if item_id is None:
        return None, None, None, why
    at = told.accepted_at or told.opened_at
    if at is None:
        return item_id, None, None, "nothing says when the case was accepted"
    version = known.version_on(item_id, day_of(utc_ms(at), CHINA_OFFSET))
    if version is None:
        return item_id, None, None, f"no standard of '{item_id}' was in force on the day of acceptance"
    standard = _standard(version["standard"])
    return item_id, version["id"], standard, f"the standard {version['id']} cannot be read as one"


def _item_of(text: str | None, known: KnownItems) -> tuple[str | None, str]:
    """The item that a case names, or why there is none."""
    if text is None:
        return None, "the case names no service item"
    item_id = known.item_of(text)
    if item_id is None or item_id not in known.items:
        return None, f"there is no standard of the service item '{text}', or several have that name"
    return item_id, ""


@lru_cache(maxsize=1_024)
def _standard(text: str | None) -> ItemStandard | None:
    try:
        return stored_standard(text or "{}")
    except ValidationError:
        return None
