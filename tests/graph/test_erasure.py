"""Erasure by order on both engines: values are gone at every time and from every byte; that they were stays."""

from __future__ import annotations

import csv
import hashlib
import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from etl.load import LoadReport
from graph.chain import chain
from graph.clock import last_done
from graph.decide import ErasureRequest, ReversalRequest, decide
from graph.decisions import Decided, decisions
from graph.dossier import dossier
from graph.duckdb_file import mark_of
from graph.duckdb_store import DuckDBStore
from graph.errors import NotFound, StoreError, UsageError
from graph.neo4j_store import Neo4jStore
from graph.rebuild import rebuild
from graph.reuse import reuse
from graph.schema import NODES, RELATIONSHIPS
from graph.settings import Settings
from graph.store import Store, open_store
from graph.subjects import persons
from graph.viewer import LOCAL_OPERATOR
from tests.archives import archive, content, load, log
from tests.graph.sample import LI, OLD_ZHANG, ZHANG, write_all
from tests.graphs import link, write

NAMES = ("档号", "题名", "日期", "页数", "姓名", "出生日期", "性别")
ZHANG_ROW = ("A-1", "履历表", "19800113", "7", "张独特甲", "19570911", "女")
OTHER_ROWS = tuple((f"B-{i}", "自传", "19900101", "2", f"李留存{i}", "19610203", "男") for i in range(40))
SECRET, KEPT = "张独特甲", "李留存7"


def order(store: Store, settings: Settings, label: str, id_: str, folder: Path | None = None) -> Decided:
    request = ErasureRequest(who="王科长", why="法院裁定 12 号", label=label, id=id_)  # type: ignore[arg-type]
    return decide(store, settings, LOCAL_OPERATOR, request, folder)


