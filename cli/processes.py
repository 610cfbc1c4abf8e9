"""The commands of processes: metrics, variants and the process map, over all cases or those that filters describe."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Literal

import typer

from cli.answers import Answer, answered
from cli.archive import CursorOption, JsonOption, LimitOption, StoreOption
from cli.printing import out, say, show_json, show_table
from graph.cases import CasePage
from graph.process.cases import figure_cases
from graph.process.deviations import Deviations, deviations
from graph.process.drift import Drift, drift
from graph.process.filters import By, CasesOf, FigureName, ProcessFilter
from graph.process.metrics import Metrics, metrics
from graph.process.months import Months, months
from graph.process.process_map import ProcessMap, process_map
from graph.process.stages import StageTimes, stage_times
from graph.process.variants import VariantPage, variants
from graph.store import Store
from graph.viewer import LOCAL_OPERATOR, Viewer

Of = Literal["figures", "stages", "months", "deviations", "drift", "cases"]
ItemOption = Annotated[str | None, typer.Option(help="Service item, as the case names it.")]
UnitOption = Annotated[str | None, typer.Option(help="Unit that took part, by id or name.")]
RegionOption = Annotated[str | None, typer.Option(help="Region.")]
FromOption = Annotated[str | None, typer.Option("--from-month", help="Opened in this month (2024-01) or later.")]
ToOption = Annotated[str | None, typer.Option("--to-month", help="Opened in this month or earlier.")]


def show_metrics(
    of: Annotated[Of, typer.Argument(help="figures, stages, months, deviations, drift or cases.")] = "figures",
    by: Annotated[By | None, typer.Option(help="Group the figures by item, unit, region or month.")] = None,
    item: ItemOption = None,
    unit: UnitOption = None,
    region: RegionOption = None,
    from_month: FromOption = None,
    to_month: ToOption = None,
    figure: Annotated[FigureName, typer.Option(help="With cases: of which figure.")] = "cases",
    key: Annotated[str | None, typer.Option(help="With cases: its rule, stage, month, variant or activity.")] = None,
    then: Annotated[str | None, typer.Option(help="With cases: the second activity of a step.")] = None,
    limit: LimitOption = 50,
    cursor: CursorOption = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show how many cases, how long they take, how often again; stages, months, deviations, drift, cases."""
    wanted = ProcessFilter(item=item, unit=unit, region=region, from_month=from_month, to_month=to_month)
    if of == "cases":
        asked = CasesOf(figure=figure, key=key, then=then)
        page = answered(
            store,
            lambda s: figure_cases(s, LOCAL_OPERATOR, wanted, asked, limit=limit, cursor=cursor),
            CasePage,
            "/metrics/cases",
            {**wanted.model_dump(), **asked.model_dump(), "limit": limit, "cursor": cursor},
        )
        show_json(page) if as_json else _show_cases(page)
    elif of == "figures":
        found = answered(
            store,
            lambda s: metrics(s, LOCAL_OPERATOR, wanted, by),
            Metrics,
            "/metrics",
            {**wanted.model_dump(), "by": by},
        )
        show_json(found) if as_json else _show_figures(found)
    elif of == "stages":
        _ask(store, wanted, stage_times, StageTimes, "/metrics/stages", _show_stages, as_json)
    elif of == "months":
        _ask(store, wanted, months, Months, "/metrics/months", _show_months, as_json)
    elif of == "deviations":
        _ask(store, wanted, deviations, Deviations, "/metrics/deviations", _show_deviations, as_json)
    else:
        _ask(store, wanted, drift, Drift, "/metrics/drift", _show_drift, as_json)


def _ask(
    store: str | None,
    wanted: ProcessFilter,
    question: Callable[[Store, Viewer, ProcessFilter], Answer],
    model: type[Answer],
    route: str,
    show: Callable[[Answer], None],
    as_json: bool,
) -> None:
    found = answered(store, lambda s: question(s, LOCAL_OPERATOR, wanted), model, route, wanted.model_dump())
    show_json(found) if as_json else show(found)


