"""What a file holds: kind, pages, whether it opens and is whole, signatures and seals. Runs in the limited process.

Reads paths from standard input, one a line as JSON text, and answers each with a line of JSON before it takes the
next. Once it has begun, this process opens no file but the one it is asked about, writes none, starts no process and
no connection: what a file makes a parser try is refused.
"""

from __future__ import annotations

import io
import json
import logging
import re
import sys
import warnings
import zipfile
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pikepdf
from lxml import etree
from PIL import Image, UnidentifiedImageError

from etl.file_kinds import HEAD, PACKAGES, UNKNOWN, misnamed, text_kind
from etl.package_contents import look_into_package
from graph.evidence.pdf_signatures import signatures_in, trust_roots

LARGEST = 512 << 20
MOST_FRAMES = 2000
_TAIL = 2048
# The beginning of 1.2.156.10197, the object identifiers of the SM algorithms, in DER and as PDF writes it.
_SM = b"2a811ccf55"
_DAMAGED = (
    *(ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RecursionError, NotImplementedError),
    *(OSError, SyntaxError, EOFError, AssertionError),
)
# How a library calls bytes that it was given: another word in each process.
_STREAM = re.compile(r"(stream )?<_io\.BytesIO object at 0x[0-9a-f]+>:? ?")
_REFUSED = ("socket.", "subprocess.", "os.exec", "os.fork", "os.posix_spawn", "os.system", "os.remove", "os.rename")


@dataclass
class Contents:
    """What was found. Of `not_opened`, `not_whole`, `no_opener` a phrase says why; `signature` is the worth of all
    signatures of a PDF together, null where there is none; `seal` names what is not verified here."""

    media_type: str = UNKNOWN
    suffix: str = ""
    misnamed: bool = False
    pages: int | None = None
    not_opened: str | None = None
    not_whole: str | None = None
    no_opener: str | None = None
    signature: str | None = None
    signature_said: str | None = None
    seal: str | None = None


def main() -> None:
    """Answers each path on standard input. The argument is the folder of trust roots, empty for none."""
    warnings.simplefilter("ignore")
    logging.disable()
    roots = trust_roots(Path(sys.argv[1]) if sys.argv[1] else None)
    Image.init()
    asked: dict[str, str] = {}
    sys.addaudithook(_guard(asked))
    _say("ready")
    for line in sys.stdin:
        asked["path"] = json.loads(line)
        _say(asdict(contents(Path(asked["path"]), roots)))


def _say(answer: Any) -> None:
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


def _guard(asked: dict[str, str]) -> Callable[[str, tuple[Any, ...]], None]:
    """Refuses what nobody who only reads one file has to do; modules may still be imported."""
    own = tuple({sys.prefix, sys.base_prefix, str(Path(__file__).parents[1])})

    def refuse(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open" and not isinstance(arguments[0], int):
            path, mode = str(arguments[0]), str(arguments[1] or "r")
            module = path.startswith(own) and path.endswith((".py", ".pyc", ".so"))
            if set(mode) & set("wax+") or not (module or path == asked.get("path")):
                raise PermissionError(f"{path} is not to be opened here")
        elif event.startswith(_REFUSED):
            raise PermissionError(f"{event} is not to be done here")

    return refuse


def contents(path: Path, roots: list[Any]) -> Contents:
    """What a file holds."""
    with path.open("rb") as stream:
        data = stream.read(LARGEST + 1)
    found = Contents(suffix=path.suffix.lower())
    if not data:
        found.not_opened = "it is empty"
    elif len(data) > LARGEST:
        found.media_type = text_kind(data[:HEAD])
        found.no_opener = f"it has more than {LARGEST >> 20} MB"
    elif b"%PDF-" in data[:1024]:
        _pdf(data, found, roots)
    elif data.startswith(b"PK\x03\x04"):
        _package(data, found)
    elif not _image(data, found):
        _other(data, found)
    if found.media_type == UNKNOWN and found.not_opened is None and found.no_opener is None:
        found.no_opener = "its format is not known here"
    found.misnamed = bool(data) and misnamed(path, found.media_type) is not None
    return found


def _pdf(data: bytes, found: Contents, roots: list[Any]) -> None:
    found.media_type = "application/pdf"
    try:
        with pikepdf.open(io.BytesIO(data)) as pdf:
            found.pages = len(pdf.pages)
            problems = [str(one) for one in (*pdf.check_pdf_syntax(), *pdf.get_warnings())]
    except (pikepdf.PdfError, pikepdf.PasswordError, *_DAMAGED) as error:
        found.not_opened = _said(error)
        return
    if b"%%EOF" not in data[-_TAIL:]:
        problems.insert(0, "its end is missing")
    if problems:
        found.not_whole = _short(problems[0])
    signed = signatures_in(data, "file", roots)
    if signed.outcome == "none":
        return
    if signed.outcome == "broken" and not signed.signatures:
        # Not a word about signatures: the stricter reader of signatures can't read the file at all.
        found.not_whole = found.not_whole or _short(signed.reason)
    elif signed.outcome in ("broken", "untrusted") and _SM in data.lower():
        found.seal = "a signature by the SM2 algorithm"
    else:
        found.signature, found.signature_said = signed.outcome, signed.reason


def _package(data: bytes, found: Contents) -> None:
    found.media_type = "application/zip"
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            names = frozenset(package.namelist())
            found.media_type = next((kind for name, kind in PACKAGES.items() if name in names), "application/zip")
            look = look_into_package(package)
    except (zipfile.BadZipFile, *_DAMAGED) as error:
        found.not_opened = _said(error)
        return
    found.not_opened, found.not_whole = look.not_opened, look.not_whole
    found.pages, found.seal = look.pages, look.seal


def _image(data: bytes, found: Contents) -> bool:
    """Whether it is an image; looked at frame by frame."""
    try:
        with Image.open(io.BytesIO(data)) as image:
            found.media_type = Image.MIME.get(image.format or "", f"image/{(image.format or 'unknown').lower()}")
            frames = int(getattr(image, "n_frames", 1))
            found.pages = frames
            if frames > MOST_FRAMES:
                found.no_opener = f"it has more than {MOST_FRAMES} frames"
                return True
            for frame in range(frames):
                image.seek(frame)
                image.load()
    except UnidentifiedImageError:
        return False
    except Image.DecompressionBombError as error:
        found.not_opened = _said(error)
    except _DAMAGED as error:
        found.not_whole = _said(error)
        if found.media_type == UNKNOWN:
            found.not_opened = found.not_whole
    return True


def _other(data: bytes, found: Contents) -> None:
    found.media_type = text_kind(data[:HEAD])
    if found.media_type == "application/xml":
        try:
            dtd = etree.parse(io.BytesIO(data), xml_parser()).docinfo.internalDTD
        except (etree.XMLSyntaxError, *_DAMAGED) as error:
            found.not_opened = _said(error)
            return
        if dtd is not None and any(entity.system_url for entity in dtd.entities()):
            found.not_opened = "it refers to what lies outside of it"


def xml_parser() -> etree.XMLParser:
    """A parser that follows nothing out of a document."""
    return etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)


def _said(error: BaseException) -> str:
    return _short(str(error).strip() or type(error).__name__)


def _short(text: str) -> str:
    return " ".join(_STREAM.sub("", text).split())[:200].rstrip(".")


if __name__ == "__main__":
    main()
