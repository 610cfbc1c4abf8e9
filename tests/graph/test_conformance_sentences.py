"""What findings of conformance say: each sentence is used, whole, and Chinese where the reader is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter
from typing import Any

import pytest
import yaml

from graph.chain import DANGLING, ERASED, Reference
from graph.conformance import evaluate
from graph.conformance_findings import CaseUnder, Finding
from graph.conformance_sentences import said, said_of_finding, sentences
from graph.days import read_day
from graph.standard import ItemStandard
from graph.texts import Texts
from graph.told_case import told_of
from graph.working_days import WorkingDays
from tests.graph.conformance_cases import VALIDITY, chain_of, course, event, material, records, standard
from tests.graph.test_conformance import PARTS

GRAPH = Path(__file__).parents[2] / "graph"
CODE = ("conformance.py", "conformance_records.py", "conformance_review.py")
TEXTS: dict[str, Any] = yaml.safe_load((GRAPH / "conformance_sentences.yaml").read_text(encoding="utf-8"))
# What stays in a Chinese sentence as it is: ids, keys of standards and settings, commands.
AS_IT_STANDS = re.compile(
    r"`[^`]*`|DOSSIER_[A-Z_]+|[“（][a-z_0-9-]+[”）]|文件 f1|application/pdf|image/jpeg|decision:\d|BY|Actor hall:z"
)


def findings(under: ItemStandard, *, today: str = "2024-06-01", **given: Any) -> list[Finding]:
    """The findings about the case by hand, or about another one."""
    day = read_day(today.replace("-", ""))
    assert day is not None
    case = told_of(chain_of(given.get("events") or course(), given.get("status", "closed")))
    held = given.get("held") or records()
    return evaluate(CaseUnder(case, held, under, VALIDITY, given.get("calendar") or WorkingDays(), day.number))


def every() -> Iterator[Finding]:
    """Findings of each part, of limits of each kind, and of events that lack something."""
    for change, _ in PARTS.values():
        yield from findings(standard(change))
    lacking = [DANGLING + "BY to Actor hall:z", ERASED + "decision:3", "actor", "instant", "event itself"]
    yield from findings(
        standard(), events=[*course()[:3], event("办结", "2024-03-08T10:00", "completion", missing=lacking)]
    )
    late = standard(("days: 20", "days: 2"), ("limit_days: 5", "limit_days: 1"))
    yield from findings(late, events=course()[:1], status="open")
    yield from findings(late, events=course()[:1], status="open", today="2035-06-01")
    unknown = records(material("m-card", "id-card", form=None), material("m-x", None), fields={})
    yield from findings(standard(("form: copy", "form: original")), held=unknown)
    form = standard(("form: copy", "form: original"), ("retention: 50年", "retention: 50年, volume_rule: person"))
    yield from findings(
        form, held=records(material("m-card", "id-card", erased="decision:3"), material("m-photo", "photo"))
    )
    yield from findings(form, held=records(material("m-card", "id-card", volumes=()), material("m-photo", "photo")))
    received = [Reference(id="m-card", label="Material", title=None)]
    other = [event("收件", "2024-03-04T09:00", "acceptance", "甲", received=received), *course()[1:]]
    yield from findings(standard(), events=other)


def test_each_sentence_is_used_and_none_else() -> None:
    code = "".join((GRAPH / name).read_text(encoding="utf-8") for name in CODE)
    quoted = set(re.findall(r'"([a-z_]+)"', code))
    of_case = {name for name in sentences() if name.startswith("case_") and name.removeprefix("case_") in quoted}
    assert sentences() - quoted - of_case == set()
    assert {one.says for one in every()} <= sentences()
    # What is said of a limit is said of that of the whole case too.
    assert {
        f"case_{name}" for name in ("overdue", "too_long", "if_extended", "days_off_unknown", "undated")
    } == of_case


@pytest.mark.parametrize("name", sorted(sentences()))
def test_a_sentence_has_the_same_values_in_both_languages(name: str) -> None:
    for texts in (TEXTS[name], TEXTS[name].get("mend")):
        if texts is not None:
            zh, en = ({v for _, v, _, _ in Formatter().parse(texts[one]) if v} for one in ("zh", "en"))
            # The English way of saying it may name the step once more.
            assert zh <= en <= zh | {"step", "other"}
            assert not texts["zh"].isascii() and texts["en"].isascii()


def test_each_finding_is_said_whole_in_the_language_of_the_reader() -> None:
    found = list(every())
    assert len({one.says for one in found}) >= 30
    for one in found:
        for texts in (one.text, *([one.mend] if one.mend else [])):
            assert not {"{", "–"} & set(texts.zh + texts.en), one
            assert not re.search("[A-Za-z]{2}", AS_IT_STANDS.sub("", texts.zh)), texts.zh


def test_values_that_are_codes_have_a_name_in_each_language() -> None:
    late = next(one for one in findings(standard(("limit_days: 5", "limit_days: 1"))) if one.rule == "limit")
    assert late.text == Texts(
        zh="“审核”超过时限：用了 2 个工作日，时限 1 个", en="'审核': it took too long: 2 working days instead of 1"
    )
    assert late.mend == Texts(zh="说明逾期理由。", en="Say why it was late.")
    copy = next(one for one in findings(standard(("form: copy", "form: original"))) if one.rule == "form")
    assert copy.text.zh == "“身份证”是复印件，标准要求原件"
    assert said("doer_not_named", {"step": "审批", "by": ["局长", "科长"]}) == Texts(
        zh="“审批”不是由局长、科长办理", en="'审批': it was done by none of 局长, 科长"
    )
    assert said("event_incomplete", {"event": "受理"}).en == "the event '受理' lacks: –"


def test_a_finding_of_an_earlier_version_is_said_as_it_stands() -> None:
    old = "'审核': it took too long: 2 working days instead of 1"
    assert said_of_finding({"says": old, "step": "审核"}) == Texts(zh=old, en=old)
    assert said_of_finding({"days": 3}) is None
