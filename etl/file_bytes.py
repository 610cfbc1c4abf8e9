"""The bytes of a source file: opened whether compressed or not, digested, and taken as text."""

from __future__ import annotations

import codecs
import gzip
import hashlib
import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from graph.errors import UnreadableInput, UsageError

PIECE = 1 << 20
GZIP_MAGIC = b"\x1f\x8b"
FETCH_AGAIN = "Fetch the file again, or unpack it where it is whole."

BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@contextmanager
def open_bytes(path: Path) -> Iterator[BinaryIO]:
    """The content of `path`, unpacked where its first bytes say that it is gzip, whatever its name.

    Raises UnreadableInput where there is no such file, where it is a folder or empty (also: unpacks to
    nothing), and, while it is read, where the gzip data is cut off or damaged.
    """
    with _open_stored(path) as stored:
        if not stored.peek(1):
            raise UnreadableInput(f"{path} is empty (0 bytes).", "Fetch or export the file again.")
        if stored.peek(2)[:2] != GZIP_MAGIC:
            yield stored
            return
        with io.BufferedReader(_Unpacked(path, stored), PIECE) as unpacked:
            if not unpacked.peek(1):
                raise UnreadableInput(f"{path} is gzip and unpacks to 0 bytes.", "Fetch or export the file again.")
            yield unpacked


def digest(path: Path) -> str:
    """SHA-256, in hexadecimal, of the file as it lies on disk (compressed where it is)."""
    with _open_stored(path) as stored:
        return hashlib.file_digest(stored, "sha256").hexdigest()


def _open_stored(path: Path) -> io.BufferedReader:
    if path.is_dir():
        raise UnreadableInput(f"{path} is a folder.", "Name the files in it.")
    if not path.exists():
        raise UnreadableInput(f"{path} does not exist.", "Check the name and the folder.")
    if not path.is_file():
        raise UnreadableInput(f"{path} is not a regular file.", "Save its content to a file first.")
    try:
        return io.BufferedReader(path.open("rb", buffering=0), PIECE)
    except OSError as error:
        raise UnreadableInput(
            f"{path} cannot be opened: {error.strerror}.", "Check who may read the file."
        ) from error


class _Unpacked(io.RawIOBase):
    """The unpacked bytes of a gzip file; damage is UnreadableInput that says how far reading came."""

    def __init__(self, path: Path, stored: BinaryIO) -> None:
        self._path = path
        self._gzip = gzip.GzipFile(fileobj=stored, mode="rb")
        self._count = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        try:
            count = self._gzip.readinto(buffer)
        except EOFError as error:
            raise self._unreadable("is cut off") from error
        except (gzip.BadGzipFile, zlib.error) as error:
            raise self._unreadable(f"is damaged ({error})") from error
        self._count += count
        return count

    def _unreadable(self, what: str) -> UnreadableInput:
        return UnreadableInput(
            f"{self._path}: the gzip data {what}; {self._count:,} bytes could be unpacked.", FETCH_AGAIN
        )


@dataclass(frozen=True)
class TextForm:
    """How the bytes of a file become text: `encoding` as Python names it, `lines` how many there are.

    A line ends with LF, CR LF or CR; what follows the last of them is a line if it is not empty.
    """

    encoding: str
    lines: int


def text_form(path: Path, encoding: str | None = None) -> TextForm:
    """The encoding of the whole file, checked to its last byte.

    Without `encoding`: what a byte order mark says, else UTF-8 if every byte fits, else GB18030 if every
    byte fits and most characters beyond ASCII are common ideographs (level 1 of GB 2312), Chinese
    punctuation or fullwidth forms. With it: that, strictly. Raises UsageError for a name that is no text
    encoding; UnreadableInput for a byte that does not fit or a NUL, with its line.
    """
    if encoding is not None:
        known = _known(encoding)
        if known in ("utf-16", "utf-32") and _marked_encoding(path) != known:
            raise UnreadableInput(
                f"{path} line 1 does not begin with the byte order mark that {known} begins with.",
                f"Give the mapping's `encoding:` the encoding of the file, such as gb18030 or {known}-le.",
            )
        return _strictly(path, known, "Give the mapping's `encoding:` the encoding of the file.")
    marked = _marked_encoding(path)
    remedy = "Say in the mapping what it is, such as `encoding: gb18030` or `encoding: latin-1`."
    try:
        return _survey(path, marked or "utf-8")
    except UnicodeDecodeError:
        if marked is None and _is_gb18030(path):
            return _survey(path, "gb18030")
        return _strictly(path, marked or "utf-8", remedy)


def utf8_pieces(path: Path, encoding: str) -> Iterator[bytes]:
    """The text of the file as pieces of UTF-8 without byte order mark; UTF-8 itself is passed on as it is."""
    with open_bytes(path) as source:
        if encoding == "utf-8":
            first = source.read(PIECE)
            yield first.removeprefix(codecs.BOM_UTF8)
            while piece := source.read(PIECE):
                yield piece
            return
        decoder = codecs.getincrementaldecoder(encoding)()
        first_text = decoder.decode(source.read(PIECE))
        yield first_text.removeprefix("\ufeff").encode()
        while piece := source.read(PIECE):
            yield decoder.decode(piece).encode()


def text_start(path: Path, encoding: str | None, size: int) -> str:
    """About the first `size` bytes as text, in the encoding given, marked, or that fits them: UTF-8, else GB18030."""
    with open_bytes(path) as source:
        start = source.read(size)
    known = _known(encoding) if encoding else _marked_encoding(path)
    for one in [known] if known else ["utf-8", "gb18030"]:
        try:
            return codecs.getincrementaldecoder(one)().decode(start).removeprefix("\ufeff")
        except UnicodeDecodeError:
            continue
    return start.decode(known or "utf-8", "replace")


