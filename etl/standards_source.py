"""Service-item standards: a folder of YAML files, read and checked, as statements to be loaded.

`material_types.yaml` holds the kinds of records, `items/*.yaml` one version of one item each; docs/standards.md
lists every key.
"""

from __future__ import annotations

import hashlib
from collections.abc import Container, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import pyarrow as pa
import yaml
from pydantic import BaseModel, ValidationError

from etl.statements import Links, Statements
from etl.yaml_lines import Lines, line_of, with_lines
from graph.canonical import canonical
from graph.classification import comparable_title
from graph.errors import InvalidStandard, UnreadableInput
from graph.standard import ItemStandard, MaterialTypes, RequiredMaterial, Step, TypeOfMaterial
from graph.upsert import link_table, node_table

COMES_WITH = Path(__file__).resolve().parent.parent / "standards"
TYPES_FILE = "material_types.yaml"
_LARGEST = 1_000_000
_REMEDY = "docs/standards.md lists every key."
_Model = TypeVar("_Model", bound=BaseModel)


@dataclass(frozen=True)
class _Read:
    """One file that was read: its model, or the messages about it."""

    path: Path
    lines: Lines
    model: Any
    messages: tuple[str, ...] = ()

    def at(self, *place: str | int) -> str:
        """Where a place of it stands."""
        return f"{self.path}, line {line_of(self.lines, place)}"


@dataclass(frozen=True)
class Standards:
    """The standards of a folder: the kinds of records, and the versions by item and first day."""

    types: MaterialTypes
    items: tuple[ItemStandard, ...]
    sha256: str


def read_standards(folder: Path) -> Standards:
    """Reads a folder of standards.

    Raises UnreadableInput where files are missing or no text, InvalidStandard with file and line of each error.
    """
    types_file = folder / TYPES_FILE
    paths = sorted((folder / "items").glob("*.yaml"))
    if not types_file.is_file() or not paths:
        raise UnreadableInput(
            f"{folder} holds no standards: it needs {TYPES_FILE} and items/*.yaml.",
            "Give the folder of the standards, or set DOSSIER_STANDARDS.",
        )
    types = _read(types_file, MaterialTypes)
    items = [_read(path, ItemStandard) for path in paths]
    messages = [m for read in (types, *items) for m in read.messages]
    if not messages:
        messages = [*_wrong_types(types), *(m for item in items for m in _wrong_item(item, types.model))]
        messages += _twice(items)
    if messages:
        raise InvalidStandard("\n".join(messages), _REMEDY)
    digest = hashlib.sha256()
    for path in (types_file, *paths):
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    ordered = sorted((item.model for item in items), key=lambda i: (i.item, i.valid_from))
    return Standards(types.model, tuple(ordered), digest.hexdigest())


def read_draft(path: Path) -> ItemStandard:
    """Reads the draft of one standard, apart from any folder; types that it names may not be there yet.

    Raises UnreadableInput where it is no text, InvalidStandard with file and line of each error.
    """
    return _draft(_read(path, ItemStandard))


def parse_draft(text: str, name: str) -> ItemStandard:
    """The draft of one standard as text, as `read_draft` reads it; errors call it `name`."""
    return _draft(_parsed(Path(name), text, ItemStandard))


def _draft(read: _Read) -> ItemStandard:
    messages = read.messages
    if not messages:
        names = [name for one in (*read.model.materials, *read.model.review) for name in _types_of(one)]
        messages = (*_wrong_review(read, names), *_wrong_sources(read))
    if messages:
        raise InvalidStandard("\n".join(messages), _REMEDY)
    draft: ItemStandard = read.model
    return draft


def _types_of(part: RequiredMaterial | Step) -> tuple[str, ...]:
    if isinstance(part, Step):
        return (*part.rests_on, *part.produces)
    return (part.type, *part.instead)


def _read(path: Path, model: type[_Model]) -> _Read:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableInput(f"The standard {path} cannot be read: {error}", "Give UTF-8 text files.") from error
    return _parsed(path, text, model)


