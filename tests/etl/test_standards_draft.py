"""Drafts of standards from tables of guides: each limit that is written, items never seen, tables that are none."""

from __future__ import annotations

import csv
import json
import os
from dataclasses import replace
from datetime import date
from functools import cache, partial
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from cli.standards import app
from etl.guide_tables import ITEM_COLUMNS, STEP_COLUMNS, GuideRow, read_guide
from etl.standards_draft import draft_standards, write_drafts
from etl.standards_source import COMES_WITH, Standards, read_standards
from etl.written_limits import WrittenLimit, read_limit
from graph.errors import InvalidStandard
from graph.standard import ItemStandard, MaterialTypes

TABLES = Path(os.environ.get("TEST_DATA", "")) / "domain"
FROM = date(2000, 1, 1)
needs_tables = pytest.mark.skipif(not (TABLES / "service_items.csv").is_file(), reason="needs TEST_DATA")


@pytest.mark.parametrize(
    ("text", "limit"),
    [
        ("60日", WrittenLimit(60, "natural")),
        ("10天", WrittenLimit(10, "natural")),
        ("30日内", WrittenLimit(30, "natural")),
        ("15个工作日", WrittenLimit(15, "working")),
        ("十五个工作日内", WrittenLimit(15, "working")),
        ("受理起60日", WrittenLimit(60, "natural", "受理")),
        ("鉴定结论后60日内", WrittenLimit(60, "natural", "鉴定结论")),
        ("收到鉴定结论后60日内申请", WrittenLimit(60, "natural", "鉴定结论")),
        ("自受理之日起20个工作日内办结", WrittenLimit(20, "working", "受理")),
        ("60日,可延30日", WrittenLimit(60, "natural", None, 30)),
        ("60日，可延长30日", WrittenLimit(60, "natural", None, 30)),
        ("每月1-20日", WrittenLimit(monthly=(1, 20))),
        ("每年9月30日前", WrittenLimit(until="09-30")),
        ("次月发放", WrittenLimit(next_month=True)),
        ("当场审核", WrittenLimit(0, "natural")),
        ("审核通过即时办理", WrittenLimit(0, "natural")),
    ],
)  # fmt: skip
def test_what_is_written_of_time_is_a_limit_of_its_kind(text: str, limit: WrittenLimit) -> None:
    assert read_limit(text) == limit


@pytest.mark.parametrize(
    "text",
    ["", "密封完好", "1个月", "60日,可延2个工作日", "每月20-1日", "每年13月1日前", "60日或者更久", "约60日左右再议"],
)
def test_what_cannot_be_read_is_not_guessed(text: str) -> None:
    assert read_limit(text) is None


@given(st.text(alphabet="0123456789一十工作日个天内后起,可延每月年前次-收到", max_size=14))
def test_any_text_is_read_or_not(text: str) -> None:
    found = read_limit(text)
    assert found is None or (found.days is None) == (found.window is not None)


@cache
def known() -> Standards:
    return read_standards(COMES_WITH)


@cache
def tables() -> tuple[list[GuideRow], list[GuideRow]]:
    return (
        read_guide(TABLES / "service_items.csv", ITEM_COLUMNS),
        read_guide(TABLES / "service_item_steps.csv", STEP_COLUMNS),
    )


def without(name: str) -> Standards:
    """The standards as if nobody had ever seen an item: without it, and without the types that only it asks for."""
    items = tuple(one for one in known().items if one.name != name)
    asked = {material.type for one in items for material in one.materials}
    only = {m.type for one in known().items if one.name == name for m in one.materials} - asked
    types = tuple(one for one in known().types.types if one.id not in only)
    return replace(known(), items=items, types=known().types.model_copy(update={"types": types}))


@needs_tables
def test_an_item_that_nobody_has_seen_is_drafted_with_all_that_its_rows_say() -> None:
    items, steps = tables()
    for key in dict.fromkeys(row.item for row in (*items, *steps)):
        of_item, its_steps = ([row for row in of if row.item == key] for of in (items, steps))
        drafts = draft_standards(of_item, its_steps, without(key[0]), FROM)
        (draft,) = (ItemStandard.model_validate(one) for one in drafts.items.values())
        types = MaterialTypes.model_validate(drafts.types)
        assert {m.type for m in draft.materials} <= {one.id for one in types.types}
        assert [s.activity for s in draft.review] == [row["step"] for row in its_steps]
        lines = {(one.file, one.line): one.text for one in drafts.unsettled}
        said = {m.as_written for m in draft.materials}
        for row in of_item:
            assert row["material_name"] in said or "left out" in lines[row.file, row.line]
        for step, row in zip(draft.review, its_steps, strict=True):
            timed = step.limit_days is not None or step.window is not None
            assert timed or not row["time_or_note"] or (row.file, row.line) in lines


