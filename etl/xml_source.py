"""XML that nobody vouches for: its first elements, parsed without document type, and what is wrong with it."""

from __future__ import annotations

from pathlib import Path
from typing import Any, BinaryIO
from xml.parsers import expat

from lxml import etree

from etl.file_bytes import open_bytes
from graph.errors import UnreadableInput

PIECE = 1 << 12
PROLOGUE = 1 << 20

# Encodings that expat does not know, whose bytes below 0x40 stand for ASCII wherever they occur.
ASCII_IN_PLACE = {"gbk", "gb2312", "gb18030", "big5", "big5-hkscs", "euc-jp", "euc-kr", "shift_jis"}

CUT_OFF = {
    etree.ErrorTypes.ERR_TAG_NOT_FINISHED,
    etree.ErrorTypes.ERR_GT_REQUIRED,
    etree.ErrorTypes.ERR_DOCUMENT_EMPTY,
    etree.ErrorTypes.ERR_ATTRIBUTE_NOT_FINISHED,
}


def ended_elements(source: BinaryIO, *names: str, blank_text: bool) -> Any:
    """lxml's iterator over the elements of these names as they end.

    Comments, instructions and entities are left out, and text of blanks only unless `blank_text`.
    """
    return etree.iterparse(
        source,
        events=("end",),
        tag=names,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        remove_blank_text=not blank_text,
    )


def malformed(path: Path, error: Any, log: Any) -> UnreadableInput:
    """What an XMLSyntaxError of `ended_elements`, with the iterator's `error_log`, means."""
    # The exception may only say that no element was found, where the log names the entity and its line.
    found = next(iter(log.filter_from_errors()), None)
    line, message = (found.line, found.message) if found else (error.lineno, error.msg)
    remedy = "Fetch the file again if it was cut off, or mend the XML there."
    if found and found.type in CUT_OFF:
        remedy = "The file seems to be cut off; fetch it again."
    return UnreadableInput(f"{path} line {line} cannot be read as XML: {message.strip()}.", remedy)


class _Reached(Exception):
    """Stops the look at the prologue."""


def first_elements(path: Path, expected: str, count: int = 1) -> list[tuple[str, str]]:
    """The first elements that open, at most `count`, as (namespace or '', name).

    Raises UnreadableInput where none opens within the first megabyte, and where a document type is declared:
    expat stops at the first word of it. `expected` is what the file is said to be: 'XES log'.
    """
    declared: list[str] = []
    try:
        return _elements(path, expected, count, None, declared)
    except (LookupError, ValueError) as error:
        if declared[0].lower() not in ASCII_IN_PLACE:
            raise UnreadableInput(
                f"{path}: its encoding {declared[0]!r} is not known.", "Convert the file to UTF-8."
            ) from error
        return _elements(path, expected, count, "iso-8859-1", declared)


def _elements(
    path: Path, expected: str, count: int, encoding: str | None, declared: list[str]
) -> list[tuple[str, str]]:
    parser = expat.ParserCreate(encoding, namespace_separator=" ")
    found: list[tuple[str, str]] = []

    def declaration(_version: str, encoding: str | None, _standalone: int) -> None:
        declared.append(encoding or "")

    def doctype(*_: object) -> None:
        raise UnreadableInput(
            f"{path} line {parser.CurrentLineNumber} has a document type declaration (<!DOCTYPE): a log "
            "needs none, and its entities can read other files or fill the memory.",
            "Find out where the file comes from; without the declaration and its entities it can be loaded.",
        )

    def element(name: str, _attributes: object) -> None:
        namespace, _, local = name.rpartition(" ")
        found.append((namespace, local))
        if len(found) == count:
            raise _Reached

    parser.XmlDeclHandler = declaration
    parser.StartDoctypeDeclHandler = doctype
    parser.StartElementHandler = element
    try:
        with open_bytes(path) as source:
            for _ in range(PROLOGUE // PIECE):
                piece = source.read(PIECE)
                parser.Parse(piece, not piece)
                if not piece:
                    break
    except _Reached:
        pass
    except expat.ExpatError as error:
        if not found:
            raise UnreadableInput(
                f"{path} line {error.lineno} is not XML: {expat.ErrorString(error.code)}.",
                f"Check that it is an {expected}, and fetch it again if it was cut off.",
            ) from error
    if not found:
        raise UnreadableInput(
            f"{path} is no {expected}: no element opens within its first {PROLOGUE:,} bytes.",
            "Check that it is the right file, and export it again.",
        )
    return found
