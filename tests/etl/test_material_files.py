"""Files of records: joined by name, with digest and kind; nothing outside the folder is touched."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pypdf
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from etl.file_kinds import kind_of
from etl.limited_child import ChildLimits
from etl.material_files import _kinds, folder_files
from etl.relative_names import relative_name
from etl.statements import Statements
from graph.errors import UnreadableInput
from tests.etl.catalogues import ids, links, stated

NAMES = ("档号", "题名", "文件名")


def pdf(path: Path, pages: int) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    writer = pypdf.PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(100, 100)
    writer.write(path)
    return path


def image(path: Path, kind: str = "JPEG") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("L", (8, 8)).save(path, kind)
    return path


def joined(found: Statements) -> set[tuple[str, str]]:
    """Material and uri of each of its files."""
    uri = {row["id"]: row["uri"] for row in found.nodes["File"].to_pylist()}
    return {(material, uri[file]) for material, _, file in links(found, "HAS_FILE", "Material")}


def test_files_by_archive_number_by_page_and_by_folder(tmp_path: Path) -> None:
    folder = tmp_path / "e"
    pdf(folder / "A-1.pdf", 3)
    image(folder / "A-2_001.jpg")
    image(folder / "A-2_002.jpg")
    image(folder / "A-3" / "x.png", "PNG")
    pdf(folder / "A-9.pdf", 1)
    found = stated(NAMES[:2], ("A-1", "甲"), ("Ａ-2", "乙"), ("A-3", "丙"), ("A-4", "丁"), files=folder)
    assert joined(found) == {
        ("s:A-1", "e/A-1.pdf"),
        ("s:A-2", "e/A-2_001.jpg"),
        ("s:A-2", "e/A-2_002.jpg"),
        ("s:A-3", "e/A-3/x.png"),
    }
    rows = {row["uri"]: row for row in found.nodes["File"].to_pylist()}
    assert {uri: (r["media_type"], r["pages"], r["source_row"]) for uri, r in rows.items()} == {
        "e/A-1.pdf": ("application/pdf", 3, 2),
        "e/A-2_001.jpg": ("image/jpeg", 1, 3),
        "e/A-2_002.jpg": ("image/jpeg", 1, 3),
        "e/A-3/x.png": ("image/png", 1, 4),
    }
    content = (folder / "A-1.pdf").read_bytes()
    assert rows["e/A-1.pdf"]["sha256"] == hashlib.sha256(content).hexdigest()
    assert rows["e/A-1.pdf"]["size"] == len(content)
    assert found.remarks[-1] == "Files in the folder that belong to no record of the catalogue: 1 ('A-9.pdf')."


def test_files_by_a_column(tmp_path: Path) -> None:
    folder = tmp_path / "e"
    for name in ("a.pdf", "子/b.pdf", "A-2.pdf"):
        pdf(folder / name, 1)
    rows = [("A-1", "甲", "a.pdf; 子\\b.pdf"), ("A-2", "乙", None), ("A-3", "丙", "./a.pdf"), ("A-4", "丁", "c.pdf")]
    found = stated(NAMES, *rows, files=folder)
    assert joined(found) == {
        ("s:A-1", "e/a.pdf"),
        ("s:A-1", "e/子/b.pdf"),
        ("s:A-2", "e/A-2.pdf"),
        ("s:A-3", "e/a.pdf"),
    }
    assert len(ids(found, "File")) == 3
    assert "sheet '目录' row 5: the file 'c.pdf' is not there." in found.remarks


def test_a_long_list_of_faults_is_cut_with_its_number(tmp_path: Path) -> None:
    found = stated(NAMES, *((f"A-{n}", "甲", f"{n}.pdf") for n in range(60)), files=tmp_path)
    assert sum("is not there" in remark for remark in found.remarks) == 50
    assert found.remarks[-1] == "The same kinds of fault are in 10 more files that are named."


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("../secret.pdf", "leaves the folder"),
        ("x/../../secret.pdf", "leaves the folder"),
        ("..\\secret.pdf", "leaves the folder"),
        ("{outside}/secret.pdf", "is an absolute path"),
        ("C:\\secret.pdf", "is an absolute path"),
        ("\\\\server\\secret.pdf", "is an absolute path"),
        ("a\0.pdf", "holds a NUL"),
        ("./", "names no file"),
    ],
)
def test_names_that_leave_the_folder_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, reason: str
) -> None:
    pdf(tmp_path / "secret.pdf", 1)
    folder = tmp_path / "e"
    folder.mkdir()
    opened: list[str] = []
    real_open = Path.open
    monkeypatch.setattr(Path, "open", lambda self, *a, **k: (opened.append(str(self)), real_open(self, *a, **k))[1])
    named = name.format(outside=tmp_path)
    found = stated(NAMES, ("A-1", "甲", named), files=folder)
    assert f"sheet '目录' row 2: the file '{named}' was refused: it {reason}." in found.remarks
    assert ids(found, "Material") == ["s:A-1"]
    assert (found.nodes["File"].num_rows, opened) == (0, [])


def test_symbolic_links_that_leave_the_folder_are_refused(tmp_path: Path) -> None:
    pdf(tmp_path / "out" / "secret.pdf", 1)
    folder = tmp_path / "e"
    pdf(folder / "a.pdf", 1)
    (folder / "A-1.pdf").symlink_to(tmp_path / "out" / "secret.pdf")
    (folder / "A-2.pdf").symlink_to(folder / "a.pdf")
    (folder / "A-3").symlink_to(tmp_path / "out")
    (folder / "A-4.pdf").symlink_to(tmp_path / "nowhere")
    os.mkfifo(folder / "A-5.pdf")
    found = folder_files(folder, "e")
    assert sorted(found.files) == ["A-2.pdf", "a.pdf"]
    assert sorted(found.refused) == [
        "The file 'A-1.pdf' was not taken: it is a symbolic link that leaves the folder.",
        "The file 'A-3' was not taken: it is a symbolic link that leaves the folder.",
        "The file 'A-4.pdf' was not taken: it is a symbolic link that leaves the folder.",
        "The file 'A-5.pdf' was not taken: it is no regular file.",
    ]
    said = stated(NAMES, ("A-1", "甲", "A-1.pdf"), ("A-3", "乙", "A-3/secret.pdf"), files=folder)
    assert said.nodes["File"].num_rows == 0
    assert "sheet '目录' row 2: the file 'A-1.pdf' is not there." in said.remarks
    with pytest.raises(UnreadableInput, match="folder of files"):
        folder_files(tmp_path / "none", "none")


def test_an_image_that_is_none_is_said_and_kept(tmp_path: Path) -> None:
    folder = tmp_path / "e"
    folder.mkdir()
    (folder / "A-1.jpg").write_text("hello")
    (folder / "A-2.pdf").write_bytes(b"%PDF-1.7 nothing")
    (folder / "A-3.png").write_bytes(image(tmp_path / "x.png", "PNG").read_bytes()[:50])
    (folder / "A-4.jpg").write_bytes(image(tmp_path / "y.png", "PNG").read_bytes())
    (folder / "A-5.tif").write_bytes(b"")
    found = stated(NAMES[:2], *((f"A-{n}", "甲") for n in range(1, 6)), files=folder)
    assert found.nodes["File"].num_rows == 5
    assert all(found.nodes["File"]["sha256"].to_pylist())
    said = [remark for remark in found.remarks if remark.startswith("The file")]
    assert said == [
        "The file 'A-1.jpg' is called .jpg and is no image; it is kept with its digest.",
        "The file 'A-2.pdf' is a PDF that cannot be read (PdfStreamError); it is kept with its digest.",
        "The file 'A-3.png' is an image that cannot be read (OSError); it is kept with its digest.",
        "The file 'A-4.jpg' is called .jpg and is image/png; it is kept with its digest.",
        "The file 'A-5.tif' is empty; it is kept with its digest.",
    ]


def test_kinds_by_content(tmp_path: Path) -> None:
    frames = [Image.new("L", (4, 4)) for _ in range(3)]
    frames[0].save(tmp_path / "a.tiff", save_all=True, append_images=frames[1:])
    (tmp_path / "b.xml").write_text('<?xml version="1.0"?><a/>')
    (tmp_path / "c.txt").write_text("档案" * 2000, encoding="utf-8")
    (tmp_path / "d.bin").write_bytes(b"\0\1\2")
    kinds = [kind_of(tmp_path / name) for name in ("a.tiff", "b.xml", "c.txt", "d.bin")]
    assert kinds == [
        ("image/tiff", 3, None),
        ("application/xml", None, None),
        ("text/plain", None, None),
        ("application/octet-stream", None, None),
    ]


def test_a_file_on_which_the_process_ends_is_said_and_the_others_go_on(tmp_path: Path) -> None:
    good, gone = pdf(tmp_path / "a.pdf", 2), tmp_path / "gone.pdf"
    kinds = _kinds([good, gone, good], ChildLimits())
    assert kinds[0] == kinds[2] == ("application/pdf", 2, None)
    assert kinds[1][0] == "application/octet-stream"
    assert str(kinds[1][2]).startswith("could not be looked into: the process that did ended with 1: FileNotFound")


@given(st.text(st.sampled_from("ab./\\:C\0档"), max_size=12))
def test_a_relative_name_stays_below_its_folder(text: str) -> None:
    name, reason = relative_name(text)
    assert (name is None) == (reason is not None)
    if name is not None:
        assert os.path.normpath(f"/root/{name}") == f"/root/{name}"