def _parsed(path: Path, text: str, model: type[_Model]) -> _Read:
    if len(text) > _LARGEST:
        return _Read(path, {}, None, (f"{path}: larger than a megabyte.",))
    try:
        lines, value = with_lines(text)
    except (yaml.YAMLError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f", line {mark.line + 1}" if mark else ""
        return _Read(path, {}, None, (f"{path}{where}: {getattr(error, 'problem', error)}.",))
    try:
        return _Read(path, lines, model.model_validate({} if value is None else value))
    except ValidationError as error:
        said = ((tuple(e["loc"]), e["msg"]) for e in error.errors())
        return _Read(path, lines, None, tuple(_message(path, lines, place, what) for place, what in said))


def _message(path: Path, lines: Lines, place: tuple[str | int, ...], what: str) -> str:
    return f"{path}, line {line_of(lines, place)}: {'.'.join(map(str, place))}: {what}."


def _wrong_types(read: _Read) -> list[str]:
    """Ids and names that stand twice, and sources that the file does not name."""
    messages: list[str] = []
    ids: set[str] = set()
    titles: dict[str, str] = {}
    for i, one in enumerate(read.model.types):
        if one.id in ids:
            messages.append(f"{read.at('types', i, 'id')}: the type '{one.id}' stands twice.")
        ids.add(one.id)
        if one.source not in read.model.sources:
            messages.append(f"{read.at('types', i, 'source')}: no source '{one.source}' in `sources`.")
        places: list[tuple[str | int, ...]] = [("types", i, "name")]
        places += [("types", i, "synonyms", j) for j in range(len(one.synonyms))]
        for place, title in zip(places, (one.name, *one.synonyms), strict=True):
            other = titles.setdefault(comparable_title(title), one.id)
            if other != one.id:
                messages.append(f"{read.at(*place)}: '{title}' names '{other}' already.")
    return messages


def _wrong_item(read: _Read, types: MaterialTypes) -> list[str]:
    """Types and sources that are not there, and types that are asked for twice."""
    messages: list[str] = []
    known = {one.id for one in types.types}
    asked: set[str] = set()
    for i, material in enumerate(read.model.materials):
        if material.type not in known:
            messages.append(f"{read.at('materials', i, 'type')}: no type '{material.type}' in {TYPES_FILE}.")
        if material.type in asked:
            messages.append(f"{read.at('materials', i, 'type')}: '{material.type}' is asked for twice.")
        if not material.required and not material.condition:
            messages.append(f"{read.at('materials', i)}: what is not required needs a condition.")
        asked.add(material.type)
        messages += _unknown_types(read, known, ("materials", i, "instead"), material.instead)
    return [*messages, *_wrong_review(read, known), *_wrong_sources(read)]


def _wrong_sources(read: _Read) -> list[str]:
    return [
        f"{read.at(*place)}: no source '{source}' in `sources`."
        for place, source in _sources(read.model.model_dump())
        if source not in read.model.sources
    ]


def _unknown_types(
    read: _Read, known: Container[str], place: tuple[str | int, ...], types: Sequence[str]
) -> list[str]:
    return [
        f"{read.at(*place, j)}: no type '{type_}' in {TYPES_FILE}."
        for j, type_ in enumerate(types)
        if type_ not in known
    ]


def _wrong_review(read: _Read, known: Container[str]) -> list[str]:
    """Steps that are named twice, and what they name that is not there."""
    messages: list[str] = []
    steps = [step.activity for step in read.model.review]
    named: set[str] = set()
    for i, step in enumerate(read.model.review):
        for place, name in (("activity", step.activity), *(("also", other) for other in step.also)):
            if name in named:
                messages.append(f"{read.at('review', i, place)}: review.{i}.{place}: the step '{name}' stands twice.")
            named.add(name)
        for place in ("must_follow", "not_by_same_as"):
            for j, other in enumerate(getattr(step, place) or ()):
                if other not in steps or other == step.activity:
                    messages.append(f"{read.at('review', i, place, j)}: no other step '{other}' in `review`.")
        if step.stops_clock_until is not None and step.stops_clock_until not in steps:
            messages.append(f"{read.at('review', i, 'stops_clock_until')}: no step '{step.stops_clock_until}'.")
        if step.limit_from is not None and step.limit_from not in steps and step.limit_from not in known:
            messages.append(f"{read.at('review', i, 'limit_from')}: '{step.limit_from}' is no step and no type.")
        for place in ("rests_on", "produces"):
            messages += _unknown_types(read, known, ("review", i, place), getattr(step, place))
    return messages


def _sources(value: Any, place: tuple[str | int, ...] = ()) -> list[tuple[tuple[str | int, ...], str]]:
    """Each `source` of a standard, with its place."""
    if isinstance(value, dict):
        found = [((*place, "source"), value["source"])] if "source" in value else []
        inner = ((key, part) for key, part in value.items() if key not in ("source", "sources"))
    elif isinstance(value, (list, tuple)):
        found, inner = [], ((i, part) for i, part in enumerate(value))
    else:
        return []
    return found + [each for key, part in inner for each in _sources(part, (*place, key))]


def _twice(items: list[_Read]) -> list[str]:
    first: dict[str, Path] = {}
    messages = []
    for read in items:
        other = first.setdefault(read.model.version_id, read.path)
        if other != read.path:
            messages.append(f"{read.at('item')}: the version {read.model.version_id} stands in {other} already.")
    return messages


def draft_text(standard: ItemStandard) -> str:
    """A stored standard, of which the sources stand in their places, as the text of a draft to begin with."""
    content = standard.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    keys: dict[str, str] = {}
    named = _with_keys({name: one for name, one in content.items() if name != "sources"}, keys)
    whole = {**named, "limit": named.get("limit"), "archive": named.get("archive")}
    whole["sources"] = {key: source for source, key in keys.items()}
    ordered = {name: whole[name] for name in ItemStandard.model_fields if name in whole}
    return yaml.safe_dump(ordered, allow_unicode=True, sort_keys=False, width=100)


def _with_keys(value: Any, keys: dict[str, str]) -> Any:
    """The value with a key for each source, which `keys` collects."""
    if isinstance(value, dict):
        return {
            k: keys.setdefault(v, f"s{len(keys) + 1}") if k == "source" else _with_keys(v, keys)
            for k, v in value.items()
        }
    return [_with_keys(part, keys) for part in value] if isinstance(value, list) else value


def standards_statements(standards: Standards) -> Statements:
    """What the standards state. Row n of a folder is its n-th type, and after them its n-th item version."""
    count = len(standards.types.types)
    latest = {item.item: (row, item) for row, item in enumerate(standards.items, count + 1)}
    versions = pa.array([item.version_id for item in standards.items], pa.string())
    rows = pa.array(range(count + 1, count + 1 + len(standards.items)), pa.int64())
    nodes = {
        "MaterialType": _types(standards.types),
        "ServiceItem": node_table(
            "ServiceItem",
            pa.array(list(latest), pa.string()),
            pa.array([row for row, _ in latest.values()], pa.int64()),
            **{
                name: pa.array([getattr(item, name) for _, item in latest.values()], pa.string())
                for name in ("name", "life_stage", "region")
            },
        ),
        "ItemVersion": node_table(
            "ItemVersion",
            versions,
            rows,
            valid_from=pa.array([item.valid_from.isoformat() for item in standards.items], pa.string()),
            standard=pa.array([_as_json(item) for item in standards.items], pa.string()),
        ),
    }
    of_item = pa.array([item.item for item in standards.items], pa.string())
    links = (
        Links(
            "VERSION_FOR", "ItemVersion", link_table("VERSION_FOR", ("ItemVersion", "ServiceItem"), versions, of_item)
        ),
        Links("REQUIRES", "ItemVersion", _requires(standards.items)),
    )
    return Statements(count + len(standards.items), nodes, links)


def _types(types: MaterialTypes) -> pa.Table:
    def texts(of: list[str]) -> pa.Array:
        return pa.array(of, pa.string())

    def days(one: TypeOfMaterial) -> int | None:
        return None if one.validity_days == "unlimited" else one.validity_days

    content = {
        "name": texts([one.name for one in types.types]),
        "synonyms": texts([canonical(list(one.synonyms)) for one in types.types]),
        "class": texts([one.type_class for one in types.types]),
        "validity_days": pa.array([days(one) for one in types.types], pa.int64()),
        "source": texts([types.sources[one.source] for one in types.types]),
    }
    ids = texts([one.id for one in types.types])
    return node_table("MaterialType", ids, pa.array(range(1, len(ids) + 1), pa.int64()), **content)


def _requires(items: tuple[ItemStandard, ...]) -> pa.Table:
    asked = [(item.version_id, material) for item in items for material in item.materials]
    return link_table(
        "REQUIRES",
        ("ItemVersion", "MaterialType"),
        pa.array([version for version, _ in asked], pa.string()),
        pa.array([material.type for _, material in asked], pa.string()),
        required=pa.array([material.required for _, material in asked], pa.bool_()),
        condition=pa.array([material.condition for _, material in asked], pa.string()),
        form=pa.array([material.form for _, material in asked], pa.string()),
    )


def _as_json(item: ItemStandard) -> str:
    """The standard as an ItemVersion keeps it, each key of a source made into the source."""
    content = item.model_dump(mode="json", by_alias=True, exclude_none=True)
    sources = content.pop("sources")
    return canonical(_with_sources(content, sources))


def _with_sources(value: Any, sources: dict[str, str]) -> Any:
    if isinstance(value, dict):
        return {k: sources[v] if k == "source" else _with_sources(v, sources) for k, v in value.items()}
    return [_with_sources(part, sources) for part in value] if isinstance(value, list) else value
