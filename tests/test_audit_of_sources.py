"""The audit against what is known of its sources: the faults planted in a demo archive, and a real log."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import pytest

from cli.demo import load_sources
from demo.archive import write
from etl.load import LoadRequest, load_file
from etl.mapping import load_mapping
from etl.rules_source import read_rules
from graph.audit.findings import FindingFilter, findings
from graph.audit.rules import RuleFile, RuleSet, changed
from graph.audit.run import Scope, audit
from graph.store import Store
from graph.viewer import LOCAL_OPERATOR
from tests.archives import archive
from tests.demo_archives import Demo

# The planted faults that the rules which come with the program are to find, each exactly.
RULE_OF = {
    "actor_missing": "no-actor",
    "event_out_of_order": "step-order",
    "step_skipped": "missing-review",
    "four_eyes": "four-eyes",
    "event_repeated": "repeated-event",
    "never_closed": "never-closed",
    "amount_differs": "amounts-differ",
    "expired_material": "material-expired",
    "night_mass_approval": "outside-hours",
}


def cases_by_rule(store: Store) -> dict[str, set[str]]:
    found, cursor = defaultdict(set), None
    while True:
        page = findings(store, LOCAL_OPERATOR, FindingFilter(), limit=1000, cursor=cursor)
        for row in page.items:
            found[row.rule] |= {one.id for one in row.about if one.label == "Case"}
        cursor = page.next
        if cursor is None:
            return dict(found)


def own(**said: object) -> RuleSet:
    rules, bad = changed(read_rules().rules, RuleFile.model_validate(said))
    assert bad == []
    return RuleSet(rules)


@pytest.mark.slow
def test_the_planted_faults_are_found_and_nothing_else(duckdb_uri: str, tmp_path: Path) -> None:
    written = write(tmp_path, 200)
    with archive(duckdb_uri) as (store, settings):
        demo = Demo(written, store, {})
        list(load_sources(store, settings, [*written.event_files, *written.workbooks]))
        planted = defaultdict(set)
        for fault in demo.truth("faults"):
            planted[fault["kind"]].add(fault["record"])
        # Twice the limit in working days, and two weeks, are more than the calendar days of any that kept it.
        limits = {i["item"]: 2 * i["limit_days"] + 14 for i in demo.truth("kinds")["items"] if i["limit_days"]}
        report = audit(
            store,
            settings,
            LOCAL_OPERATOR,
            own(rules={"late": {"parameters": {"items": limits}}}),
            Scope(of="all"),
        )
        assert [one for one in report.rules if one.failed] == []
        found = {rule: of for rule, of in cases_by_rule(store).items() if not rule.startswith("standard-")}
        # A case that is late by its last event only because it was never closed is no case of this.
        assert found.pop("late") == planted["overdue"]
        assert found.pop("decisions-in-bulk") <= planted["night_mass_approval"]
        assert found == {rule: planted[kind] for kind, rule in RULE_OF.items()}


@pytest.mark.real
def test_four_eyes_of_a_log_without_standard(duckdb_uri: str, real_data: Path) -> None:
    """880 of 1,299, and 1,042 of 1,303 cases, by an independent count of the log (expected.json)."""
    steps = [
        f"T0{n} {name} confirmation of receipt" for n, name in ((2, "Check"), (4, "Determine"), (5, "Print and send"))
    ]
    pairs = [[steps[1], steps[2]], [steps[0], steps[1]]]
    rules = own(
        base="none",
        rules={
            "first": {"like": "four-eyes", "parameters": {"pairs": [pairs[0]], "ignore": []}},
            "second": {"like": "four-eyes", "parameters": {"pairs": [pairs[1]], "ignore": []}},
            "silence": {"parameters": {"days": 60}},
        },
    )
    log = real_data / "logs" / "receipt.csv"
    mapping = load_mapping(Path(__file__).parent / "mappings" / "receipt.yaml")
    with archive(duckdb_uri) as (store, settings):
        load_file(store, settings, LoadRequest(log, mapping, "receipt"))
        report = audit(store, settings, LOCAL_OPERATOR, rules, Scope())
        outcome = {one.rule: one for one in report.rules}
        found = cases_by_rule(store)
        assert (outcome["first"].checked, len(found["first"])) == (1299, 880)
        assert (outcome["second"].checked, len(found["second"])) == (1303, 1042)
        assert outcome["silence"].undecidable == 0 < len(found["silence"])
