"""Commands about items, reuse and the library of materials."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from cli.answers import answered
from cli.archive import CursorOption, JsonOption, LimitOption, StoreOption, settings_for
from cli.printing import out, say, show_json, show_table
from cli.proved import ProvedOption, show_proved
from graph.evidence.stood import ReuseProved, reuse_proved
from graph.instants import parse_one
from graph.items import ItemPage, items
from graph.library import LibraryPage, library, library_page
from graph.reuse import Reuse, reuse
from graph.viewer import LOCAL_OPERATOR


def list_items(
    query: Annotated[str | None, typer.Argument(help="Part of an id or a name.")] = None,
    limit: LimitOption = 50,
    cursor: CursorOption = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """List service items."""
    params = {"query": query, "limit": limit, "cursor": cursor}
    page = answered(
        store, lambda s: items(s, LOCAL_OPERATOR, query, limit=limit, cursor=cursor), ItemPage, "/items", params
    )
    if as_json:
        show_json(page)
        return
    names = ["id", "name", "life_stage", "region", "version_id", "materials"]
    show_table("Service items", names, [[getattr(row, n) for n in names] for row in page.items])
    if page.next:
        say(out, f"More: --cursor {page.next}")


def show_reuse(
    subject: Annotated[str, typer.Argument(help="Person or organisation, by id, number or name.")],
    item: Annotated[list[str], typer.Option("--item", help="Service item; may be given several times.")],
    on: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Day of the application.")] = None,
    as_known_at: Annotated[str | None, typer.Option(help="As the archive knew it at this instant.")] = None,
    proved: ProvedOption = False,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """What is on file of what items ask for, and what is to be submitted."""
    at = parse_one(as_known_at) if as_known_at else None
    day = on.date() if on else None
    params = {"subject": subject, "item": item, "as_known_at": as_known_at, "on": day.isoformat() if day else None}
    if proved:
        settings = settings_for(store)
        both = answered(
            store,
            lambda s: reuse_proved(s, settings, LOCAL_OPERATOR, subject, item, at, day),
            ReuseProved,
            "/reuse/proof",
            params,
        )
        show_proved(both, both.evidence, lambda: _show_reuse(both.answer), as_json=as_json)
        return
    answer = answered(store, lambda s: reuse(s, LOCAL_OPERATOR, subject, item, at, day), Reuse, "/reuse", params)
    if as_json:
        show_json(answer)
    else:
        _show_reuse(answer)


def _show_reuse(answer: Reuse) -> None:
    rows: list[list[object]] = []
    for one in answer.materials:
        found = one.material
        state = "on file" if one.on_file else f"to be submitted: {one.reason}"
        asked = ", ".join(need.item_id for need in one.asked_by)
        rows.append(
            [one.name or one.type_id, state, found.title if found else None, found.date if found else None, asked]
        )
    share = "-" if answer.share is None else f"{answer.share:.0%}"
    title = f"{answer.label} {answer.id} on {answer.on}: {share} need not be submitted again"
    show_table(title, ["material", "", "record", "date", "asked for by"], rows)
    fields: list[list[object]] = [
        [f.field, "on file" if f.on_file else f"to be stated: {f.reason}", f.value] for f in answer.fields
    ]
    show_table("Fields", ["field", "", "value"], fields)
    for unclassified in answer.unclassified:
        say(out, f"Unclassified: {unclassified.title}")


def show_library(
    limit: LimitOption = 50,
    cursor: CursorOption = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Types of materials: who asks for them, how often they come again (材料复用库)."""
    params = {"limit": limit, "cursor": cursor}
    page = answered(
        store,
        lambda s: library_page(library(s, LOCAL_OPERATOR), limit=limit, cursor=cursor),
        LibraryPage,
        "/library",
        params,
    )
    if as_json:
        show_json(page)
        return
    rows: list[list[object]] = [
        [t.name or t.id, len(t.required_by), t.records, t.submitted, t.persons, t.again] for t in page.items
    ]
    show_table("Library of materials", ["type", "items", "records", "submitted", "persons", "again"], rows)
    if page.next:
        say(out, f"More: --cursor {page.next}")
    for title in page.unclassified:
        say(out, f"Unclassified: {title.title} ({title.records})")
