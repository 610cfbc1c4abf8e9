"""Classes of records in the archive: derived by loads and rebuild, decided, counted and listed for review."""

from __future__ import annotations

import subprocess
import sys
from contextlib import closing
from typing import Any

import pyarrow as pa
import pytest
from pydantic import ValidationError

from graph.classification import Found
from graph.classified import Classification, classification, review
from graph.decide import ClassRequest, ReversalRequest, decide
from graph.errors import NotFound, UsageError
from graph.items import known_items
from graph.rebuild import rebuild
from graph.settings import Settings
from graph.store import Store
from graph.viewer import LOCAL_OPERATOR
from tests.archives import archive, content
from tests.graphs import write

WHO = {"who": "王科长", "why": "档案核对"}
MATERIALS = [
    {"id": "injury", "title": "工伤认定书", "date": "20200101"},
    {"id": "injury-2", "title": "工伤认定书", "date": "20000101"},
    {"id": "party", "title": "入党志愿"},
    {"id": "change", "title": "1998年教育系统市第一中学人员变更登记表"},
    {"id": "later", "title": "某厂人员变更登记表", "date": "20100101"},
    {"id": "dated", "title": "人员变更登记表", "date": "19970000"},
    {"id": "odd", "title": "甲乙丙丁"},
    {"id": "odd-2", "title": "甲乙丙丁", "date": "19990101"},
    {"id": "untitled"},
]
TYPES = [{"id": "decision", "name": "工伤认定决定书", "synonyms": '["工伤认定书"]'}]


def filled(store: Store, settings: Settings) -> None:
    write(store, settings, {"Material": MATERIALS, "MaterialType": TYPES})
    rebuild(store, settings)


def derived(store: Store) -> dict[str, dict[str, Any]]:
    """The derived properties of each record."""
    with closing(store.snapshot()) as snapshot:
        rows = snapshot.derived("Material", pa.array([one["id"] for one in MATERIALS])).to_pylist()
    return {row["id"]: row for row in rows}


def classes(store: Store, scheme: str) -> dict[str, tuple[str | None, str | None]]:
    """Class and method of each record in a scheme."""
    said = {id_: (row[f"{scheme}_class"], row[f"{scheme}_method"]) for id_, row in derived(store).items()}
    return {id_: one for id_, one in said.items() if one[1]}


def changes(store: Store, id_: str) -> tuple[Any, ...]:
    """Year, system and unit of a record."""
    return tuple(derived(store)[id_][f"historic_{name}"] for name in ("year", "system", "unit"))


def counted(answer: Classification, scheme: str) -> dict[tuple[str | None, str], int]:
    (of,) = (one for one in answer.schemes if one.scheme == scheme)
    return {(one.code, one.method): one.records for one in of.classes} | {(None, ""): of.unclassified}


def test_records_have_classes_by_title_date_and_decision(store_uri: str) -> None:
    with archive(store_uri) as (store, settings):
        assert classification(store, LOCAL_OPERATOR).as_of_load == 0
        filled(store, settings)
        assert classes(store, "si") == {"injury": ("6", "term"), "injury-2": ("6", "term")}
        assert classes(store, "personnel")["party"] == ("6", "term")
        assert classes(store, "historic") == {"change": ("1", "term"), "dated": ("1", "term")}
        assert changes(store, "change") == (1998, "教育系统", "市第一中学")
        assert changes(store, "dated") == (1997, None, None)
        assert changes(store, "later") == (None, None, None)
        held = content(store)
        rebuild(store, settings)
        assert content(store) == held
        first = decide(store, settings, LOCAL_OPERATOR, ClassRequest(material="odd", scheme="si", code="9", **WHO))
        assert first.decision.what == {
            "before": {"class": None, "method": None, "decision": None},
            "scheme": "si",
            "class": "9",
        }
        typed = decide(store, settings, LOCAL_OPERATOR, ClassRequest(material="odd", type="decision", **WHO))
        none = decide(store, settings, LOCAL_OPERATOR, ClassRequest(material="injury", scheme="si", code=None, **WHO))
        assert none.decision.what["before"] == {"class": "6", "method": "term", "decision": None}
        assert typed.decision.what["before"]["decision"] == first.decision.id
        assert classes(store, "si")["odd"] == ("9", "decision")
        assert classes(store, "si")["injury"] == (None, "decision")
        held = content(store)
        rebuild(store, settings)
        filled(store, settings)
        assert content(store)["Material"] == held["Material"]
        assert {row[1] for row in held["OF_TYPE"]} == {"injury", "injury-2", "odd"}
        decide(store, settings, LOCAL_OPERATOR, ReversalRequest(decision=none.decision.id, **WHO))
        assert classes(store, "si")["injury"] == ("6", "term")
        with pytest.raises(NotFound, match="no class 10"):
            decide(store, settings, LOCAL_OPERATOR, ClassRequest(material="odd", scheme="si", code="10", **WHO))


