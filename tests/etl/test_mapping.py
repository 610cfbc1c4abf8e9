"""Mapping files: what is wrong is named with its line and key; what they mean; their JSON Schema."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from etl.mapping import FIELDS, Mapping, digest, load_mapping, mapping_json_schema, resolve
from graph.errors import MappingError

ROOT = Path(__file__).parents[2]
SHIPPED = sorted((*(ROOT / "tests" / "mappings").glob("*.yaml"), *(ROOT / "tests" / "examples").glob("*.yaml")))
Read = Callable[[str | bytes], Mapping]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Reads a text as the mapping file map.yaml."""

    def reading(text: str | bytes) -> Mapping:
        path = tmp_path / "map.yaml"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return load_mapping(path)

    return reading


WRONG: dict[str, tuple[str, str]] = {
    "an unknown key": ("system: hall\nzoen: UTC\n", "line 2: zoen: unknown key; did you mean 'zone'"),
    "an unknown column": (
        "system: hall\ncolumns:\n  case: a\n  instnat: b\n",
        "line 4: columns.instnat: unknown key; did you mean 'instant'",
    ),
    "a key that is like none": ("\n\nqqqqqq: 1\n", "line 3: qqqqqq: unknown key."),
    "a list for a table": ("columns: [case]\n", "line 1: columns: Input should be a valid dictionary"),
    "a text for a list": ("mode: append\nignore: note\n", "line 2: ignore: Input should be a valid tuple"),
    "a number for a text": ("columns:\n  case: 7\n", "line 2: columns.case"),
    "a date for a text": ("columns:\n  item: {constant: 2024-01-01}\n", "line 2: columns.item"),
    "no stage": ("stages:\n  受理: acceptance\n  办结: done\n", "line 3: stages.办结: Input should be 'acceptance'"),
    "no type": ("types:\n  pages: number\n", "line 2: types.pages: Input should be 'text', 'int'"),
    "no mode": ("mode: update\n", "line 1: mode: Input should be 'append' or 'snapshot'"),
    "no midnight": ("# how\nmidnight: noon\n", "line 2: midnight: Input should be 'day' or 'exact'"),
    "no zone": ("zone: Europe/Rom\n", "line 1: zone: "),
    "two characters": ("delimiter: ';;'\n", "line 1: delimiter: String should have at most 1 character"),
    "a system with a blank": ("system: city hall\n", "line 1: system: String should match pattern"),
    "an item of a list": ("ignore:\n  - a\n  - [b]\n", "line 3: ignore.1: Input should be a valid string"),
    "no table at all": ("- a\n- b\n", "line 1"),
    "an open bracket": ("system: hall\nignore: [a\nmode: append\n", "line 3: "),
    "a tab": ("columns:\n\tcase: a\n", "line 2: found character that cannot start any token"),
    "an alias": ("ignore: &a [x]\ncase_columns: *a\n", "line 2: aliases are not taken"),
    "a merged alias": ("types: &t {a: int}\nstages:\n  <<: *t\n", "line 3: aliases are not taken"),
    "a key twice": ("zone: UTC\nmode: append\nzone: UTC\n", "line 3: the key 'zone' stands twice"),
    "a column twice": ("columns:\n  case: a\n  case: b\n", "line 3: the key 'case' stands twice"),
    "an object of Python": ("system: !!python/name:os.system\n", "line 1: could not determine a constructor"),
    "brackets without end": (f"ignore:\n  {'[' * 900}{']' * 900}\n", "line 2: more than 50 levels"),
    "more brackets than the parser takes": (f"ignore:\n  {'[' * 90_000}\n", "line 2: "),
    "two documents": ("mode: append\n---\nmode: append\n", "line 2: "),
}


@pytest.mark.parametrize("kind", WRONG)
def test_what_is_wrong_is_named_with_file_line_and_key(kind: str, read: Read, tmp_path: Path) -> None:
    text, said = WRONG[kind]
    with pytest.raises(MappingError) as error:
        read(text)
    assert f"{tmp_path / 'map.yaml'}, {said}" in error.value.message
    assert error.value.remedy
    assert error.value.exit_code == 2