def catalogue(path: Path, *rows: tuple[str, ...]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([NAMES, *rows])
    return path


def counts(report: LoadReport) -> tuple[int, int, int, int]:
    assert report.rows_in == report.loaded + report.unchanged + report.quarantined
    return report.rows_in, report.loaded, report.unchanged, report.quarantined


def everything(store: Store) -> str:
    """All values that any query can reach, of nodes, Versions, loads and links, withdrawn ones included."""
    if isinstance(store, Neo4jStore):
        rows: Any = store.run("MATCH (n) RETURN labels(n), properties(n)", {})
        rows += store.run("MATCH ()-[r]->() RETURN type(r), properties(r)", {})
        return str(rows)
    assert isinstance(store, DuckDBStore)
    names = [*(n.label for n in NODES), *(r.type for r in RELATIONSHIPS)]
    return str([store.cursor().execute(f'SELECT * FROM "{name}"').fetchall() for name in names])


def bytes_beside(store: Store) -> bytes:
    """All bytes of an embedded store and of what lies beside it."""
    assert isinstance(store, DuckDBStore)
    return b"".join(p.read_bytes() for p in store.path.parent.rglob(f"{store.path.name}*") if p.is_file())


def holds(store: Store, text: str) -> bool:
    reached = text in everything(store)
    return reached or (isinstance(store, DuckDBStore) and text.encode() in bytes_beside(store))


def id_of(store: Store, name: str) -> str:
    return next(p.id for p in persons(store, LOCAL_OPERATOR, name).items)


def test_a_person_among_many_is_erased_at_every_time(store_uri: str, tmp_path: Path) -> None:
    folder = tmp_path / "sources"
    folder.mkdir()
    path = catalogue(folder / "a.csv", ZHANG_ROW, *OTHER_ROWS)
    with archive(store_uri) as (store, settings):
        load(store, settings, path, system="s")
        first = store.read("clock/loads")[-1][2]
        # The name is corrected, so that an earlier content is a Version.
        catalogue(path, (*ZHANG_ROW[:6], "男"), *OTHER_ROWS)
        load(store, settings, path, system="s")
        zhang, others = id_of(store, SECRET), content(store)
        assert holds(store, SECRET)
        assert "19570911" in everything(store)
        done = order(store, settings, "Person", zhang)
        assert not holds(store, SECRET)
        assert not holds(store, "19570911")
        assert holds(store, KEPT)
        assert [(t.label, t.id) for t in done.decision.about if t.label == "Person"] == [("Person", zhang)]
        assert "keep what they say themselves (1: s:A-1)" in done.remarks[0]
        assert (len(done.remarks) == 2) is isinstance(store, Neo4jStore)
        for at in (None, first):
            answer = dossier(store, LOCAL_OPERATOR, zhang, at)
            assert (answer.values, answer.fields, answer.contradictions) == ({}, [], [])
            erased = {(one.label, one.decision) for one in answer.erased}
            assert erased == {("Person", done.decision.id), ("Fact", done.decision.id)}
            assert [m.title for m in answer.materials] == ["履历表"]
        row = next(p for p in persons(store, LOCAL_OPERATOR, limit=100).items if p.id == zhang)
        assert (row.name, row.birth_date, row.erased) == (None, None, done.decision.id)
        after = content(store)
        for name in ("Material", "ABOUT", "STATES"):
            assert after[name] == others[name]
        facts = {one.id for one in done.decision.about if one.label == "Fact"}
        assert {r for r in after["Fact"] if r[0] not in facts} == {r for r in others["Fact"] if r[0] not in facts}
        _stays_erased(store, settings, path, zhang, done.decision.id)


def _stays_erased(store: Store, settings: Settings, path: Path, person: str, decision: str) -> None:
    """Whatever is loaded or derived again, and whoever asks for it to be undone."""
    held = content(store)
    again = load(store, settings, path, system="s")
    assert counts(again) == (41, 0, 41, 0)
    assert "Records that were erased by order and are stated again: 4." in again.remarks[-1]
    catalogue(path, (*ZHANG_ROW[:4], SECRET, "19570912", "女"), *OTHER_ROWS, ("C-1", "证", "", "1", "新人", "", ""))
    assert counts(load(store, settings, path, system="s"))[:2] >= (42, 1)
    rebuild(store, settings)
    assert content(store)["Person"] >= held["Person"]
    assert dossier(store, LOCAL_OPERATOR, person).erased[0].decision == decision
    with pytest.raises(UsageError, match=f"erased already, by {decision}"):
        order(store, settings, "Person", person)
    with pytest.raises(UsageError, match="cannot be brought back"):
        request = ReversalRequest(decision=decision, who="x", why="x")
        decide(store, settings, LOCAL_OPERATOR, request)


def test_the_facts_of_one_record_do_not_come_back_with_its_file(store_uri: str, tmp_path: Path) -> None:
    folder = tmp_path / "sources"
    folder.mkdir()
    path = catalogue(folder / "a.csv", ZHANG_ROW, *OTHER_ROWS)
    with archive(store_uri) as (store, settings):
        load(store, settings, path, system="s")
        zhang = id_of(store, SECRET)
        done = order(store, settings, "Material", "s:A-1")
        assert {one.label for one in done.decision.about} == {"Material", "Fact"}
        assert not holds(store, SECRET)
        held = content(store)
        catalogue(path, ("A-1", "履历表（补）", "19800114", "8", *ZHANG_ROW[4:]), *OTHER_ROWS)
        again = load(store, settings, path, system="s")
        assert counts(again) == (41, 0, 41, 0)
        assert content(store) == held
        assert not holds(store, SECRET)
        (material,) = dossier(store, LOCAL_OPERATOR, zhang).materials
        assert (material.id, material.title, material.erased) == ("s:A-1", None, done.decision.id)


ROWS = (
    "K1,受理,2024-01-01T09:00:00+08:00,甲,窗口,经办,web,无",
    "K1,审核,2024-01-02T09:17:31+08:00,乙独特,审核组,复核,web,机密备注",
    "K1,办结,2024-01-03T09:00:00+08:00,甲,窗口,经办,web,无",
    "K2,受理,2024-01-01T09:00:00+08:00,甲,窗口,经办,web,无",
)


def test_an_erased_event_stays_in_its_case_without_its_instant(store_uri: str, tmp_path: Path) -> None:
    folder = tmp_path / "sources"
    folder.mkdir()
    path = log(folder, "hall.csv", *ROWS)
    with archive(store_uri) as (store, settings):
        load(store, settings, path)
        before = chain(store, LOCAL_OPERATOR, "K1")
        event = before.events[1]
        assert event.attributes["note"] == "机密备注"
        done = order(store, settings, "Event", event.id)
        assert not holds(store, "机密备注")
        assert str(event.at_ms) not in everything(store)
        assert "09:17:31" not in everything(store)
        held = content(store)
        after = chain(store, LOCAL_OPERATOR, "K1")
        assert [e.erased for e in after.events] == [None, None, done.decision.id]
        assert after.events[2].missing == [f"content, erased by {done.decision.id}"]
        assert [a.name for a in after.events[2].actors] == ["乙独特"]
        assert (after.opened_at, after.last_at) == (before.opened_at, before.last_at)
        again = load(store, settings, path)
        assert counts(again) == (4, 0, 4, 0)
        assert content(store) == held
        rebuild(store, settings)
        assert content(store) == held
        assert chain(store, LOCAL_OPERATOR, "K2").events[0].erased is None
        assert chain(store, LOCAL_OPERATOR, "K1").events[2].at is None


def test_what_others_have_too_stays_and_the_person_is_the_whole_set(store_uri: str) -> None:
    with archive(store_uri) as (store, settings):
        write_all(store, settings)
        answer = order(store, settings, "Person", ZHANG)
        assert {one.id for one in answer.decision.about if one.label == "Person"} == {ZHANG, OLD_ZHANG}
        assert dossier(store, LOCAL_OPERATOR, OLD_ZHANG).values == {}
        assert dossier(store, LOCAL_OPERATOR, LI).values["name"] == "李四"
        asked = reuse(store, LOCAL_OPERATOR, ZHANG, ["card"])
        assert [(f.field, f.on_file, f.reason) for f in asked.fields][:1] == [("name", False, "none")]
        listed = decisions(store, LOCAL_OPERATOR, about="x-name").items
        assert [one.id for one in listed] == [answer.decision.id]
        assert "张三" not in json.dumps(answer.decision.model_dump(), ensure_ascii=False)
        with pytest.raises(NotFound, match="no Fact nothing"):
            order(store, settings, "Fact", "nothing")


def test_files_are_deleted_only_within_the_folder_and_only_those_bytes(duckdb_uri: str, tmp_path: Path) -> None:
    scans, outside = tmp_path / "scans", tmp_path / "outside"
    (scans / "a").mkdir(parents=True)
    outside.mkdir()
    texts = {"a/1.pdf": b"one", "2.pdf": b"two", "other.pdf": b"others"}
    for name, data in texts.items():
        (scans / name).write_bytes(data)
    (outside / "3.pdf").write_bytes(b"three")
    (scans / "link.pdf").symlink_to(outside / "3.pdf")
    digest = {data: hashlib.sha256(data).hexdigest() for data in (b"one", b"two", b"three", b"else")}
    uris = {
        "f1": ("scans/a/1.pdf", digest[b"one"]),
        "f2": (f"file://{scans}/2.pdf", digest[b"two"]),
        "f3": ("scans/link.pdf", digest[b"three"]),
        "f4": ("scans/../outside/3.pdf", digest[b"three"]),
        "f5": ("scans/other.pdf", digest[b"else"]),
        "f6": ("s3://bucket/6.pdf", digest[b"one"]),
        "f7": (str(outside / "3.pdf"), digest[b"three"]),
    }
    with archive(duckdb_uri) as (store, settings):
        files = [{"id": id_, "uri": uri, "sha256": digest} for id_, (uri, digest) in uris.items()]
        links = {"HAS_FILE": [link("Material m", f"File {id_}") for id_ in uris]}
        write(store, settings, {"Material": [{"id": "m", "title": "t"}], "File": files}, links)
        with pytest.raises(UsageError, match="is no folder"):
            order(store, settings, "Material", "m", tmp_path / "nowhere")
        done = order(store, settings, "Material", "m", scans)
        assert done.files_deleted == [uris["f1"][0], uris["f2"][0]]
        assert sorted(done.files_by_hand) == sorted(uris[f][0] for f in ("f3", "f4", "f5", "f6", "f7"))
        assert sorted(p.name for p in tmp_path.rglob("*.pdf")) == ["3.pdf", "link.pdf", "other.pdf"]
        assert "scans" not in everything(store)


def test_an_erasure_that_could_not_clear_the_file_is_finished_when_it_is_next_opened(
    duckdb_uri: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with archive(duckdb_uri) as (store, settings):
        assert isinstance(store, DuckDBStore)
        load(store, settings, catalogue(tmp_path / "a.csv", ZHANG_ROW, *OTHER_ROWS), system="s")
        (tmp_path / "a.csv").unlink()

        def full(*_: object) -> Path:
            raise OSError("No space left on device")

        with monkeypatch.context() as patch:
            patch.setattr("graph.duckdb_file.copied", full)
            with pytest.raises(StoreError, match="not yet gone from the bytes"):
                order(store, settings, "Person", id_of(store, SECRET))
        assert decisions(store, LOCAL_OPERATOR, kind="erasure").items
        assert SECRET not in everything(store)
        assert mark_of(store.path).exists()
    with archive(duckdb_uri) as (store, _):
        assert isinstance(store, DuckDBStore)
        assert not mark_of(store.path).exists()
        assert SECRET.encode() not in bytes_beside(store)
        assert KEPT in everything(store)
        assert last_done(store) == 2


def test_those_who_read_meanwhile_are_answered(duckdb_uri: str, tmp_path: Path) -> None:
    with archive(duckdb_uri) as (store, settings):
        load(store, settings, catalogue(tmp_path / "a.csv", ZHANG_ROW, *OTHER_ROWS), system="s")
        zhang, stop, answers = id_of(store, SECRET), threading.Event(), [0]

        def read() -> None:
            while not stop.is_set():
                assert len(persons(store, LOCAL_OPERATOR, limit=100).items) == 41
                answers[0] += 1

        with ThreadPoolExecutor(2) as readers:
            reading = [readers.submit(read) for _ in range(2)]
            order(store, settings, "Person", zhang)
            so_far = answers[0]
            while answers[0] < so_far + 4 and not any(one.done() for one in reading):
                time.sleep(0.001)
            stop.set()
            for one in reading:
                one.result()
    with_indexes = open_store(Settings(store=duckdb_uri))
    assert isinstance(with_indexes, DuckDBStore)
    found = with_indexes.cursor().execute("SELECT count(*) FROM duckdb_indexes()").fetchall()
    assert found == [(2 * len(RELATIONSHIPS) + 2,)]
    with_indexes.close()
