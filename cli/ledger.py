"""Commands about the ledger: what it holds, proofs from it, and whether the archive still holds what was loaded."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from cryptography import x509
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from cli.answers import answered, path_part
from cli.archive import JsonOption, StoreOption, opened, settings_for
from cli.printing import err, out, say, show_json
from etl.check_run import folder_of_files
from graph.clock import SourceOfLoad, loading, now_ms
from graph.errors import NotFound, UnreadableInput, UsageError
from graph.evidence.home import open_ledger
from graph.evidence.ledger_answers import Consistency, LedgerState, RecordProof, consistency, ledger_state, prove
from graph.evidence.verification import Progress as ProgressOf
from graph.evidence.verification import Verification, verify, verify_case, verify_person
from graph.ledger import witness
from graph.ledger.checkpoint import open_checkpoint
from graph.ledger.log import Head
from graph.ledger.note import verifier
from graph.store import Store
from graph.viewer import LOCAL_OPERATOR

app = typer.Typer(invoke_without_command=True, help="The ledger that proves what the archive holds.")
_SHOWN = 50


@app.callback()
def ledger_command(context: typer.Context, store: StoreOption = None, as_json: JsonOption = False) -> None:
    """Show the ledger: how much it holds, its keys, its newest checkpoint."""
    if context.invoked_subcommand:
        return
    settings = settings_for(store)
    answer = answered(store, lambda archive: ledger_state(archive, settings, LOCAL_OPERATOR), LedgerState, "/ledger")
    if as_json:
        show_json(answer)
        return
    if answer.origin is None:
        say(out, "The archive has no ledger yet: the next load makes one." if answer.kept else "It keeps no ledger.")
        return
    say(out, f"{answer.origin} in {answer.folder}: {answer.size} entries, up to load {answer.sealed_upto}")
    for key in answer.keys:
        say(out, f"key {key}")
    for number in answer.pending:
        say(out, f"Load {number} is done; its entries wait for the next load.")
    for number in answer.unsealed:
        say(out, f"Load {number} is done, and the ledger does not know it. Run `dossier verify`.")
    say(out, f"\n{answer.checkpoint}")


@app.command()
def init(store: StoreOption = None, as_json: JsonOption = False) -> None:
    """Make the ledger of an archive and seal what it holds; a first load does so by itself."""
    with opened(store) as (archive, settings):
        if ledger_state(archive, settings, LOCAL_OPERATOR).origin is not None:
            raise UsageError("The archive has a ledger already.", "`dossier ledger` shows it.")
        archive.prepare()
        with loading(archive, settings, SourceOfLoad("ledger", "", "", "ledger", "", "append", None)) as (_, writer):
            counts = dict.fromkeys(("rows_in", "loaded", "unchanged", "quarantined", "withdrawn"), 0)
            writer.commit({**counts, "now": now_ms()})
        made = ledger_state(archive, settings, LOCAL_OPERATOR)
    if as_json:
        show_json(made)
        return
    say(out, f"The ledger {made.origin} is in {made.folder}: {made.size} entries.")
    say(out, f"Its public key, to be kept by whoever checks: {made.keys[0]}")
    say(out, "Keep its signing key safe, and export its checkpoints: `dossier ledger export --to FOLDER`.")


@app.command(name="prove")
def prove_command(
    record: Annotated[str, typer.Argument(help="Id of a record, or Label:ID.")],
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Prove that the ledger holds a record; ends with 1 where it does not hold it as it stands."""
    settings, route = settings_for(store), f"/ledger/proof/{path_part(record)}"
    answer = answered(store, lambda archive: prove(archive, settings, LOCAL_OPERATOR, record), RecordProof, route)
    if as_json:
        show_json(answer)
    else:
        for one in answer.entries:
            say(out, f"entry {one.index}: {one.entry}")
            for part, shown in one.parts.items():
                say(out, f"  {part}: salt {shown.salt} {shown.text}")
            say(out, f"  path: {' '.join(one.path)}")
        for missing in answer.unproved:
            say(out, f"Not proved: {missing}")
        say(out, f"\n{answer.checkpoint}")
    if not answer.proved:
        raise typer.Exit(1)


