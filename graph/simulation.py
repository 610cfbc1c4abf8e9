"""What a draft of a standard would change: the past cases of its item, replayed under it.

docs/standards.md has the rules.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from pydantic import BaseModel

from graph import clock
from graph.conformance import CASES_AT_ONCE, Conformance, replayed
from graph.conformance_findings import Finding, Outcome, Part
from graph.days import CHINA_OFFSET, day_of
from graph.derive_records import id_pages
from graph.errors import NotFound
from graph.items import known_items
from graph.standard import ItemStandard
from graph.store import Store
from graph.viewer import Viewer
from graph.working_days import WorkingDays


class RuleChange(BaseModel):
    """In how many cases a rule would end so under the draft and does not now (`new`), and the other way round."""

    part: Part
    rule: str
    outcome: Outcome
    new: int
    gone: int


class AffectedCase(BaseModel):
    """One case about which the draft says something else: `before` and `after` are whether it conforms.

    `applicants` are the ids of the persons and organisations that applied.
    """

    id: str
    status: str
    version_id: str | None
    applicants: list[str]
    before: bool | None
    after: bool | None
    new: list[Finding]
    gone: list[Finding]


class Simulation(BaseModel):
    """The replay of all cases of an item: how many conform `before` and `after`, and what is new or gone.

    `items` are the first of the affected cases by id, `left_off` how many more there are; `unknown_types` are types
    that the draft names and the archive does not have.
    """

    item_id: str
    version_id: str
    as_of_load: int
    cases: int
    affected: int
    conforming_before: int
    conforming_after: int
    rules: list[RuleChange]
    items: list[AffectedCase]
    left_off: int
    unknown_types: list[str]


def simulation(
    store: Store, viewer: Viewer, draft: ItemStandard, calendar: WorkingDays, *, limit: int = 50
) -> Simulation:
    """Replays every case of the draft's item as if the draft had been in force at its acceptance.

    Raises NotFound where the archive has no such item.
    """
    viewer.require_whole_archive()
    load = clock.last_done(store)
    known = known_items(store, load) if load else None
    if known is None or draft.item not in known.items:
        raise NotFound("The archive has no service item {item}.", "`dossier items` lists them.", item=draft.item)
    cases = affected = 0
    conforming: Counter[str] = Counter()
    new: Counter[tuple[Part, str, Outcome]] = Counter()
    gone: Counter[tuple[Part, str, Outcome]] = Counter()
    named: list[AffectedCase] = []
    for before, after in _each(store, load, calendar, draft):
        cases += 1
        conforming.update({"before": before.conforms is True, "after": after.conforms is True})
        came, went = _beyond(after, before), _beyond(before, after)
        if not came and not went:
            continue
        affected += 1
        new.update({(one.part, one.rule, one.outcome) for one in came})
        gone.update({(one.part, one.rule, one.outcome) for one in went})
        if len(named) < limit:
            named.append(_case(before, after, came, went))
    return Simulation(
        item_id=draft.item,
        version_id=draft.version_id,
        as_of_load=load,
        cases=cases,
        affected=affected,
        conforming_before=conforming["before"],
        conforming_after=conforming["after"],
        rules=[
            RuleChange(
                part=part, rule=rule, outcome=outcome, new=new[part, rule, outcome], gone=gone[part, rule, outcome]
            )
            for part, rule, outcome in sorted({*new, *gone})
        ],
        items=_with_applicants(store, load, named),
        left_off=affected - len(named),
        unknown_types=sorted(_types(draft) - {*known.types}),
    )


def _each(
    store: Store, load: int, calendar: WorkingDays, draft: ItemStandard
) -> Iterator[tuple[Conformance, Conformance]]:
    today = day_of(clock.now_ms(), CHINA_OFFSET)
    for ids in id_pages(store, "derive/cases", CASES_AT_ONCE):
        yield from replayed(store, ids, load, calendar, today, draft)


def _beyond(one: Conformance, other: Conformance) -> list[Finding]:
    """The findings of one answer that the other has not, each as often as it has more of them."""
    left = Counter(_content(finding) for stage in other.stages for finding in stage.findings)
    found = []
    for finding in (finding for stage in one.stages for finding in stage.findings):
        said = _content(finding)
        if left[said]:
            left[said] -= 1
        else:
            found.append(finding)
    return found


def _content(finding: Finding) -> str:
    return finding.model_dump_json(exclude={"text", "mend"})


def _case(before: Conformance, after: Conformance, came: list[Finding], went: list[Finding]) -> AffectedCase:
    return AffectedCase(
        id=before.id,
        status=before.status,
        version_id=before.version_id,
        applicants=[],
        before=before.conforms,
        after=after.conforms,
        new=came,
        gone=went,
    )


def _with_applicants(store: Store, load: int, cases: Sequence[AffectedCase]) -> list[AffectedCase]:
    ids = [one.id for one in cases]
    applied: dict[str, list[str]] = {}
    for case_id, _, subject_id, *_ in store.read("audit/applicants", ids=ids, load=load) if ids else ():
        applied.setdefault(case_id, []).append(subject_id)
    return [one.model_copy(update={"applicants": sorted({*applied.get(one.id, ())})}) for one in cases]


def _types(draft: ItemStandard) -> set[str]:
    asked = {name for one in draft.materials for name in (one.type, *one.instead)}
    return asked | {name for step in draft.review for name in (*step.rests_on, *step.produces)}
