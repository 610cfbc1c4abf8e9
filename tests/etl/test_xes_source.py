"""XES logs: events and traces as columns, what is refused, and files that cannot be read."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from etl import xes_attributes
from etl.csv_source import read_csv
from etl.source_rows import SourceRows
from etl.xes_source import read_xes
from graph.errors import UnreadableInput

REPOSITORY = Path(__file__).parents[2]
NAMESPACE = "http://www.xes-standard.org/"

Write = Callable[[str | bytes], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def _write(content: str | bytes) -> Path:
        path = tmp_path / "log.xes"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return _write


def columns_of(read: SourceRows) -> dict[tuple[str, str, str], list[str | None]]:
    return {(column.scope, column.name, column.kind): column.values.to_pylist() for column in read.columns}


def refused_of(read: SourceRows) -> list[tuple[Any, ...]]:
    return [tuple(row.values()) for row in read.refused.to_pylist()]


def event(*attributes: str) -> str:
    return f"<event>{''.join(attributes)}</event>"


def string(key: str, value: str) -> str:
    return f'<string key="{key}" value="{value}"/>'


TWO_TRACES = """
  <!-- a comment --><?a instruction?>
  <trace>
    <string key="concept:name" value="c1"/>
    <int key="n" value="12"/>
    <event>
      <string key="concept:name" value="a&amp;b"/>
      <date key="time:timestamp" value="2026-01-01T08:00:00+08:00"/>
      <string key="org:resource" value=""/>
    </event>
    <event><string key="concept:name" value="审批"/><!-- here too --><boolean key="ok" value="true"/></event>
  </trace>
  <trace><string key="concept:name" value="empty"/><float key="x" value="1.50"/></trace>
  <trace><string key="concept:name" value="c2"/>
    <event><string key="concept:name" value="c"/><id key="identity:id" value="F00"/></event>
  </trace>
