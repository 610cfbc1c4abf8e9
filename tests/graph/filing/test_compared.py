"""Reconciliation, retention, readiness, places and moves over small archives by hand, on both engines."""

from __future__ import annotations

from pathlib import Path

import pytest

from etl.standards_load import load_standards
from graph.decide import decide
from graph.errors import Ambiguous, NotFound, UsageError
from graph.filing.moves import MoveRequest
from graph.filing.run import file_cases, work_list
from graph.readiness import readiness
from graph.reconcile import differences, reconcile
from graph.retention import due_year, falling_due, retention
from graph.settings import Settings
from graph.store import Store
from graph.storeroom import boxes_of_room, find_places, rooms
from graph.viewer import LOCAL_OPERATOR
from tests.archives import archive, load
from tests.graph.filing.houses import LOG, log_of, write_house, write_standards
from tests.graphs import link, write

SERIES = "A001-ZY·1·2024·D50"


def write_records(store: Store, settings: Settings) -> None:
    """Records of which each has one thing that is not as it should be, and one, `good`, that has none."""
    paper, digital = {"medium": "paper"}, {"medium": "electronic"}
    file = {"sha256": "00", "media_type": "application/pdf", "pages": 2}
    nodes = {
        "Person": [{"id": "p"}, {"id": "nobody"}],
        "Room": [{"id": "r", "code": "R9"}],
        "Shelf": [{"id": "s", "code": "R9-1"}],
        "Box": [{"id": "b", "code": "B1", "capacity": 20}],
        "Volume": [{"id": "v", "code": "A001-RS-001", "class": "6", "year": 1999, "retention": "30年"}],
        "File": [{"id": name, **file} for name in ("f-good", "f-pages", "f-copy", "f-lone", "f-plain")],
        "Material": [
            {"id": "good", "pages": 2, "class": "6", **paper},
            {"id": "no-copy", "pages": 100, **paper},
            {"id": "pages", "pages": 3, "retention": "永久", **paper},
            {"id": "twice-a", **paper},
            {"id": "twice-b", **paper},
            {"id": "copied", "pages": 2, **paper},
            {"id": "copy", "pages": 2, "class": "6", **digital},
            {"id": "lone", "class": "6", "pages": 2, **digital},
            {"id": "plain", "class": "7", "pages": 2, "retention": "按规定", **digital},
        ],
    }
    links = {
        "ABOUT": [link(f"Material {m}", "Person p") for m in ("good", "no-copy", "pages", "copy", "plain")],
        "HAS_FILE": [link(f"Material {m}", f"File f-{m}") for m in ("good", "pages", "copy", "lone", "plain")],
        "DIGITISES": [link("Material copy", "Material copied")],
        "FILED_IN": [
            *(link(f"Material {m}", "Volume v", position=n) for n, m in enumerate(("good", "no-copy", "pages"), 1)),
            *(link(f"Material {m}", "Volume v", position=7) for m in ("twice-a", "twice-b")),
        ],
        "IN_BOX": [link("Volume v", "Box b")],
        "ON_SHELF": [link("Box b", "Shelf s")],
        "IN_ROOM": [link("Shelf s", "Room r")],
    }
    write(store, settings, nodes, links)


def listed(store: Store, settings: Settings, kind: str) -> set[tuple[str, str | None, str | None, int | None]]:
    page = differences(store, settings, LOCAL_OPERATOR, kind)  # type: ignore[arg-type]
    return {(one.id, one.room, one.scheme_class, one.found) for one in page.items}


def test_what_has_no_partner_is_reported_by_room_and_class(store_uri: str, tmp_path: Path) -> None:
    house = write_house(tmp_path, paper_required=["6"])
    with archive(store_uri, arrangement=house) as (store, settings):
        write_records(store, settings)
        assert listed(store, settings, "no_copy") == {
            ("no-copy", "R9", "6", None), ("twice-a", "R9", "6", None), ("twice-b", "R9", "6", None),
        }  # fmt: skip
        assert listed(store, settings, "no_paper") == {("lone", None, "6", None)}
        assert listed(store, settings, "no_subject") == {("lone", None, "6", None)}
        assert listed(store, settings, "pages") == {("pages", "R9", "6", 2)}
        assert listed(store, settings, "places") == {("twice-a", "R9", "6", None), ("twice-b", "R9", "6", None)}
        assert listed(store, settings, "no_dossier") == {("nobody", None, None, None)}
        counted = reconcile(store, settings, LOCAL_OPERATOR)
        assert counted.totals == {
            "no_copy": 3, "no_paper": 1, "no_subject": 1, "pages": 1, "places": 2, "no_dossier": 1,
        }  # fmt: skip
        by_room = [(c.kind, c.room, c.scheme_class, c.count) for c in counted.counts]
        assert ("no_copy", "R9", "6", 3) in by_room
        assert len(by_room) == 6
        page = differences(store, settings, LOCAL_OPERATOR, "no_copy", limit=2)
        rest = differences(store, settings, LOCAL_OPERATOR, "no_copy", cursor=page.next)
        assert [one.id for one in (*page.items, *rest.items)] == ["no-copy", "twice-a", "twice-b"]
        _retention(store)
        _readiness(store, settings)
        _places(store, settings)


