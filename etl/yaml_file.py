"""YAML files that people write: read into a pydantic model, each error with its file, line and key."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from etl.yaml_lines import Lines, line_of, with_lines
from graph.errors import MappingError

Model = TypeVar("Model", bound=BaseModel)
_LARGEST = 1_000_000


def read_yaml(path: Path, model: type[Model], remedy: str) -> Model:
    """The file as a `model`; `remedy` says where its keys are explained.

    Aliases and double keys are refused. Raises MappingError that names the file, and line and key of each error.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise MappingError(f"{path} cannot be read: {error}", "Give a UTF-8 text file.") from error
    if len(text) > _LARGEST:
        raise MappingError(f"{path} is larger than a megabyte.", "Give settings, not data.")
    try:
        lines, value = with_lines(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f", line {mark.line + 1}" if mark else ""
        raise MappingError(
            f"{path}{where}: {getattr(error, 'problem', error)}", "Put the YAML right there."
        ) from error
    try:
        return model.model_validate({} if value is None else value)
    except ValidationError as error:
        raise MappingError("\n".join(_messages(path, lines, error, model)), remedy) from error


def _messages(path: Path, lines: Lines, error: ValidationError, model: type[BaseModel]) -> Iterator[str]:
    keys = sorted(_keys(model.model_json_schema()))
    for found in error.errors():
        place = tuple(str(part) for part in found["loc"])
        what = found["msg"]
        if found["type"] == "extra_forbidden":
            near = difflib.get_close_matches(place[-1], keys, 1)
            what = f"unknown key{f'; did you mean {near[0]!r}' if near else ''}"
        key = f"{'.'.join(place)}: " if place else ""
        yield f"{path}, line {line_of(lines, place)}: {key}{what}."


def _keys(schema: dict[str, Any]) -> set[str]:
    parts = [schema, *schema.get("$defs", {}).values()]
    return {key for part in parts for key in part.get("properties", {})}