"""


@pytest.mark.parametrize(
    "opening",
    [
        '<?xml version="1.0" encoding="UTF-8"?><log xes.version="1849.2016">',
        f'<log xmlns="{NAMESPACE}" xes.version="1849.2023">',
        '<log xmlns="http://www.xes-standard.org" openxes.version="1.0RC7">',
    ],
)
def test_events_come_out_in_order_with_what_their_trace_says(write: Write, opening: str) -> None:
    read = read_xes(write(opening + TWO_TRACES + "</log>\n<!-- the end -->\n"))
    assert columns_of(read) == {
        ("case", "concept:name", "text"): ["c1", "c1", "c2"],
        ("case", "n", "int"): ["12", "12", None],
        ("event", "concept:name", "text"): ["a&b", "审批", "c"],
        ("event", "org:resource", "text"): [None, None, None],
        ("event", "time:timestamp", "date"): ["2026-01-01T08:00:00+08:00", None, None],
        ("event", "ok", "boolean"): [None, "true", None],
        ("event", "identity:id", "id"): [None, None, "F00"],
    }
    assert read.numbers.to_pylist() == [1, 2, 3]
    assert {(column.name, column.kind): column.values.to_pylist() for column in read.empty_cases} == {
        ("concept:name", "text"): ["empty"],
        ("x", "float"): ["1.50"],
    }
    assert read.empty_numbers.to_pylist() == [2]
    assert read.refused.num_rows == 0 and read.remarks == ()


def test_a_prefix_for_the_namespace_makes_no_difference(write: Write) -> None:
    inside = '<x:trace><x:event><x:int key="a" value="1"/></x:event></x:trace>'
    text = f'<x:log xmlns:x="{NAMESPACE}">{inside}</x:log>'
    assert columns_of(read_xes(write(text))) == {("event", "a", "int"): ["1"]}


def test_values_of_traces_are_not_copied_for_each_event(write: Write) -> None:
    trace = f"<trace>{string('a', 'x' * 50)}{string('b', '')}{event() * 1000}</trace>"
    read = read_xes(write(f"<log>{trace * 3}</log>"))
    a, b = (column.values for column in read.columns)
    assert isinstance(a, pa.DictionaryArray) and a.dictionary.to_pylist() == ["x" * 50]
    assert a.null_count == 0 and b.null_count == 3000 and b.to_pylist() == [None] * 3000


def test_a_key_with_two_kinds_is_two_columns_and_twice_in_one_element_is_renamed(write: Write) -> None:
    read = read_xes(
        write(
            "<log><trace>"
            + event(string("a", "1"), '<int key="a" value="2"/>', string("a", "3"))
            + event('<int key="a" value="4"/>')
            + event(string("a~2", "5"), string("a", "6"), string("a", "7"))
            + "</trace></log>"
        )
    )
    assert columns_of(read) == {
        ("event", "a", "text"): ["1", None, "6"],
        ("event", "a", "int"): [None, "4", None],
        ("event", "a~2", "int"): ["2", None, None],
        ("event", "a~2", "text"): [None, None, "5"],
        ("event", "a~3", "text"): ["3", None, "7"],
    }


@pytest.mark.parametrize(
    ("attribute", "expected"),
    [
        (
            '<int key="k" value="3"><string key="b" value="é"/><float key="a" value=""/></int>',
            '{"int":"3","nested":{"a":{"float":null},"b":{"text":"é"}}}',
        ),
        (
            '<string key="k" value="v"><string key="a" value="1"><id key="z" value="2"/></string>'
            '<string key="a" value="3"/></string>',
            '{"nested":{"a":{"nested":{"z":{"id":"2"}},"text":"1"},"a~2":{"text":"3"}},"text":"v"}',
        ),
        ('<list key="k"/>', '{"list":[]}'),
        (
            '<list key="k"><string key="a" value="1"/><int key="a" value="2"/></list>',
            '{"list":[{"key":"a","text":"1"},{"int":"2","key":"a"}]}',
        ),
        (
            '<list key="k"><string key="b" value="x"/><values><int key="a" value="2"/></values></list>',
            '{"list":[{"int":"2","key":"a"}],"nested":{"b":{"text":"x"}}}',
        ),
        (
            '<container key="k"><date key="d" value="2026-01-01"/><list key="l"><values/></list></container>',
            '{"container":{"d":{"date":"2026-01-01"},"l":{"list":[]}}}',
        ),
    ],
)
def test_lists_containers_and_nested_attributes_are_canonical_json(
    write: Write, attribute: str, expected: str
) -> None:
    for opening in ("<log>", f'<log xmlns="{NAMESPACE}">'):
        read = read_xes(write(f"{opening}<trace>{attribute}{event(attribute)}</trace></log>"))
        assert columns_of(read) == {("case", "k", "nested"): [expected], ("event", "k", "nested"): [expected]}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("int", "abc"),
        ("int", "9223372036854775808"),
        ("int", "-9223372036854775809"),
        ("int", "9" * 5000),
        ("int", "1.0"),
        ("int", "1_000"),
        ("int", "１２"),
        ("float", "x"),
        ("float", "1,5"),
        ("float", "0x10"),
        ("boolean", "yes"),
    ],
)
def test_a_value_that_is_not_of_its_type_refuses_the_event(write: Write, name: str, value: str) -> None:
    bad = f'<{name} key="k" value="{value}"/>'
    for attribute in (bad, f'<list key="l">{bad}</list>', f'<string key="s" value="">{bad}</string>'):
        read = read_xes(
            write(f"<log><trace>{event(string('new', 'x'), attribute)}{event(string('a', 'b'))}</trace></log>")
        )
        assert columns_of(read) == {("event", "a", "text"): ["b"]}
        assert read.numbers.to_pylist() == [2]
        ((row, text, reason),) = refused_of(read)
        assert row == 1 and text == event(string("new", "x"), attribute)
        assert reason == f"attribute 'k' is '{value}', which is no {name}"


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("int", ["9223372036854775807", "-9223372036854775808", "+7", " 12 ", "0" * 5000 + "1", ""]),
        ("float", ["1", "-.5", "2.", "2.3832541524E7", "1e-3", "INF", "-INF", "NaN", ""]),
        ("boolean", ["true", "false", "1", "0", "True", ""]),
        ("date", ["no date", "2026-13-01", ""]),
    ],
)
def test_values_of_their_type_stay_as_they_stand(write: Write, name: str, values: list[str]) -> None:
    events = [event(f'<{name} key="k" value="{value}"/>') for value in values]
    read = read_xes(write(f"<log><trace>{''.join(events)}</trace></log>"))
    assert columns_of(read) == {("event", "k", name): [value or None for value in values]}


def test_a_bad_trace_attribute_refuses_every_event_of_that_trace(write: Write) -> None:
    bad = '<int key="n" value="abc"/>'
    good = f"<trace>{string('concept:name', 'good')}{event(string('a', '1'))}</trace>"
    for trace in (
        f"<trace>{bad}{event(string('a', '2'))}{event(string('a', '3'))}</trace>",
        f"<trace>{event(string('a', '2'))}{bad}{event(string('a', '3'))}</trace>",
        f"<trace>{event(string('a', '2'))}{event(string('a', '3'))}{bad}</trace>",
    ):
        read = read_xes(write(f"<log>{good}{trace}{good}</log>"))
        reason = "trace 2, to which the event belongs: attribute 'n' is 'abc', which is no int"
        assert refused_of(read) == [
            (2, event(string("a", "2")), reason),
            (3, event(string("a", "3")), reason),
        ]
        assert read.numbers.to_pylist() == [1, 4]
        assert columns_of(read) == {
            ("case", "concept:name", "text"): ["good", "good"],
            ("event", "a", "text"): ["1", "1"],
        }


def test_a_bad_attribute_of_a_trace_without_events_refuses_that_trace(write: Write) -> None:
    read = read_xes(write('<log><trace/><trace><int key="n" value="abc"/></trace></log>'))
    assert read.empty_numbers.to_pylist() == [1] and read.empty_cases == ()
    ((row, text, reason),) = refused_of(read)
    assert (row, text) == (2, '<trace><int key="n" value="abc"/></trace>')
    assert reason == "trace 2, without events: attribute 'n' is 'abc', which is no int"


def test_trace_attributes_after_the_events_count_as_well(write: Write) -> None:
    read = read_xes(write(f"<log><trace>{event()}{string('a', '1')}{event()}{string('b', '2')}</trace></log>"))
    assert columns_of(read) == {("case", "a", "text"): ["1", "1"], ("case", "b", "text"): ["2", "2"]}


def test_events_outside_a_trace_are_refused_and_counted(write: Write) -> None:
    inside = f"<trace>{event(string('a', '2'))}</trace>"
    read = read_xes(write(f"<log>{event(string('a', '1'))}{inside}{event(string('a', '3'))}</log>"))
    assert columns_of(read) == {("event", "a", "text"): ["2"]}
    assert read.numbers.to_pylist() == [2]
    assert refused_of(read) == [
        (1, event(string("a", "1")), "an event outside a trace"),
        (3, event(string("a", "3")), "an event outside a trace"),
    ]


@pytest.mark.parametrize(
    ("child", "reason"),
    [
        ("<string value='x'/>", "a <string> has no key"),
        ("<money key='k' value='1'/>", "<money> is no attribute of XES"),
        ("<list key='k'><money key='m' value='1'/></list>", "<money> is no attribute of XES"),
        ("<x:int xmlns:x='urn:x' key='k' value='1'/>", "<{urn:x}int> is no attribute of XES"),
        ("<x:event xmlns:x='urn:x'/>", "<{urn:x}event> is no attribute of XES"),
    ],
)
def test_what_is_no_attribute_refuses_the_event(write: Write, child: str, reason: str) -> None:
    read = read_xes(write(f"<log><trace>{event(child)}</trace></log>"))
    assert [row[2] for row in refused_of(read)] == [reason]
    assert len(read.numbers) == 0 and read.columns == ()


def test_a_trace_in_a_trace_is_refused_with_its_line(write: Write) -> None:
    for inner in ("<trace/>", f"<trace>{event()}</trace>"):
        for around in (f"{event()}\n{inner}", f"\n{inner}{event()}"):
            with pytest.raises(UnreadableInput, match="line 2: a <trace> that is not directly in <log>"):
                read_xes(write(f"<log><trace>{around}</trace></log>"))


def test_the_header_is_what_the_log_says_and_no_default_is_applied(write: Write) -> None:
    read = read_xes(
        write(
            f'<log xmlns="{NAMESPACE}" xes.version="1.0" xes.features="nested-attributes">'
            '<extension name="Concept" prefix="concept" uri="http://x/"/>'
            '<global scope="trace"><string key="concept:name" value="UNKNOWN"/></global>'
            '<global scope="event"><int key="n" value="0"/></global>'
            '<classifier name="Activity" keys="concept:name"/><string key="名" value="日志"/>'
            '<float key="f" value="1.5"><float key="g" value="2"/></float><int key="bad" value="x"/>'
            f"<trace>{event(string('a', 'b'))}</trace></log>"
        )
    )
    assert read.header is not None
    said = json.loads(read.header)
    assert read.header == json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert said == {
        "attributes": {
            "名": {"text": "日志"},
            "f": {"float": "1.5", "nested": {"g": {"float": "2"}}},
        },
        "classifiers": [{"name": "Activity", "keys": "concept:name"}],
        "extensions": [{"name": "Concept", "prefix": "concept", "uri": "http://x/"}],
        "globals": [
            {"scope": "trace", "attributes": {"concept:name": {"text": "UNKNOWN"}}},
            {"scope": "event", "attributes": {"n": {"int": "0"}}},
        ],
        "log": {"xes.version": "1.0", "xes.features": "nested-attributes"},
    }
    assert read.remarks == ("In the log's header, attribute 'bad' is 'x', which is no int; it was left out.",)
    assert columns_of(read) == {("event", "a", "text"): ["b"]}


def test_foreign_elements_in_a_log_are_said(write: Write) -> None:
    read = read_xes(write(f"<log><vendor/><trace>{event()}</trace></log>"))
    assert read.remarks == ("Elements of the log that are not of XES were left out: <vendor>.",)


def test_a_log_without_traces_is_no_rows(write: Write) -> None:
    read = read_xes(write("<log/>"))
    assert read.columns == () and len(read.numbers) == 0 and read.numbers.type == pa.int64()


Attribute = tuple[str, str, str]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.booleans(),
            st.lists(
                st.dictionaries(st.sampled_from("abcdefgh"), st.sampled_from(["", "1", "x"]), max_size=5),
                max_size=6,
            ),
        ),
        max_size=8,
    ),
    st.integers(1, 4),
)
def test_sparse_columns_stay_aligned_over_chunks(
    tmp_path_factory: pytest.TempPathFactory,
    traces: list[tuple[bool, list[dict[str, str]]]],
    chunk: int,
) -> None:
    """Key `a` is an int, so that 'x' there refuses the event; the others are text."""
    kind = {key: "int" if key == "a" else "string" for key in "abcdefgh"}
    text, expected = "", []
    for place, (named, events) in enumerate(traces):
        text += f"<trace>{string('name', str(place)) if named else ''}"
        for attributes in events:
            text += event(*(f'<{kind[key]} key="{key}" value="{attributes[key]}"/>' for key in attributes))
            if attributes.get("a") != "x":
                said = {key: value or None for key, value in attributes.items()}
                expected.append({"name": str(place) if named else None, **said})
        text += "</trace>"
    path = tmp_path_factory.mktemp("sparse") / "log.xes"
    path.write_text(f"<log>{text}</log>")
    with patch.object(xes_attributes, "CHUNK", chunk):
        read = read_xes(path)
    assert len(read.numbers) == len(expected)
    assert all(len(column.values) == len(expected) for column in read.columns)
    found = {column.name: column.values.to_pylist() for column in read.columns}
    for key in ("name", *"abcdefgh"):
        assert found.get(key, [None] * len(expected)) == [row.get(key) for row in expected]
    assert len(read.empty_numbers) == sum(not events for _, events in traces)


WHOLE = (
    f'<?xml version="1.0"?>\n<log xmlns="{NAMESPACE}">\n<string key="k" value="v"/>\n<trace>'
    f'<string key="n" value="é"/>\n<event><list key="l"><values/></list></event>\n<event/></trace>\n'
    "<trace/></log>"
).encode()


@pytest.mark.parametrize("size", range(1, len(WHOLE)))
def test_a_log_cut_anywhere_is_refused(write: Write, size: int) -> None:
    with pytest.raises(UnreadableInput, match=r"log\.xes line \d"):
        read_xes(write(WHOLE[:size]))


def test_a_log_cut_between_two_elements_says_so(write: Write) -> None:
    lines = [f"<trace>{event(string('a', 'x' * 500))}</trace>\n"] * 400
    with pytest.raises(UnreadableInput, match=r"line 401 .*Premature end.*cut off; fetch it again"):
        read_xes(write("<log>" + "".join(lines)))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"hello, world", "line 1 is not XML"),
        (b"a,b\n1,2\n", "line 1 is not XML"),
        (b"<?xml version='1.0'?>\n", "line 2 is not XML: no element found"),
        (b"<pnml><net/></pnml>", "no XES log: its root is <pnml> and not <log>"),
        (b"<log><logentry revision='1'/></log>", "no XES log: its <log> holds <logentry>"),
        (b"<log><trace></log>", "line 1 cannot be read as XML: Opening and ending tag mismatch"),
        (b"<log>\n</log>\nmore", "line 3 cannot be read as XML: Extra content"),
        (b"<log></log><log></log>", "Extra content"),
        (b"<log>\n<trace>&nope;</trace></log>", "line 2 .*Entity 'nope' not defined"),
        (b"<log>\n\n<trace><event><string key='a' value='&nope;'/></event></trace></log>", "line 3 .*'nope'"),
        ("<log>\n<trace><string key='a' value='受理'/></trace></log>".encode("gbk"), "line 2 .*[Ee]ncoding"),
        (b"<?xml version='1.0' encoding='klingon'?><log/>", "encoding 'klingon' is not known"),
        (b"<?xml version='1.0' encoding='utf-7'?><log/>", "encoding 'utf-7' is not known"),
        (b"<log>" + b"<a>" * 300 + b"</a>" * 300 + b"</log>", "Excessive depth"),
        (b"<log><trace a='" + b"x" * 11_000_000 + b"'/></log>", "Resource limit exceeded"),
        (b"<!--" + b"x" * 2_000_000 + b"--><log/>", "no element opens within its first 1,048,576 bytes"),
    ],
)
def test_what_is_no_xes_log_is_refused_with_the_reason(write: Write, content: bytes, message: str) -> None:
    with pytest.raises(UnreadableInput, match=f"(?s){message}") as caught:
        read_xes(write(content))
    assert "log.xes" in caught.value.message and caught.value.remedy


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "gb18030", "gbk", "big5", "iso-8859-1"])
def test_the_declared_encoding_is_used(write: Write, encoding: str) -> None:
    value = "é" if encoding == "iso-8859-1" else "受理"
    declared = encoding.removesuffix("-sig")
    text = f'<?xml version="1.0" encoding="{declared}"?><log><trace>{event(string("a", value))}</trace></log>'
    assert columns_of(read_xes(write(text.encode(encoding)))) == {("event", "a", "text"): [value]}


def test_gzip_is_unpacked_and_a_cut_one_refused(write: Write) -> None:
    events = "".join(event(string("a", str(place * place))) for place in range(5000))
    packed = gzip.compress(f"<log><trace>{events}</trace></log>".encode())
    assert len(read_xes(write(packed)).numbers) == 5000
    for size in (20, len(packed) // 2, len(packed) - 1):
        with pytest.raises(UnreadableInput, match=r"gzip data is cut off; [\d,]+ bytes"):
            read_xes(write(packed[:size]))
    for empty in (b"", gzip.compress(b"")):
        with pytest.raises(UnreadableInput, match=r"is empty|unpacks to 0 bytes"):
            read_xes(write(empty))


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
QUADRATIC = f'<!ENTITY q "{"q" * 100_000}">'

HOSTILE = {
    "declaration alone": "<!DOCTYPE log><log/>",
    "external declaration": '<!DOCTYPE log SYSTEM "{pipe}"><log/>',
    "file into text": '<!DOCTYPE log [<!ENTITY x SYSTEM "{pipe}">]><log><trace>&x;</trace></log>',
    "file into attribute": '<!DOCTYPE log [<!ENTITY x SYSTEM "{pipe}">]><log a="&x;"/>',
    "file as parameter": '<!DOCTYPE log [<!ENTITY % x SYSTEM "{pipe}"> %x;]><log/>',
    "laughs in text": f'<!DOCTYPE log [<!ENTITY l0 "ha">{LAUGHS}]><log><trace>&l11;</trace></log>',
    "laughs in attribute": f'<!DOCTYPE log [<!ENTITY l0 "ha">{LAUGHS}]><log a="&l11;"/>',
    "quadratic": f"<!DOCTYPE log [{QUADRATIC}]><log><trace>{'&q;' * 50_000}</trace></log>",
}

READ_HOSTILE = """
import resource, sys
from pathlib import Path
from etl.xes_source import read_xes
from graph.errors import UnreadableInput
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
for path in sorted(Path(sys.argv[1]).glob("*.xes")):
    try:
        read_xes(path)
        print(path.name, "was read")
    except UnreadableInput as error:
        print(error)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