def test_all_errors_are_named_at_once(read: Read) -> None:
    with pytest.raises(MappingError) as error:
        read("zoen: UTC\nmode: update\nignore: note\n")
    lines = error.value.message.splitlines()
    assert sorted(line.split(", ", 1)[1].split(":")[0] for line in lines) == ["line 1", "line 2", "line 3"]


@pytest.mark.parametrize("content", ["system: hällo\n".encode("latin-1"), b"system: \xff\xfe\n"])
def test_a_mapping_that_is_no_utf_8_is_named(content: bytes, read: Read) -> None:
    with pytest.raises(MappingError, match=r"map\.yaml cannot be read"):
        read(content)


def test_a_mapping_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(MappingError, match=r"absent\.yaml cannot be read.*No such file"):
        load_mapping(tmp_path / "absent.yaml")


def test_data_is_not_taken_for_a_mapping(read: Read) -> None:
    with pytest.raises(MappingError, match=r"map\.yaml is larger than a megabyte"):
        read("a,b\n" * 300_000)


@pytest.mark.parametrize("text", ["", "# nothing but this\n", "{}\n"])
def test_an_empty_file_is_the_default(text: str, read: Read) -> None:
    assert read(text) == Mapping()


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "Europe/Rome", "UTC", "Etc/GMT-8"])
def test_zones_of_the_tz_database_are_taken(zone: str, read: Read) -> None:
    assert read(f"zone: {zone}\n").zone == zone


@pytest.mark.parametrize("zone", ["CEST!", "../etc/passwd", "Asia/Peking", "''"])
def test_other_zones_are_refused(zone: str, read: Read) -> None:
    with pytest.raises(MappingError, match="line 1: zone: "):
        read(f"zone: {zone}\n")


def test_the_digest_is_of_the_meaning(read: Read) -> None:
    plain = digest(read("system: hall\nzone: UTC\ncolumns: {case: a, activity: b}\nstages: {x: review, y: other}\n"))
    other_order = "# of the hall\nstages:\n  y: other\n  x: review\ncolumns:\n  activity: b # what\n  case: a\n"
    assert digest(read(f"{other_order}zone: 'UTC'\nsystem: hall\n")) == plain
    assert digest(read(f"{other_order}zone: UTC\nsystem: hall\nmode: append\n")) == plain
    assert digest(read(f"{other_order}zone: Asia/Tokyo\nsystem: hall\n")) != plain
    assert digest(read(f"{other_order}zone: UTC\nsystem: desk\n")) != plain
    assert digest(read("ignore: [a, b]\n")) != digest(read("ignore: [a]\n"))


def test_standard_names_need_no_mapping() -> None:
    columns = ["case:concept:name", "concept:name", "time:timestamp", "Resource", "org:group", "org:role", "note"]
    found = resolve(Mapping(), columns, "log.csv")
    assert found.columns == {
        "case": "case:concept:name",
        "activity": "concept:name",
        "instant": "time:timestamp",
        "actor": "Resource",
        "unit": "org:group",
        "role": "org:role",
    }
    both = resolve(Mapping(), [*columns, "org:resource"], "log.csv")
    assert both.columns["actor"] == "org:resource"


def test_a_named_column_or_constant_wins_over_a_standard_name() -> None:
    mapping = Mapping.model_validate({"columns": {"case": "number", "activity": {"constant": "paid"}}})
    found = resolve(mapping, ["case:concept:name", "concept:name", "number"], "log.csv")
    assert (found.columns["case"], found.constants) == ("number", {"activity": "paid"})


@pytest.mark.parametrize(
    ("mapping", "said"),
    [
        ({"columns": {"case": "numbr"}}, r"'numbr' \(columns\.case\), which is not there\. The nearest is 'number'"),
        ({"case_columns": ["channel"]}, r"'channel' \(case_columns\)"),
        ({"types": {"fee": "int"}}, r"'fee' \(types\)"),
        ({"ignore": ["note"]}, r"'note' \(ignore\)"),
        ({"columns": {"case": "number"}}, r"log\.csv: no column for the activity"),
    ],
)
def test_columns_that_the_file_lacks_are_named(mapping: dict[str, Any], said: str) -> None:
    with pytest.raises(MappingError, match=said):
        resolve(Mapping.model_validate(mapping), ["number", "what"], "log.csv")