def _retention(store: Store) -> None:
    """Formed in 1999 and kept for 30 years: until the end of 2029."""
    answer = retention(store, LOCAL_OPERATOR)
    assert [(t.scheme_class, t.retention, t.term, t.records) for t in answer.terms] == [
        ("6", "30年", "fixed", 4), ("6", "永久", "permanent", 1), ("6", None, "unknown", 2),
        ("7", "按规定", "other", 1), (None, None, "unknown", 1),
    ]  # fmt: skip
    assert [(d.year, d.scheme_class, d.records) for d in answer.due] == [(2030, "6", 4)]
    assert retention(store, LOCAL_OPERATOR, until=2029).due == []
    due = falling_due(store, LOCAL_OPERATOR, 2030, limit=3)
    assert [(d.id, d.archive_no) for d in due.items] == [
        ("good", "A001-RS-001-001"), ("no-copy", "A001-RS-001-002"), ("twice-a", "A001-RS-001-007"),
    ]  # fmt: skip
    assert [d.id for d in falling_due(store, LOCAL_OPERATOR, 2030, cursor=due.next).items] == ["twice-b"]


@pytest.mark.parametrize(
    ("kept", "formed", "year"), [("10年", 2014, 2025), ("永久", 2014, None), ("10年", None, None), (None, 1, None)]
)
def test_a_term_counts_from_the_year_after(kept: str | None, formed: int | None, year: int | None) -> None:
    assert due_year(kept, formed) == year


def _readiness(store: Store, settings: Settings) -> None:
    answer = readiness(store, settings, LOCAL_OPERATOR)
    found = {
        row.scheme_class: (row.records, row.ready, {b.reason: b.records for b in row.blocks}) for row in answer.rows
    }
    assert found == {
        "6": (7, 0, {"no file": 3, "paper required": 4}),
        "7": (1, 0, {"not checked": 1}),
        None: (1, 0, {"not checked": 1}),
    }
    run = {"phase": "GD", "run_id": "run"}
    nodes = {"CheckRun": [{"id": "c1", **run}, {"id": "c2", **run}]}
    nodes["Check"] = [{"id": "x", "code": "GD-1-10", "outcome": "fail", **run}]
    checked = [link("CheckRun c1", "Material plain"), link("CheckRun c2", "Material copied")]
    write(store, settings, nodes, {"CHECKED": [*checked, link("Check x", "Material copied")]})
    again = {row.scheme_class: (row.ready, row.share) for row in readiness(store, settings, LOCAL_OPERATOR).rows}
    assert again == {"6": (0, 0.0), "7": (1, 1.0), None: (0, 0.0)}


def _places(store: Store, settings: Settings) -> None:
    (room,) = rooms(store, LOCAL_OPERATOR).rooms
    assert (room.code, room.kind, room.boxes, [s.code for s in room.shelves]) == ("R9", "physical", 1, ["R9-1"])
    (box,) = boxes_of_room(store, settings, LOCAL_OPERATOR, "R9").boxes
    # 105 pages and two records without any, which count one each; a page is 0.1 mm.
    assert (box.code, box.volumes, box.records, box.thickness, box.fill) == ("B1", 1, 5, 10.7, 0.535)
    for text in ("no-copy", "A001-RS-001-002"):
        (found,) = find_places(store, LOCAL_OPERATOR, text).items
        assert (found.id, found.volume, found.position, found.box, found.shelf, found.room) == (
            "no-copy", "A001-RS-001", 2, "B1", "R9-1", "R9",
        )  # fmt: skip
    assert {one.id for one in find_places(store, LOCAL_OPERATOR, "p").items} == {
        "good", "no-copy", "pages", "copy", "plain",
    }  # fmt: skip
    with pytest.raises(NotFound, match="Nothing is called"):
        find_places(store, LOCAL_OPERATOR, "none")
    with pytest.raises(NotFound, match="no room"):
        boxes_of_room(store, settings, LOCAL_OPERATOR, "none")


