"""Mapping files: which column of a source is what. docs/mapping.md explains each key."""

from __future__ import annotations

import difflib
import hashlib
from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from etl.catalogue_columns import CatalogueMapping
from etl.ocel_types import ObjectTypes
from etl.source_rows import Kind
from etl.yaml_file import read_yaml
from graph import stages
from graph.canonical import canonical
from graph.errors import MappingError, UsageError
from graph.identifiers import SubjectKind
from graph.instants import check_format
from graph.zones import zone_info

FIELDS = (
    "case",
    "event",
    "activity",
    "lifecycle",
    "instant",
    "recorded",
    "actor",
    "unit",
    "role",
    "stage",
    "item",
    "outcome",
    "region",
    "channel",
    "accepted",
    "matter",
)
# What `dossier export` calls a field for which logs have no name, or whose name an attribute has.
_OF_CASES = ("case", "item", "region", "channel", "accepted", "matter")
ARCHIVE_NAMES = {name: f"case:dossier:{name}" if name in _OF_CASES else f"dossier:{name}" for name in FIELDS}
STANDARD_NAMES: dict[str, tuple[str, ...]] = {
    name: (ARCHIVE_NAMES[name], *standard)
    for name, standard in {
        **dict.fromkeys(FIELDS, ()),
        "case": ("case:concept:name",),
        "event": ("identity:id",),
        "activity": ("concept:name",),
        "lifecycle": ("lifecycle:transition",),
        "instant": ("time:timestamp",),
        "actor": ("org:resource", "Resource"),
        "unit": ("org:group",),
        "role": ("org:role",),
    }.items()
}
Stage = Literal["acceptance", "approval", "review", "completion", "other"]
STAGES = {**{code: code for code in stages.STAGES}, **{name: code for code, name in stages.STAGES.items()}}


def _zone(name: str) -> str:
    try:
        zone_info(name)
    except UsageError as error:
        raise ValueError(str(error)) from error
    return name


def _format(pattern: str) -> str:
    try:
        check_format(pattern)
    except UsageError as error:
        raise ValueError(str(error)) from error
    return pattern


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Constant(_Part):
    """A value that holds for every row."""

    constant: str


class Columns(_Part):
    """The column of each field, or a constant."""

    case: str | Constant | None = None
    event: str | Constant | None = None
    activity: str | Constant | None = None
    lifecycle: str | Constant | None = None
    instant: str | Constant | None = None
    recorded: str | Constant | None = None
    actor: str | Constant | None = None
    unit: str | Constant | None = None
    role: str | Constant | None = None
    stage: str | Constant | None = None
    item: str | Constant | None = None
    outcome: str | Constant | None = None
    region: str | Constant | None = None
    channel: str | Constant | None = None
    accepted: str | Constant | None = None
    matter: str | Constant | None = None


class Naming(_Part):
    """A part that names columns."""

    @abstractmethod
    def columns(self) -> dict[str, str]:
        """Each column by the key that names it."""


class Applicant(Naming):
    """Who applies for the case of a row: by a number that is valid everywhere, or a key or name of this system.

    `facts` are further registration data: field -> column. A row whose cells are empty says nothing.
    """

    kind: SubjectKind = "person"
    number: str | None = None
    key: str | None = None
    name: str | None = None
    birth_date: str | None = None
    role: str | Constant | None = None
    facts: dict[str, str] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _is_named(self) -> Applicant:
        if not (self.number or self.key or self.name):
            raise ValueError("an applicant needs a column for `number`, `key` or `name`")
        return self

    def columns(self) -> dict[str, str]:
        own = {name: getattr(self, name) for name in ("number", "key", "name", "birth_date", "role")}
        return {k: c for k, c in own.items() if isinstance(c, str)} | {f"facts.{f}": c for f, c in self.facts.items()}


