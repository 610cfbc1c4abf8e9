"""The chain of a case as a swim-lane: a lane for each actor, events on time or in steps."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import plotly.graph_objects as go

from dashboard.figures.style import QUIET, STAGES, WARN, cut, on_time, styled, words
from dashboard.forms import instant, length, of_ms
from dashboard.texts import Texts
from graph.chain import ERASED, Chain, ChainEvent
from graph.days import CHINA_OFFSET

Axis = Literal["time", "step"]
LANE, ROW = 34, 22
_NEAR = 0.022
"""The part of the axis below which two marks of a lane would cover each other."""


@dataclass(frozen=True)
class Mark:
    """An event in the lane of one of its actors: its place among the events, from 1, and its row in the lane."""

    event: ChainEvent
    number: int
    lane: int
    row: int
    x: datetime | int


def chain_figure(chain: Chain, say: Texts, axis: Axis = "time") -> go.Figure:
    """Events of `chain` by actor, in the order of the chain, numbered as in its table.

    On `time` events without an instant are left out; on `step` each event has a place.
    """
    lanes, marks = lanes_of(chain.events, say, axis)
    heights = [1 + max((m.row for m in marks if m.lane == lane), default=0) for lane in range(len(lanes))]
    tops = [sum(heights[:lane]) for lane in range(len(lanes))]
    figure = go.Figure()
    figure.add_trace(_path(marks, tops))
    for stage, colour in (*STAGES.items(), (None, STAGES["other"])):
        of_stage = [m for m in marks if (m.event.stage if m.event.stage in STAGES else None) == stage]
        if of_stage:
            name = say.code("stage", stage) if stage else say("chain.stage.none")
            figure.add_trace(_marks(of_stage, tops, colour, name, say))
    styled(figure, height=max(190, 98 + ROW * sum(heights) + 12 * len(lanes)))
    figure.update_layout(margin_b=54)
    figure.update_yaxes(
        tickvals=[top + (height - 1) / 2 for top, height in zip(tops, heights, strict=True)],
        ticktext=[words(cut(lane, 28)) for lane in lanes],
        range=[sum(heights) - 0.4, -0.6],
        showgrid=False,
    )
    for top, height in list(zip(tops, heights, strict=True))[::2]:
        figure.add_hrect(y0=top - 0.5, y1=top + height - 0.5, fillcolor="#f5f8fb", line_width=0, layer="below")
    if axis == "step":
        step = max(1, -(-len(chain.events) // 25))
        figure.update_xaxes(range=[0.4, len(chain.events) + 0.6], dtick=step, title=_titled(say("chain.step")))
        return figure
    figure.update_xaxes(title=_titled(say("chain.clock", clock=_clock(clock_of(chain.events)))))
    return on_time(figure)


def _titled(text: str) -> dict[str, object]:
    return {"text": text, "font": {"color": QUIET, "size": 12}, "standoff": 14}


def clock_of(events: Sequence[ChainEvent]) -> int:
    """The clock on which a chain is drawn: the one of most of its events (seconds ahead of UTC), or China's."""
    named = Counter(event.offset for event in events if event.offset is not None)
    return named.most_common(1)[0][0] if named else CHINA_OFFSET


