"""Running an audit: which cases it looks at, what its rules find there, and how the findings are written.

An audit reads what the last done load left and writes its findings in a load of its own. docs/audit.md says how they
stand to later loads.
"""

from __future__ import annotations

import gc
import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any, Literal, NamedTuple

import pandas as pd
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, model_validator

from graph import clock
from graph.audit.archive_wide import Archive
from graph.audit.cases_page import Calendar, CasesPage, staff_of
from graph.audit.finding_records import Found, findings_of, write_findings
from graph.audit.kinds import BY_CASES, OF_ACTORS, OF_ARCHIVE, OF_CASES, fault_of, parameters_of
from graph.audit.rules import BadRule, Rule, RuleFile, RuleSet
from graph.audit.steps_taken import Before, Kept, StepsTaken
from graph.audit.tally import LookedAt, RuleOutcome, Tally
from graph.canonical import canonical
from graph.clock import SourceOfLoad, loading, now_ms
from graph.days import CHINA_OFFSET, day_of
from graph.derive_records import PAGE, id_pages
from graph.errors import LoadOpen, NotFound, TookTooLong
from graph.instants import parse_one
from graph.settings import Settings
from graph.store import Store
from graph.time_limits import within
from graph.together import both, together
from graph.viewer import Viewer
from graph.working_days import working_days

