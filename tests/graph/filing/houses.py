"""A house, standards and small archives by hand for the tests of filing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from tests.graph.conformance_cases import STANDARD, TYPES

HOUSE: dict[str, Any] = {
    "fonds": "A001",
    "source": "house",
    "volume_rule": "case",
    "mm_per_page": 0.1,
    "medium_if_unstated": "paper",
    "rooms": [
        {"code": "R1", "kind": "physical", "shelves": 2, "boxes_per_shelf": 2},
        {"code": "V1", "kind": "virtual"},
    ],
}
STEPS = (("受理", "acceptance", 4), ("办结", "completion", 11))


def write_house(folder: Path, **changed: Any) -> Path:
    """The arrangement with what a test wants otherwise."""
    path = folder / "arrangement.yaml"
    path.write_text(yaml.safe_dump({**HOUSE, **changed}, allow_unicode=True), encoding="utf-8")
    return path


def write_standards(folder: Path, **archive: str) -> Path:
    """Standards of one item, the part `archive` with what a test wants otherwise."""
    (folder / "items").mkdir(parents=True, exist_ok=True)
    (folder / "material_types.yaml").write_text(TYPES, encoding="utf-8")
    rule = {"class": "业务档案 1", "title": "登记材料", "retention": "50年", "source": "guide", **archive}
    text = STANDARD.replace(
        STANDARD.splitlines()[-1], f"archive: {yaml.safe_dump(rule, default_flow_style=True, allow_unicode=True)}"
    )
    (folder / "items" / "a.yaml").write_text(text, encoding="utf-8")
    return folder


def log_of(
    folder: Path, name: str, *cases: tuple[str, str, str], item: str = "补贴申领", pages: str = "30;5"
) -> Path:
    """A log of completed cases: (number, month of 2024, media of its two records, such as `paper;electronic`)."""
    header = "case,activity,stage,time,item,person,key,title,medium,pages"
    rows = [header]
    for number, month, media in cases:
        for activity, stage, day in STEPS:
            records = (f"K{number}a;K{number}b,身份证;照片,{media},{pages}") if stage == "acceptance" else ",,,"
            rows.append(f"{number},{activity},{stage},2024-{month}-{day:02}T09:00:00,{item},P{number},{records}")
    path = folder / name
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path


LOG: dict[str, Any] = {
    "system": "hall",
    "columns": {"case": "case", "activity": "activity", "instant": "time", "stage": "stage", "item": "item"},
    "applicants": [{"kind": "person", "key": "person", "role": {"constant": "applicant"}}],
    "materials": [
        {"link": "received", "separator": ";", "key": "key", "title": "title", "medium": "medium", "pages": "pages"}
    ],
}
