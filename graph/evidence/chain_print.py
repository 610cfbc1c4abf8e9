"""The chain of a case as a printable PDF/A-2b, in Chinese."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel

from graph.typesetting import typeset

_TEMPLATE = Path(__file__).with_name("chain.typ")


class ChainSheet(BaseModel):
    """What is printed of a case; rows as `verify_pack.tables` makes them, texts as they are.

    `known_on` is the day (YYYY-MM-DD, UTC) of the load that it stands for, and the date of the document.
    """

    title: str
    archive: str
    case: str
    item: str
    as_of_load: int
    known_on: str
    left_out: list[str]
    applicants: list[str]
    events: list[dict[str, str]]
    materials: list[dict[str, str]]
    missing: list[str]
    origin: str
    size: str
    root: str
    key: str
    entries: int
    data_digest: str


def chain_pdf(sheet: ChainSheet) -> bytes:
    """The PDF. A character that the font lacks is printed as its code point, such as [U+20BB7], and listed."""
    return typeset(_TEMPLATE, sheet.model_dump())
