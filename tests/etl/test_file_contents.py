"""What a file holds: good files of each kind, what is wrong with others, and that the reader opens nothing else."""

from __future__ import annotations

import io
import subprocess
import sys
import zipfile
from pathlib import Path

import pikepdf
import pytest
from PIL import Image

from etl.file_contents import Contents, contents
from graph.evidence.pdf_signatures import signed, trust_roots
from graph.settings import Settings
from tests.etl.damaged_files import ENTITIES, GOOD, good_image, good_ofd, good_pdf, package
from tests.graph.evidence.certificates import PASSWORD, authority


def looked_into(folder: Path, name: str, content: bytes, roots: Path | None = None) -> Contents:
    path = folder / name
    path.write_bytes(content)
    return contents(path, trust_roots(roots))


@pytest.mark.parametrize("suffix", GOOD)
def test_a_good_file_opens_and_is_whole(tmp_path: Path, suffix: str) -> None:
    found = looked_into(tmp_path, f"a{suffix}", GOOD[suffix]())
    assert (found.not_opened, found.not_whole, found.no_opener, found.misnamed) == (None, None, None, False)
    assert found.pages == {".pdf": 2, ".ofd": 2, ".xml": None}.get(suffix, 1)
    assert (found.signature, found.seal) == (None, None)


def test_what_does_not_open_or_is_not_whole(tmp_path: Path) -> None:
    cases = {
        "empty.pdf": (b"", "not_opened", "it is empty"),
        "cut.pdf": (good_pdf()[:-30], "not_whole", "its end is missing"),
        "none.pdf": (b"%PDF-1.7 nothing", "not_opened", ""),
        "cut.png": (good_image("PNG")[:2000], "not_whole", "image file is truncated"),
        "cut.ofd": (good_ofd()[:-40], "not_opened", "File is not a zip file"),
        "none.ofd": (package({"OFD.xml": b"<a"}), "not_opened", "its documents cannot be read"),
        "member.ofd": (package({"OFD.xml": b"<a/>", "../x": b""}), "not_opened", "the name of a member leaves"),
        "bomb.ofd": (package({"OFD.xml": b"0" * (8 << 20)}), "not_opened", "it would unpack to 8388608 bytes"),
        "bad.xml": (b"<?xml version='1.0'?><a><b></a>", "not_opened", "Opening and ending tag mismatch"),
        "entities.xml": (ENTITIES, "not_opened", ""),
        "outside.xml": (
            b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
            "not_opened",
            "it refers to what lies outside of it",
        ),
        "what.doc": (b"\xd0\xcf\x11\xe0\0\0", "no_opener", "its format is not known here"),
    }
    for name, (content, where, why) in cases.items():
        found = looked_into(tmp_path, name, content)
        said = getattr(found, where)
        assert said is not None and said.startswith(why), (name, found)
    damaged = bytearray(package({"OFD.xml": b"<a/>", "b": b"content of a member" * 20}, zipfile.ZIP_STORED))
    damaged[damaged.index(b"content")] ^= 1
    assert looked_into(tmp_path, "sum.zip", bytes(damaged)).not_whole == "a member cannot be read (BadZipFile)"


def test_a_protected_pdf_and_a_huge_image_do_not_open(tmp_path: Path) -> None:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(good_pdf())) as pdf:
        pdf.save(out, encryption=pikepdf.Encryption(owner="o", user="u"))
    assert "password" in str(looked_into(tmp_path, "a.pdf", out.getvalue()).not_opened)
    huge = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(huge, "PNG")
    assert "decompression bomb" in str(looked_into(tmp_path, "a.png", huge.getvalue()).not_opened)


def test_a_name_that_says_something_else(tmp_path: Path) -> None:
    found = looked_into(tmp_path, "a.pdf", good_image("PNG"))
    assert (found.media_type, found.misnamed, found.suffix) == ("image/png", True, ".pdf")


def test_signatures_are_verified_and_seals_are_named(tmp_path: Path) -> None:
    trusted = authority("档案馆")
    roots = trusted.trusted_in(tmp_path / "roots")
    (tmp_path / "signer.p12").write_bytes(trusted.pkcs12("王五"))
    (tmp_path / "password").write_bytes(PASSWORD)
    settings = Settings(
        store="duckdb:///:memory:",
        signing_certificate=tmp_path / "signer.p12",
        signing_password_file=tmp_path / "password",
    )
    pdf = signed(good_pdf(), settings)
    assert looked_into(tmp_path, "a.pdf", pdf, roots).signature == "valid"
    assert looked_into(tmp_path, "a.pdf", pdf).signature == "untrusted"
    changed = pdf.replace(b"/MediaBox [ 0 0 200 200 ]", b"/MediaBox [ 0 0 200 201 ]", 1)
    assert changed != pdf
    assert looked_into(tmp_path, "a.pdf", changed, roots).signature == "broken"
    ecdsa, sm2 = (b"2A8648CE3D040302", b"2A811CCF55018375")
    marked = pdf.replace(ecdsa, sm2)
    assert marked != pdf
    assert looked_into(tmp_path, "a.pdf", marked).seal == "a signature by the SM2 algorithm"
    sealed = looked_into(tmp_path, "a.ofd", good_ofd(seal=True))
    assert sealed.seal == "an OFD signature or seal (Doc_0/Signs/Sign_0/SignedValue.dat)"


GUARDED = """
import sys
sys.path.insert(0, {root!r})
from etl.file_contents import _guard
asked = {{"path": {own!r}}}
sys.addaudithook(_guard(asked))
open({own!r}).close()
tried = []
def attempt(act):
    try:
        act()
    except PermissionError:
        tried.append(True)
import os, socket, subprocess
attempt(lambda: open({other!r}))
attempt(lambda: open({own!r}, "w"))
attempt(lambda: socket.create_connection(("127.0.0.1", 9)))
attempt(lambda: subprocess.run(["true"]))
attempt(lambda: os.system("true"))
attempt(lambda: os.remove({other!r}))
sys.stdout.write(str(len(tried)))
"""


def test_the_reader_opens_nothing_but_the_file_that_it_is_asked_about(tmp_path: Path) -> None:
    for name in ("own.xml", "other.xml"):
        (tmp_path / name).write_text("<a/>", encoding="utf-8")
    own, other = (str(tmp_path / name) for name in ("own.xml", "other.xml"))
    text = GUARDED.format(root=str(Path(__file__).parents[2]), own=own, other=other)
    ended = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stdout) == (0, "6"), ended.stderr
    assert Path(other).read_text(encoding="utf-8") == "<a/>"
