"""Service-item standards: what comes with the program, loading on both engines, and errors with their lines."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from etl.standards_load import load_standards
from etl.standards_source import COMES_WITH, read_standards, standards_statements
from graph.errors import InvalidStandard, UnreadableInput
from graph.standard import LIFE_STAGES
from tests.archives import archive, content

STEP = "  - activity: 制卡\n    stage: other\n    role: 发卡机构\n    limit_days: 30\n"
ITEM = "items/social-security-card-reissue@2000-01-01.yaml"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of what comes with the program, to be changed."""
    copy = tmp_path / "standards"
    shutil.copytree(COMES_WITH, copy)
    return copy


def change(path: Path, old: str, new: str) -> int:
    """Changes a file in one place; gives the line of it."""
    text = path.read_text(encoding="utf-8")
    assert text.count(old) >= 1
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


def test_what_comes_with_the_program_covers_the_stages_of_life() -> None:
    standards = read_standards(COMES_WITH)
    assert len({item.item for item in standards.items}) >= 10
    assert {item.life_stage for item in standards.items} == set(LIFE_STAGES)
    for item in standards.items:
        assert item.registration and item.materials and item.review and item.e_material.formats, item.version_id


def test_an_item_version_keeps_its_standard_with_sources_written_out() -> None:
    stated = standards_statements(read_standards(COMES_WITH))
    versions = dict(zip(*(stated.nodes["ItemVersion"][n].to_pylist() for n in ("id", "standard")), strict=True))
    standard = json.loads(versions["social-security-card-reissue@2000-01-01"])
    assert [m["type"] for m in standard["materials"]] == [
        "card-form",
        "social-security-card",
        "id-card",
        "photo",
        "agent-papers",
    ]
    assert standard["materials"][2]["source"] == "http://nftape.cn/SheBaoZhengCe/644744.html"
    assert standard["archive"]["retention"] == "50年"


def test_standards_load_on_both_engines_and_again_change_nothing(store_uri: str, folder: Path) -> None:
    with archive(store_uri) as (store, settings):
        first = load_standards(store, settings, folder)
        held = content(store)
        again = load_standards(store, settings, folder)
        assert (first.loaded, first.unchanged) == (first.rows_in, 0)
        assert (again.loaded, again.unchanged) == (0, first.rows_in)
        assert content(store) == held
        assert len(held["ItemVersion"]) == len(held["VERSION_FOR"]) == len(held["ServiceItem"]) + 1
        asked = {row[3]: row[4:] for row in held["REQUIRES"] if row[1] == "social-security-card-reissue@2000-01-01"}
        assert asked == {
            "card-form": (None, None, True),
            "social-security-card": ("换卡提交", None, False),
            "id-card": (None, "original", True),
            "photo": (None, None, True),
            "agent-papers": ("委托办理", None, False),
        }
        change(folder / ITEM, "    form: original\n", "    form: copy\n")
        changed = load_standards(store, settings, folder)
        assert (changed.loaded, changed.unchanged) == (1, first.rows_in - 1)
        assert {r[5] for r in content(store)["REQUIRES"] if r[1].startswith("social") and r[3] == "id-card"} == {
            "copy"
        }


WRONG: dict[str, tuple[Callable[[Path], tuple[Path, int]], str]] = {
    "unknown type": (
        lambda f: (f / ITEM, change(f / ITEM, "type: photo", "type: photograph")),
        "no type 'photograph' in material_types.yaml",
    ),
    "asked for twice": (
        lambda f: (f / ITEM, change(f / ITEM, "type: photo", "type: id-card")),
        "'id-card' is asked for twice",
    ),
    "no source": (
        lambda f: (f / ITEM, change(f / ITEM, "    source: guide", "    source: gide")),
        "no source 'gide' in `sources`",
    ),
    "no date": (lambda f: (f / ITEM, change(f / ITEM, "2000-01-01", "yesterday")), "valid_from: Input should be"),
    "unknown key": (lambda f: (f / ITEM, change(f / ITEM, "region:", "regoin:")), "Extra inputs are not permitted"),
    "unknown stage of life": (lambda f: (f / ITEM, change(f / ITEM, "insurance", "insured")), "life_stage: Input"),
    "no condition": (
        lambda f: (f / ITEM, change(f / ITEM, "  - type: photo\n", "  - type: bank-card\n    as_written: x\n    required: false\n    source: guide\n  - type: photo\n")),  # noqa: E501
        "what is not required needs a condition",
    ),
    "an alias": (lambda f: (f / ITEM, change(f / ITEM, "item: social", "item: *social")), "undefined alias"),
    "a name of two types": (
        lambda f: (
            f / "material_types.yaml",
            change(f / "material_types.yaml", "      - 户口本\n", "      - 身份证\n"),
        ),
        "'身份证' names 'id-card' already",
    ),
    "a step of no name": (
        lambda f: (f / ITEM, change(f / ITEM, "    note: 出具领卡证明\n", "    must_follow: [申情]\n")),
        "no other step '申情'",
    ),
    "a record of no type": (
        lambda f: (f / ITEM, change(f / ITEM, "    note: 出具领卡证明\n", "    rests_on: [id-crad]\n")),
        "no type 'id-crad'",
    ),
    "days of no kind": (
        lambda f: (f / ITEM, change(f / ITEM, f"{STEP}    days: working\n", STEP)),
        "limit_days and days stand together",
    ),
    "days that are none": (
        lambda f: (
            f / "material_types.yaml",
            change(f / "material_types.yaml", "validity_days: 365", "validity_days: -1"),
        ),
        "greater than or equal to 0",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_an_error_names_file_and_line(folder: Path, name: str) -> None:
    break_it, message = WRONG[name]
    path, line = break_it(folder)
    with pytest.raises(InvalidStandard) as raised:
        read_standards(folder)
    found = [m for m in raised.value.message.splitlines() if message in m]
    assert found, raised.value.message
    assert found[0].startswith(f"{path}, line {line}:"), found


def test_a_version_that_stands_twice_names_both_files(folder: Path) -> None:
    copy = folder / "items" / "zz.yaml"
    shutil.copy(folder / ITEM, copy)
    with pytest.raises(InvalidStandard, match=r"zz\.yaml, line 1: the version .* stands in .*reissue@2000-01-01"):
        read_standards(folder)


def test_a_folder_without_standards_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableInput, match="holds no standards"):
        read_standards(tmp_path)