@app.command(name="consistency")
def consistency_command(
    old: Annotated[int, typer.Argument(min=0, help="Number of entries then.")],
    new: Annotated[int | None, typer.Argument(min=0, help="Number of entries later; by default all.")] = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Prove that the ledger only grew between two sizes."""
    settings = settings_for(store)
    answer = answered(
        store,
        lambda archive: consistency(archive, settings, LOCAL_OPERATOR, old, new),
        Consistency,
        "/ledger/consistency",
        {"old": old, "new": new},
    )
    if as_json:
        show_json(answer)
        return
    say(out, f"{answer.old} to {answer.new} entries:")
    for one in answer.proof:
        say(out, one)
    for size, note in ((answer.old, answer.old_checkpoint), (answer.new, answer.new_checkpoint)):
        say(out, f"\n{note}" if note else f"\nNo checkpoint of {size} entries was kept.")


@app.command()
def export(
    to: Annotated[Path | None, typer.Option(help="Folder that keeps it, out of the reach of this machine.")] = None,
    command: Annotated[
        str | None, typer.Option(help="Command that takes it on its input; what it prints is kept with --keep.")
    ] = None,
    service: Annotated[str | None, typer.Option(help="Address of an RFC 3161 time-stamp service.")] = None,
    roots: Annotated[Path | None, typer.Option(help="Certificates (PEM) by which its answers are trusted.")] = None,
    keep: Annotated[Path, typer.Option(help="Folder for what a command or service answers.")] = Path("checkpoints"),
    store: StoreOption = None,
) -> None:
    """Hand the newest checkpoint out of the house: to a folder, a command or a time-stamp service."""
    if sum(one is not None for one in (to, command, service)) != 1:
        raise UsageError("A checkpoint goes to one place.", "Give one of --to, --command and --service.")
    settings = settings_for(store)
    state = answered(store, lambda archive: ledger_state(archive, settings, LOCAL_OPERATOR), LedgerState, "/ledger")
    if state.checkpoint is None or state.origin is None:
        raise NotFound("The archive has no ledger yet.", "The next load makes one; so does `dossier ledger init`.")
    keys = [verifier(key) for key in state.keys]
    head = Head(open_checkpoint(state.checkpoint, state.origin, keys), state.checkpoint)
    if to is not None:
        say(out, f"Written: {witness.to_folder(head, to)}")
    elif command is not None:
        say(out, f"Kept: {witness.to_command(head, shlex.split(command), keep)}")
    else:
        stamp = witness.to_time_stamp_service(head, str(service), keep, roots=_certificates(roots))
        trusted = "" if stamp.trusted else " (its signature was not checked: give --roots)"
        say(out, f"Kept in {keep}, stamped {stamp.at.isoformat()}{trusted}")


def _certificates(path: Path | None) -> list[x509.Certificate]:
    if path is None:
        return []
    try:
        return x509.load_pem_x509_certificates(path.read_bytes())
    except (OSError, ValueError) as error:
        raise UnreadableInput(f"{path} holds no certificates: {error}", "Name a file in PEM.") from error


@app.command()
def rotate(store: StoreOption = None) -> None:
    """Replace the signing key by a new one, which the old one vouches for."""
    with opened(store) as (archive, settings), open_ledger(archive, settings, read_only=False) as ledger:
        key = ledger.rotate_key()
    say(out, f"The newest key is {key}; whoever holds the first one goes on accepting it.")


def verify_command(
    pack: Annotated[Path | None, typer.Argument(help="Evidence pack; needs no archive.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Everything; the default.")] = False,
    case: Annotated[str | None, typer.Option(help="This case only, by id or natural key.")] = None,
    person: Annotated[str | None, typer.Option(help="What is held about this person only.")] = None,
    checkpoint: Annotated[Path | None, typer.Option(help="Checkpoint that was kept outside.")] = None,
    files: Annotated[
        list[str] | None, typer.Option(help="NAME=FOLDER: where the files lie whose uri begins with NAME/.")
    ] = None,
    state: Annotated[
        Path | None, typer.Option(help="File from which an interrupted verification of everything goes on.")
    ] = None,
    key: Annotated[str | None, typer.Option(help="For a pack: the public key, as you hold it.")] = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Is the archive, or a pack, still what was sealed?

    Ends with 0 where it is, 1 where something was altered, 2 for a wrong call, 3 where the store or its ledger is not
    there, 4 where something could not be checked.
    """
    given = [name for name, one in (("--all", everything), ("--case", case), ("--person", person)) if one]
    if len(given) > 1 or (pack and (given or checkpoint or files)):
        raise UsageError("One thing can be verified at a time.", "Give a pack, or one of --all, --case and --person.")
    if pack:
        _verify_pack(pack, key, as_json=as_json)
        return
    settings = settings_for(store)
    folders = dict(map(folder_of_files, files or []))
    if checkpoint and not checkpoint.is_file():
        raise NotFound(f"There is no file {checkpoint}.", "Name the checkpoint that was exported.")

    def question(archive: Store) -> Verification:
        with _progress() as progress:
            if case is not None:
                return verify_case(archive, settings, LOCAL_OPERATOR, case, progress=progress)
            if person is not None:
                return verify_person(archive, settings, LOCAL_OPERATOR, person, progress=progress)
            return verify(
                archive,
                settings,
                LOCAL_OPERATOR,
                checkpoint=checkpoint,
                files=folders,
                state=state,
                progress=progress,
            )

    if checkpoint or folders or state:
        # These files lie with the caller: a service that holds the store could not read them.
        with opened(store, read_only=True) as (archive, _):
            answer = question(archive)
    else:
        answer = answered(store, question, Verification, "/ledger/verification", {"case": case, "person": person})
    if as_json:
        show_json(answer)
    else:
        _show(answer)
    if answer.exit_code:
        raise typer.Exit(answer.exit_code)


@contextmanager
def _progress() -> Iterator[ProgressOf]:
    """A bar on a terminal for as long as something is verified."""
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed:,.0f}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=err, disable=not err.is_terminal) as bar:
        task = bar.add_task("ledger", total=None)
        yield lambda step, done, of: bar.update(task, description=step, completed=done, total=of)


