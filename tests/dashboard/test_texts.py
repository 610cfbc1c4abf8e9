"""The catalogue of texts: both languages have every text, with the same values in it, and pages use what is there."""

from __future__ import annotations

import ast
import string
from collections.abc import Iterator
from pathlib import Path

import pytest

from dashboard.address import LANGUAGES
from dashboard.texts import Texts, catalogue

DASHBOARD = Path(__file__).parents[2] / "dashboard"
# Texts that are found by a code of the archive, or put together from a name.
BY_CODE = {
    *("stage", "status", "missing", "load.state", "role", "form", "field", "reason", "by", "class", "life_stage"),
    *("error", "kind", "lane", "label", "nav", "grid", "event", "dossier.view", "dossier.none", "reuse.none"),
}


def _strings() -> set[str]:
    return {text for node in _nodes() for text in _texts_in(node)}


def _nodes() -> Iterator[ast.AST]:
    for path in DASHBOARD.rglob("*.py"):
        yield ast.parse(path.read_text(encoding="utf-8"))


def _texts_in(node: ast.AST) -> Iterator[str]:
    for part in ast.walk(node):
        if isinstance(part, ast.Constant) and isinstance(part.value, str):
            yield part.value


def _asked() -> set[str]:
    """The keys that are written out where a text is asked for."""
    found: set[str] = set()
    for path in DASHBOARD.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in {"say", "asked.say"} and node.args:
                found |= {
                    n.value
                    for n in ast.walk(node.args[0])
                    if isinstance(n, ast.Constant) and isinstance(n.value, str)
                }
    return {key for key in found if "." in key and not key.endswith(".") and not key.startswith(".")}


def _values(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_every_text_is_in_both_languages_with_the_same_values() -> None:
    assert {key for key, texts in catalogue().items() if set(texts) != set(LANGUAGES)} == set()
    assert {
        key for key, texts in catalogue().items() if not all(isinstance(t, str) and t for t in texts.values())
    } == set()
    assert {key for key, texts in catalogue().items() if _values(texts["zh"]) != _values(texts["en"])} == set()


def test_every_text_that_is_asked_for_is_there() -> None:
    asked = _asked()
    assert len(asked) > 100
    assert asked <= set(catalogue())


def test_no_text_is_left_over() -> None:
    used = _strings()
    left = {key for key in catalogue() if key not in used and not any(key.startswith(f"{kind}.") for kind in BY_CODE)}
    assert left == set()


def test_a_code_without_a_name_is_shown_as_it_stands() -> None:
    say = Texts("zh")
    assert say.code("status", "open") == "在办"
    assert say.code("form", "checked on sight") == "核验原件"
    assert say.code("form", "蜡版") == "蜡版"
    assert say.code("form", None) == ""
    with pytest.raises(KeyError):
        say("no.such.text")
