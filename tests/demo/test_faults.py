"""Whoever looks through the sources for a kind of fault finds exactly the planted ones."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from itertools import pairwise

import pytest

from demo.archive import Archive
from demo.faults import FAULT_KINDS
from tests.demo.plain_sources import Case, Event, Sources, grouped, is_valid, number_of

LAST_DAY = date(2026, 6, 30)


class Rules:
    """The items and kinds as truth/kinds.json has them."""

    def __init__(self, sources: Sources) -> None:
        told = sources.truth("kinds")
        self.items = {item["item"]: item for item in told["items"]}
        self.days = {kind["kind"]: kind["validity_days"] for kind in told["kinds"]}
        self.kind = {name: kind["kind"] for kind in told["kinds"] for name in kind["names"]}


@pytest.fixture(scope="session")
def rules(sources: Sources) -> Rules:
    return Rules(sources)


def planted(sources: Sources, kind: str) -> set[str]:
    return {fault["record"] for fault in sources.truth("faults") if fault["kind"] == kind}


def actors(case: Case, stage: str) -> set[str]:
    return {event.actor for event in case.of_stage(stage) if event.actor}


def expired(case: Case, rules: Rules) -> bool:
    return any(
        m.title in rules.kind and not is_valid(m, rules.days[rules.kind[m.title]], case.accepted.date())
        for m in case.materials
    )


def required(case: Case, rules: Rules) -> dict[str, str]:
    """Kind -> form that the item asked for when the case was accepted."""
    day = f"{case.accepted:%Y-%m-%d}"
    return {
        m["kind"]: m["form"]
        for m in rules.items[case.item]["materials"]
        if m["required"] and (m["until"] is None or day <= m["until"])
    }


def lacks(case: Case, rules: Rules) -> bool:
    return case.done and not required(case, rules).keys() <= {rules.kind.get(m.title) for m in case.materials}


def of_wrong_form(case: Case, rules: Rules) -> bool:
    wanted = required(case, rules)
    return any(wanted.get(rules.kind.get(m.title, "")) == "original" and m.form == "copy" for m in case.materials)


def late(case: Case, rules: Rules) -> bool:
    limit, kind = rules.items[case.item]["limit_days"], rules.items[case.item]["limit_kind"]
    if limit is None or not case.done:
        return False
    days = (case.instants[-1].date() - case.accepted.date()).days
    return bool(days > (limit if kind == "natural" else limit * 7 / 5 + 14))


def wrong_number(case: Case, rules: Rules) -> bool:
    return case.kind == "person" and not number_of(case.applicant["number"])


def contradicts_number(case: Case, rules: Rules) -> bool:
    number, born = number_of(case.applicant["number"]), case.applicant["birth_date"].replace("-", "")
    return case.kind == "person" and bool(number and born) and born != number[6:14]


def other_gender(case: Case, rules: Rules) -> bool:
    number, gender = number_of(case.applicant["number"]), case.applicant["gender"]
    return bool(number and gender) and case.kind == "person" and (int(number[16]) % 2 == 1) != (gender == "男")


def after_approval(case: Case) -> list[Event]:
    place = next((n for n, event in enumerate(case.events) if event.stage == "approval"), len(case.events))
    return case.events[place:]


def gap(case: Case) -> timedelta:
    """The longest time between two events, one after the other."""
    return max((later - earlier for earlier, later in pairwise(case.instants)), default=timedelta())


def decided(case: Case) -> date:
    return next((event.at.date() for event in case.of_stage("approval") if event.at), LAST_DAY)


def once(case: Case) -> bool:
    """Whether no activity stands twice, and the instants are in order."""
    return len({event.activity for event in case.events}) == len(case.events) and case.instants == sorted(
        case.instants
    )


def in_usual_order(case: Case, rules: Rules) -> list[str]:
    """The activities of the case in the order of its item's steps, others where they stand."""
    steps = [step["activity"] for step in rules.items[case.item]["steps"]]
    own = iter(sorted((e.activity for e in case.events if e.activity in steps), key=steps.index))
    return [next(own) if e.activity in steps else e.activity for e in case.events]


FOUND: dict[str, Callable[[Case, Rules], bool]] = {
    "number_checksum": wrong_number,
    "birth_date_contradicts_number": contradicts_number,
    "gender_differs": other_gender,
    "number_15_digits": lambda c, r: len(c.applicant["number"]) == 15,
    "number_full_width": lambda c, r: not c.applicant["number"].isascii(),
    "actor_missing": lambda c, r: any(not e.actor for e in c.events),
    "event_out_of_order": lambda c, r: c.instants != sorted(c.instants),
    "step_skipped": lambda c, r: bool(c.of_stage("approval")) and not c.of_stage("review"),
    "overdue": late,
    "four_eyes": lambda c, r: bool(actors(c, "acceptance") & actors(c, "approval")),
    "event_repeated": lambda c, r: max(Counter((e.activity, e.at, e.actor) for e in c.events).values()) > 1,
    "never_closed": lambda c, r: not c.of_stage("completion") and c.accepted.date() < LAST_DAY - timedelta(730),
    "amount_differs": lambda c, r: len({v for e in c.events for v in e.amounts.values()}) > 1,
    "expired_material": expired,
    "material_missing": lacks,
    "form_wrong": of_wrong_form,
    "night_mass_approval": lambda c, r: (
        c.system != "rencai" and any(e.at.hour < 6 for e in c.of_stage("approval") if e.at)
    ),
    "acceptance_missing": lambda c, r: not c.of_stage("acceptance"),
    "approval_missing": lambda c, r: c.done and not c.of_stage("approval"),
    "undated": lambda c, r: len(c.instants) < len(c.events),
    "actor_unknown": lambda c, r: any(e.actor == "未知" for e in c.events),
    "silence": lambda c, r: gap(c) > timedelta(days=90),
    "reopened": lambda c, r: len(c.of_stage("completion")) > 1,
    "back_to_review": lambda c, r: any(e.stage == "review" for e in after_approval(c)),
    "steps_swapped": lambda c, r: [e.activity for e in c.events] != in_usual_order(c, r) and once(c),
    "dated_after_decision": lambda c, r: any(m.date > decided(c) for m in c.materials),
    "received_after_decision": lambda c, r: any(e.received for e in after_approval(c)),
}


