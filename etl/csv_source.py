"""CSV files (RFC 4180, with the liberties that spreadsheets take) to rows of text."""

from __future__ import annotations

import csv
import io
import itertools
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from etl.file_bytes import open_bytes, stream, text_form, text_lines, utf8_pieces
from etl.source_rows import REFUSED, Column, SourceRows
from graph.errors import UnreadableInput, UsageError

BLOCK = 4 << 20
HEADER = 1 << 18
DELIMITERS = (",", ";", "\t")
CASE_PREFIX = "case:"

# Most columns of a log repeat few values; as codes they take a quarter of the memory.
_CODED = pa.dictionary(pa.int32(), pa.string())

# NUL cannot occur in a file that `text_form` accepts, so a row that starts with it can only be ours.
END_MARK = "\0"

OTHER_FORMATS = (
    (
        rb"(\xef\xbb\xbf)?\s*<(\?xml|!|log\b|html\b)",
        "an XML or HTML document",
        "XES files end in .xes or .xes.gz.",
    ),
    (rb"PK\x03\x04", "an XLSX workbook or a ZIP archive", "Export the sheet as CSV, or unpack the archive."),
    (rb"\xd0\xcf\x11\xe0", "an old Excel workbook (XLS)", "Export the sheet as CSV."),
    (rb"%PDF", "a PDF", "Export the data behind it as CSV."),
    (rb"SQLite format 3\x00", "an SQLite database", "Export its tables as CSV."),
    (
        rb"\x89PNG|\xff\xd8\xff|GIF8[79]a|II\*\x00|MM\x00\*|BM.{4}\x00{4}",
        "an image",
        "Give the log that it shows, as XES or CSV.",
    ),
    (rb"PAR1", "a Parquet file", "Export it as CSV."),
    (rb"(\xef\xbb\xbf)?\s*(\{\s*[\"}]|\[\s*[\"\[\]{\d-])", "JSON", "Export it as CSV."),
)

Counts = npt.NDArray[np.int64]


@dataclass(frozen=True)
class _Header:
    names: list[str]
    delimiter: str
    lines: int
    size: int

    def seen(self) -> str:
        return ", ".join(repr(name) for name in self.names)


@dataclass
class _Refusals:
    """Rows with too many or too few fields; `ordinals` count every row after the header, from 0."""

    ordinals: list[int] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)

    def take(self, row: pyarrow.csv.InvalidRow) -> str:
        self.ordinals.append(row.number - 1)
        self.texts.append(row.text)
        found = f"{row.actual_columns} field" + ("" if row.actual_columns == 1 else "s")
        self.reasons.append(f"{found} where the header has {row.expected_columns}")
        return "skip"


def read_csv(path: Path, *, encoding: str | None = None, delimiter: str | None = None, above: int = 0) -> SourceRows:
    """The rows of a CSV file, plain or gzip, every value as the text that stands there, '' as null.

    The first line that is not blank is the header, or the first after `above` records that stand above it
    (then `delimiter` must be given). Columns whose name starts with `case:` describe the case and lose that
    prefix; all others describe the event; all are of kind `text`, as codes where values repeat. A first column
    without a name that holds distinct integers (an index written by pandas) is left out; other columns without
    a name are called `column N`. `numbers` are the lines of the file (ending in LF, CR LF or CR) on which the
    rows start, from 1; blank lines are no rows. Rows with another number of fields than the header are refused.

    Without `encoding` it is found out (etl.file_bytes.text_form); without `delimiter` the header decides
    among comma, semicolon and tab. Raises UnreadableInput for what is no CSV file, has no usable header, a
    quote that never closes, or bytes that are not of the encoding; UsageError for an unknown encoding or a
    delimiter that is not one character.
    """
    if delimiter is not None and (len(delimiter) != 1 or not delimiter.isascii() or delimiter in '"\r\n\0'):
        raise UsageError(f"A delimiter is one ASCII character, not {delimiter!r}.", "Say for example ';'.")
    _refuse_other_formats(path)
    form = text_form(path, encoding)
    header = _header(path, form.encoding, delimiter, above)
    names = _column_names(path, header)
    table, refusals = _rows(path, form.encoding, header)
    lines = _starting_lines(table, refusals, header, form.lines)
    accepted = np.ones(len(lines), dtype=bool)
    accepted[refusals.ordinals] = False
    numbers = lines[accepted]
    refused = pa.table([lines[~accepted], refusals.texts, refusals.reasons], schema=REFUSED)
    rows = ~_blank(path, form.encoding, table, numbers)
    if not rows.all():
        table, numbers = table.filter(pa.array(rows)), numbers[rows]
    remarks = [] if form.encoding == "utf-8" else [f"The file is not UTF-8; it was read as {form.encoding}."]
    columns = list(table.columns)
    del table
    if not header.names[0].strip() and _is_index(columns[0]):
        remarks.append("The first column has no name and numbers the rows; it was left out.")
        del names[0], columns[0]
    return SourceRows(
        columns=tuple(_columns(path, names, columns)),
        numbers=pa.array(numbers, pa.int64()),
        refused=refused,
        remarks=tuple(remarks),
    )