def in_own_process(program: str, *arguments: object) -> list[str]:
    """Lines that the program prints; a program that hangs fails."""
    done = subprocess.run(
        [sys.executable, "-c", program, *map(str, arguments)],
        cwd=REPOSITORY, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_document_type_declarations_are_refused_before_any_entity_is_read(tmp_path: Path) -> None:
    """Whoever opens the pipe hangs; whoever expands the entities needs gigabytes."""
    pipe = tmp_path / "secret"
    os.mkfifo(pipe)
    for name, text in HOSTILE.items():
        for encoding in ("utf-8", "utf-16"):
            content = text.replace("{pipe}", pipe.as_uri()).encode(encoding)
            (tmp_path / f"{name} {encoding}.xes").write_bytes(content)
            (tmp_path / f"{name} {encoding} packed.xes").write_bytes(gzip.compress(content))
    *messages, growth = in_own_process(READ_HOSTILE, tmp_path)
    assert len(messages) == 4 * len(HOSTILE)
    assert [line for line in messages if "line 1 has a document type declaration (<!DOCTYPE)" not in line] == []
    assert int(growth) < 20_000  # KiB


def test_a_hidden_declaration_is_refused_too(write: Write) -> None:
    """UTF-7 writes '<' as '+ADw-', which only some XML readers know."""
    hidden = '<?xml version="1.0" encoding="utf-7"?>+ADwAIQ-DOCTYPE log [+ADwAIQ-ENTITY a "b">]><log b="&a;"/>'
    with pytest.raises(UnreadableInput, match="encoding 'utf-7' is not known"):
        read_xes(write(hidden))


READ_LARGE = """
import resource, sys
from pathlib import Path
import pandas
from etl.xes_source import read_xes
read_xes(Path(sys.argv[1]))
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
read = read_xes(Path(sys.argv[2]))
print(len(read.numbers), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


@pytest.mark.parametrize("in_a_trace", [1, 60_000])
def test_memory_stays_far_below_the_size_of_the_tree(tmp_path: Path, in_a_trace: int) -> None:
    """60,000 events with 8 attributes are a tree of about 200 MB, and a table of 8 MB."""

    def log(name: str, count: int) -> Path:
        events = [event(*(string(f"k{key}", f"value {place}") for key in range(8))) for place in range(count)]
        traces = ["".join(events[start : start + in_a_trace]) for start in range(0, count, in_a_trace)]
        path = tmp_path / name
        path.write_text("<log>" + "".join(f"<trace>{trace}</trace>\n" for trace in traces) + "</log>")
        return path

    (line,) = in_own_process(READ_LARGE, log("small.xes", 9000), log("large.xes", 60_000))
    count, growth = map(int, line.split())
    assert count == 60_000 and growth < 60_000  # KiB


def distinct(read: SourceRows, name: str, scope: str = "event") -> set[str | None]:
    (column,) = (column for column in read.columns if (column.name, column.scope) == (name, scope))
    return set(column.values.unique().to_pylist())


@pytest.mark.real
@pytest.mark.parametrize(
    "name",
    [
        "receipt.xes.gz",
        "BPIC15_1.xes.gz",
        "BPIC13_closed_problems.xes.gz",
        "BPIC20_DomesticDeclarations.xes.gz",
        "running-example.xes",
    ],
)
def test_real_logs_come_out_whole(real_data: Path, name: str) -> None:
    expected = json.loads((real_data / "expected.json").read_text())[name]
    read = read_xes(real_data / "logs" / name)
    assert read.numbers.to_pylist() == list(range(1, expected["events"] + 1))
    assert read.refused.num_rows == 0 and len(read.empty_numbers) == 0 and read.remarks == ()
    assert all(len(column.values) == expected["events"] for column in read.columns)
    assert len(distinct(read, "concept:name", "case")) == expected["cases"]
    assert len(distinct(read, "concept:name")) == expected["activities"]
    assert len(distinct(read, "org:resource") - {None}) == expected["actors"]
    instants = [datetime.fromisoformat(str(text)) for text in distinct(read, "time:timestamp")]
    assert min(instants) == datetime.fromisoformat(expected["first"])
    assert max(instants) == datetime.fromisoformat(expected["last"])


@pytest.mark.real
def test_no_default_of_the_receipt_log_is_applied(real_data: Path) -> None:
    read = read_xes(real_data / "logs" / "receipt.xes.gz")
    missing = {column.name: column.values.null_count for column in read.columns if column.scope == "case"}
    assert missing["group"] == 4961 and missing["enddate"] == 617
    assert "UNKNOWN" not in distinct(read, "group", "case")
    assert read.header is not None and "UNKNOWN" in read.header


@pytest.mark.real
@pytest.mark.parametrize("name", ["receipt", "running-example"])
def test_csv_and_xes_of_a_log_give_the_same_cells(real_data: Path, name: str) -> None:
    """Dates apart: XES writes T and milliseconds, the CSV a blank and microseconds, for the same instants."""
    (xes,) = (real_data / "logs").glob(f"{name}.xes*")
    by_xes = {(column.scope, column.name): column for column in read_xes(xes).columns}
    by_csv = {(column.scope, column.name): column for column in read_csv(xes.parent / f"{name}.csv").columns}
    assert by_xes.keys() == by_csv.keys()
    for key, column in by_xes.items():
        one, other = column.values.to_pylist(), by_csv[key].values.to_pylist()
        if column.kind == "date":
            one, other = ([text and datetime.fromisoformat(text) for text in side] for side in (one, other))
            assert [at and at.utcoffset() for at in one] == [at and at.utcoffset() for at in other]
        assert one == other, key


@pytest.mark.real
def test_bpic13_starts_with_a_byte_order_mark(real_data: Path) -> None:
    path = real_data / "logs" / "BPIC13_closed_problems.xes.gz"
    with gzip.open(path) as source:
        assert source.read(3) == b"\xef\xbb\xbf"
    assert len(read_xes(path).numbers) == 6660