class _Pieces(io.RawIOBase):
    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._left = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        while not self._left:
            piece = next(self._pieces, None)
            if piece is None:
                return 0
            self._left = memoryview(piece)
        count = min(len(buffer), len(self._left))
        buffer[:count] = self._left[:count]
        self._left = self._left[count:]
        return count


def stream(pieces: Iterator[bytes]) -> BinaryIO:
    """Pieces of bytes as one file to read."""
    return io.BufferedReader(_Pieces(pieces), PIECE)


def text_lines(path: Path, encoding: str) -> Iterator[str]:
    """The lines of the file, each ending in LF whatever it ends with in the file."""
    yield from io.TextIOWrapper(stream(utf8_pieces(path, encoding)), encoding="utf-8")


def _known(encoding: str) -> str:
    try:
        found = codecs.lookup(encoding)
        "".encode(found.name)
    except LookupError as error:
        raise UsageError(
            f"There is no text encoding called {encoding!r}.",
            "Known are utf-8, gb18030, gbk, big5, utf-16, latin-1 and Python's others.",
        ) from error
    return "utf-8" if found.name == "utf-8-sig" else found.name


def _marked_encoding(path: Path) -> str | None:
    with open_bytes(path) as source:
        start = source.read(4)
    return next((encoding for mark, encoding in BYTE_ORDER_MARKS if start.startswith(mark)), None)


def _survey(path: Path, encoding: str) -> TextForm:
    if encoding == "utf-8":
        return _survey_utf8(path)
    return _survey_text(path, encoding)


def _survey_utf8(path: Path) -> TextForm:
    """The same over the bytes themselves, which is three times as fast: their line ends are those of the text."""
    lines, last = 0, b"\n"
    decoder = codecs.getincrementaldecoder("utf-8")()
    with open_bytes(path) as source:
        while piece := source.read(PIECE):
            decoder.decode(piece)
            if b"\0" in piece:
                return _survey_text(path, "utf-8")
            lines += piece.count(b"\n") + piece.count(b"\r") - piece.count(b"\r\n")
            lines -= last == b"\r" and piece.startswith(b"\n")
            last = piece[-1:]
    decoder.decode(b"", final=True)
    return TextForm("utf-8", lines + (last not in b"\r\n"))


def _survey_text(path: Path, encoding: str) -> TextForm:
    lines, last = 0, "\n"
    decoder = io.IncrementalNewlineDecoder(codecs.getincrementaldecoder(encoding)(), translate=True)
    with open_bytes(path) as source:
        more = True
        while more:
            piece = source.read(PIECE)
            more = bool(piece)
            text = decoder.decode(piece, final=not more)
            if "\0" in text:
                line = lines + text.count("\n", 0, text.index("\0")) + 1
                raise UnreadableInput(
                    f"{path} line {line} holds a NUL byte: it is no text, or text in another encoding "
                    f"than {encoding}.",
                    "Export it as CSV in UTF-8; for UTF-16 say `encoding: utf-16-le` in the mapping.",
                )
            lines += text.count("\n")
            last = text[-1:] or last
    return TextForm(encoding, lines + (last != "\n"))


def _strictly(path: Path, encoding: str, remedy: str) -> TextForm:
    try:
        return _survey(path, encoding)
    except UnicodeDecodeError as error:
        offset = _first_misfit(path, encoding)
        with open_bytes(path) as source:
            before = io.IncrementalNewlineDecoder(codecs.getincrementaldecoder(encoding)(), translate=True)
            line, left = 1, offset
            while left:
                piece = source.read(min(PIECE, left))
                left -= len(piece)
                line += before.decode(piece, final=not left).count("\n")
        raise UnreadableInput(
            f"{path} line {line} is not {encoding}: byte {offset:,} is 0x{_byte_at(error):02x}.", remedy
        ) from error


def _byte_at(error: UnicodeDecodeError) -> int:
    return error.object[error.start]


def _first_misfit(path: Path, encoding: str) -> int:
    """Offset of the first byte that does not fit `encoding`, counted from 0; there must be one."""
    decoder = codecs.getincrementaldecoder(encoding)()
    count = 0
    with open_bytes(path) as source:
        while True:
            piece = source.read(PIECE)
            count += len(piece)
            try:
                decoder.decode(piece, final=not piece)
            except UnicodeDecodeError as error:
                # The codec's buffer ends where the piece ends, however many bytes it had kept back.
                return count - len(error.object) + error.start


def _is_gb18030(path: Path) -> bool:
    """Whether the file decodes strictly and reads as Chinese.

    Western and other Asian encodings often decode as GB18030 too, into rare ideographs; so only those of
    the first level of GB 2312 (lead bytes B0 to D7) and its punctuation and fullwidth rows (A1, A3) count.
    """
    decoder = codecs.getincrementaldecoder("gb18030")()
    beyond_ascii = chinese = 0
    with open_bytes(path) as source:
        more = True
        while more:
            piece = source.read(PIECE)
            more = bool(piece)
            try:
                text = decoder.decode(piece, final=not more)
            except UnicodeDecodeError:
                return False
            foreign = text.translate(_NO_ASCII)
            beyond_ascii += len(foreign)
            leads = foreign.encode("gb2312", "ignore")[::2]
            chinese += len(leads) - len(leads.translate(None, _CHINESE_LEADS))
    return chinese * 2 > beyond_ascii


_NO_ASCII = dict.fromkeys(range(128))
_CHINESE_LEADS = bytes([0xA1, 0xA3, *range(0xB0, 0xD8)])
