"""Each rule where it fires and where it does not, on both engines; findings over time and under decisions."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from pathlib import Path

import pytest

from etl.rules_source import read_rules
from graph.audit.finding_filter import FindingFilter
from graph.audit.findings import FindingRow, findings
from graph.audit.rules import RuleFile, RuleSet, changed
from graph.audit.run import AuditReport, Scope, audit
from graph.decide import AcceptRequest, ReversalRequest, decide
from graph.errors import LoadOpen, NotFound
from graph.rebuild import rebuild
from graph.settings import Settings
from graph.store import Store
from graph.viewer import LOCAL_OPERATOR
from tests.archives import archive, content
from tests.graph.audit.deviations import Graph, deviations, usual

OWN = {
    "rules": {
        "late": {"parameters": {"days": 30, "items": {"benefit": 1000}}},
        "slow-step": {"parameters": {"pairs": [{"start": "受理", "end": "电话", "days": 2}]}},
        "material-missing": {"parameters": {"required": [{"titles": ["申请表"], "items": ["form"]}]}},
        "unusual-step": {"parameters": {"share": 0.04, "least": 25}},
        "duties-together": {"parameters": {"pairs": [["stage:acceptance", "stage:review"]], "least": 5}},
        # The usual cases are all approved at the same instant.
        "decisions-in-bulk": {"parameters": {"ignore": ["审批"]}},
        "never-closed": {"parameters": {"days": 900}},
        "hasty-since": {"like": "hasty-decision", "parameters": {"since": ["受理"], "within": 3700}},
    }
}
# Where each rule fires: cases, or the actor.
EXPECTED = {
    "missing-acceptance": {"missing-acceptance"},
    "missing-review": {"missing-review"},
    "missing-approval": {"missing-approval"},
    "step-order": {"step-order"},
    "repeated-event": {"repeated-event"},
    "rework": {"rework", "returned-to-review"},
    "returned-to-review": {"returned-to-review", "reopened"},
    "reopened": {"reopened"},
    "late": {"late", "silence"},
    "slow-step": {"slow-step"},
    "silence": {"silence"},
    "never-closed": {"never-closed"},
    "hasty-decision": {"hasty-decision"},
    "hasty-since": {"hasty-decision"},
    "decisions-in-bulk": {"bulk-4"},
    "outside-hours": {"outside-hours"},
    "backdated": {"backdated"},
    "entered-before": {"entered-before"},
    "undated": {"undated"},
    "four-eyes": {"four-eyes"},
    "duties-together": {"丁"},
    "no-actor": {"no-actor"},
    "unknown-actor": {"unknown-actor"},
    "foreign-unit": {"foreign-unit"},
    "own-case": {"own-case"},
    "material-after-decision": {"material-after-decision"},
    "material-dated-after-decision": {"material-dated-after-decision"},
    "material-expired": {"material-expired"},
    "material-missing": {"material-missing"},
    "amounts-differ": {"amounts-differ"},
    "two-regions": {"two-regions", "other"},
}


def rule_set(**own: object) -> RuleSet:
    comes_with = read_rules()
    rules, bad = changed(comes_with.rules, RuleFile.model_validate(own))
    return RuleSet(rules, (*comes_with.bad, *bad))


def run(store: Store, settings: Settings, rules: RuleSet, **scope: object) -> AuditReport:
    return audit(store, settings, LOCAL_OPERATOR, rules, Scope.model_validate(scope))


def listed(store: Store, **wanted: str) -> list[FindingRow]:
    rows, cursor = [], None
    while True:
        page = findings(store, LOCAL_OPERATOR, FindingFilter(**wanted), limit=7, cursor=cursor)
        rows += page.items
        cursor = page.next
        if cursor is None:
            return rows


def fired(store: Store) -> dict[str, set[str]]:
    """Rule -> the cases, or else the actors, that its findings are about."""
    found = defaultdict(set)
    for row in listed(store):
        cases = {one.id for one in row.about if one.label == "Case"} or {one.id for one in row.about}
        found[row.rule] |= {id_.removeprefix("x:") for id_ in cases}
    return dict(found)


def test_each_rule_fires_where_it_should_and_nowhere_else(store_uri: str) -> None:
    rules = rule_set(**OWN)
    with archive(store_uri) as (store, settings):
        deviations().write(store, settings)
        report = run(store, settings, rules, of="all")
        assert [one for one in report.rules if one.failed] == [] and report.bad == []
        found = fired(store)
        unusual = found.pop("unusual-step")
        assert found == EXPECTED
        # Rules that show conformance are tested in test_standards.py.
        own = {id_ for id_, rule in rules.rules.items() if rule.kind != "standard"}
        assert {*EXPECTED, "unusual-step"} == own
        # Each of these has a step that one of the cases takes.
        assert {"reopened", "slow-step"} <= unusual and "clean-1" not in unusual
        outcome = {one.rule: one for one in report.rules}
        # Of the one case whose acceptance and review are known by the day only.
        assert outcome["step-order"].undecidable >= 1
        assert outcome["backdated"].undecidable == outcome["backdated"].checked - 2
        assert report.standing == len(listed(store)) == sum(one.findings for one in report.rules)
        before = content(store)
        again = run(store, settings, rules, of="all")
        assert (again.new, again.changed, again.gone, again.standing) == (0, 0, 0, report.standing)
        assert content(store) == before
        rebuild(store, settings)
        assert content(store) == before


def test_without_standard_and_parameters_nothing_is_guessed(duckdb_uri: str) -> None:
    with archive(duckdb_uri) as (store, settings):
        graph = Graph()
        graph.case("plain", *((f"step {n}", at, who) for n, (_, at, who) in enumerate(usual("2024-03-05"))))
        graph.write(store, settings)
        outcome = {one.rule: one for one in run(store, settings, read_rules()).rules}
        for rule in ("late", "slow-step", "material-missing", "own-case", "missing-review"):
            assert (outcome[rule].findings, outcome[rule].undecidable) == (0, 1), rule
        assert listed(store) == []


def test_an_audit_after_a_load_looks_at_what_changed(store_uri: str) -> None:
    rules = read_rules()
    with archive(store_uri) as (store, settings):
        graph = Graph()
        a, b, c, d = usual("2024-03-05")
        graph.case("one", a, c, d)
        graph.case("two", a, b, c, d)
        graph.write(store, settings)
        first = run(store, settings, rules)
        assert (first.cases, fired(store)) == (2, {"missing-review": {"one"}})
        assert run(store, settings, rules).cases == 0
        late = Graph()
        late.case("one")
        late.event("one-9", "Case x:one", *b, seq=9)
        late.case("three", a, b, d)
        late.write(store, settings)
        page = findings(store, LOCAL_OPERATOR, FindingFilter())
        assert page.audit is not None and page.audit.loads_since == 2
        second = run(store, settings, rules)
        assert (second.cases, second.new, second.gone) == (2, 1, 1)
        assert fired(store) == {"missing-approval": {"three"}}
        everything = content(store)
        assert run(store, settings, rules, of="all").cases == 3
        assert content(store) == everything


def test_an_accepted_finding_is_shown_as_such_until_its_day(store_uri: str) -> None:
    rules = read_rules()
    with archive(store_uri) as (store, settings):
        graph = Graph()
        a, b, c, d = usual("2024-03-05")
        graph.case("one", a, c, d)
        graph.write(store, settings)
        run(store, settings, rules)
        (found,) = listed(store)
        assert found.id == "missing-review|x:one|x:one-2|0" and found.accepted is None
        asked = AcceptRequest(finding=found.id, until=date(2030, 1, 1), who="W", why="known")
        decision = decide(store, settings, LOCAL_OPERATOR, asked).decision
        for on, accepted in ((date(2030, 1, 1), True), (date(2030, 1, 2), False)):
            (row,) = findings(store, LOCAL_OPERATOR, FindingFilter(case="x:one"), on=on).items
            assert (row.accepted is not None) is accepted
        late = Graph()
        late.case("one")
        late.event("one-9", "Case x:one", *b, seq=9)
        late.write(store, settings)
        report = run(store, settings, rules)
        assert (report.gone, report.standing, listed(store)) == (1, 0, [])
        # The decision keeps what it is about.
        assert store.contents("Finding", [found.id])[0]["rule_set"] is None
        assert run(store, settings, rules, of="all").gone == 0
        again = Graph()
        again.event("one-9", again.record("Case", "x:one", item_id="item"), "电话", *b[1:], seq=9)
        again.write(store, settings)
        back = run(store, settings, rules)
        assert (back.cases, back.new, back.standing, [one.id for one in listed(store)]) == (1, 0, 1, [found.id])
        assert listed(store)[0].accepted is not None
        kept = content(store)
        run(store, settings, rules, of="all")
        assert content(store) == kept
        decide(store, settings, LOCAL_OPERATOR, ReversalRequest(decision=decision.id, who="W", why="x"))


def test_a_rule_that_fails_or_takes_too_long_holds_up_no_other(duckdb_uri: str) -> None:
    own = {
        "slow": {"like": "no-actor", "seconds": 1e-9},
        "wrong": {"like": "four-eyes", "parameters": {"peers": []}},
        "lost": {"like": "no-such-rule"},
    }
    rules = rule_set(rules=own)
    with archive(duckdb_uri) as (store, settings):
        deviations().write(store, settings)
        report = run(store, settings, rules)
        assert {one.rule for one in report.bad} == {"wrong", "lost"}
        assert [one.rule for one in report.rules if one.failed] == ["slow"]
        assert fired(store)["no-actor"] == {"no-actor"}


def test_what_cannot_be_audited(duckdb_uri: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with archive(duckdb_uri) as (store, settings):
        with pytest.raises(NotFound, match="empty"):
            run(store, settings, read_rules())
        graph = Graph()
        graph.case("one", *usual("2024-03-05"))
        graph.write(store, settings)
        with pytest.raises(NotFound, match="no case"):
            run(store, settings, read_rules(), of="case", case="x:none")
        monkeypatch.setattr("graph.audit.run.findings_of", lambda *given: _meanwhile(store, settings, given))
        with pytest.raises(LoadOpen, match="during the audit"):
            run(store, settings, read_rules())


def _meanwhile(store: Store, settings: Settings, given: tuple[object, ...]) -> object:
    """Another load is done while the rules are evaluated."""
    from graph.audit.finding_records import findings_of

    other = Graph()
    other.case("other", *usual("2024-03-06"))
    other.write(store, settings)
    return findings_of(*given)


def test_rule_files_name_what_is_wrong_with_them(tmp_path: Path) -> None:
    good = (read_rules().rules["no-actor"]).model_dump_json()
    (tmp_path / "a.yaml").write_text(good, encoding="utf-8")
    (tmp_path / "b.yaml").write_text(good, encoding="utf-8")
    (tmp_path / "c.yaml").write_text(good.replace('"severity"', '"severty"'), encoding="utf-8")
    read = read_rules(folder=tmp_path)
    assert set(read.rules) == {"no-actor"}
    assert (read.bad[0].rule, read.bad[0].field) == ("b.yaml", "id")
    assert "another file has the id 'no-actor': a.yaml" in read.bad[0].reason
    said = {one.field: one.reason for one in read.bad[1:]}
    assert said.keys() == {"severity", "severty"} and "did you mean 'severity'" in said["severty"]


def test_every_rule_that_comes_with_the_program_can_show_what_it_finds(duckdb_uri: str) -> None:
    with archive(duckdb_uri) as (store, settings):
        deviations().write(store, settings)
        run(store, settings, rule_set(**OWN))
        for row in listed(store):
            assert row.text is not None and "–" not in row.text.en and "–" not in row.text.zh, row.id
