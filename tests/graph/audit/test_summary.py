"""Findings counted and filtered, one of them, and one rule, on both engines."""

from __future__ import annotations

from datetime import date

import pytest

from etl.rules_source import read_rules
from graph.audit.finding_filter import FindingFilter
from graph.audit.findings import finding, findings
from graph.audit.rules import RuleSet
from graph.audit.run import AuditRequest, Scope, audit
from graph.audit.summary import finding_summary, rule_view
from graph.decide import AcceptRequest, decide
from graph.errors import NotFound
from graph.store import Store
from graph.viewer import LOCAL_OPERATOR
from tests.archives import archive
from tests.graph.audit.deviations import Graph, usual
from tests.graph.sample import ms
from tests.graphs import link

RULES = RuleSet({id_: read_rules().rules[id_] for id_ in ("missing-review", "no-actor", "two-regions", "step-order")})


def _listed(store: Store, **wanted: object) -> set[str]:
    return {one.id for one in findings(store, LOCAL_OPERATOR, FindingFilter.model_validate(wanted)).items}


def test_findings_are_counted_and_filtered(store_uri: str) -> None:
    with archive(store_uri) as (store, settings):
        empty = finding_summary(store, LOCAL_OPERATOR, FindingFilter())
        assert (empty.findings, empty.as_of_load, empty.audit, empty.rules) == (0, 0, None, [])
        graph = Graph()
        a, _, c, d = usual("2024-03-05")
        graph.case("one", a, c, d, item="card")
        graph.case("two", a, ("审核", "2024-03-06T10:00:00", None), *usual("2024-03-06")[2:], item="form")
        graph.case("days", ("受理", "2024-03-05", "甲"), ("审核", "2024-03-05", "乙"), c, d, item="form")
        # Two cases of one person, item and time in two regions: a finding about no event.
        for name, region in (("north", "北"), ("south", "南")):
            graph.case(name, *usual("2024-04-01", name), item="grant", region=region)
            graph.links["APPLIED"].append(link(graph.record("Person", "x:p"), f"Case x:{name}", role="applicant"))
        for event, unit in (("one-2", "甲科"), ("two-2", "乙科"), ("north-1", "丙科"), ("one-1", "丙科")):
            graph.links["IN_UNIT"].append(link(f"Event x:{event}", graph.record("Unit", f"x:{unit}", name=unit)))
        graph.write(store, settings)
        report = audit(store, settings, LOCAL_OPERATOR, RULES, Scope(of="all"))

        review, nobody = "missing-review|x:one|x:one-2|0", "no-actor|x:two|x:two-2|0"
        regions = {one for one in _listed(store) if one.startswith("two-regions")}
        assert _listed(store) == {review, nobody, *regions} and regions
        assert _listed(store, item="card") == {review}
        # Of the unit of the event found, not of another one of its case; without an event of any of the case.
        assert _listed(store, unit="甲科") == {review}
        assert _listed(store, unit="x:乙科") == {nobody}
        assert _listed(store, unit="丙科") <= regions and _listed(store, unit="丙科")
        assert _listed(store, from_at=ms("2024-03-06T00:00"), to_at=ms("2024-03-06T23:59")) == {nobody}
        assert _listed(store, from_at=ms("2024-04-01T00:00")) == regions
        assert _listed(store, to_at=ms("2024-03-05T23:59")) == {review}

        asked = AcceptRequest(finding=review, until=date(2999, 1, 1), who="W", why="known")
        decision = decide(store, settings, LOCAL_OPERATOR, asked).decision
        assert _listed(store, state="accepted") == {review}
        assert _listed(store, state="open") == {nobody, *regions}
        summary = finding_summary(store, LOCAL_OPERATOR, FindingFilter())
        assert (summary.findings, summary.accepted) == (2 + len(regions), 1)
        counted = {one.rule: (one.findings, one.accepted, one.looked_at) for one in summary.rules}
        assert {rule: found[:2] for rule, found in counted.items()} == {
            "missing-review": (1, 1),
            "no-actor": (1, 0),
            "two-regions": (len(regions), 0),
            "step-order": (0, 0),
        }
        # Known by the day only, so that it cannot be told what came first.
        seen, told = counted["step-order"][2], next(one for one in report.rules if one.rule == "step-order")
        assert seen is not None and 0 < seen.undecidable < seen.checked
        assert (seen.checked, seen.undecidable) == (told.checked, told.undecidable)
        assert {one.name: one.accepted for one in summary.categories}["missing step"] == 1
        late = finding_summary(store, LOCAL_OPERATOR, FindingFilter(), on=date(2999, 1, 2))
        assert late.accepted == 0
        high = finding_summary(store, LOCAL_OPERATOR, FindingFilter(severity="none"))
        assert (high.findings, high.rules) == (0, [])

        view = finding(store, LOCAL_OPERATOR, review)
        assert view.rule is not None and view.rule.id == "missing-review"
        accepted = view.finding.accepted
        assert accepted is not None
        assert (accepted.decision, accepted.who, accepted.why, accepted.until) == (
            decision.id,
            "W",
            "known",
            "2999-01-01",
        )
        assert {(one.label, one.id) for one in view.finding.about} >= {("Case", "x:one"), ("Event", "x:one-2")}
        with pytest.raises(NotFound, match="no finding 'none'"):
            finding(store, LOCAL_OPERATOR, "none")
        rule = rule_view(store, LOCAL_OPERATOR, "missing-review")
        assert (rule.count.findings, rule.count.accepted) == (1, 1)
        assert rule.complete is not None and rule.complete.cases == 5
        with pytest.raises(NotFound, match="rule 'late'"):
            rule_view(store, LOCAL_OPERATOR, "late")