names = st.text("ab:. 受理\"'#", min_size=1, max_size=8)
column = st.none() | names | st.fixed_dictionaries({"constant": st.text(max_size=12)})
stage = st.sampled_from(["acceptance", "approval", "review", "completion", "other"])
VALID: dict[str, st.SearchStrategy[Any]] = {
    "system": st.none() | st.from_regex(r"\A[a-z][a-z0-9_.\-]{0,9}\Z"),
    "mode": st.sampled_from(["append", "snapshot"]),
    "zone": st.sampled_from(["Asia/Shanghai", "UTC", "Europe/Rome"]),
    "midnight": st.sampled_from(["day", "exact"]),
    "encoding": st.none() | st.sampled_from(["gbk", "utf-8"]),
    "delimiter": st.none() | st.sampled_from([";", "|", "\t"]),
    "time_formats": st.lists(st.sampled_from(["%d.%m.%Y", "%d.%m.%Y %H:%M"]), max_size=2),
    "columns": st.fixed_dictionaries({}, optional=dict.fromkeys(FIELDS, column)),
    "stages": st.dictionaries(names, stage, max_size=3),
    "stage_values": st.dictionaries(names, stage, max_size=3),
    "case_columns": st.lists(names, max_size=3),
    "types": st.dictionaries(names, st.sampled_from(["text", "int", "float", "boolean", "date"]), max_size=3),
    "ignore": st.lists(names, max_size=3),
}
few = settings(max_examples=50, deadline=None)
valid = st.fixed_dictionaries({}, optional=VALID)
SCHEMA = Draft202012Validator(mapping_json_schema())


def test_the_json_schema_is_one() -> None:
    Draft202012Validator.check_schema(mapping_json_schema())
    assert set(VALID) <= set(mapping_json_schema()["properties"])


@few
@given(valid)
def test_the_json_schema_accepts_what_the_model_accepts(mapping: dict[str, Any]) -> None:
    Mapping.model_validate(mapping)
    assert list(SCHEMA.iter_errors(mapping)) == []


@few
@given(valid, st.sampled_from(sorted(VALID)), st.sampled_from([7, True, "?? ??", {"?": []}, [[]]]))
def test_the_json_schema_refuses_what_the_model_refuses(mapping: dict[str, Any], key: str, value: Any) -> None:
    changed = {**mapping, key: value}
    try:
        Mapping.model_validate(changed)
        accepted = True
    except ValueError:
        accepted = False
    # A text that is no zone or no time format is refused by the model alone.
    if not (key in ("zone", "time_formats") and isinstance(value, str)):
        assert SCHEMA.is_valid(changed) == accepted


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.name)
def test_shipped_mappings_are_of_the_schema(path: Path) -> None:
    load_mapping(path)
    assert list(SCHEMA.iter_errors(yaml.safe_load(path.read_text(encoding="utf-8")))) == []


def test_the_mappings_in_the_documentation_are_those_that_are_tested(tmp_path: Path) -> None:
    shipped = {load_mapping(path).system: load_mapping(path) for path in SHIPPED}
    written: list[Mapping] = []
    for page in (ROOT / "docs" / "logs.md", ROOT / "docs" / "mapping.md"):
        for place, text in enumerate(page.read_text(encoding="utf-8").split("```yaml\n")[1:]):
            path = tmp_path / f"{page.stem}{place}.yaml"
            path.write_text(text.partition("```")[0], encoding="utf-8")
            written.append(load_mapping(path))
    of_logs = [mapping for mapping in written if mapping.system]
    assert {mapping.system for mapping in of_logs} == {"receipt", "traffic_fines"}
    assert all(mapping == shipped[mapping.system] for mapping in of_logs)
