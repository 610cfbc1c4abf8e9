"""CSV files: rows, their line numbers, encodings, and files that cannot be read."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import os
import random
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from etl import csv_source
from etl.csv_source import read_csv
from etl.file_bytes import digest, open_bytes
from etl.source_rows import SourceRows
from graph.errors import UnreadableInput, UsageError

Write = Callable[[str | bytes], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def _write(content: str | bytes) -> Path:
        path = tmp_path / "log.csv"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return _write


def rows_of(read: SourceRows) -> list[tuple[int, tuple[str | None, ...]]]:
    values = [column.values.to_pylist() for column in read.columns]
    return list(zip(read.numbers.to_pylist(), zip(*values, strict=True), strict=True))


def names_of(read: SourceRows) -> list[tuple[str, str]]:
    return [(column.scope, column.name) for column in read.columns]


def refused_of(read: SourceRows) -> list[tuple[Any, ...]]:
    return [tuple(row.values()) for row in read.refused.to_pylist()]


def test_every_value_is_the_text_of_the_file(write: Write) -> None:
    read = read_csv(write('case:id,name,n\n007,"Wang, ""Li""",1e3\n,NULL,true\n'))
    assert names_of(read) == [("case", "id"), ("event", "name"), ("event", "n")]
    assert rows_of(read) == [(2, ("007", 'Wang, "Li"', "1e3")), (3, (None, "NULL", "true"))]
    assert {column.kind for column in read.columns} == {"text"}
    coded = pa.dictionary(pa.int32(), pa.string())
    assert all(column.values.type in {pa.string(), coded} for column in read.columns)
    assert read.remarks == () and read.header is None and read.refused.num_rows == 0


def test_numbers_are_the_lines_on_which_rows_start(write: Write) -> None:
    read = read_csv(write('a,b\r\n1,"x\r\ny"\r\n\r\n2\r\n3,"p\rq\n"\r\n,\r\n""\r\n4,z'))
    assert rows_of(read) == [
        (2, ("1", "x\r\ny")),
        (6, ("3", "p\rq\n")),
        (9, (None, None)),
        (11, ("4", "z")),
    ]
    assert refused_of(read) == [
        (5, "2", "1 field where the header has 2"),
        (10, '""', "1 field where the header has 2"),
    ]


def test_rows_with_another_number_of_fields_are_refused_with_their_text(write: Write) -> None:
    read = read_csv(write('a,b\n"1\n1",2,3\n4,5\n6\n'))
    assert rows_of(read) == [(4, ("4", "5"))]
    assert refused_of(read) == [
        (2, '"1\n1",2,3', "3 fields where the header has 2"),
        (5, "6", "1 field where the header has 2"),
    ]


def test_a_header_of_several_lines_after_blank_ones_moves_the_rows_down(write: Write) -> None:
    read = read_csv(write('\n\n"a\nb",c\n1,2\n'))
    assert names_of(read) == [("event", "a\nb"), ("event", "c")]
    assert rows_of(read) == [(5, ("1", "2"))]


def test_an_empty_value_in_quotes_is_a_row_where_a_blank_line_is_none(write: Write) -> None:
    assert rows_of(read_csv(write('a\nx\n\n""\ny\n'))) == [(2, ("x",)), (4, (None,)), (5, ("y",))]


def by_the_csv_module(text: str, width: int) -> tuple[list[Any], list[Any]]:
    reader = csv.reader(io.StringIO(text, newline=""))
    taken, refused, before = [], [], 0
    for place, record in enumerate(reader):
        if place and len(record) == width:
            taken.append((before + 1, tuple(value or None for value in record)))
        elif place and record:
            refused.append((before + 1, f"{len(record)} field"))
        before = reader.line_num
    return taken, refused


def ends_within_quotes(text: str) -> bool:
    ended = text if text[-1] in "\r\n" else text + "\n"
    return list(csv.reader(io.StringIO(ended + "THE END", newline="")))[-1] != ["THE END"]