def _refuse_other_formats(path: Path) -> None:
    with open_bytes(path) as source:
        start = source.read(256)
    for pattern, what, remedy in OTHER_FORMATS:
        if re.match(pattern, start):
            raise UnreadableInput(f"{path} looks like {what}, not like CSV.", remedy)


def _header(path: Path, encoding: str, delimiter: str | None, above: int) -> _Header:
    start = next(utf8_pieces(path, encoding))[:HEADER].decode(errors="ignore")
    delimiter = delimiter or _delimiter(start)
    reader = csv.reader(io.StringIO(start, newline=""), delimiter=delimiter)
    try:
        names = next(itertools.islice((record for record in reader if record), above, None), None)
    except csv.Error as error:
        _refuse_open_quote(path, encoding, delimiter)
        raise UnreadableInput(
            f"{path}: the header cannot be taken apart ({error}).", "Put the column names in the first line."
        ) from error
    if names is None:
        raise UnreadableInput(f"{path} has only blank lines.", "Put the column names in the first line.")
    consumed = "".join(itertools.islice(io.StringIO(start, newline=""), reader.line_num))
    if len(consumed) == len(start):
        _refuse_open_quote(path, encoding, delimiter)
    return _Header(names, delimiter, reader.line_num, len(consumed.encode()))


def _delimiter(start: str) -> str:
    """The candidate that stands most often outside quotes in the first line that is not blank."""
    quoted = re.compile(r'"(?:[^"]|"")*+"')
    unquoted = quoted.sub("", start).lstrip("\r\n")
    line = re.split(r"[\r\n]", unquoted, maxsplit=1)[0]
    return max(DELIMITERS, key=line.count)


def _column_names(path: Path, header: _Header) -> list[str]:
    """The names to use, one per column; raises where the header cannot be one."""
    if not any(name.strip() for name in header.names):
        raise UnreadableInput(f"{path} has no column names.", "Put them in the first line.")
    if all(re.fullmatch(r"[\d.:/+ TZ-]*", name) for name in header.names):
        raise UnreadableInput(
            f"{path} has no header: its first line is {header.seen()}.",
            "Put the column names in the first line.",
        )
    if len(header.names) == 1 and re.search(r"[,;\t|]", header.names[0]):
        raise UnreadableInput(
            f"{path}: split at {header.delimiter!r} there is one column, {header.seen()}.",
            "Say in the mapping which `delimiter:` it has.",
        )
    names = [name if name.strip() else f"column {place}" for place, name in enumerate(header.names, 1)]
    twice = [name for name, count in Counter(names).items() if count > 1]
    if twice:
        raise UnreadableInput(
            f"{path}: more than one column is called {', '.join(map(repr, twice))}.",
            "Give each column its own name.",
        )
    return names


def _rows(path: Path, encoding: str, header: _Header) -> tuple[pa.Table, _Refusals]:
    """Every row with the header's number of fields (blank lines too, as nulls), and the others."""
    refusals = _Refusals()
    width = len(header.names)
    names = [str(place) for place in range(width)]
    body = _with_end_mark(_after(utf8_pieces(path, encoding), header.size), width, header.delimiter)
    try:
        table = pyarrow.csv.read_csv(
            stream(body),
            # Only one thread tells the handler which row it is about.
            read_options=pyarrow.csv.ReadOptions(use_threads=False, block_size=BLOCK, column_names=names),
            # Ignored lines would not be counted.
            parse_options=pyarrow.csv.ParseOptions(
                delimiter=header.delimiter,
                newlines_in_values=True,
                ignore_empty_lines=False,
                invalid_row_handler=refusals.take,
            ),
            convert_options=pyarrow.csv.ConvertOptions(
                column_types=dict.fromkeys(names, _CODED),
                null_values=[""],
                strings_can_be_null=True,
                check_utf8=False,
            ),
        )
    except pa.ArrowInvalid as error:
        _refuse_open_quote(path, encoding, header.delimiter)
        raise UnreadableInput(
            f"{path} cannot be taken apart ({error}).", f"No row may be longer than {BLOCK:,} bytes."
        ) from error
    if not table.num_rows or table.column(0)[-1].as_py() != END_MARK:
        _refuse_open_quote(path, encoding, header.delimiter)
        raise UnreadableInput(f"{path}: the last row does not end.", "Look for a quote that never closes.")
    return table.slice(0, table.num_rows - 1), refusals