@needs_tables
def test_the_shared_tables_become_standards_that_can_be_read(tmp_path: Path) -> None:
    drafted, unsettled = write_drafts(
        TABLES / "service_items.csv", TABLES / "service_item_steps.csv", tmp_path / "out", FROM
    )
    items, steps = tables()
    assert {(one.name, one.region) for one in drafted.items} == {row.item for row in (*items, *steps)}
    limits = {one.item: one for one in drafted.items}
    appraisal = limits["labour-capacity-appraisal"]
    conclusion = next(step for step in appraisal.review if step.activity == "作出结论")
    assert (conclusion.limit_days, conclusion.days, conclusion.extension_days) == (60, "natural", 30)
    recognition = limits["work-injury-recognition"]
    assert next(s for s in recognition.review if s.activity == "认定决定").limit_from == "受理"
    assert "unsettled: service_item_steps.csv, 51, '密封完好'" in "\n".join(map(str, unsettled))


def write_table(path: Path, columns: tuple[str, ...], *rows: str) -> Path:
    path.write_text("\n".join((",".join(columns), *rows)) + "\n", encoding="utf-8")
    return path


def test_what_is_written_of_days_after_a_record_counts_from_that_record(tmp_path: Path) -> None:
    rows = (
        "新事项,身份证,true,复印件,u,居民身份证,某地,收到鉴定结论后60日内申请",
        "新事项,新证明,maybe,,u,新证明,某地,",
    )
    items = write_table(tmp_path / "i.csv", ITEM_COLUMNS, *rows)
    steps = write_table(
        tmp_path / "s.csv", STEP_COLUMNS, "新事项,某地,2,审核,经办,15个工作日,u", "新事项,某地,1,申请,本人,,u"
    )
    drafted, unsettled = write_drafts(items, steps, tmp_path / "out", FROM)
    (draft,) = drafted.items
    assert [(s.activity, s.limit_days, s.limit_from) for s in draft.review] == [
        ("申请", 60, "capacity-conclusion"),
        ("审核", 15, None),
    ]
    assert [(m.as_written, m.required, m.form) for m in draft.materials] == [
        ("身份证", True, "copy"),
        ("新证明", True, None),
    ]
    said = [str(one) for one in unsettled]
    assert "unsettled: i.csv, 3, required is 'maybe'; taken for true" in said


def test_a_quoted_cell_over_two_lines_does_not_shift_the_lines(tmp_path: Path) -> None:
    path = write_table(tmp_path / "s.csv", STEP_COLUMNS, '甲,某地,1,"申\n请",x,,u', "甲,某地,2,审核,x,,u")
    assert [row.line for row in read_guide(path, STEP_COLUMNS)] == [2, 4]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a,b\n1,2\n", "line 1: there is no column item_name"),
        (",".join(STEP_COLUMNS) + "\n甲,乙\n", "line 2: 2 cells under 7 columns"),
        (",".join(STEP_COLUMNS) + "\n,乙,1,x,y,,u\n", "line 2: the item has no name"),
        (",".join(STEP_COLUMNS) + '\n甲,乙,1,"x,y,,u\n', "cannot be read"),
        ("\udcff", "cannot be read"),
    ],
)
def test_a_table_that_is_none_is_an_error_with_its_line(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "s.csv"
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(InvalidStandard, match=said):
        read_guide(path, STEP_COLUMNS)


@needs_tables
def test_an_item_left_out_of_the_rules_is_imported_and_checked_by_the_commands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each shared item in turn, given as CSV in the same columns, while the program knows all others only."""
    items, steps = tables()
    keys = list(dict.fromkeys(row.item for row in (*items, *steps)))
    assert len(keys) > 20
    said = 0
    for place, (name, region) in enumerate(keys):
        folder = tmp_path / str(place)
        folder.mkdir()
        given = [
            _rows_of(folder / file, columns, [row for row in rows if row.item == (name, region)])
            for file, columns, rows in (("items.csv", ITEM_COLUMNS, items), ("steps.csv", STEP_COLUMNS, steps))
        ]
        monkeypatch.setattr("cli.standards.write_drafts", partial(write_drafts, known=without(name)))
        done = CliRunner().invoke(app, ["import", *map(str, given), "--out", str(folder / "out")])
        assert done.exit_code == 0, (name, region, done.output, done.exception)
        *warnings, summary = done.stdout.splitlines()
        assert summary == f"1 drafts in {folder / 'out'}; {len(warnings)} places are unsettled."
        for line in warnings:
            assert line.startswith("unsettled: ")
            file, number, text = line.removeprefix("unsettled: ").split(", ", 2)
            assert text
            lines = (folder / file).read_text(encoding="utf-8").splitlines()
            assert 2 <= int(number) <= len(lines) and name in lines[int(number) - 1]
        said += len(warnings)
        checked = CliRunner().invoke(app, ["check", str(folder / "out"), "--json"])
        assert checked.exit_code == 0, (name, region, checked.output, checked.exception)
        assert json.loads(checked.stdout)["versions"] == 1
    assert said


def _rows_of(path: Path, columns: tuple[str, ...], rows: list[GuideRow]) -> Path:
    """A table with some rows of another, in the same columns."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows([row[name] for name in columns] for row in rows)
    return path
