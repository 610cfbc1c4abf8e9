"""The review of a payment: one answer with approval, amounts, differences and records, on both engines."""

from __future__ import annotations

import pytest

from graph.errors import NotFound
from graph.finance import finance
from graph.viewer import LOCAL_OPERATOR
from tests.archives import archive
from tests.graph.conformance_cases import write_case
from tests.graphs import link, write


def test_amounts_that_differ_between_decision_and_payment_are_named(store_uri: str) -> None:
    with archive(store_uri) as (store, settings):
        write_case(store, settings, 1, "03")
        before = finance(store, LOCAL_OPERATOR, "hall:1")
        assert (before.approved, before.agrees, before.amounts, before.differences) == (True, None, [], [])
        assert {one.title for one in before.materials} == {"身份证", "照片"}
        assert [one.stage for one in before.approvals] == ["review", "approval"]
        payments = [
            {"id": "p-1", "amount": 120_000, "kind": "decided", "period": "2024-03"},
            {"id": "p-2", "amount": 100_000, "kind": "paid", "period": "2024-03"},
            {"id": "p-3", "amount": 15_000, "kind": "paid", "period": "2024-03"},
        ]
        facts = [
            {"id": "f-1", "field": "amount_decided", "value": "7"},
            {"id": "f-2", "field": "amount_paid", "number": 7},
            {"id": "f-3", "field": "phone", "value": "7"},
        ]
        links = {
            "PAYS": [link(f"Payment {one['id']}", "Case hall:1") for one in payments]
            + [link("Payment p-2", "Person p")],
            "ABOUT": [link(f"Fact {one['id']}", "Case hall:1") for one in facts],
        }
        nodes = {"Person": [{"id": "p"}], "Payment": payments, "Fact": facts}
        write(store, settings, nodes, links, system="finance")
        answer = finance(store, LOCAL_OPERATOR, "hall:1")
        assert [(one.id, one.kind, one.amount) for one in answer.amounts] == [
            ("f-1", "amount_decided", 7),
            ("f-2", "amount_paid", 7),
            ("p-1", "decided", 120_000),
            ("p-2", "paid", 100_000),
            ("p-3", "paid", 15_000),
        ]
        assert answer.agrees is False
        assert [(one.first, one.second, one.difference) for one in answer.differences] == [
            ("decided", "paid", -5_000)
        ]
        assert [[who.id for who in one.payees] for one in answer.amounts] == [[], [], [], ["p"], []]
        assert {one.source.file for one in answer.amounts} == {"finance.csv"}
        write(store, settings, {"Payment": [{**payments[2], "amount": 20_000}]}, {"PAYS": links["PAYS"][2:3]})
        assert finance(store, LOCAL_OPERATOR, "hall:1").agrees is True
        with pytest.raises(NotFound, match="no case"):
            finance(store, LOCAL_OPERATOR, "hall:9")
