"""Batches of digitisation: where each stands, and one with its rounds, its sample and its records."""

from __future__ import annotations

from dash.development.base_component import Component

from dashboard.forms import by_day, count
from dashboard.page import Asked
from dashboard.shell import card, figures
from dashboard.states import failed, note
from dashboard.table import Column, Row, table
from graph.digitisation.batches import Batch, BatchRound, SampledRecord, batch, batches
from graph.errors import NotFound

_LISTED = 500


def content(asked: Asked) -> list[Component]:
    """All batches, and the one that the address names."""
    say, address = asked.say, asked.address
    answer = batches(asked.store, asked.viewer)
    columns = (
        Column("code", say("batch.code"), flex=1, link=True),
        Column("state", say("batch.state"), width=120),
        Column("records", say("batch.records"), "number", width=110),
        Column("reworks", say("batch.reworks"), "number", width=110, mark={"cell-warn": "x > 0"}),
        Column("sampled", say("batch.sampled"), "number", width=110),
        Column("defective", say("batch.defective"), "number", width=120),
        Column("rate", say("batch.rate"), width=110),
        Column("who", say("decide.who"), width=120),
        Column("at", say("batch.formed_at"), width=165),
    )
    rows: list[Row] = [
        {
            "code": one.code,
            "code_href": address.with_filters(batch=one.code),
            "state": say(f"batch_state.{one.state}"),
            "records": one.records,
            "reworks": one.reworks,
            "sampled": one.last.sampled if one.last else None,
            "defective": one.last.defective if one.last else None,
            "rate": _rate(one.last),
            "who": one.who,
            "at": by_day(one.at),
        }
        for one in answer.items
    ]
    shown = table("batches", columns, rows, address, say, empty=say("batch.none"))
    code = address.one("batch")
    return [*(_one(asked, code) if code else []), card(say("batch.title"), shown, below=say("batch.below"))]


def _rate(one: BatchRound | None) -> str:
    """The share of defective records in percent; nothing while nothing was inspected."""
    return "" if one is None or not (one.inspected or one.outcome) else f"{100 * one.rate:.1f}%"


def _one(asked: Asked, code: str) -> list[Component]:
    say = asked.say
    try:
        answer = batch(asked.store, asked.viewer, code, limit=_LISTED)
    except NotFound as error:
        return [failed(error, say)]
    one = answer.batch
    numbers = figures(
        (say("batch.records"), count(one.records), say("batch.gone", records=count(answer.gone))),
        (say("batch.pages"), count(answer.pages), say("batch.unpaged", records=count(answer.unpaged))),
        (say("batch.with_copy"), count(answer.with_copy), ""),
        (say("batch.reworks"), count(one.reworks), say(f"batch_state.{one.state}")),
    )
    waits = [note(say("batch.missing", records=count(len(answer.missing)), first=answer.missing[0]))]
    return [
        numbers,
        *(waits if answer.missing else []),
        card(say("batch.sample", code=code), _sample(asked, answer)),
        card(say("batch.rounds"), _rounds(asked, answer)),
        card(say("batch.records"), *_records(asked, answer)),
    ]


def _sample(asked: Asked, answer: Batch) -> Component:
    say = asked.say
    columns = (
        Column("record", say("quality.record"), flex=2, least=140),
        Column("title", say("material.title"), flex=2, wrap=True, personal=True, optional=True),
        Column("wrong", say("batch.wrong"), flex=2, wrap=True, optional=True),
        Column("defects", say("batch.defects"), flex=3, wrap=True, optional=True),
        Column("who", say("batch.inspected_by"), width=130),
    )
    rows: list[Row] = [
        {
            "record": one.record.archive_no or one.id if one.record else one.id,
            "title": one.record.title if one.record else say("batch.stands_no_more"),
            "wrong": "; ".join(say(f"batch_wrong.{kind}") for kind in one.wrong),
            "defects": _defects(asked, one),
            "who": one.who if one.inspected else "—",
        }
        for one in answer.sample
    ]
    return table("sample", columns, rows, asked.address, say, empty=say("batch.no_sample"))


def _defects(asked: Asked, one: SampledRecord) -> str:
    say = asked.say
    paged = (d.kind if d.page is None else say("batch.on_page", kind=d.kind, page=d.page) for d in one.defects)
    return "; ".join(paged)


def _rounds(asked: Asked, answer: Batch) -> Component:
    say = asked.say
    columns = (
        Column("round", say("batch.round"), "number", width=80),
        Column("seed", say("batch.seed"), flex=1),
        Column("sampled", say("batch.sampled"), "number", width=110),
        Column("frame", say("batch.frame"), "number", width=110),
        Column("defective", say("batch.defective"), "number", width=120),
        Column("rate", say("batch.rate"), width=110),
        Column("limit", say("batch.limit"), width=100, optional=True),
        Column("outcome", say("batch.outcome"), width=110),
        Column("who", say("decide.who"), width=120),
        Column("at", say("batch.judged_at"), width=165, optional=True),
    )
    rows: list[Row] = [
        {
            "round": one.round,
            "seed": one.seed,
            "sampled": one.sampled,
            "frame": one.frame,
            "defective": one.defective,
            "rate": _rate(one),
            "limit": None if one.limit is None else f"{100 * one.limit:g}%",
            "outcome": say(f"batch_state.{one.outcome or 'sampled'}"),
            "who": one.judged_by or one.who,
            "at": by_day(one.judged_at),
        }
        for one in answer.rounds
    ]
    return table("rounds", columns, rows, asked.address, say, empty=say("batch.no_sample"))


def _records(asked: Asked, answer: Batch) -> list[Component]:
    say = asked.say
    columns = (
        Column("record", say("quality.record"), flex=2, least=140),
        Column("title", say("material.title"), flex=3, wrap=True, personal=True, optional=True),
        Column("pages", say("batch.pages"), "number", width=100),
        Column("files", say("batch.files"), "number", width=110),
        Column("file_pages", say("batch.file_pages"), "number", width=120),
        Column("copies", say("batch.copies"), flex=2, wrap=True, optional=True),
    )
    rows: list[Row] = [
        {
            "record": one.archive_no or one.id,
            "copies": ", ".join(one.copies),
            **{name: getattr(one, name) for name in ("title", "pages", "files", "file_pages")},
        }
        for one in answer.records
    ]
    more = [note(say("quality.more", shown=count(len(rows))))] if answer.next else []
    return [*more, table("batch_records", columns, rows, asked.address, say, empty="—")]
