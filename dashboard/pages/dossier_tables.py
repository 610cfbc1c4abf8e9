"""The tables of a dossier; every row says where it comes from."""

from __future__ import annotations

from collections.abc import Sequence

from dash.development.base_component import Component

from dashboard.figures.dossier import entry_title
from dashboard.forms import by_day, count, instant, length, money, source
from dashboard.naming import place_text
from dashboard.page import Asked
from dashboard.table import Column, Row, table
from graph.dossier import Dossier
from graph.dossier_axis import Entry
from graph.dossier_cases import CaseOfSubject
from graph.dossier_fields import FieldOfSubject, Statement, StatingRecord
from graph.dossier_materials import MaterialOfSubject

_SOURCES = 4
_PREVAILS = {"cell-good": "params.data.first", "cell-warn": "params.data.differs"}


def entries(asked: Asked, answer: Dossier) -> Component:
    """Everything on the axis of time."""
    return _entries(asked, "entries", answer.entries)


def undated(asked: Asked, answer: Dossier) -> Component:
    """What has no date."""
    return _entries(asked, "undated", answer.undated)


def _entries(asked: Asked, name: str, found: Sequence[Entry]) -> Component:
    say = asked.say
    columns = (
        Column("kind", say("entry.kind"), width=90),
        Column("start", say("entry.start"), width=155, optional=True),
        Column("end", say("entry.end"), width=155, optional=True),
        Column("title", say("entry.title"), flex=3, wrap=True, personal=True),
        Column("case", say("case.id"), width=185, link=True, optional=True),
        Column("life_stage", say("entry.life_stage"), width=110, optional=True),
        Column("source", say("source.title"), flex=2, wrap=True),
    )
    rows = [
        {
            "kind": say(f"kind.{entry.kind}"),
            "start": by_day(entry.start) if entry.kind == "case" else instant(entry.start),
            "end": by_day(entry.end) if entry.kind == "case" else instant(entry.end),
            "title": entry_title(entry, say),
            "case": entry.case_id,
            "case_href": asked.address.case(entry.case_id) if entry.case_id else None,
            "life_stage": say.code("life_stage", entry.life_stage),
            "source": source(entry.source.file, entry.source.row, say),
        }
        for entry in found
    ]
    return table(name, columns, rows, asked.address, say, empty=say(f"dossier.none.{name}"))


def cases(asked: Asked, answer: Dossier) -> Component:
    """The cases, each leading to its chain."""
    say = asked.say
    columns = (
        Column("id", say("case.id"), flex=2, link=True),
        Column("item", say("case.item"), flex=2, wrap=True),
        Column("role", say("case.role"), width=110, optional=True),
        Column("status", say("case.status"), width=90),
        Column("opened", say("case.opened"), width=155),
        Column("closed", say("case.closed"), width=155),
        Column("seconds", say("case.seconds"), "number", width=120),
        Column("events", say("case.events"), "number", width=90),
        Column("life_stage", say("entry.life_stage"), width=110, optional=True),
        Column("source", say("source.title"), flex=1, wrap=True),
    )
    rows = [_case(asked, case) for case in answer.cases]
    return table("cases", columns, rows, asked.address, say, empty=say("dossier.none.cases"))


def _case(asked: Asked, case: CaseOfSubject) -> Row:
    say = asked.say
    return {
        "id": case.id,
        "id_href": asked.address.case(case.id),
        "item": case.item_name or case.item_id,
        "role": ", ".join(say.code("role", role) for role in case.roles),
        "status": say.code("status", case.status),
        "opened": by_day(case.opened_at),
        "closed": by_day(case.closed_at),
        "seconds": case.seconds,
        "seconds_text": length(case.seconds, say),
        "events": len(case.events),
        "life_stage": say.code("life_stage", case.life_stage),
        "source": source(case.source.file, case.source.row, say),
    }


def materials(asked: Asked, answer: Dossier) -> Component:
    """The materials with where they are and what speaks for them."""
    say = asked.say
    columns = (
        Column("title", say("material.title"), flex=2, wrap=True),
        Column("date", say("material.date"), width=110),
        Column("form", say("material.form"), width=100, optional=True),
        Column("archive_no", say("material.archive_no"), flex=1, optional=True),
        Column("place", say("material.place"), flex=2, wrap=True, optional=True),
        Column("submitted", say("material.submitted"), "number", width=95),
        Column("valid_until", say("material.valid_until"), width=115, optional=True),
        Column("trust", say("material.trust"), flex=2, wrap=True),
        Column("source", say("source.title"), flex=1, wrap=True),
    )
    rows = [_material(asked, material) for material in answer.materials]
    return table("materials", columns, rows, asked.address, say, empty=say("dossier.none.materials"))


def _material(asked: Asked, material: MaterialOfSubject) -> Row:
    say, trust = asked.say, material.trust
    speaks = [
        say("trust.received") if trust.received else "",
        say("trust.filed") if trust.filed else "",
        say("trust.digitises", records=count(len(trust.digitises))) if trust.digitises else "",
        say("trust.files", files=count(trust.files), digests=count(trust.files_with_digest)) if trust.files else "",
        "" if material.type_id else say("trust.unclassified"),
    ]
    return {
        "title": say("erased.by", decision=material.erased) if material.erased else material.title,
        "date": material.date,
        "form": say.code("form", material.form),
        "archive_no": material.archive_no,
        "place": "; ".join(place_text(place) for place in material.places),
        "submitted": len(material.submissions),
        "valid_until": material.valid_until,
        "trust": ", ".join(filter(None, speaks)),
        "source": source(material.source.file, material.source.row, say),
    }