def read_text(text: str, block: int) -> SourceRows:
    with tempfile.TemporaryDirectory() as folder, patch.object(csv_source, "BLOCK", block):
        path = Path(folder) / "log.csv"
        path.write_bytes(text.encode())
        return read_csv(path, delimiter=",")


SCRAPS = ["a", "中", " ", ",", '"', '""', '"a"', '",', ',"', "\n", "\r\n", "\r", '5" pipe', "\n\n", "x,y\n"]


@settings(max_examples=400, deadline=None)
@given(st.integers(1, 3), st.lists(st.sampled_from(SCRAPS), max_size=25))
def test_any_text_comes_out_as_by_pythons_csv_module(width: int, scraps: list[str]) -> None:
    text = ",".join("pqr"[:width]) + "\n" + "".join(scraps)
    if ends_within_quotes(text):
        with pytest.raises(UnreadableInput, match="never closed"):
            read_text(text, csv_source.BLOCK)
        return
    read = read_text(text, csv_source.BLOCK)
    taken, refused = by_the_csv_module(text, width)
    assert rows_of(read) == taken
    assert [(row, reason.split("s where")[0].split(" where")[0]) for row, _, reason in refused_of(read)] == refused


@st.composite
def tables(draw: st.DrawFn) -> tuple[str, int]:
    width = draw(st.integers(1, 4))
    value = st.text(alphabet='ab,"\n\r 中é', max_size=6)
    out = io.StringIO(newline="")
    quoting = draw(st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]))
    writer = csv.writer(out, quoting=quoting, lineterminator=draw(st.sampled_from(["\n", "\r\n", "\r"])))
    writer.writerow([f"c{place}" for place in range(width)])
    for row in draw(st.lists(st.lists(value, min_size=0, max_size=width + 1), max_size=40)):
        writer.writerow(row)
    return out.getvalue(), width


@settings(max_examples=150, deadline=None)
@given(tables(), st.sampled_from([256, 4096]))
def test_tables_come_out_the_same_in_blocks_of_any_size(table: tuple[str, int], block: int) -> None:
    text, width = table
    read = read_text(text, block)
    taken, refused = by_the_csv_module(text, width)
    assert rows_of(read) == taken
    assert [row for row, _, _ in refused_of(read)] == [row for row, _ in refused]


def test_the_row_numbers_hold_over_many_blocks(write: Write) -> None:
    lots = random.Random(3)
    lines: list[str] = []
    for place in range(30_000):
        text = f"case {place},plain,{'x' * 60}\n"
        lines.append(lots.choices([text, f'"{place}\n",b,c\n', "\n", "short\n"], [90, 4, 3, 3])[0])
    text = "p,q,r\n" + "".join(lines)
    with patch.object(csv_source, "BLOCK", 1 << 16):
        read = read_csv(write(text))
    taken, refused = by_the_csv_module(text, 3)
    assert rows_of(read) == taken
    assert [row for row, _, _ in refused_of(read)] == [row for row, _ in refused]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_delimiter_is_seen_from_the_header(write: Write, delimiter: str) -> None:
    header = delimiter.join(['"a,a;;\tb,,,;;;"', "b", "c", "d", "e", "f", "g", "h", "i"])
    read = read_csv(write(header + "\n" + delimiter.join("123456789") + "\n"))
    assert len(read.columns) == 9 and len(read.numbers) == 1


def test_a_delimiter_given_is_used(write: Write) -> None:
    path = write("a|b,c\n1|2,3\n")
    assert names_of(read_csv(path, delimiter="|")) == [("event", "a"), ("event", "b,c")]
    with pytest.raises(UnreadableInput, match=r"split at ';' there is one column, 'a\|b,c'"):
        read_csv(path, delimiter=";")
    with pytest.raises(UsageError, match="one ASCII character"):
        read_csv(path, delimiter="||")


def test_an_unknown_delimiter_is_reported_with_the_column_seen(write: Write) -> None:
    with pytest.raises(UnreadableInput, match=r"one column, 'a\|b'.*delimiter:"):
        read_csv(write("a|b\n1|2\n"))