def show_process_map(
    item: ItemOption = None,
    unit: UnitOption = None,
    region: RegionOption = None,
    from_month: FromOption = None,
    to_month: ToOption = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show which activity follows which, how often and after how long, and where the time goes."""
    wanted = ProcessFilter(item=item, unit=unit, region=region, from_month=from_month, to_month=to_month)
    _ask(store, wanted, process_map, ProcessMap, "/process-map", _show_map, as_json)


def list_variants(
    item: ItemOption = None,
    unit: UnitOption = None,
    region: RegionOption = None,
    from_month: FromOption = None,
    to_month: ToOption = None,
    limit: LimitOption = 50,
    cursor: CursorOption = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the variants, the most frequent first, with their coverage."""
    wanted = ProcessFilter(item=item, unit=unit, region=region, from_month=from_month, to_month=to_month)
    page = answered(
        store,
        lambda s: variants(s, LOCAL_OPERATOR, wanted, limit=limit, cursor=cursor),
        VariantPage,
        "/variants",
        {**wanted.model_dump(), "limit": limit, "cursor": cursor},
    )
    if as_json:
        show_json(page)
        return
    rows: list[list[object]] = [
        [v.rank, v.cases, _share(v.share), _share(v.coverage), v.median, " > ".join(a or "–" for a in v.activities)]
        for v in page.items
    ]
    title = f"{page.variants:,} variants of {page.cases:,} cases"
    show_table(title, ["rank", "cases", "share", "coverage", "median s", "activities"], rows)
    if page.next:
        say(out, f"More: --cursor {page.next}")


def _show_figures(found: Metrics) -> None:
    """One row a figure, one column a group where there are few; a row a group otherwise."""
    names = list(found.definitions)
    if found.by is None:
        rows: list[list[object]] = [
            [found.definitions[n].title.en, one.value, found.definitions[n].unit, one.cases]
            for group in found.groups
            for n, one in group.figures.items()
        ]
        show_table(f"As of load {found.as_of_load}", ["figure", "value", "unit", "cases"], rows)
        return
    grouped: list[list[object]] = [
        [group.name or group.key, *(group.figures[n].value for n in names)] for group in found.groups
    ]
    show_table(f"By {found.by}, as of load {found.as_of_load}", [found.by, *names], grouped)


def _show_cases(page: CasePage) -> None:
    names = ["id", "item_id", "opened_at", "last_at", "status", "events", "seconds"]
    show_table("Cases", names, [[getattr(row, n) for n in names] for row in page.items])
    if page.next:
        say(out, f"More: --cursor {page.next}")


def _show_stages(found: StageTimes) -> None:
    rows: list[list[object]] = [[s.stage, s.cases, s.median, s.p90, s.mean, _share(s.share)] for s in found.stages]
    show_table("Time of stages (s)", ["stage", "cases", "median", "p90", "mean", "share"], rows)
    if found.untimed:
        say(out, f"{found.untimed} of {found.steps} steps have an instant that is not known.")


def _show_months(found: Months) -> None:
    rows: list[list[object]] = [[m.month, m.opened, m.ended, m.backlog] for m in found.months]
    show_table("Months", ["month", "opened", "ended", "backlog"], rows)
    if found.left_out:
        say(out, f"Left out: {found.left_out} cases that cannot be measured.")


def _show_deviations(found: Deviations) -> None:
    rows: list[list[object]] = [
        [d.rule, d.severity, d.cases, _share(d.share), d.title.en if d.title else None] for d in found.deviations
    ]
    title = f"{found.deviating:,} of {found.cases:,} cases deviate"
    show_table(title, ["rule", "severity", "cases", "share", "title"], rows)
    if found.audit is None:
        say(out, "Nothing was audited yet: `dossier audit`.")
    elif found.audit.loads_since:
        say(out, f"{found.audit.loads_since} loads were done since the audit; `dossier audit` takes them in.")


def _show_drift(found: Drift) -> None:
    rows: list[list[object]] = [
        [m.month, m.cases, m.steps, _real(m.distance), _real(m.by_chance), "drift" if m.drift else None]
        for m in found.months
    ]
    show_table("Drift against the month before", ["month", "cases", "steps", "distance", "by chance", ""], rows)


def _show_map(found: ProcessMap) -> None:
    rows: list[list[object]] = [
        [s.from_activity, s.to_activity, s.steps, s.cases, s.median, s.mean, _share(s.share)] for s in found.steps
    ]
    title = f"{found.steps_total:,} steps of {found.cases:,} cases"
    show_table(title, ["from", "to", "steps", "cases", "median s", "mean s", "share of time"], rows)


def _share(part: float | None) -> str | None:
    return None if part is None else f"{100 * part:.1f}%"


def _real(number: float | None) -> str | None:
    return None if number is None else f"{number:.3f}"
