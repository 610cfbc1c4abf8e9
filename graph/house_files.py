"""Files in which a house says how it works: how it files, and when it accepts what was digitised."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from graph.errors import UnreadableInput

Model = TypeVar("Model", bound=BaseModel)


def read_house_file(path: Path, model: type[Model], *, unreadable: str, wrong: str, remedy: str) -> Model:
    """The YAML file as a `model`. Raises UnreadableInput for a file that does not say what it must: `unreadable` or
    `wrong`, which name {path} and {error}, and `remedy`."""
    try:
        return model.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise UnreadableInput(unreadable, remedy, path=path, error=error) from error
    except ValidationError as error:
        raise UnreadableInput(wrong, remedy, path=path, error=faults_said(error)) from error


def faults_said(error: ValidationError) -> str:
    """Each thing that is wrong: where, and what."""
    return "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors())
