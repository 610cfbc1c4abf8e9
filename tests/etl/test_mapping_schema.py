"""The JSON Schema of mapping files, as the documentation ships it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import jsonschema
import pytest
import yaml

from etl.mapping import Mapping, mapping_json_schema

ROOT = Path(__file__).parents[2]
EXAMPLES = re.findall(r"```yaml\n(.*?)```", (ROOT / "docs" / "mapping.md").read_text(encoding="utf-8"), re.DOTALL)


def test_the_shipped_schema_is_fresh() -> None:
    shipped = json.loads((ROOT / "docs" / "mapping.schema.json").read_text(encoding="utf-8"))
    assert shipped == mapping_json_schema()


@pytest.mark.parametrize("example", EXAMPLES)
def test_the_examples_of_the_page_are_mappings(example: str) -> None:
    value = yaml.safe_load(example)
    jsonschema.validate(value, mapping_json_schema())
    Mapping.model_validate(value)
