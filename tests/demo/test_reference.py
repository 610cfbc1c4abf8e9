from __future__ import annotations

import csv
from pathlib import Path

import yaml

from demo import reference

ROOT = Path(__file__).parents[2]

STAGES = {"acceptance", "review", "approval", "completion"}


def test_every_item_is_accepted_reviewed_approved_and_completed() -> None:
    assert len(reference.items()) == 15
    assert len({item.life_stage for item in reference.items().values()}) == 5
    for item in reference.items().values():
        assert {step.stage for step in item.steps} >= STAGES, item.code
        assert (item.steps[0].stage, item.steps[-1].stage) == ("acceptance", "completion"), item.code
        assert any(wanted.required for wanted in item.requirements), item.code


def test_a_title_is_of_one_kind_and_an_item_asks_for_a_kind_once() -> None:
    titles: dict[str, set[str]] = {kind: {kind} for kind in reference.kinds()}
    for item in reference.items().values():
        kinds = [wanted.kind.name for wanted in item.requirements]
        assert len(kinds) == len(set(kinds)), item.code
        for wanted in item.requirements:
            titles.setdefault(wanted.title, set()).add(wanted.kind.name)
    assert {title: kinds for title, kinds in titles.items() if len(kinds) > 1} == {}
    assert titles.keys() == reference.kind_of_title().keys()


def test_few_records_of_a_dossier_are_of_a_kind_that_items_ask_for() -> None:
    titles = {usual.title for usual in reference.dossier_titles()}
    assert titles & reference.kind_of_title().keys() == {"劳动合同", "工伤认定决定书"}


def test_an_activity_has_one_stage_in_a_system() -> None:
    stages = {(i.system, s.activity, s.stage) for i in reference.items().values() for s in i.steps}
    assert len(stages) == len({(system, activity) for system, activity, _ in stages})


def test_usual_steps_end_within_the_limit() -> None:
    for item in reference.items().values():
        longest = sum(step.days_to for step in item.steps)
        if item.limit_kind == "working":
            assert longest <= max(0, (item.limit_days or 0) - 2), item.code
        elif item.limit_days:
            assert longest * 7 / 5 + 4 <= item.limit_days, item.code


def test_fields_and_steps_are_those_that_the_standards_require() -> None:
    """Read as plain YAML. The first version of each item will do: later ones differ in records only."""
    identity = {"name", "id_no", "credit_code", "gender", "birth_date"}
    for item in reference.items().values():
        first = min((ROOT / "standards/items").glob(f"{item.code}@*.yaml"))
        standard = yaml.safe_load(first.read_text(encoding="utf-8"))
        asked = {one["field"] for one in standard["registration"] if one["required"]}
        assert asked - identity == set(item.fields), item.code
        wanted = [{s["activity"], *s.get("also", ())} for s in standard["review"] if s.get("required", True)]
        places = [[n for n, step in enumerate(item.steps) if step.activity in names] for names in wanted]
        assert all(places) and [found[0] for found in places] == sorted(found[0] for found in places), item.code


def test_names_are_those_of_the_shared_tables(real_data: Path) -> None:
    with (real_data / "domain/service_items.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    there = {(r["item_name"], r["region"], r["material_name"], r["required"] == "true") for r in rows}
    ours = {
        (item.name, item.region, wanted.as_written, wanted.required)
        for item in reference.items().values()
        for wanted in item.requirements
    }
    assert ours <= there
    asked = {(item.name, item.region) for item in reference.items().values()}
    assert len(ours) == len({row for row in there if row[:2] in asked})