def test_a_pandas_index_is_left_out_and_said(write: Write) -> None:
    read = read_csv(write(",a\n0,x\n1,y\n2\n"))
    assert names_of(read) == [("event", "a")]
    assert rows_of(read) == [(2, ("x",)), (3, ("y",))]
    assert "left out" in read.remarks[0]


@pytest.mark.parametrize("values", ["0 0", "1 a", "1 ", "01 2", "1.0 2"])
def test_an_unnamed_column_that_is_no_index_stays(write: Write, values: str) -> None:
    read = read_csv(write(",a,\n" + "".join(f"{value},x,y\n" for value in values.split(" "))))
    assert names_of(read) == [("event", "column 1"), ("event", "a"), ("event", "column 3")]
    assert read.remarks == ()


def test_a_header_alone_is_no_rows(write: Write) -> None:
    for text in ("a,b", "a,b\n", "a,b\r\n\r\n"):
        read = read_csv(write(text))
        assert names_of(read) == [("event", "a"), ("event", "b")]
        assert rows_of(read) == [] and read.numbers.type == pa.int64()


def test_the_same_name_twice_is_refused_by_name(write: Write) -> None:
    with pytest.raises(UnreadableInput, match=r"more than one column is called 'a', 'c'\."):
        read_csv(write("a,b,c,a,c\n1,2,3,4,5\n"))
    assert names_of(read_csv(write("case:a,a\n1,2\n"))) == [("case", "a"), ("event", "a")]


@pytest.mark.parametrize("text", ["1,2\n3,4\n", "2026-01-01 10:00:00,17\n"])
def test_a_file_without_header_is_refused(write: Write, text: str) -> None:
    with pytest.raises(UnreadableInput, match="has no header: its first line is '"):
        read_csv(write(text))


def test_blank_lines_or_blank_names_alone_are_refused(write: Write) -> None:
    with pytest.raises(UnreadableInput, match="only blank lines"):
        read_csv(write("\n\r\n\n"))
    with pytest.raises(UnreadableInput, match="no column names"):
        read_csv(write(",,\n1,2,3\n"))


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('a,b\n1,2\n3,"4\n5,6\n7,8\n', 3),
        ('a,b\n1,"2\n2"\n3,"4', 4),
        ('a,b\n"1",x\n"2","3\n', 3),
        ('a,b\r1,5" pipe\r2,"open', 3),
        ('a,"b\n1,2\n', 1),
        ('a,b\n1,2,3\n"4', 3),
    ],
)
def test_a_quote_that_never_closes_is_named_by_its_line(write: Write, text: str, line: int) -> None:
    with pytest.raises(UnreadableInput, match=f"line {line}: the quote that opens there is never closed"):
        read_csv(write(text))


def test_a_quote_that_swallows_a_large_file_is_named_by_its_line(write: Write) -> None:
    with pytest.raises(UnreadableInput, match="line 4: the quote"):
        read_csv(write('a,b\n1,2\n3,4\n5,"6\n' + "7,8\n" * 2_000_000))
    with pytest.raises(UnreadableInput, match="line 1: the quote"):
        read_csv(write('a,"b\n' + "7,8\n" * 500_000))


def test_a_row_longer_than_a_block_is_refused(write: Write) -> None:
    with pytest.raises(UnreadableInput, match=r"No row may be longer than 4,194,304 bytes"):
        read_csv(write("a,b\n1," + "x" * 9_000_000 + "\n2,y\n"))


def test_utf8_with_and_without_byte_order_mark(write: Write) -> None:
    for mark in (b"", b"\xef\xbb\xbf"):
        read = read_csv(write(mark + "姓名,𠮷\n李四,é\n".encode()))
        assert names_of(read) == [("event", "姓名"), ("event", "𠮷")]
        assert rows_of(read) == [(2, ("李四", "é"))] and read.remarks == ()


