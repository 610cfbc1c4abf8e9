"""Loading on both engines: idempotent, in any order, with versions, withdrawal and quarantine."""

from __future__ import annotations

import csv
from itertools import permutations
from pathlib import Path

import pytest

from graph.cases import CaseFilter, cases
from graph.chain import Chain, chain
from graph.clock import loads
from graph.errors import LoadOpen, MappingError, NotFound, TooManyWithdrawals
from graph.rebuild import rebuild
from graph.viewer import LOCAL_OPERATOR
from tests.archives import archive, content, load, log

FIRST = (
    "A,受理,2024-01-01T09:00:00+08:00,王五,窗口,clerk,web,x",
    "A,审核,2024-01-02T09:00:00+08:00,李四,科室,reviewer,web,",
    "B,受理,2024-01-02T10:00:00+08:00,王五,窗口,clerk,desk,",
)
SECOND = (
    "A,补正,2024-01-03T09:00:00+08:00,王五,窗口,clerk,web,",
    "B,审核,2024-01-03T09:00:00+08:00,李四,科室,reviewer,desk,y",
    "B,补正,2024-01-03T09:00:00+08:00,李四,科室,reviewer,desk,y",
)
THIRD = (
    "A,办结,2024-01-05T09:00:00+08:00,李四,科室,reviewer,web,",
    "C,受理,2024-01-06T09:00:00+08:00,,窗口,,web,",
)
STAGES = {"stages": {"受理": "acceptance", "审核": "review", "办结": "completion"}, "system": "hall"}


def test_a_file_loaded_twice_changes_nothing(store_uri: str, tmp_path: Path) -> None:
    path = log(tmp_path, "log.csv", *FIRST, *SECOND)
    with archive(store_uri) as (store, settings):
        first = load(store, settings, path, **STAGES)
        before = content(store)
        again = load(store, settings, path, **STAGES)
        assert (first.rows_in, first.loaded, first.unchanged, first.quarantined) == (6, 6, 0, 0)
        assert (again.rows_in, again.loaded, again.unchanged, again.quarantined) == (6, 0, 6, 0)
        assert content(store) == before
        assert len(before["NEXT"]) == 4


@pytest.mark.parametrize("order", list(permutations(range(3))), ids=lambda o: "".join(map(str, o)))
def test_parts_in_any_order_are_the_whole(store_uri: str, tmp_path: Path, order: tuple[int, ...]) -> None:
    parts = [log(tmp_path, f"part{i}.csv", *rows) for i, rows in enumerate((FIRST, SECOND, THIRD))]
    whole = log(tmp_path, "whole.csv", *FIRST, *SECOND, *THIRD)
    with archive(f"duckdb:///{tmp_path / 'whole.duckdb'}") as (store, settings):
        load(store, settings, whole, **STAGES)
        expected = content(store)
    with archive(store_uri) as (store, settings):
        for part in order:
            load(store, settings, parts[part], **STAGES)
        assert content(store) == expected


def test_a_later_load_closes_a_case(store_uri: str, tmp_path: Path) -> None:
    with archive(store_uri) as (store, settings):
        load(store, settings, log(tmp_path, "a.csv", *FIRST, *SECOND), **STAGES)
        assert chain(store, LOCAL_OPERATOR, "A").status == "open"
        load(store, settings, log(tmp_path, "b.csv", *THIRD), **STAGES)
        answer = chain(store, LOCAL_OPERATOR, "A")
        listed = cases(store, LOCAL_OPERATOR, CaseFilter(status="closed")).items
    assert answer.status == "closed"
    assert answer.closed_at == "2024-01-05T01:00:00.000+00:00"
    assert answer.seconds == 4 * 86_400
    assert [row.id for row in listed] == ["hall:A"]