def _clock(offset: int) -> str:
    hours, minutes = divmod(abs(offset) // 60, 60)
    return f"UTC{'-' if offset < 0 else '+'}{hours:02d}:{minutes:02d}"


def lanes_of(events: Sequence[ChainEvent], say: Texts, axis: Axis) -> tuple[list[str], list[Mark]]:
    """The names of the lanes in the order in which actors first act, and the marks of events in them.

    An event of several actors has a mark in the lane of each; one without an actor is in a lane of its own.
    """
    names: dict[str, str] = {}
    wanted: list[tuple[ChainEvent, int, str]] = []
    for number, event in enumerate(events, 1):
        if axis == "time" and event.at_ms is None:
            continue
        actors = {actor.id: actor.name or actor.id for actor in event.actors} or {"": say("chain.actor.none")}
        for id_, name in actors.items():
            names.setdefault(id_, name)
            wanted.append((event, number, id_))
    places = {id_: lane for lane, id_ in enumerate(names)}
    instants = [event.at_ms for event in events if event.at_ms is not None]
    clock = clock_of(events)
    near = (max(instants) - min(instants)) * _NEAR if instants else 0.0
    marks: list[Mark] = []
    ends: dict[int, list[float]] = {}
    wanted.sort(key=lambda one: (one[0].at_ms or 0 if axis == "time" else 0, one[1]))
    for event, number, id_ in wanted:
        lane = places[id_]
        at = float(event.at_ms or 0) if axis == "time" else float(number)
        row = _row(ends.setdefault(lane, []), at, near if axis == "time" else 0.5)
        x = of_ms(event.at_ms, clock) if axis == "time" and event.at_ms is not None else number
        marks.append(Mark(event, number, lane, row, x))
    return list(names.values()), sorted(marks, key=lambda m: (m.number, m.lane))


def _row(ends: list[float], at: float, near: float) -> int:
    """The first row of a lane whose last mark is not in the way; `ends` holds the last one of each row."""
    for row, end in enumerate(ends):
        if at - end > near:
            ends[row] = at
            return row
    ends.append(at)
    return len(ends) - 1


def _y(mark: Mark, tops: Sequence[int]) -> float:
    return tops[mark.lane] + mark.row


def _path(marks: Sequence[Mark], tops: Sequence[int]) -> go.Scatter:
    """The way of the case from event to event, by the first actor of each."""
    first = {mark.number: mark for mark in reversed(marks)}
    way = [first[number] for number in sorted(first)]
    return go.Scatter(
        x=[m.x for m in way],
        y=[_y(m, tops) for m in way],
        mode="lines",
        line={"color": "#b8c2cc", "width": 1.5},
        hoverinfo="skip",
        showlegend=False,
    )


def _marks(marks: Sequence[Mark], tops: Sequence[int], colour: str, name: str, say: Texts) -> go.Scatter:
    return go.Scatter(
        x=[m.x for m in marks],
        y=[_y(m, tops) for m in marks],
        name=name,
        mode="markers+text",
        text=[str(m.number) for m in marks],
        textfont={"color": "white", "size": 10},
        marker={
            "size": 19,
            "color": colour,
            "line": {"width": 2, "color": [WARN if m.event.missing else "white" for m in marks]},
        },
        customdata=[m.event.id for m in marks],
        hovertext=[_hover(m, say) for m in marks],
        hoverinfo="text",
    )


def _hover(mark: Mark, say: Texts) -> str:
    event = mark.event
    units = ", ".join(unit.name or unit.id for unit in event.units)
    actors = ", ".join(actor.name or actor.id for actor in event.actors) or say("chain.actor.none")
    lines = [
        f"<b>{mark.number}. {words(event.activity or say('chain.activity.none'))}</b>",
        words(instant(event.at) or say("chain.instant.none")),
        words(f"{actors} · {units}" if units else actors),
    ]
    if event.seconds is not None:
        lines.append(words(say("chain.after", length=length(event.seconds, say))))
    if event.outcome:
        lines.append(words(event.outcome))
    if event.missing:
        lines.append(f"<span style='color:{WARN}'>{words(missing_words(event.missing, say))}</span>")
    return "<br>".join(lines)


def missing_words(missing: Sequence[str], say: Texts) -> str:
    """What an event lacks, in the reader's language."""
    return say("chain.missing", what=", ".join(_missing(what, say) for what in missing))


def _missing(what: str, say: Texts) -> str:
    before, erased, decision = what.partition(ERASED)
    return say("erased.by", decision=decision) if erased and not before else say.code("missing", what)
