"""Whether a case keeps to the standard that was in force when it was accepted: evaluated once, here.

Checks at the counter and audit findings are views of this answer; docs/conformance.md has the rules.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pydantic import BaseModel, ValidationError

from graph import clock
from graph.case_records import CaseRecords, case_records
from graph.chain import Chain, chain, chains
from graph.conformance_findings import CaseUnder, Finding, Outcome, Part
from graph.conformance_records import (
    NO_ARCHIVE_RULE,
    archive_findings,
    e_material_findings,
    field_findings,
    material_findings,
)
from graph.conformance_review import review_findings
from graph.conformance_sentences import Value
from graph.conformance_surely import surely_kept
from graph.days import CHINA_OFFSET, day_of
from graph.derive_records import id_pages
from graph.in_force import in_force
from graph.instants import utc_ms
from graph.items import KnownItems, known_items
from graph.stages import STAGES
from graph.standard import ItemStandard, stored_standard
from graph.store import Store
from graph.time_limits import in_time
from graph.told_case import ToldCase, told_of
from graph.told_cases import CaseTables, told_cases
from graph.viewer import Viewer
from graph.working_days import WorkingDays

CASES_AT_ONCE = 5_000
# Why a case is under no standard: the sentence that says it, and its values.
Why = tuple[str, dict[str, Value]]


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
    known = known_items(store, told.as_of_load)
    return answer_of(_Judge(known, calendar, today).under(*_by_chains(store, known, [told], told.as_of_load)[0]))


def conformance_of(
    store: Store, ids: Sequence[str], load: int, calendar: WorkingDays, today: int
) -> list[Conformance]:
    """The answers for the cases with these ids, as far as a done load knew them; `today` is a day since 1970."""
    judge = _Judge(known_items(store, load), calendar, today)
    return [answer_of(judge.under(*one)) for one in _told(store, judge.known, ids, load)]


def findings_of_cases(
    store: Store, read: CaseTables, calendar: WorkingDays, today: int
) -> Iterator[tuple[str, list[Finding]]]:
    """The findings about each of the cases of some tables, as `conformance_of` gives them."""
    judge = _Judge(known_items(store, read.load), calendar, today)
    if _stands(store, read.load):
        yield from _findings_of_standing(judge, read)
        return
    for case, records in in_time(_told(store, judge.known, read.ids, read.load)):
        yield case.id, judge.under(case, records).findings


def _findings_of_standing(judge: _Judge, read: CaseTables) -> Iterator[tuple[str, list[Finding]]]:
    """The same from tables: only cases of which columns do not tell that nothing is to be found are looked at."""
    cases = read.cases
    at = pc.coalesce(cases["accepted_at"], cases["opened_at"]).to_pylist()
    days = [None if ms is None else day_of(ms, CHINA_OFFSET) for ms in at]
    under = [judge.standard_on(text, day) for text, day in zip(cases["item_id"].to_pylist(), days, strict=True)]
    ids = cases["case_id"].to_pylist()
    standards = [one.standard for one in under]
    for id_, one in zip(ids, under, strict=True):
        if one.standard is None:
            yield id_, [_without(*one.why)]
    if not any(standards):
        return
    kept = surely_kept(read, judge.known, standards, days, judge.calendar)
    with_records = set(read.of_cases_with_records())
    for id_, standard, is_kept in zip(ids, standards, kept.tolist(), strict=True):
        if is_kept and standard is not None:
            yield id_, [NO_ARCHIVE_RULE] if standard.archive is None and id_ in with_records else []
    has_standard = np.array([one is not None for one in standards], bool)
    rest = read.of(cases["case_id"].filter(pa.array(has_standard & ~kept)))
    for case, records in in_time(told_cases(rest, judge.known)):
        yield case.id, judge.under(case, records).findings


def case_under(store: Store, told: Chain, calendar: WorkingDays) -> tuple[str | None, CaseUnder | None]:
    """A case under the version of its standard, as it is to be looked at today; nothing where it has none."""
    known = known_items(store, told.as_of_load)
    judge = _Judge(known, calendar, day_of(clock.now_ms(), CHINA_OFFSET))
    one = judge.under(*_by_chains(store, known, [told], told.as_of_load)[0])
    return one.version_id, one.under


def _stands(store: Store, load: int) -> bool:
    """Whether tables tell what a load knew: it is the last done one, and no open load may have begun to change it."""
    return load == clock.last_done(store) and clock.open_number(store) is None


def _told(store: Store, known: KnownItems, ids: Sequence[str], load: int) -> Iterable[tuple[ToldCase, CaseRecords]]:
    """The cases with these ids and what they hold, as a done load knew them: by tables where these tell it,
    otherwise by the chains of the cases, which look for the contents that were in force."""
    if _stands(store, load):
        return told_cases(CaseTables(store, ids, load), known)
    cases = list(in_force(store, {"Case": ids}, load)["Case"].values()) if ids else []
    return _by_chains(store, known, chains(store, cases, load), load)


def _by_chains(
    store: Store, known: KnownItems, told: Sequence[Chain], load: int
) -> list[tuple[ToldCase, CaseRecords]]:
    return list(zip(map(told_of, told), case_records(store, known, told, load), strict=True))


@dataclass(frozen=True)
class _Under:
    """A case with the item and version that it is under; without `under` for the reason `why`."""

    case: ToldCase
    item_id: str | None
    version_id: str | None
    under: CaseUnder | None
    why: Why

    @property
    def findings(self) -> list[Finding]:
        return evaluate(self.under) if self.under else [_without(*self.why)]


class _InForce(NamedTuple):
    """The item that a case names, the version in force at its acceptance and its standard, or why there is none."""

    item_id: str | None
    version_id: str | None
    standard: ItemStandard | None
    why: Why


class _Judge:
    """Puts cases under the standards that a load knew, to be looked at on the day `today`."""

    def __init__(self, known: KnownItems, calendar: WorkingDays, today: int) -> None:
        self.known = known
        self._types = {id_: kind.get("validity_days") for id_, kind in known.types.items()}
        self.standard_on = lru_cache(maxsize=None)(self._standard_on)
        """What a case that names its item so is under, accepted on a day (since 1970, in China)."""
        self.calendar, self._today = calendar, today

    def under(self, case: ToldCase, records: CaseRecords, draft: ItemStandard | None = None) -> _Under:
        """A case under the standard in force at its acceptance, or under a draft."""
        at = case.accepted_at or case.opened_at
        found = self.standard_on(case.item_id, None if at is None else day_of(utc_ms(at), CHINA_OFFSET))
        item_id, version_id, standard, why = found
        if draft is not None:
            item_id, version_id, standard = draft.item, draft.version_id, draft
        if standard is None:
            return _Under(case, item_id, None, None, why)
        under = CaseUnder(case, records, standard, self._types, self.calendar, self._today)
        return _Under(case, item_id, version_id, under, why)

    def item_of(self, text: str | None) -> str | None:
        """The item that a case names, None where there is none."""
        return _item_of(text, self.known)[0]

    def _standard_on(self, text: str | None, day: int | None) -> _InForce:
        item_id, why = _item_of(text, self.known)
        if item_id is None:
            return _InForce(None, None, None, why)
        if day is None:
            return _InForce(item_id, None, None, ("acceptance_unknown", {}))
        version = self.known.version_on(item_id, day)
        if version is None:
            return _InForce(item_id, None, None, ("none_in_force", {"item": item_id}))
        unreadable: Why = ("standard_unreadable", {"version": version["id"]})
        return _InForce(item_id, version["id"], _standard(version["standard"]), unreadable)


def replayed(
    store: Store, ids: Sequence[str], load: int, calendar: WorkingDays, today: int, draft: ItemStandard
) -> list[tuple[Conformance, Conformance]]:
    """The answers for those of the cases that are of a draft's item: as they are, and as they were if the draft had
    been in force at their acceptance."""
    judge = _Judge(known_items(store, load), calendar, today)
    cases = in_force(store, {"Case": ids}, load, {"Case": {"item_id"}})["Case"] if ids else {}
    mine = [id_ for id_, case in cases.items() if judge.item_of(case["item_id"]) == draft.item]
    told = _told(store, judge.known, mine, load)
    return [(answer_of(judge.under(*one)), answer_of(judge.under(*one, draft))) for one in told]


def _without(says: str, values: dict[str, Value]) -> Finding:
    return Finding(
        part="review", rule="standard", outcome="not decidable", stage="acceptance", says=says, values=values
    )


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


def answer_of(of: _Under) -> Conformance:
    """The findings by the stage at which they are to be said."""
    findings = of.findings
    count = Counter(one.outcome for one in findings)
    reached = {event.stage for event in of.case.events}
    stages = []
    for stage in STAGES:
        at = [one for one in findings if one.stage == stage]
        stages.append(StageAnswer(stage=stage, reached=stage in reached, conforms=_conforms(at), findings=at))
    return Conformance(
        id=of.case.id,
        as_of_load=of.case.as_of_load,
        status=of.case.status,
        item_id=of.item_id,
        version_id=of.version_id,
        conforms=_conforms(findings),
        faults=count["fault"],
        due=count["due"],
        not_decidable=count["not decidable"],
        stages=stages,
    )


def _conforms(findings: list[Finding]) -> bool | None:
    outcomes = {one.outcome for one in findings}
    return False if "fault" in outcomes else None if "not decidable" in outcomes else True


def _item_of(text: str | None, known: KnownItems) -> tuple[str | None, Why]:
    """The item that a case names, or why there is none."""
    if text is None:
        return None, ("item_unnamed", {})
    item_id = known.item_of(text)
    if item_id is None or item_id not in known.items:
        return None, ("item_unknown", {"item": text})
    return item_id, ("", {})


@lru_cache(maxsize=1_024)
def _standard(text: str | None) -> ItemStandard | None:
    try:
        return stored_standard(text or "{}")
    except ValidationError:
        return None
