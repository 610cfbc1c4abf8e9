"""The catalogue of texts: both languages have every text, with the same values in it, and pages use what is there."""

from __future__ import annotations

import ast
import string
from collections.abc import Iterator
from pathlib import Path

import pytest

from dashboard.address import LANGUAGES
from dashboard.states import failed
from dashboard.texts import Texts, catalogue
from graph import errors
from graph.errors import DossierError, NotFound, UsageError

ROOT = Path(__file__).parents[2]
DASHBOARD = ROOT / "dashboard"
# Texts that are found by a code of the archive, or put together from a name.
BY_CODE = {
    *("stage", "status", "missing", "load.state", "role", "form", "field", "reason", "by", "class", "problem"),
    *("life_stage", "error", "kind", "lane", "label", "nav", "grid", "event", "dossier.view", "dossier.none"),
    *("storeroom.view", "storeroom.physical", "storeroom.virtual", "waits", "differs", "term", "blocked"),
    "reuse.none",
    *("seal", "severity", "neighbour"),
    *("processes.view", "processes.by"),
    *("audit.view", "audit.state", "audit", "category", "detail", "record"),
    *("standards", "standard", "standard.type", "standard.days", "key", "outcome", "conforms"),
    *("quality.view", "quality.rows", "row_state", "review_of", "method", "batch_state", "batch_wrong"),
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
    # An error may have values that only its English text needs.
    other = {key for key, texts in catalogue().items() if _values(texts["zh"]) != _values(texts["en"])}
    assert {key for key in other if not key.startswith("problem.")} == set()
    assert all(_values(catalogue()[key]["zh"]) < _values(catalogue()[key]["en"]) for key in other)


def test_every_text_that_is_asked_for_is_there() -> None:
    asked = _asked()
    assert len(asked) > 100
    assert asked <= set(catalogue())


def test_no_text_is_left_over() -> None:
    used = _strings()
    left = {
        key
        for key in catalogue()
        if key not in used and not any(f"{key}.".startswith(f"{kind}.") for kind in BY_CODE)
    }
    assert left == set()


def test_a_code_without_a_name_is_shown_as_it_stands() -> None:
    say = Texts("zh")
    assert say.code("status", "open") == "在办"
    assert say.code("form", "checked on sight") == "核验原件"
    assert say.code("form", "蜡版") == "蜡版"
    assert say.code("form", None) == ""
    with pytest.raises(KeyError):
        say("no.such.text")


# Modules whose errors no page shows: they load, decide, audit, sample, rebuild, or are read before there is a page.
WITHOUT_PAGE = {
    "decide",
    "decisions",
    "erasure",
    "identifiers",
    "instant_forms",
    "rebuild",
    "risk",
    "run",
    "sampling",
    "store",
    "time_limits",
    "upsert",
    "zones",
}
# Of these, what is made of values on the spot stays English; it is said to who loads, or before there is a page.
ENGLISH = {"clock", "duckdb_store", "neo4j_store"}


def _errors() -> set[str]:
    """The names of the classes of errors."""
    return {name for name, one in vars(errors).items() if isinstance(one, type) and issubclass(one, DossierError)}


def _said_by_errors() -> Iterator[tuple[str, ast.expr]]:
    """Where an error that a page can show is made, and what it says and advises there."""
    parts = (path for part in ("process", "people", "audit") for path in (ROOT / "graph" / part).glob("*.py"))
    for path in (*(ROOT / "graph").glob("*.py"), *parts, *DASHBOARD.rglob("*.py")):
        if path.stem in WITHOUT_PAGE:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _errors():
                made = any(isinstance(part, ast.JoinedStr) for said in node.args for part in ast.walk(said))
                if not (made and path.stem in ENGLISH):
                    yield from ((f"{path.name}:{said.lineno}", said) for said in node.args[:2])


def test_every_error_that_a_page_can_show_is_said_in_chinese() -> None:
    known = {texts["en"] for key, texts in catalogue().items() if key.startswith("problem.")}
    found = list(_said_by_errors())
    said = {text: where for where, node in found for text in _texts_in(node)}
    assert {where: text for text, where in said.items() if text not in known} == {}
    assert known - set(said) == set()
    assert [where for where, node in found for part in ast.walk(node) if isinstance(part, ast.JoinedStr)] == []


def test_an_error_is_said_in_the_language_of_the_reader() -> None:
    error = NotFound("There is no case '{case}' in load {load}.", "`dossier cases` lists them.", case="a{b}", load=7)
    assert str(error) == "There is no case 'a{b}' in load 7. `dossier cases` lists them."
    shown = str(failed(error, Texts("zh")))
    assert "第 7 次入库时没有办件“a{b}”。" in shown
    assert "There is no" not in shown
    assert "There is no case 'a{b}' in load 7." in str(failed(error, Texts("en")))
    other = str(failed(UsageError("Something {else} is wrong.", "Do {this}."), Texts("zh")))
    assert "Something {else} is wrong." in other
    assert "查询条件有误" in other