class MaterialColumns(Naming):
    """A record that the event of a row received, used, produced or touched.

    With `separator` the cells hold aligned lists. Without `key` a record is one of its event.
    """

    link: Literal["received", "used", "produced", "touched"] = "received"
    separator: Annotated[str, Field(min_length=1)] | None = None
    qualifier: str | Constant | None = None
    key: str | None = None
    title: str | Constant | None = None
    date: str | Constant | None = None
    medium: str | Constant | None = None
    form: str | Constant | None = None
    pages: str | None = None
    class_: Annotated[str | Constant | None, Field(alias="class")] = None
    retention: str | Constant | None = None
    archive_no: str | None = None
    doc_no: str | None = None
    responsible: str | Constant | None = None
    secrecy: str | Constant | None = None
    valid_until: str | None = None

    @model_validator(mode="after")
    def _is_named(self) -> MaterialColumns:
        if not (self.key or self.title):
            raise ValueError("a material needs a column for `key` or `title`")
        return self

    def given(self) -> dict[str, str | Constant]:
        """Column or constant of each property, by the name that the schema has for it."""
        names = [n for n in type(self).model_fields if n not in ("link", "separator")]
        return {n.removesuffix("_"): getattr(self, n) for n in names if getattr(self, n) is not None}

    def columns(self) -> dict[str, str]:
        return {k: c for k, c in self.given().items() if isinstance(c, str)}


class FactColumn(Naming):
    """A statement of a row about its applicants or its case; with `unit` a whole number is kept as one."""

    field: Annotated[str, Field(min_length=1)]
    column: str
    unit: str | None = None
    about: Literal["applicant", "case"] = "applicant"
    valid_from: str | None = None
    valid_to: str | None = None

    def columns(self) -> dict[str, str]:
        own = {name: getattr(self, name) for name in ("column", "valid_from", "valid_to")}
        return {k: c for k, c in own.items() if c is not None}


class Mapping(_Part):
    """One mapping file."""

    system: Annotated[str, Field(pattern=r"^\w[\w.\-]*$")] | None = None
    mode: Literal["append", "snapshot"] = "append"
    zone: Annotated[str, AfterValidator(_zone)] = "Asia/Shanghai"
    midnight: Literal["day", "exact"] = "day"
    encoding: str | None = None
    delimiter: Annotated[str, Field(min_length=1, max_length=1)] | None = None
    time_formats: tuple[Annotated[str, AfterValidator(_format)], ...] = ()
    columns: Columns = Columns()
    stages: dict[str, Stage] = Field(default_factory=dict)
    stage_values: dict[str, Stage] = Field(default_factory=dict)
    case_columns: tuple[str, ...] = ()
    types: dict[str, Literal["text", "int", "float", "boolean", "date"]] = Field(default_factory=dict)
    ignore: tuple[str, ...] = ()
    applicants: tuple[Applicant, ...] = ()
    materials: tuple[MaterialColumns, ...] = ()
    facts: tuple[FactColumn, ...] = ()
    objects: ObjectTypes = ObjectTypes()
    catalogue: CatalogueMapping | None = None

    @model_validator(mode="after")
    def _facts_have_subjects(self) -> Mapping:
        if not self.applicants and any(fact.about == "applicant" for fact in self.facts):
            raise ValueError("facts about the applicant need `applicants`; say `about: case` or name them")
        return self


@dataclass(frozen=True)
class ResolvedMapping:
    """A mapping against the columns of one file: for each field its column or its constant."""

    columns: dict[str, str]
    constants: dict[str, str]
    zone: str = "Asia/Shanghai"
    midnight_exact: bool = False
    time_formats: tuple[str, ...] = ()
    stages: dict[str, str] = field(default_factory=dict)
    stage_values: dict[str, str] = field(default_factory=dict)
    case_columns: frozenset[str] = frozenset()
    types: dict[str, Kind] = field(default_factory=dict)
    ignore: frozenset[str] = frozenset()
    applicants: tuple[Applicant, ...] = ()
    materials: tuple[MaterialColumns, ...] = ()
    facts: tuple[FactColumn, ...] = ()

    def named(self) -> frozenset[str]:
        """The columns that applicants, materials and facts name."""
        parts: tuple[Naming, ...] = (*self.applicants, *self.materials, *self.facts)
        return frozenset(column for part in parts for column in part.columns().values())


