"""What is read of a few records is what is read of many: their entries, their instants, at one moment."""

from __future__ import annotations

from operator import itemgetter
from pathlib import Path
from random import Random
from typing import Any

import neo4j
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from graph import clock
from graph.duckdb_snapshot import DuckDBSnapshot
from graph.evidence.entries import EntryBuilder
from graph.evidence.opened import OpenedBuilder, unchanged
from graph.evidence.parts import stated_types
from graph.evidence.reading import SEALED_LABELS, portion_of
from graph.evidence.spill import Spill, Spilled
from graph.snapshot_columns import link_schema, node_schema
from graph.store import Snapshot
from tests import neo4j_server
from tests.archives import archive
from tests.graph.evidence.grown import grow
from tests.graph.sample import write_all


def test_entries_made_record_by_record_are_those_of_columns(tmp_path: Path, store_uri: str) -> None:
    with archive(store_uri, ledger=str(tmp_path / "ledger")) as (store, settings):
        store.prepare()
        grow(store, settings, tmp_path / "scans", Random(5), 3)
        upto, snapshot, kinds = clock.last_done(store), store.snapshot(), set()
        records = as_they_came = 0
        for label in SEALED_LABELS:
            for table in snapshot.scan(label):
                opened, spill = OpenedBuilder(), Spill(tmp_path)
                few = portion_of(snapshot, label, table, upto, opened)
                many = portion_of(snapshot, label, table, upto, EntryBuilder(spill))
                assert sorted(few.builder.entries()) == sorted(many.builder.entries())
                for one in opened.opened():
                    kinds.add(one.entry.partition(b'"kind":"')[2].partition(b'"')[0])
                    assert all(f'"{part}":"{of.digest}"'.encode() in one.entry for part, of in one.parts.items())
                spill.close()
                as_they_came += _unchanged(snapshot, label, table, upto)
                records += table.num_rows
        snapshot.close()
        assert 50 < as_they_came < records - 10
        assert kinds == {b"record", b"withdrawal", b"link", b"link-withdrawal"}


def _unchanged(snapshot: Snapshot, label: str, table: pa.Table, upto: int) -> int:
    """How many records of a portion stand as they came; their entries are those of `portion_of`."""
    ids = table["id"].to_pylist()
    types = [declared.type for declared in stated_types(label)]
    of = snapshot.whole({label: ids}, {label: types})[label]
    found, others = unchanged(label, of.records, of.links, of.versioned, upto)
    assert sorted(of.records, key=itemgetter("id")) == sorted(table.to_pylist(), key=itemgetter("id"))
    for type_, links in of.links.items():
        stated = snapshot.stated(type_, label, table["id"].combine_chunks()).to_pylist()
        assert sorted(links, key=repr) == sorted(stated, key=repr)
    assert of.versioned == set(snapshot.versions(label, table["id"].combine_chunks())["of_id"].to_pylist())
    assert len(found) + len(others) == len(ids)
    whole, is_other = OpenedBuilder(), pc.is_in(table["id"], pa.array(others, pa.string()))
    assert not portion_of(snapshot, label, table.filter(pc.invert(is_other)), upto, whole).unprovable
    assert {one.entry: one for one in found} == {one.entry: one for one in whole.opened()}
    # Of each of the others there is more to say than that it came.
    said = OpenedBuilder()
    gone = portion_of(snapshot, label, table.filter(is_other), upto, said).erased
    assert len(list(said.opened())) + len(gone) > len(others) or not others
    return len(found)


_CASE = {"id": "c:1", "load": 2, "since": 2, "salt": "00" * 16, "source_row": 1}
_OF_ITEM = {"from_label": "Case", "from_id": "c:1", "to_label": "ServiceItem", "to_id": "i:1", "load": 2}


@pytest.mark.parametrize(
    ("of", "changes"),
    [
        ("record", {"load": 0, "since": 0}),
        ("record", {"load": 3, "since": 3}),
        ("record", {"load": None, "since": None}),
        ("record", {"since": 1}),
        ("record", {"withdrawn": 2}),
        ("record", {"erased": 2}),
        ("link", {"load": 1}),
        ("link", {"load": None}),
        ("link", {"salt": "00" * 16}),
        ("link", {"withdrawn": 2}),
        ("link", {"withdrawal_salt": "00" * 16}),
        ("link", {"from_id": "c:2"}),
    ],
)
def test_what_has_changed_or_no_load_writes_is_left_to_others_to_tell(of: str, changes: dict[str, Any]) -> None:
    record = dict.fromkeys(node_schema("Case").names) | _CASE
    link = dict.fromkeys(link_schema("OF_ITEM").names) | _OF_ITEM
    (one,), none = unchanged("Case", [record], {"OF_ITEM": [link]}, [], 2)
    assert [len(part.links) for part in one.parts.values() if part.links] == [1]
    assert not none
    (record if of == "record" else link).update(changes)
    found, others = unchanged("Case", [record], {"OF_ITEM": [link]}, [], 2)
    assert [one.id for one in found] == (["Case:c:1@2"] if changes == {"from_id": "c:2"} else [])
    assert others == ["c:2" if changes == {"from_id": "c:2"} else "c:1"]


