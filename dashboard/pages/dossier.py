"""The dossier of a person or organisation: everything on one axis of time, and as tables."""

from __future__ import annotations

import dash_mantine_components as dmc
from dash.development.base_component import Component

from dashboard.figures.dossier import dossier_figure, stages_figure, years_figure
from dashboard.figures.lanes import LEAST
from dashboard.filters import day_filter, switch_filter
from dashboard.forms import count
from dashboard.graphs import graph
from dashboard.page import Asked
from dashboard.pages import dossier_tables as tables
from dashboard.seal import seal
from dashboard.shell import card, figures, heading
from dashboard.states import note, nothing
from graph.dossier import Dossier, dossier, organisation_dossier

_VIEWS = {
    "entries": tables.entries,
    "cases": tables.cases,
    "materials": tables.materials,
    "fields": tables.fields,
    "filed": tables.filed,
    "undated": tables.undated,
}


def person(asked: Asked) -> Component:
    """The page of a person."""
    return _content(asked, dossier(asked.store, asked.viewer, asked.key, asked.end_of("as_known_at")))


def organisation(asked: Asked) -> Component:
    """The page of an organisation."""
    return _content(asked, organisation_dossier(asked.store, asked.viewer, asked.key, asked.end_of("as_known_at")))


def _content(asked: Asked, answer: Dossier) -> Component:
    say, address = asked.say, asked.address
    actions: list[Component] = [
        day_filter(address, "as_known_at", say("filter.as_known_at"), say("filter.as_known_at.now")),
        dmc.Anchor(
            dmc.Button(say("dossier.reuse"), variant="light"), href=address.to("/reuse", subject=answer.id), pt=24
        ),
    ]
    title = say("dossier.title" if answer.label == "Person" else "dossier.title.organisation")
    return dmc.Stack(
        [
            heading(answer.values.get("name") or say("dossier.unnamed"), f"{title} · {answer.id}", actions),
            seal("persons" if answer.label == "Person" else "organisations", answer.id),
            *_identity(asked, answer),
            _numbers(asked, answer),
            *_contradictions(asked, answer),
            *_timeline(asked, answer),
            _views(asked, answer),
        ]
    )


def _identity(asked: Asked, answer: Dossier) -> list[Component]:
    """The values that prevail, and that several persons were found to be one."""
    say = asked.say
    said = [
        dmc.Group([dmc.Text(say.code("field", name), c="dimmed", size="sm"), dmc.Text(value, fw=500)], gap=6)
        for name, value in answer.values.items()
        if value and name != "name"
    ]
    parts: list[Component] = [dmc.Group(said, gap="xl")] if said else []
    if len(answer.ids) > 1:
        others = ", ".join(id_ for id_ in answer.ids if id_ != answer.id)
        parts.append(note(say("dossier.same_as", ids=others), "blue"))
    return parts


def _numbers(asked: Asked, answer: Dossier) -> Component:
    say = asked.say
    open_cases = sum(case.status == "open" for case in answer.cases)
    filed = sum(material.trust.filed for material in answer.materials)
    statements = sum(len(field.statements) for field in answer.fields)
    return figures(
        (say("lane.case"), count(len(answer.cases)), say("dossier.open_cases", cases=count(open_cases))),
        (say("lane.material"), count(len(answer.materials)), say("dossier.filed", materials=count(filed))),
        (say("dossier.fields"), count(len(answer.fields)), say("dossier.statements", statements=count(statements))),
        (say("dossier.contradictions"), count(len(answer.contradictions)), say("dossier.contradictions.what")),
        (say("dossier.undated"), count(len(answer.undated)), say("dossier.undated.what")),
    )


def _contradictions(asked: Asked, answer: Dossier) -> list[Component]:
    say = asked.say
    if not answer.contradictions:
        return []
    names = ", ".join(say.code("field", name) for name in answer.contradictions)
    return [
        card(
            say("dossier.contradictions"),
            note(say("dossier.contradicted", fields=names), "orange"),
            tables.contradictions(asked, answer),
        )
    ]


def _timeline(asked: Asked, answer: Dossier) -> list[Component]:
    say = asked.say
    if not answer.entries:
        return [nothing(say("dossier.no_entries"))]
    timeline = card(
        say("dossier.timeline"),
        graph("dossier", dossier_figure(answer, say), say("dossier.timeline"), LEAST),
        below=say("dossier.timeline.below"),
    )
    by_year = graph("years", years_figure(answer.years, say), say("dossier.years"))
    if not answer.cases:
        return [timeline, card(say("dossier.years"), by_year)]
    by_stage = graph("stages", stages_figure(answer.life_stages, say), say("dossier.stages"))
    counts = dmc.SimpleGrid(
        [card(say("dossier.years"), by_year), card(say("dossier.stages"), by_stage)],
        cols={"base": 1, "lg": 2},
        spacing="md",
    )
    return [timeline, counts]


def _views(asked: Asked, answer: Dossier) -> Component:
    say, address = asked.say, asked.address
    sizes = {
        "entries": len(answer.entries),
        "cases": len(answer.cases),
        "materials": len(answer.materials),
        "fields": sum(len(field.statements) for field in answer.fields),
        "filed": len(answer.volumes) + len(answer.payments),
        "undated": len(answer.undated),
    }
    choices = {name: f"{say(f'dossier.view.{name}')} {count(size)}" for name, size in sizes.items()}
    view = address.one("view")
    shown = view if view in _VIEWS else "entries"
    return card(
        say("dossier.tables"),
        switch_filter(address, "view", choices, "entries"),
        _VIEWS[shown](asked, answer),
    )
