"""Exports as files: what each form holds, what a selection is, and that no half of a file is ever seen."""

from __future__ import annotations

import gzip
import json
import sqlite3
import zipfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import networkx as nx
import pyarrow.parquet as pq
import pytest
from fastapi.testclient import TestClient
from lxml import etree

from api.app import create_app
from etl.export import export as exporting
from etl.export.export import ExportReport, Form, export, form_of
from etl.load import LoadRequest, load_file
from etl.mapping import load_mapping
from graph.cases import CaseFilter
from graph.errors import ExportFailed, NotFound, UsageError
from graph.selection import SelectionRequest, selection
from graph.settings import Settings
from graph.store import Store
from graph.viewer import LOCAL_OPERATOR
from tests.archives import archive, content, load, log
from tests.graph.sample import ZHANG, write_all
from tests.graphs import link, write

HALL = Path(__file__).parents[2] / "examples" / "hall.csv"
Filled = tuple[Store, Settings]


@pytest.fixture
def filled(store_uri: str) -> Iterator[Filled]:
    """The sample of the questions and a log, of several systems, on each engine."""
    with archive(store_uri) as (store, settings):
        write_all(store, settings)
        load_file(store, settings, LoadRequest(HALL, load_mapping(HALL.with_suffix(".yaml")), "hall"))
        yield store, settings


@pytest.fixture
def hall(duckdb_uri: str) -> Iterator[Filled]:
    with archive(duckdb_uri) as (store, settings):
        load_file(store, settings, LoadRequest(HALL, load_mapping(HALL.with_suffix(".yaml")), "hall"))
        yield store, settings


def written(filled: Filled, path: Path, wanted: SelectionRequest | None = None, **more: Any) -> ExportReport:
    store, settings = filled
    return export(store, settings, LOCAL_OPERATOR, wanted or SelectionRequest(), form_of(path), path, **more)


def test_the_cases_of_a_filter_with_all_that_belongs_to_them(filled: Filled) -> None:
    store, _ = filled
    held = content(store)
    chosen = selection(store, LOCAL_OPERATOR, SelectionRequest(cases=CaseFilter(actor="李四")))
    ids = {label: set(table["id"].to_pylist()) for label, table in chosen.nodes.items()}
    assert ids["Case"] == {"hall:A-2024-001"}
    events = {row[1] for row in held["IN_CASE"] if row[3] == "hall:A-2024-001"}
    assert ids["Event"] == events
    assert ids["Actor"] == {row[3] for row in held["BY"] if row[1] in events}
    assert ids["Unit"] == {row[3] for row in held["IN_UNIT"] if row[1] in events}
    assert len(events) == 3
    assert {type_: table.num_rows for type_, table in chosen.links.items()} == {
        "IN_CASE": 3,
        "BY": 3,
        "IN_UNIT": 3,
        "OF_ITEM": 1,
    }


def test_the_whole_archive_is_every_asserted_record(filled: Filled) -> None:
    store, _ = filled
    held = content(store)
    chosen = selection(store, LOCAL_OPERATOR, SelectionRequest())
    for label, table in chosen.nodes.items():
        assert set(table["id"].to_pylist()) == {row[0] for row in held[label]}, label
    for type_, table in chosen.links.items():
        ends = set(zip(*(table[name].to_pylist() for name in table.column_names[:4]), strict=True))
        assert ends == {row[:4] for row in held[type_]}, type_
    assert chosen.left_out == {}


def test_what_a_dossier_holds(filled: Filled) -> None:
    store, _ = filled
    chosen = selection(store, LOCAL_OPERATOR, SelectionRequest(person=ZHANG))
    ids = {label: set(table["id"].to_pylist()) for label, table in chosen.nodes.items()}
    assert ZHANG in ids["Person"]
    assert "m-card" in ids["Material"]
    assert {"x-name", "x-no"} <= ids["Fact"]
    # Another person's records are not in it.
    assert not any("li" in id_ for id_ in ids["Material"] | ids["Fact"])
    with pytest.raises(NotFound):
        selection(store, LOCAL_OPERATOR, SelectionRequest(person="nobody"))


def test_graphml_and_parquet_hold_the_selection(filled: Filled, tmp_path: Path) -> None:
    store, _ = filled
    chosen = selection(store, LOCAL_OPERATOR, SelectionRequest())
    records, links = (sum(t.num_rows for t in part.values()) for part in (chosen.nodes, chosen.links))
    written(filled, tmp_path / "all.graphml")
    graph = nx.read_graphml(tmp_path / "all.graphml")
    assert (graph.number_of_nodes(), graph.number_of_edges()) == (records, links)
    assert graph.nodes["Case:hall:A-2024-001"]["item_id"] == "失业登记"
    written(filled, tmp_path / "all.parquet")
    written(filled, tmp_path / "all.parquet.zip")
    files = sorted(
        str(p.relative_to(tmp_path / "all.parquet")) for p in (tmp_path / "all.parquet").rglob("*.parquet")
    )
    with zipfile.ZipFile(tmp_path / "all.parquet.zip") as packed:
        assert sorted(packed.namelist()) == files
    events = pq.read_table(tmp_path / "all.parquet" / "nodes" / "Event.parquet")
    assert events["id"].to_pylist() == chosen.nodes["Event"]["id"].to_pylist()
    assert str(events.schema.field("at").type) == "timestamp[ms, tz=UTC]"


