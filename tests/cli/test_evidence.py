"""The commands about evidence."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import typst

from tests.cli.commands import Dossier

EXAMPLES = Path(__file__).parents[1] / "examples"


def test_signatures_of_files(dossier: Dossier, tmp_path: Path) -> None:
    plain, cut = tmp_path / "plain.pdf", tmp_path / "cut.pdf"
    plain.write_bytes(typst.compile(b"A page."))
    cut.write_bytes(plain.read_bytes()[:500])
    shown = dossier("signatures", plain, "--json", store="duckdb:///none.duckdb", cwd=tmp_path)
    assert (shown.returncode, shown.stderr) == (0, "")
    assert [one["outcome"] for one in json.loads(shown.stdout)] == ["none"]
    shown = dossier("signatures", plain, cut, store="duckdb:///none.duckdb", cwd=tmp_path)
    assert shown.returncode == 1
    assert "cannot be read" in shown.stdout
    refused = dossier("signatures", tmp_path / "missing.pdf", store="duckdb:///none.duckdb", cwd=tmp_path)
    assert refused.returncode == 2
    assert "missing.pdf cannot be read" in refused.stderr


def test_a_sample_goes_into_a_pack_that_is_checked(dossier: Dossier, tmp_path: Path) -> None:
    store, ledger = f"duckdb:///{tmp_path / 'a.duckdb'}", str(tmp_path / "ledger")

    def run(*words: str | Path) -> tuple[int, str, str]:
        ended = dossier(*words, store=store, cwd=tmp_path, DOSSIER_LEDGER=ledger)
        return ended.returncode, ended.stdout, ended.stderr

    code, _, said = run("load", EXAMPLES / "hall.csv", "--mapping", EXAMPLES / "hall.yaml")
    assert code == 0, said
    code, shown, said = run(
        "sample", "--size", "2", "--seed", "7", "--stratify", "item, month", "-o", "s.json", "--json"
    )
    assert (code, said) == (0, "")
    sample = json.loads((tmp_path / "s.json").read_text(encoding="utf-8"))
    drawn = [case["id"] for case in sample["cases"]]
    assert (len(drawn), len(sample["frame"]), json.loads(shown)["frame_digest"]) == (
        2,
        sample["frame_cases"],
        sample["frame_digest"],
    )
    code, shown, said = run("evidence", "--sample", "s.json", "-o", "pack.zip", "--json")
    assert (code, json.loads(shown)["cases"]) == (0, drawn), said
    with zipfile.ZipFile(tmp_path / "pack.zip") as pack:
        assert json.loads(pack.read("sample.json"))["cases"] == sample["cases"]
        key = pack.read("keys/first.vkey").decode().strip()
    code, shown, said = run("verify", "pack.zip", "--key", key)
    assert (code, shown, said) == (0, "The pack fits.\n", "")
    code, shown, _ = run("verify", "pack.zip", "--json")
    assert (code, json.loads(shown)["wrong"], len(json.loads(shown)["notes"])) == (0, [], 1)
    (tmp_path / "pack.zip").write_bytes((tmp_path / "pack.zip").read_bytes()[:-30])
    assert run("verify", "pack.zip")[0] == 1


def test_words_that_name_nothing(dossier: Dossier, tmp_path: Path) -> None:
    (tmp_path / "odd.json").write_text("{}")
    for words, message in (
        (("sample", "--size", "1", "--seed", "1", "--stratify", "colour"), "'colour' names no strata"),
        (("evidence", "x", "-o", "p.zip", "--files", "scans"), "'scans' names no folder"),
        (("evidence", "--sample", "odd.json", "-o", "p.zip"), "odd.json is no sample"),
        (("verify", "missing.zip"), "There is no file missing.zip"),
    ):
        refused = dossier(*words, store="duckdb:///none.duckdb", cwd=tmp_path)
        assert (refused.returncode, refused.stdout) == (2, "")
        assert message in refused.stderr
