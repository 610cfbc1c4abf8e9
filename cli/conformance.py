"""`dossier check`: whether cases keep to their standards."""

from __future__ import annotations

from functools import partial
from typing import Annotated

import typer
from rich.progress import Progress, TaskID, TextColumn

from cli.answers import answered, path_part
from cli.archive import JsonOption, StoreOption, opened, settings_for
from cli.printing import err, out, show_json, show_table
from graph.conformance import Conformance, ConformanceSummary, conformance, conformance_of_all
from graph.errors import UsageError
from graph.instants import parse_one
from graph.viewer import LOCAL_OPERATOR
from graph.working_days import working_days


def check(
    case: Annotated[str | None, typer.Option("--case", help="Id of a case, or its natural key.")] = None,
    every: Annotated[bool, typer.Option("--all", help="All cases, counted by rule.")] = False,
    as_known_at: Annotated[str | None, typer.Option(help="As the archive knew it at this instant.")] = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Whether cases keep to the standards in force at their acceptance, and what would mend them."""
    if (case is None) == (not every) or (every and as_known_at):
        raise UsageError("One case or all of them?", "Give --case ID (with --as-known-at where wanted), or --all.")
    calendar = working_days(settings_for(store))
    if case is None:
        show = Progress(TextColumn("{task.description}"), console=err)
        with opened(store, read_only=True) as (archive, _), show:
            task = show.add_task("0 cases")
            told = partial(_tell, show, task)
            summary = conformance_of_all(archive, LOCAL_OPERATOR, calendar, told)
        show_json(summary) if as_json else _show_summary(summary)
        return
    at = parse_one(as_known_at) if as_known_at else None
    answer = answered(
        store,
        lambda archive: conformance(archive, LOCAL_OPERATOR, case, calendar, at),
        Conformance,
        f"/cases/{path_part(case)}/conformance",
        {"as_known_at": as_known_at},
    )
    show_json(answer) if as_json else _show(answer)


def _tell(show: Progress, task: TaskID, done: int) -> None:
    show.update(task, description=f"{done} cases")


def _show(answer: Conformance) -> None:
    rows: list[list[object]] = [
        [stage.stage, one.outcome, one.part, one.text.en, one.mend.en if one.mend else None]
        for stage in answer.stages
        for one in stage.findings
    ]
    title = f"{answer.id}: {answer.status}, under {answer.version_id or 'no standard'}, load {answer.as_of_load}"
    show_table(title, ["stage", "outcome", "part", "what", "what would mend it"], rows)
    told = {True: "It conforms.", False: "It does not conform.", None: "Whether it conforms cannot be decided."}
    out.print(f"{told[answer.conforms]} {answer.faults} faults, {answer.due} due, {answer.not_decidable} undecided.")


def _show_summary(summary: ConformanceSummary) -> None:
    names = ["part", "rule", "outcome", "findings", "cases"]
    show_table("Conformance", names, [[getattr(row, n) for n in names] for row in summary.rules])
    out.print(
        f"{summary.cases} cases: {summary.conforming} conform, {summary.faulty} do not, "
        f"{summary.not_decidable} cannot be decided; as of load {summary.as_of_load}."
    )
