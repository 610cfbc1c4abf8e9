"""Classes by titles: terms, the shipped model, and that neither was given a title that quality is measured on."""

from __future__ import annotations

import csv
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.classes.model import labels, seed_titles, shipped, trained
from graph.classes.schemes import schemes
from graph.classes.terms import Change, change_of, every_term
from graph.classes.titles import classed
from graph.classification import comparable_title, titles_of_types, type_of

ROOT = Path(__file__).parents[3]
LABELLED = ROOT / "bench" / "labelled_titles.csv"
DATA = Path(os.environ.get("TEST_DATA", "/none")) / "domain"
SURE = {"si", "personnel", "historic"}


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def taken(title: str) -> dict[str, str | None]:
    """The class of a title in each scheme, where it is taken."""
    found = classed([comparable_title(title)])
    return {scheme: one.code for scheme, (one,) in found.items() if one and one.sure}


@pytest.mark.parametrize(
    ("title", "scheme", "code"),
    [
        ("张某工伤认定书（副本）", "si", "6"),
        ("失业保险金申领登记表", "si", "5"),
        ("2008年度社会保险稽核记录", "si", "9"),
        ("参保单位信息变更表", "si", "1"),
        ("养老保险待遇核定表", "si", "3"),
        ("中共预备党员转正决议", "personnel", "6"),
        ("干部年度考核登记表", "personnel", "3"),
        ("职工调资工资审批表", "personnel", "9"),
        ("企业职工信息变更申报表", "historic", "1"),
        ("社保卡补换登记簿", "historic", "2"),
        ("退保一次性支付审批表", "historic", "6"),
    ],
)
def test_a_title_is_of_the_class_whose_terms_it_holds(title: str, scheme: str, code: str) -> None:
    assert taken(title)[scheme] == code


def test_terms_of_two_classes_say_none_and_what_no_source_knows_stays_unclassified() -> None:
    assert "si" not in taken("工伤与失业人员名册")
    assert "si" not in taken("企业职工花名册")
    assert "historic" not in taken("干部职务变更表")
    assert taken("采购合同审批单").get("personnel") is None


@pytest.mark.parametrize(
    ("title", "change"),
    [
        ("1998年度教育系统市第一中学人员变更登记表", Change(1998, "教育系统", "市第一中学")),
        ("市棉纺厂1996年职工变更材料", Change(1996, None, "市棉纺厂")),
        ("2003年变更材料", Change(2003, None, None)),
        ("变更", Change(None, None, None)),
    ],
)
def test_changes_say_year_system_and_unit(title: str, change: Change) -> None:
    assert change_of(title) == change


def test_a_type_is_found_among_words_that_do_not_change_it() -> None:
    titles = titles_of_types(
        [("id", "居民身份证", '["身份证"]'), ("book", "户口簿", None), ("agent", "代办人身份证", None)]
    )
    by_title = {
        "居民身份证复印件": "id",
        "申请人的身份证（正反面）": "id",
        "身份证2份": "id",
        "户口簿扫描件": "book",
        "代办人身份证复印件": "agent",
        "居民身份证或户口簿": None,
        "身份证遗失声明": None,
        "配偶身份证": None,
        "": None,
    }
    assert {title: (found := type_of(title, titles)) and found.type_id for title in by_title} == by_title
    unsure = titles.of("配偶身份证")
    assert unsure is not None and unsure.type_id == "id" and unsure.confidence < schemes().threshold


def test_no_title_that_is_measured_is_a_term_or_was_trained() -> None:
    measured = {comparable_title(row["title"]) for row in rows(LABELLED)}
    given = {comparable_title(title) for title, _ in seed_titles()}
    given |= {comparable_title(term) for scheme in schemes().schemes for term in every_term(scheme)}
    assert len(measured) == 300
    assert not measured & given


@pytest.mark.real
@pytest.mark.skipif(not DATA.exists(), reason="TEST_DATA is not set")
def test_no_sample_is_a_term_or_was_trained_and_labelled_titles_come_from_the_tables() -> None:
    samples = {comparable_title(row["title"]) for row in rows(DATA / "cadre_catalogue_samples.csv")}
    given = {comparable_title(title) for title, _ in seed_titles()}
    given |= {comparable_title(term) for scheme in schemes().schemes for term in every_term(scheme)}
    assert not samples & given
    lines = {path.name: path.read_text("utf-8").splitlines() for path in DATA.glob("*.csv")}
    for row in rows(LABELLED):
        name, _, line = row["source"].partition(":")
        said = comparable_title(lines[name][int(line) - 1])
        assert all(part in said for part in comparable_title(row["title"]).replace('"', "").split("、")), row


@pytest.mark.real
@pytest.mark.skipif(not DATA.exists(), reason="TEST_DATA is not set")
def test_the_schemes_are_those_of_the_tables() -> None:
    si, personnel = schemes().of("si"), schemes().of("personnel")
    assert si is not None and personnel is not None
    known = {(row["class_no"], row["class_name"]) for row in rows(DATA / "si_archive_scope.csv")}
    assert {(one.code, one.name) for one in si.classes} - known == {
        ("2", "社会保险费征缴类"),
        ("3", "养老保险待遇类"),
    }
    assert known < {(one.code, one.name) for one in si.classes}
    assert [row["class_no"] for row in rows(DATA / "cadre_archive_classes.csv")] == [
        o.code for o in personnel.classes
    ]


def test_quality_on_labelled_titles_is_as_described() -> None:
    """docs/classification.md has the figures; here nothing is wrong, and no less is found."""
    measured = rows(LABELLED)
    found = classed([comparable_title(row["title"]) for row in measured])
    for scheme, least in (("si", 84), ("historic", 18)):
        codes = [one.code if one and one.sure else "" for one in found[scheme]]  # type: ignore[index]
        pairs = [(row[scheme], code) for row, code in zip(measured, codes, strict=True)]
        assert [pair for pair in pairs if pair[1] not in ("", pair[0])] == []
        assert sum(label == code != "" for label, code in pairs) >= least


def test_the_shipped_model_is_what_training_gives() -> None:
    given = [(comparable_title(title), of) for title, of in seed_titles()]
    asked = [comparable_title(row["title"]) for row in rows(LABELLED)]
    again, comes_with = trained(given).classes(asked), shipped().classes(asked)
    assert [code for code, _ in again] == [code for code, _ in comes_with]
    assert all(abs(one - other) < 0.005 for (_, one), (_, other) in zip(again, comes_with, strict=True))
    assert {of for _, of in seed_titles()} == set(labels())


@given(st.lists(st.text(max_size=40), max_size=5))
def test_any_text_is_classed(titles: list[str]) -> None:
    comparable = [comparable_title(title) for title in titles]
    found = classed(comparable)
    assert set(found) == SURE
    for said in found.values():
        assert len(said) == len(titles)
        assert all(one is None or 0 <= one.confidence <= 1 for one in said)
    for title in comparable:
        change_of(title)
