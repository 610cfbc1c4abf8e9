"""The audit against what is known of its sources: a real log. tests/planted_faults.py has the planted faults."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import pytest

from etl.load import LoadRequest, load_file
from etl.mapping import load_mapping
from etl.rules_source import read_rules
from graph.audit.finding_filter import FindingFilter
from graph.audit.findings import findings
from graph.audit.rules import RuleFile, RuleSet, changed
from graph.audit.run import Scope, audit
from graph.store import Store
from graph.viewer import LOCAL_OPERATOR
from tests.archives import archive


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
