"""Past cases under a draft: what would be new, what would be gone, and who is affected."""

from __future__ import annotations

from pathlib import Path

import pytest

from etl.standards_load import load_standards
from etl.standards_source import read_draft
from graph.errors import InvalidStandard, NotFound
from graph.rebuild import rebuild
from graph.simulation import simulation
from graph.viewer import LOCAL_OPERATOR
from graph.working_days import WorkingDays
from tests.archives import archive
from tests.graph.conformance_cases import STANDARD, standard, write_case, write_standards
from tests.graphs import link, write


def test_a_draft_is_replayed_over_all_cases_of_its_item(store_uri: str, tmp_path: Path) -> None:
    with archive(store_uri) as (store, settings):
        load_standards(store, settings, write_standards(tmp_path / "standards"))
        write_case(store, settings, 1, "03")
        write_case(store, settings, 2, "06")
        write_case(store, settings, 3, "06", item="无此事项")
        applied = [link("Person p", "Case hall:1", role="applicant")]
        write(store, settings, {"Person": [{"id": "p"}]}, {"APPLIED": applied})
        rebuild(store, settings)
        same = simulation(store, LOCAL_OPERATOR, standard(), WorkingDays())
        assert (same.cases, same.conforming_before, same.conforming_after) == (2, 1, 2)
        assert [(one.id, one.new, [f.rule for f in one.gone]) for one in same.items] == [("hall:2", [], ["limit"])]
        draft = standard(
            ("{type: photo, as_written: 照片,", "{type: diploma, as_written: 学历证明,"),
            ("role: 领导,", "role: 领导, not_by_same_as: [审核],"),
        )
        answer = simulation(store, LOCAL_OPERATOR, draft, WorkingDays(), limit=1)
        assert (answer.affected, answer.left_off, answer.unknown_types) == (2, 1, ["diploma"])
        assert {(r.rule, r.outcome): (r.new, r.gone) for r in answer.rules} == {
            ("limit", "fault"): (0, 1),
            ("record", "fault"): (2, 0),
            ("same person", "fault"): (2, 0),
        }
        (one,) = answer.items
        assert (one.id, one.before, one.after, one.applicants) == ("hall:1", True, False, ["p"])
        with pytest.raises(NotFound, match="no service item other"):
            simulation(store, LOCAL_OPERATOR, standard(("item: subsidy", "item: other")), WorkingDays())


def test_a_draft_is_read_by_itself(tmp_path: Path) -> None:
    path = tmp_path / "draft.yaml"
    path.write_text(STANDARD, encoding="utf-8")
    assert read_draft(path) == standard()
    path.write_text(STANDARD.replace("sources: {guide:", "sources: {other:"), encoding="utf-8")
    with pytest.raises(InvalidStandard, match="no source 'guide'"):
        read_draft(path)
