"""The standards of items: versions listed, one of them, two compared, and a draft that begins with one."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from etl.standards_load import load_standards
from etl.standards_source import draft_text, parse_draft
from graph.errors import InvalidStandard, NotFound
from graph.item_standards import compare_standards, standard_version, standard_versions
from graph.standard_changes import standard_changes
from graph.viewer import LOCAL_OPERATOR
from tests.archives import archive
from tests.graph.conformance_cases import STANDARD, standard, write_standards
from tests.graphs import link, write

OLD, NEW = "subsidy@2020-01-01", "subsidy@2024-05-01"


def test_versions_are_listed_shown_and_compared(store_uri: str, tmp_path: Path) -> None:
    with archive(store_uri) as (store, settings):
        with pytest.raises(NotFound, match="no standard 'subsidy' in load 0"):
            standard_version(store, LOCAL_OPERATOR, "subsidy")
        assert standard_versions(store, LOCAL_OPERATOR).items == []
        load_standards(store, settings, write_standards(tmp_path / "standards"))
        on = date(2024, 4, 30)
        page = standard_versions(store, LOCAL_OPERATOR, "补贴", limit=1, on=on)
        (first,) = page.items
        assert (first.id, first.until, first.in_force, first.name) == (OLD, "2024-04-30", True, "补贴申领")
        rest = standard_versions(store, LOCAL_OPERATOR, "补贴", cursor=page.next, on=on)
        assert [(one.id, one.until, one.in_force) for one in rest.items] == [(NEW, None, False)]
        assert rest.next is None and standard_versions(store, LOCAL_OPERATOR, "none").items == []

        shown = standard_version(store, LOCAL_OPERATOR, "subsidy", on=on)
        assert (shown.version.id, shown.versions) == (OLD, [OLD, NEW])
        assert shown.types == {"id-card": "居民身份证", "photo": "照片"}
        assert shown.standard["archive"]["class"] == "业务档案 1" and shown.standard["source"] == "http://guide"
        assert standard_version(store, LOCAL_OPERATOR, "subsidy", on=date(2024, 5, 1)).version.id == NEW
        with pytest.raises(NotFound):
            standard_version(store, LOCAL_OPERATOR, "subsidy", on=date(2019, 12, 31))

        answer = compare_standards(store, LOCAL_OPERATOR, OLD, NEW)
        (change,) = answer.changes
        assert (change.part, change.kind, change.name) == ("review", "changed", "审核")
        assert [(one.field, one.before, one.after) for one in change.fields] == [("limit_days", 5, 1)]
        assert compare_standards(store, LOCAL_OPERATOR, OLD, OLD).changes == []
        with pytest.raises(NotFound, match="no standard 'subsidy@1999-01-01' in load 1"):
            compare_standards(store, LOCAL_OPERATOR, OLD, "subsidy@1999-01-01")

        # A draft that begins with a version says the same, but for the keys of its sources.
        draft = parse_draft(draft_text(shown.model), "draft")
        assert draft.model_copy(update={"sources": {}}) == standard().model_copy(update={"sources": {}, **_s1(draft)})


def _s1(draft: object) -> dict[str, object]:
    """The parts of a draft that name a source."""
    names = ("source", "criteria", "registration", "materials", "review", "limit", "e_material", "archive")
    return {name: getattr(draft, name) for name in names}


def test_a_standard_that_is_none_is_said_to_be(duckdb_uri: str) -> None:
    with archive(duckdb_uri) as (store, settings):
        nodes = {
            "ServiceItem": [{"id": "card"}],
            "ItemVersion": [{"id": "card@2000-01-01", "valid_from": "2000-01-01", "standard": "{}"}],
        }
        write(store, settings, nodes, {"VERSION_FOR": [link("ItemVersion card@2000-01-01", "ServiceItem card")]})
        with pytest.raises(InvalidStandard, match="'card@2000-01-01' is none: item: Field required"):
            standard_version(store, LOCAL_OPERATOR, "card@2000-01-01")


def test_changes_are_named_part_by_part() -> None:
    after = standard(
        ("name: 补贴申领", "name: 补贴申请"),
        ("criteria: [{text: 就业困难人员, source: guide}]", "criteria: [{text: 失业人员, source: guide}]"),
        ("{field: phone, type: text,", "{field: mobile, type: text,"),
        ("form: copy,", "form: original,"),
        ("limit: {days: 20, kind: natural, source: guide}", "limit: null"),
        ("formats: [application/pdf]", "formats: [application/pdf, image/tiff], min_dpi: 300"),
    )
    found = [(one.part, one.kind, one.name) for one in standard_changes(standard(), after)]
    assert found == [
        ("item", "changed", None),
        ("criteria", "added", "失业人员"),
        ("criteria", "removed", "就业困难人员"),
        ("registration", "added", "mobile"),
        ("registration", "removed", "phone"),
        ("materials", "changed", "id-card"),
        ("limit", "removed", None),
        ("e_material", "changed", None),
    ]
    fields = {one.part: one.fields for one in standard_changes(standard(), after)}
    assert [(f.field, f.before, f.after) for f in fields["materials"]] == [("form", "copy", "original")]
    assert [(f.field, f.before, f.after) for f in fields["e_material"]] == [
        ("formats", ["application/pdf"], ["application/pdf", "image/tiff"]),
        ("min_dpi", None, 300),
    ]


def test_a_moved_step_is_a_changed_one() -> None:
    lines = STANDARD.splitlines()
    review = next(i for i, line in enumerate(lines) if "activity: 审核" in line)
    moved = standard((f"{lines[review]}\n{lines[review + 1]}\n", f"{lines[review + 1]}\n{lines[review]}\n"))
    found = {
        one.name: [(f.field, f.before, f.after) for f in one.fields] for one in standard_changes(standard(), moved)
    }
    assert found == {
        "审批": [("must_follow", ["审核"], ["受理"])],
        "审核": [("must_follow", ["受理"], ["审批"])],
        "办结": [("must_follow", ["审批"], ["审核"])],
    }


def test_an_empty_list_says_nothing() -> None:
    after = standard(("form: copy,", "form: copy, instead: [],"), ("role: 领导,", "role: 领导, by: [],"))
    assert standard_changes(standard(), after) == []
    photo = "  - {type: photo, as_written: 照片, required: true, source: guide}\n"
    (gone,) = standard_changes(standard(), standard((photo, "")))
    assert (gone.kind, gone.name) == ("removed", "photo")
    assert [one.field for one in gone.fields] == ["as_written", "required", "source"]


def test_errors_of_a_draft_name_line_and_path() -> None:
    text = STANDARD.replace("required: true, form: copy", "required: perhaps, form: copy")
    line = next(i for i, one in enumerate(text.splitlines(), 1) if "perhaps" in one)
    with pytest.raises(InvalidStandard, match=f"draft, line {line}: materials.0.required: "):
        parse_draft(text, "draft")
    with pytest.raises(InvalidStandard, match="draft, line 2: "):
        parse_draft("item: a\n  b: [", "draft")
