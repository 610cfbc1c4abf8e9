"""What commands print: tables and sentences for people, JSON for programs."""

from __future__ import annotations

import json
import sys

from pydantic import BaseModel
from rich.console import Console
from rich.table import Table

out = Console()
err = Console(stderr=True)


def say(console: Console, text: str, style: str | None = None) -> None:
    """One message as it stands, not broken into lines: paths and commands in it can be copied."""
    console.print(text, style=style, markup=False, highlight=False, soft_wrap=True)


def show_json(value: BaseModel | list[BaseModel]) -> None:
    dumped = [v.model_dump(mode="json") for v in value] if isinstance(value, list) else value.model_dump(mode="json")
    sys.stdout.write(json.dumps(dumped, ensure_ascii=False, indent=2) + "\n")


def show_table(title: str, columns: list[str], rows: list[list[object]]) -> None:
    table = Table(*columns, title=title)
    for row in rows:
        table.add_row(*("" if cell is None else str(cell) for cell in row))
    out.print(table)
