"""Contradictions, reuse and library counted out again from the sources, by the rules of docs/demo.md."""

from __future__ import annotations

import unicodedata
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pytest

from tests.demo.plain_sources import FORMS, Material, Sources, grouped, is_valid

LAST_DAY = date(2026, 6, 30)
Kinds = dict[str, dict[str, Any]]


@dataclass(frozen=True)
class Held:
    material: Material
    since: datetime
    case: str | None
    name: str | None


Holdings = dict[str, dict[str, list[Held]]]
Stated = dict[tuple[str, str], list[tuple[str, datetime, tuple[str, str, int]]]]


@pytest.fixture(scope="session")
def kinds(sources: Sources) -> Kinds:
    return {name: kind for kind in sources.truth("kinds")["kinds"] for name in kind["names"]}


@pytest.fixture(scope="session")
def holdings(sources: Sources, kinds: Kinds) -> Holdings:
    """Subject -> kind -> what was submitted or is catalogued, in order of time."""
    found = [
        (case.subject, Held(material, event.at, case.id, None))
        for case in sources.cases.values()
        for event in case.events
        for material in event.received
        if material.title in kinds
    ]
    told = sources.truth("catalogue").values()
    for of, row in zip(told, sources.catalogue, strict=True):
        if row["题名"] in kinds:
            since = day_of(row["日期"])
            form = FORMS[row["形式"]]
            record = Material(f"personnel:{row['档号']}", row["题名"], since.date(), form, "", None)
            found.append((of["subject"], Held(record, since, None, row["姓名"])))
    held: Holdings = defaultdict(lambda: defaultdict(list))
    for subject, one in sorted(found, key=lambda pair: pair[1].since):
        held[subject][kinds[one.material.title]["kind"]].append(one)
    return held


def day_of(written: Any) -> datetime:
    """The first day that the date of a row can mean; the beginning of time for none."""
    text = unicodedata.normalize("NFKC", str(written))
    try:
        return datetime(int(text[:4]), int(text[4:6]) or 1, int(text[6:]) or 1)
    except ValueError:
        return datetime.min


@pytest.fixture(scope="session")
def stated(sources: Sources) -> Stated:
    """Subject and field -> value, when it was stated, where."""
    found: list[tuple[tuple[str, str], tuple[str, datetime, tuple[str, str, int]]]] = []
    for case in sources.cases.values():
        place = (f"cases/{case.system}.csv", "", case.events[0].row)
        for field in ("name", "birth_date", "gender"):
            if case.applicant[field]:
                found.append(((case.subject, field), (case.applicant[field], case.accepted, place)))
        if case.employer:
            subject = f"organisation:{case.employer['number']}"
            found.append(((subject, "name"), (case.employer["name"], case.accepted, place)))
    told = sources.truth("catalogue").values()
    for of, row in zip(told, sources.catalogue, strict=True):
        name, place = row["姓名"] or row["单位名称"], (of["file"], of["sheet"], of["row"])
        found.append(((of["subject"], "name"), (name, day_of(row["日期"]), place)))
    several = grouped(found)
    return {key: said for key, said in several.items() if len({value for value, _, _ in said}) > 1}


def test_contradictions(sources: Sources, stated: Stated) -> None:
    told = {
        (c["subject"], c["field"]): (
            c["prevails"],
            {v: {(w["file"], w["sheet"], w["row"]) for w in places} for v, places in c["values"].items()},
        )
        for c in sources.truth("contradictions")
    }
    assert told == {
        key: (prevailing(said), {v: set(places) for v, places in grouped((v, p) for v, _, p in said).items()})
        for key, said in stated.items()
    }
    assert {field for _, field in told} == {"name", "birth_date", "gender"}


def prevailing(said: list[tuple[str, datetime, tuple[str, str, int]]]) -> str:
    return max(said, key=lambda one: one[1])[0]


def test_reuse_of_every_pair(sources: Sources, holdings: Holdings, stated: Stated) -> None:
    told_kinds = sources.truth("kinds")
    items = {item["item"]: item for item in told_kinds["items"]}
    days = {kind["kind"]: kind["validity_days"] for kind in told_kinds["kinds"]}
    names = {subject: prevailing(said) for (subject, field), said in stated.items() if field == "name"}
    reasons: Counter[str] = Counter()
    for subject, answers in sources.truth("reuse").items():
        kind_of = subject.split(":")[0]
        assert answers.keys() == {code for code, item in items.items() if item["applicant"] == kind_of}
        for code, told in answers.items():
            wanted = {
                m["kind"]: m["form"]
                for m in items[code]["materials"]
                if m["required"] and (m["until"] is None or m["until"] >= f"{LAST_DAY}")
            }
            held = holdings.get(subject, {})
            counted = {
                kind: verdict(held.get(kind, []), days[kind], form, names.get(subject))
                for kind, form in wanted.items()
            }
            verdicts = {kind: tuple(found) for kind, found in told["on_file"].items()}
            verdicts |= {kind: reason for reason, of in told["to_submit"].items() for kind in of}
            assert verdicts == counted, (subject, code)
            assert told["share"] == [len(told["on_file"]), len(wanted)]
            reasons.update(value if isinstance(value, str) else "on file" for value in counted.values())
    assert reasons.keys() == {"on file", "none", "expired", "wrong form", "contradicted"}


def verdict(held: list[Held], days: int | None, form: str, name: str | None) -> str | tuple[str | None, ...]:
    left = [one for one in held if is_valid(one.material, days, LAST_DAY)]
    if not left:
        return "expired" if held else "none"
    left = [one for one in left if form == "copy" or one.material.form in ("original", "e-licence")]
    if not left:
        return "wrong form"
    left = [one for one in left if name is None or one.name is None or one.name == name]
    if not left:
        return "contradicted"
    latest = max(one.since for one in left)
    newest = min((one for one in left if one.since == latest), key=lambda one: one.material.id)
    return newest.material.id, newest.case, newest.material.date.isoformat()


def test_library(sources: Sources, holdings: Holdings, kinds: Kinds) -> None:
    counted: dict[str, Counter[str]] = defaultdict(Counter)
    for subject, held in holdings.items():
        for kind, records in held.items():
            submitted = [one for one in records if one.case]
            if not submitted:
                continue
            counted[kind]["people" if subject.startswith("person:") else "organisations"] += 1
            counted[kind]["submitted"] += len(submitted)
            for one in submitted:
                days = kinds[one.material.title]["validity_days"]
                earlier = [old.material for old in records if old.since < one.since]
                counted[kind]["again"] += any(is_valid(m, days, one.since.date()) for m in earlier)
    told = sources.truth("library")
    names = ("submitted", "people", "organisations", "again")
    assert told["kinds"] == {kind: {name: counted[kind][name] for name in names} for kind in counted}
    assert sum(use["again"] for use in told["kinds"].values()) > 100
    unknown = Counter(m.title for c in sources.cases.values() for m in c.materials if m.title not in kinds)
    assert told["unclassified"] == dict(unknown)
    assert unknown
