"""The items of DA/T 70 that are checked, and what checks say, in both languages.

dat70.csv names for each item where it was seen; `seen_in` 1 is what one implementation alone says. An item that is
checked in several ways has a part after a colon (`1-10:size`), which is ours; `3-x` was seen without a number.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args

import yaml
from pydantic import BaseModel

Phase = Literal["GD", "YJ", "CQ"]
PHASES: tuple[Phase, ...] = get_args(Phase)
PROPERTIES = ("authenticity", "completeness", "usability", "security")
_FOLDER = Path(__file__).parent


class Said(BaseModel):
    """A text in both languages."""

    zh: str
    en: str


@dataclass(frozen=True)
class Item:
    """One item of DA/T 70; `seen_in` counts the independent sources that have it."""

    number: str
    property: str
    name: Said
    seen_in: int
    evidence: str
    source: str


@cache
def items() -> Mapping[str, Item]:
    """Items by number."""
    with (_FOLDER / "dat70.csv").open(encoding="utf-8", newline="") as stream:
        return {
            row["item_no"]: Item(
                row["item_no"],
                row["property"],
                Said(zh=row["name_zh"], en=row["name_en"]),
                int(row["seen_in"]),
                row["evidence"],
                row["source"],
            )
            for row in csv.DictReader(stream)
        }


@cache
def _texts() -> Mapping[str, Mapping[str, str]]:
    with (_FOLDER / "sentences.yaml").open(encoding="utf-8") as stream:
        texts: dict[str, dict[str, str]] = yaml.safe_load(stream)
    return texts


def item_of(code: str) -> Item:
    """The item of a code such as `GD-1-10:size`."""
    return items()[code.partition("-")[2].partition(":")[0]]


def part_name(code: str) -> Said | None:
    """What the part of a code is called; None where it has none."""
    part = code.partition(":")[2]
    return Said.model_validate(_texts()[f"part.{part}"]) if part else None


def phase_name(phase: str) -> Said:
    """What a phase is called."""
    return Said.model_validate(_texts()[f"phase.{phase}"])


def property_name(property_: str) -> Said:
    """What a property is called."""
    return Said.model_validate(_texts()[f"property.{property_}"])


def sentence(detail: Mapping[str, Any]) -> Said:
    """What one detail of a check says: `says` names the sentence, the rest are its values."""
    text = _texts()[str(detail["says"])]
    return Said(**{language: text[language].format_map(_values(detail, language)) for language in ("zh", "en")})


def _values(detail: Mapping[str, Any], language: str) -> Mapping[str, Any]:
    """The values, fields by their name in the language; one that is not there is a dash."""
    values: dict[str, Any] = defaultdict(lambda: "–", detail)
    named = _texts().get(f"field.{detail.get('field')}")
    if named:
        values["field"] = named[language]
    return values


def sentences() -> frozenset[str]:
    """The names of all sentences."""
    return frozenset(name for name in _texts() if "." not in name)
