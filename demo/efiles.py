"""Writes files/: PDFs and scanned-looking PNG images, the same bytes for the same record."""

from __future__ import annotations

import io
import zlib
from pathlib import Path
from random import Random

from PIL import Image, ImageDraw

from demo.model import Model
from demo.records import EFile, Record

_PAGE = (620, 877)
"""A4 at 75 dots per inch."""
_DPI = 75
_INFO = 8
"""The object of the title; further pages come after it."""
_NOT_A_FILE = "<html><body>404 Not Found</body></html>\n"


def write_files(folder: Path, model: Model) -> None:
    """Writes every file of the model below files/, the damaged ones as they are to be found."""
    records = {r.file.path: r for r in model.records if r.file}
    odd = {f.file.removeprefix("files/"): f.kind for f in model.faults if f.file}
    for file in model.files:
        path = folder / "files" / file.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(_content(file, records.get(file.path), odd.get(file.path, "")))


def _content(file: EFile, record: Record | None, fault: str) -> bytes:
    if fault == "file_not_what_it_says":
        return _NOT_A_FILE.encode()
    if fault == "file_empty":
        return b""
    lines = _lines(record) if record else ["无目录记录"]
    content = pdf(lines, file.pages) if file.medium == "pdf" else png(file.path)
    if fault == "pdf_damaged":
        return content[: content.index(b"/Pages") - 4]
    return content[: len(content) * 2 // 3] if fault == "image_damaged" else content


def _lines(record: Record) -> list[str]:
    return [record.title, f"档号 {record.archive_no}", f"姓名 {record.name}", f"日期 {record.date}"]


def pdf(lines: list[str], pages: int = 1) -> bytes:
    """A PDF 1.4 of A4 pages with the lines in the Song typeface that every Chinese reader brings along."""
    shown = "\n".join(f"1 0 0 1 72 {740 - 30 * n} Tm <{_utf16(line)}> Tj" for n, line in enumerate(lines))
    stream = zlib.compress(f"BT /F1 16 Tf\n{shown}\nET\n".encode(), 9)
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F1 5 0 R>>>>/Contents 4 0 R>>"
    numbers = [3, *range(_INFO + 1, _INFO + pages)]
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[%s]/Count %d>>" % (b" ".join(b"%d 0 R" % n for n in numbers), pages),
        page,
        b"<</Filter/FlateDecode/Length %d>>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/UniGB-UTF16-H/DescendantFonts[6 0 R]>>",
        b"<</Type/Font/Subtype/CIDFontType0/BaseFont/STSong-Light/DW 1000/FontDescriptor 7 0 R"
        b"/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 5>>>>",
        b"<</Type/FontDescriptor/FontName/STSong-Light/Flags 6/FontBBox[-25 -254 1000 880]/ItalicAngle 0"
        b"/Ascent 880/Descent -120/CapHeight 880/StemV 93>>",
        b"<</Title<FEFF%s>/CreationDate(D:20260630000000+08'00')/Producer(demo)>>" % _utf16(lines[0]).encode(),
        *[page] * (pages - 1),
    ]
    return _assembled(objects)


def _utf16(text: str) -> str:
    return text.encode("utf-16-be").hex().upper()


def _assembled(objects: list[bytes]) -> bytes:
    """The objects with cross-references and trailer; the file's id is made of its content."""
    out = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
    starts = []
    for number, body in enumerate(objects, 1):
        starts.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % start for start in starts)
    mark = b"%08X" % zlib.crc32(bytes(out))
    out += b"trailer\n<</Size %d/Root 1 0 R/Info %d 0 R/ID[<%s><%s>]>>\n" % (
        len(objects) + 1, _INFO, mark * 4, mark * 4,
    )  # fmt: skip
    return bytes(out + b"startxref\n%d\n%%%%EOF\n" % table)


def png(path: str) -> bytes:
    """A page in black and white: a frame, the file's name, and lines where a form would have its text."""
    rng = Random(path)
    page = Image.new("1", _PAGE, 1)
    draw = ImageDraw.Draw(page)
    draw.rectangle((40, 40, _PAGE[0] - 40, _PAGE[1] - 40), outline=0, width=2)
    draw.text((60, 60), path.rsplit("/", 1)[-1].encode("ascii", "replace").decode(), fill=0)
    for y in range(110, _PAGE[1] - 80, 28):
        draw.line((60, y, rng.randint(200, _PAGE[0] - 60), y), fill=0, width=rng.choice((1, 2)))
    out = io.BytesIO()
    page.save(out, "PNG", dpi=(_DPI, _DPI), optimize=False, compress_level=9)
    return out.getvalue()