def contradictions(asked: Asked, answer: Dossier) -> Component:
    """The values of the fields that are contradicted, each once, with who says so."""
    say = asked.say
    columns = (
        Column("field", say("statement.field"), width=150),
        Column("value", say("statement.value"), flex=2, wrap=True, personal=True),
        Column("prevails", say("statement.prevails"), flex=2, wrap=True, mark=_PREVAILS),
        Column("statements", say("statement.count"), "number", width=110),
        Column("first_stated", say("statement.first_stated"), width=155),
        Column("last_stated", say("statement.last_stated"), width=155),
        Column("source", say("source.title"), flex=4, wrap=True),
    )
    rows = [_value(asked, field, value) for field in answer.fields if field.contradicted for value in _values(field)]
    name, empty = "contradictions", say("dossier.none.fields")
    return table(name, columns, rows, asked.address, say, empty=empty, filters=False)


def _values(field: FieldOfSubject) -> list[list[Statement]]:
    """The statements of a field by what they say, that which prevails first."""
    by_value: dict[str | None, list[Statement]] = {}
    for statement in field.statements:
        by_value.setdefault(statement.value, []).append(statement)
    return list(by_value.values())


def _value(asked: Asked, field: FieldOfSubject, statements: Sequence[Statement]) -> Row:
    say = asked.say
    instants = sorted(statement.stated_at for statement in statements if statement.stated_at)
    sources = list(dict.fromkeys(source(s.source.file, s.source.row, say) for s in statements))
    more = [say("statement.more", sources=len(sources) - _SOURCES)] if len(sources) > _SOURCES else []
    first = statements[0]
    return {
        **_statement(asked, field, first),
        "statements": len(statements),
        "first_stated": by_day(instants[0]) if instants else "",
        "last_stated": by_day(instants[-1]) if instants else "",
        "source": "; ".join([*sources[:_SOURCES], *more]),
    }


def fields(asked: Asked, answer: Dossier) -> Component:
    """Every statement about every field, what prevails first and why."""
    say = asked.say
    columns = (
        Column("field", say("statement.field"), width=130),
        Column("value", say("statement.value"), flex=2, wrap=True, personal=True),
        Column("prevails", say("statement.prevails"), flex=1, wrap=True, mark=_PREVAILS),
        Column("valid", say("statement.valid"), width=170, optional=True),
        Column("stated", say("statement.stated"), width=155),
        Column("by", say("statement.by"), flex=2, wrap=True),
        Column("source", say("source.title"), flex=2, wrap=True),
    )
    rows = [_statement(asked, field, statement) for field in answer.fields for statement in field.statements]
    return table("fields", columns, rows, asked.address, say, empty=say("dossier.none.fields"))


def _statement(asked: Asked, field: FieldOfSubject, statement: Statement) -> Row:
    say = asked.say
    stated_by = "; ".join(_stating(asked, record) for record in statement.stated_by)
    span = f"{statement.valid_from or '…'} – {statement.valid_to or '…'}"
    differs = field.contradicted and not field.prevails(statement.value)
    return {
        "field": say.code("field", field.field),
        "value": statement.value,
        "first": statement.prevails,
        "differs": differs,
        "prevails": say("statement.first", by=say.code("by", field.by))
        if statement.prevails
        else say("statement.differs")
        if differs
        else "",
        "valid": span if statement.valid_from or statement.valid_to else "",
        "stated": by_day(statement.stated_at),
        "by": stated_by,
        "source": source(statement.source.file, statement.source.row, say),
    }


def _stating(asked: Asked, record: StatingRecord) -> str:
    form = asked.say.code("form", record.form)
    return " · ".join(filter(None, (record.title or record.id, instant(record.date), form)))


def filed(asked: Asked, answer: Dossier) -> Component:
    """Volumes that are about the subject, and payments."""
    say = asked.say
    columns = (
        Column("kind", say("entry.kind"), width=90),
        Column("title", say("entry.title"), flex=2),
        Column("time", say("entry.start"), width=130),
        Column("detail", say("entry.detail"), flex=1),
        Column("case", say("case.id"), width=185, link=True, optional=True),
        Column("source", say("source.title"), flex=2, wrap=True),
    )
    rows: list[Row] = [
        {
            "kind": say("kind.volume"),
            "title": volume.code or volume.id,
            "time": "" if volume.year is None else str(volume.year),
            "detail": volume.retention,
            "source": source(volume.source.file, volume.source.row, say),
        }
        for volume in answer.volumes
    ]
    rows += [
        {
            "kind": say("kind.payment"),
            "title": payment.kind or payment.id,
            "time": payment.period,
            "detail": money(payment.amount),
            "case": payment.case_id,
            "case_href": asked.address.case(payment.case_id) if payment.case_id else None,
            "source": source(payment.source.file, payment.source.row, say),
        }
        for payment in answer.payments
    ]
    return table("filed", columns, rows, asked.address, say, empty=say("dossier.none.filed"))
