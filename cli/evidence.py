"""Commands about evidence: what is handed out so that it can be checked elsewhere, and signatures in PDF files."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from pydantic import ValidationError

from api.service_address import ServiceAddress
from cli.answers import archive_or_service, fetch, require_no_folders
from cli.archive import JsonOption, StoreOption, settings_for
from cli.printing import out, say, show_json, show_table
from etl.check_run import folder_of_files, folders_of
from etl.export.export import replacing
from graph.errors import UnreadableInput
from graph.sampling import Sample
from graph.settings import Settings
from graph.viewer import LOCAL_OPERATOR

# Typesetting and signatures take a second to import, which other commands need not wait for.
if TYPE_CHECKING:
    from graph.evidence.pack import Pack, PackRequest


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
        list[str] | None,
        typer.Option(help="NAME=FOLDER: where the files lie whose uri begins with NAME/; default DOSSIER_FILES."),
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
    settings = settings_for(store)
    archive = archive_or_service(settings, read_only=True)
    if isinstance(archive, ServiceAddress):
        pack = _fetched(archive, settings, wanted, output)
    else:
        try:
            given = replace(wanted, folders=wanted.folders or folders_of(settings))
            pack = write_pack(archive, settings, LOCAL_OPERATOR, given, output)
        finally:
            archive.close()
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


def _fetched(address: ServiceAddress, settings: Settings, wanted: PackRequest, output: Path) -> Pack:
    """The pack that the service which holds the store makes, with files of its own folders only."""
    require_no_folders(wanted.folders)
    from api.evidence import PackAsked
    from graph.evidence.pack import pack_of

    with replacing(output, overwrite=True) as temporary:
        asked = PackAsked(cases=list(wanted.cases), without=list(wanted.without), sample=wanted.sample)
        fetch(address, settings, "POST", "/evidence", temporary, json=asked.model_dump(mode="json"))
    return pack_of(output)


def _sample(path: Path) -> Sample:
    try:
        return Sample.model_validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        raise UnreadableInput(
            f"{path} is no sample: {str(error).splitlines()[0]}", "Make one with `dossier sample … -o FILE`."
        ) from error
