"""The audit of real logs finds what docs/audit.md says, and what plain reading of the XES counts."""

from __future__ import annotations

import gzip
import json
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from graph.audit.findings import FindingFilter, findings
from graph.viewer import LOCAL_OPERATOR
from tests.audited_logs import BEGIN, DOCS, END, LOGS, AuditedLog, audited, rows
from tests.planted_deviations import every_finding

DETERMINE, SEND = "T04 Determine confirmation of receipt", "T05 Print and send confirmation of receipt"
APPROVED, PAY = "Declaration FINAL_APPROVED by SUPERVISOR", "Request Payment"
AGAIN = {f"Declaration {what}" for what in ("REJECTED by MISSING", "REJECTED by EMPLOYEE", "SUBMITTED by EMPLOYEE")}
FOUR_EYES = {
    "receipt": {
        "four-eyes": f"{DETERMINE} | {SEND}",
        "four-eyes-check": f"T02 Check confirmation of receipt | {DETERMINE}",
    },
    "BPIC15_1": {"four-eyes": "01_HOOFD_480 | 01_HOOFD_490_1", "four-eyes-receipt": "01_HOOFD_010 | 01_HOOFD_015"},
    "BPIC13_closed_problems": {"four-eyes": "Accepted | Completed"},
}
# Read by hand in docs/audit.md: log, rule, case, and the activity at which it was found.
READ = (
    ("receipt", "missing-determination", "case-7917", SEND),
    ("BPIC20_DomesticDeclarations", "missing-approval", "declaration90815", PAY),
    ("BPIC15_1", "hasty-decision", "2771451", "01_HOOFD_490_1"),
)


@pytest.mark.real
@pytest.mark.slow
@pytest.mark.parametrize("name", LOGS)
def test_a_real_log_has_the_findings_of_the_page(name: str, duckdb_uri: str, real_data: Path) -> None:
    with audited(name, duckdb_uri, real_data) as log:
        shown = DOCS.read_text(encoding="utf-8").split(BEGIN)[1].split(END)[0].strip().splitlines()
        assert rows(log) == [line for line in shown if line.startswith(f"| `{name}` ")], "run tests.audited_logs"
        cases = _cases_by_rule(log)
        expected = json.loads((real_data / "expected.json").read_text())[f"{name}.xes.gz"]["four_eyes"]
        looked_at = {one.rule: one.checked for one in log.outcomes}
        for rule, pair in FOUR_EYES.get(name, {}).items():
            told = {"cases_with_both": looked_at[rule], "cases_same_actor": len(cases[rule])}
            assert told == expected[pair]
        plain = _plain(real_data / "logs" / f"{name}.xes.gz")
        for rule, counted in _counted(name, plain).items():
            assert cases[rule] == {f"{name}:{case}" for case in counted}, rule
        _read_by_hand(log)


def _cases_by_rule(log: AuditedLog) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {one.rule: set() for one in log.outcomes}
    for row in every_finding(log.store):
        found[row.rule] |= {one.id for one in row.about if one.label == "Case"}
    return found


def _read_by_hand(log: AuditedLog) -> None:
    for name, rule, case, activity in READ:
        if name == log.name:
            wanted = FindingFilter(rule=rule, case=f"{name}:{case}")
            (row,) = findings(log.store, LOCAL_OPERATOR, wanted).items
            assert row.detail["activity"] == activity
            spared = FindingFilter(rule="hasty-after-grounds", case=f"{name}:{case}")
            assert findings(log.store, LOCAL_OPERATOR, spared).items == []


def _plain(path: Path) -> dict[str, list[dict[str, Any]]]:
    """The events of each case in the order of their instants, and within one in that of the file."""
    found: dict[str, list[dict[str, Any]]] = {}
    with gzip.open(path) as file:
        for _, trace in etree.iterparse(file, tag="{*}trace"):
            case = next(one.get("value") for one in trace if one.get("key") == "concept:name")
            events = [{a.get("key"): a.get("value") for a in event} for event in trace.findall("{*}event")]
            found[case] = sorted(events, key=_at)
            trace.clear()
    return found


def _at(event: dict[str, Any]) -> float:
    return datetime.fromisoformat(event["time:timestamp"]).timestamp()


def _counted(name: str, plain: dict[str, list[dict[str, Any]]]) -> dict[str, set[str]]:
    """The cases that rules must find, counted in the log as it is read."""

    def done(case: str) -> list[str]:
        return [event["concept:name"] for event in plain[case]]

    def without(given: str, required: str) -> set[str]:
        return {case for case in plain if given in done(case) and required not in done(case)}

    def silent(days: float) -> set[str]:
        return {
            case
            for case, events in plain.items()
            if any(_at(later) - _at(event) > days * 86_400 for event, later in pairwise(events))
        }

    def after(first: str, again: set[str]) -> set[str]:
        return {
            case for case in plain if first in done(case) and again & {*done(case)[done(case).index(first) + 1 :]}
        }

    if name == "receipt":
        nobody = {case for case, events in plain.items() if {e["org:resource"].upper() for e in events} & {"TEST"}}
        return {"missing-determination": without(SEND, DETERMINE), "silence": silent(60), "unknown-actor": nobody}
    if name == "BPIC13_closed_problems":
        return {"reopened": after("Completed", {"Accepted", "Queued"}), "silence": silent(365)}
    if name == "BPIC20_DomesticDeclarations":
        returned = after(APPROVED, AGAIN)
        return {"missing-approval": without(PAY, APPROVED), "silence": silent(60), "returned-to-review": returned}
    return {"missing-question": without("01_HOOFD_490_1", "01_HOOFD_480")}