def test_gb18030_is_recognised_and_said(write: Write) -> None:
    read = read_csv(write("案件,办理人\n受理,张三，窗口（一）\n审批,李四龘\n".encode("gb18030")))
    assert names_of(read) == [("event", "案件"), ("event", "办理人")]
    assert rows_of(read) == [(2, ("受理", "张三，窗口（一）")), (3, ("审批", "李四龘"))]
    assert "gb18030" in read.remarks[0]


def test_gb18030_over_piece_borders(write: Write) -> None:
    text = "a,b\n" + "".join(f"{'x' * (place % 7)}受理,𠮷审批办结\n" for place in range(90_000))
    read = read_csv(write(text.encode("gb18030")))
    assert [values for _, values in rows_of(read)] == [tuple(line.split(",")) for line in text.split()[1:]]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32"])
def test_utf16_is_recognised_by_its_mark(write: Write, encoding: str) -> None:
    read = read_csv(write("姓名,b\n李四,\n".encode(encoding)))
    assert names_of(read) == [("event", "姓名"), ("event", "b")]
    assert rows_of(read) == [(2, ("李四", None))]
    assert encoding in read.remarks[0]


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("name,city\nJosé,Córdoba\nZoë,Besançon\n", "latin-1"),
        ("имя,город\nИван,Москва\n", "cp1251"),
        ("姓名,市\n張三,臺北\n", "big5"),
    ],
)
def test_other_encodings_are_refused_unless_said(write: Write, text: str, encoding: str) -> None:
    path = write(text.encode(encoding))
    with pytest.raises(UnreadableInput, match=r"line \d is not utf-8.*encoding:"):
        read_csv(path)
    read = read_csv(path, encoding=encoding)
    assert rows_of(read)[0] == (2, tuple(text.split("\n")[1].split(",")))
    assert len(read.remarks) == 1


@pytest.mark.parametrize("padding", [0, 100, (1 << 20) - 7, (1 << 20) - 4, (1 << 20) + 5])
def test_the_line_of_the_first_bad_byte_is_named(write: Write, padding: int) -> None:
    start = b"a,b\r\n1," + b"x" * padding + b"\r2,y\r\n"
    path = write(start + b"3,\xe9\xe9\n")
    offset = len(start) + 2
    with pytest.raises(UnreadableInput, match=f"line 4 is not utf-8: byte {offset:,} is 0xe9"):
        read_csv(path)
    with pytest.raises(UnreadableInput, match="line 4 is not ascii"):
        read_csv(path, encoding="ascii")


def test_a_character_cut_at_the_end_is_a_bad_byte(write: Write) -> None:
    with pytest.raises(UnreadableInput, match="line 2 is not utf-8: byte 6 is 0xe4"):
        read_csv(write(b"a,b\n1,\xe4\xb8"))


def test_an_encoding_given_is_used_strictly(write: Write) -> None:
    with pytest.raises(UnreadableInput, match="line 2 is not gb18030"):
        read_csv(write(b"a,b\n1,\xff\n"), encoding="GB18030")
    for unknown in ("klingon", "rot13", "base64"):
        with pytest.raises(UsageError, match=f"no text encoding called '{unknown}'"):
            read_csv(write("a,b\n"), encoding=unknown)
    assert read_csv(write(b"\xef\xbb\xbfa,b\n"), encoding="utf-8-sig").columns[0].name == "a"


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b'<?xml version="1.0"?><log/>', "XML"),
        (b"\xef\xbb\xbf<?xml?>", "XML"),
        (b"<!DOCTYPE html><html>", "HTML"),
        (b"PK\x03\x04\x14\x00", "XLSX"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "XLS"),
        (b"%PDF-1.7", "PDF"),
        (b"SQLite format 3\0", "SQLite"),
        (b'{"a": 1}', "JSON"),
        (b'\n[ {"a": 1}]', "JSON"),
        (b"[1, 2]", "JSON"),
    ],
)
def test_other_formats_are_named(write: Write, content: bytes, what: str) -> None:
    for packed in (content, gzip.compress(content)):
        with pytest.raises(UnreadableInput, match=f"looks like .*{what}"):
            read_csv(write(packed))


