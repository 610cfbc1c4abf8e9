"""Rows that loads set aside: the list, and the form in which one is mended and loaded again, or left out."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import dash_mantine_components as dmc
from dash import ALL, Dash, Input, Output, State, ctx, dcc, no_update
from dash.development.base_component import Component

from dashboard.deciding import done, signed
from dashboard.filters import switch_filter
from dashboard.forms import by_day, count
from dashboard.page import Asked
from dashboard.shell import card
from dashboard.states import failed, note
from dashboard.table import Column, Row, table
from etl.mend import MendedRow, MendRequest, mend
from graph.decide import decide
from graph.errors import DossierError
from graph.quarantine import LeaveOutRequest, ListedRows, RowSetAside, quarantine, set_aside

_LISTED = 500
_NAME, _OF, _LOAD, _LEAVE = "mend", "mend-of", "mend-load", "mend-leave"
_FIELD = "mend-field"
_STATES: tuple[ListedRows, ...] = ("open", "settled", "any")


def content(asked: Asked) -> list[Component]:
    """The rows, and the one that the address names."""
    say, address = asked.say, asked.address
    load, row = asked.number("load", 0), asked.number("row", 0)
    listed: ListedRows = next((one for one in _STATES if one == address.one("state")), "open")
    found = quarantine(asked.store, asked.settings, asked.viewer, listed=listed, limit=_LISTED)
    columns = (
        Column("load", say("quality.load"), "number", width=90),
        Column("source", say("quality.source"), flex=1, least=120),
        Column("row", say("quality.row"), width=100, link=True),
        Column("reason", say("quality.reason"), flex=3, wrap=True, least=220),
        Column("state", say("quality.state"), width=120, optional=True),
        Column("who", say("decide.who"), width=110, optional=True),
        Column("kept_in", say("quality.kept_in"), width=110, optional=True),
    )
    rows: list[Row] = [
        {
            "load": one.load,
            "source": one.source,
            "row": one.row,
            "row_href": None if one.row is None else address.with_filters(load=str(one.load), row=str(one.row)),
            "reason": one.reason,
            "state": "" if one.state == "open" else say(f"row_state.{one.state}"),
            "who": one.settled.who if one.settled else None,
            "kept_in": one.kept_in,
        }
        for one in found.items
    ]
    switch = switch_filter(address, "state", {one: say(f"quality.rows.{one}") for one in _STATES}, "open")
    shown = table("quarantine", columns, rows, address, say, empty=say("quality.quarantine.none"))
    more = [note(say("quality.more", shown=count(len(rows))))] if len(rows) == _LISTED else []
    below = say("quality.quarantine.below", rows=count(found.rows), open=count(found.open)) if found.rows else ""
    return [
        *([_one(asked, load, row)] if load and row else []),
        card(say("quality.quarantine"), switch, *more, shown, below=below),
    ]


def _one(asked: Asked, load: int, row: int) -> Component:
    say = asked.say
    try:
        found = set_aside(asked.store, asked.settings, asked.viewer, load, row)
    except DossierError as error:
        return failed(error, say)
    parts: list[Component] = [note(found.reason)]
    if found.came_from:
        before = say("quality.row.came_from", load=found.came_from[0], row=found.came_from[1])
        href = asked.address.with_filters(load=str(found.came_from[0]), row=str(found.came_from[1]))
        parts.append(dmc.Anchor(before, href=href, size="sm"))
    if found.text:
        parts.append(dmc.Code(found.text, block=True))
    if found.settled is None:
        parts += _form(asked, found)
    else:
        parts += _settled(asked, found)
    title = say("quality.row.title", source=found.source, row=row, load=load)
    return card(title, *parts)


def _form(asked: Asked, found: RowSetAside) -> list[Component]:
    say = asked.say
    fields = [
        dmc.TextInput(id={"type": _FIELD, "name": name}, label=name, value=text or "")
        for name, text in found.columns.items()
    ]
    leave = (_LEAVE, say("quality.leave"))
    buttons = ((_LOAD, say("quality.mend")), leave) if found.can_be_mended else (leave,)
    return [
        dcc.Store(id=_OF, data={"load": found.load, "row": found.row, "columns": found.columns}),
        dmc.SimpleGrid(fields, cols={"base": 1, "sm": 2, "md": 3}, spacing="sm")
        if fields
        else note(say("quality.row.no_table")),
        signed(_NAME, say, *buttons),
    ]


def _settled(asked: Asked, found: RowSetAside) -> list[Component]:
    say, one = asked.say, found.settled
    assert one is not None
    said = say("quality.row.settled", decision=one.decision, who=one.who or "", at=by_day(one.at), why=one.why or "")
    parts: list[Component] = [dmc.Text(f"{say(f'row_state.{found.state}')} · {said}")]
    if one.again is not None:
        href = asked.address.with_filters(load=str(one.load), row=str(one.again))
        parts.append(dmc.Anchor(say("quality.row.again", load=one.load, row=one.again), href=href, size="sm"))
    columns = (Column("name", say("quality.column"), flex=1), Column("text", say("quality.text"), flex=3, wrap=True))
    rows: list[Row] = [{"name": name, "text": text} for name, text in found.columns.items()]
    parts.append(table("cells", columns, rows, asked.address, say, empty="—", filters=False))
    return parts


def add_callbacks(dash: Dash, asked: Callable[[str | None, str | None], Asked]) -> None:
    """Mends the row, or leaves it out."""

    @dash.callback(
        Output(f"{_NAME}-answer", "children"),
        Input(_LOAD, "n_clicks"),
        Input(_LEAVE, "n_clicks"),
        State(_OF, "data"),
        State({"type": _FIELD, "name": ALL}, "value"),
        State({"type": _FIELD, "name": ALL}, "id"),
        State(f"{_NAME}-who", "value"),
        State(f"{_NAME}-why", "value"),
        State("address", "pathname"),
        State("address", "search"),
        prevent_initial_call=True,
    )
    async def act(
        load_clicks: int | None,
        leave_clicks: int | None,
        of: dict[str, Any],
        values: list[str | None],
        ids: list[dict[str, str]],
        who: str | None,
        why: str | None,
        path: str,
        search: str,
    ) -> Any:
        if not load_clicks and not leave_clicks:
            return no_update
        said = {id_["name"]: value or "" for id_, value in zip(ids, values, strict=True)}
        changed = {name: text for name, text in said.items() if text != (of["columns"].get(name) or "")}
        fields = changed if ctx.triggered_id == _LOAD else None
        return await asyncio.to_thread(_acted, asked(path, search), of, fields, who or "", why or "")


def _acted(asked: Asked, of: dict[str, Any], fields: dict[str, str] | None, who: str, why: str) -> Component:
    """Mends the row with `fields`, or leaves it out where there are none."""
    say, load, row = asked.say, int(of["load"]), int(of["row"])
    href = asked.address.with_filters(load=None, row=None)
    try:
        if fields is None:
            order = LeaveOutRequest(who=who, why=why, load=load, rows=[row])
            made = decide(asked.store, asked.settings, asked.viewer, order).decision
            return done(say("quality.left_out", decision=made.id), href, say("quality.rows.back"))
        request = MendRequest(who=who, why=why, rows=[MendedRow(row=row, fields=fields)])
        answer = mend(asked.store, asked.settings, asked.viewer, load, request)
    except DossierError as error:
        return failed(error, say)
    (one,) = answer.rows
    if one.reason is None:
        key = "quality.mended" if answer.report.loaded else "quality.mended.unchanged"
        return done(say(key, load=answer.load, decision=answer.decision), href, say("quality.rows.back"))
    again = asked.address.with_filters(load=str(answer.load), row=str(one.line))
    text = say("quality.mended.again", load=answer.load, row=one.line)
    link = dmc.Anchor(say("quality.mended.again.open"), href=again)
    return dmc.Alert(dmc.Stack([dmc.Text(text), dmc.Text(one.reason), link], gap=4), color="orange", variant="light")
