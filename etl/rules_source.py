"""Audit rules as files: those that come with the program, and an own file that changes or adds some."""

from __future__ import annotations

from pathlib import Path

from etl.yaml_file import read_yaml
from graph.audit.rules import BadRule, Rule, RuleFile, RuleSet, changed
from graph.errors import UnreadableInput

COMES_WITH = Path(__file__).resolve().parent.parent / "rules"
_REMEDY = "docs/audit.md explains every key."


def read_rules(own: Path | None = None, folder: Path = COMES_WITH) -> RuleSet:
    """The rules of a folder, one file each, as the file `own` changes them."""
    return rule_set(None if own is None else read_rule_file(own), folder)


def read_rule_file(path: Path) -> RuleFile:
    """An own rule file. Raises UnreadableInput with the line where it is wrong."""
    return read_yaml(path, RuleFile, _REMEDY)


def rule_set(own: RuleFile | None, folder: Path = COMES_WITH) -> RuleSet:
    """The rules of a folder, one file each, as `own` changes them.

    A rule file that is wrong is named among the bad ones and holds up none of the others.
    """
    base: dict[str, Rule] = {}
    bad: list[BadRule] = []
    for path in sorted(folder.glob("*.yaml")):
        try:
            rule = read_yaml(path, Rule, _REMEDY)
        except UnreadableInput as error:
            bad.append(BadRule(rule=path.name, reason=error.message))
            continue
        if rule.id in base:
            bad.append(BadRule(rule=path.name, reason=f"another file has the id '{rule.id}'"))
        else:
            base[rule.id] = rule
    if own is None:
        return RuleSet(base, tuple(bad))
    rules, wrong = changed(base, own)
    return RuleSet(rules, (*bad, *wrong))
