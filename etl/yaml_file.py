"""YAML files that people write: read into a pydantic model, each error with its file, line and key."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from etl.yaml_lines import Lines, Twice, line_of, with_lines
from graph.errors import MappingError

Model = TypeVar("Model", bound=BaseModel)
_LARGEST = 1_000_000


@dataclass(frozen=True)
class Wrong:
    """One error in a file: the line, the key (with dots; empty for the file), and what is wrong there."""

    path: Path
    line: int
    key: str
    what: str

    def __str__(self) -> str:
        return f"{self.path}, line {self.line}: {f'{self.key}: ' if self.key else ''}{self.what}."


def read_yaml(path: Path, model: type[Model], remedy: str) -> Model:
    """The file as a `model`; `remedy` says where its keys are explained.

    Aliases and double keys are refused. Raises MappingError that names the file, and line and key of each error.
    """
    lines, value = parsed_yaml(path)
    found = model_or_errors(path, lines, {} if value is None else value, model)
    if isinstance(found, list):
        raise MappingError("\n".join(map(str, found)), remedy)
    return found


def parsed_yaml(path: Path, twice: Twice | None = None) -> tuple[Lines, Any]:
    """The lines and the value of a file, as `with_lines` gives them. Raises MappingError with the line."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise MappingError(f"{path} cannot be read: {error}", "Give a UTF-8 text file.") from error
    if len(text) > _LARGEST:
        raise MappingError(f"{path} is larger than a megabyte.", "Give settings, not data.")
    try:
        return with_lines(text, twice)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f", line {mark.line + 1}" if mark else ""
        raise MappingError(
            f"{path}{where}: {getattr(error, 'problem', error)}", "Put the YAML right there."
        ) from error


def model_or_errors(
    path: Path, lines: Lines, value: Any, model: type[Model], at: tuple[str, ...] = ()
) -> Model | list[Wrong]:
    """A part of a file, which stands at `at`, as a `model`, or what is wrong with it."""
    try:
        return model.model_validate(value)
    except ValidationError as error:
        keys = sorted(_keys(model.model_json_schema()))
        return [_wrong(path, lines, (*at, *map(str, one["loc"])), one, keys) for one in error.errors()]


def _wrong(path: Path, lines: Lines, place: tuple[str, ...], error: Any, keys: Sequence[str]) -> Wrong:
    what = error["msg"]
    if error["type"] == "extra_forbidden":
        near = difflib.get_close_matches(place[-1], keys, 1)
        what = f"unknown key{f'; did you mean {near[0]!r}' if near else ''}"
    return Wrong(path, line_of(lines, place), ".".join(place), what)


def _keys(schema: dict[str, Any]) -> set[str]:
    parts = [schema, *schema.get("$defs", {}).values()]
    return {key for part in parts for key in part.get("properties", {})}
