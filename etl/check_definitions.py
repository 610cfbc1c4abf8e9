"""The definitions of the four-property checks: those that come with the program, as an own file changes them."""

from __future__ import annotations

from pathlib import Path

from etl.yaml_file import read_yaml
from graph.checks.definitions import Definitions

COMES_WITH = Path(__file__).resolve().parent.parent / "checks" / "metadata.yaml"
_REMEDY = "docs/checks.md explains every key."


def read_definitions(own: Path | None) -> Definitions:
    """The definitions; each key of the own file stands in the place of the one that comes with the program.

    Raises MappingError with line and key where the file does not say what it must.
    """
    given = read_yaml(COMES_WITH, Definitions, _REMEDY)
    if own is None:
        return given
    said = read_yaml(own, Definitions, _REMEDY)
    return given.model_copy(update={name: getattr(said, name) for name in said.model_fields_set})
