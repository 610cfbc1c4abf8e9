"""The risk of cases: scores by hand, own weights, accepted findings, and samples that take the highest."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.rules_source import read_rules
from graph import clock
from graph.audit.finding_filter import FindingFilter
from graph.audit.findings import findings
from graph.audit.risk import risks, weight_of, weights_of
from graph.audit.rules import RuleSet
from graph.audit.run import Scope, audit
from graph.decide import AcceptRequest, decide
from graph.errors import UsageError
from graph.sampling import BY_RISK, FrameCase, SampleRequest, draw, sample
from graph.viewer import LOCAL_OPERATOR
from tests.archives import archive
from tests.graph.audit.deviations import Graph, usual

RULES = RuleSet({id_: read_rules().rules[id_] for id_ in ("missing-review", "no-actor", "repeated-event")})


def test_the_score_is_the_sum_of_the_weights_of_its_rules(store_uri: str) -> None:
    with archive(store_uri) as (store, settings):
        graph = Graph()
        a, b, c, d = usual("2024-03-05")
        nobody = [(step, at, None) for step, at, _ in (a, b)]
        graph.case("clean", a, b, c, d)
        graph.case("one", a, c, d, item="card")
        graph.case("two", *nobody, c, d)
        graph.case("both", nobody[0], c, d, item="card")
        graph.write(store, settings)
        with pytest.raises(UsageError, match="no findings"):
            sample(store, LOCAL_OPERATOR, SampleRequest(size=1, seed="1", weights={}))
        looked_at = clock.last_done(store)
        audit(store, settings, LOCAL_OPERATOR, RULES, Scope(of="all"))
        severity = {id_: rule.severity for id_, rule in RULES.rules.items()}
        weight = {id_: {"high": 5, "medium": 2, "low": 1}[severity[id_]] for id_ in severity}
        found = risks(store, clock.last_done(store), weights_of({}))
        assert {id_: one.score for id_, one in found.items()} == {
            "x:one": weight["missing-review"],
            "x:two": weight["no-actor"],
            "x:both": weight["missing-review"] + weight["no-actor"],
        }
        assert [(one.rule, one.findings) for one in found["x:two"].rules] == [("no-actor", 2)]
        own = risks(store, clock.last_done(store), weights_of({"no-actor": 100, "missing-review": 0}))
        assert {id_: one.score for id_, one in own.items()} == {"x:two": 100, "x:both": 100}
        drawn = sample(
            store, LOCAL_OPERATOR, SampleRequest(size=2, seed="1", by=("item",), weights={"no-actor": 100})
        )
        assert drawn.algorithm == BY_RISK and drawn.risk is not None and drawn.audited_load == looked_at
        # One of each item: of those of item `item` the one with findings.
        assert {one.id for one in drawn.risk} == {"x:both", "x:two"}
        assert [one.score for one in drawn.risk] == sorted((one.score for one in drawn.risk), reverse=True)
        (row,) = findings(store, LOCAL_OPERATOR, FindingFilter(case="x:one")).items
        accepted = AcceptRequest(finding=row.id, until=date(2030, 1, 1), who="W", why="known")
        decide(store, settings, LOCAL_OPERATOR, accepted)
        load = clock.last_done(store)
        assert "x:one" not in risks(store, load, weights_of({}), date(2030, 1, 1))
        assert "x:one" in risks(store, load, weights_of({}), date(2030, 1, 2))


@given(st.lists(st.integers(0, 3), max_size=40), st.integers(1, 50), st.sampled_from(["1", "种子"]))
def test_no_case_left_has_a_higher_score_than_one_drawn(scores: list[int], size: int, seed: str) -> None:
    frame = [FrameCase(id=f"s:{n:03}", item=f"i{n % 2}", unit=None, month=None) for n in range(len(scores))]
    of = {case.id: score for case, score in zip(frame, scores, strict=True)}
    _, drawn = draw(frame, SampleRequest(size=size, seed=seed, by=("item",), weights={}), of)
    taken = {case.id for case in drawn}
    by_item = defaultdict(lambda: ([], []))
    for case in frame:
        by_item[case.item][case.id not in taken].append(of[case.id])
    assert len(drawn) == min(size, len(frame))
    assert all(not left or not took or min(took) >= max(left) for took, left in by_item.values())


@pytest.mark.parametrize("text", ["high", "=5", "high=", "high=-1", "high=x", ""])
def test_what_is_no_weight_is_said(text: str) -> None:
    with pytest.raises(UsageError, match="no weight"):
        weight_of(text)
