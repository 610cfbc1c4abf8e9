"""What the tests ask each pair of query files: one table of names, with the values that each parameter takes.

A new pair is added here, with values that hit something in the graphs of `histories.py` and values that miss. The
first value of a parameter is the one that it has while another is varied: null for an optional filter.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from itertools import product
from typing import Any, Literal

from hypothesis import strategies as st

from tests.graph.histories import DAY, EVENT_IDS, HOLDER, IDS, INSTANTS, NOON

Params = dict[str, Any]

# What a pair may be asked. A `pinned` answer is the same whatever an open load has written so far; a `derivation`
# reads what stands, as the writer of a load needs it, or Versions, which may be written before the load is done; a
# `write` changes the store.
Kind = Literal["pinned", "derivation", "write"]


@dataclass(frozen=True)
class Pair:
    """A pair of query files; `choices` are the values of each parameter."""

    kind: Kind
    choices: dict[str, tuple[Any, ...]]

    def one_by_one(self) -> list[Params]:
        """The first values, and each other value of each parameter with the first of the others."""
        first = {name: values[0] for name, values in self.choices.items()}
        varied = [{**first, name: value} for name, values in self.choices.items() for value in values[1:]]
        return [first, *varied]

    def mixed(self, count: int) -> list[Params]:
        """Combinations of all values: every one where they are few, otherwise `count` of them by chance."""
        names = tuple(self.choices)
        size = 1
        for values in self.choices.values():
            size *= len(values)
        if size <= count:
            return [dict(zip(names, values, strict=True)) for values in product(*self.choices.values())]
        chance = random.Random(size)
        return [{name: chance.choice(values) for name, values in self.choices.items()} for _ in range(count)]

    def drawn(self) -> st.SearchStrategy[Params]:
        return st.fixed_dictionaries({name: st.sampled_from(values) for name, values in self.choices.items()})


def pinned(**choices: tuple[Any, ...]) -> Pair:
    return Pair("pinned", choices)


def derivation(**choices: tuple[Any, ...]) -> Pair:
    return Pair("derivation", choices)


def write(**choices: tuple[Any, ...]) -> Pair:
    return Pair("write", choices)


LOADS = (4, 3, 2, 1, 0, 99)
NUMBERS = (5, 6, 7, 8, 1, 2, 99)
MANY = (list(EVENT_IDS), [], ["missing"], [EVENT_IDS[0]], [EVENT_IDS[2], "missing", EVENT_IDS[1], EVENT_IDS[2]])
# For queries that return the key as they were given it, which Neo4j sorts by UTF-16 unit: keys whose order by code
# point is the same.
PLAIN = ([IDS[0], IDS[1], IDS[3]], [], ["missing"], [IDS[3]])
NAMES = ("王五", IDS[0], "￥", "王", "missing")
CLOCK = (NOON, NOON - 1, NOON + 1, NOON + 2 * DAY, -9 * DAY)
HOLDERS = (HOLDER, "another")

FINDINGS: dict[str, tuple[Any, ...]] = {
    "rule": (None, "r", "missing"),
    "severity": (None, "high", "missing"),
    "category": (None, "actor", "missing"),
    "case": (None, *IDS, "missing"),
    "item": (None, "s:1", "s:￥2", "item", "missing"),
    "unit": (None, *IDS, "王五", "￥", "missing"),
    "from_at": (None, *INSTANTS, NOON + 2),
    "to_at": (None, *INSTANTS, NOON - 1),
    "state": (None, "open", "accepted"),
    "accepted": ([f"r|{IDS[0]}", "r|missing"], [], [f"r|{id_}" for id_ in IDS]),
}

PAIRS: dict[str, Pair] = {
    "audit/activities": pinned(load=LOADS),
    "audit/acts": pinned(
        load=LOADS,
        activities=(["受理", "𠮷", "missing"], [], ["办结"]),
        stages=([], ["acceptance", "completion"], ["missing"]),
        actors=(None, list(IDS), [], ["missing"]),
    ),
    "audit/case_links": derivation(ids=PLAIN, before=LOADS, load=LOADS),
    "audit/changed_actors": derivation(since=(0, 1, 2, 3, 4, 99)),
    "audit/changed_cases": derivation(since=(0, 1, 2, 3, 4, 99), load=LOADS, open=(False, True)),
    "audit/changed_standards": derivation(since=(0, 1, 2, 3, 4, 99)),
    "audit/duties": pinned(
        load=LOADS,
        activities=(["受理", "𠮷", "missing"], [], ["办结"]),
        stages=([], ["acceptance", "completion"], ["missing"]),
        actors=(None, list(IDS), [], ["missing"]),
    ),
    "audit/case_findings": pinned(load=LOADS),
    "audit/finding_counts": pinned(load=LOADS, **FINDINGS),
    "audit/finding_targets": pinned(ids=(["r|s:1", "r|t:一"], [], ["missing"]), load=LOADS),
    "audit/findings": pinned(
        load=LOADS,
        limit=(100, 0, 1, 2),
        **FINDINGS,
        after_id=(None, *(f"r|{id_}" for id_ in IDS)),
    ),
    "audit/memberships": pinned(load=LOADS),
    "audit/open_cases": pinned(load=LOADS),
    "audit/own_cases": pinned(ids=PLAIN, load=LOADS),
    "audit/persons_of_staff": pinned(load=LOADS),
    "audit/rule_amounts": pinned(ids=PLAIN, load=LOADS),
    "audit/runs": pinned(mode=("append", "audit")),
    "audit/same_benefit": pinned(
        load=LOADS,
        roles=(["", "经办"], [], ["missing"]),
        cases=(None, [IDS[0]], [IDS[1]], [IDS[2]], list(IDS), [], ["missing"]),
    ),
    "audit/standing_findings": pinned(
        load=LOADS,
        whole=(True, False),
        rules=([], ["r"], ["missing"]),
        by_actor=([], ["r"], ["missing"]),
        actors=([], list(IDS), ["missing"]),
        ids=([], list(IDS), ["missing"]),
    ),
    "audit/standing_count": pinned(load=LOADS),
    "audit/step_places": pinned(load=LOADS, keys=(["s:￥2\t受理\t𠮷"], [], ["missing"])),
    "audit/steps": pinned(load=LOADS),
    "audit/applicants": pinned(ids=PLAIN, load=LOADS),
    "audit/cases": pinned(
        load=LOADS,
        limit=(100, 0, 1, 2),
        item=(None, "s:1", "s:￥2", "item", "missing"),
        actor=(None, *IDS, "王五", "𠮷", "missing"),
        activity=(None, "受理", "办结", "missing"),
        unit=(None, *IDS, "王五", "￥", "missing"),
        status=(None, "open", "closed", "unknown", "missing"),
        from_at=(None, *INSTANTS, NOON + 2),
        to_at=(None, *INSTANTS, NOON - 1),
        after_at=(None, *INSTANTS, NOON + 2),
        after_id=(None, *IDS),
    ),
    "audit/event_links": pinned(ids=MANY, load=LOADS),
    "audit/event_parties": pinned(ids=MANY, load=LOADS),
    "audit/event_records": pinned(ids=MANY, load=LOADS),
    "audit/neighbours": pinned(
        case=(*IDS, "missing"),
        opened_at=(None, *INSTANTS),
        applicants=MANY,
        actors=MANY,
        units=MANY,
        materials=MANY,
        load=LOADS,
        limit=(100, 1, 2),
    ),
    "audit/origins": derivation(ids=MANY, load=LOADS),
    "audit/sample_frame": pinned(
        load=LOADS,
        item=(None, "s:1", "s:￥2", "item", "missing"),
        unit=(None, *IDS, "王五", "￥", "missing"),
        from_at=(None, *INSTANTS, NOON + 2),
        to_at=(None, *INSTANTS, NOON - 1),
    ),
    "audit/versions": derivation(ids=MANY, load=LOADS),
    "checks/files": pinned(load=LOADS),
    "checks/list": pinned(
        load=LOADS,
        limit=(100, 0, 1, 2),
        phase=(None, "a", "missing"),
        property=(None, "a", "missing"),
        code=(None, "a", "missing"),
        outcome=(None, "a", "missing"),
        **{"class": (None, "a", "missing")},
        room=(None, "a", "missing"),
        material=(None, *IDS, "missing"),
        after=("", *IDS),
    ),
    "checks/of_runs": pinned(load=LOADS),
    "checks/records": pinned(load=LOADS),
    "checks/summary": pinned(load=LOADS),
    "clock/abandon_load": write(number=NUMBERS),
    "clock/done_loads": pinned(),
    "clock/fingerprint": pinned(),
    "clock/finish_load": write(
        number=NUMBERS,
        holder=HOLDERS,
        now=CLOCK,
        rows_in=(5, 0),
        loaded=(1,),
        unchanged=(2,),
        quarantined=(2, 0),
        withdrawn=(0, 3),
    ),
    "classes/counts": derivation(load=LOADS, before=("20090901", "20300101")),
    "classes/unclassified": derivation(
        load=LOADS,
        scheme=("any", "type", "si", "personnel", "historic"),
        before=("20300101", "20090901"),
        limit=(100, 0, 1, 2),
        skip=(0, 1, 3),
    ),
    "clock/is_held": pinned(number=NUMBERS, holder=HOLDERS),
    "clock/keep_fingerprint": write(fingerprint=("f1", "f2")),
    "clock/keep_ledger": write(ledger=("a+1+b", "c+2+d")),
    "clock/changing": pinned(),
    "clock/mark_changes": write(number=NUMBERS, holder=HOLDERS, changes=("begun", "applied")),
    "clock/known_at": pinned(at=CLOCK),
    "clock/last_done": pinned(),
    "clock/ledger": pinned(),
    "clock/loads": pinned(),
    "clock/open_loads": pinned(),
    "clock/make_archive": write(schema_version=(1, 2)),
    "clock/open_load": write(
        source=("log.csv", "日志.csv"),
        system=("s", "市"),
        sha256=("0f",),
        mapping=("m", "n"),
        mapping_sha256=("1e",),
        mode=("append", "snapshot"),
        holder=HOLDERS,
        header=(None, '{"列":["a"]}'),
        salt=("5a",),
        now=CLOCK,
        lease_until=CLOCK,
    ),
    "clock/renew_load": write(number=NUMBERS, holder=HOLDERS, from_holder=HOLDERS, lease_until=CLOCK),
    "clock/schema_version": pinned(),
    "conformance/cases": pinned(ids=PLAIN, load=LOADS),
    "conformance/event_fields": pinned(ids=PLAIN, load=LOADS),
    "conformance/events": pinned(ids=PLAIN, load=LOADS),
    "conformance/material_facts": pinned(ids=PLAIN, load=LOADS),
    "conformance/missing_ends": pinned(ids=PLAIN, load=LOADS),
    "conformance/parties": pinned(ids=PLAIN, load=LOADS),
    "conformance/record_fields": pinned(ids=PLAIN, load=LOADS),
    "conformance/record_places": pinned(ids=PLAIN, load=LOADS),
    "conformance/records": pinned(ids=PLAIN, load=LOADS),
    "decisions/facts": derivation(ids=MANY, label=("Person", "Organisation", "Fact")),
    "decisions/list": pinned(
        load=LOADS,
        limit=(100, 0, 1, 2),
        skip=(0, 1, 3),
        kind=(None, "a", "class", "missing"),
        about=(None, *IDS, "missing"),
        quoted=('"s:1"', '"type"'),
    ),
    "decisions/subjects": derivation(ids=MANY, load=LOADS),
    "decisions/parts": derivation(ids=MANY, label=("Material", "Event", "File")),
    "derive/case_events": derivation(ids=MANY),
    "derive/case_items": derivation(ids=PLAIN),
    "derive/case_statements": derivation(ids=MANY),
    "derive/decided_types": derivation(ids=MANY),
    "classes/decided_titles": pinned(load=LOADS),
    "derive/cases": derivation(after=("", *IDS), limit=(100, 0, 1, 2)),
    "derive/forget_next": write(ids=MANY, load=LOADS),
    "derive/item_versions": derivation(),
    "derive/material_titles": derivation(after=("", *IDS), limit=(100, 0, 1, 2)),
    "derive/material_types": derivation(),
    "derive/organisations": derivation(after=("", *IDS), limit=(100, 0, 1, 2)),
    "derive/persons": derivation(after=("", *IDS), limit=(100, 0, 1, 2)),
    "derive/stated_subjects": derivation(ids=MANY),
    "derive/statements": derivation(ids=PLAIN, fields=(["name", "gender", "a"], [], ["missing"])),
    **{
        f"dossier/{name}": pinned(ids=PLAIN, load=LOADS)
        for name in (
            "about",
            "applied",
            "boxes",
            "case_events",
            "cases_of_persons",
            "concerns",
            "decisions",
            "event_cases",
            "event_materials",
            "filed",
            "material_events",
            "material_links",
            "paid",
            "received",
            "rooms",
            "same_as",
            "shelves",
            "stated_by",
        )
    },
    "digitisation/copies": pinned(ids=PLAIN, load=LOADS),
    "dossier/link_types": pinned(load=LOADS),
    "export/facts": pinned(ids=MANY, load=LOADS),
    "filing/box_contents": pinned(codes=(["a", "乙"], [], ["missing"], ["𠮷"]), load=LOADS),
    "filing/gd_checks": pinned(load=LOADS),
    "filing/last_box": derivation(series=(["a", "乙"], [], ["missing"]), mark=("B", "")),
    "filing/last_volume": derivation(series=(["a", "乙"], [], ["missing"]), mark=("", "B")),
    "filing/loose": pinned(load=LOADS),
    "filing/loose_of_cases": pinned(ids=PLAIN, load=LOADS),
    "filing/taken_codes": pinned(codes=(["a", "乙"], [], ["missing"], ["𠮷"]), load=LOADS),
    "filing/unboxed": pinned(load=LOADS),
    "filing/uncased": pinned(load=LOADS),
    "filing/unshelved": pinned(load=LOADS),
    "filing/volumes": pinned(ids=(["a", "乙"], [], ["missing"], ["𠮷"]), load=LOADS),
    "storeroom/volumes": pinned(ids=PLAIN, load=LOADS),
    "storeroom/shelves": pinned(load=LOADS),
    "finance/payees": pinned(ids=PLAIN, load=LOADS),
    "find/items": pinned(load=LOADS),
    "find/material_types": pinned(load=LOADS),
    "find/persons": pinned(
        load=LOADS,
        limit=(100, 0, 1, 2),
        text=(None, *NAMES),
        number=(None, "missing"),
        after_name=(None, *NAMES),
        after_id=(None, *IDS),
    ),
    "find/scope": derivation(system=("s", "t", "missing"), mapping=("m", "n", "missing")),
    "find/stated_applicants": derivation(ids=MANY),
    "find/subjects": derivation(text=NAMES, number=(None, "missing")),
    "find/systems": pinned(),
    "matter/cases": pinned(ids=MANY, load=LOADS),
    "matter/of_cases": pinned(ids=MANY, load=LOADS),
    "overview/cases": pinned(load=LOADS, offset=(28_800_000, 0, -3_600_000)),
    "overview/materials": pinned(load=LOADS),
    "process/cases": pinned(load=LOADS),
    "process/events": pinned(load=LOADS),
    "process/findings": pinned(load=LOADS),
    "process/units": pinned(load=LOADS),
    **{f"people/{name}": pinned(ids=MANY, load=LOADS) for name in ("acts", "handled", "staff", "touched")},
    **{
        f"people/{name}": pinned(load=LOADS, item=(None, "s:1", "s:￥2", "item", "missing"))
        for name in ("handover", "together")
    },
    "people/named": derivation(text=NAMES),
    "people/workload": pinned(
        load=LOADS, item=(None, "s:1", "s:￥2", "item", "missing"), offset=(28_800_000, 0, -3_600_000)
    ),
    "reconcile/no_copy": pinned(after=("", *IDS, "missing"), limit=(100, 0, 1, 2), load=LOADS),
    "reconcile/no_dossier": pinned(after=("", *IDS, "missing"), limit=(100, 0, 1, 2), load=LOADS),
    "reconcile/no_paper": pinned(after=("", *IDS, "missing"), limit=(100, 0, 1, 2), load=LOADS),
    "reconcile/no_subject": pinned(after=("", *IDS, "missing"), limit=(100, 0, 1, 2), load=LOADS),
    "reconcile/pages": pinned(after=("", *IDS, "missing"), limit=(100, 0, 1, 2), load=LOADS),
    "reconcile/places": pinned(after=("", *IDS, "missing"), limit=(100, 0, 1, 2), load=LOADS),
    "reconcile/rooms": pinned(load=LOADS),
    "readiness/records": pinned(load=LOADS),
    "retention/due": pinned(due=(2055, 1991, 0), after=("", *IDS), limit=(100, 0, 1, 2), load=LOADS),
    "retention/terms": pinned(load=LOADS),
    "storeroom/boxes": pinned(ids=PLAIN, load=LOADS),
    "storeroom/coded": pinned(text=("a", "乙", "missing"), load=LOADS),
    "storeroom/contents": pinned(ids=PLAIN, load=LOADS),
    "reuse/required": pinned(ids=PLAIN, load=LOADS),
    "reuse/same_as": pinned(load=LOADS),
    "reuse/submissions": pinned(load=LOADS),
}
