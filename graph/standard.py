"""What a service-item standard says: the model of its YAML, and of the JSON that an ItemVersion keeps."""

from __future__ import annotations

import json
from datetime import date
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

LIFE_STAGES = ("study", "work", "insurance", "injury", "retirement")
_DRAFT = "https://json-schema.org/draft/2020-12/schema"
FORMS = ("original", "copy", "e-licence", "checked on sight")

LifeStage = Literal["study", "work", "insurance", "injury", "retirement"]
Slug = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$")]
Text = Annotated[str, Field(min_length=1)]
DayOfMonth = Annotated[int, Field(ge=1, le=31)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Criterion(_Part):
    """Who qualifies."""

    text: Text
    source: Text


class RegistrationField(_Part):
    """登记信息标准: one field of the registration form; `field` is the field of the facts that answer it."""

    field: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    type: Literal["text", "integer", "date"]
    required: bool
    pattern: str | None = None
    codes: tuple[Text, ...] | None = None
    source: Text

    @cached_property
    def said(self) -> dict[str, Any]:
        """The same as a dictionary, made once."""
        return self.model_dump()


class RequiredMaterial(_Part):
    """业务材料标准: one kind of record; `as_written` is the guide's own name for it. No form means any form.

    A record of a type in `instead` will do as well. `validity_days` goes before that of the type.
    """

    type: Slug
    as_written: Text
    required: bool
    condition: Text | None = None
    form: Literal["original", "copy", "checked on sight"] | None = None
    instead: tuple[Slug, ...] = ()
    validity_days: Annotated[int, Field(ge=0)] | Literal["unlimited"] | None = None
    note: Text | None = None
    source: Text


class Window(_Part):
    """When something may be done: from and to a day of each month, up to a day of each year (MM-DD), or in the
    month after the step before."""

    monthly: tuple[DayOfMonth, DayOfMonth] | None = None
    until: Annotated[str, Field(pattern=r"^(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$")] | None = None
    next_month: bool = False

    @model_validator(mode="after")
    def _one_kind(self) -> Window:
        if (self.monthly is not None) + (self.until is not None) + self.next_month != 1:
            raise ValueError("a window is one of monthly, until and next_month")
        if self.monthly is not None and self.monthly[0] > self.monthly[1]:
            raise ValueError("the window of a month ends before it begins")
        return self


class Step(_Part):
    """审核标准: one step and its limit in natural or working days.

    `also` are other names of the activity. The limit counts from `limit_from`, which is the activity of a step or
    the type of a record (its date), otherwise from the step before; it may be extended once by `extension_days`.
    The time from this step to the one that `stops_clock_until` names counts in no limit. A step comes after those
    in `must_follow`, otherwise after the one listed before it. `by` are the roles, units or kinds of actors that
    may act, `rests_on` and `produces` types of records.
    """

    activity: Text
    stage: Literal["acceptance", "approval", "review", "completion", "other"]
    role: Text
    required: bool = True
    also: tuple[Text, ...] = ()
    limit_days: Annotated[int, Field(ge=0)] | None = None
    days: Literal["natural", "working"] | None = None
    limit_from: Text | None = None
    extension_days: Annotated[int, Field(ge=1)] | None = None
    window: Window | None = None
    stops_clock_until: Text | None = None
    must_follow: tuple[Text, ...] | None = None
    not_by_same_as: tuple[Text, ...] = ()
    by: tuple[Text, ...] = ()
    rests_on: tuple[Slug, ...] = ()
    produces: tuple[Slug, ...] = ()
    note: Text | None = None
    source: Text

    @model_validator(mode="after")
    def _whole_limit(self) -> Step:
        if (self.limit_days is None) != (self.days is None):
            raise ValueError("limit_days and days stand together")
        if self.limit_days is None and (self.limit_from is not None or self.extension_days is not None):
            raise ValueError("limit_from and extension_days need limit_days")
        return self


class Limit(_Part):
    """Within how many days of its acceptance a case is to be completed; it may be extended once."""

    days: Annotated[int, Field(ge=0)]
    kind: Literal["natural", "working"]
    extension_days: Annotated[int, Field(ge=1)] | None = None
    source: Text


class ElectronicMaterial(_Part):
    """电子材料标准: media types, least resolution of scans, whether a signature is asked for."""

    formats: tuple[Text, ...]
    min_dpi: Annotated[int, Field(ge=1)] | None = None
    max_bytes: Annotated[int, Field(ge=1)] | None = None
    signature: bool = False
    source: Text


class ArchiveRule(_Part):
    """档案实体标准: class and retention of what a case leaves, what makes a volume, and on what it is kept."""

    scheme_class: Annotated[str, Field(alias="class", min_length=1)]
    title: Text
    retention: Text
    volume_rule: Literal["case", "person", "year"] | None = None
    physical_form: Literal["paper", "electronic", "both"] | None = None
    source: Text


class ItemStandard(_Part):
    """One service item as it is from `valid_from` on, until a later version begins.

    Each `source` is a key of `sources`. `archive` is null where class and retention are not known.
    """

    item: Slug
    name: Text
    region: Text
    life_stage: LifeStage
    applicant: Literal["person", "organisation"]
    valid_from: date
    source: Text
    sources: dict[str, Text]
    criteria: tuple[Criterion, ...]
    registration: tuple[RegistrationField, ...]
    materials: tuple[RequiredMaterial, ...]
    review: tuple[Step, ...]
    limit: Limit | None
    e_material: ElectronicMaterial
    archive: ArchiveRule | None

    @property
    def version_id(self) -> str:
        """The id of this version."""
        return f"{self.item}@{self.valid_from.isoformat()}"


def stored_standard(text: str) -> ItemStandard:
    """The standard that an ItemVersion keeps: what is null there is left out, and sources stand in their places.

    Raises pydantic's ValidationError where it is none.
    """
    return ItemStandard.model_validate({"limit": None, "archive": None, **json.loads(text), "sources": {}})


class TypeOfMaterial(_Part):
    """A kind of record; `validity_days` count from a record's own date."""

    id: Slug
    name: Text
    synonyms: tuple[Text, ...]
    type_class: Annotated[str, Field(alias="class", min_length=1)]
    validity_days: Annotated[int, Field(ge=0)] | Literal["unlimited"]
    source: Text


class MaterialTypes(_Part):
    """The file of the kinds of records."""

    sources: dict[str, Text]
    types: tuple[TypeOfMaterial, ...]


def standard_json_schema() -> dict[str, Any]:
    """The JSON Schema of the files of items."""
    return {"$schema": _DRAFT, **ItemStandard.model_json_schema()}


def types_json_schema() -> dict[str, Any]:
    """The JSON Schema of the file of the kinds of records."""
    return {"$schema": _DRAFT, **MaterialTypes.model_json_schema()}
