"""Bad catalogues and questions, through the command line and over HTTP: each ends in a sentence, nothing is lost."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from fastapi.testclient import TestClient
from msoffcrypto.format.ooxml import OOXMLFile
from openpyxl.worksheet.worksheet import Worksheet

from api.app import create_app
from graph.rebuild import rebuild
from graph.settings import Settings
from tests.archives import archive
from tests.cli.commands import Dossier
from tests.cli.test_bad_input import given, rejected, says
from tests.etl.catalogues import VALID
from tests.etl.workbooks import workbook, zipped
from tests.graph.sample import LI, ZHANG, write_all
from tests.graphs import link, write

NAMES = ("档号", "题名", "页数", "姓名", "身份证号", "文件名")
GOOD = ("A-1", "履历表", "7", "张三", VALID, "")
MAPPED = {"system": "s", "catalogue": {"files": "e"}}


def locked(path: Path) -> Path:
    """A workbook that a password protects."""
    plain = workbook(path.with_name("plain.xlsx"), 目录=[NAMES, GOOD])
    with plain.open("rb") as source, path.open("wb") as target:
        OOXMLFile(source).encrypt("secret", target)
    plain.unlink()
    return path


def bomb(path: Path) -> Path:
    """A workbook that unpacks to a thousand times its size."""
    return zipped(path, **{"worksheets/sheet1.xml": bytes(64 << 20)})


def far(path: Path) -> Path:
    """A small workbook with a cell in the last corner of its sheet."""

    def fill(sheet: Worksheet) -> None:
        sheet.append(NAMES)
        sheet.append(GOOD)
        sheet["XFD1048576"] = "x"

    made = workbook(path, 目录=fill)
    assert made.stat().st_size < 10_000
    return made


REFUSED: dict[str, tuple[Callable[[Path], Path], tuple[str, str]]] = {
    "a password": (locked, ("is protected by a password", "without the password")),
    "a ZIP bomb": (bomb, ("looks like a ZIP bomb and was not opened", "split a larger one")),
    "a cell at XFD1048576": (far, ("reaches to row 1,048,576, column 16,384", "Delete the stray cells")),
}


@pytest.fixture
def work(tmp_path: Path) -> Path:
    """The folder in which commands run."""
    folder = tmp_path / "work"
    folder.mkdir()
    return folder


def posted(store: str, *files: Path) -> Any:
    """What the service answers to a load of a file, and of its mapping where there is one; and its status after."""
    with TestClient(create_app(Settings(store=store, wait=0))) as client:
        upload = {
            name: (path.name, path.read_bytes()) for name, path in zip(("file", "mapping"), files, strict=False)
        }
        return client.post("/api/v1/loads", files=upload), client.get("/api/v1/status").json()


@pytest.mark.parametrize("kind", REFUSED)
def test_a_workbook_that_cannot_be_read_is_refused_and_changes_nothing(
    dossier: Dossier, kind: str, duckdb_uri: str, work: Path, tmp_path: Path
) -> None:
    made, said = REFUSED[kind]
    good, bad = workbook(tmp_path / "good.xlsx", 目录=[NAMES, GOOD]), made(tmp_path / "bad.xlsx")
    assert dossier("load", good, store=duckdb_uri, cwd=work).returncode == 0
    before = json.loads(dossier("status", "--json", store=duckdb_uri, cwd=work).stdout)
    says(dossier("load", bad, store=duckdb_uri, cwd=work), 2, "bad.xlsx", *said)
    answer, after = posted(duckdb_uri, bad)
    problem = answer.json()
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
    assert (said[0] in problem["detail"], said[1] in problem["remedy"]) == (True, True)
    assert problem["detail"].startswith(("bad.xlsx", "sheet"))
    assert (after["nodes"], after["loads"]) == (before["nodes"], before["loads"])
    assert not list(work.iterdir())


def test_a_row_with_a_formula_error_is_set_aside_and_the_others_are_loaded(
    dossier: Dossier, duckdb_uri: str, work: Path, tmp_path: Path
) -> None:
    def fill(sheet: Worksheet) -> None:
        for row in (NAMES, GOOD, ("A-2", "自传", "#REF!")):
            sheet.append(row)
        sheet["C3"].data_type = "e"

    path = workbook(tmp_path / "a.xlsx", 目录=fill)
    says(dossier("load", path, store=duckdb_uri, cwd=work), 1, "a.xlsx: 1 of 2 rows were set aside")
    reason = "sheet '目录' row 3: column C (页数) holds a formula error"
    assert rejected(work, "a.quarantine.csv") == {"3": reason}
    answer, after = posted(f"{duckdb_uri}.other", path)
    assert (answer.status_code, answer.json()["report"]["quarantined"], reason in answer.json()["set_aside"]) == (
        201,
        1,
        True,
    )
    assert after["nodes"]["Material"] == 1


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of files with an image that is none, and a secret beside it."""
    files = tmp_path / "e"
    files.mkdir()
    (files / "A-1.jpg").write_text("this is no image")
    (tmp_path / "secret.pdf").write_bytes(b"%PDF-1.7 secret")
    (files / "A-3.pdf").symlink_to(tmp_path / "secret.pdf")
    given(tmp_path, "map.yaml", yaml.safe_dump(MAPPED, allow_unicode=True))
    return files


