"""Rule files that are wrong: each error with file, line and field, and no other rule held up."""

from __future__ import annotations

from pathlib import Path

import pytest

from etl.rules_source import read_rules
from graph.audit.rules import RuleSet
from graph.errors import MappingError

ALL = set(read_rules().rules)
OWN = """\
rules:
  late: {parameters: {dayz: 20}}
  silence:
    parameters:
      days: -3
  four-eyes:
    parameters:
      pairs: [[stage:acceptance, stage:approvl]]
  rework: {severity: urgent}
  slow-cards: {like: slow-stap}
  no-actor:
    enabeld: false
  Überfällig: {like: late}
  backdated: {seconds: 0}
  undated: {}
  reopened: {parameters: {after: [办结]}}
  undated: {severity: low}
"""


def said(rules: RuleSet) -> set[tuple[str, int | None, str | None]]:
    return {(one.rule, one.line, one.field) for one in rules.bad}


def test_each_error_of_an_own_file_has_line_and_field_and_the_other_rules_run(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(OWN, encoding="utf-8")
    rules = read_rules(path)
    assert said(rules) == {
        ("late", 2, "rules.late.parameters.dayz"),
        ("silence", 5, "rules.silence.parameters.days"),
        ("four-eyes", 8, "rules.four-eyes.parameters.pairs"),
        ("rework", 9, "rules.rework.severity"),
        ("slow-cards", 10, "rules.slow-cards.like"),
        ("no-actor", 12, "rules.no-actor.enabeld"),
        ("Überfällig", 13, "rules.Überfällig.id"),
        ("backdated", 14, "rules.backdated.seconds"),
        ("undated", 17, "rules.undated"),
    }
    assert all(one.file == str(path) and f"{path}, line {one.line}: {one.field}" in one.reason for one in rules.bad)
    reasons = {one.rule: one.reason for one in rules.bad}
    assert "did you mean 'days'" in reasons["late"] and "did you mean 'enabled'" in reasons["no-actor"]
    assert "no stage 'approvl'" in reasons["four-eyes"] and "stands twice" in reasons["undated"]
    # A rule whose change cannot be read does not run as it was before.
    assert set(rules.rules) == ALL - {one.rule for one in rules.bad}
    assert rules.rules["reopened"].parameters["after"] == ["办结"]


def test_each_error_of_a_folder_has_file_line_and_field(tmp_path: Path) -> None:
    good = """\
id: {id}
title: {{zh: 题, en: title}}
explanation: {{zh: 题, en: title}}
risk: {{zh: 题, en: title}}
category: actor
severity: high
kind: {kind}
shows: {{zh: '{shows}', en: 'x'}}
clears: {{zh: 题, en: title}}
"""
    written = {
        "a": good.format(id="one", kind="no_actor", shows="{activity}"),
        "b": good.format(id="one", kind="undated", shows="{activity}"),
        "c": good.format(id="two", kind="no_acter", shows="{activity}"),
        "d": good.format(id="three", kind="undated", shows="{activity.__class__}"),
        "e": good.format(id="four", kind="undated", shows="{activity"),
        "f": good.format(id="five", kind="undated", shows="x") + "query: MATCH (n) RETURN n\n",
        "g": good.format(id="six", kind="silence", shows="x") + "parameters: {days: ninety}\n",
        "h": good.format(id="seven", kind="undated", shows="x") + "id: eight\n",
        "i": good.format(id="nine", kind="undated", shows="x"),
    }
    for name, text in written.items():
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    rules = read_rules(folder=tmp_path)
    assert set(rules.rules) == {"one", "nine"}
    assert said(rules) == {
        ("b.yaml", 1, "id"),
        ("two", 7, "kind"),
        ("d.yaml", 8, "shows.zh"),
        ("e.yaml", 8, "shows.zh"),
        ("f.yaml", 10, "query"),
        ("six", 10, "parameters.days"),
        ("h.yaml", None, None),
    }
    reasons = {one.rule: one.reason for one in rules.bad}
    assert "a.yaml" in reasons["b.yaml"] and "did you mean 'no_actor'" in reasons["two"]
    assert "line 10: the key 'id' stands twice" in reasons["h.yaml"]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("base: some\n", 1),
        ("rules: {}\nruls: {}\n", 2),
        ("rules:\n  late: [\n", 3),
        ("rules: []\n", 1),
        ("base: all\nrules: {}\nbase: none\n", 3),
    ],
)
def test_an_own_file_that_is_none_is_refused_with_its_line(tmp_path: Path, text: str, line: int) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(MappingError, match=f"line {line}"):
        read_rules(path)
