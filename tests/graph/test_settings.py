"""Settings and their page."""

from __future__ import annotations

from pathlib import Path

from graph.settings import Settings


def test_each_setting_is_on_the_page_with_its_meaning() -> None:
    page = (Path(__file__).parents[2] / "docs" / "settings.md").read_text(encoding="utf-8")
    rows = [line.split("|")[1].strip() for line in page.splitlines() if line.startswith("| `")]
    assert rows == [f"`DOSSIER_{name.upper()}`" for name in Settings.model_fields]
    for field in Settings.model_fields.values():
        assert field.description and field.description in page