def test_ocel_has_the_tables_and_lists_of_the_standard(hall: Filled, tmp_path: Path) -> None:
    written(hall, tmp_path / "all.json.gz")
    said = json.loads(gzip.decompress((tmp_path / "all.json.gz").read_bytes()))
    assert {one["name"] for one in said["eventTypes"]} == {"受理", "审核", "办结"}
    assert {one["name"] for one in said["objectTypes"]} == {"Case", "Actor", "Unit", "ServiceItem"}
    first = next(one for one in said["events"] if one["type"] == "受理")
    assert (first["time"], len(first["relationships"])) == ("2024-06-03T09:12:30.000+08:00", 3)
    written(hall, tmp_path / "all.sqlite")
    with closing(sqlite3.connect(tmp_path / "all.sqlite")) as database:
        assert database.execute("SELECT count(*) FROM event").fetchone() == (5,)
        table = database.execute("SELECT ocel_type_map FROM event_map_type WHERE ocel_type = '受理'").fetchone()[0]
        assert database.execute(f'SELECT count(ocel_time) FROM "event_{table}"').fetchone() == (2,)


def test_xes_has_the_standard_keys(hall: Filled, tmp_path: Path) -> None:
    report = written(hall, tmp_path / "all.xes")
    root = etree.parse(tmp_path / "all.xes").getroot()
    assert [trace.find("{*}string[@key='concept:name']").get("value") for trace in root.iter("{*}trace")] == [
        "A-2024-001",
        "A-2024-002",
    ]
    keys = {one.get("key") for one in root.iter("{*}string", "{*}date", "{*}id")}
    assert {"concept:name", "time:timestamp", "org:resource", "org:group", "identity:id", "dossier:item"} <= keys
    assert (report.left_out, report.remarks) == ({}, [])


def test_xes_has_one_system_and_says_what_it_leaves_out(filled: Filled, tmp_path: Path) -> None:
    load(*filled, log(tmp_path, "other.csv", "1,look,2024-01-02,Ann,,,,"))
    with pytest.raises(UsageError, match="several systems: hall, other"):
        written(filled, tmp_path / "all.xes")
    report = written(filled, tmp_path / "all.xes", SelectionRequest(system="hall"))
    assert report.records["Case"] >= 2
    person = written(filled, tmp_path / "one.xes", SelectionRequest(person=ZHANG))
    assert person.left_out["Material"] == person.records["Material"] > 0


def test_a_character_that_xml_cannot_hold(duckdb_uri: str, tmp_path: Path) -> None:
    nodes = {"Case": [{"id": "s:1"}], "Event": [{"id": "s:e", "activity": "a\x01b"}]}
    with archive(duckdb_uri) as (store, settings):
        write(store, settings, nodes, {"IN_CASE": [link("Event s:e", "Case s:1")]}, system="s")
        for name in ("all.xes", "all.graphml"):
            with pytest.raises(ExportFailed):
                written((store, settings), tmp_path / name)
            assert not (tmp_path / name).exists()
        written((store, settings), tmp_path / "all.json")
    assert sorted(p.name for p in tmp_path.iterdir() if p.name.startswith(".")) == []


@pytest.mark.parametrize(
    "name", ["all.json", "all.sqlite", "all.xes.gz", "all.graphml", "all.parquet.zip", "all.parquet"]
)
def test_nothing_is_left_of_an_export_that_fails(
    name: str, hall: Filled, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    earlier = folder / "all.json"
    earlier.write_text("earlier")

    def broken(*given: object, **_: object) -> None:
        next(one for one in given if isinstance(one, Path)).write_text("half")
        raise RuntimeError("the disk is on fire")

    for writer in ("write_ocel_json", "write_ocel_sqlite", "write_graphml", "write_parquet", "write_parquet_zip"):
        monkeypatch.setattr(exporting, writer, broken)
    monkeypatch.setattr(exporting.XesLog, "write", broken)
    with pytest.raises(RuntimeError):
        written(hall, folder / name, overwrite=True)
    assert [p.name for p in folder.iterdir()] == ["all.json"]
    assert earlier.read_text() == "earlier"


def test_a_file_that_is_there_is_kept_unless_it_is_to_be_overwritten(hall: Filled, tmp_path: Path) -> None:
    path = tmp_path / "all.json"
    path.write_text("mine")
    with pytest.raises(UsageError, match="is there already"):
        written(hall, path)
    assert path.read_text() == "mine"
    written(hall, path, overwrite=True)
    assert json.loads(path.read_text())["events"]
    with pytest.raises(UsageError, match="no folder"):
        written(hall, tmp_path / "none" / "all.json")


@pytest.mark.parametrize(
    ("name", "form"), [("a.XES.gz", "xes"), ("a.jsonocel", "ocel-json"), ("b.parquet.zip", "parquet")]
)
def test_the_name_says_the_form(name: str, form: Form) -> None:
    assert form_of(Path(name)) == form
    with pytest.raises(UsageError, match="says no form"):
        form_of(Path("a.txt"))


def test_over_http_it_is_the_same_file_with_its_report(hall: Filled, tmp_path: Path) -> None:
    store, settings = hall
    written(hall, tmp_path / "here.json")
    with TestClient(create_app(settings, store)) as client:
        answer = client.get("/api/v1/export?form=ocel-json")
        assert answer.content == (tmp_path / "here.json").read_bytes()
        assert json.loads(answer.headers["dossier-report"])["records"]["Event"] == 5
        assert client.get("/api/v1/export?form=ocel-json&person=p&item=x").status_code == 400
        assert client.get("/api/v1/export?form=pdf").status_code == 422
        odd = client.get("/api/v1/export?form=ocel-json&name=../../a.json")
        assert 'filename="a.json"' in odd.headers["content-disposition"]
