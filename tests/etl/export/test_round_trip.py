"""Out and in again is the same graph: node by node, link by link, for real logs and made ones."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st
from lxml import etree

from etl.export.export import ExportReport, Form, export
from graph.schema import NODE
from graph.selection import SelectionRequest
from graph.settings import Settings
from graph.store import Store
from graph.viewer import LOCAL_OPERATOR
from tests.archives import ASIDE, archive, content, load, log
from tests.etl.ocel_files import HALL, Entry, Model, write_json
from tests.graph.sample import write_all

ENDING: dict[Form, str] = {"xes": ".xes.gz", "ocel-json": ".json", "ocel-sqlite": ".sqlite"}
OCEL: tuple[Form, ...] = ("ocel-json", "ocel-sqlite")
Content = dict[str, set[tuple[Any, ...]]]


def differences(before: Content, after: Content) -> dict[str, Any]:
    """What only one of two graphs holds, by label and type."""
    names = [name for name in before if before[name] != after[name]]
    return {
        n: (sorted(map(str, before[n] - after[n]))[:3], sorted(map(str, after[n] - before[n]))[:3]) for n in names
    }


def _stated(held: Content) -> Content:
    """What a graph holds, without the classes that follow from the titles of its records."""
    names = sorted(p.name for p in NODE["Material"].properties if p.name not in ASIDE)
    derived = {p.name for p in NODE["Material"].derived}
    kept = [0, *(n for n, name in enumerate(names, 1) if name not in derived)]
    return {**held, "Material": {tuple(row[n] for n in kept) for row in held["Material"]}}


def round_trip(
    folder: Path, form: Form, fill: Callable[[Store, Settings], None], system: str, uri: str | None = None
) -> ExportReport:
    """Fills an archive, exports all of it, loads the file into another one, and compares the two."""
    file = folder / f"out{ENDING[form]}"
    with archive(uri or "duckdb:///:memory:") as (store, settings):
        fill(store, settings)
        before = content(store)
        report = export(store, settings, LOCAL_OPERATOR, SelectionRequest(), form, file, overwrite=True)
    with archive("duckdb:///:memory:") as (store, settings):
        loaded = load(store, settings, file, system=system)
        after = content(store)
    assert differences(before, after) == {}
    assert loaded.quarantined == 0
    assert loaded.rows_in == loaded.loaded + loaded.unchanged
    return report


def _of_file(path: Path, **mapping: Any) -> Callable[[Store, Settings], None]:
    def fill(store: Store, settings: Settings) -> None:
        load(store, settings, path, system=path.name.split(".")[0], **mapping)

    return fill


LARGER = ("BPIC13_closed_problems.xes.gz", "BPIC15_1.xes.gz", "BPIC20_DomesticDeclarations.xes.gz")
SLOW = pytest.mark.slow


@pytest.mark.real
@pytest.mark.parametrize(
    ("name", "form"),
    [
        *(("running-example.xes", form) for form in ENDING),
        ("receipt.xes.gz", "xes"),
        *(pytest.param("receipt.xes.gz", form, marks=SLOW) for form in OCEL),
        *(pytest.param(name, "xes", marks=SLOW) for name in LARGER),
        *(pytest.param(name, form, marks=SLOW) for name, form in zip(LARGER, (*OCEL, "ocel-json"), strict=True)),
    ],
)
def test_xes_logs_through_xes_and_ocel(name: str, form: Form, real_data: Path, tmp_path: Path) -> None:
    report = round_trip(tmp_path, form, _of_file(real_data / "logs" / name), name.split(".")[0])
    assert (report.left_out, report.remarks) == ({}, [])


ORDERS = {
    "zone": "Europe/Berlin",
    "objects": {
        "cases": {"orders": {"region": "ocel:type"}},
        "organisations": ["customers"],
        "actors": ["employees"],
        "produced": ["item"],
        "applied": ["places"],
    },
}


@pytest.mark.real
@pytest.mark.parametrize("form", OCEL)
@pytest.mark.parametrize(
    ("name", "mapping"),
    [
        ("ocel20_example.jsonocel", {}),
        pytest.param("ocel2_order_running_example.sqlite", {}, marks=pytest.mark.slow),
        pytest.param("ocel2_order_running_example.sqlite", ORDERS, marks=pytest.mark.slow),
    ],
)
def test_ocel_logs_through_ocel(
    name: str, mapping: dict[str, Any], form: Form, real_data: Path, tmp_path: Path
) -> None:
    report = round_trip(tmp_path, form, _of_file(real_data / "logs" / name, **mapping), name.split(".")[0])
    assert report.left_out == {}


@pytest.mark.neo4j
@pytest.mark.real
@pytest.mark.parametrize("form", ENDING)
def test_a_log_out_of_neo4j(form: Form, real_data: Path, tmp_path: Path, empty_neo4j: str) -> None:
    path = real_data / "logs" / "running-example.xes"
    round_trip(tmp_path, form, _of_file(path), "running-example", empty_neo4j)


PEOPLE = {
    "stages": {"审批": "completion"},
    "objects": {
        "cases": {"item": {"region": "region"}},
        "persons": {"person": {"id_no": "card", "name": "full name"}},
        "actors": {"clerk": {"kind": "role"}},
        "units": ["window"],
        "materials": {"form": {"title": "title"}},
        "received": ["received"],
        "produced": ["makes"],
        "applied": ["applies for"],
    },
}


@pytest.mark.parametrize("form", OCEL)
@pytest.mark.parametrize("mapping", [{}, PEOPLE])
def test_an_ocel_log_with_people_units_records_and_changes(
    form: Form, mapping: dict[str, Any], tmp_path: Path
) -> None:
    path = write_json(HALL, tmp_path / "hall.json")
    round_trip(tmp_path, form, _of_file(path, **mapping), "hall")


@pytest.mark.parametrize("form", OCEL)
def test_a_log_with_everything_that_a_mapping_names(form: Form, tmp_path: Path) -> None:
    text = (
        "id,case,what,when,entered,who,unit,as,stage,item,outcome,region,way,accepted,number,name,phone,paper,kept,pay\n"
        "1,A,受理,2024-01-02 09:00,2024-01-03,Ann,North,clerk,受理,I1,ok,R,web,2024-01-01,11010519491231002X,王,139,"
        "申请表,K1,100\n"
        "2,A,办结,2024-01,,Bob,North,,办结,I1,,R,web,2024-01-01,,,,,,\n"
        "3,B,办结,2024,,,,,odd,I2,,,,,,李,,身份证,K2;K1,\n"
    )
    path = tmp_path / "all.csv"
    path.write_text(text, encoding="utf-8")
    columns = {"event": "id", "case": "case", "activity": "what", "instant": "when", "recorded": "entered"}
    columns |= {"actor": "who", "unit": "unit", "role": "as", "stage": "stage", "item": "item", "outcome": "outcome"}
    mapping = {
        "columns": {**columns, "region": "region", "channel": "way", "accepted": "accepted"},
        "applicants": [
            {"number": "number", "name": "name", "role": {"constant": "applicant"}, "facts": {"phone": "phone"}}
        ],
        "materials": [
            {"link": "received", "title": "paper", "qualifier": {"constant": "原件"}},
            {"link": "used", "separator": ";", "key": "kept"},
        ],
        "facts": [{"field": "pay", "column": "pay", "unit": "yuan", "about": "case"}],
    }
    round_trip(tmp_path, form, _of_file(path, **mapping), "all")


@pytest.mark.parametrize("form", OCEL)
def test_an_archive_of_catalogues_standards_and_volumes(form: Form, tmp_path: Path) -> None:
    """All asserted labels; decisions, and what follows from them, stay behind."""
    file = tmp_path / f"out{ENDING[form]}"
    with archive("duckdb:///:memory:") as (store, settings):
        write_all(store, settings)
        before = content(store)
        export(store, settings, LOCAL_OPERATOR, SelectionRequest(), form, file)
    with archive("duckdb:///:memory:") as (store, settings):
        load(store, settings, file, system="sample")
        after = content(store)
    decided = {"Decision", "DECIDES", "SAME_AS"}
    derived = {"NEXT", "UNDER", "OF_TYPE", "Person", "Organisation", "Case"}
    places = {"IN_CASE"}  # Numbered anew: by hand they have none.
    found = differences(_stated(before), _stated(after))
    assert set(found) <= decided | derived | places
    assert {row[0] for row in before["Person"]} == {row[0] for row in after["Person"]}


_KEYS = st.sampled_from(
    ["note", "Note", "org:group", "Resource", "ocel:id", "费用", "dossier:stage", "a b", "case:x"]
)
_TEXT = st.text(
    st.characters(min_codepoint=32, max_codepoint=0x2FFF, exclude_categories=["Cs", "Cn"]), min_size=1, max_size=6
)
_PLAIN = st.one_of(
    st.tuples(st.just("string"), _TEXT),
    st.tuples(st.just("int"), st.integers(-(2**63), 2**63 - 1).map(str)),
    st.tuples(st.just("float"), st.sampled_from(["0.5", "1", "1e3", "INF", "NaN", "0.10", "-7.25"])),
    st.tuples(st.just("boolean"), st.sampled_from(["true", "false", "1"])),
    st.tuples(st.just("date"), st.sampled_from(["2024-01-02T03:04:05+08:00", "2024", "soon", "2024-01-02"])),
    st.tuples(st.just("id"), _TEXT),
)


@st.composite
def _attributes(draw: st.DrawFn, of: Any, depth: int = 0) -> None:
    for key in draw(st.lists(_KEYS, max_size=3)):
        tag, value = draw(_PLAIN)
        one = etree.SubElement(of, tag, key=key, value=value)
        if depth < 2 and draw(st.integers(0, 5)) == 0:
            draw(_attributes(one, depth + 1))
        if depth < 2 and draw(st.integers(0, 7)) == 0:
            inner = etree.SubElement(of, draw(st.sampled_from(["container", "list"])), key=f"{key} more")
            target = inner if inner.tag == "container" else etree.SubElement(inner, "values")
            draw(_attributes(target, depth + 1))


@st.composite
def xes_logs(draw: st.DrawFn) -> bytes:
    """Logs with attributes of all kinds under names of all kinds, events without instant or actor, equal events."""
    log = etree.Element("log")
    for number in range(draw(st.integers(1, 3))):
        trace = etree.SubElement(log, "trace")
        etree.SubElement(trace, "string", key="concept:name", value=f"案 {number}")
        draw(_attributes(trace))
        for _ in range(draw(st.integers(0 if number else 1, 4))):
            event = etree.SubElement(trace, "event")
            etree.SubElement(
                event, "string", key="concept:name", value=draw(st.sampled_from(["受理", "look", "<&>"]))
            )
            at = draw(
                st.sampled_from(
                    [
                        None,
                        "2024-01-02T00:00:00+01:00",
                        "2024-01-02T09:00:00.250Z",
                        "2024-01-02T09:00+08:00",
                        "2024-01-02T09:00:00+08:00",
                    ]
                )
            )
            if at:
                etree.SubElement(event, "date", key="time:timestamp", value=at)
            who = draw(st.sampled_from([None, "Ann", "王五"]))
            if who:
                etree.SubElement(event, "string", key="org:resource", value=who)
                if draw(st.booleans()):
                    etree.SubElement(event, "string", key="org:role", value="role: x")
            if draw(st.booleans()):
                etree.SubElement(event, "string", key="lifecycle:transition", value="complete")
            draw(_attributes(event))
    return etree.tostring(log)


@SLOW
@pytest.mark.parametrize("form", ENDING)
@examples(max_examples=15, suppress_health_check=[HealthCheck.too_slow])
@given(text=xes_logs())
def test_made_xes_logs(form: Form, text: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "made.xes"
        path.write_bytes(text)
        round_trip(Path(folder), form, _of_file(path), "made")


_VALUES = {
    "string": _TEXT,
    "integer": st.integers(-(2**63), 2**63 - 1),
    "float": st.floats(allow_nan=False, allow_infinity=False),
    "boolean": st.booleans(),
    "time": st.sampled_from(["2024-01-02T03:04:05+08:00", "2024-01-02T03:04:05.250Z"]),
}
_TYPES = {
    "item": {"fee": "float", "n": "integer"},
    "person": {"card": "string", "full name": "string"},
    "thing": {"n": "string", "since": "time", "ok": "boolean"},
}
_TIMES = st.sampled_from(["2024-01-02T09:00:00+08:00", "2024-01-02T09:00:00.250Z", "2024-01-03T00:00:00+08:00"])
_QUALIFIERS = st.sampled_from(
    ["", "x", "RECEIVED", "BY: role", 'dossier:{"type":"USED"}', "applies for", "makes", "a, b"]
)


@st.composite
def ocel_models(draw: st.DrawFn) -> Model:
    """Objects of three types with changes, events in several of them, relations of every wording."""
    objects = []
    ids = [f"{type_[0]}{number}" for type_ in _TYPES for number in range(draw(st.integers(0, 2)))]
    for id_ in ids:
        type_ = next(t for t in _TYPES if t[0] == id_[0])
        fields = _TYPES[type_]
        values = {n: draw(_VALUES[k]) for n, k in fields.items() if draw(st.booleans())}
        changes = tuple(
            (name, draw(_VALUES[fields[name]]), draw(_TIMES))
            for name in draw(st.lists(st.sampled_from(sorted(fields)), max_size=2))
        )
        relations = tuple((other, draw(_QUALIFIERS)) for other in draw(st.lists(st.sampled_from(ids), max_size=2)))
        objects.append(Entry(id_, type_, None, values, changes, relations))
    events = []
    for number in range(draw(st.integers(0, 4))):
        relations = (
            tuple((o, draw(_QUALIFIERS)) for o in draw(st.lists(st.sampled_from(ids), max_size=3))) if ids else ()
        )
        values = {"note": draw(_TEXT)} if draw(st.booleans()) else {}
        events.append(Entry(f"e{number}", "受理", draw(st.none() | _TIMES), values, (), relations))
    return Model({"受理": {"note": "string"}}, _TYPES, tuple(events), tuple(objects))


MADE = {
    "objects": {
        "cases": ["item"],
        "persons": {"person": {"id_no": "card", "name": "full name"}},
        "produced": ["makes"],
        "applied": ["applies for"],
    }
}


@SLOW
@pytest.mark.parametrize("form", OCEL)
@pytest.mark.parametrize("mapping", [{}, MADE])
@examples(max_examples=15, suppress_health_check=[HealthCheck.too_slow])
@given(model=ocel_models())
def test_made_ocel_logs(form: Form, mapping: dict[str, Any], model: Model) -> None:
    with tempfile.TemporaryDirectory() as folder:
        round_trip(Path(folder), form, _of_file(write_json(model, Path(folder) / "made.json"), **mapping), "made")


@pytest.mark.parametrize("form", OCEL)
def test_numbers_of_an_ocel_log_at_their_limits(form: Form, tmp_path: Path) -> None:
    fees = (-0.0, 0.0, 5e-324, 1.7976931348623157e308, 0.1, -3.0)
    objects = tuple(Entry(f"i{n}", "item", None, {"fee": fee}, (), ()) for n, fee in enumerate(fees))
    model = Model({"受理": {"note": "string"}}, _TYPES, (), objects)
    round_trip(tmp_path, form, _of_file(write_json(model, tmp_path / "made.json"), **MADE), "made")


@pytest.mark.parametrize("form", ENDING)
def test_a_log_loaded_in_parts_and_an_attribute_named_as_a_field(form: Form, tmp_path: Path) -> None:
    first = log(tmp_path, "a.csv", "1,look,2024-01-02T09:00:00+08:00,Ann,North,,web,x")
    second = log(tmp_path, "b.csv", "1,end,2024-01-03T09:00:00+08:00,Bob,,clerk,web,y")

    def fill(store: Store, settings: Settings) -> None:
        load(store, settings, first, system="s", columns={"unit": "note"})
        load(store, settings, second, system="s", columns={"unit": "note"})

    round_trip(tmp_path, form, fill, "s")


@pytest.mark.parametrize("form", OCEL)
def test_an_event_without_an_instant_in_two_cases(form: Form, tmp_path: Path) -> None:
    events = (
        Entry("e0", "受理", "2024-01-02T09:00:00+08:00", relations=(("i0", ""),)),
        Entry("e1", "受理", None, relations=(("i0", ""), ("i1", ""))),
        Entry("e2", "受理", "2024-01-01T09:00:00+08:00", relations=(("i1", ""), ("i0", ""))),
    )
    model = Model({"受理": {}}, {"item": {}}, events, (Entry("i0", "item"), Entry("i1", "item")))
    path = write_json(model, tmp_path / "made.json")
    round_trip(tmp_path, form, _of_file(path, objects={"cases": ["item"]}), "made")
