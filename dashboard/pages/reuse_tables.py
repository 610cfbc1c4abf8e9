"""The tables of an answer about reuse."""

from __future__ import annotations

from collections.abc import Sequence

from dash.development.base_component import Component

from dashboard.forms import instant, source
from dashboard.naming import place_text
from dashboard.page import Asked
from dashboard.table import Column, Row, table
from graph.reuse import MaterialAnswer, Reuse


def materials(asked: Asked, answer: Reuse, name: str, found: Sequence[MaterialAnswer]) -> Component:
    """Types of materials with who asks for them, and the record on file that serves or comes nearest."""
    say = asked.say
    columns = (
        Column("type", say("library.type"), flex=2, wrap=True),
        Column("reason", say("reuse.reason"), width=120, optional=True, mark={"cell-warn": "true"}),
        Column("asked", say("reuse.asked"), width=110, wrap=True),
        Column("by", say("reuse.asked_by"), flex=2, wrap=True),
        Column("record", say("reuse.record"), flex=3, wrap=True, optional=True),
        Column("since", say("reuse.since"), width=115, optional=True),
        Column("valid", say("reuse.valid_through"), width=120, optional=True),
        Column("case", say("case.id"), width=185, link=True, optional=True),
        Column("place", say("material.place"), flex=2, wrap=True, optional=True),
        Column("source", say("source.title"), flex=1, wrap=True, optional=True),
    )
    rows = [_material(asked, answer, one) for one in found]
    empty = say(f"reuse.none.{name}")
    return table(name, columns, rows, asked.address, say, empty=empty, filters=False)


def _material(asked: Asked, answer: Reuse, one: MaterialAnswer) -> Row:
    say, record = asked.say, one.material
    names = {item.item_id: item.name or item.item_id for item in answer.items}
    conditions = [need.condition for need in one.asked_by if not need.required and need.condition]
    row: Row = {
        "type": one.name or one.type_id,
        "reason": say.code("reason", one.reason),
        "asked": say("reuse.always") if one.required else say("reuse.on_condition"),
        "by": "; ".join(dict.fromkeys(names.get(need.item_id, need.item_id) for need in one.asked_by)),
    }
    if one.form:
        row["asked"] += f" · {say.code('form', one.form)}"
    if conditions:
        row["asked"] += f": {'; '.join(dict.fromkeys(conditions))}"
    if record is None:
        return row
    wrong = ", ".join(say.code("field", name) for name in record.contradicts)
    return {
        **row,
        "record": " · ".join(filter(None, (record.title, record.date, say.code("form", record.form))))
        + (f" ({say('reuse.contradicts', fields=wrong)})" if wrong else ""),
        "since": instant(record.since)[:10],
        "valid": record.valid_through or (say("reuse.unlimited") if record.valid else say("reuse.unknown")),
        "case": record.case_id,
        "case_href": asked.address.case(record.case_id) if record.case_id else None,
        "place": "; ".join(place_text(place) for place in record.places),
        "source": source(record.source.file, record.source.row, say),
    }


def fields(asked: Asked, answer: Reuse) -> Component:
    """The fields that forms ask for: filled in from the archive, or to be given."""
    say = asked.say
    names = {item.item_id: item.name or item.item_id for item in answer.items}
    columns = (
        Column("field", say("statement.field"), flex=1),
        Column(
            "answer",
            say("reuse.answer"),
            flex=1,
            mark={"cell-good": "params.data.there", "cell-warn": "!params.data.there"},
        ),
        Column("value", say("statement.value"), flex=2, personal=True, optional=True),
        Column("asked", say("reuse.asked"), width=110),
        Column("by", say("reuse.asked_by"), flex=3, wrap=True),
        Column("source", say("source.title"), flex=1, wrap=True, optional=True),
    )
    rows: list[Row] = [
        {
            "field": say.code("field", one.field),
            "there": one.on_file,
            "answer": say("reuse.on_file")
            if one.on_file
            else f"{say('reuse.to_give')}: {say.code('reason', one.reason)}",
            "value": one.value,
            "asked": say("reuse.always") if one.required else say("reuse.optional"),
            "by": "; ".join(names.get(id_, id_) for id_ in one.asked_by),
            "source": source(one.statement.source.file, one.statement.source.row, say) if one.statement else "",
        }
        for one in answer.fields
    ]
    return table("fields", columns, rows, asked.address, say, empty=say("dossier.none.fields"), filters=False)


def unclassified(asked: Asked, answer: Reuse) -> Component:
    """Records on file of which it is not known what they are."""
    say = asked.say
    columns = (
        Column("title", say("material.title"), flex=2, wrap=True),
        Column("date", say("material.date"), width=120, optional=True),
        Column("case", say("case.id"), width=185, link=True, optional=True),
        Column("source", say("source.title"), flex=1, wrap=True),
    )
    rows: list[Row] = [
        {
            "title": one.title or say("entry.untitled"),
            "date": one.date,
            "case": one.case_id,
            "case_href": asked.address.case(one.case_id) if one.case_id else None,
            "source": source(one.source.file, one.source.row, say),
        }
        for one in answer.unclassified
    ]
    return table("unclassified", columns, rows, asked.address, say, empty=say("library.empty"), filters=False)