def _show(answer: Verification) -> None:
    for one in answer.found[:_SHOWN]:
        say(out, f"{one.kind}: {one.message}")
    if len(answer.found) > _SHOWN:
        say(out, f"And {len(answer.found) - _SHOWN} more: --json lists them all.")
    for one in answer.erased[:_SHOWN]:
        say(out, f"erased: {one.message}")
    for text in answer.unchecked:
        say(out, f"Not checked: {text}")
    for text in answer.notes:
        say(out, f"Note: {text}")
    what = "Nothing was altered" if not answer.found else f"{len(answer.found)} alarms"
    say(out, f"{what}: {answer.records} records, {answer.entries} entries, {answer.files} files.")


def _verify_pack(pack: Path, key: str | None, *, as_json: bool) -> None:
    """Checks an evidence pack."""
    from graph.evidence.pack_check import check_pack

    answer = check_pack(pack, key)
    if as_json:
        show_json(answer)
    else:
        for one in answer.wrong:
            say(out, f"Wrong: {one}")
        for one in answer.unchecked:
            say(out, f"Not checked: {one}")
        for one in answer.notes:
            say(out, f"Note: {one}")
        say(out, "The pack does not fit." if answer.wrong else "The pack fits.")
    if answer.exit_code:
        raise typer.Exit(answer.exit_code)
