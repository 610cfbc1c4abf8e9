"""The JSON Schema of mapping files, as the documentation ships it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import jsonschema
import pytest
import yaml

from etl.catalogue_columns import FIELDS
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


def test_the_page_of_catalogues_names_every_field_and_its_example_is_a_mapping() -> None:
    page = (ROOT / "docs" / "catalogue.md").read_text(encoding="utf-8")
    example = re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)[0]
    mapping = Mapping.model_validate(yaml.safe_load(example))
    assert mapping.catalogue is not None
    assert {*mapping.catalogue.model_fields_set} == {*type(mapping.catalogue).model_fields}
    listed = page[page.index("Fields for `columns`") : page.index("The names that need")]
    assert {*re.findall(r"[a-z]+_?[a-z]+", listed.split(":")[1])} == {*FIELDS}
