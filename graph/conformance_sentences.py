"""What findings of conformance say, in both languages: conformance_sentences.yaml beside this file.

A finding keeps the name of its sentence and the values in it, as the findings of checks do.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from graph.texts import Texts

Value = str | int | list[str]
_FILE = Path(__file__).with_suffix(".yaml")
_WORDS = "words"
# What stands between the members of a list.
_BETWEEN = {"zh": "、", "en": ", "}


@cache
def _all() -> Mapping[str, Any]:
    with _FILE.open(encoding="utf-8") as stream:
        texts: dict[str, Any] = yaml.safe_load(stream)
    return texts


def sentences() -> frozenset[str]:
    """The names of all sentences."""
    return frozenset(_all()) - {_WORDS}


def said(name: str, values: Mapping[str, Any]) -> Texts:
    """A sentence with values in its places; one that is not there is a dash. Raises KeyError where there is none of
    that name."""
    return _filled_in(_all()[name], values)


def said_of_finding(detail: Mapping[str, Any]) -> Texts | None:
    """What the evaluation says of a finding of the audit with these details; None for one that it did not make.

    Findings of audits by earlier versions of the program keep an English sentence, which is said as it stands.
    """
    name = detail.get("says")
    if name is None:
        return None
    if name not in sentences():
        return Texts(zh=str(name), en=str(name))
    about = {"step": detail.get("step"), "field": detail.get("field"), "type_id": detail.get("type")}
    return said(name, {**about, **(detail.get("values") or {})})


def mended_by(name: str, values: Mapping[str, Any]) -> Texts | None:
    """What would mend what a sentence says, None where nothing would."""
    mend = _all()[name].get("mend")
    return None if mend is None else _filled_in(mend, values)


def _filled_in(texts: Mapping[str, str], values: Mapping[str, Any]) -> Texts:
    return Texts(**{one: texts[one].format_map(_in_language(values, one)) for one in _BETWEEN})


def _in_language(values: Mapping[str, Any], language: str) -> Mapping[str, str]:
    told: dict[str, str] = defaultdict(lambda: "–")
    for name, value in values.items():
        if value is not None:
            parts = value if isinstance(value, Sequence) and not isinstance(value, str) else [value]
            told[name] = _BETWEEN[language].join(_word(name, part, language) for part in parts)
    return told


def _word(name: str, value: Any, language: str) -> str:
    """A code by the name that readers have for it; anything else as it stands."""
    word = _all()[_WORDS].get(name, {}).get(value)
    return str(word[language] if word else value)
