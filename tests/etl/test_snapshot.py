"""Snapshots: what is withdrawn, and what rows that were set aside keep."""

from __future__ import annotations

from pathlib import Path

import pytest

from graph.chain import chain
from graph.clock import loads
from graph.errors import TooManyWithdrawals
from graph.viewer import LOCAL_OPERATOR
from tests.archives import archive, content, load

HEAD = "id,case,what,when\n"
ROWS = tuple(f"{i},{'AB'[i % 2]},step {i},2024-01-{i + 1:02d}\n" for i in range(6))
SNAPSHOT = {
    "system": "s",
    "mode": "snapshot",
    "columns": {"event": "id", "case": "case", "activity": "what", "instant": "when"},
}


def write(folder: Path, name: str, *rows: str) -> Path:
    path = folder / name
    path.write_text(HEAD + "".join(rows))
    return path


def activities(store, case: str) -> list[str | None]:  # type: ignore[no-untyped-def]
    return [event.activity for event in chain(store, LOCAL_OPERATOR, case).events]


@pytest.mark.parametrize(
    ("damaged", "kept_of_a", "kept_of_b", "withdrawn"),
    [
        ("0,A,step 0,soon\n", ["step 0", "step 2"], ["step 1", "step 3", "step 5"], 1),
        (",A,step 0,soon\n", ["step 0", "step 2", "step 4"], ["step 1", "step 3", "step 5"], 0),
        (",,step 0,soon\n", ["step 0", "step 2", "step 4"], ["step 1", "step 3", "step 5"], 0),
    ],
    ids=["own id", "only its case", "nothing known"],
)
def test_a_row_that_is_set_aside_withdraws_nothing_of_its_own(
    store_uri: str, tmp_path: Path, damaged: str, kept_of_a: list[str], kept_of_b: list[str], withdrawn: int
) -> None:
    with archive(store_uri, withdrawal_limit=0.5) as (store, settings):
        load(store, settings, write(tmp_path, "one.csv", *ROWS), **SNAPSHOT)
        report = load(store, settings, write(tmp_path, "two.csv", damaged, *ROWS[1:4], ROWS[5]), **SNAPSHOT)
        assert (report.quarantined, report.withdrawn) == (1, withdrawn)
        assert (activities(store, "A"), activities(store, "B")) == (kept_of_a, kept_of_b)
    assert bool(report.remarks) == (damaged == ",,step 0,soon\n")


def test_too_many_withdrawals_leave_everything_as_it_was(store_uri: str, tmp_path: Path) -> None:
    with archive(store_uri) as (store, settings):
        load(store, settings, write(tmp_path, "one.csv", *ROWS), **SNAPSHOT)
        before = content(store)
        with pytest.raises(TooManyWithdrawals, match=r"two\.csv would withdraw 6 of 8 records"):
            load(store, settings, write(tmp_path, "two.csv", ROWS[0]), **SNAPSHOT)
        assert content(store) == before
        assert [one.state for one in loads(store)] == ["done", "abandoned"]
        load(store, settings, write(tmp_path, "one.csv", *ROWS), **SNAPSHOT)
        assert content(store) == before


def test_an_append_load_is_outside_the_scope_of_a_snapshot(store_uri: str, tmp_path: Path) -> None:
    with archive(store_uri, withdrawal_limit=1) as (store, settings):
        load(store, settings, write(tmp_path, "one.csv", *ROWS[:2]), **{**SNAPSHOT, "system": "other"})
        load(store, settings, write(tmp_path, "two.csv", *ROWS[2:]), **SNAPSHOT)
        load(store, settings, write(tmp_path, "three.csv", ROWS[2]), **SNAPSHOT)
        assert {row[0] for row in content(store)["Event"]} == {"other:0", "other:1", "s:2"}
