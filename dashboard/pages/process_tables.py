"""The tables of the page of processes; the number of cases in each row leads to them."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import parse_qs, urlsplit

import dash_mantine_components as dmc
from dash.development.base_component import Component

from dashboard.address import link
from dashboard.forms import count, length, share
from dashboard.page import Asked
from dashboard.table import Column, Row, table
from graph.process.definitions import DEFINITIONS
from graph.process.deviations import Deviations
from graph.process.drift import Drift
from graph.process.metrics import Metrics
from graph.process.months import Months
from graph.process.process_map import Activity, Step
from graph.process.stages import StageTime
from graph.process.variants import Variant

_TIMES = ("cycle_median", "cycle_p90", "span_median")
_SHARES = ("rework", "first_time_right", "deviating")


def title(asked: Asked, name: str) -> str:
    """What a figure is called."""
    said = DEFINITIONS[name].title
    return said.zh if asked.say.language == "zh" else said.en


def meaning(asked: Asked, name: str) -> str:
    """What a figure is."""
    said = DEFINITIONS[name].text
    return said.zh if asked.say.language == "zh" else said.en


def cases_link(asked: Asked, cases_at: str) -> str:
    """The page of the cases of a figure, from the query of the API that lists them."""
    given = parse_qs(urlsplit(cases_at).query)
    return link("/processes/cases", asked.address.language, {n: tuple(values) for n, values in given.items()})


def definitions(asked: Asked) -> Component:
    """What the figures of the table of groups are."""
    names = ("cases", "open", *_TIMES, *_SHARES)
    lines = [
        dmc.Text([dmc.Text(title(asked, name), span=True, fw=600), f" {meaning(asked, name)}"], size="xs", c="dimmed")
        for name in names
    ]
    return dmc.Stack(lines, gap=4)


def _cases(asked: Asked, cases: int, cases_at: str, field: str = "cases") -> Row:
    return {field: cases, f"{field}_text": count(cases), f"{field}_href": cases_link(asked, cases_at)}


def _time(asked: Asked, field: str, seconds: float | None) -> Row:
    return {field: seconds, f"{field}_text": length(seconds, asked.say)}


def _share(field: str, part: float | None) -> Row:
    return {field: part, f"{field}_text": share(part)}


def _cases_column(asked: Asked, width: int = 100) -> Column:
    return Column("cases", asked.say("processes.cases"), "number", width=width, link=True)


def groups(asked: Asked, found: Metrics, names: Sequence[str]) -> Component:
    """The figures of each group."""
    columns = (
        Column("name", asked.say(f"processes.by.{found.by}"), flex=2, wrap=True),
        _cases_column(asked),
        Column("open", title(asked, "open"), "number", width=110, link=True),
        *(Column(name, title(asked, name), "number", flex=1, least=110) for name in _TIMES),
        *(Column(name, title(asked, name), "number", width=110, link=True) for name in _SHARES),
    )
    rows: list[Row] = []
    for group, name in zip(found.groups, names, strict=True):
        of = group.figures
        row: Row = {"name": name, **_cases(asked, of["cases"].cases, of["cases"].cases_at)}
        row |= _cases(asked, of["open"].cases, of["open"].cases_at, "open")
        for one in _TIMES:
            row |= _time(asked, one, of[one].value)
        for one in _SHARES:
            row |= {**_share(one, of[one].value), f"{one}_href": cases_link(asked, of[one].cases_at)}
        rows.append(row)
    return table("groups", columns, rows, asked.address, asked.say, empty=asked.say("processes.none"))


def steps(asked: Asked, name: str, found: Sequence[Step]) -> Component:
    """Steps from one activity to another."""
    say = asked.say
    columns = (
        Column("from", say("processes.from"), flex=2, wrap=True),
        Column("to", say("processes.to"), flex=2, wrap=True),
        Column("steps", say("processes.count"), "number", width=100),
        _cases_column(asked),
        Column("median", say("processes.median"), "number", flex=1),
        Column("mean", say("processes.mean"), "number", flex=1),
        Column("share", say("processes.time_share"), "number", width=110),
    )
    rows: list[Row] = [
        {
            "from": one.from_activity or say("processes.no_activity"),
            "to": one.to_activity or say("processes.no_activity"),
            "steps": one.steps,
            **_cases(asked, one.cases, one.cases_at),
            **_time(asked, "median", one.median),
            **_time(asked, "mean", one.mean),
            **_share("share", one.share),
        }
        for one in found
    ]
    return table(name, columns, rows, asked.address, say, empty=say("processes.no_steps"))


def activities(asked: Asked, found: Sequence[Activity]) -> Component:
    """Activities with what begins and ends with them."""
    say = asked.say
    columns = (
        Column("activity", say("case.activity"), flex=2, wrap=True),
        Column("events", say("case.events"), "number", width=110),
        _cases_column(asked),
        Column("starts", say("processes.starts"), "number", width=110, link=True),
        Column("ends", say("processes.ends"), "number", width=110, link=True),
    )
    rows: list[Row] = [
        {
            "activity": one.activity or say("processes.no_activity"),
            "events": one.events,
            **_cases(asked, one.cases, one.cases_at),
            **_cases(asked, one.starts, one.starts_at, "starts"),
            **_cases(asked, one.ends, one.ends_at, "ends"),
        }
        for one in found
    ]
    return table("activities", columns, rows, asked.address, say, empty=say("processes.no_events"))


def stages(asked: Asked, found: Sequence[StageTime]) -> Component:
    """The time of each stage."""
    say = asked.say
    columns = (
        Column("stage", say("processes.stage"), flex=1),
        _cases_column(asked),
        Column("median", say("processes.median"), "number", flex=1),
        Column("p90", say("processes.p90"), "number", flex=1),
        Column("mean", say("processes.mean"), "number", flex=1),
        Column("share", say("processes.time_share"), "number", width=110),
    )
    rows: list[Row] = [
        {
            "stage": say.code("stage", one.stage) or say("processes.no_stage"),
            **_cases(asked, one.cases, one.cases_at),
            **_time(asked, "median", one.median),
            **_time(asked, "p90", one.p90),
            **_time(asked, "mean", one.mean),
            **_share("share", one.share),
        }
        for one in found
    ]
    return table("stages", columns, rows, asked.address, say, empty=say("processes.no_steps"), filters=False)


def deviations(asked: Asked, found: Deviations) -> Component:
    """The rules of the last audit by which cases deviate."""
    say = asked.say
    columns = (
        Column("title", say("processes.rule"), flex=3, wrap=True),
        Column("rule", say("processes.rule.id"), flex=1),
        _cases_column(asked),
        Column("share", title(asked, "deviation"), "number", width=120),
    )
    rows: list[Row] = [
        {
            "title": (one.title.zh if say.language == "zh" else one.title.en) if one.title else one.rule,
            "rule": one.rule,
            **_cases(asked, one.cases, one.cases_at),
            **_share("share", one.share),
        }
        for one in found.deviations
    ]
    empty = say("processes.no_deviations" if found.audit else "processes.no_audit")
    return table("deviations", columns, rows, asked.address, say, empty=empty)


def variants(asked: Asked, found: Sequence[Variant]) -> Component:
    """Variants with their coverage."""
    say = asked.say
    columns = (
        Column("rank", say("processes.rank"), "number", width=80),
        Column("path", say("processes.view.variants"), flex=4, least=240, wrap=True),
        _cases_column(asked),
        Column("share", say("processes.share"), "number", width=90),
        Column("coverage", say("processes.coverage"), "number", width=100),
        Column("median", title(asked, "span_median"), "number", flex=1, least=110),
    )
    rows: list[Row] = [
        {
            "rank": one.rank,
            "path": " → ".join(name or say("processes.no_activity") for name in one.activities) or "—",
            **_cases(asked, one.cases, one.cases_at),
            **_share("share", one.share),
            **_share("coverage", one.coverage),
            **_time(asked, "median", one.median),
        }
        for one in found
    ]
    return table("variants", columns, rows, asked.address, say, empty=say("processes.none"))


def months(asked: Asked, found: Months) -> Component:
    """Cases opened, ended and left over in each month, the latest first."""
    say = asked.say
    names = ("opened", "ended", "backlog")
    columns = (
        Column("month", say("processes.month"), flex=1),
        *(Column(name, title(asked, name), "number", flex=1, link=True) for name in names),
    )
    rows: list[Row] = []
    for one in reversed(found.months):
        row: Row = {"month": one.month}
        for name in names:
            row |= _cases(asked, getattr(one, name), getattr(one, f"{name}_at"), name)
        rows.append(row)
    return table("months", columns, rows, asked.address, say, empty=say("processes.no_months"), filters=False)


def drift(asked: Asked, found: Drift) -> Component:
    """The distance of each month to the one before, the latest first."""
    say = asked.say
    columns = (
        Column("month", say("processes.month"), flex=1),
        _cases_column(asked),
        Column("before", say("processes.before"), flex=1),
        Column("distance", say("processes.distance"), "number", flex=1),
        Column("by_chance", say("processes.by_chance"), "number", flex=1),
        Column("drift", say("processes.drift"), flex=1, mark={"cell-warn": "params.data.moved"}),
    )
    rows: list[Row] = [
        {
            "month": one.month,
            **_cases(asked, one.cases, one.cases_at),
            "before": one.before,
            "distance": one.distance,
            "distance_text": _real(one.distance),
            "by_chance": one.by_chance,
            "by_chance_text": _real(one.by_chance),
            "drift": say("processes.drift.yes") if one.drift else "",
            "moved": bool(one.drift),
        }
        for one in reversed(found.months)
    ]
    return table("drift", columns, rows, asked.address, say, empty=say("processes.no_months"), filters=False)


def _real(number: float | None) -> str:
    return "" if number is None else f"{number:.3f}"
