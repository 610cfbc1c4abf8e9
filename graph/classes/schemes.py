"""The schemes of classes: the nine of Order No. 3, the ten of personnel dossiers, the eight historic ones."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict

SchemeId = Literal["si", "personnel", "historic"]
CHANGES = "1"
"""The historic class 变更材料, which is further ordered by year, system and unit."""


class _Said(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class RecordClass(_Said):
    """One class of a scheme, and the terms by which a title names it."""

    code: str
    name: str
    terms: tuple[str, ...] = ()
    weak: tuple[str, ...] = ()


class Scheme(_Said):
    """One scheme. Records of `before` (YYYYMMDD) or later are in no class of it; null for no such day."""

    id: SchemeId
    name: str
    version: str
    source: str
    before: str | None = None
    blocked: tuple[str, ...] = ()
    classes: tuple[RecordClass, ...]

    def class_of(self, code: str) -> RecordClass | None:
        """The class of a code; None where the scheme has none."""
        return next((one for one in self.classes if one.code == code), None)


class Confidence(_Said):
    """How sure a class is that terms say, 0 to 1."""

    term: float
    weak: float


class Schemes(_Said):
    """All schemes, the least confidence at which a class or type is taken, and words that make no other type."""

    threshold: float
    confidence: Confidence
    around_types: tuple[tuple[str, ...], ...]
    schemes: tuple[Scheme, ...]

    def of(self, id_: str) -> Scheme | None:
        """The scheme of an id; None where there is none."""
        return next((one for one in self.schemes if one.id == id_), None)


@cache
def schemes() -> Schemes:
    """The schemes that come with the program."""
    text = files("graph.classes").joinpath("schemes.yaml").read_text("utf-8")
    return Schemes.model_validate(yaml.safe_load(text))