def load_mapping(path: Path) -> Mapping:
    """Reads a mapping file. Raises MappingError that names the file, and line and key of each error."""
    return read_yaml(path, Mapping, "docs/mapping.md lists every key.")


def digest(mapping: Mapping) -> str:
    """SHA-256 of what a mapping means; comments and the order of keys do not count."""
    return hashlib.sha256(canonical(mapping.model_dump(mode="json")).encode()).hexdigest()


def mapping_json_schema() -> dict[str, Any]:
    """The JSON Schema of mapping files."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **Mapping.model_json_schema()}


def require_ocel(mapping: Mapping, source: str) -> None:
    """Raises MappingError where a mapping for an OCEL log names columns, which such a log does not have."""
    tabular = {"encoding", "delimiter", "columns", "stage_values", "case_columns", "types", "ignore"}
    given = sorted(mapping.model_fields_set & (tabular | {"applicants", "materials", "facts"}))
    if given:
        raise MappingError(
            f"{source} is an OCEL log; the mapping gives {', '.join(given)}, which are for tables and XES.",
            "Say under `objects` what its object types are; docs/ocel.md shows how.",
        )


def resolve(mapping: Mapping, columns: Sequence[str], source: str) -> ResolvedMapping:
    """Finds the columns of one file.

    `columns` are names as in the file, those of a trace with the prefix `case:`. Raises MappingError where a
    named column is missing, or case or activity are nowhere.
    """
    if mapping.objects != ObjectTypes():
        raise MappingError(
            f"{source} is no OCEL log; the mapping gives `objects`, the object types of one.",
            "Name columns instead: docs/mapping.md lists every key.",
        )
    present = set(columns)
    found: dict[str, str] = {}
    constants: dict[str, str] = {}
    for name in FIELDS:
        given = getattr(mapping.columns, name)
        if isinstance(given, Constant):
            constants[name] = given.constant
        elif given is not None:
            _require(given, f"columns.{name}", columns, source)
            found[name] = given
        else:
            standard = [c for c in STANDARD_NAMES.get(name, ()) if c in present]
            found |= {name: standard[0]} if standard else {}
    for key, names in (
        ("case_columns", mapping.case_columns),
        ("types", mapping.types),
        ("ignore", mapping.ignore),
    ):
        for column in names:
            _require(column, key, columns, source)
    for section in ("applicants", "materials", "facts"):
        for place, part in enumerate(getattr(mapping, section)):
            for key, column in part.columns().items():
                _require(column, f"{section}.{place}.{key}", columns, source)
    for name in ("case", "activity"):
        if columns and name not in found and name not in constants:
            raise MappingError(
                f"{source}: no column for the {name}: there is no '{STANDARD_NAMES[name][-1]}' among "
                f"{', '.join(columns)}.",
                f"Name it in a mapping and give it with --mapping:\ncolumns:\n  {name}: <column>",
            )
    return ResolvedMapping(
        found,
        constants,
        mapping.zone,
        mapping.midnight == "exact",
        mapping.time_formats,
        dict(mapping.stages),
        dict(mapping.stage_values),
        frozenset(mapping.case_columns),
        dict(mapping.types),
        frozenset(mapping.ignore),
        mapping.applicants,
        mapping.materials,
        mapping.facts,
    )


def _require(column: str, key: str, columns: Sequence[str], source: str) -> None:
    if column not in columns:
        near = difflib.get_close_matches(column, columns, 1)
        hint = f" The nearest is '{near[0]}'." if near else ""
        raise MappingError(
            f"{source}: the mapping names the column '{column}' ({key}), which is not there.{hint}",
            f"The columns are: {', '.join(columns)}.",
        )
