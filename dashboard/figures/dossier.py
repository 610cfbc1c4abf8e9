"""A dossier on one axis of time: lanes for cases with their events, materials, facts and payments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import plotly.graph_objects as go

from dashboard.figures.lanes import WIDTH, label_pixels, rows_of, short
from dashboard.figures.style import KINDS, WARN, on_time, on_years, styled, words
from dashboard.forms import CHINA, in_china, instant, of_ms, source
from dashboard.texts import Texts
from graph.days import last_day, read_day
from graph.dossier import Dossier
from graph.dossier_axis import Entry, StageCount, YearCount

LANES = ("case", "material", "fact", "payment")
ROW, LABEL = 25, 190
CROWDED = 150
"""From how many entries on a lane has no labels."""
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Bar:
    """An entry in its lane: from `start` to `end` on China's clock, in a row, with what is written beside it."""

    entry: Entry
    label: str
    start: datetime
    end: datetime
    row: int = 0


def dossier_figure(dossier: Dossier, say: Texts) -> go.Figure:
    """The dated entries of `dossier` by kind; events are on the bar of their case. Contradicted facts are marked."""
    bars = {kind: bars_of(dossier.entries, kind, say) for kind in LANES}
    heights = {kind: 1 + max(bar.row for bar in bars[kind]) for kind in LANES if bars[kind]}
    tops, top = {}, 0
    for kind, height in heights.items():
        tops[kind] = top
        top += height
    figure = go.Figure()
    wrong = _contradicted(dossier)
    for kind in heights:
        _draw(figure, kind, bars[kind], tops[kind], wrong, say)
    if "case" in heights:
        figure.add_trace(_events(dossier.entries, bars["case"], tops["case"], say))
    styled(figure, height=70 + ROW * max(top, 3))
    figure.update_layout(showlegend=False)
    figure.update_yaxes(
        tickvals=[tops[kind] + (heights[kind] - 1) / 2 for kind in heights],
        ticktext=[say(f"kind.{kind}") for kind in heights],
        range=[top - 0.4, -0.6],
        showgrid=False,
    )
    if heights:
        figure.update_xaxes(range=_range(dossier.entries, [bar for kind in heights for bar in bars[kind]]))
    for kind in list(heights)[::2]:
        figure.add_hrect(
            y0=tops[kind] - 0.5, y1=tops[kind] + heights[kind] - 0.5, fillcolor="#f3f6f9", line_width=0, layer="below"
        )
    return on_time(figure)


def bars_of(entries: Sequence[Entry], kind: str, say: Texts) -> list[Bar]:
    """The entries of a kind as bars in rows, the earliest first; labels are given room to the right of the start."""
    span = _span(entries)
    bars = [_bar(entry, say) for entry in entries if entry.kind == kind and entry.first_day is not None]
    bars.sort(key=lambda bar: bar.start)
    crowded = len(bars) > CROWDED
    pixel = span / WIDTH
    extents = []
    for i, bar in enumerate(bars):
        label = "" if crowded else short(bar.label, LABEL)
        bars[i] = replace(bar, label=label)
        start, end = bar.start.timestamp(), bar.end.timestamp()
        extents.append((start, max(end, start + pixel * (label_pixels(label) + 8 if label else 6))))
    rows = rows_of(extents, 6 * pixel)
    return [replace(bar, row=row) for bar, row in zip(bars, rows, strict=True)]


def _span(entries: Sequence[Entry]) -> float:
    """The seconds from the first entry to the last; at least a month."""
    starts = [_start(entry) for entry in entries if entry.first_day is not None]
    ends = [_end(entry, start) for entry, start in zip(entries, starts, strict=False)]
    return max((max(ends) - min(starts)).total_seconds(), 30 * 86_400.0) if starts else 30 * 86_400.0


def _range(entries: Sequence[Entry], bars: Sequence[Bar]) -> tuple[datetime, datetime]:
    """The part of time that is drawn: everything, with room for the last labels."""
    pixel = timedelta(seconds=_span(entries) / WIDTH)
    first = min(bar.start for bar in bars) - 14 * pixel
    last = max(max(bar.end, bar.start + pixel * (label_pixels(bar.label) + 20)) for bar in bars)
    return first, last + 8 * pixel


def _bar(entry: Entry, say: Texts) -> Bar:
    start = _start(entry)
    return Bar(entry, entry_title(entry, say), start, _end(entry, start))


def _start(entry: Entry) -> datetime:
    return of_ms(entry.at_ms) if entry.at_ms is not None else datetime(1970, 1, 1) + (entry.first_day or 0) * _DAY


def _end(entry: Entry, start: datetime) -> datetime:
    """Where an entry ends; a point that is known to the year or month only lasts as long as that."""
    text = entry.end or (entry.start if entry.at_ms is None else None)
    if text and "T" in text:
        return max(start, datetime.fromisoformat(text).astimezone(CHINA).replace(tzinfo=None))
    last = last_day(text)
    if last is None or (entry.end is None and (found := read_day(text)) and found.precision == "day"):
        return start
    return max(start, datetime(1970, 1, 1) + (last + 1) * _DAY)


