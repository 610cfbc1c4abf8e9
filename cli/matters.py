"""The command of matters (联办)."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.answers import answered, path_part
from cli.archive import JsonOption, StoreOption
from cli.printing import show_json, show_table
from graph.instants import parse_one
from graph.matters import MatterChain, matter_chain
from graph.viewer import LOCAL_OPERATOR


def matter_command(
    matter: Annotated[str, typer.Argument(help="Id of the matter, or its number.")],
    as_known_at: Annotated[str | None, typer.Option(help="As the archive knew it at this instant.")] = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """The cases of a matter (联办) as one chain, across departments and regions."""
    moment = parse_one(as_known_at) if as_known_at else None
    answer = answered(
        store,
        lambda archive: matter_chain(archive, LOCAL_OPERATOR, matter, moment),
        MatterChain,
        f"/matters/{path_part(matter)}/chain",
        {"as_known_at": as_known_at},
    )
    if as_json:
        show_json(answer)
    else:
        _show(answer)


def _show(answer: MatterChain) -> None:
    names = ["id", "item_id", "region", "opened_at", "closed_at", "status"]
    title = f"{answer.name or answer.id}: {answer.status}, as of load {answer.as_of_load}"
    show_table(title, names, [[getattr(one, name) for name in names] for one in answer.cases])
    rows: list[list[object]] = []
    for one in answer.events:
        who = ", ".join(actor.name or actor.id for actor in one.event.actors)
        where = ", ".join(unit.name or unit.id for unit in one.event.units)
        rows.append([one.event.at, one.waited, ", ".join(one.cases), one.event.activity, who, where])
    show_table("Events", ["when", "s since", "case", "what", "who", "where"], rows)
