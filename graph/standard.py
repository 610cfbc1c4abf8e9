"""What a service-item standard says: the model of its YAML, and of the JSON that an ItemVersion keeps."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

LIFE_STAGES = ("study", "work", "insurance", "injury", "retirement")
FORMS = ("original", "copy", "e-licence", "checked on sight")

LifeStage = Literal["study", "work", "insurance", "injury", "retirement"]
Slug = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$")]
Text = Annotated[str, Field(min_length=1)]


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


class RequiredMaterial(_Part):
    """业务材料标准: one kind of record; `as_written` is the guide's own name for it. No form means any form."""

    type: Slug
    as_written: Text
    required: bool
    condition: Text | None = None
    form: Literal["original", "copy"] | None = None
    note: Text | None = None
    source: Text


class Step(_Part):
    """审核标准: one step and its limit in natural or working days."""

    activity: Text
    stage: Literal["acceptance", "approval", "review", "completion", "other"]
    role: Text
    limit_days: Annotated[int, Field(ge=0)] | None = None
    days: Literal["natural", "working"] | None = None
    note: Text | None = None
    source: Text


class Limit(_Part):
    """Within how many days of its acceptance a case is to be completed."""

    days: Annotated[int, Field(ge=0)]
    kind: Literal["natural", "working"]
    source: Text


class ElectronicMaterial(_Part):
    """电子材料标准: media types, least resolution of scans, whether a signature is asked for."""

    formats: tuple[Text, ...]
    min_dpi: Annotated[int, Field(ge=1)] | None = None
    max_bytes: Annotated[int, Field(ge=1)] | None = None
    signature: bool = False
    source: Text


class ArchiveRule(_Part):
    """档案实体标准: class and retention of what a case leaves."""

    scheme_class: Annotated[str, Field(alias="class", min_length=1)]
    title: Text
    retention: Text
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
