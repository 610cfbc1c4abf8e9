"""Every planted fault of a demo archive is found, and nothing else is."""

from __future__ import annotations

from pathlib import Path

import pytest

from demo.faults import FAULT_KINDS
from tests.planted_faults import BEGIN, DOCS, END, SIGNS, TO_COME, counts, loaded, signs, table, targets, unexplained


def test_each_kind_has_a_sign_or_waits_for_its_check() -> None:
    assert len(FAULT_KINDS) >= 40
    assert {*SIGNS, *TO_COME} == {*FAULT_KINDS}
    assert not SIGNS.keys() & TO_COME.keys()


@pytest.mark.slow
def test_all_planted_faults_are_found_and_no_others(tmp_path: Path) -> None:
    with loaded(tmp_path) as (demo, settings):
        found, planted = signs(demo, settings), targets(demo)
        counted = counts(demo, found)
        assert unexplained(planted, found) == set()
        assert [one for one in counted if one.missed or one.false or not one.planted] == []
        shown = DOCS.read_text(encoding="utf-8").split(BEGIN)[1].split(END)[0].strip()
        assert shown == table(counted, planted), "run python -m tests.planted_faults"
