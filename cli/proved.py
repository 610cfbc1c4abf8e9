"""Answers with what proves them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import typer
from pydantic import BaseModel

from cli.printing import out, say, show_json
from graph.evidence.stood import Evidence

ProvedOption = Annotated[bool, typer.Option("--proved", help="With what proves it; ends with 1 where nothing does.")]


def show_proved(whole: BaseModel, evidence: Evidence, show: Callable[[], None], *, as_json: bool) -> None:
    """The answer, what proves it, and the end with 1 where the ledger does not."""
    if as_json:
        show_json(whole)
    else:
        show()
        of = f"load {evidence.load}, {evidence.size} entries"
        say(out, f"{evidence.state}: {len(evidence.proofs)} proofs against the checkpoint of {of}")
        for text in evidence.unproved:
            say(out, f"Not proved: {text}")
        if evidence.checkpoint:
            say(out, f"\n{evidence.checkpoint}")
    if evidence.state in ("altered", "none"):
        raise typer.Exit(1)
