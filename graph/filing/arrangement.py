"""How the house arranges what it keeps: what no standard of a service item says, as a file of parameters.

docs/filing.md describes the file.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from graph.canonical import canonical
from graph.house_files import read_house_file
from graph.settings import Settings

VolumeRule = Literal["case", "person", "year"]
_REMEDY = "docs/filing.md shows such a file."
_YEARS = re.compile(r"(\d{1,3})年")
PERMANENT = "永久"
# 档号 of a record in a volume (DA/T 13-2022): fonds, category, volume and record.
_BY_VOLUME = re.compile(r"(.+-[^-]+-[^-]+)-0*([0-9]{1,9})")


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class RoomOfHouse(_Part):
    """A storeroom. A physical one has `shelves` of `boxes_per_shelf`; a virtual one has room for everything."""

    code: Annotated[str, Field(pattern=r"^[^\s]+$")]
    kind: Literal["physical", "virtual"]
    shelves: Annotated[int, Field(ge=1, le=100_000)] | None = None
    boxes_per_shelf: Annotated[int, Field(ge=1, le=10_000)] | None = None

    @model_validator(mode="after")
    def _whole(self) -> RoomOfHouse:
        sized = (self.shelves is not None, self.boxes_per_shelf is not None)
        if sized != (self.kind == "physical",) * 2:
            raise ValueError("a physical room says shelves and boxes_per_shelf, a virtual one neither")
        return self


class CatalogueRule(_Part):
    """How records that no case left are put in volumes; `category` is their 档案门类代码 (RS for personnel)."""

    category: Annotated[str, Field(pattern=r"^[A-Z]{2}$")] = "RS"
    volume_rule: Literal["person", "year"] = "person"


class Arrangement(_Part):
    """`volume_rule` holds where a standard names none. `mm_per_page` is what one page adds to the thickness of a
    volume, `pages_if_unknown` what a paper record counts that states no pages; `medium_if_unstated` is that of
    records that nothing says it of. Of the classes in `paper_required` the paper has to be kept."""

    fonds: Annotated[str, Field(pattern=r"^[A-Z][0-9]{3}$")]
    category: Annotated[str, Field(pattern=r"^[A-Z]{2}$")] = "ZY"
    source: Annotated[str, Field(min_length=1)]
    volume_rule: VolumeRule | None = None
    class_codes: Mapping[str, Annotated[str, Field(pattern=r"^[^\s-]+$")]] = {}
    mm_per_page: Annotated[float, Field(gt=0, le=5)]
    pages_if_unknown: Annotated[int, Field(ge=1)] = 1
    medium_if_unstated: Literal["paper", "electronic"] | None = None
    box_mm: Annotated[tuple[Annotated[int, Field(ge=20, le=50)], ...], Field(min_length=1)] = (20, 30, 40, 50)
    paper_required: tuple[str, ...] = ()
    catalogue: CatalogueRule = CatalogueRule()
    rooms: Annotated[tuple[RoomOfHouse, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _ordered(self) -> Arrangement:
        if list(self.box_mm) != sorted(set(self.box_mm)):
            raise ValueError("box_mm ascends")
        codes = [room.code for room in self.rooms]
        if len(codes) != len(set(codes)):
            raise ValueError("two rooms have one code")
        return self

    @property
    def digest(self) -> str:
        """SHA-256 of what it says."""
        said = self.model_dump(mode="json")
        said["mm_per_page"] = str(self.mm_per_page)
        return hashlib.sha256(canonical(said).encode()).hexdigest()

    def class_code(self, scheme_class: str) -> str:
        """The code of a class in a 档号: as the file says, or else its last word (`社会保险业务档案 6` is 6)."""
        return self.class_codes.get(scheme_class) or scheme_class.split()[-1].replace("-", ".")

    def series(self, category: str, *parts: str | int | None) -> str:
        """The beginning of the 档号 of volumes: fonds, and category with what is known of class, year, retention."""
        return f"{self.fonds}-{'·'.join([category, *(str(p) for p in parts if p is not None)])}"


def retention_code(retention: str | None) -> str | None:
    """保管期限代码 of DA/T 13-2022: Y for permanent, D and the years; None where it is neither."""
    if retention == PERMANENT:
        return "Y"
    years = years_of(retention)
    return None if years is None else f"D{years}"


def years_of(retention: str | None) -> int | None:
    """The years of a fixed term such as 30年."""
    found = _YEARS.fullmatch(retention or "")
    return int(found[1]) if found else None


def by_volume(archive_no: str | None) -> tuple[str, int] | None:
    """Volume and place that a record's own 档号 names, where it is one of four parts or more."""
    found = _BY_VOLUME.fullmatch(archive_no or "")
    return (found[1], int(found[2])) if found else None


def volume_code(series: str, number: int) -> str:
    """The 档号 of a volume."""
    return f"{series}-{number:04d}"


def record_code(volume: str, position: int) -> str:
    """The 档号 of a record at a place of a volume."""
    return f"{volume}-{position:03d}"


def arrangement(settings: Settings) -> Arrangement | None:
    """That of the settings. Raises UnreadableInput for a file that does not say what it must."""
    return read_arrangement(settings.arrangement) if settings.arrangement else None


def read_arrangement(path: Path) -> Arrangement:
    """Reads a file. Raises UnreadableInput for one that does not say what it must."""
    return read_house_file(
        path,
        Arrangement,
        unreadable="The arrangement {path} cannot be read: {error}",
        wrong="The arrangement {path} is wrong: {error}.",
        remedy=_REMEDY,
    )
