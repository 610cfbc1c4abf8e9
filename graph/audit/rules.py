"""Audit rules: what a rule file says, and the set of rules that an audit runs."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from string import Formatter
from typing import Any, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, field_validator

from graph.canonical import canonical
from graph.texts import Texts

Severity = Literal["high", "medium", "low"]
Category = Literal[
    "missing step",
    "out of order",
    "repeated",
    "late",
    "four eyes",
    "separation of duties",
    "material",
    "backdated",
    "outside hours",
    "actor",
    "unit",
    "own case",
    "silence",
    "reopened",
    "unusual path",
    "too fast",
    "amount",
    "double benefit",
    "conformance",
]


_VALUE = re.compile(r"[a-z_]+")


class _Said(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Sentence(Texts):
    """Texts with the names of values in braces."""

    @field_validator("zh", "en")
    @classmethod
    def _can_be_filled_in(cls, text: str) -> str:
        for _, name, form, conversion in Formatter().parse(text):
            if name is not None and (form or conversion or not _VALUE.fullmatch(name)):
                raise ValueError(f"'{{{name}}}' is no name of a value; write braces of the text twice")
        return text


class Rule(_Said):
    """One rule: what it is about and how it is evaluated.

    `kind` names the function that evaluates it, `parameters` are that function's. `shows` is the sentence of one
    finding, with the names of what it shows in braces; `clears` is what would clear it. A rule that takes longer
    than `seconds` is stopped and said to have failed.
    """

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$")
    title: Texts
    explanation: Texts
    risk: Texts
    category: Category
    severity: Severity
    kind: str
    parameters: dict[str, Any] = Field(default_factory=dict)
    shows: Sentence
    clears: Texts
    seconds: float = Field(600.0, gt=0)


class Change(_Said):
    """What an own rule file says of one rule: `parameters` are laid over those of the rule that comes with the
    program, or, with `like`, of a copy of it under another id."""

    like: str | None = None
    enabled: bool = True
    severity: Severity | None = None
    parameters: dict[str, Any] = Field(default_factory=dict)
    title: Texts | None = None
    seconds: float | None = Field(None, gt=0)


class RuleFile(_Said):
    """An own rule file. With `base: none` only the rules named in it run; otherwise also all others."""

    base: Literal["all", "none"] = "all"
    rules: dict[str, Change] = Field(default_factory=dict)


class BadRule(BaseModel):
    """A rule that cannot be run: its id or file, and why; where it is known, the file, line and field at fault."""

    rule: str
    reason: str
    file: str | None = None
    line: int | None = None
    field: str | None = None


class RulePlace(NamedTuple):
    """Where a rule stands, at the seconds that it may take where it says how many."""

    file: str
    line: int
    field: str


# Counted up where the same rules give findings other ids, so that an audit looks at everything once.
_NAMING = 2


@dataclass(frozen=True)
class RuleSet:
    """The rules of an audit, by id, those that cannot be run, and where the former stand, as far as that is known."""

    rules: Mapping[str, Rule]
    bad: tuple[BadRule, ...] = ()
    places: Mapping[str, RulePlace] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        """SHA-256 over the canonical JSON of the rules in the order of their ids, and of how findings are named."""
        said: list[Any] = [_NAMING]
        said += [_exact(self.rules[id_].model_dump(mode="json")) for id_ in sorted(self.rules)]
        return hashlib.sha256(canonical(said).encode()).hexdigest()


def _exact(value: Any) -> Any:
    """The same with fractions as text, which canonical JSON does not write."""
    if isinstance(value, dict):
        return {str(name): _exact(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_exact(one) for one in value]
    return repr(value) if isinstance(value, float) else value


def changed(base: Mapping[str, Rule], file: RuleFile) -> tuple[dict[str, Rule], list[BadRule]]:
    """The rules of `base` as an own rule file changes them, and the changes that name no rule."""
    rules = dict(base) if file.base == "all" else {}
    bad = []
    for id_, change in file.rules.items():
        rules.pop(id_, None)
        model = base.get(change.like or id_)
        if model is None:
            reason = f"there is no rule '{change.like or id_}' to start from"
            bad.append(BadRule(rule=id_, reason=reason, field="like" if change.like else None))
        elif change.enabled:
            said = {"severity": change.severity, "title": change.title, "seconds": change.seconds}
            given = {name: value for name, value in said.items() if value is not None}
            parameters = {**model.parameters, **change.parameters}
            try:
                rules[id_] = Rule.model_validate(
                    {**model.model_dump(), "id": id_, "parameters": parameters}
                    | {name: v.model_dump() if isinstance(v, Texts) else v for name, v in given.items()}
                )
            except ValueError as error:
                bad.append(BadRule(rule=id_, reason=str(error).replace("\n", " "), field="id"))
    return rules, bad
