"""The command that draws samples for an audit."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli.answers import answered
from cli.archive import JsonOption, StoreOption
from cli.printing import out, say, show_json, show_table
from graph.audit.risk import weight_of
from graph.errors import UsageError
from graph.instants import parse_one
from graph.sampling import STRATA, By, Sample, SampleRequest, sample
from graph.viewer import LOCAL_OPERATOR


def draw_sample(
    size: Annotated[int, typer.Option(min=1, max=100_000, help="How many cases.")],
    seed: Annotated[str, typer.Option(help="What the draw depends on: the same seed gives the same sample.")],
    item: Annotated[str | None, typer.Option(help="Service item.")] = None,
    unit: Annotated[str | None, typer.Option(help="Unit that handled the case first, by id or name.")] = None,
    from_at: Annotated[str | None, typer.Option("--from", help="Opened at this instant or later.")] = None,
    to_at: Annotated[str | None, typer.Option("--to", help="Opened before this instant.")] = None,
    stratify: Annotated[str, typer.Option(help="Strata with commas between: item, unit, month.")] = "",
    by_risk: Annotated[bool, typer.Option("--by-risk", help="Those of the highest risk by the findings.")] = False,
    weight: Annotated[
        list[str] | None,
        typer.Option(help="NAME=NUMBER: weight of a severity or rule, with --by-risk. Several times."),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="File for the sample with its frame, as JSON.")
    ] = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Draw a sample of cases, random or by risk, that anyone can draw again."""
    if weight and not by_risk:
        raise UsageError("Weights count in a sample by risk only.", "Give --by-risk with --weight.")
    wanted = SampleRequest(
        size=size,
        seed=seed,
        item=item,
        unit=unit,
        from_at=parse_one(from_at) if from_at else None,
        to_at=parse_one(to_at) if to_at else None,
        by=_strata(stratify),
        weights=dict(map(weight_of, weight or ())) if by_risk else None,
    )
    whole = output is not None
    params: dict[str, object] = {"size": size, "seed": seed, "item": item, "unit": unit, "from": from_at, "to": to_at}
    params |= {"stratify": list(wanted.by), "frame": whole, "by_risk": by_risk, "weight": list(weight or ())}
    answer = answered(
        store, lambda s: sample(s, LOCAL_OPERATOR, wanted, with_frame=whole), Sample, "/samples", params
    )
    if output is not None:
        output.write_text(answer.model_dump_json(indent=1) + "\n", encoding="utf-8")
    if as_json:
        show_json(answer)
    else:
        _show(answer)


def _strata(text: str) -> tuple[By, ...]:
    given = [part.strip() for part in text.split(",") if part.strip()]
    chosen = tuple(name for part in given for name in STRATA if name == part)
    if len(chosen) != len(given):
        raise UsageError(f"'{text}' names no strata.", f"Give some of {', '.join(STRATA)}, with commas between.")
    return chosen


def _show(answer: Sample) -> None:
    by = list(answer.request.by)
    title = f"{len(answer.cases)} of {answer.frame_cases} cases, seed {answer.request.seed}"
    show_table(title, ["case", "item", "unit", "month"], [[c.id, c.item, c.unit, c.month] for c in answer.cases])
    for one in answer.risk or ():
        why = ", ".join(
            f"{r.rule} {r.weight}" + (f" ({r.findings} findings)" if r.findings > 1 else "") for r in one.rules
        )
        say(out, f"{one.id}: risk {one.score}" + (f" = {why}" if why else ""))
    if answer.audited_load is not None:
        say(out, f"Findings stand for load {answer.audited_load}.")
    strata: list[list[object]] = [[*(getattr(s, n) for n in by), s.cases, s.drawn] for s in answer.strata]
    if by:
        show_table("Strata", [*by, "cases", "drawn"], strata)
    say(out, f"Frame: {answer.frame_cases} cases of load {answer.as_of_load}, SHA-256 {answer.frame_digest}")
    say(out, f"Drawn by {answer.algorithm}")
    if answer.open_load:
        say(out, f"Load {answer.open_load} is open; what it brings is not in the frame.")
