"""A dossier on one axis of time: lanes for cases with their events, materials, facts and payments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import plotly.graph_objects as go

from dashboard.figures.lanes import WIDTH, label_pixels, rows_of, short
from dashboard.figures.style import KINDS, WARN, on_time, on_years, styled, words
from dashboard.forms import CHINA, by_day, instant, of_ms, source
from dashboard.texts import Texts
from graph.days import last_day, read_day
from graph.dossier import Dossier
from graph.dossier_axis import Entry, StageCount, YearCount

LANES = ("case", "material", "fact", "payment")
ROW, LABEL = 25, 190
CROWDED = 120
"""Above how many bars a lane has no labels."""
_SYMBOLS = {"case": "circle", "material": "square", "fact": "diamond", "payment": "circle"}
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Bar:
    """What stands in one row of a lane: a case, or all entries that have the same title, the earliest first.

    `spans` are from when to when each entry is, on China's clock; the label is written before the first one.
    """

    label: str
    entries: tuple[Entry, ...]
    spans: tuple[tuple[datetime, datetime], ...]
    row: int = 0

    @property
    def start(self) -> datetime:
        return self.spans[0][0]

    @property
    def end(self) -> datetime:
        return max(end for _, end in self.spans)


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
    styled(figure, height=60 + ROW * max(top, 3))
    figure.update_layout(showlegend=False)
    figure.update_yaxes(
        tickvals=[tops[kind] + (heights[kind] - 1) / 2 for kind in heights],
        ticktext=[say(f"lane.{kind}") for kind in heights],
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
    """The dated entries of a kind as bars in rows, the earliest first; each label has room before its bar."""
    found: dict[str, list[Entry]] = {}
    for entry in entries:
        if entry.kind == kind and entry.first_day is not None:
            found.setdefault(entry.id if kind == "case" else entry_title(entry, say), []).append(entry)
    crowded = len(found) > CROWDED
    bars = [_bar(of, "" if crowded else short(entry_title(of[0], say), LABEL)) for of in found.values()]
    bars.sort(key=lambda bar: (bar.start, bar.entries[0].id))
    pixel = _span(entries) / WIDTH
    firsts = [bar.start - pixel * label_pixels(bar.label) for bar in bars]
    order = sorted(range(len(bars)), key=lambda i: (firsts[i], i))
    rows = rows_of([(firsts[i].timestamp(), bars[i].end.timestamp()) for i in order], 14 * pixel.total_seconds())
    placed = dict(zip(order, rows, strict=True))
    return [replace(bar, row=placed[i]) for i, bar in enumerate(bars)]


def _span(entries: Sequence[Entry]) -> timedelta:
    """The time from the first entry to the last; at least a month."""
    spans = [_span_of(entry) for entry in entries if entry.first_day is not None]
    least = timedelta(days=30)
    return max(max(end for _, end in spans) - min(start for start, _ in spans), least) if spans else least


def _range(entries: Sequence[Entry], bars: Sequence[Bar]) -> tuple[datetime, datetime]:
    """The part of time that is drawn: everything, with room for the first labels."""
    pixel = _span(entries) / WIDTH
    first = min(bar.start - pixel * (label_pixels(bar.label) + 10) for bar in bars)
    return first, max(bar.end for bar in bars) + 16 * pixel


def _bar(entries: Sequence[Entry], label: str) -> Bar:
    spans = {entry.id: _span_of(entry) for entry in entries}
    ordered = sorted(entries, key=lambda entry: (spans[entry.id], entry.id))
    return Bar(label, tuple(ordered), tuple(spans[entry.id] for entry in ordered))


def _span_of(entry: Entry) -> tuple[datetime, datetime]:
    """From when to when an entry is; one that is known to the year or month only lasts as long as that."""
    start = of_ms(entry.at_ms) if entry.at_ms is not None else datetime(1970, 1, 1) + (entry.first_day or 0) * _DAY
    text = entry.end or (entry.start if entry.at_ms is None else None)
    if text and "T" in text:
        return start, max(start, datetime.fromisoformat(text).astimezone(CHINA).replace(tzinfo=None))
    last = last_day(text)
    if last is None or (entry.end is None and (found := read_day(text)) and found.precision == "day"):
        return start, start
    return start, max(start, datetime(1970, 1, 1) + (last + 1) * _DAY)


def _draw(figure: go.Figure, kind: str, bars: Sequence[Bar], top: int, wrong: frozenset[str], say: Texts) -> None:
    """Pale lines from start to end, thin ones between entries of one row, a mark at each start, and the labels."""
    figure.add_trace(_lines([(bar.row, bar.start, bar.spans[-1][0]) for bar in bars], top, KINDS[kind], 1))
    figure.add_trace(_lines([(bar.row, *span) for bar in bars for span in bar.spans], top, KINDS[kind], 11))
    shown = [(bar, entry, span) for bar in bars for entry, span in zip(bar.entries, bar.spans, strict=True)]
    figure.add_trace(
        go.Scatter(
            x=[start for _, _, (start, _) in shown],
            y=[top + bar.row for bar, _, _ in shown],
            name=say(f"kind.{kind}"),
            mode="markers",
            marker={
                "size": 10,
                "symbol": _SYMBOLS[kind],
                "color": [WARN if entry.id in wrong else KINDS[kind] for _, entry, _ in shown],
            },
            customdata=[entry.id for _, entry, _ in shown],
            hovertext=[hover(entry, say) for _, entry, _ in shown],
            hoverinfo="text",
        )
    )
    figure.add_trace(
        go.Scatter(
            x=[bar.start for bar in bars],
            y=[top + bar.row for bar in bars],
            mode="markers+text",
            marker={"size": 16, "opacity": 0},
            text=[words(bar.label) for bar in bars],
            textposition="middle left",
            textfont={"size": 12},
            hoverinfo="skip",
        )
    )


def _lines(spans: Sequence[tuple[int, datetime, datetime]], top: int, colour: str, width: int) -> go.Scatter:
    xs: list[datetime | None] = []
    ys: list[int | None] = []
    for row, start, end in spans:
        if end > start:
            xs += [start, end, None]
            ys += [top + row, top + row, None]
    line = {"color": colour, "width": width}
    return go.Scatter(x=xs, y=ys, mode="lines", line=line, opacity=0.28, hoverinfo="skip")


def _events(entries: Sequence[Entry], cases: Sequence[Bar], top: int, say: Texts) -> go.Scatter:
    row_of = {bar.entries[0].id: top + bar.row for bar in cases}
    events = [e for e in entries if e.kind == "event" and e.first_day is not None and e.case_id in row_of]
    return go.Scatter(
        x=[_span_of(event)[0] for event in events],
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
    """What an entry is called; of a fact its field in the reader's language and its value; or that it was erased."""
    if entry.erased:
        return say("erased.by", decision=entry.erased)
    if entry.kind == "fact":
        field, colon, value = (entry.title or "").partition(": ")
        return f"{say.code('field', field)}{colon}{value}"
    return entry.title or say("entry.untitled")


def entry_time(entry: Entry) -> str:
    """When an entry is, as its source states it; an interval with both its ends."""
    start, end = (by_day(t) if entry.kind == "case" else instant(t) for t in (entry.start, entry.end))
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
                    name=say(f"lane.{kind}"),
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
