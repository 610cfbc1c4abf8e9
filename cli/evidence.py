"""Commands about evidence: what is handed out so that it can be checked elsewhere, and signatures in PDF files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError

from cli.archive import JsonOption, StoreOption, opened, settings_for
from cli.printing import out, say, show_json, show_table
from etl.check_run import folder_of_files
from graph.errors import UnreadableInput
from graph.sampling import Sample
from graph.viewer import LOCAL_OPERATOR


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


def evidence(
    output: Annotated[Path, typer.Option("--output", "-o", help="The pack to write, a zip file.")],
    cases: Annotated[list[str] | None, typer.Argument(help="Ids of cases, or their natural keys.")] = None,
    without: Annotated[
        list[str] | None, typer.Option(help="Part to leave out: who, when, what, links, file. Several times.")
    ] = None,
    files: Annotated[
        list[str] | None, typer.Option(help="NAME=FOLDER: where the files lie whose uri begins with NAME/.")
    ] = None,
    sample: Annotated[Path | None, typer.Option(help="Sample whose cases go into the pack.")] = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write an evidence pack of cases, which can be checked without the archive."""
    from graph.evidence.pack import PackRequest, write_pack

    drawn = _sample(sample) if sample else None
    named = [*(cases or []), *((case.id for case in drawn.cases) if drawn else ())]
    wanted = PackRequest(named, tuple(without or ()), dict(map(folder_of_files, files or [])), drawn)
    with opened(store, read_only=True) as (archive, settings):
        pack = write_pack(archive, settings, LOCAL_OPERATOR, wanted, output)
    if as_json:
        show_json(pack)
        return
    say(
        out,
        f"{pack.path}: {len(pack.cases)} cases, {pack.entries} entries, {pack.files} files, load {pack.as_of_load}",
    )
    say(out, f"SHA-256 {pack.sha256}")
    if pack.left_out:
        say(out, f"Left out: {', '.join(pack.left_out)}")
    for one in pack.missing:
        say(out, f"Missing: {one.what}: {one.why}")


def _sample(path: Path) -> Sample:
    try:
        return Sample.model_validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        raise UnreadableInput(
            f"{path} is no sample: {str(error).splitlines()[0]}", "Make one with `dossier sample … -o FILE`."
        ) from error