def _draw(figure: go.Figure, kind: str, bars: Sequence[Bar], top: int, wrong: frozenset[str], say: Texts) -> None:
    """Lines from start to end, and at each start a mark with its label."""
    xs: list[datetime | None] = []
    ys: list[float | None] = []
    for bar in bars:
        if bar.end > bar.start:
            xs += [bar.start, bar.end, None]
            ys += [top + bar.row, top + bar.row, None]
    if xs:
        line = {"color": KINDS[kind], "width": 11}
        figure.add_trace(go.Scatter(x=xs, y=ys, mode="lines", line=line, opacity=0.28, hoverinfo="skip"))
    figure.add_trace(
        go.Scatter(
            x=[bar.start for bar in bars],
            y=[top + bar.row for bar in bars],
            name=say(f"kind.{kind}"),
            mode="markers+text",
            marker={
                "size": 11,
                "symbol": "circle" if kind in ("case", "payment") else "square" if kind == "material" else "diamond",
                "color": [WARN if bar.entry.id in wrong else KINDS[kind] for bar in bars],
            },
            text=["&nbsp;" + words(bar.label) if bar.label else "" for bar in bars],
            textposition="middle right",
            textfont={"size": 12},
            cliponaxis=False,
            customdata=[bar.entry.id for bar in bars],
            hovertext=[hover(bar.entry, say) for bar in bars],
            hoverinfo="text",
        )
    )


def _events(entries: Sequence[Entry], cases: Sequence[Bar], top: int, say: Texts) -> go.Scatter:
    row_of = {bar.entry.id: top + bar.row for bar in cases}
    events = [e for e in entries if e.kind == "event" and e.first_day is not None and e.case_id in row_of]
    return go.Scatter(
        x=[_start(event) for event in events],
        y=[row_of[event.case_id or ""] for event in events],
        name=say("kind.event"),
        mode="markers",
        marker={"size": 5, "color": "white", "line": {"width": 1.5, "color": KINDS["case"]}},
        customdata=[event.id for event in events],
        hovertext=[hover(event, say) for event in events],
        hoverinfo="text",
    )


def _contradicted(dossier: Dossier) -> frozenset[str]:
    return frozenset(s.fact_id for field in dossier.fields if field.contradicted for s in field.statements)


def entry_title(entry: Entry, say: Texts) -> str:
    """What an entry is called; of a fact its field in the reader's language and its value."""
    if entry.kind == "fact":
        field, colon, value = (entry.title or "").partition(": ")
        return f"{say.code('field', field)}{colon}{value}"
    return entry.title or say("entry.untitled")


def entry_time(entry: Entry) -> str:
    """When an entry is, as its source states it; an interval with both its ends."""
    start, end = (in_china(t) if entry.kind == "case" else instant(t) for t in (entry.start, entry.end))
    return f"{start} – {end}" if end and end != start else start


def hover(entry: Entry, say: Texts) -> str:
    """What is said of an entry under the pointer."""
    lines = [
        f"<b>{words(entry_title(entry, say))}</b>",
        words(f"{say(f'kind.{entry.kind}')} · {entry_time(entry)}"),
        words(source(entry.source.file, entry.source.row, say)),
    ]
    if entry.life_stage:
        lines.insert(2, words(say.code("life_stage", entry.life_stage)))
    return "<br>".join(lines)


def years_figure(years: Sequence[YearCount], say: Texts) -> go.Figure:
    """How many entries of each kind begin in each year."""
    figure = go.Figure()
    for kind, colour in KINDS.items():
        values = [getattr(year, f"{kind}s") for year in years]
        if any(values):
            figure.add_trace(
                go.Bar(
                    x=[year.year for year in years],
                    y=values,
                    name=say(f"kind.{kind}"),
                    width=0.8,
                    marker={"color": colour},
                    hovertext=[f"{year.year}: {value}" for year, value in zip(years, values, strict=True)],
                    hoverinfo="text+name",
                )
            )
    figure.update_layout(barmode="stack")
    styled(figure, height=260)
    return on_years(figure, [year.year for year in years])


def stages_figure(stages: Sequence[StageCount], say: Texts) -> go.Figure:
    """How many cases belong to each stage of life."""
    names = [say.code("life_stage", s.life_stage) or say("stages.none") for s in stages]
    figure = go.Figure(
        go.Bar(
            x=[s.cases for s in stages],
            y=list(range(len(stages))),
            orientation="h",
            marker={"color": [KINDS["case"] if s.life_stage else "#adb5bd" for s in stages]},
            text=[str(s.cases) for s in stages],
            textposition="auto",
            textangle=0,
            width=0.7,
            hoverinfo="skip",
        )
    )
    styled(figure, height=260)
    last = max(len(names), 5) - 0.5
    figure.update_yaxes(range=[last, -0.5], tickvals=list(range(len(names))), ticktext=names, showgrid=False)
    figure.update_xaxes(rangemode="tozero", showticklabels=False, showgrid=False)
    return figure
