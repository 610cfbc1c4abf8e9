"""What metadata have to be like: elements, lengths, values, rule of the archival number, formats.

Each definition says where it comes from; `single` marks what one source alone says. An archive changes them by a file
of its own (docs/checks.md).
"""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

# A field is a property of Material, or `attributes.NAME`.
FIELDS = (
    *("title", "date", "medium", "form", "class", "retention", "archive_no", "doc_no", "responsible", "secrecy"),
    "valid_until",
)


def _known(field: str) -> str:
    if field not in FIELDS and not field.startswith("attributes."):
        raise ValueError(f"there is no field '{field}'; one is {', '.join(FIELDS)} or attributes.NAME")
    return field


def _compiles(text: str) -> str:
    try:
        re.compile(text)
    except re.error as error:
        raise ValueError(f"no regular expression: {error}") from error
    return text


FieldName = Annotated[str, AfterValidator(_known)]
Pattern = Annotated[str, AfterValidator(_compiles)]


class _Sourced(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    source: str
    single: bool = False


class Element(_Sourced):
    """An element that each record has to state (必著)."""

    element: str
    field: FieldName
    obligation: Literal["必著"] = "必著"


class Length(_Sourced):
    """The most characters of a field."""

    field: FieldName
    most: int = Field(ge=1)


class Range(_Sourced):
    """What a field may hold: one of `values`, or what a pattern matches whole; with `class_scheme`, of records whose
    class is of a scheme of that name."""

    field: FieldName
    values: tuple[str, ...] = ()
    patterns: tuple[Pattern, ...] = ()
    class_scheme: str | None = None


class NumberRule(_Sourced):
    """How archival numbers are made; a number follows one of the patterns whole."""

    patterns: tuple[Pattern, ...] = Field(min_length=1)


class Formats(_Sourced):
    """Media types of files that may be filed."""

    media_types: tuple[str, ...] = Field(min_length=1)


class Definitions(BaseModel):
    """All definitions; what a file of its own leaves out stays as it comes with the program."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    elements: tuple[Element, ...] = ()
    lengths: tuple[Length, ...] = ()
    ranges: tuple[Range, ...] = ()
    archive_no: NumberRule | None = None
    distinct: tuple[FieldName, ...] = ("archive_no",)
    formats: tuple[Formats, ...] = ()
