"""The commands about evidence."""

from __future__ import annotations

import json
from pathlib import Path

import typst

from tests.cli.commands import Dossier


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