def test_a_check_that_failed_keeps_a_case_from_being_filed(duckdb_uri: str, tmp_path: Path) -> None:
    with archive(duckdb_uri) as (store, settings):
        load_standards(store, settings, write_standards(tmp_path / "standards"))
        load(store, settings, log_of(tmp_path, "a.csv", ("1", "03", "paper;paper")), **LOG)
        run = {"phase": "GD", "run_id": "run"}
        nodes = {"CheckRun": [{"id": "c", **run}]}
        nodes["Check"] = [{"id": "x", "code": "GD-1-7", "outcome": "fail", **run}]
        links = [link("CheckRun c", "Material hall:K1a"), link("Check x", "Material hall:K1a")]
        write(store, settings, nodes, {"CHECKED": links})
        arranged = settings.model_copy(update={"arrangement": write_house(tmp_path)})
        assert file_cases(store, arranged, LOCAL_OPERATOR).load is None
        waiting = work_list(store, arranged, LOCAL_OPERATOR).items
        assert [(one.id, one.reason) for one in waiting] == [
            ("hall:K1a", "check failed"), ("hall:K1b", "case waits"),
        ]  # fmt: skip
        assert "GD-1-7" in waiting[0].says
        write(store, settings, {"CheckRun": [{"id": "d", "phase": "GD", "run_id": "later"}]}, {
            "CHECKED": [link("CheckRun d", "Material hall:K1a")]
        })  # fmt: skip
        assert file_cases(store, arranged, LOCAL_OPERATOR).records == 2


def test_what_moves_keeps_its_new_place(store_uri: str, tmp_path: Path) -> None:
    with archive(store_uri, arrangement=write_house(tmp_path)) as (store, settings):
        load_standards(store, settings, write_standards(tmp_path / "standards"))
        source = log_of(tmp_path, "a.csv", ("1", "03", "paper;electronic"), ("2", "04", "paper;paper"))
        load(store, settings, source, **LOG)
        (before,) = find_places(store, LOCAL_OPERATOR, "hall:K2a").items
        assert (before.archive_no, before.box, before.shelf) == (f"{SERIES}-0002-001", f"{SERIES}-B0001", "R1-001")
        given = {"who": "王五", "why": "移架"}
        decide(
            store, settings, LOCAL_OPERATOR, MoveRequest(label="Box", what=f"{SERIES}-B0001", to="R1-002", **given)
        )
        decide(
            store,
            settings,
            LOCAL_OPERATOR,
            MoveRequest(label="Material", what="hall:K2a", to=f"{SERIES}-0001", **given),
        )
        (after,) = find_places(store, LOCAL_OPERATOR, "hall:K2a").items
        assert (after.archive_no, after.shelf) == (f"{SERIES}-0001-003", "R1-002")
        (electronic,) = find_places(store, LOCAL_OPERATOR, "hall:K1b").items
        assert (electronic.archive_no, electronic.box, electronic.room) == (
            f"{SERIES}-0001-002",
            f"{SERIES}-E0001",
            "V1",
        )
        with pytest.raises(UsageError, match="already"):
            decide(
                store,
                settings,
                LOCAL_OPERATOR,
                MoveRequest(label="Box", what=f"{SERIES}-B0001", to="R1-002", **given),
            )
        with pytest.raises(NotFound, match="no Shelf"):
            decide(
                store, settings, LOCAL_OPERATOR, MoveRequest(label="Box", what=f"{SERIES}-B0001", to="R1", **given)
            )
        load(store, settings, source, **{**LOG, "zone": "Asia/Shanghai"})
        assert find_places(store, LOCAL_OPERATOR, "hall:K2a").items == [after]


def test_a_code_that_several_have_is_not_moved(duckdb_uri: str) -> None:
    with archive(duckdb_uri) as (store, settings):
        nodes = {"Box": [{"id": "a", "code": "B1"}, {"id": "b", "code": "B1"}], "Shelf": [{"id": "s", "code": "S"}]}
        write(store, settings, nodes)
        with pytest.raises(Ambiguous):
            asked = MoveRequest(label="Box", what="B1", to="S", who="王五", why="移架")
            decide(store, settings, LOCAL_OPERATOR, asked)
