"""The commands `dossier decide` and `dossier decisions`."""

from __future__ import annotations

import getpass
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from api.service_address import ServiceAddress
from cli.answers import answered, archive_or_service, request
from cli.archive import CursorOption, JsonOption, LimitOption, StoreOption, settings_for
from cli.printing import out, say, show_json, show_table
from graph.classes.schemes import SchemeId
from graph.decide import (
    AcceptRequest,
    ClassRequest,
    DecisionRequest,
    MatchRequest,
    ReversalRequest,
    ValueRequest,
    decide,
)
from graph.decisions import Decided, DecisionPage, DecisionRow, decisions
from graph.erasure import ErasureRequest, Label
from graph.errors import UsageError
from graph.filing.moves import MovedLabel, MoveRequest
from graph.viewer import LOCAL_OPERATOR

app = typer.Typer(no_args_is_help=True, help="Decide: each decision is kept, listed, and reversed by another one.")
Why = Annotated[str, typer.Option("--why", help="The reason; kept for good, so name no one in it.")]
Who = Annotated[str | None, typer.Option("--who", help="Who decides; default the user of the system.")]


def _who(given: str | None) -> str:
    return given or getpass.getuser()


@app.command()
def match(
    persons: Annotated[tuple[str, str], typer.Argument(help="Two persons, by id, number or name.")],
    why: Why,
    who: Who = None,
    score: Annotated[float | None, typer.Option(min=0, max=1, help="How alike they are.")] = None,
    method: Annotated[str, typer.Option(help="How they were compared.")] = "by hand",
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Two persons are one."""
    decide_and_show(MatchRequest(who=_who(who), why=why, persons=persons, score=score, method=method), store, as_json)


@app.command(name="class")
def class_(
    material: Annotated[str, typer.Argument(help="Id of the material.")],
    why: Why,
    who: Who = None,
    type_: Annotated[str | None, typer.Option("--type", help="Id of its type.")] = None,
    scheme: Annotated[SchemeId | None, typer.Option(help="Decide its class in this scheme instead.")] = None,
    code: Annotated[str | None, typer.Option("--class", help="Code of its class in the scheme.")] = None,
    none: Annotated[bool, typer.Option("--none", help="It is of no type, or of no class of the scheme.")] = False,
    same_title: Annotated[
        bool, typer.Option("--same-title", help="So is every record with its title, those that come later too.")
    ] = False,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """A material is of a type, or of a class in a scheme, whatever its title says."""
    if scheme is not None:
        if (code is None) is not none or type_ is not None:
            raise UsageError("Either a class or none has to be said.", "Give --class CODE, or --none, and no --type.")
        asked = ClassRequest(
            who=_who(who), why=why, material=material, scheme=scheme, code=code, same_title=same_title
        )
    elif (type_ is None) is not none or code is not None:
        raise UsageError("Either a type or none has to be said.", "Give --type ID, --none, or --scheme and --class.")
    else:
        asked = ClassRequest(who=_who(who), why=why, material=material, type=type_, same_title=same_title)
    decide_and_show(asked, store, as_json)


@app.command()
def value(
    fact: Annotated[str, typer.Argument(help="Id of the fact, as the dossier lists it.")],
    why: Why,
    who: Who = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """What a fact states prevails."""
    decide_and_show(ValueRequest(who=_who(who), why=why, fact=fact), store, as_json)


@app.command()
def accept(
    finding: Annotated[str, typer.Argument(help="Id of the finding.")],
    why: Why,
    who: Who = None,
    until: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Last day on which it is accepted.")
    ] = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """A finding of the audit is accepted."""
    day = until.date() if until else None
    decide_and_show(AcceptRequest(who=_who(who), why=why, finding=finding, until=day), store, as_json)


@app.command()
def erase(
    label: Annotated[Label, typer.Option("--label", help="What kind of record.")],
    id_: Annotated[str, typer.Option("--id", help="Id of the record.")],
    why: Why,
    who: Who = None,
    delete_files: Annotated[
        Path | None,
        typer.Option("--delete-files", help="Delete the bytes of its files that lie in this folder; else list them."),
    ] = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """What a record says is erased, for good. docs/erasure.md says what goes with it."""
    order = ErasureRequest(who=_who(who), why=why, label=label, id=id_)
    decide_and_show(order, store, as_json, delete_files)


@app.command()
def move(
    label: Annotated[MovedLabel, typer.Option("--label", help="What kind of record.")],
    what: Annotated[str, typer.Argument(help="What moves, by id or code.")],
    to: Annotated[str, typer.Option("--to", help="Where it goes, by id or code.")],
    why: Why,
    who: Who = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """A record goes into another volume, a volume into a box, a box on a shelf, a shelf into a room."""
    decide_and_show(MoveRequest(who=_who(who), why=why, label=label, what=what, to=to), store, as_json)


@app.command()
def reverse(
    decision: Annotated[str, typer.Argument(help="Id of the decision.")],
    why: Why,
    who: Who = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """An earlier decision no longer counts."""
    decide_and_show(ReversalRequest(who=_who(who), why=why, decision=decision), store, as_json)


def decide_and_show(
    asked: DecisionRequest, store: str | None, as_json: bool, delete_files: Path | None = None
) -> None:
    """Decides, and prints what was decided."""
    answer = _decided(asked, store, delete_files)
    if as_json:
        show_json(answer)
        return
    row = answer.decision
    about = ", ".join(f"{one.label} {one.id}" for one in row.about[:10])
    more = f" and {len(row.about) - 10:,} more" if len(row.about) > 10 else ""
    of = f" of {about}{more}" if about else ""
    say(out, f"{row.id}: {row.kind}{of}, decided by {row.who}.")
    for name in answer.files_deleted:
        say(out, f"Deleted: {name}")
    for name in answer.files_by_hand:
        say(out, f"To be deleted by hand: {name}")
    for remark in answer.remarks:
        say(out, remark)


def _decided(asked: DecisionRequest, store: str | None, delete_files: Path | None) -> Decided:
    """Decides in the store, or lets the service decide that holds it."""
    settings = settings_for(store)
    archive = archive_or_service(settings, read_only=False)
    if isinstance(archive, ServiceAddress):
        if delete_files is not None:
            raise UsageError(
                "A service holds the store, and it deletes no files.",
                "Stop it first, or leave --delete-files out and delete by hand the files that are listed.",
            )
        said = request(archive, settings, "POST", "/decisions", json=asked.model_dump(mode="json"))
        return Decided.model_validate(said)
    try:
        return decide(archive, settings, LOCAL_OPERATOR, asked, delete_files)
    finally:
        archive.close()


def list_decisions(
    kind: Annotated[
        str | None,
        typer.Option(
            help="Such as match, class, prevailing value, erasure, rows mended; docs/decisions.md lists them."
        ),
    ] = None,
    about: Annotated[str | None, typer.Option(help="Id of a record, or of a decision.")] = None,
    limit: LimitOption = 50,
    cursor: CursorOption = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """List what was decided, the latest first."""
    page = answered(
        store,
        lambda s: decisions(s, LOCAL_OPERATOR, kind=kind, about=about, limit=limit, cursor=cursor),
        DecisionPage,
        "/decisions",
        {"kind": kind, "about": about, "limit": limit, "cursor": cursor},
    )
    if as_json:
        show_json(page)
        return
    names = ["decision", "kind", "about", "what", "who", "when", "why", "reversed by"]
    show_table("Decisions", names, [_cells(row) for row in page.items])
    if page.next:
        say(out, f"More: --cursor {page.next}")


def _cells(row: DecisionRow) -> list[object]:
    about = ", ".join(one.id for one in row.about[:3]) + (f" (+{len(row.about) - 3})" if len(row.about) > 3 else "")
    what = ", ".join(f"{name}: {said}" for name, said in row.what.items() if said is not None)
    return [row.id, row.kind, about, what, row.who, row.decided_at, row.why, row.reversed_by]
