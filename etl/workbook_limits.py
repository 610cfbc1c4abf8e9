"""A look at a workbook before it is opened: what its ZIP directory claims, and how far its sheets reach.

Runs in the limited process only: a workbook is XML that anyone may have written.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO
from xml.parsers import expat

from graph.errors import UnreadableInput

PIECE = 1 << 20
MEMBERS = 5_000
UNPACKED = 1 << 30
RATIO = 200
RATIO_FROM = 16 << 20
CELLS = 20_000_000
LONGEST_ROW = 16 << 20
ERROR = "a formula error"
NOT_COMPUTED = "a formula that was never computed"
SAVE_AGAIN = "Open it in a spreadsheet program and save it as a new XLSX file."

_USUAL = re.compile(rb"(\xef\xbb\xbf)?\s*(<\?xml [^>]*>\s*)?<worksheet\b")
_DIMENSION = re.compile(rb'<dimension ref="([^"]*)"')
_CELL = re.compile(rb'<c r="([A-Z]{1,3})([0-9]{1,7})"')
_ANY_CELL = re.compile(rb"<(?:\w+:)?c[\s/>]")
_WHOLE_CELL = re.compile(rb'<c r="([A-Z]+[0-9]+)"([^>]*?)(?:/>|>(.*?)</c>)', re.DOTALL)
_VALUE = re.compile(rb"<v(?: [^>]*)?>[^<]|<t(?: [^>]*)?>[^<]")


@dataclass
class SheetLook:
    """What the XML of one sheet shows: its extent (rows and columns, from 1) and cells without a value.

    `broken` are (row, column, what): cells that hold a formula error, or a formula that was never computed.
    """

    rows: int = 0
    columns: int = 0
    broken: list[tuple[int, int, str]] = field(default_factory=list)


def look(path: Path) -> dict[str, SheetLook]:
    """The sheets of an XLSX file by name. Raises UnreadableInput for what must not be opened."""
    try:
        with zipfile.ZipFile(path) as archive:
            _check_directory(path, archive)
            return {name: _look_at(path, archive, name, member) for name, member in _sheets(path, archive)}
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError, KeyError) as error:
        raise UnreadableInput(
            f"{path} is cut off or damaged: {_reason(error)}.", "Fetch or export the file again."
        ) from error


def _reason(error: Exception) -> str:
    return str(error.args[0]) if error.args else type(error).__name__


def _check_directory(path: Path, archive: zipfile.ZipFile) -> None:
    members = archive.infolist()
    unpacked = sum(member.file_size for member in members)
    packed = sum(member.compress_size for member in members)
    names = {member.filename for member in members}
    if any(name.endswith("workbook.bin") for name in names):
        raise UnreadableInput(f"{path} is a binary workbook (XLSB).", "Save it as XLSX.")
    if "[Content_Types].xml" not in names:
        raise UnreadableInput(f"{path} is a ZIP archive and no XLSX workbook.", "Unpack it and load what is in it.")
    if len(members) > MEMBERS:
        raise UnreadableInput(f"{path} has {len(members):,} parts, more than {MEMBERS:,}.", SAVE_AGAIN)
    if unpacked > UNPACKED or (unpacked > RATIO_FROM and unpacked > RATIO * packed):
        raise UnreadableInput(
            f"{path} is {packed:,} bytes and unpacks to {unpacked:,}: it looks like a ZIP bomb and was not opened.",
            f"A workbook may unpack to {UNPACKED >> 20:,} MB and to {RATIO} times its size; split a larger one.",
        )


def _sheets(path: Path, archive: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    """Name and member of each worksheet, in the order of the workbook."""
    roots = _elements(path, archive, "_rels/.rels", "Relationship")
    workbook = next((r["Target"] for r in roots if r.get("Type", "").endswith("/officeDocument")), "xl/workbook.xml")
    workbook = workbook.lstrip("/")
    folder, name = posixpath.split(workbook)
    related = _elements(path, archive, f"{folder}/_rels/{name}.rels", "Relationship")
    targets = {r["Id"]: r["Target"] for r in related if r.get("Type", "").endswith("/worksheet")}
    for sheet in _elements(path, archive, workbook, "sheet"):
        target = targets.get(next((v for k, v in sheet.items() if k.endswith(":id")), ""))
        if target is not None:
            member = target.lstrip("/") if target.startswith("/") else posixpath.join(folder, target)
            yield sheet["name"], posixpath.normpath(member)


def _elements(path: Path, archive: zipfile.ZipFile, member: str, tag: str) -> list[dict[str, str]]:
    found: list[dict[str, str]] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        if name.rpartition(":")[2] == tag:
            found.append(attributes)

    parser = _parser(path, member)
    parser.StartElementHandler = start
    _parse(path, archive, member, parser)
    return found


def _parser(path: Path, member: str) -> expat.XMLParserType:
    def refuse(*_: object) -> None:
        raise UnreadableInput(f"{path} declares a document type in {member}.", SAVE_AGAIN)

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = refuse
    parser.buffer_text = True
    return parser


def _parse(path: Path, archive: zipfile.ZipFile, member: str, parser: expat.XMLParserType) -> None:
    try:
        with archive.open(member) as stream:
            while piece := stream.read(PIECE):
                parser.Parse(piece, False)
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise UnreadableInput(f"{path}: {member} is no XML ({error}).", SAVE_AGAIN) from error


def _look_at(path: Path, archive: zipfile.ZipFile, name: str, member: str) -> SheetLook:
    with archive.open(member) as stream:
        quick = _quick_look(_Extent(path, name), stream)
    if quick is not None:
        return quick
    seen = _SheetScan(_Extent(path, name), _parser(path, member))
    _parse(path, archive, member, seen.parser)
    return seen.extent.look


class _Extent:
    """How far a sheet reaches; refuses it as soon as that is further than may be read."""

    def __init__(self, path: Path, name: str) -> None:
        self.look = SheetLook()
        self._where = f"{path}, sheet {name!r}"

    def reach(self, row: int, column: int) -> None:
        look = self.look
        if row <= look.rows and column <= look.columns:
            return
        look.rows, look.columns = max(row, look.rows), max(column, look.columns)
        if look.rows * look.columns > CELLS:
            raise UnreadableInput(
                f"{self._where} reaches to row {look.rows:,}, column {look.columns:,}: "
                f"more than {CELLS:,} cells, and was not read.",
                "Delete the stray cells outside the table, or copy the table to a new sheet.",
            )


def _quick_look(extent: _Extent, stream: IO[bytes]) -> SheetLook | None:
    """A look at XML as spreadsheet programs write it; None where something is unusual and it has to be parsed."""
    begun, rest = False, b""
    while piece := stream.read(PIECE):
        rest += piece
        cut = rest.rfind(b"</row>") + 6
        if cut < 6 and len(rest) < LONGEST_ROW:
            continue
        if cut < 6 or (not begun and not _USUAL.match(rest)) or not _taken(extent, rest[:cut]):
            return None
        begun, rest = True, rest[cut:]
    return extent.look if (begun or _USUAL.match(rest)) and _taken(extent, rest) else None


def _taken(extent: _Extent, xml: bytes) -> bool:
    """Takes note of the cells in whole rows of XML; False where they are not written as usual."""
    if b"<!" in xml:
        return False
    for reference in _DIMENSION.findall(xml):
        extent.reach(*_corner(reference.decode()))
    cells = _CELL.findall(xml)
    if len(cells) != len(_ANY_CELL.findall(xml)):
        return False
    if cells:
        columns = max(_place(letters.decode())[1] for letters in {letters for letters, _ in cells})
        extent.reach(max(int(row) for _, row in cells), columns)
    if b't="e"' in xml or b"<f" in xml:
        extent.look.broken += _broken(xml)
    return True


def _broken(xml: bytes) -> Iterator[tuple[int, int, str]]:
    for reference, attributes, inside in _WHOLE_CELL.findall(xml):
        if b't="e"' in attributes:
            yield *_place(reference.decode()), ERROR
        elif b"<f" in inside and not _VALUE.search(inside):
            yield *_place(reference.decode()), NOT_COMPUTED


class _SheetScan:
    """Follows the cells of a sheet by its elements, whatever form they have."""

    def __init__(self, extent: _Extent, parser: expat.XMLParserType) -> None:
        self.extent = extent
        self.parser = parser
        self._row = self._column = 0
        self._formula = self._valued = self._error = False
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        tag = name.rpartition(":")[2]
        if tag == "c":
            self._cell(attributes)
        elif tag == "f":
            self._formula = True
        elif tag in ("v", "t"):
            self.parser.CharacterDataHandler = self._text
        elif tag == "row":
            self._row = int(attributes.get("r", self._row + 1))
            self._column = 0
        elif tag == "dimension":
            self.extent.reach(*_corner(attributes.get("ref", "A1")))

    def _cell(self, attributes: dict[str, str]) -> None:
        reference = attributes.get("r")
        if reference is None:
            self._column += 1
        else:
            self._row, self._column = _place(reference)
        self._formula, self._valued, self._error = False, False, attributes.get("t") == "e"
        self.extent.reach(self._row, self._column)

    def _text(self, _: str) -> None:
        self._valued = True

    def _end(self, name: str) -> None:
        tag = name.rpartition(":")[2]
        if tag in ("v", "t"):
            self.parser.CharacterDataHandler = None
        elif tag == "c":
            if self._error:
                self.extent.look.broken.append((self._row, self._column, ERROR))
            elif self._formula and not self._valued:
                self.extent.look.broken.append((self._row, self._column, NOT_COMPUTED))


def _corner(reference: str) -> tuple[int, int]:
    return _place(reference.rpartition(":")[2])


_LETTERS: dict[str, int] = {}


def _place(reference: str) -> tuple[int, int]:
    """Row and column, from 1, of a reference such as C12."""
    plain = reference.replace("$", "")
    letters = plain.rstrip("0123456789")
    column = _LETTERS.get(letters)
    if column is None:
        column = 0
        for letter in letters:
            column = column * 26 + ord(letter.upper()) - 64
        _LETTERS[letters] = column
    digits = plain[len(letters) :]
    return int(digits) if digits else 1, column
