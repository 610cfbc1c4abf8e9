"""Commands that show persons and organisations."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.answers import answered, path_part
from cli.archive import CursorOption, JsonOption, LimitOption, StoreOption, settings_for
from cli.printing import out, say, show_json, show_table
from cli.proved import ProvedOption, show_proved
from graph.dossier import Dossier, dossier, organisation_dossier
from graph.evidence.stood import DossierProved, dossier_proved, organisation_proved
from graph.instants import parse_one
from graph.subjects import PersonPage, persons
from graph.viewer import LOCAL_OPERATOR

AsKnownAt = Annotated[str | None, typer.Option(help="As the archive knew it at this instant.")]


def person(
    person: Annotated[str, typer.Argument(help="Id, identity number, system:key, or a name that one person has.")],
    as_known_at: AsKnownAt = None,
    proved: ProvedOption = False,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """The dossier of a person (个人电子档案袋)."""
    at = parse_one(as_known_at) if as_known_at else None
    route = f"/persons/{path_part(person)}/dossier"
    params = {"as_known_at": as_known_at}
    if proved:
        settings = settings_for(store)
        both = answered(
            store,
            lambda s: dossier_proved(s, settings, LOCAL_OPERATOR, person, at),
            DossierProved,
            f"{route}/proof",
            params,
        )
        show_proved(both, both.evidence, lambda: _show(both.answer, as_json=False), as_json=as_json)
        return
    answer = answered(store, lambda s: dossier(s, LOCAL_OPERATOR, person, at), Dossier, route, params)
    _show(answer, as_json=as_json)


def organisation(
    organisation: Annotated[str, typer.Argument(help="Id, credit code, system:key, or a name that one has.")],
    as_known_at: AsKnownAt = None,
    proved: ProvedOption = False,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """The dossier of an organisation."""
    at = parse_one(as_known_at) if as_known_at else None
    route = f"/organisations/{path_part(organisation)}/dossier"
    params = {"as_known_at": as_known_at}
    if proved:
        settings = settings_for(store)
        both = answered(
            store,
            lambda s: organisation_proved(s, settings, LOCAL_OPERATOR, organisation, at),
            DossierProved,
            f"{route}/proof",
            params,
        )
        show_proved(both, both.evidence, lambda: _show(both.answer, as_json=False), as_json=as_json)
        return
    answer = answered(
        store, lambda s: organisation_dossier(s, LOCAL_OPERATOR, organisation, at), Dossier, route, params
    )
    _show(answer, as_json=as_json)


def list_persons(
    query: Annotated[str | None, typer.Argument(help="Part of a name, or an identity number.")] = None,
    limit: LimitOption = 50,
    cursor: CursorOption = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """List persons."""
    params = {"query": query, "limit": limit, "cursor": cursor}
    page = answered(
        store,
        lambda s: persons(s, LOCAL_OPERATOR, query, limit=limit, cursor=cursor),
        PersonPage,
        "/persons",
        params,
    )
    if as_json:
        show_json(page)
        return
    names = ["id", "name", "id_no", "gender", "birth_date"]
    show_table("Persons", names, [[getattr(row, n) for n in names] for row in page.items])
    if page.next:
        say(out, f"More: --cursor {page.next}")


def _show(answer: Dossier, *, as_json: bool) -> None:
    if as_json:
        show_json(answer)
        return
    shown = ", ".join(f"{field} {value}" for field, value in answer.values.items() if value)
    rows: list[list[object]] = []
    for entry in (*answer.entries, *answer.undated):
        source = f"{entry.source.file}:{entry.source.row} (load {entry.source.load})"
        when = f"{entry.start or ''}{f' to {entry.end}' if entry.end else ''}"
        rows.append([when or "without date", entry.kind, entry.title, entry.case_id, entry.life_stage, source])
    title = f"{answer.label} {answer.id}, as of load {answer.as_of_load}: {shown}"
    show_table(title, ["when", "kind", "what", "case", "stage of life", "source"], rows)
    for field in answer.fields:
        if field.contradicted:
            said = "; ".join(
                f"{s.value} ({s.source.file}:{s.source.row}){' prevails' if s.prevails else ''}"
                for s in field.statements
            )
            say(out, f"Contradiction in {field.field}: {said}")
