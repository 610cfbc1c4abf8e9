"""A draft of a standard, pasted or uploaded, replayed over the past cases of its item. Nothing is written."""

from __future__ import annotations

import asyncio
import base64
import binascii
from collections.abc import Callable

import dash_mantine_components as dmc
from dash import Dash, Input, Output, State, dcc, html
from dash.development.base_component import Component

from dashboard.forms import count
from dashboard.page import Asked
from dashboard.shell import card, figures, heading
from dashboard.states import failed, note, nothing, waiting
from dashboard.table import Column, Row, table
from etl.standards_source import draft_text, parse_draft
from graph.conformance_findings import Finding
from graph.errors import DossierError, UnreadableInput
from graph.item_standards import standard_version
from graph.simulation import AffectedCase, Simulation, simulation
from graph.working_days import working_days

LISTED = 200


def content(asked: Asked) -> Component:
    """The page: the text of the draft, begun with a version that the address names, and what it would change."""
    say, address = asked.say, asked.address
    id_ = address.one("version")
    begun = draft_text(standard_version(asked.store, asked.viewer, id_).model) if id_ else ""
    back = dmc.Anchor(say("standards.back"), href=address.to("/standards"), size="sm")
    text = dmc.Textarea(
        id="draft-text",
        label=say("draft.text"),
        value=begun,
        autosize=True,
        minRows=10,
        maxRows=28,
        styles={"input": {"fontFamily": "monospace", "fontSize": "13px"}},
    )
    upload = dcc.Upload(dmc.Button(say("draft.upload"), variant="default"), id="draft-file", accept=".yaml,.yml")
    run = dmc.Button(say("draft.run"), id="draft-run")
    return dmc.Stack(
        [
            heading(say("draft.title"), say("draft.below"), [back]),
            dmc.Paper(dmc.Stack([text, dmc.Group([upload, run])]), withBorder=True, p="md"),
            waiting(html.Div(id="draft-answer"), "draft-answer"),
        ]
    )


def add_callbacks(dash: Dash, asked: Callable[[str | None, str | None], Asked]) -> None:
    """Takes an uploaded file as the text of the draft, and replays the cases when the button is pressed."""

    @dash.callback(
        Output("draft-text", "value"),
        Output("draft-answer", "children"),
        Input("draft-file", "contents"),
        State("address", "pathname"),
        State("address", "search"),
        prevent_initial_call=True,
    )
    async def take(contents: str, path: str | None, search: str | None) -> tuple[str, Component | None]:
        try:
            return _text_of(contents), None
        except UnreadableInput as error:
            return "", failed(error, asked(path, search).say)

    @dash.callback(
        Output("draft-answer", "children", allow_duplicate=True),
        Input("draft-run", "n_clicks"),
        State("draft-text", "value"),
        State("address", "pathname"),
        State("address", "search"),
        prevent_initial_call=True,
    )
    async def run(clicks: int | None, text: str, path: str | None, search: str | None) -> Component | None:
        return await asyncio.to_thread(_replayed, asked(path, search), text or "") if clicks else None


def _text_of(contents: str) -> str:
    """The text of an upload. Raises UnreadableInput where it is none."""
    try:
        return base64.b64decode(contents.partition(",")[2]).decode("utf-8-sig")
    except (binascii.Error, UnicodeDecodeError) as error:
        raise UnreadableInput("The file is no UTF-8 text.", "Save it as UTF-8.") from error


def _replayed(asked: Asked, text: str) -> Component:
    say = asked.say
    try:
        draft = parse_draft(text, say("draft.name"))
        calendar = working_days(asked.settings)
        answer = simulation(asked.store, asked.viewer, draft, calendar, limit=LISTED)
    except DossierError as error:
        return failed(error, say)
    return dmc.Stack(
        [*_unknown(asked, answer), _numbers(asked, answer), _rules(asked, answer), _cases(asked, answer)]
    )


def _unknown(asked: Asked, answer: Simulation) -> list[Component]:
    types = ", ".join(answer.unknown_types)
    return [note(asked.say("draft.unknown", types=types), "orange")] if types else []


def _numbers(asked: Asked, answer: Simulation) -> Component:
    say = asked.say
    return figures(
        (say("draft.cases"), count(answer.cases), answer.item_id),
        (say("draft.affected"), count(answer.affected), ""),
        (say("draft.before"), count(answer.conforming_before), ""),
        (say("draft.after"), count(answer.conforming_after), ""),
    )


def _rules(asked: Asked, answer: Simulation) -> Component:
    say = asked.say
    if not answer.rules:
        return nothing(say("draft.same"))
    columns = (
        Column("part", say("standard.part"), flex=2, wrap=True, least=110),
        Column("rule", say("finding.rule"), flex=2, wrap=True, least=100),
        Column("outcome", say("draft.outcome"), width=120),
        Column("new", say("draft.new"), "number", width=130, mark={"cell-warn": "x > 0"}),
        Column("gone", say("draft.gone"), "number", width=130),
    )
    rows: list[Row] = [
        {
            "part": say(f"standard.{one.part}"),
            "rule": say.code("conforms", one.rule),
            "outcome": say.code("outcome", one.outcome),
            "new": one.new,
            "gone": one.gone,
        }
        for one in answer.rules
    ]
    return card(say("draft.rules"), table("draft-rules", columns, rows, asked.address, say, empty=say("draft.same")))


def _cases(asked: Asked, answer: Simulation) -> Component:
    say = asked.say
    columns = (
        Column("case", say("case.id"), flex=2, wrap=True, link=True, least=120),
        Column("status", say("case.status"), width=90),
        Column("applicants", say("draft.applicants"), flex=2, wrap=True, optional=True),
        Column("conforms", say("draft.conforms"), width=150),
        Column("new", say("draft.new_findings"), flex=4, wrap=True, least=180),
        Column("gone", say("draft.gone_findings"), flex=4, wrap=True, least=180),
    )
    rows = [_case(asked, one) for one in answer.items]
    parts: list[Component] = [table("draft-cases", columns, rows, asked.address, say, empty=say("draft.same"))]
    if answer.left_off:
        parts.insert(0, note(say("draft.left_off", cases=count(answer.left_off))))
    return card(say("draft.affected"), *parts)


def _case(asked: Asked, one: AffectedCase) -> Row:
    say = asked.say
    words = {True: say("standard.yes"), False: say("standard.no"), None: say("outcome.not_decidable")}
    return {
        "case": one.id,
        "case_href": asked.address.case(one.id),
        "status": say.code("status", one.status),
        "applicants": ", ".join(one.applicants),
        "conforms": f"{words[one.before]} → {words[one.after]}",
        "new": _says(asked, one.new),
        "gone": _says(asked, one.gone),
    }


def _says(asked: Asked, found: list[Finding]) -> str:
    say = asked.say
    return "; ".join(
        f"{say.code('conforms', f.rule)} ({say.code('outcome', f.outcome)}): {asked.told(f.text)}" for f in found
    )
