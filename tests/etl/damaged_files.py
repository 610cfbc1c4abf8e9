"""Damaged and hostile files, the same for the same number: cut, flipped, misnamed, bombs, loops, empty, tricks."""

from __future__ import annotations

import io
import os
import zipfile
from collections.abc import Callable
from pathlib import Path
from random import Random

import pikepdf
from PIL import Image

LOOP = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    b"2 0 obj<</Type/Pages/Kids[2 0 R 2 0 R]/Count 2 /Parent 2 0 R>>endobj\n"
    b"3 0 obj<</Length 3 0 R>>stream\nx\nendstream endobj\n"
    b"xref\n0 4\n0000000000 65535 f \n0000000009 00000 n \n0000000056 00000 n \n0000000122 00000 n \n"
    b"trailer<</Size 4/Root 1 0 R/Prev 170>>\nstartxref\n170\n%%EOF\n"
)
ENTITIES = (
    b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "aaaaaaaaaa">'
    + b"".join(b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(12))
    + b"]><a>&m;</a>"
)


def good_pdf(pages: int = 2) -> bytes:
    with pikepdf.new() as pdf:
        for _ in range(pages):
            pdf.add_blank_page(page_size=(200, 200))
        out = io.BytesIO()
        pdf.save(out)
        return out.getvalue()


def good_image(kind: str) -> bytes:
    out = io.BytesIO()
    image = Image.effect_noise((64, 64), 40)
    image.save(out, kind)
    return out.getvalue()


def package(members: dict[str, bytes], kind: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", kind) as made:
        for name, content in members.items():
            made.writestr(name, content)
    return out.getvalue()


def good_ofd(*, seal: bool = False) -> bytes:
    """An OFD of two pages; with a seal that nobody signed."""
    space = 'xmlns:ofd="http://www.ofdspec.org/2016"'
    root = f"<ofd:OFD {space}><ofd:DocBody><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>"
    pages = '<ofd:Page ID="1" BaseLoc="P0.xml"/><ofd:Page ID="2" BaseLoc="P1.xml"/>'
    document = f"<ofd:Document {space}><ofd:Pages>{pages}</ofd:Pages></ofd:Document>"
    members = {"OFD.xml": root.encode(), "Doc_0/Document.xml": document.encode()}
    return package(members | ({"Doc_0/Signs/Sign_0/SignedValue.dat": b"\x30\x03"} if seal else {}))


GOOD: dict[str, Callable[[], bytes]] = {
    ".pdf": good_pdf,
    ".png": lambda: good_image("PNG"),
    ".jpg": lambda: good_image("JPEG"),
    ".tif": lambda: good_image("TIFF"),
    ".ofd": good_ofd,
    ".xml": lambda: b'<?xml version="1.0" encoding="UTF-8"?><a><b>x</b></a>',
}


def _cut(rng: Random, content: bytes) -> bytes:
    return content[: rng.randint(1, len(content) - 1)]


def _flipped(rng: Random, content: bytes) -> bytes:
    changed = bytearray(content)
    for _ in range(rng.randint(1, 40)):
        changed[rng.randrange(len(changed))] ^= 1 << rng.randrange(8)
    return bytes(changed)


def _bomb(rng: Random) -> tuple[str, bytes]:
    many = {f"{n}.xml": b"0" * (1 << 20) for n in range(rng.randint(3, 8))}
    inner = package({"OFD.xml": b"<a/>", **many})
    return rng.choice((".ofd", ".docx", ".zip")), rng.choice((inner, package({"a.zip": inner, **many})))


def _image_bomb(rng: Random) -> tuple[str, bytes]:
    out = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(out, "PNG")
    return ".png", out.getvalue()


def _trick(rng: Random) -> tuple[str, bytes]:
    name = rng.choice(("../../secret.xml", "/etc/passwd", "C:\\secret", "a/../../../b"))
    return ".ofd", package({"OFD.xml": b"<a/>", name: b"x"})


def _entity(rng: Random) -> tuple[str, bytes]:
    outside = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'
    return ".xml", rng.choice((ENTITIES, outside))


def _looping(rng: Random) -> tuple[str, bytes]:
    return ".pdf", LOOP[: -rng.randint(1, 20)] if rng.random() < 0.5 else LOOP


def _deep(rng: Random) -> tuple[str, bytes]:
    """Lists in lists in a PDF, elements in elements in an XML: parsers that call themselves run out of stack."""
    depth = rng.choice((5_000, 100_000))
    if rng.random() < 0.5:
        return ".xml", b'<?xml version="1.0"?>' + b"<a>" * depth + b"</a>" * depth
    return ".pdf", b"%PDF-1.4\n1 0 obj" + b"[" * depth + b"]" * depth + b"endobj\ntrailer<</Root 1 0 R>>\n%%EOF"


_SPECIAL = (_bomb, _trick, _entity, _looping, _deep)


def write_damaged(folder: Path, count: int, seed: int = 7) -> dict[str, str]:
    """Writes so many files below the folder; gives name -> what is wrong with each.

    Every tenth name or so is a symbolic link out of the folder, whose target is a pipe: who opens it waits for ever.
    """
    folder.mkdir()
    pipe = folder.parent / "outside.pdf"
    os.mkfifo(pipe)
    made = {suffix: content() for suffix, content in GOOD.items()}
    bomb = _image_bomb(Random(seed))
    rng = Random(seed)
    kinds: dict[str, str] = {}
    for number in range(count):
        kind = ("cut", "flipped", "misnamed", "special", "empty", "outside", "cut", "flipped", "noise", "special")[
            number % 10
        ]
        suffix = rng.choice(sorted(made))
        content = made[suffix]
        if kind in ("cut", "flipped"):
            content = (_cut if kind == "cut" else _flipped)(rng, content)
        elif kind == "misnamed":
            suffix = rng.choice([one for one in (".pdf", ".ofd", ".png", ".jpg") if one != suffix])
        elif kind == "special":
            suffix, content = bomb if number % 100 == 3 else rng.choice(_SPECIAL)(rng)
        elif kind == "noise":
            content = rng.choice((b"%PDF-1.7\n", b"PK\x03\x04", b"\x89PNG\r\n\x1a\n", b"")) + rng.randbytes(500)
        path = folder / f"{number:04d}{suffix}"
        if kind == "outside":
            path.symlink_to(pipe)
        else:
            path.write_bytes(b"" if kind == "empty" else content)
        kinds[path.name] = kind
    return kinds
