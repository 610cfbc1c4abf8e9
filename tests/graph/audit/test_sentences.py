"""What a rule says of a finding, in both languages."""

from __future__ import annotations

import pytest

from dashboard.texts import Texts
from etl.rules_source import read_rules
from graph.audit.findings import sentence
from graph.stages import STAGES


@pytest.mark.parametrize(
    ("required", "zh", "en"),
    [
        ("approval", "「发放」之前没有审批。", "‘发放’ was done and no approval."),
        ("approval, review", "「发放」之前没有审批、审核。", "‘发放’ was done and no approval, review."),
        # An activity is called what its source calls it.
        ("Approve, sign", "「发放」之前没有Approve, sign。", "‘发放’ was done and no Approve, sign."),
        (None, "「发放」之前没有–。", "‘发放’ was done and no –."),
    ],
)
def test_stages_are_named_in_the_language_of_the_sentence(required: str | None, zh: str, en: str) -> None:
    said = sentence(read_rules().rules["missing-approval"], {"activity": "发放", "required": required})
    assert (said.zh, said.en) == (zh, en)


def test_pages_call_stages_as_sentences_do() -> None:
    assert {code: Texts("zh").code("stage", code) for code in STAGES} == STAGES