def test_a_changed_row_makes_a_version_and_the_past_shows_the_old(store_uri: str, tmp_path: Path) -> None:
    head = "identity:id,case:concept:name,concept:name,time:timestamp,org:resource"
    old, new = tmp_path / "old.csv", tmp_path / "new.csv"
    old.write_text(f"{head}\ne1,A,open,2024-01-01T09:00:00+08:00,Ann\ne2,A,close,2024-01-02T09:00:00+08:00,Ann\n")
    new.write_text(f"{head}\ne1,A,opened,2024-01-01T09:30:00+08:00,Bob\ne2,A,close,2024-01-02T09:00:00+08:00,Ann\n")
    with archive(store_uri) as (store, settings):
        load(store, settings, old, system="s")
        report = load(store, settings, new, system="s")
        assert (report.loaded, report.unchanged) == (1, 1)
        then = loads(store)[0].committed_at
        was = chain(store, LOCAL_OPERATOR, "s:A", then)
        now = chain(store, LOCAL_OPERATOR, "s:A")
        assert store.counts(2).nodes["Version"] == 1
        with pytest.raises(NotFound, match="Nothing was known"):
            chain(store, LOCAL_OPERATOR, "s:A", 0)
    assert _first(was) == (
        "open",
        "Ann",
        "2024-01-01T09:00:00+08:00",
    )
    assert _first(now) == (
        "opened",
        "Bob",
        "2024-01-01T09:30:00+08:00",
    )
    assert was.events[0].source.load == 1 and now.events[0].source.load == 2
    assert (was.seconds, now.seconds) == (86_400, 84_600)


def _first(answer: Chain) -> tuple[str | None, str | None, str | None]:
    event = answer.events[0]
    return event.activity, event.actors[0].name, event.at


def test_a_snapshot_withdraws_what_it_no_longer_holds(store_uri: str, tmp_path: Path) -> None:
    mapping = {**STAGES, "mode": "snapshot"}
    with archive(store_uri, withdrawal_limit=0.5) as (store, settings):
        load(store, settings, log(tmp_path, "one.csv", *FIRST, *SECOND), **mapping)
        report = load(store, settings, log(tmp_path, "two.csv", *FIRST, *SECOND[1:]), **mapping)
        assert report.withdrawn == 1
        then = loads(store)[0].committed_at
        assert [e.activity for e in chain(store, LOCAL_OPERATOR, "A").events] == ["受理", "审核"]
        assert [e.activity for e in chain(store, LOCAL_OPERATOR, "A", then).events] == [
            "受理",
            "审核",
            "补正",
        ]
        back = load(store, settings, log(tmp_path, "three.csv", *FIRST, *SECOND), **mapping)
        assert back.loaded == 1
        between = loads(store)[1].committed_at
        assert [e.activity for e in chain(store, LOCAL_OPERATOR, "A").events] == ["受理", "审核", "补正"]
        assert [e.activity for e in chain(store, LOCAL_OPERATOR, "A", between).events] == ["受理", "审核"]
        with pytest.raises(TooManyWithdrawals, match="would withdraw"):
            load(store, settings, log(tmp_path, "four.csv", FIRST[0]), **mapping)


def test_rows_that_cannot_be_taken_are_set_aside_with_their_reason(store_uri: str, tmp_path: Path) -> None:
    path = log(
        tmp_path,
        "log.csv",
        *FIRST,
        ",受理,2024-01-01T09:00:00+08:00,,,,,",
        "D,,2024-01-01T09:00:00+08:00,,,,,",
        "D,受理,05.10.2024,,,,,",
        "D,受理,,,,,,",
    )
    with archive(store_uri) as (store, settings):
        report = load(store, settings, path, **STAGES)
        answer = chain(store, LOCAL_OPERATOR, "D")
    assert (report.rows_in, report.loaded, report.quarantined) == (7, 4, 3)
    with Path(report.quarantine or "").open(encoding="utf-8", newline="") as stream:
        kept = list(csv.DictReader(stream))
    assert [line["quarantine:row"] for line in kept] == ["5", "6", "7"]
    assert [line["quarantine:reason"][:11] for line in kept] == ["no case", "no activity", "the instant"]
    assert kept[2]["time:timestamp"] == "05.10.2024"
    assert answer.missing == {"actor": 1, "instant": 1}