MODE = "audit"
# Audits that leave no case out are a chain: each may begin where the one before has ended.
WHOLE, PART = "audit", "audit of a part"
OF_ALL = ("all", "changes")
Why = Literal["first", "rules", "calendar", "failed", "standards"]
# Cases in a page. While Neo4j reads the next one, this process evaluates one: more pages, less waiting.
_AT_ONCE = {"duckdb": PAGE, "neo4j": PAGE // 4}


class Scope(BaseModel):
    """What to look at: `all` cases, those of `changes` since the last audit by the same rules (all, where there was
    none), those that changed `since` a load, or one `case`."""

    of: Literal["all", "changes", "since", "case"] = "changes"
    case: str | None = None
    since: int | None = None


class AuditReport(BaseModel):
    """One audit. `as_of_load` is what it looked at, `load` the one that wrote its findings.

    `everything` is why an audit of changes looked at all cases: it was the `first`, the last one ran other `rules` or
    knew other working days (`calendar`), a rule `failed` in it, or `standards`, types or decided titles have changed
    since. `bad` are rules that could not be run. The counts of findings are of the whole archive as it now stands.
    """

    load: int
    as_of_load: int
    rule_set: str
    scope: Scope
    everything: Why | None
    cases: int
    erased_cases: int
    rules: list[RuleOutcome]
    bad: list[BadRule]
    new: int
    changed: int
    gone: int
    standing: int


class AuditRequest(BaseModel):
    """An audit as it is asked for from outside: `since` is an instant in words, `rules` an own rule file."""

    model_config = ConfigDict(extra="forbid")

    of: Literal["all", "changes", "since", "case"] = Field(
        "changes",
        description="all cases, those of changes since the last audit, those changed since an instant, or one case.",
        examples=["all"],
    )
    case: str | None = Field(None, description="With `case`: its id.", examples=["hall:A-2024-001"])
    since: str | None = Field(None, description="With `since`: the instant.", examples=["2024-06-01"])
    rules: RuleFile | None = Field(
        None,
        description="Own rules, with the keys of a rule file (docs/audit.md).",
        examples=[{"rules": {"silence": {"severity": "high", "parameters": {"days": 30}}}}],
    )

    @model_validator(mode="after")
    def _whole(self) -> AuditRequest:
        if (self.of == "case") != (self.case is not None) or (self.of == "since") != (self.since is not None):
            raise ValueError("`case` stands with of 'case', `since` with of 'since', and neither with another")
        return self

    def scope(self, store: Store) -> Scope:
        """What to look at in this archive. Raises UsageError for a text that is no instant."""
        since = None if self.since is None else clock.known_at(store, parse_one(self.since))
        return Scope(of=self.of, case=self.case, since=since)


class Run(BaseModel):
    """An audit that was done, as its load says it. `complete` is one that looked at all cases, `looked_at` what each
    rule looked at, `day` (since 1970) the one on which open cases were looked at, `calendar` the digest of the
    working days, `steps` how many cases took which step; audits of earlier versions of the program do not say
    these."""

    load: int
    source: str
    committed_at: int
    rule_set: str
    upto: int
    day: int | None
    calendar: str | None
    rules: dict[str, Rule]
    complete: bool
    cases: int
    looked_at: dict[str, LookedAt]
    steps: Kept | None


def runs(store: Store) -> list[Run]:
    """The audits that were done, the latest first."""
    rows = store.read("audit/runs", mode=MODE) if store.exists() else []
    found = []
    for number, source, at, digest, header in rows:
        said = json.loads(header or "{}")
        rules = TypeAdapter(dict[str, Rule]).validate_python(said.get("rules", {}))
        looked_at = TypeAdapter(dict[str, LookedAt]).validate_python(said.get("looked_at", {}))
        run = {"upto": said.get("upto", 0), "complete": said.get("complete", False), "cases": said.get("cases", 0)}
        found.append(
            Run(
                load=number,
                source=source,
                committed_at=at,
                rule_set=digest,
                rules=rules,
                looked_at=looked_at,
                day=said.get("day"),
                calendar=said.get("calendar"),
                steps=said.get("steps"),
                **run,
            )
        )
    return found


def audit(
    store: Store,
    settings: Settings,
    viewer: Viewer,
    rules: RuleSet,
    scope: Scope,
    *,
    anew: bool = False,
) -> AuditReport:
    """Looks for findings and writes them; with `anew` also those that stand already as they should.

    Raises NotFound where there is no archive or no such case, LoadOpen where another load is open, or was done while
    the rules were evaluated.
    """
    viewer.require_whole_archive()
    load = clock.last_done(store)
    if load == 0:
        raise NotFound("The archive is empty: there is nothing to audit.", "Load something first.")
    faults = {id_: fault for id_, rule in rules.rules.items() if (fault := fault_of(rule))}
    sound = {id_: rule for id_, rule in rules.rules.items() if id_ not in faults}
    bad = [*rules.bad, *faults.values()]
    digest = RuleSet(sound).digest
    calendar = Calendar(working_days(settings), day_of(now_ms(), CHINA_OFFSET))
    changes = _changes(store, scope, digest, calendar)
    why = changes if isinstance(changes, str) else None
    changes = changes if isinstance(changes, _Changes) else None
    tallies = [Tally(rule, parameters_of(rule), rules.places.get(id_)) for id_, rule in sound.items()]
    changed = None if changes is None else _changed_cases(store, load, changes)
    pages = _pages(store, scope, changed)
    since, of_cases = (None, None) if changes is None or scope.of != "changes" else (changes.since, changed)
    archive = Archive(store, load, StepsTaken(store, load, _before(changes, changed)), since, of_cases)
    with _without_collector():
        staff = staff_of(store, load)
        of_pages = (CasesPage(store, ids, load, staff, calendar) for ids in pages)
        cases, erased = _evaluate(of_pages, archive, tallies)
        actors = archive.actors
    whole = scope.of == "all" or (scope.of == "changes" and changes is None)
    found = findings_of([(t.rule, pd.concat(t.found)) for t in tallies if t.found and not t.failed], digest)
    said = canonical(
        {
            "rules": {i: r.model_dump(mode="json") for i, r in sorted(sound.items())},
            "upto": load,
            "day": calendar.today,
            "calendar": calendar.days.digest,
            "complete": whole,
            "cases": len(cases),
            "looked_at": {tally.rule.id: tally.looked_at() for tally in tallies},
            "steps": archive.steps.kept() if scope.of in OF_ALL else None,
        }
    )
    source = _source(scope, digest, said, found)
    by_actor = [id_ for id_, rule in sound.items() if rule.kind in OF_ACTORS]
    by_cases = frozenset[str]() if archive.changed is None else BY_CASES
    of_archive = [id_ for id_, rule in sound.items() if rule.kind in OF_ARCHIVE and rule.kind not in by_cases]
    with loading(store, settings, source) as (opened, writer):
        if clock.last_done(store) != load:
            writer.close()
            clock.give_up(store, opened)
            raise LoadOpen("Another load was done during the audit; nothing was written.", "Audit again.")
        # Of rules about actors those findings are replaced that are about who was looked at: all, or some.
        whose = {"rules": [*of_archive, *by_actor], "by_actor": [], "actors": []}
        if actors is not None:
            whose = {"rules": of_archive, "by_actor": by_actor, "actors": actors}
        wanted = {"whole": whole, "ids": [] if whole else cases, **whose}
        change = write_findings(store, writer, found, load, wanted, anew=anew)
        counts = {"rows_in": 0, "loaded": change.new + change.changed, "unchanged": 0, "quarantined": 0}
        writer.commit({**counts, "withdrawn": 0, "now": now_ms()})
    return AuditReport(
        load=opened.number,
        as_of_load=load,
        rule_set=digest,
        scope=scope,
        everything=why,
        cases=len(cases),
        erased_cases=erased,
        rules=[tally.outcome() for tally in tallies],
        bad=bad,
        new=change.new,
        changed=change.changed,
        gone=change.gone,
        standing=store.read("audit/standing_count", load=opened.number)[0][0],
    )


def audit_again(store: Store, settings: Settings, viewer: Viewer) -> AuditReport | None:
    """Audits everything by the rules of the last whole audit, and writes all findings anew; None where there was
    none."""
    last = next((run for run in runs(store) if run.source == WHOLE), None)
    if last is None:
        return None
    return audit(store, settings, viewer, RuleSet(last.rules), Scope(of="all"), anew=True)


class _Changes(NamedTuple):
    """What an audit of changes looks at: what loads after `since` have changed, and the `open` cases where another
    day has begun. `last` is the audit before, None where not all of its findings stand or `since` was named."""

    since: int
    open: bool
    last: Run | None


def _changes(store: Store, scope: Scope, digest: str, calendar: Calendar) -> _Changes | Why | None:
    """What an audit of changes looks at, or why it looks at everything; None for one of everything or of one case."""
    if scope.of == "since":
        return _Changes(scope.since or 0, False, None)
    if scope.of != "changes":
        return None
    done = runs(store)
    place = next((place for place, run in enumerate(done) if run.source == WHOLE), None)
    if place is None:
        return "first"
    # Those that looked at a part afterwards have left findings as well.
    last, standing, days = done[place], done[: place + 1], calendar.days.digest
    if any(run.rule_set != digest for run in standing):
        return "rules"
    if any(run.calendar != days for run in standing):
        return "calendar"
    if any(one.failed for run in standing for one in run.looked_at.values()):
        return "failed"
    if store.read("audit/changed_standards", since=last.upto)[0][0]:
        return "standards"
    # One that looked at a part wrote what its rules find in the whole archive.
    return _Changes(last.upto, last.day != calendar.today, last if place == 0 else None)


def _changed_cases(store: Store, load: int, changes: _Changes) -> list[str]:
    asked = {"since": changes.since, "open": changes.open, "load": load}
    return [row[0] for row in store.read("audit/changed_cases", **asked)]


def _before(changes: _Changes | None, changed: list[str] | None) -> Before | None:
    """What the audit before has left of the steps that cases take."""
    if changes is None or changes.last is None or changed is None:
        return None
    return Before(changes.since, changes.last.rule_set, changes.last.steps, changed)


def _pages(store: Store, scope: Scope, changed: list[str] | None) -> Iterator[list[str]]:
    """The ids of the cases to look at, a page at a time. Raises NotFound where there is no such case."""
    if scope.of == "case":
        if not store.contents("Case", [scope.case or ""]):
            raise NotFound(f"There is no case '{scope.case}'.", "`dossier cases` lists them.")
        return iter([[scope.case or ""]])
    size = _AT_ONCE[store.engine]
    if changed is not None:
        return (changed[start : start + size] for start in range(0, len(changed), size))
    return id_pages(store, "derive/cases", size)


def _evaluate(pages: Iterator[CasesPage], archive: Archive, tallies: Sequence[Tally]) -> tuple[list[str], int]:
    """Lets the rules look at the cases and at the whole archive, side by side; gives the ids of the cases, and how
    many are left out because of erased events."""
    reads: list[Callable[[], Any]] = [partial(_evaluate_cases, pages, tallies)]
    reads += [partial(_evaluate_archive, archive, tally) for tally in tallies]
    looked_at: tuple[list[str], int] = together(reads)[0]
    return looked_at


def _evaluate_cases(pages: Iterator[CasesPage], tallies: Sequence[Tally]) -> tuple[list[str], int]:
    """Lets the rules look at the cases, a page while the next one is read; gives their ids, and how many are left
    out because of erased events."""
    cases, erased, before = list[str](), 0, None
    page = next(pages, None)
    while page is not None:
        following = next(pages, None)
        if following is not None and before is not None:
            ahead = partial(_read_ahead, following, before, tallies)
            left_out, _ = both(partial(_evaluate_page, page, tallies), ahead)
        else:
            left_out = _evaluate_page(page, tallies)
        cases += page.tables.ids
        erased += left_out
        before, page = page, following
    return cases, erased


def _read_ahead(page: CasesPage, before: CasesPage, tallies: Sequence[Tally]) -> None:
    """Reads what the rules that have not failed will ask a page for. Where that takes longer than one of them may,
    each reads it itself, so that it is told whose statement does."""
    going_on = [tally for tally in tallies if tally.rule.kind in OF_CASES and not tally.failed]
    with suppress(TookTooLong), within(min((tally.left for tally in going_on), default=0.0)):
        page.read_ahead(before, {tally.rule.kind for tally in going_on})


def _evaluate_page(page: CasesPage, tallies: Sequence[Tally]) -> int:
    """Lets the rules look at some cases; gives how many are left out because of erased events."""
    for tally in tallies:
        if tally.rule.kind in OF_CASES:
            _, of_cases = OF_CASES[tally.rule.kind]
            tally.take(partial(of_cases, page, tally.parameters))
    return len(page.erased)


def _evaluate_archive(archive: Archive, tally: Tally) -> None:
    """Lets a rule about the whole archive, or about actors, look at it."""
    if tally.rule.kind in OF_ACTORS:
        _, of_actors = OF_ACTORS[tally.rule.kind]
        tally.take(lambda: of_actors(archive.store, archive.load, archive.actors, tally.parameters))
    elif tally.rule.kind in OF_ARCHIVE:
        _, of_archive = OF_ARCHIVE[tally.rule.kind]
        tally.take(partial(of_archive, archive, tally.rule.id, tally.parameters))


@contextmanager
def _without_collector() -> Iterator[None]:
    """Leaves out Python's search for cycles, which would go through millions of objects again and again; what an
    evaluation makes has none."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _source(scope: Scope, digest: str, said: str, found: Found) -> SourceOfLoad:
    """The same audit taken up again after its process has ended is the same load."""
    ids = "\n".join(found.nodes["id"].to_pylist())
    seen = hashlib.sha256(f"{scope.model_dump_json()}\n{said}\n{ids}".encode()).hexdigest()
    return SourceOfLoad(WHOLE if scope.of in OF_ALL else PART, "", seen, "rules", digest, MODE, said)
