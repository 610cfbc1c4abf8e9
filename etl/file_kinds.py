"""What a file is by its content: media type and pages. Runs in the limited process; a line of JSON per file.

Reads paths from standard input, one a line as JSON text, and answers each before it takes the next: when a file
ends the process, it is the first that has no answer.
"""

from __future__ import annotations

import json
import logging
import sys
import warnings
import zipfile
from pathlib import Path

import pypdf
from PIL import Image, UnidentifiedImageError
from pypdf.errors import PyPdfError

HEAD = 1 << 12
IMAGES = {
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".png": "image/png",
    ".tif": "image/tiff",
    ".tiff": "image/tiff",
    ".gif": "image/gif",
    ".bmp": "image/bmp",
    ".webp": "image/webp",
}
DOCUMENTS = {".pdf": "application/pdf", ".ofd": "application/ofd"}
PACKAGES = {
    "OFD.xml": "application/ofd",
    "xl/workbook.xml": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "word/document.xml": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
UNKNOWN = "application/octet-stream"


def main() -> None:
    """Answers each path on standard input."""
    warnings.simplefilter("ignore")
    logging.disable()
    for line in sys.stdin:
        media_type, pages, wrong = kind_of(Path(json.loads(line)))
        sys.stdout.write(json.dumps([media_type, pages, wrong]) + "\n")
        sys.stdout.flush()


def kind_of(path: Path) -> tuple[str, int | None, str | None]:
    """Media type, pages where they can be counted, and what is wrong with the file, if anything."""
    with path.open("rb") as stream:
        head = stream.read(HEAD)
    if not head:
        return UNKNOWN, None, "is empty"
    if b"%PDF-" in head[:1024]:
        return _pdf(path)
    if head.startswith(b"PK\x03\x04"):
        media_type, wrong = _package(path)
        return media_type, None, wrong or misnamed(path, media_type)
    image = _image(path)
    if image is not None:
        return image[0], image[1], image[2] or misnamed(path, image[0])
    return text_kind(head), None, misnamed(path, text_kind(head))


def misnamed(path: Path, media_type: str) -> str | None:
    """How a file is called and what it is, where the two differ."""
    suffix = path.suffix.lower()
    expected = IMAGES.get(suffix) or DOCUMENTS.get(suffix)
    if expected is None or expected == media_type:
        return None
    what = "no image" if suffix in IMAGES and not media_type.startswith("image/") else media_type
    return f"is called {suffix} and is {what}"


def _pdf(path: Path) -> tuple[str, int | None, str | None]:
    try:
        pages = len(pypdf.PdfReader(path, strict=False).pages)
    except (PyPdfError, ValueError, LookupError, TypeError, AttributeError, RecursionError, OSError) as error:
        return "application/pdf", None, f"is a PDF that cannot be read ({type(error).__name__})"
    return "application/pdf", pages, misnamed(path, "application/pdf")


def _image(path: Path) -> tuple[str, int | None, str | None] | None:
    """Media type, frames and what is wrong, of what Pillow recognises; None for what is no image."""
    try:
        with Image.open(path) as image:
            media_type = Image.MIME.get(image.format or "", f"image/{(image.format or 'unknown').lower()}")
            pages = int(getattr(image, "n_frames", 1))
            image.verify()
    except UnidentifiedImageError:
        return None
    except (OSError, SyntaxError, ValueError, LookupError, TypeError, Image.DecompressionBombError) as error:
        media_type = IMAGES.get(path.suffix.lower(), UNKNOWN)
        return media_type, None, f"is an image that cannot be read ({type(error).__name__})"
    return media_type, pages, None


def _package(path: Path) -> tuple[str, str | None]:
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, OSError, NotImplementedError) as error:
        return "application/zip", f"is a ZIP archive that cannot be read ({type(error).__name__})"
    return next((kind for name, kind in PACKAGES.items() if name in names), "application/zip"), None


def text_kind(head: bytes) -> str:
    """The media type of what is no PDF, package or image, by its first bytes."""
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<?xml"):
        return "application/xml"
    if b"\0" in head:
        return UNKNOWN
    try:
        head.decode("utf-8")
    except UnicodeDecodeError as error:
        # A character may be cut by the end of what was read.
        return "text/plain" if len(head) == HEAD and error.start > HEAD - 4 else UNKNOWN
    return "text/plain"


if __name__ == "__main__":
    main()
