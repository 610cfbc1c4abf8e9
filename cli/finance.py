"""The command `dossier finance`."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.answers import answered, path_part
from cli.archive import JsonOption, StoreOption
from cli.printing import out, say, show_json, show_table
from graph.finance import Finance, finance
from graph.instants import parse_one
from graph.viewer import LOCAL_OPERATOR


def show_finance(
    case: Annotated[str, typer.Argument(help="Id of the case, or its natural key.")],
    as_known_at: Annotated[str | None, typer.Option(help="As the archive knew it at this instant.")] = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """A case for the review of its payment: approval, amounts, and the records they rest on."""
    at = parse_one(as_known_at) if as_known_at else None
    answer = answered(
        store,
        lambda archive: finance(archive, LOCAL_OPERATOR, case, at),
        Finance,
        f"/cases/{path_part(case)}/finance",
        {"as_known_at": as_known_at},
    )
    if as_json:
        show_json(answer)
        return
    approvals: list[list[object]] = [
        [one.stage, one.activity, one.at, one.outcome, ", ".join(a.name or a.id for a in one.actors)]
        for one in answer.approvals
    ]
    title = f"{answer.id}: {answer.status}, load {answer.as_of_load}"
    show_table(title, ["stage", "activity", "when", "outcome", "by"], approvals)
    amounts: list[list[object]] = [
        [one.kind, one.amount, one.period, ", ".join(p.id for p in one.payees), one.id] for one in answer.amounts
    ]
    show_table("Amounts", ["kind", "fen", "period", "payees", "record"], amounts)
    records: list[list[object]] = [
        [one.title, one.type_id, one.date, one.form, one.files] for one in answer.materials
    ]
    show_table("Records", ["title", "type", "date", "form", "files"], records)
    for one in answer.differences:
        say(out, f"{one.first} {one.first_amount}, {one.second} {one.second_amount}: {one.difference} fen apart")
    told = {True: "The amounts agree.", False: "The amounts differ.", None: "Whether amounts agree is not decidable."}
    say(out, told[answer.agrees])
    if not answer.approved:
        say(out, "No event approves it.")
