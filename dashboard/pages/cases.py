"""The search for cases: all filters of the list, in the address, and pages of rows."""

from __future__ import annotations

from collections.abc import Sequence

import dash_mantine_components as dmc
from dash.development.base_component import Component

from dashboard.filters import choice_filter, day_filter, text_filter
from dashboard.forms import by_day, count, length
from dashboard.naming import item_name, item_names
from dashboard.page import Asked
from dashboard.shell import card, heading
from dashboard.table import Column, Row, table
from graph.cases import CaseFilter, CasePage, CaseRow, cases
from graph.clock import last_done
from graph.items import NOTHING_KNOWN, KnownItems, known_items

ROWS = 200
STATUSES = ("open", "closed", "unknown")


def content(asked: Asked) -> Component:
    """The page."""
    say, address = asked.say, asked.address
    wanted = CaseFilter(
        **{name: address.one(name) for name in ("item", "actor", "activity", "unit", "status")},
        from_at=asked.instant("from"),
        to_at=asked.end_of("to"),
    )
    load = last_done(asked.store) if asked.store.exists() else 0
    known = known_items(asked.store, load) if load else NOTHING_KNOWN
    page = cases(asked.store, asked.viewer, wanted, limit=ROWS, cursor=address.one("cursor"))
    return dmc.Stack(
        [
            heading(say("nav.cases"), say("cases.below")),
            dmc.Paper(_filters(asked, known), withBorder=True, p="md"),
            card(_found(asked, page), case_table(asked, page.items, known), further_pages(asked, page.next)),
        ]
    )


def _filters(asked: Asked, known: KnownItems) -> Component:
    say, address = asked.say, asked.address
    items = item_names(known)
    return dmc.Group(
        [
            choice_filter(address, "item", say("case.item"), items, searchable=True, width=200)
            if items
            else text_filter(address, "item", say("case.item"), say("filter.exact"), 200),
            text_filter(address, "actor", say("case.actor"), say("filter.id_or_name"), 140),
            text_filter(address, "unit", say("case.unit"), say("filter.id_or_name"), 140),
            text_filter(address, "activity", say("case.activity"), say("filter.exact"), 140),
            choice_filter(
                address, "status", say("case.status"), {s: say.code("status", s) for s in STATUSES}, width=110
            ),
            day_filter(address, "from", say("filter.from"), say("filter.day")),
            day_filter(address, "to", say("filter.to"), say("filter.day")),
            dmc.Anchor(say("filter.reset"), href=address.to("/cases"), size="sm", pb=8),
        ],
        align="flex-end",
        gap="sm",
    )


def _found(asked: Asked, page: CasePage) -> str:
    if asked.address.one("cursor"):
        return asked.say("cases.found.further", cases=count(len(page.items)))
    return asked.say("cases.found.more" if page.next else "cases.found", cases=count(len(page.items)))


def case_table(asked: Asked, rows_of: Sequence[CaseRow], known: KnownItems) -> Component:
    """A list of cases."""
    say = asked.say
    columns = (
        Column("id", say("case.id"), flex=2, link=True),
        Column("item", say("case.item"), flex=2, wrap=True),
        Column("status", say("case.status"), width=90),
        Column("opened", say("case.opened"), width=155),
        Column("closed", say("case.closed"), width=155),
        Column("seconds", say("case.seconds"), "number", width=120),
        Column("events", say("case.events"), "number", width=85),
        Column("region", say("case.region"), width=90, optional=True),
        Column("channel", say("case.channel"), width=90, optional=True),
    )
    rows = [_row(asked, one, known) for one in rows_of]
    return table("cases", columns, rows, asked.address, say, empty=say("cases.none"))


def _row(asked: Asked, one: CaseRow, known: KnownItems) -> Row:
    return {
        "id": one.id,
        "id_href": asked.address.case(one.id),
        "item": item_name(known, one.item_id, asked.say) if one.item_id else "",
        "status": asked.say.code("status", one.status),
        "opened": by_day(one.opened_at),
        "closed": by_day(one.closed_at),
        "seconds": one.seconds,
        "seconds_text": length(one.seconds, asked.say),
        "events": one.events,
        "region": one.region,
        "channel": one.channel,
    }


def further_pages(asked: Asked, cursor: str | None, listed: str = "cases", rows: int = ROWS) -> Component:
    """The ways to the first page of the table `listed` and to the next one of `rows`, which begins at `cursor`."""
    say, address = asked.say, asked.address
    steps: list[Component] = []
    if address.one("cursor"):
        steps.append(dmc.Anchor(say("pages.first"), href=address.with_filters(cursor=None)))
    if cursor:
        further = say("pages.next", rows=rows)
        steps.append(dmc.Anchor(further, href=address.with_filters(cursor=cursor, **{f"table.{listed}": None})))
    return dmc.Group(steps, justify="flex-end")
