"""Audit rules as files: those that come with the program, and an own file that changes or adds some."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from etl.yaml_file import Wrong, model_or_errors, parsed_yaml
from etl.yaml_lines import Lines, Twice, line_of
from graph.audit.kinds import faults_of
from graph.audit.rules import BadRule, Change, Rule, RuleFile, RulePlace, RuleSet, changed
from graph.errors import MappingError

COMES_WITH = Path(__file__).resolve().parent.parent / "rules"
_REMEDY = "docs/audit.md explains every key."
_IN_NO_FILE = Path("rules of the request")


@dataclass(frozen=True)
class _Stands:
    """Where a rule stands: its file, the lines of that, and the place of the rule in it."""

    path: Path
    lines: Lines
    at: tuple[str, ...] = ()

    def bad(self, rule: str, place: tuple[str, ...], what: str) -> BadRule:
        place = (*self.at, *place)
        return _bad(rule, Wrong(self.path, line_of(self.lines, place), ".".join(place), what))

    def says(self, place: tuple[str, ...]) -> bool:
        return (*self.at, *place[:2]) in self.lines

    def place(self) -> RulePlace:
        at = (*self.at, "seconds") if self.says(("seconds",)) else self.at
        return RulePlace(str(self.path), line_of(self.lines, at), ".".join(at))


def read_rules(own: Path | None = None, folder: Path = COMES_WITH) -> RuleSet:
    """The rules of a folder, one file each, as the file `own` changes them.

    A rule that is wrong is named among the bad ones, with file, line and field, and holds up none of the others. An
    own file that cannot be read as one raises UnreadableInput with the line.
    """
    if own is None:
        return rule_set(None, folder)
    file, stands, bad = _own_file(own)
    return _rule_set(folder, file, stands, bad)


def read_rule_file(path: Path) -> tuple[RuleFile, list[BadRule]]:
    """An own file that can be handed on: the rules in it that are wrong are switched off, and named.

    Raises as `read_rules`.
    """
    file, stands, bad = _own_file(path)
    off = {id_: Change(enabled=False) for id_ in stands if id_ not in file.rules}
    return file.model_copy(update={"rules": {**file.rules, **off}}), bad


def rule_set(own: RuleFile | None, folder: Path = COMES_WITH) -> RuleSet:
    """The same, with changes that came in no file of their own."""
    stands = {id_: _Stands(_IN_NO_FILE, {}, ("rules", id_)) for id_ in own.rules} if own else {}
    return _rule_set(folder, own, stands, [])


def _rule_set(folder: Path, own: RuleFile | None, owns: Mapping[str, _Stands], bad: list[BadRule]) -> RuleSet:
    stands: dict[str, _Stands] = {}
    rules = _of_folder(folder, stands, bad)
    if own is None:
        rules, faulty = _sound(rules, stands, {})
        return RuleSet(rules, (*bad, *faulty), {id_: stands[id_].place() for id_ in rules})
    changes = {id_: stand for id_, stand in owns.items() if id_ in own.rules}
    rules, wrong = changed(rules, own)
    rules = {id_: rule for id_, rule in rules.items() if id_ not in owns.keys() - changes.keys()}
    bad += [changes[one.rule].bad(one.rule, (one.field,) if one.field else (), one.reason) for one in wrong]
    rules, faulty = _sound(rules, _laid_over(stands, changes, own), changes)
    return RuleSet(rules, (*bad, *faulty), {id_: {**stands, **changes}[id_].place() for id_ in rules})


def _of_folder(folder: Path, stands: dict[str, _Stands], bad: list[BadRule]) -> dict[str, Rule]:
    """The rules of a folder; two files with one id leave that of the first."""
    rules: dict[str, Rule] = {}
    for path in sorted(folder.glob("*.yaml")):
        try:
            lines, value = parsed_yaml(path)
        except MappingError as error:
            bad.append(BadRule(rule=path.name, reason=error.message, file=str(path)))
            continue
        found = model_or_errors(path, lines, {} if value is None else value, Rule)
        if isinstance(found, list):
            bad += [_bad(path.name, one) for one in found]
        elif found.id in rules:
            what = f"another file has the id '{found.id}': {stands[found.id].path.name}"
            bad.append(_Stands(path, lines).bad(path.name, ("id",), what))
        else:
            rules[found.id], stands[found.id] = found, _Stands(path, lines)
    return rules


def _own_file(path: Path) -> tuple[RuleFile, dict[str, _Stands], list[BadRule]]:
    """An own file with the changes in it that can be read, where each of all changes stands, and what is wrong."""
    bad: list[BadRule] = []
    twice: Twice = {}
    lines, value = parsed_yaml(path, twice)
    entries: Any = value.get("rules") if isinstance(value, dict) else None
    plain = {**value, "rules": {}} if isinstance(entries, dict) else value
    file = model_or_errors(path, lines, {} if plain is None else plain, RuleFile)
    again = [place for place in twice if len(place) == 1]
    if isinstance(file, list) or again:
        said = [str(one) for one in file] if isinstance(file, list) else []
        said += [f"{path}, line {twice[place][0]}: the key '{place[0]}' stands twice." for place in again]
        raise MappingError("\n".join(said), _REMEDY)
    changes: dict[str, Change] = {}
    stands = {str(id_): _Stands(path, lines, ("rules", str(id_))) for id_ in entries or {}}
    for name, entry in (entries or {}).items():
        id_ = str(name)
        doubled = [(place, of) for place, of in twice.items() if place[:2] == ("rules", id_)]
        found = model_or_errors(path, lines, {} if entry is None else entry, Change, ("rules", id_))
        if doubled:
            what = "it stands twice" if len(doubled[0][0]) == 2 else "the key stands twice"
            bad += [_bad(id_, Wrong(path, of[0], ".".join(place), what)) for place, of in doubled]
        elif isinstance(found, list):
            bad += [_bad(id_, one) for one in found]
        else:
            changes[id_] = found
    return file.model_copy(update={"rules": changes}), stands, bad


def _laid_over(base: Mapping[str, _Stands], changes: Mapping[str, _Stands], file: RuleFile) -> dict[str, _Stands]:
    """Where what an own file does not say of a rule stands: in the rule that it is like."""
    models = {id_: file.rules[id_].like or id_ for id_ in changes}
    return {**base, **{id_: base[model] for id_, model in models.items() if model in base}}


def _sound(
    rules: Mapping[str, Rule], stands: Mapping[str, _Stands], changes: Mapping[str, _Stands]
) -> tuple[dict[str, Rule], list[BadRule]]:
    """The rules that can be run, and what is wrong with the others, in the file that says it."""
    faults = {id_: found for id_, rule in rules.items() if (found := faults_of(rule))}
    bad = [
        (changes[id_] if id_ in changes and changes[id_].says(place) else stands[id_]).bad(id_, place, what)
        for id_, found in faults.items()
        for place, what in found
    ]
    return {id_: rule for id_, rule in rules.items() if id_ not in faults}, bad


def _bad(rule: str, one: Wrong) -> BadRule:
    return BadRule(rule=rule, reason=str(one), file=str(one.path), line=one.line, field=one.key)