def test_actors_go_by_what_their_source_calls_them(store_uri: str) -> None:
    with archive(store_uri) as (store, settings):
        graph = Graph()
        _, b, _, d = usual("2024-03-05")
        for case, actor in (("one", "甲"), ("two", "noname")):
            both = [(step, f"2024-03-05T{hour}:00:00", actor) for step, hour in (("受理", "09"), ("审批", "11"))]
            graph.case(case, both[0], b, both[1], d)
        graph.write(store, settings)
        rules = RuleSet({"four-eyes": read_rules().rules["four-eyes"]})
        audit(store, settings, LOCAL_OPERATOR, rules, Scope(of="all"))
        page = findings(store, LOCAL_OPERATOR, FindingFilter()).items
        said = {one.detail["actor"]: one.text.en for one in page if one.text}
        assert said == {"x:甲": "甲 did both ‘受理’ and ‘审批’.", "x:noname": "x:noname did both ‘受理’ and ‘审批’."}
        assert [finding(store, LOCAL_OPERATOR, one.id).finding for one in page] == page


def test_what_was_looked_at_is_that_of_the_last_audit_of_everything(duckdb_uri: str) -> None:
    with archive(duckdb_uri) as (store, settings):
        graph = Graph()
        a, _, c, d = usual("2024-03-05")
        graph.case("one", a, c, d)
        graph.write(store, settings)
        asked = AuditRequest(of="case", case="x:one")
        audit(store, settings, LOCAL_OPERATOR, RULES, asked.scope(store))
        part = finding_summary(store, LOCAL_OPERATOR, FindingFilter())
        assert (part.findings, part.audit, part.complete) == (1, None, None)
        assert [one.looked_at for one in part.rules] == [None]
        audit(store, settings, LOCAL_OPERATOR, RULES, Scope())
        more = Graph()
        more.case("two", a, c, d)
        more.write(store, settings)
        audit(store, settings, LOCAL_OPERATOR, RULES, Scope())
        later = finding_summary(store, LOCAL_OPERATOR, FindingFilter(rule="missing-review"))
        assert later.complete is not None and later.complete.cases == 1
        (one,) = later.rules
        assert one.findings == 2 and one.looked_at is not None and one.looked_at.checked == 1


@pytest.mark.parametrize("wrong", [{"of": "case"}, {"of": "since"}, {"case": "x"}, {"of": "all", "since": "2024"}])
def test_an_audit_is_asked_for_in_one_way(wrong: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="stands with of"):
        AuditRequest.model_validate(wrong)