@pytest.mark.parametrize("kind", FOUND)
def test_a_search_through_the_cases_finds_what_was_planted(sources: Sources, rules: Rules, kind: str) -> None:
    found = {case.id for case in sources.cases.values() if FOUND[kind](case, rules)}
    assert found == planted(sources, kind)


def test_nightly_approvals_are_of_one_actor_within_an_hour(sources: Sources) -> None:
    nightly = [sources.cases[case_id] for case_id in planted(sources, "night_mass_approval")]
    approvals = [event for case in nightly for event in case.of_stage("approval")]
    assert len({event.actor for event in approvals}) == 1
    times = sorted(event.at for event in approvals)
    assert len(times) >= 5
    assert times[-1] - times[0] < timedelta(hours=1)


def names(sources: Sources) -> dict[str, set[str]]:
    """Names by subject, of cases and of the catalogue."""
    told = sources.truth("catalogue")
    pairs = [(case.subject, case.applicant["name"]) for case in sources.cases.values()]
    pairs += [
        (of["subject"], row["姓名"] or row["单位名称"])
        for of, row in zip(told.values(), sources.catalogue, strict=True)
    ]
    return {one: set(found) for one, found in grouped(pairs).items()}


def test_people_with_two_names_are_the_planted_ones(sources: Sources) -> None:
    cases = {sources.cases[c].subject for c in planted(sources, "name_differs")}
    rows = {sources.truth("catalogue")[r]["subject"] for r in planted(sources, "catalogue_name_differs")}
    assert {one for one, found in names(sources).items() if len(found) > 1} == cases | rows


def catalogue_rows(sources: Sources, wrong: Callable[[dict[str, str]], bool]) -> set[str]:
    told = sources.truth("catalogue")
    return {key for key, row in zip(told, sources.catalogue, strict=True) if wrong(row)}


def impossible(row: dict[str, str]) -> bool:
    text = str(row["日期"])
    month, day = int(text[4:6]), int(text[6:])
    return month > 12 or (month in (2, 4) and day > {2: 29, 4: 30}[month])


def test_a_search_through_the_catalogue_finds_what_was_planted(sources: Sources) -> None:
    assert catalogue_rows(sources, impossible) == planted(sources, "date_impossible")
    assert catalogue_rows(sources, lambda r: r["页数"] == 0) == planted(sources, "pages_none")
    assert catalogue_rows(sources, lambda r: r["类号"] == "11") == planted(sources, "class_unknown")
    twice = {no for no, n in Counter(r["档号"] for r in sources.catalogue).items() if n > 1}
    told = sources.truth("catalogue")
    assert {told[key]["archive_no"] for key in planted(sources, "archive_no_twice")} == twice


def test_every_kind_is_planted_and_told(sources: Sources, written: Archive) -> None:
    faults = sources.truth("faults")
    counts = Counter(fault["kind"] for fault in faults)
    assert counts.keys() == FAULT_KINDS.keys()
    assert len(counts) >= 15
    assert min(counts.values()) >= 2
    assert written.faults == dict(counts) == sources.truth("archive")["faults"]


def test_every_fault_says_where_it_is(sources: Sources) -> None:
    rows = {(f"catalogue/{r['catalogue']}.xlsx", r["sheet"], r["row"]) for r in sources.catalogue}
    events = {
        (case.id, place, f"cases/{case.system}.csv", event.row)
        for case in sources.cases.values()
        for place, event in enumerate(case.events)
    }
    for fault in sources.truth("faults"):
        assert fault["why"]
        assert fault["about"] == FAULT_KINDS[fault["kind"]]
        if fault["event"] is not None:
            assert (fault["record"], fault["event"], fault["file"], fault["row"]) in events, fault
        elif fault["kind"] != "file_unlisted":
            assert (fault["file"], fault["sheet"], fault["row"]) in rows, fault


def test_no_case_has_two_faults_and_nobody_two_of_identity(sources: Sources) -> None:
    faults = [fault for fault in sources.truth("faults") if fault["event"] is not None]
    assert repeated(fault["record"] for fault in faults) == set()
    identity = {"name_differs", "number_checksum", "birth_date_contradicts_number", "gender_differs"}
    told = sources.truth("cases")
    assert repeated(told[f["record"]]["applicant"] for f in faults if f["kind"] in identity) == set()


def repeated(values: Iterable[str]) -> set[str]:
    return {value for value, n in Counter(values).items() if n > 1}
