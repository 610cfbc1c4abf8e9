"""Results of the four-property checks: counts by phase, property, check, room and class; what failed or was not run.

Of each record and phase the last run that looked at it counts. Results stand for what that run looked at.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel

from graph import clock
from graph.checks.catalogue import Said, item_of, part_name, property_name, sentence
from graph.checks.outcomes import OUTCOMES
from graph.cursors import cursor as cursor_of
from graph.cursors import position
from graph.in_force import utc
from graph.kept import kept
from graph.store import Row, Store
from graph.viewer import Viewer

MODE = "checks"


class Counts(BaseModel):
    """Of how many records a check passed, failed, was not run, did not apply."""

    passed: int = 0
    fail: int = 0
    not_run: int = 0
    not_applicable: int = 0


class CheckCounts(Counts):
    """One check in one phase. `seen_in` counts the sources that have it; 1 is what one implementation alone says."""

    phase: str
    property: str
    code: str
    name: Said
    part: Said | None
    seen_in: int


class GroupCounts(BaseModel):
    """Records of one phase and property, class or room: how many were checked, and of how many something failed or
    was not run."""

    phase: str
    group: str | None
    records: int
    failing: int
    not_run: int


class RunRow(BaseModel):
    """One run: when (UTC), by which load, over what (`all`, a system, or single records), at which load it looked."""

    load: int
    at: str | None
    phase: str
    scope: str
    upto: int
    loads_since: int


class BatchCheck(BaseModel):
    """A check of a run as a whole that failed or was not run, or that was run for no record."""

    id: str
    phase: str
    scope: str
    load: int
    property: str
    code: str
    name: Said
    outcome: str
    says: list[Said]


class CheckSummary(BaseModel):
    """All results. `records` are those that were checked in some phase."""

    as_of_load: int
    open_load: int | None
    records: int
    checks: list[CheckCounts]
    properties: list[GroupCounts]
    classes: list[GroupCounts]
    rooms: list[GroupCounts]
    batch: list[BatchCheck]
    runs: list[RunRow]


class CheckFilter(BaseModel):
    """What to list; `material` is an id, `code` one such as GD-1-10:size."""

    phase: str | None = None
    property: str | None = None
    code: str | None = None
    outcome: str | None = None
    class_: str | None = None
    room: str | None = None
    material: str | None = None


class CheckRow(BaseModel):
    """A check of a record that failed or was not run, and what was found, sentence by sentence."""

    id: str
    phase: str
    property: str
    code: str
    name: Said
    part: Said | None
    outcome: str
    says: list[Said]
    material: str
    title: str | None
    class_: str | None
    room: str | None
    load: int


class CheckPage(BaseModel):
    """A page of checks, in the order of their ids."""

    items: list[CheckRow]
    next: str | None
    as_of_load: int
    open_load: int | None


def check_summary(store: Store, viewer: Viewer) -> CheckSummary:
    """Counts of all results."""
    viewer.require_whole_archive()
    load = clock.last_done(store)
    rows = kept(store, load, "check summary", lambda: store.read("checks/summary", load=load)) if load else []
    told = [(phase, json.loads(counts or "{}"), class_, room, n) for phase, counts, class_, room, n in rows if phase]
    records: dict[str, int] = defaultdict(int)
    for phase, *_, n in told:
        records[phase] += n
    batch, batch_counts = _batch(store, load) if load else ([], {})
    return CheckSummary(
        as_of_load=load,
        open_load=clock.open_number(store),
        records=max(records.values(), default=0),
        checks=_by_check(told, batch_counts),
        properties=_by_property(told),
        classes=_grouped((phase, class_, counts, n) for phase, counts, class_, _, n in told),
        rooms=_grouped((phase, room, counts, n) for phase, counts, _, room, n in told),
        batch=batch,
        runs=_runs(store) if load else [],
    )


Told = list[tuple[str, dict[str, list[str]], str | None, str | None, int]]


def _by_check(told: Told, batch: dict[str, dict[str, int]]) -> list[CheckCounts]:
    found: dict[str, dict[str, int]] = defaultdict(lambda: dict.fromkeys(OUTCOMES, 0))
    for phase, counts, _, _, n in told:
        for outcome, items in counts.items():
            for item in items:
                found[f"{phase}-{item}"][outcome] += n
    return [_check_counts(code, of) for code, of in sorted({**found, **batch}.items(), key=_order)]


def _order(one: tuple[str, Any]) -> tuple[Any, ...]:
    """By phase, then by the numbers of the item."""
    phase, *numbers = one[0].partition(":")[0].split("-")
    return (("GD", "YJ", "CQ").index(phase), *(int(n) if n.isdecimal() else 99 for n in numbers), one[0])


def _check_counts(code: str, of: dict[str, int]) -> CheckCounts:
    item = item_of(code)
    return CheckCounts(
        phase=code.partition("-")[0],
        property=item.property,
        code=code,
        name=item.name,
        part=part_name(code),
        seen_in=item.seen_in,
        passed=of["pass"],
        fail=of["fail"],
        not_run=of["not_run"],
        not_applicable=of["not_applicable"],
    )


def _by_property(told: Told) -> list[GroupCounts]:
    """A record fails a property where one of its checks fails."""
    parts = []
    for phase, counts, _, _, n in told:
        by_property: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        for outcome, items in counts.items():
            for item in items:
                by_property[item_of(f"{phase}-{item}").property][outcome].append(item)
        parts += [(phase, name, dict(of), n) for name, of in by_property.items()]
    return _grouped(parts)


def _grouped(parts: Iterable[tuple[str, str | None, dict[str, list[str]], int]]) -> list[GroupCounts]:
    found: dict[tuple[str, str | None], list[int]] = defaultdict(lambda: [0, 0, 0])
    for phase, group, counts, n in parts:
        of = found[phase, group]
        of[0] += n
        of[1] += n if counts.get("fail") else 0
        of[2] += n if counts.get("not_run") else 0
    order = sorted(found, key=lambda key: (key[0], key[1] is None, key[1] or ""))
    return [
        GroupCounts(phase=key[0], group=key[1], records=found[key][0], failing=found[key][1], not_run=found[key][2])
        for key in order
    ]


def _batch(store: Store, load: int) -> tuple[list[BatchCheck], dict[str, dict[str, int]]]:
    """The checks of the last runs as a whole, and how many of these runs had which outcome."""
    found: list[BatchCheck] = []
    counts: dict[str, dict[str, int]] = defaultdict(lambda: dict.fromkeys(OUTCOMES, 0))
    seen: set[str] = set()
    for run_id, phase, source, told, since, id_, property_, code, outcome, detail in store.read(
        "checks/of_runs", load=load
    ):
        if run_id not in seen:
            seen.add(run_id)
            for name, items in json.loads(told or "{}").items():
                for item in items:
                    counts[f"{phase}-{item}"][name] += 1
        if id_ is not None:
            scope = source.rpartition(" of ")[2]
            found.append(
                BatchCheck(
                    id=id_,
                    phase=phase,
                    scope=scope,
                    load=since,
                    property=property_,
                    code=code,
                    name=item_of(code).name,
                    outcome=outcome,
                    says=sentences_of(detail),
                )
            )
    return found, dict(counts)


def sentences_of(detail: str | None) -> list[Said]:
    """What a check says, sentence by sentence."""
    return [sentence(one) for one in json.loads(detail or "[]")]


def _runs(store: Store) -> list[RunRow]:
    done = [one.number for one in clock.loads(store) if one.state == "done" and one.mode != MODE]
    found = []
    for number, _, at, _, header in store.read("audit/runs", mode=MODE):
        said = json.loads(header or "{}")
        upto = said.get("upto", 0)
        found.append(
            RunRow(
                load=number,
                at=utc(at),
                phase=said.get("phase", ""),
                scope=said.get("scope", ""),
                upto=upto,
                loads_since=sum(1 for one in done if one > upto),
            )
        )
    return found


def checks(
    store: Store, viewer: Viewer, wanted: CheckFilter, *, limit: int = 50, cursor: str | None = None
) -> CheckPage:
    """A page of the checks of records that `wanted` describes. Raises UsageError for a cursor that is none."""
    viewer.require_whole_archive()
    (after,) = position(cursor, "checks", "text")
    load = clock.last_done(store)
    asked = {"class" if name == "class_" else name: value for name, value in wanted.model_dump().items()}
    asked |= {"load": load, "limit": limit + 1, "after": after or ""}
    rows = store.read("checks/list", **asked) if load else []
    shown = rows[:limit]
    return CheckPage(
        items=[_row(row) for row in shown],
        next=cursor_of(shown[-1][0]) if len(rows) > limit else None,
        as_of_load=load,
        open_load=clock.open_number(store),
    )


def _row(row: Row) -> CheckRow:
    id_, phase, property_, code, outcome, detail, material, title, class_, room, load = row
    return CheckRow(
        id=id_,
        phase=phase,
        property=property_,
        code=code,
        name=item_of(code).name,
        part=part_name(code),
        outcome=outcome,
        says=sentences_of(detail),
        material=material,
        title=title,
        class_=class_,
        room=room,
        load=load,
    )


def property_of(check: CheckCounts | CheckRow) -> Said:
    """What the property of a check is called."""
    return property_name(check.property)
