"""Mapping files: which column of a source is what. docs/mapping.md explains each key."""

from __future__ import annotations

import difflib
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import available_timezones

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from etl.source_rows import Kind
from graph.canonical import canonical
from graph.errors import MappingError

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
)
STANDARD_NAMES: dict[str, tuple[str, ...]] = {
    "case": ("case:concept:name",),
    "event": ("identity:id",),
    "activity": ("concept:name",),
    "lifecycle": ("lifecycle:transition",),
    "instant": ("time:timestamp",),
    "actor": ("org:resource", "Resource"),
    "unit": ("org:group",),
    "role": ("org:role",),
}
Stage = Literal["acceptance", "approval", "review", "completion", "other"]
STAGES = {
    **{name: name for name in ("acceptance", "approval", "review", "completion", "other")},
    **{"受理": "acceptance", "审批": "approval", "审核": "review", "办结": "completion", "其他": "other"},
}
_LARGEST = 1_000_000


def _zone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError(f"'{name}' is no time zone of the tz database")
    return name


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


class Mapping(_Part):
    """One mapping file."""

    system: Annotated[str, Field(pattern=r"^\w[\w.\-]*$")] | None = None
    mode: Literal["append", "snapshot"] = "append"
    zone: Annotated[str, AfterValidator(_zone)] = "Asia/Shanghai"
    midnight: Literal["day", "exact"] = "day"
    encoding: str | None = None
    delimiter: Annotated[str, Field(min_length=1, max_length=1)] | None = None
    time_formats: tuple[str, ...] = ()
    columns: Columns = Columns()
    stages: dict[str, Stage] = Field(default_factory=dict)
    stage_values: dict[str, Stage] = Field(default_factory=dict)
    case_columns: tuple[str, ...] = ()
    types: dict[str, Literal["text", "int", "float", "boolean", "date"]] = Field(default_factory=dict)
    ignore: tuple[str, ...] = ()


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


def load_mapping(path: Path) -> Mapping:
    """Reads a mapping file. Raises MappingError that names the file, and line and key of each error."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise MappingError(f"The mapping {path} cannot be read: {error}", "Give a UTF-8 text file.") from error
    if len(text) > _LARGEST:
        raise MappingError(f"The mapping {path} is larger than a megabyte.", "Give a mapping, not data.")
    try:
        lines, value = _with_lines(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f", line {mark.line + 1}" if mark else ""
        raise MappingError(
            f"{path}{where}: {getattr(error, 'problem', error)}", "Put the YAML right there."
        ) from error
    try:
        return Mapping.model_validate({} if value is None else value)
    except ValidationError as error:
        raise MappingError("\n".join(_messages(path, lines, error)), "docs/mapping.md lists every key.") from error


def _with_lines(text: str) -> tuple[dict[tuple[str, ...], int], Any]:
    """The line of each key of a YAML text, and its value. Aliases and double keys are refused."""
    for token in yaml.scan(text, Loader=yaml.SafeLoader):
        if isinstance(token, yaml.AliasToken):
            raise yaml.MarkedYAMLError(problem="aliases are not taken", problem_mark=token.start_mark)
    lines: dict[tuple[str, ...], int] = {}

    def walk(node: yaml.Node, path: tuple[str, ...]) -> None:
        lines[path] = node.start_mark.line + 1
        if isinstance(node, yaml.MappingNode):
            seen: set[str] = set()
            for key, child in node.value:
                if str(key.value) in seen:
                    raise yaml.MarkedYAMLError(
                        problem=f"the key '{key.value}' stands twice", problem_mark=key.start_mark
                    )
                seen.add(str(key.value))
                walk(child, (*path, str(key.value)))
                lines[(*path, str(key.value))] = key.start_mark.line + 1
        elif isinstance(node, yaml.SequenceNode):
            for index, child in enumerate(node.value):
                walk(child, (*path, str(index)))

    root = yaml.compose(text, Loader=yaml.SafeLoader)
    if root is not None:
        walk(root, ())
    return lines, yaml.safe_load(text)


def _messages(path: Path, lines: dict[tuple[str, ...], int], error: ValidationError) -> list[str]:
    messages = []
    for found in error.errors():
        place = tuple(str(part) for part in found["loc"])
        known = place
        while known and known not in lines:
            known = known[:-1]
        what = found["msg"]
        if found["type"] == "extra_forbidden":
            near = difflib.get_close_matches(place[-1], [*Mapping.model_fields, *Columns.model_fields], 1)
            what = f"unknown key{f'; did you mean {near[0]!r}' if near else ''}"
        messages.append(f"{path}, line {lines.get(known, 1)}: {'.'.join(place)}: {what}.")
    return messages


def digest(mapping: Mapping) -> str:
    """SHA-256 of what a mapping means; comments and the order of keys do not count."""
    return hashlib.sha256(canonical(mapping.model_dump(mode="json")).encode()).hexdigest()


def mapping_json_schema() -> dict[str, Any]:
    """The JSON Schema of mapping files."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **Mapping.model_json_schema()}


def resolve(mapping: Mapping, columns: Sequence[str], source: str) -> ResolvedMapping:
    """Finds the columns of one file.

    `columns` are names as in the file, those of a trace with the prefix `case:`. Raises MappingError where a
    named column is missing, or case or activity are nowhere.
    """
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
    for name in ("case", "activity"):
        if columns and name not in found and name not in constants:
            raise MappingError(
                f"{source}: no column for the {name}: there is no '{STANDARD_NAMES[name][0]}' among "
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
    )


def _require(column: str, key: str, columns: Sequence[str], source: str) -> None:
    if column not in columns:
        near = difflib.get_close_matches(column, columns, 1)
        hint = f" The nearest is '{near[0]}'." if near else ""
        raise MappingError(
            f"{source}: the mapping names the column '{column}' ({key}), which is not there.{hint}",
            f"The columns are: {', '.join(columns)}.",
        )
