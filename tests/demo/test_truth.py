"""Contradictions, reuse and library counted out again from the sources, by the rules of docs/demo.md."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date
from typing import Any

import pytest

from tests.demo.plain_sources import Case, Material, Sources, is_valid

LAST_DAY = date(2026, 6, 30)
Submitted = list[tuple[Case, Material]]


@pytest.fixture(scope="session")
def kinds(sources: Sources) -> dict[str, dict[str, Any]]:
    return {name: kind for kind in sources.truth("kinds")["kinds"] for name in kind["names"]}


@pytest.fixture(scope="session")
def submitted(sources: Sources, kinds: dict[str, dict[str, Any]]) -> dict[str, dict[str, Submitted]]:
    """Subject -> kind -> what was submitted, in order of acceptance."""
    found: dict[str, dict[str, Submitted]] = defaultdict(lambda: defaultdict(list))
    for case in sorted(sources.cases.values(), key=lambda c: c.accepted):
        for material in case.materials:
            if material.title in kinds:
                found[case.subject][kinds[material.title]["kind"]].append((case, material))
    return found


@pytest.fixture(scope="session")
def contradictions(sources: Sources) -> dict[tuple[str, str], dict[str, set[tuple[str, str, int]]]]:
    """Subject and field -> value -> places that state it, where there are two values."""
    stated: Any = defaultdict(lambda: defaultdict(set))
    for case in sources.cases.values():
        place = (f"cases/{case.system}.csv", "", case.events[0].row)
        for field in ("name", "birth_date", "gender"):
            if case.applicant[field]:
                stated[case.subject, field][case.applicant[field]].add(place)
        if case.employer:
            stated[f"organisation:{case.employer['number']}", "name"][case.employer["name"]].add(place)
    told = sources.truth("catalogue")
    for of, row in zip(told.values(), sources.catalogue, strict=True):
        name = row["姓名"] or row["单位名称"]
        stated[of["subject"], "name"][name].add((of["file"], of["sheet"], of["row"]))
    return {key: dict(values) for key, values in stated.items() if len(values) > 1}


def test_contradictions(sources: Sources, contradictions: Any) -> None:
    told = {
        (c["subject"], c["field"]): {
            value: {(w["file"], w["sheet"], w["row"]) for w in places} for value, places in c["values"].items()
        }
        for c in sources.truth("contradictions")
    }
    assert told == contradictions
    assert {field for _, field in told} == {"name", "birth_date", "gender"}


def test_reuse_of_every_pair(sources: Sources, submitted: Any, contradictions: Any) -> None:
    items = {item["item"]: item for item in sources.truth("kinds")["items"]}
    about = {kind["kind"]: kind for kind in sources.truth("kinds")["kinds"]}
    reasons: Counter[str] = Counter()
    for subject, answers in sources.truth("reuse").items():
        fields = {field for one, field in contradictions if one == subject}
        kind_of = subject.split(":")[0]
        assert answers.keys() == {code for code, item in items.items() if item["applicant"] == kind_of}
        for code, told in answers.items():
            wanted = {m["kind"]: m["form"] for m in items[code]["materials"] if m["required"]}
            held = submitted.get(subject, {})
            counted = {k: verdict(held.get(k, []), about[k], form, fields) for k, form in wanted.items()}
            verdicts = {kind: tuple(found) for kind, found in told["on_file"].items()}
            verdicts |= {kind: reason for reason, of in told["to_submit"].items() for kind in of}
            assert verdicts == counted, (subject, code)
            assert told["share"] == [len(told["on_file"]), len(wanted)]
            reasons.update(value if isinstance(value, str) else "on file" for value in counted.values())
    assert reasons.keys() == {"on file", "none", "expired", "wrong form", "contradicted"}


def verdict(held: Submitted, kind: dict[str, Any], form: str, fields: set[str]) -> str | tuple[str, ...]:
    left = [(c, m) for c, m in held if is_valid(m, kind["validity_days"], LAST_DAY)]
    if not held or not left:
        return "expired" if held else "none"
    left = [(c, m) for c, m in left if form == "copy" or m.form in ("original", "e-licence")]
    if not left:
        return "wrong form"
    if fields & set(kind["proves"]):
        return "contradicted"
    case, newest = max(left, key=lambda pair: (pair[1].date, pair[0].accepted, pair[1].id))
    return newest.id, case.id, newest.date.isoformat()


def test_library(sources: Sources, submitted: Any, kinds: dict[str, dict[str, Any]]) -> None:
    counted: dict[str, Counter[str]] = defaultdict(Counter)
    for subject, held in submitted.items():
        for kind, records in held.items():
            whose = "people" if subject.startswith("person:") else "organisations"
            counted[kind][whose] += 1
            counted[kind]["submitted"] += len(records)
            for n, (case, _) in enumerate(records):
                earlier = [m for c, m in records[:n] if c.accepted < case.accepted]
                days = kinds[kind]["validity_days"]
                counted[kind]["again"] += any(is_valid(m, days, case.accepted.date()) for m in earlier)
    told = sources.truth("library")
    names = ("submitted", "people", "organisations", "again")
    assert told["kinds"] == {kind: {name: counted[kind][name] for name in names} for kind in counted}
    assert sum(use["again"] for use in told["kinds"].values()) > 100
    unknown = Counter(m.title for c in sources.cases.values() for m in c.materials if m.title not in kinds)
    assert told["unclassified"] == dict(unknown)
    assert unknown