def test_nul_bytes_are_refused_with_their_line(write: Write) -> None:
    with pytest.raises(UnreadableInput, match="line 3 holds a NUL byte"):
        read_csv(write(b"a,b\r\n1,2\r\n3,\0\r\n"))
    unmarked = write("a,b\n1,2\n".encode("utf-16-le"))
    with pytest.raises(UnreadableInput, match="utf-16-le"):
        read_csv(unmarked)
    assert rows_of(read_csv(unmarked, encoding="utf-16-le")) == [(2, ("1", "2"))]


def test_gzip_is_known_by_its_content(write: Write) -> None:
    text = b"a,b\n1,2\n"
    path = write(gzip.compress(text[:5]) + gzip.compress(text[5:]))
    assert rows_of(read_csv(path)) == [(2, ("1", "2"))]
    plain = path.with_name("plain.csv.gz")
    plain.write_bytes(text)
    assert rows_of(read_csv(plain)) == [(2, ("1", "2"))]


def test_a_digest_is_of_the_file_as_it_lies_on_disk(write: Write) -> None:
    packed = gzip.compress(b"a,b\n")
    assert digest(write(packed)) == hashlib.sha256(packed).hexdigest()


def test_files_that_are_absent_folders_or_empty_are_refused(write: Write, tmp_path: Path) -> None:
    with pytest.raises(UnreadableInput, match="does not exist"):
        read_csv(tmp_path / "absent.csv")
    with pytest.raises(UnreadableInput, match="is a folder"):
        read_csv(tmp_path)
    with pytest.raises(UnreadableInput, match="is a folder"):
        digest(tmp_path)
    with pytest.raises(UnreadableInput, match="is empty"):
        read_csv(write(b""))
    with pytest.raises(UnreadableInput, match="unpacks to 0 bytes"):
        read_csv(write(gzip.compress(b"")))


def test_a_file_that_is_no_regular_file_is_refused(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.csv"
    os.mkfifo(pipe)
    with pytest.raises(UnreadableInput, match="not a regular file"):
        read_csv(pipe)


def test_damaged_gzip_is_refused_with_the_bytes_that_could_be_read(write: Write) -> None:
    text = b"a,b\n" + b"".join(b"%d,%d\n" % (place, place * place) for place in range(200_000))
    packed = bytearray(gzip.compress(text))
    path = write(bytes(packed[: len(packed) // 2]))
    with pytest.raises(UnreadableInput, match=r"log.csv: the gzip data is cut off; [\d,]{7,} bytes could"):
        read_csv(path)
    packed[len(packed) // 2 : len(packed) // 2 + 40] = bytes(40)
    with pytest.raises(UnreadableInput, match=r"is damaged \(.*bytes could be unpacked"):
        read_csv(write(bytes(packed)))
    with pytest.raises(UnreadableInput, match="is cut off; 0 bytes"):
        read_csv(write(b"\x1f\x8b\x08"))
    checksum_wrong = gzip.compress(text)[:-8] + b"\1\2\3\4" + gzip.compress(text)[-4:]
    with pytest.raises(UnreadableInput, match="is damaged"), open_bytes(write(checksum_wrong)) as source:
        source.read()


@pytest.mark.real
@pytest.mark.parametrize(
    ("name", "rows", "columns", "remarks"),
    [("receipt.csv", 8577, 15, 0), ("running-example.csv", 42, 8, 1), ("traffic_fines.csv.gz", 34724, 18, 0)],
)
def test_real_logs_come_out_whole(real_data: Path, name: str, rows: int, columns: int, remarks: int) -> None:
    read = read_csv(real_data / "logs" / name)
    assert len(read.columns) == columns and len(read.remarks) == remarks
    assert read.numbers.to_pylist() == list(range(2, rows + 2))
    assert all(len(column.values) == rows for column in read.columns)
    assert read.refused.num_rows == 0