def _after(pieces: Iterator[bytes], size: int) -> Iterator[bytes]:
    for piece in pieces:
        yield piece[size:]
        size = max(0, size - len(piece))


def _with_end_mark(pieces: Iterator[bytes], width: int, delimiter: str) -> Iterator[bytes]:
    """The pieces and one more row; that it comes out whole shows that no quote was open at the end."""
    last = b"\n"
    for piece in pieces:
        last = piece[-1:] or last
        yield piece
    yield (b"" if last in b"\r\n" else b"\n") + END_MARK.encode() + delimiter.encode() * (width - 1) + b"\n"


def _refuse_open_quote(path: Path, encoding: str, delimiter: str) -> None:
    line = _open_quote(text_lines(path, encoding), delimiter)
    if line is not None:
        raise _unterminated(path, line)


def _unterminated(path: Path, line: int) -> UnreadableInput:
    return UnreadableInput(
        f"{path} line {line}: the quote that opens there is never closed.",
        'Close it, or write a quote inside a value as "".',
    )


def _open_quote(lines: Iterable[str], delimiter: str) -> int | None:
    """The line of the quote that is still open at the end; a quote opens only where a value starts."""
    closing = re.compile(r'(?:[^"]|"")*+"')
    opened: int | None = None
    for number, line in enumerate(lines, 1):
        at = 0
        while at >= 0:
            if opened is None and line.startswith('"', at):
                opened, at = number, at + 1
            if opened is not None:
                found = closing.match(line, at)
                if found is None:
                    break
                opened, at = None, found.end()
            after = line.find(delimiter, at)
            at = after + 1 if after >= 0 else -1
    return opened


def _starting_lines(table: pa.Table, refusals: _Refusals, header: _Header, lines: int) -> Counts:
    """Per row after the header, accepted, refused or blank, the line on which it starts."""
    count = table.num_rows + len(refusals.ordinals)
    spans = np.ones(count, dtype=np.int64)
    if count != lines - header.lines:
        accepted = np.ones(count, dtype=bool)
        accepted[refusals.ordinals] = False
        for column in table.columns:
            spans[accepted] += _line_ends(column.cast(pa.string()))
        spans[refusals.ordinals] += _line_ends(pa.chunked_array([refusals.texts], pa.string()))
    return header.lines + 1 + np.cumsum(spans) - spans


def _line_ends(values: pa.ChunkedArray) -> Counts:
    ends = np.zeros(len(values), dtype=np.int64)
    for end, weight in (("\n", 1), ("\r", 1), ("\r\n", -1)):
        ends += weight * pc.fill_null(pc.count_substring(values, end), 0).to_numpy()
    return ends


def _blank(path: Path, encoding: str, table: pa.Table, numbers: Counts) -> npt.NDArray[np.bool_]:
    """Per row, whether it is a blank line; a row of empty fields is none, and only the file shows which."""
    blank = np.ones(table.num_rows, dtype=bool)
    for column in table.columns:
        if not blank.any():
            return blank
        blank &= pc.is_null(column).to_numpy()
    candidates = set(numbers[blank].tolist())
    if candidates:
        lines = enumerate(text_lines(path, encoding), 1)
        blank_lines = [number for number, line in lines if number in candidates and line == "\n"]
        blank = np.isin(numbers, blank_lines)
    return blank


def _is_index(values: pa.ChunkedArray) -> bool:
    values = values.cast(pa.string())
    integers = pc.match_substring_regex(values, r"^(0|-?[1-9][0-9]*)$")
    return bool(pc.all(integers, skip_nulls=False, min_count=0).as_py()) and (len(pc.unique(values)) == len(values))


def _columns(path: Path, names: list[str], columns: list[pa.ChunkedArray]) -> Iterator[Column]:
    columns.reverse()
    for name in names:
        try:
            values = _plain_where_distinct(columns.pop())
        except pa.ArrowInvalid as error:
            raise UnreadableInput(
                f"{path}: column {name!r} holds more than 2 GB of text.", "Load the file in parts."
            ) from error
        if name.startswith(CASE_PREFIX) and name != CASE_PREFIX:
            yield Column(name.removeprefix(CASE_PREFIX), "case", "text", values)
        else:
            yield Column(name, "event", "text", values)


def _plain_where_distinct(values: pa.ChunkedArray) -> pa.Array:
    """A coded column in one piece; as plain text where its values hardly repeat, so that codes save nothing."""
    coded = values.combine_chunks()
    return coded if 2 * len(coded.dictionary) <= len(coded) else coded.cast(pa.string())