def test_an_image_that_is_none_is_said_and_kept_with_its_digest(
    dossier: Dossier, duckdb_uri: str, folder: Path, work: Path, tmp_path: Path
) -> None:
    path = workbook(tmp_path / "a.xlsx", 目录=[NAMES, GOOD])
    words = ("load", path, "--mapping", tmp_path / "map.yaml", "--json")
    (report,) = json.loads(dossier(*words, store=duckdb_uri, cwd=work).stdout)
    assert "The file 'A-1.jpg' is called .jpg and is no image; it is kept with its digest." in report["remarks"]
    shown = json.loads(dossier("person", VALID, "--json", store=duckdb_uri, cwd=work).stdout)
    digest = hashlib.sha256((folder / "A-1.jpg").read_bytes()).hexdigest()
    assert [[file["sha256"] for file in one["files"]] for one in shown["materials"]] == [[digest]]


@pytest.mark.parametrize("name", ["../secret.pdf", "x/../../secret.pdf", "..\\secret.pdf", "{outside}/secret.pdf"])
def test_a_path_that_leaves_the_folder_is_refused_and_nothing_outside_is_touched(
    dossier: Dossier, name: str, duckdb_uri: str, folder: Path, work: Path, tmp_path: Path
) -> None:
    secret = (tmp_path / "secret.pdf").read_bytes()
    named = name.format(outside=tmp_path)
    path = workbook(tmp_path / "a.xlsx", 目录=[NAMES, (*GOOD[:-1], named), ("A-3", "自传", "1")])
    words = ("load", path, "--mapping", tmp_path / "map.yaml", "--json")
    done = dossier(*words, store=duckdb_uri, cwd=work)
    (report,) = json.loads(done.stdout)
    assert any(f"the file '{named}' was refused: it " in remark for remark in report["remarks"])
    assert "The file 'A-3.pdf' was not taken: it is a symbolic link that leaves the folder." in report["remarks"]
    held = json.loads(dossier("status", "--json", store=duckdb_uri, cwd=work).stdout)["nodes"]
    assert (held["Material"], held["File"]) == (2, 0)
    assert (tmp_path / "secret.pdf").read_bytes() == secret
    assert sorted(p.name for p in folder.iterdir()) == ["A-1.jpg", "A-3.pdf"]


@pytest.mark.parametrize("files", ["e", "..", "/etc"])
def test_an_uploaded_mapping_opens_no_folder_of_the_service(files: str, duckdb_uri: str, tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", 目录=[NAMES, GOOD])
    mapping = given(tmp_path, "map.yaml", yaml.safe_dump({"catalogue": {"files": files}}))
    answer, after = posted(duckdb_uri, path, mapping)
    assert (answer.status_code, after["loads"]) == (400, [])
    assert f"names a folder of files ('{files}')" in answer.json()["detail"]


def test_questions_that_name_nobody_several_or_nothing_in_force(dossier: Dossier, store_uri: str, work: Path) -> None:
    with archive(store_uri) as (store, settings):
        write_all(store, settings)
        two = ("a", "b")
        write(
            store,
            settings,
            {"Person": [{"id": f"p-{n}"} for n in two], "Case": [{"id": f"{n}:K/1"} for n in two]},
            system="a",
        )
        write(store, settings, {"ServiceItem": [{"id": "bare", "name": "没有标准"}]}, system="b")
        _same_name(store, settings)
        rebuild(store, settings)
    asked: tuple[tuple[tuple[str, ...], str, int, str], ...] = (
        (("person", "nobody"), "/persons/nobody/dossier", 404, "There is no such person in load"),
        (("organisation", "none"), "/organisations/none/dossier", 404, "There is no such organisation in load"),
        (("person", "同名"), "/persons/同名/dossier", 409, "That names 2 records"),
        (("case", "K/1"), "/cases/K/1/chain", 409, "Several systems have a case 'K/1': a:K/1, b:K/1."),
        (
            ("reuse", ZHANG, "--item", "bare"),
            f"/reuse?subject={ZHANG}&item=bare",
            404,
            "The service item bare has no standard in force on",
        ),
        (("reuse", LI, "--item", "x"), f"/reuse?subject={LI}&item=x", 404, "There is no service item 'x'"),
    )
    for words, _, _, said in asked:
        says(dossier(*words, store=store_uri, cwd=work), 2, said)
    with TestClient(create_app(Settings(store=store_uri, wait=0))) as client:
        for _, path, status, said in asked:
            answer = client.get(f"/api/v1{path}")
            assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
            assert said in answer.json()["detail"]
            assert answer.json()["remedy"]


def _same_name(store: Any, settings: Settings) -> None:
    """Two persons of one name, by what records state."""
    facts = [{"id": f"same-{n}", "field": "name", "value": "同名"} for n in ("a", "b")]
    links = [link(f"Fact same-{n}", f"Person p-{n}") for n in ("a", "b")]
    write(store, settings, {"Fact": facts}, {"ABOUT": links}, system="c")
