"""The findings of the audit, listed: what each shows, what it is about, and whether it was accepted."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, Literal

from pydantic import BaseModel

from graph import clock
from graph.audit.finding_filter import FindingFilter
from graph.audit.rules import Rule
from graph.audit.run import MODE, WHOLE, Run, runs
from graph.conformance_sentences import said_of_finding
from graph.cursors import cursor as cursor_of
from graph.cursors import position
from graph.days import CHINA_OFFSET
from graph.decision_kinds import ACCEPTED
from graph.errors import NotFound
from graph.in_force import utc
from graph.stages import STAGES
from graph.store import Row, Store
from graph.texts import Texts
from graph.viewer import Viewer

_DECISIONS = 1000
# Which values of a finding name steps: activities or stages.
_STEPS = ("required", "first", "second")
# Which name records that people know by what their source calls them.
_NAMED = {"actor": "Actor", "unit": "Unit"}
_Detail = dict[str, Any]


class About(BaseModel):
    """A record that a finding is about."""

    label: str
    id: str


class Acceptance(BaseModel):
    """The decision by which a finding is accepted, until a day, that day included, or for good."""

    decision: str
    who: str | None
    why: str | None
    until: str | None


class FindingRow(BaseModel):
    """One finding. `text` is its sentence, `detail` the values in it; `load` is the audit that found it.

    `says` is what the evaluation of conformance says of it, null where it is not about that. Where the rule is not in
    the last audit's set, `title` and `text` are null.
    """

    id: str
    rule: str
    title: Texts | None
    category: str
    severity: str
    text: Texts | None
    says: Texts | None
    detail: dict[str, Any]
    about: list[About]
    rule_set: str
    load: int
    accepted: Acceptance | None

    def shown(self, language: Literal["zh", "en"]) -> dict[str, Any]:
        """The details that are there, with what `says` says for its name and values."""
        detail = self.detail
        if self.says:
            told = self.says.zh if language == "zh" else self.says.en
            detail = {**detail, "says": told, "values": None}
        return {name: value for name, value in detail.items() if value is not None}


class LastAudit(BaseModel):
    """The last audit that left no case out: what it looked at, and how many loads were done since, of which the
    findings do not know."""

    load: int
    at: str | None
    upto: int
    rule_set: str
    loads_since: int


class FindingPage(BaseModel):
    """A page of findings in the order of their ids (rule, then case); `audit` is null where none was done."""

    items: list[FindingRow]
    next: str | None
    as_of_load: int
    open_load: int | None
    audit: LastAudit | None


class FindingView(BaseModel):
    """One finding with its rule as it was when it was found; null where no audit of the archive names it."""

    finding: FindingRow
    rule: Rule | None
    as_of_load: int
    audit: LastAudit | None


def findings(
    store: Store,
    viewer: Viewer,
    wanted: FindingFilter,
    *,
    limit: int = 50,
    cursor: str | None = None,
    on: date | None = None,
) -> FindingPage:
    """A page of the findings that `wanted` describes; accepted are those that are on the day `on` (today).

    Raises UsageError for a cursor that is none.
    """
    viewer.require_whole_archive()
    (after,) = position(cursor, "findings", "text")
    if not store.exists():
        return FindingPage(items=[], next=None, as_of_load=0, open_load=None, audit=None)

    def read(load: int) -> tuple[list[Row], dict[str, Acceptance]]:
        accepted = accepted_findings(store, load, on)
        page = {"limit": limit + 1, "after_id": after, "load": load}
        return store.read("audit/findings", **wanted.parameters(accepted), **page), accepted

    load, (rows, accepted) = clock.standing(store, read)
    shown = rows[:limit]
    done = runs(store)
    rules = _rules(done)
    about = _about(store, [row[0] for row in shown], load)
    details = [json.loads(row[4] or "{}") for row in shown]
    return FindingPage(
        items=[
            _row(row, rules.get((row[5], row[1])), about[row[0]], accepted.get(row[0]), detail, called)
            for row, detail, called in zip(shown, details, _by_names(store, details), strict=True)
        ],
        next=cursor_of(shown[-1][0]) if len(rows) > limit else None,
        as_of_load=load,
        open_load=clock.open_number(store),
        audit=last_of(store, done),
    )


def finding(store: Store, viewer: Viewer, id_: str, *, on: date | None = None) -> FindingView:
    """One finding and its rule, and whether it is accepted on the day `on` (today).

    Raises NotFound where no such finding stands.
    """
    viewer.require_whole_archive()
    if not store.exists():
        raise _no_finding(id_)
    load, (found, about, accepted) = clock.standing(
        store,
        lambda load: (
            store.contents("Finding", [id_]),
            _about(store, [id_], load),
            accepted_findings(store, load, on),
        ),
    )
    if not found or found[0]["rule_set"] is None:
        raise _no_finding(id_)
    done, (one,) = runs(store), found
    rule = _rules(done).get((one["rule_set"], one["rule"]))
    row = tuple(one[name] for name in ("id", "rule", "category", "severity", "detail", "rule_set", "load"))
    detail = json.loads(one["detail"] or "{}")
    shown = _row(row, rule, about[id_], accepted.get(id_), detail, *_by_names(store, [detail]))
    return FindingView(finding=shown, rule=rule, as_of_load=load, audit=last_of(store, done))


def _no_finding(id_: str) -> NotFound:
    return NotFound("There is no finding '{finding}'.", "`dossier findings` lists those that stand.", finding=id_)


def last_audit(store: Store) -> LastAudit | None:
    """What the findings of the archive stand for; None where nothing was audited."""
    return last_of(store, runs(store)) if store.exists() else None


def rules_of_audits(store: Store) -> dict[str, Rule]:
    """The rules by id, each as the latest audit that ran it had it."""
    found: dict[str, Rule] = {}
    for run in runs(store) if store.exists() else ():
        found = {**run.rules, **found}
    return found


def _today() -> date:
    return (datetime.now(UTC) + timedelta(seconds=CHINA_OFFSET)).date()


def _rules(done: list[Run]) -> dict[tuple[str, str], Rule]:
    """The rules of all audits, by the digest of their set and their id."""
    return {(run.rule_set, id_): rule for run in done for id_, rule in run.rules.items()}


def _about(store: Store, ids: list[str], load: int) -> Mapping[str, list[About]]:
    found: dict[str, list[About]] = defaultdict(list)
    for id_, label, target in store.read("audit/finding_targets", ids=ids, load=load) if ids else ():
        found[id_].append(About(label=label, id=target))
    return found


def accepted_findings(store: Store, load: int, on: date | None = None) -> dict[str, Acceptance]:
    """The acceptances that hold on a day (today), by finding; the latest counts."""
    on = on or _today()
    found: dict[str, Acceptance] = {}
    skip = 0
    while True:
        asked = {"load": load, "kind": ACCEPTED, "about": None, "quoted": None}
        rows = store.read("decisions/list", **asked, limit=_DECISIONS, skip=skip)
        for id_, _, who, _, why, what, _, _, reversed_by in rows:
            said = json.loads(what or "{}")
            until = said.get("until")
            if reversed_by is None and (until is None or date.fromisoformat(until) >= on):
                for _, target in said.get("about", ()):
                    found.setdefault(target, Acceptance(decision=id_, who=who, why=why, until=until))
        if len(rows) < _DECISIONS:
            return found
        skip += _DECISIONS


def _by_names(store: Store, details: Sequence[_Detail]) -> list[_Detail]:
    """The values of findings with actors and units under what their sources call them instead of their ids."""
    for key, label in _NAMED.items():
        ids = list(dict.fromkeys(one[key] for one in details if isinstance(one.get(key), str)))
        records = store.contents(label, ids, {"name"}) if ids else []
        names = {one["id"]: one["name"] for one in records if one["name"]}
        details = [{**one, key: names[one[key]]} if one.get(key) in names else one for one in details]
    return list(details)


def _row(
    row: Row, rule: Rule | None, about: list[About], accepted: Acceptance | None, detail: _Detail, called: _Detail
) -> FindingRow:
    """`called` are the values of `detail` as its sentence shows them."""
    id_, name, category, severity, _, rule_set, load = row
    return FindingRow(
        id=id_,
        rule=name,
        title=rule.title if rule else None,
        category=category,
        severity=severity,
        text=sentence(rule, called) if rule else None,
        says=said_of_finding(detail),
        detail=detail,
        about=about,
        rule_set=rule_set,
        load=load,
        accepted=accepted,
    )


def sentence(rule: Rule, detail: Mapping[str, Any]) -> Texts:
    """What a rule says of one finding; a value that is not there is a dash."""
    values = defaultdict(lambda: "–", {name: "–" if one is None else one for name, one in detail.items()})
    says = said_of_finding(detail)
    of_zh, of_en = ({}, {}) if says is None else ({"says": says.zh}, {"says": says.en})
    of_zh |= {name: _stages_in_chinese(text) for name in _STEPS if isinstance(text := detail.get(name), str)}
    return Texts(zh=rule.shows.zh.format_map(values | of_zh), en=rule.shows.en.format_map(values | of_en))


def _stages_in_chinese(text: str) -> str:
    """What a finding says of a step, where that is one stage or several instead of an activity."""
    names = text.split(", ")
    return "、".join(STAGES[name] for name in names) if STAGES.keys() >= set(names) else text


def last_of(store: Store, done: list[Run]) -> LastAudit | None:
    """What the findings stand for, of the audits that were done (latest first)."""
    last = next((run for run in done if run.source == WHOLE), None)
    if last is None:
        return None
    since = [one for one in clock.loads(store) if one.state == "done" and one.number > last.upto and one.mode != MODE]
    return LastAudit(
        load=last.load,
        at=utc(last.committed_at),
        upto=last.upto,
        rule_set=last.rule_set,
        loads_since=len(since),
    )
