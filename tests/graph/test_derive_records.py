"""What a rebuild derives is what the questions compute from the same records, on both engines."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from graph.dossier import dossier, organisation_dossier
from graph.rebuild import rebuild
from graph.subjects import persons
from graph.viewer import LOCAL_OPERATOR
from tests.archives import archive, content, load
from tests.graph.sample import FIRM, LI, OLD_ZHANG, ZHANG, ms, write_cases, write_catalogue, write_standards
from tests.graphs import link, write


def test_derived_values_are_those_of_the_questions(store_uri: str) -> None:
    with archive(store_uri) as (store, settings):
        for part in (write_standards, write_catalogue, write_cases):
            part(store, settings)
        nodes = {
            "Decision": [{"id": "d", "kind": "prevailing value", "decided_at": ms("2024-01-01T09:00")}],
            "Fact": [{"id": "x-li-2", "field": "name", "value": "李四四", "stated_at": ms("2020-01-01T00:00")}],
        }
        links = {"ABOUT": [link("Fact x-li-2", f"Person {LI}")], "DECIDES": [link("Decision d", "Fact x-li")]}
        write(store, settings, nodes, links, system="decisions")
        rebuild(store, settings)
        held = content(store)
        asked = {id_: dossier(store, LOCAL_OPERATOR, id_) for id_ in (LI, OLD_ZHANG, ZHANG)}
        assert asked[LI].values["name"] == "李四"
        for row in persons(store, LOCAL_OPERATOR).items:
            assert _said(row.model_dump(exclude={"id"})) == asked[row.id].values
        assert {row[:1] + row[2:] for row in held["Organisation"]} == {(FIRM, "一厂")}
        assert organisation_dossier(store, LOCAL_OPERATOR, FIRM).values == {"name": "一厂"}
        materials = [m for answer in asked.values() for m in answer.materials]
        assert {(row[1], row[3]) for row in held["OF_TYPE"]} >= {(m.id, m.type_id) for m in materials if m.type_id}
        assert {(row[1], row[3]) for row in held["OF_TYPE"]} - {(m.id, m.type_id) for m in materials} == set()
        cases = [c for answer in asked.values() for c in answer.cases]
        assert {(row[1], row[3]) for row in held["UNDER"]} == {(c.id, c.version_id) for c in cases if c.version_id}
        assert dossier(store, LOCAL_OPERATOR, "李四").id == LI


def _said(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


_ZHANG, _HEAD = "11010519491231002X", "id,case,what,when,number,name\n"
_MAPPING = {
    "system": "s",
    "columns": {"event": "id", "case": "case", "activity": "what", "instant": "when"},
    "applicants": [{"number": "number", "name": "name"}],
}


def _row(number: int, name: str, id_no: str = _ZHANG) -> str:
    return f"{number},A,受理,2024-01-01,{id_no},{name}\n"


@pytest.mark.parametrize(
    ("mode", "files", "name"),
    [
        ("append", (_row(1, "王五"), _row(1, "", ""), _row(1, "王五")), "王五"),
        ("append", (_row(1, "王五"), _row(1, ""), _row(1, "王五")), "王五"),
        ("snapshot", (_row(1, "王五") + _row(2, "", ""), _row(2, "", ""), _row(1, "王五") + _row(2, "", "")), "王五"),
        ("append", (_row(1, "王五"), _row(2, "王伍"), _row(1, "王舞")), "王舞"),
    ],
)
def test_a_fact_that_comes_back_or_changes_is_shown_at_once(
    store_uri: str, tmp_path: Path, mode: str, files: tuple[str, ...], name: str
) -> None:
    with archive(store_uri, withdrawal_limit=1.0) as (store, settings):
        for text in files:
            path = tmp_path / "f.csv"
            path.write_text(_HEAD + text, encoding="utf-8")
            load(store, settings, path, mode=mode, **_MAPPING)
        assert [(one.name, one.id_no) for one in persons(store, LOCAL_OPERATOR).items] == [(name, _ZHANG)]
        assert [one.name for one in persons(store, LOCAL_OPERATOR, name).items] == [name]
        held = content(store)
        rebuild(store, settings)
        assert content(store) == held
