"""How the house accepts digitised batches: sample, limit and kinds of defects. See docs/digitisation.md."""

from __future__ import annotations

import hashlib
from fractions import Fraction
from math import ceil
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, model_validator

from graph.canonical import canonical
from graph.errors import UsageError
from graph.house_files import read_house_file
from graph.settings import Settings

_REMEDY = "docs/digitisation.md shows the file."
Kind = Annotated[str, Field(min_length=1, max_length=40)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SampleRule(_Part):
    """How many records a sample has at least: a share of the batch, a number, or the greater of both."""

    rate: Annotated[float, Field(gt=0, le=1)] | None = None
    size: Annotated[int, Field(ge=1)] | None = None

    @model_validator(mode="after")
    def _says_how_many(self) -> SampleRule:
        if self.rate is None and self.size is None:
            raise ValueError("say `rate` or `size`")
        return self

    def least(self, records: int) -> int:
        """Of how many records a sample of so many is at least; all of them where there are no more."""
        by_rate = ceil(Fraction(str(self.rate)) * records) if self.rate is not None else 0
        return min(records, max(by_rate, self.size or 0, 1))


class Acceptance(_Part):
    """The rules of the house. `limit` is the greatest share of defective records with which a batch is accepted;
    `source` says where the house has laid this down."""

    source: Annotated[str, Field(min_length=1)]
    sample: SampleRule
    limit: Annotated[float, Field(ge=0, lt=1)]
    defects: Annotated[tuple[Kind, ...], Field(min_length=1)]

    def accepts(self, defective: int, sampled: int) -> bool:
        """Whether so many defective records of a sample are within the limit."""
        return Fraction(defective) <= Fraction(str(self.limit)) * sampled

    @property
    def digest(self) -> str:
        """SHA-256 of what it says."""
        said = self.model_dump(mode="json")
        said["limit"], said["sample"]["rate"] = str(self.limit), str(self.sample.rate)
        return hashlib.sha256(canonical(said).encode()).hexdigest()


def acceptance(settings: Settings) -> Acceptance:
    """The rules that the settings name.

    Raises UsageError where they name none, UnreadableInput for a file that does not say what it must.
    """
    if settings.digitisation is None:
        raise UsageError(
            "Nothing says how the house samples and accepts digitised batches.",
            f"Set DOSSIER_DIGITISATION to a file; {_REMEDY}",
        )
    return read_acceptance(settings.digitisation)


def read_acceptance(path: Path) -> Acceptance:
    """Reads a file. Raises UnreadableInput for one that does not say what it must."""
    return read_house_file(
        path,
        Acceptance,
        unreadable="The rules of acceptance {path} cannot be read: {error}",
        wrong="The rules of acceptance {path} are wrong: {error}.",
        remedy=_REMEDY,
    )
