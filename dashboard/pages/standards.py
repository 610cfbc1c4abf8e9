"""The standards of service items: all versions by item and first day, and two of them compared."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

import dash_mantine_components as dmc
from dash.development.base_component import Component

from dashboard.filters import choice_filter, text_filter
from dashboard.forms import count
from dashboard.page import Asked
from dashboard.pages.cases import further_pages
from dashboard.shell import card, heading
from dashboard.states import note, nothing
from dashboard.table import Column, Row, table
from graph.item_standards import (
    Comparison,
    VersionRow,
    compare_standards,
    standard_versions,
)

ROWS = 200
_CHOICES = 5000


def content(asked: Asked) -> Component:
    """The page of all versions."""
    say, address = asked.say, asked.address
    head = heading(say("nav.standards"), say("standards.below"), _ways(asked))
    if not asked.store.exists():
        return dmc.Stack([head, nothing(say("empty.archive"), say("empty.archive.remedy"))])
    page = standard_versions(
        asked.store, asked.viewer, address.one("query"), limit=ROWS, cursor=address.one("cursor")
    )
    if not page.as_of_load:
        return dmc.Stack([head, nothing(say("empty.archive"), say("empty.archive.remedy"))])
    columns = (
        Column("name", say("standards.item"), flex=3, wrap=True, link=True, least=150),
        Column("region", say("case.region"), flex=1, wrap=True, optional=True),
        Column("life_stage", say("entry.life_stage"), width=100, optional=True),
        Column("valid_from", say("standards.valid_from"), width=120),
        Column("until", say("standards.until"), width=120, optional=True),
        Column("state", say("standards.state"), width=110),
        Column("compare", say("standards.compare"), flex=2, link=True, optional=True, least=120),
        Column("id", say("standards.version"), flex=3, wrap=True, least=150),
    )
    rows = [_row(asked, one, before) for one, before in zip(page.items, [None, *page.items], strict=False)]
    listed = table("standards", columns, rows, address, say, empty=say("standards.none"))
    controls = text_filter(address, "query", say("standards.find"), say("standards.find.what"), width=320)
    return dmc.Stack(
        [
            head,
            dmc.Paper(controls, withBorder=True, p="md"),
            card(say("standards.versions"), listed, further_pages(asked, page.next, "standards", ROWS)),
        ]
    )


def to_version(asked: Asked, id_: str) -> str:
    """The link to the page of a version."""
    return asked.address.to(f"/standards/{quote(id_, safe='')}")


def _ways(asked: Asked) -> list[Component]:
    say = asked.say
    return [
        dmc.Anchor(say("standards.compare.title"), href=asked.address.to("/standards/comparison"), size="sm"),
        dmc.Anchor(say("draft.title"), href=asked.address.to("/standards/simulation"), size="sm"),
    ]


def _row(asked: Asked, one: VersionRow, before: VersionRow | None) -> Row:
    say = asked.say
    row: Row = {
        "name": one.name or one.item_id,
        "name_href": to_version(asked, one.id),
        "region": one.region,
        "life_stage": say.code("life_stage", one.life_stage),
        "valid_from": one.valid_from,
        "until": one.until,
        "state": state_words(asked, one),
        "id": one.id,
    }
    if before is not None and before.item_id == one.item_id:
        row["compare"] = say("standards.compare.with", version=before.valid_from)
        row["compare_href"] = asked.address.to("/standards/comparison", before=before.id, after=one.id)
    return row


def state_words(asked: Asked, one: VersionRow) -> str:
    """Whether a version is in force, over, or to come."""
    if one.in_force:
        return asked.say("standards.in_force")
    return asked.say("standards.not_in_force")


def comparison(asked: Asked) -> Component:
    """The page that compares two versions."""
    say, address = asked.say, asked.address
    page = standard_versions(asked.store, asked.viewer, limit=_CHOICES)
    choices = {one.id: f"{one.name or one.item_id} · {one.region or ''} · {one.valid_from}" for one in page.items}
    back = dmc.Anchor(say("standards.back"), href=address.to("/standards"), size="sm")
    controls = dmc.Group(
        [
            choice_filter(address, "before", say("standards.before"), choices, searchable=True, width=420),
            choice_filter(address, "after", say("standards.after"), choices, searchable=True, width=420),
        ],
        align="flex-end",
    )
    parts: list[Component] = [
        heading(say("standards.compare.title"), say("standards.compare.below"), [back]),
        dmc.Paper(controls, withBorder=True, p="md"),
    ]
    before, after = address.one("before"), address.one("after")
    if not before or not after:
        return dmc.Stack([*parts, nothing(say("standards.compare.choose"))])
    answer = compare_standards(asked.store, asked.viewer, before, after)
    return dmc.Stack([*parts, *_other_item(asked, answer), _changes(asked, answer)])


def _other_item(asked: Asked, answer: Comparison) -> list[Component]:
    same = answer.before.item_id == answer.after.item_id
    return [] if same else [note(asked.say("standards.compare.other_item"))]


def _changes(asked: Asked, answer: Comparison) -> Component:
    say = asked.say
    columns = (
        Column("part", say("standard.part"), flex=2, wrap=True, least=110),
        Column("kind", say("standards.change"), width=90, mark={"cell-warn": "params.data.removed"}),
        Column("entry", say("standards.entry"), flex=2, wrap=True, least=110, optional=True),
        Column("key", say("standards.key"), flex=1, wrap=True, least=110),
        Column("before", answer.before.id, flex=3, wrap=True, least=130),
        Column("after", answer.after.id, flex=3, wrap=True, least=130),
    )
    rows: list[Row] = [
        {
            "part": say(f"standard.{change.part}"),
            "kind": say(f"standards.{change.kind}"),
            "removed": change.kind == "removed",
            "entry": change.name,
            "key": say.code("key", one.field),
            "before": written(asked, one.before),
            "after": written(asked, one.after),
        }
        for change in answer.changes
        for one in change.fields
    ]
    kinds = [change.kind for change in answer.changes]
    title = say(
        "standards.changes", **{kind: count(kinds.count(kind)) for kind in ("added", "changed", "removed")}
    )  # fmt: skip
    return card(title, table("changes", columns, rows, asked.address, say, empty=say("standards.same")))


def written(asked: Asked, value: Any) -> str:
    """A value of a standard for readers."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return asked.say("standard.yes" if value else "standard.no")
    if isinstance(value, list):
        between = "、" if asked.address.language == "zh" else ", "
        return between.join(written(asked, one) for one in value)
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
