"""What a ZIP package holds, read in memory and within limits; OFD (GB/T 33190) with its pages and seals."""

from __future__ import annotations

import io
import lzma
import zipfile
import zlib
from dataclasses import dataclass

from lxml import etree

from etl.relative_names import relative_name

MOST_MEMBERS = 20_000
MOST_BYTES = 1 << 30
MOST_RATIO = 200
_FREE = 1 << 20
# What decompressors raise over damaged members.
_DAMAGED = (
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError, OSError, EOFError, RuntimeError, NotImplementedError),
    *(ValueError, LookupError),
)
_PIECE = 1 << 20


@dataclass
class Look:
    """What was found in a package; phrases say why it does not open or is not whole."""

    not_opened: str | None = None
    not_whole: str | None = None
    pages: int | None = None
    seal: str | None = None


def look_into_package(package: zipfile.ZipFile) -> Look:
    """Reads all members to check their sums, unless they would be too many or too large; nothing is unpacked."""
    members = package.infolist()
    refused = _refused(package, members)
    if refused:
        return Look(not_opened=refused)
    look = Look(not_whole=_damaged(package, members))
    if "OFD.xml" in package.namelist() and look.not_whole is None:
        _ofd(package, look)
    return look


def _refused(package: zipfile.ZipFile, members: list[zipfile.ZipInfo]) -> str | None:
    """Why a package is not read at all."""
    if len(members) > MOST_MEMBERS:
        return f"it has {len(members)} members, more than {MOST_MEMBERS}"
    total = sum(one.file_size for one in members)
    packed = sum(one.compress_size for one in members)
    if total > MOST_BYTES or (total > _FREE and total > MOST_RATIO * max(packed, 1)):
        return f"it would unpack to {total} bytes from {packed}, as a ZIP bomb does"
    for one in members:
        if one.flag_bits & 1:
            return "it is encrypted"
        _, reason = relative_name(one.filename)
        if reason:
            return f"the name of a member {reason}"
    return None


def _damaged(package: zipfile.ZipFile, members: list[zipfile.ZipInfo]) -> str | None:
    """Reads each member to its end, which checks its sum."""
    left = MOST_BYTES
    for one in members:
        try:
            with package.open(one) as stream:
                while piece := stream.read(_PIECE):
                    left -= len(piece)
                    if left < 0:
                        return f"its members have more than {MOST_BYTES} bytes"
        except _DAMAGED as error:
            return f"a member cannot be read ({type(error).__name__})"
    return None


def _ofd(package: zipfile.ZipFile, look: Look) -> None:
    """Documents, pages and seals of an OFD; seals are named by their files."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    names = package.namelist()
    try:
        root = etree.parse(io.BytesIO(package.read("OFD.xml")), parser).getroot()
        pages = 0
        for document in root.iter("{*}DocRoot"):
            name = (document.text or "").strip().lstrip("/")
            body = etree.parse(io.BytesIO(package.read(name)), parser).getroot()
            pages += sum(1 for of in body.iter("{*}Pages") for _ in of.iter("{*}Page"))
        look.pages = pages or None
    except (etree.XMLSyntaxError, KeyError, ValueError) as error:
        look.not_opened = f"its documents cannot be read ({type(error).__name__})"
    signed = sorted(name for name in names if name.rsplit("/", 1)[-1] in ("SignedValue.dat", "Seal.esl"))
    if signed or any(name.rsplit("/", 1)[-1] == "Signatures.xml" for name in names):
        look.seal = f"an OFD signature or seal ({', '.join(signed[:3]) or 'Signatures.xml'})"
