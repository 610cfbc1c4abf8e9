"""One version of a service item's standard, in its five parts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import dash_mantine_components as dmc
from dash.development.base_component import Component

from dashboard.page import Asked
from dashboard.pages.standards import state_words, written
from dashboard.shell import card, heading
from dashboard.states import note, nothing
from dashboard.table import Column, Row, table
from graph.item_standards import StandardVersion, standard_version
from graph.standard import ItemStandard


def content(asked: Asked) -> Component:
    """The page."""
    say = asked.say
    answer = standard_version(asked.store, asked.viewer, asked.key)
    row, standard = answer.version, answer.model
    draft = asked.address.to("/standards/simulation", version=row.id)
    ways = [
        dmc.Anchor(say("draft.from"), href=draft, size="sm"),
        dmc.Anchor(say("standards.back"), href=asked.address.to("/standards"), size="sm"),
    ]
    below = f"{row.valid_from} — {row.until or say('standards.open_end')} · {state_words(asked, row)}"
    return dmc.Stack(
        [
            heading(standard.name, below, ways),
            card(say("standard.item"), *_item(asked, answer, standard)),
            card(say("standard.registration"), _registration(asked, standard)),
            card(say("standard.materials"), _materials(asked, answer, standard)),
            card(say("standard.review"), _review(asked, answer, standard), *_limit(asked, standard)),
            card(say("standard.e_material"), _pairs(asked, standard.e_material.model_dump(mode="json"))),
            card(say("standard.archive"), _archive(asked, standard)),
        ]
    )


def _item(asked: Asked, answer: StandardVersion, standard: ItemStandard) -> list[Component]:
    say = asked.say
    said = {
        "id": answer.version.id,
        "region": standard.region,
        "life_stage": say.code("life_stage", standard.life_stage),
        "applicant": say.code("record", standard.applicant.capitalize()),
        "source": standard.source,
        "criteria": [one.text for one in standard.criteria],
    }
    others = [one for one in answer.versions if one != answer.version.id]
    links = [
        dmc.Anchor(
            say("standards.compare.with", version=one.rpartition("@")[2]),
            href=asked.address.to("/standards/comparison", before=one, after=answer.version.id),
            size="sm",
        )
        for one in others
    ]
    return [_pairs(asked, said), *([dmc.Group(links, gap="md")] if links else [])]


def _registration(asked: Asked, standard: ItemStandard) -> Component:
    say = asked.say
    columns = (
        Column("field", say("standard.field"), flex=2, wrap=True),
        Column("type", say("key.type"), width=110),
        Column("required", say("key.required"), width=110),
        Column("pattern", say("key.pattern"), flex=2, wrap=True, optional=True),
        Column("codes", say("key.codes"), flex=2, wrap=True, optional=True),
        Column("source", say("key.source"), flex=2, wrap=True),
    )
    rows: list[Row] = [
        {
            **_shown(asked, one.model_dump(mode="json")),
            "field": say.code("field", one.field),
            "type": say(f"standard.type.{one.type}"),
        }
        for one in standard.registration
    ]
    return table("registration", columns, rows, asked.address, say, empty=say("standard.nothing"), filters=False)


def _materials(asked: Asked, answer: StandardVersion, standard: ItemStandard) -> Component:
    say = asked.say
    columns = (
        Column("as_written", say("key.as_written"), flex=3, wrap=True, least=140),
        Column("type", say("standard.of_type"), flex=2, wrap=True),
        Column("required", say("key.required"), width=110),
        Column("condition", say("key.condition"), flex=2, wrap=True, optional=True),
        Column("form", say("key.form"), width=110, optional=True),
        Column("instead", say("key.instead"), flex=2, wrap=True, optional=True),
        Column("validity_days", say("key.validity_days"), width=120, optional=True),
        Column("note", say("key.note"), flex=2, wrap=True, optional=True),
        Column("source", say("key.source"), flex=2, wrap=True),
    )
    rows: list[Row] = [
        {
            **_shown(asked, one.model_dump(mode="json")),
            "type": answer.types.get(one.type) or one.type,
            "form": say.code("form", one.form),
            "instead": _types(answer, one.instead),
        }
        for one in standard.materials
    ]
    return table("materials", columns, rows, asked.address, say, empty=say("standard.nothing"), filters=False)


def _review(asked: Asked, answer: StandardVersion, standard: ItemStandard) -> Component:
    say = asked.say
    columns = (
        Column("number", "#", "number", width=64),
        Column("activity", say("key.activity"), flex=2, wrap=True, least=120),
        Column("stage", say("event.stage"), width=95),
        Column("role", say("key.role"), flex=1, wrap=True),
        Column("required", say("key.required"), width=90),
        Column("limit", say("key.limit_days"), flex=2, wrap=True, optional=True, least=110),
        Column("must_follow", say("key.must_follow"), flex=2, wrap=True, optional=True),
        Column("not_by_same_as", say("key.not_by_same_as"), flex=2, wrap=True, optional=True),
        Column("by", say("key.by"), flex=1, wrap=True, optional=True),
        Column("stops_clock_until", say("key.stops_clock_until"), flex=1, wrap=True, optional=True),
        Column("records", say("standard.step_records"), flex=2, wrap=True, optional=True),
        Column("note", say("key.note"), flex=2, wrap=True, optional=True),
        Column("source", say("key.source"), flex=1, wrap=True),
    )
    rows: list[Row] = [
        {
            **_shown(asked, one.model_dump(mode="json")),
            "number": number,
            "stage": say.code("stage", one.stage),
            "limit": _days(asked, one.limit_days, one.days, one.extension_days),
            "records": _types(answer, (*one.rests_on, *one.produces)),
        }
        for number, one in enumerate(standard.review, 1)
    ]
    return table("review", columns, rows, asked.address, say, empty=say("standard.nothing"), filters=False)


def _types(answer: StandardVersion, ids: Sequence[str]) -> str:
    return "、".join(answer.types.get(id_) or id_ for id_ in ids)


def _limit(asked: Asked, standard: ItemStandard) -> list[Component]:
    say, limit = asked.say, standard.limit
    if limit is None:
        return [note(say("standard.no_limit"), "gray")]
    return [note(f"{say('standard.limit')}: {_days(asked, limit.days, limit.kind, limit.extension_days)}", "blue")]


def _days(asked: Asked, days: int | None, kind: str | None, extension: int | None) -> str:
    if days is None or kind is None:
        return ""
    further = asked.say("standard.extended", days=extension) if extension else ""
    return asked.say(f"standard.days.{kind}", days=days) + further


def _archive(asked: Asked, standard: ItemStandard) -> Component:
    if standard.archive is None:
        return nothing(asked.say("standard.no_archive"))
    return _pairs(asked, standard.archive.model_dump(mode="json", by_alias=True))


def _shown(asked: Asked, said: dict[str, Any]) -> dict[str, str]:
    return {name: written(asked, value) for name, value in said.items()}


def _pairs(asked: Asked, said: dict[str, Any]) -> Component:
    width = {"base": 110, "sm": 220}
    rows = [
        dmc.TableTr([dmc.TableTd(asked.say.code("key", k), c="dimmed", w=width), dmc.TableTd(written(asked, v))])
        for k, v in said.items()
        if v not in (None, [])
    ]
    return dmc.Table([dmc.TableTbody(rows)], withRowBorders=True, verticalSpacing=6)
