"""Working days in China, with the days off and the make-up days (调休) that the State Council announces each year.

The years of the library chinesecalendar, and those of a file (`DOSSIER_WORKING_DAYS`); a year that neither knows is
refused, since nobody can tell its days before they are announced. docs/standards.md describes the file.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import chinese_calendar
import yaml
from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from graph.canonical import canonical
from graph.errors import DossierError, UnreadableInput
from graph.house_files import faults_said
from graph.settings import Settings

_EPOCH = date(1970, 1, 1)


class UnknownYear(DossierError):
    """A year whose days off are not known."""

    @property
    def year(self) -> int:
        """The year."""
        return int(str(self.values["year"]))


class YearOfDays(BaseModel):
    """The announced days of one year: weekdays that are off, and Saturdays and Sundays that are worked."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    holidays: frozenset[date]
    workdays: frozenset[date]
    source: str


class _Years(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    years: Mapping[int, YearOfDays]

    @model_validator(mode="after")
    def _own_days(self) -> _Years:
        for year, days in self.years.items():
            other = sorted(day for day in days.holidays | days.workdays if day.year != year)
            if other:
                raise ValueError(f"{other[0]} is no day of {year}")
            both = sorted(days.holidays & days.workdays)
            if both:
                raise ValueError(f"{both[0]} is both off and worked")
        return self


@dataclass(frozen=True)
class WorkingDays:
    """The calendar; `years` are those of the file, which go before the library's."""

    years: Mapping[int, YearOfDays] = field(default_factory=dict)
    _seen: dict[int, bool] = field(default_factory=dict, compare=False, repr=False)

    def is_working(self, number: int) -> bool:
        """Whether a day (since 1970) is worked. Raises UnknownYear."""
        known = self._seen.get(number)
        if known is None:
            known = self._seen[number] = self._told(_EPOCH + timedelta(days=number))
        return known

    def _told(self, day: date) -> bool:
        announced = self.years.get(day.year)
        if announced is not None:
            return day in announced.workdays or (day.weekday() < 5 and day not in announced.holidays)
        try:
            return bool(chinese_calendar.is_workday(day))
        except NotImplementedError as error:
            raise UnknownYear(
                "The days off of {year} are not known.",
                "Put them into the file of DOSSIER_WORKING_DAYS once they are announced.",
                year=day.year,
            ) from error

    @property
    def digest(self) -> str:
        """SHA-256 over all that the calendar knows, to tell it from another one."""
        own = {
            str(year): [sorted(map(str, days)) for days in (one.holidays, one.workdays)]
            for year, one in self.years.items()
        }
        known = [sorted(map(str, days)) for days in (chinese_calendar.holidays, chinese_calendar.workdays)]
        return hashlib.sha256(canonical({"own": own, "known": known}).encode()).hexdigest()

    def count(self, first: int, last: int) -> int:
        """How many days from `first` to `last` (both included) are worked. Raises UnknownYear."""
        return sum(self.is_working(number) for number in range(first, last + 1))

    def next_working(self, number: int) -> int:
        """The day itself if it is worked, otherwise the first one after it that is. Raises UnknownYear."""
        while not self.is_working(number):
            number += 1
        return number


def working_days(settings: Settings) -> WorkingDays:
    """The calendar of the settings. Raises UnreadableInput for a file that does not say what it must."""
    return read_working_days(settings.working_days) if settings.working_days else WorkingDays()


def read_working_days(path: Path) -> WorkingDays:
    """The calendar with the years of a file. Raises UnreadableInput for one that does not say what it must."""
    try:
        return WorkingDays(_Years.model_validate(yaml.safe_load(path.read_text(encoding="utf-8"))).years)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise UnreadableInput(
            "The file of working days {path} cannot be read: {error}",
            "docs/standards.md shows such a file.",
            path=path,
            error=error,
        ) from error
    except ValidationError as error:
        raise UnreadableInput(
            "The file of working days {path} is wrong: {error}.",
            "docs/standards.md shows such a file.",
            path=path,
            error=faults_said(error),
        ) from error
