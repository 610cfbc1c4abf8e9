"""Filing by itself: volumes, 档号, boxes and shelves of completed cases, on both engines."""

from __future__ import annotations

from pathlib import Path

import pytest

from etl.standards_load import load_standards
from graph import clock
from graph.decide import decide
from graph.errors import UsageError
from graph.evidence.verification import verify
from graph.filing.moves import MoveRequest
from graph.filing.run import arrange, file_cases, work_list
from graph.settings import Settings
from graph.store import Store
from graph.viewer import LOCAL_OPERATOR
from tests.archives import archive, content, load
from tests.graph.filing.houses import LOG, log_of, write_house, write_standards

BOTH = "paper;electronic"


def places(store: Store) -> set[tuple[str, str, int | None]]:
    """Where everything is: from, to, position."""
    held = content(store)
    types = ("FILED_IN", "IN_BOX", "ON_SHELF", "IN_ROOM")
    # The properties come by name: decision, position, valid_from, valid_to.
    return {(row[1], row[3], row[5]) for type_ in types for row in held[type_]}


def boxes(store: Store) -> dict[str, int | None]:
    """The thickness of each box, by its code without the series."""
    # The properties come by name: capacity, class, code.
    return {row[3].rpartition("-")[2]: row[1] for row in content(store)["Box"]}


def test_a_load_files_what_it_completes(store_uri: str, tmp_path: Path) -> None:
    with archive(store_uri, arrangement=write_house(tmp_path)) as (store, settings):
        load_standards(store, settings, write_standards(tmp_path / "standards"))
        report = load(store, settings, log_of(tmp_path, "a.csv", ("1", "03", BOTH), ("2", "04", BOTH)), **LOG)
        assert [r for r in report.remarks if r.startswith("Filed")] == [
            "Filed in load 3: 4 records of 2 completed cases, in 2 volumes."
        ]
        first = places(store)
        series = "A001-ZY·1·2024·D50"
        assert first == {
            ("hall:K1a", f"filing:{series}-0001", 1),
            ("hall:K1b", f"filing:{series}-0001", 2),
            ("hall:K2a", f"filing:{series}-0002", 1),
            ("hall:K2b", f"filing:{series}-0002", 2),
            (f"filing:{series}-0001", f"filing:{series}-B0001", 1),
            (f"filing:{series}-0002", f"filing:{series}-B0001", 2),
            (f"filing:{series}-0001", f"filing:{series}-E0001", 1),
            (f"filing:{series}-0002", f"filing:{series}-E0001", 2),
            (f"filing:{series}-B0001", "filing:R1-001", 1),
            (f"filing:{series}-E0001", "filing:V1-001", 1),
            ("filing:R1-001", "filing:R1", 1),
            ("filing:R1-002", "filing:R1", 2),
            ("filing:V1-001", "filing:V1", 1),
        }
        assert boxes(store) == {"B0001": 20, "E0001": None}
        assert file_cases(store, settings, LOCAL_OPERATOR).load is None
        _adding_changes_no_place(store, settings, tmp_path, first)


def _adding_changes_no_place(
    store: Store, settings: Settings, folder: Path, first: set[tuple[str, str, int | None]]
) -> None:
    """An earlier case that comes later gets the next number; a box grows until it is full, then a new one begins."""
    later = log_of(folder, "b.csv", ("0", "01", BOTH), ("3", "05", "paper;paper"), pages="300;100")
    load(store, settings, later, **LOG)
    now = places(store)
    assert first < now
    series = "A001-ZY·1·2024·D50"
    assert now - first == {
        ("hall:K0a", f"filing:{series}-0003", 1),
        ("hall:K0b", f"filing:{series}-0003", 2),
        ("hall:K3a", f"filing:{series}-0004", 1),
        ("hall:K3b", f"filing:{series}-0004", 2),
        (f"filing:{series}-0003", f"filing:{series}-B0001", 3),
        (f"filing:{series}-0003", f"filing:{series}-E0001", 3),
        (f"filing:{series}-0004", f"filing:{series}-B0002", 1),
        (f"filing:{series}-B0002", "filing:R1-001", 2),
    }
    assert boxes(store) == {"B0001": 40, "B0002": 40, "E0001": None}
    assert len(content(store)["Decision"]) == 2
    load(store, settings, folder / "a.csv", **{**LOG, "zone": "Asia/Shanghai"})
    assert places(store) == now


