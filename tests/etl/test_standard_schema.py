"""The JSON Schemas of standards, as the documentation ships them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from etl.standards_source import COMES_WITH
from graph.standard import ItemStandard, standard_json_schema, types_json_schema

DOCS = Path(__file__).parents[2] / "docs"
SCHEMAS = {"standard.schema.json": standard_json_schema, "material_types.schema.json": types_json_schema}


class _Plain(yaml.SafeLoader):
    """Dates stay text, as in JSON."""


_Plain.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in of if not tag.endswith("timestamp")]
    for first, of in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


@pytest.mark.parametrize("name", SCHEMAS)
def test_the_shipped_schema_is_fresh(name: str) -> None:
    made: Callable[[], dict[str, Any]] = SCHEMAS[name]
    assert json.loads((DOCS / name).read_text(encoding="utf-8")) == made()


def test_the_standards_that_come_with_the_program_fit_it() -> None:
    checked = jsonschema.Draft202012Validator(standard_json_schema())
    for path in sorted((COMES_WITH / "items").glob("*.yaml")):
        checked.validate(yaml.load(path.read_text(encoding="utf-8"), _Plain))
    types = yaml.load((COMES_WITH / "material_types.yaml").read_text(encoding="utf-8"), _Plain)
    jsonschema.Draft202012Validator(types_json_schema()).validate(types)


def test_the_page_names_every_key() -> None:
    page = (DOCS / "standards.md").read_text(encoding="utf-8")
    missing = [name for name in _keys(standard_json_schema()) if f"`{name}`" not in page and f"{name}[]`" not in page]
    assert not missing
    assert "registration" in ItemStandard.model_fields


def _keys(schema: dict[str, Any]) -> list[str]:
    parts = [schema, *schema["$defs"].values()]
    return sorted({name for part in parts for name in part.get("properties", ())})
