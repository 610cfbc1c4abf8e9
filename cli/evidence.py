"""Commands about evidence: what is handed out so that it can be checked elsewhere, and signatures in PDF files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli.archive import JsonOption, settings_for
from cli.printing import show_json, show_table


def signatures(
    files: Annotated[list[Path], typer.Argument(help="PDF files.")],
    as_json: JsonOption = False,
) -> None:
    """What the signatures in PDF files are worth; ends with 1 where one is broken."""
    from graph.evidence.pdf_signatures import PdfSignatures, signatures_of, trust_roots

    roots = trust_roots(settings_for(None).trust_roots)
    found: list[PdfSignatures] = [signatures_of(path, roots) for path in files]
    if as_json:
        show_json(list(found))
    else:
        rows: list[list[object]] = []
        for file in found:
            rows.append([file.file, file.outcome, "", file.reason])
            rows += [["", s.outcome, s.signer, f"{s.field}: {s.reason}"] for s in file.signatures]
        show_table("Signatures", ["file", "outcome", "signer", "reason"], rows)
    if any(file.outcome == "broken" for file in found):
        raise typer.Exit(1)
