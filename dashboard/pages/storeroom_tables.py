"""What is still to be done in the storerooms: the work list, differences, terms that run out, single sets."""

from __future__ import annotations

from dash.development.base_component import Component

from dashboard.figures.storeroom import due_figure
from dashboard.forms import count, share
from dashboard.graphs import graph
from dashboard.page import Asked
from dashboard.shell import card, figures
from dashboard.states import note, nothing
from dashboard.table import Column, Row, table
from graph.filing.run import work_list
from graph.readiness import readiness
from graph.reconcile import reconcile
from graph.retention import retention

_SHOWN = 200


def work(asked: Asked) -> list[Component]:
    """What could not be filed, and why."""
    say = asked.say
    if asked.settings.arrangement is None:
        return [nothing(say("storeroom.no_arrangement"), say("storeroom.no_arrangement.remedy"))]
    answer = work_list(asked.store, asked.settings, asked.viewer, limit=_SHOWN)
    counts: list[Row] = [{"reason": say.code("waits", one.reason), "count": one.count} for one in answer.counts]
    by_reason = (
        Column("reason", say("storeroom.reason"), flex=2, wrap=True),
        Column("count", say("storeroom.count"), "number", width=110),
    )
    each = (
        Column("id", say("storeroom.what"), flex=2, wrap=True),
        Column("case", say("label.Case"), flex=2, link=True, optional=True),
        Column("reason", say("storeroom.reason"), flex=3, wrap=True),
    )
    rows: list[Row] = []
    for one in answer.items:
        row: Row = {"id": one.id, "case": one.case, "reason": say.code("waits", one.reason)}
        if one.case:
            row["case_href"] = asked.address.case(one.case)
        rows.append(row)
    parts: list[Component] = [table("work", each, rows, asked.address, say, empty=say("storeroom.all_filed"))]
    if answer.next:
        parts.append(note(say("storeroom.first", shown=count(_SHOWN))))
    summed = table("reasons", by_reason, counts, asked.address, say, empty=say("storeroom.all_filed"))
    return [card(say("storeroom.reasons"), summed), card(say("storeroom.view.work"), *parts)]


def reconciled(asked: Asked) -> list[Component]:
    """Paper, copies, persons and places one to one."""
    say = asked.say
    answer = reconcile(asked.store, asked.settings, asked.viewer)
    numbers = figures(*((say.code("differs", kind), count(n), "") for kind, n in answer.totals.items()))
    columns = (
        Column("kind", say("storeroom.kind"), flex=3, wrap=True),
        Column("room", say("storeroom.room"), flex=1, optional=True),
        Column("class", say("library.class"), flex=1, optional=True),
        Column("count", say("storeroom.count"), "number", width=110),
    )
    rows: list[Row] = [
        {"kind": say.code("differs", one.kind), "room": one.room, "class": one.scheme_class, "count": one.count}
        for one in answer.counts
    ]
    shown = table("differences", columns, rows, asked.address, say, empty=say("storeroom.no_difference"))
    return [numbers, card(say("storeroom.view.differences"), shown, below=say("storeroom.differences.below"))]


def retained(asked: Asked) -> list[Component]:
    """How long records are kept, and what falls due."""
    say = asked.say
    answer = retention(asked.store, asked.viewer)
    columns = (
        Column("class", say("library.class"), flex=2, optional=True),
        Column("retention", say("retention.kept"), flex=1, optional=True),
        Column("term", say("retention.term"), flex=1),
        Column("records", say("library.records"), "number", width=110),
        Column("undated", say("retention.undated"), "number", width=130, mark={"cell-warn": "x > 0"}),
    )
    rows: list[Row] = [
        {
            "class": one.scheme_class,
            "retention": one.retention,
            "term": say.code("term", one.term),
            "records": one.records,
            "undated": one.undated,
        }
        for one in answer.terms
    ]
    parts = [card(say("storeroom.view.retention"), table("terms", columns, rows, asked.address, say, empty="—"))]
    if answer.due:
        drawn = graph("due", due_figure(answer.due, say), say("retention.due"))
        parts.insert(0, card(say("retention.due"), drawn, below=say("retention.below")))
    return list(parts)


def single_set(asked: Asked) -> list[Component]:
    """Which records could do without paper, and what blocks the others."""
    say = asked.say
    answer = readiness(asked.store, asked.settings, asked.viewer)
    part = answer.ready / answer.records if answer.records else None
    numbers = figures(
        (say("library.records"), count(answer.records), ""),
        (say("readiness.ready"), count(answer.ready), ""),
        (say("readiness.share"), share(part) or "—", ""),
    )
    columns = (
        Column("item", say("readiness.item"), flex=2, wrap=True, optional=True),
        Column("class", say("library.class"), flex=1, optional=True),
        Column("records", say("library.records"), "number", width=100),
        Column("ready", say("readiness.ready"), "number", width=110),
        Column("share", say("readiness.share"), "number", width=100),
        Column("blocks", say("readiness.blocks"), flex=3, wrap=True, optional=True),
    )
    rows: list[Row] = [
        {
            "item": one.item_name or one.item_id,
            "class": one.scheme_class,
            "records": one.records,
            "ready": one.ready,
            "share": one.share,
            "share_text": share(one.share),
            "blocks": " · ".join(f"{say.code('blocked', b.reason)} {count(b.records)}" for b in one.blocks),
        }
        for one in answer.rows
    ]
    shown = table("readiness", columns, rows, asked.address, say, empty="—")
    return [numbers, card(say("storeroom.view.readiness"), shown, below=say("readiness.below"))]