def test_what_cannot_be_filed_is_on_the_work_list(store_uri: str, tmp_path: Path) -> None:
    house = write_house(tmp_path, medium_if_unstated=None)
    with archive(store_uri, arrangement=house) as (store, settings):
        standards = write_standards(tmp_path / "standards")
        load_standards(store, settings, standards)
        load(store, settings, log_of(tmp_path, "a.csv", ("1", "03", "paper;"), ("2", "04", BOTH)), **LOG)
        load(store, settings, log_of(tmp_path, "b.csv", ("3", "03", BOTH), item="无此事项"), **LOG)
        listed = work_list(store, settings, LOCAL_OPERATOR)
        assert [(i.id, i.case, i.reason) for i in listed.items] == [
            ("hall:K1a", "hall:1", "case waits"),
            ("hall:K1b", "hall:1", "no medium"),
            ("hall:K3a", "hall:3", "no standard"),
            ("hall:K3b", "hall:3", "no standard"),
        ]
        page = work_list(store, settings, LOCAL_OPERATOR, limit=1)
        assert [i.id for i in page.items] == ["hall:K1a"]
        assert [i.id for i in work_list(store, settings, LOCAL_OPERATOR, cursor=page.next).items] == [
            "hall:K1b", "hall:K3a", "hall:K3b",
        ]  # fmt: skip
        load(store, settings, log_of(tmp_path, "a.csv", ("1", "03", "paper;paper"), ("2", "04", BOTH)), **LOG)
        assert {i.id for i in work_list(store, settings, LOCAL_OPERATOR).items} == {"hall:K3a", "hall:K3b"}
        assert {r[1] for r in places(store) if r[0] == "hall:K1b"} == {"filing:A001-ZY·1·2024·D50-0002"}


def test_without_an_arrangement_nothing_is_filed(duckdb_uri: str, tmp_path: Path) -> None:
    with archive(duckdb_uri) as (store, settings):
        load_standards(store, settings, write_standards(tmp_path / "standards"))
        report = load(store, settings, log_of(tmp_path, "a.csv", ("1", "03", BOTH)), **LOG)
        assert (report.remarks, places(store), clock.last_done(store)) == ((), set(), 2)
        with pytest.raises(UsageError, match="Nothing says how the house files"):
            file_cases(store, settings, LOCAL_OPERATOR)


@pytest.mark.parametrize(
    ("rule", "volumes"),
    [("person", {"A001-ZY·1·D50-0001", "A001-ZY·1·D50-0002"}), ("year", {"A001-ZY·1·2024·D50-0001"})],
)
def test_the_standard_says_what_makes_a_volume(duckdb_uri: str, tmp_path: Path, rule: str, volumes: set[str]) -> None:
    with archive(duckdb_uri, arrangement=write_house(tmp_path)) as (store, settings):
        load_standards(store, settings, write_standards(tmp_path / "standards", volume_rule=rule))
        load(store, settings, log_of(tmp_path, "a.csv", ("1", "03", BOTH), ("2", "04", BOTH)), **LOG)
        # The properties come by name: basis, capacity, class, code.
        assert {row[4] for row in content(store)["Volume"]} == volumes


CATALOGUE = "档号,题名,日期,页数,载体,类别,姓名,人员编号\n"


def test_the_catalogue_is_arranged(store_uri: str, tmp_path: Path) -> None:
    rows = [
        "A001-RS-007-001,履历表,19900101,4,纸质,1,张三,P1",
        "A001-RS-007-001,自传,19900201,4,纸质,2,张三,P1",
        ",学历,19910101,2,纸质,4-1,李四,P2",
        ",入党志愿书,19890101,8,纸质,6,李四,P2",
        ",无主材料,19890101,8,纸质,6,,",
    ]
    path = tmp_path / "c.csv"
    path.write_text(CATALOGUE + "\n".join(rows) + "\n", encoding="utf-8")
    with archive(store_uri, arrangement=write_house(tmp_path)) as (store, settings):
        load(store, settings, path, system="c", catalogue={})
        report = arrange(store, settings, LOCAL_OPERATOR)
        assert (report.records, report.new_volumes, report.new_boxes) == (3, 2, 1)
        assert {(r.reason, r.count) for r in report.waiting} == {("number taken", 1), ("no person", 1)}
        found = {(a, b, n) for a, b, n in places(store) if a.startswith("c:")}
        assert {(b, n) for _, b, n in found} == {
            ("filing:A001-RS-007", 1), ("filing:A001-RS-0008", 1), ("filing:A001-RS-0008", 2),
        }  # fmt: skip
        before = places(store)
        load(store, settings, path, system="c", catalogue={"volume_of": "person"})
        assert arrange(store, settings, LOCAL_OPERATOR).load is None
        assert places(store) == before


def test_what_filing_writes_is_sealed(store_uri: str, tmp_path: Path) -> None:
    folder = str(tmp_path / "ledger")
    with archive(store_uri, arrangement=write_house(tmp_path), ledger=folder) as (store, settings):
        load_standards(store, settings, write_standards(tmp_path / "standards"))
        load(store, settings, log_of(tmp_path, "a.csv", ("1", "03", BOTH)), **LOG)
        load(store, settings, log_of(tmp_path, "b.csv", ("2", "03", BOTH), pages="300;4"), **LOG)
        asked = MoveRequest(label="Material", what="hall:K2a", to="A001-ZY·1·2024·D50-0001", who="王五", why="并卷")
        decide(store, settings, LOCAL_OPERATOR, asked)
        outcome = verify(store, settings, LOCAL_OPERATOR)
        assert outcome.found == []
        assert outcome.entries > 40