def test_rows_that_were_set_aside_are_mended_and_loaded_again(store_uri: str, tmp_path: Path) -> None:
    path = log(tmp_path, "log.csv", *FIRST, "D,受理,05.10.2024,王五,窗口,clerk,web,n")
    right = log(tmp_path, "right.csv", *FIRST, "D,受理,2024-10-05,王五,窗口,clerk,web,n")
    with archive(f"duckdb:///{tmp_path / 'right.duckdb'}") as (store, settings):
        load(store, settings, right, **STAGES)
        expected = content(store)
    with archive(store_uri) as (store, settings):
        aside = Path(load(store, settings, path, **STAGES).quarantine or "")
        aside.write_text(aside.read_text(encoding="utf-8").replace("D,受理,05.10.2024", "D,受理,2024-10-05"))
        report = load(store, settings, aside, **STAGES)
        assert (report.rows_in, report.loaded, report.quarantined) == (1, 1, 0)
        assert content(store) == expected


def test_an_event_id_with_other_content_is_refused_and_both_rows_are_named(store_uri: str, tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    head = "identity:id,case:concept:name,concept:name,time:timestamp"
    path.write_text(
        f"{head}\ne1,A,a,2024-01-01T09:00:00Z\ne1,A,b,2024-01-01T09:00:00Z\ne1,A,a,2024-01-01T09:00:00Z\n"
    )
    with archive(store_uri) as (store, settings):
        report = load(store, settings, path)
    assert (report.rows_in, report.loaded, report.unchanged, report.quarantined) == (3, 1, 1, 1)
    assert "row 2" in Path(report.quarantine or "").read_text(encoding="utf-8").splitlines()[1]


def test_rebuild_gives_the_same_graph(store_uri: str, tmp_path: Path) -> None:
    with archive(store_uri) as (store, settings):
        load(store, settings, log(tmp_path, "a.csv", *FIRST, *SECOND), **STAGES)
        load(store, settings, log(tmp_path, "b.csv", *THIRD), **STAGES)
        before = content(store)
        assert rebuild(store, settings) == 3
        assert content(store) == before


def test_cases_are_paged_and_filtered(store_uri: str, tmp_path: Path) -> None:
    with archive(store_uri) as (store, settings):
        load(store, settings, log(tmp_path, "a.csv", *FIRST, *SECOND, *THIRD), **STAGES)

        def ids(limit: int = 50, cursor: str | None = None, **wanted: object) -> list[str]:
            page = cases(store, LOCAL_OPERATOR, CaseFilter(**wanted), limit=limit, cursor=cursor)
            return [row.id for row in page.items] + ([page.next] if page.next else [])

        assert ids() == ["hall:C", "hall:B", "hall:A"]
        first, second, cursor = ids(2)
        assert [first, second, *ids(2, cursor)] == ["hall:C", "hall:B", "hall:A"]
        assert ids(actor="李四") == ["hall:B", "hall:A"]
        assert ids(activity="办结") == ["hall:A"]
        assert ids(unit="科室", status="open") == ["hall:B"]
        assert ids(to_at=1_704_080_000_000) == ["hall:A"]
        assert ids(item="none of these") == []


def test_a_missing_column_is_named(store_uri: str, tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    path.write_text("number,what\n1,a\n")
    with archive(store_uri) as (store, settings):
        with pytest.raises(MappingError, match="no column for the case"):
            load(store, settings, path)
        with pytest.raises(MappingError, match=r"'numbr'.*nearest is 'number'"):
            load(store, settings, path, columns={"case": "numbr", "activity": "what"})
        assert loads(store) == []


def test_an_open_load_of_another_file_is_named(store_uri: str, tmp_path: Path) -> None:
    from graph.clock import SourceOfLoad, open_load

    with archive(store_uri) as (store, settings):
        store.prepare()
        open_load(store, settings, SourceOfLoad("other.csv", "s", "0", "m", "0", "append", None))
        with pytest.raises(LoadOpen, match=r"Load 1 of other\.csv is open"):
            load(store, settings, log(tmp_path, "a.csv", *FIRST))
