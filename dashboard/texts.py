"""The catalogue of the texts on pages, in Chinese and English: texts.yaml beside this file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from dashboard.address import Language

CATALOGUE = Path(__file__).with_name("texts.yaml")


@cache
def catalogue() -> Mapping[str, Mapping[str, str]]:
    """Each text by its key, in each language."""
    with CATALOGUE.open(encoding="utf-8") as stream:
        texts: dict[str, dict[str, str]] = yaml.safe_load(stream)
    return texts


@cache
def _by_english() -> Mapping[str, str]:
    """The keys of what errors say, by their English text."""
    return {texts["en"]: key for key, texts in catalogue().items() if key.startswith("problem.")}


@dataclass(frozen=True)
class Texts:
    """The texts in one language."""

    language: Language

    def __call__(self, key: str, **values: object) -> str:
        """The text of a key, with `values` in its places. Raises KeyError for a key that is not in the catalogue."""
        text = catalogue()[key][self.language]
        return text.format(**values) if values else text

    def of_english(self, template: str, values: Mapping[str, object]) -> str | None:
        """What an error says by this English template, with `values` in its places; None where the catalogue does
        not have it."""
        key = _by_english().get(template)
        if key is None:
            return None
        text = catalogue()[key][self.language]
        return text.format(**values) if values else text

    def code(self, kind: str, value: str | None) -> str:
        """What readers call a code of the archive, such as a status; the code itself where it has no name."""
        if not value:
            return ""
        known = catalogue().get(f"{kind}.{value.replace(' ', '_')}")
        return known[self.language] if known else value