def test_a_record_with_a_version_is_left_to_others_to_tell() -> None:
    record = dict.fromkeys(node_schema("Case").names) | _CASE
    assert unchanged("Case", [record], {}, ["c:1"], 2) == ([], ["c:1"])


@pytest.mark.parametrize(
    "held",
    [
        "infinity",
        "-infinity",
        "0001-01-01",
        "9999-12-31 23:59:59.999999",
        "290000-01-01",
        "0044-03-15 (BC)",
        "1969-12-31 23:59:59.999",
        "2024-01-01 00:00:00.000001",
        "2024-01-01 00:00:00.123",
    ],
)
def test_an_instant_of_a_few_records_is_that_of_many(duckdb_uri: str, held: str) -> None:
    with archive(duckdb_uri, ledger="none") as (store, settings):
        write_all(store, settings)
        cursor = store.cursor()  # type: ignore[attr-defined]
        cursor.execute('UPDATE "Event" SET "at" = $at::TIMESTAMP', {"at": held})
        cursor.execute('UPDATE "IN_CASE" SET sort_at = $at::TIMESTAMP', {"at": held})
        snapshot = store.snapshot()
        (many,) = snapshot.scan("Event")
        ids = many["id"].combine_chunks()
        few = snapshot.records("Event", ids)
        padding = pa.array([f"none {n}" for n in range(1000)])
        links, all_links = (snapshot.stated("IN_CASE", "Event", of) for of in (ids, pa.concat_arrays([ids, padding])))
        snapshot.close()
        assert few.num_rows
        assert links.num_rows
        assert few.sort_by("id").equals(many.sort_by("id").cast(few.schema))
        by = [("from_id", "ascending"), ("to_id", "ascending")]
        assert links.sort_by(by).equals(all_links.sort_by(by).cast(links.schema))


@pytest.mark.neo4j
def test_on_neo4j_a_few_records_are_those_of_many_whatever_they_hold(
    empty_neo4j: str, neo4j_driver: neo4j.Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("graph.neo4j_snapshot._WHOLE", 2)
    with archive(empty_neo4j, ledger="none") as (store, settings):
        write_all(store, settings)
        # Values of types that no load writes there.
        for place, held in enumerate(("e.activity = 7", "e.at = true", "e.load = 'x'", "e.at = datetime()")):
            chosen = f"MATCH (e:Event) WITH e ORDER BY e.id SKIP {place} LIMIT 1 SET {held}"
            neo4j_driver.execute_query(chosen, database_=neo4j_server.DATABASE)
        neo4j_driver.execute_query("MATCH ()-[l:SAME_AS]->() SET l.score = 'high'", database_=neo4j_server.DATABASE)
        neo4j_driver.execute_query("MATCH (:Event)-[l:IN_CASE]->() SET l.seq = 1.5", database_=neo4j_server.DATABASE)
        snapshot, types = store.snapshot(), {"Event": ["IN_CASE", "BY"], "Case": ["APPLIED"], "Person": ["SAME_AS"]}
        ids = {label: [id_ for part in snapshot.scan(label) for id_ in part["id"].to_pylist()] for label in types}
        assert len(ids["Event"]) > 2
        whole = snapshot.whole(ids, types)
        assert len(whole["Event"].records) > 3
        assert whole["Event"].links["IN_CASE"]
        assert whole["Person"].links["SAME_AS"]
        for label, of in whole.items():
            chosen = pa.array(ids[label], pa.string())
            # Not a number is not itself.
            assert sorted(map(repr, of.records)) == sorted(map(repr, snapshot.records(label, chosen).to_pylist()))
            for type_, links in of.links.items():
                many = snapshot.stated(type_, label, chosen).to_pylist()
                assert sorted(map(repr, links)) == sorted(map(repr, many))
        snapshot.close()


def test_a_second_reader_is_of_the_same_moment(duckdb_uri: str, tmp_path: Path) -> None:
    with archive(duckdb_uri, ledger=str(tmp_path / "ledger")) as (store, settings):
        write_all(store, settings)
        before, same = store.snapshot(), store.snapshot()
        assert isinstance(before, DuckDBSnapshot)
        assert isinstance(same, DuckDBSnapshot)
        count = before.total("Case")
        second = before.other()
        assert second is not None
        grow(store, settings, tmp_path / "scans", Random(5), 1)
        assert second.total("Case") == before.total("Case") == count
        # What a load has written meanwhile would be seen by one and not by the other.
        assert same.other() is None
        now = store.snapshot()
        assert isinstance(now, DuckDBSnapshot)
        other = now.other()
        assert other is not None
        assert other.total("Case") == now.total("Case") > count
        for one in (before, same, now):
            one.close()


def test_what_is_spilled_is_read_as_it_was(tmp_path: Path) -> None:
    spill = Spill(tmp_path)
    rows = np.random.default_rng(7).integers(0, 256, (9000, 32), np.uint8)
    texts = pa.array([f"王五 {n}" if n % 7 else "" for n in range(9000)])
    kept, said = spill.rows(rows), spill.texts(texts.slice(11, 8000))
    assert isinstance(kept, Spilled)
    assert len(kept) == 9000
    assert (kept[:] == rows).all()
    assert (kept[8990:9999] == rows[8990:]).all()
    assert not len(kept[5:5])
    assert said().equals(texts.slice(11, 8000))
    assert not list(tmp_path.iterdir())
    spill.close()