def test_what_is_unclassified_is_counted_and_listed_until_it_is_decided(store_uri: str) -> None:
    with archive(store_uri) as (store, settings):
        assert review(store, LOCAL_OPERATOR).items == []
        filled(store, settings)
        answer = classification(store, LOCAL_OPERATOR)
        assert counted(answer, "si") == {("6", "term"): 2, (None, ""): 7}
        assert counted(answer, "type") == {("decision", "synonym"): 2, (None, ""): 7}
        assert counted(answer, "historic") == {("1", "term"): 2, (None, ""): 2}
        page = review(store, LOCAL_OPERATOR, "si", limit=1)
        assert [(row.title, row.records, row.material_id) for row in page.items] == [("甲乙丙丁", 2, "odd")]
        rest = review(store, LOCAL_OPERATOR, "si", cursor=page.next)
        assert len(rest.items) == 4 and rest.next is None
        assert "甲乙丙丁" in {row.title for row in review(store, LOCAL_OPERATOR, "any").items}
        assert {row.title for row in review(store, LOCAL_OPERATOR, "historic").items} == {"工伤认定书", "甲乙丙丁"}
        for id_ in ("odd", "odd-2"):
            decide(store, settings, LOCAL_OPERATOR, ClassRequest(material=id_, scheme="si", code=None, **WHO))
        assert "甲乙丙丁" not in {row.title for row in review(store, LOCAL_OPERATOR, "si").items}
        assert "甲乙丙丁" not in {row.title for row in review(store, LOCAL_OPERATOR, "any").items}
        assert "甲乙丙丁" in {row.title for row in review(store, LOCAL_OPERATOR, "type").items}


def test_a_decision_about_a_title_holds_for_all_records_with_it_and_those_to_come(store_uri: str) -> None:
    with archive(store_uri) as (store, settings):
        filled(store, settings)
        own = decide(store, settings, LOCAL_OPERATOR, ClassRequest(material="odd-2", scheme="si", code="1", **WHO))
        told = ClassRequest(material="odd", scheme="si", code="9", same_title=True, **WHO)
        first = decide(store, settings, LOCAL_OPERATOR, told).decision
        assert set(first.what) == {"before", "scheme", "class", "title"} and "甲乙丙丁" not in str(first.what)
        write(store, settings, {"Material": [{"id": "later-odd", "title": "甲 乙丙丁"}]})
        rebuild(store, settings)
        ids = pa.array(["odd", "odd-2", "later-odd"])
        with closing(store.snapshot()) as snapshot:
            said = {
                row["id"]: (row["si_class"], row["si_method"])
                for row in snapshot.derived("Material", ids).to_pylist()
            }
        assert said == dict.fromkeys(("odd", "later-odd"), ("9", "decision")) | {"odd-2": ("1", "decision")}
        second = decide(store, settings, LOCAL_OPERATOR, told.model_copy(update={"code": "6"})).decision
        assert second.what["before"] == {"class": "9", "method": "decision", "decision": first.id}
        decide(store, settings, LOCAL_OPERATOR, ReversalRequest(decision=own.decision.id, **WHO))
        assert classes(store, "si")["odd-2"] == ("6", "decision")
        held = content(store)
        rebuild(store, settings)
        assert content(store) == held
        decide(store, settings, LOCAL_OPERATOR, ReversalRequest(decision=second.id, **WHO))
        assert classes(store, "si")["odd-2"] == ("9", "decision")
        decide(store, settings, LOCAL_OPERATOR, ReversalRequest(decision=first.id, **WHO))
        assert "odd" not in classes(store, "si")


def test_a_title_is_of_a_type_or_of_none_by_decision_and_leaves_the_list(store_uri: str) -> None:
    with archive(store_uri) as (store, settings):
        filled(store, settings)
        assert [row.title for row in review(store, LOCAL_OPERATOR, "type", limit=1).items] == ["甲乙丙丁"]
        none = ClassRequest(material="odd", type=None, same_title=True, **WHO)
        decided = decide(store, settings, LOCAL_OPERATOR, none).decision
        page = review(store, LOCAL_OPERATOR, "type", limit=2)
        rest = review(store, LOCAL_OPERATOR, "type", limit=9, cursor=page.next)
        titles = [row.title for row in (*page.items, *rest.items)]
        assert len(titles) == len(set(titles)) == 4 and "甲乙丙丁" not in titles
        decide(store, settings, LOCAL_OPERATOR, ReversalRequest(decision=decided.id, **WHO))
        told = none.model_copy(update={"type": "decision"})
        typed = decide(store, settings, LOCAL_OPERATOR, told).decision
        links = {row[1]: (row[3], row[-1]) for row in content(store)["OF_TYPE"]}
        assert {links[id_][0] for id_ in ("odd", "odd-2")} == {"decision"}
        record = ClassRequest(material="odd-2", type=None, **WHO)
        assert decide(store, settings, LOCAL_OPERATOR, record).decision.what["before"]["type"] == "decision"
        assert "odd-2" not in {row[1] for row in content(store)["OF_TYPE"]}
        assert known_items(store, typed.load).titles.of("甲乙丙丁") == Found("decision", "decision")
        assert known_items(store, typed.load - 1).titles.of("甲乙丙丁") is None
        with pytest.raises(UsageError, match="has no title"):
            decide(
                store, settings, LOCAL_OPERATOR, ClassRequest(material="untitled", type=None, same_title=True, **WHO)
            )


def test_a_request_says_a_type_or_a_class() -> None:
    for wrong in ({}, {"scheme": "si"}, {"type": "a", "scheme": "si", "code": "1"}, {"type": None, "code": "1"}):
        with pytest.raises(ValidationError):
            ClassRequest.model_validate({"material": "m", **WHO, **wrong})
    sent = ClassRequest(material="m", scheme="si", code=None, **WHO)
    assert ClassRequest.model_validate(sent.model_dump(mode="json")) == sent


def test_commands_start_without_the_classifier() -> None:
    told = "import sys, cli.main, api.app; print(any(n in sys.modules for n in ('spacy', 'thinc')))"
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
