"""Answers of the questions, by hand, for figures and pages."""

from __future__ import annotations

from typing import Any

from graph.chain import Chain, ChainEvent, Party
from graph.dossier import Dossier
from graph.dossier_axis import Entry
from graph.dossier_fields import FieldOfSubject, Statement
from graph.in_force import SourceRow
from graph.library import TypeRow
from graph.reuse import ItemUnder, MaterialAnswer, Need, Reuse

SOURCE = SourceRow(load=1, file="hall.csv", system="hall", row=7)
DAY_MS = 86_400_000
NOON = 1_709_265_600_000  # 2024-03-01T12:00+08:00


def event(
    number: int, actors: tuple[str, ...] = (), at_ms: int | None = None, stage: str | None = None, **more: Any
) -> ChainEvent:
    """An event on the clock of China; without actor or instant it says that they are missing."""
    at = None if at_ms is None else "2024-03-01T12:00:00.000+08:00"
    missing = [*([] if actors else ["actor"]), *([] if at else ["instant"])]
    given = dict.fromkeys(("recorded_at", "outcome", "seconds", "lifecycle"))
    lists: dict[str, Any] = {
        n: [] for n in ("units", "received", "used", "produced", "touched", "stated", "other_cases")
    }
    return ChainEvent(
        **{
            "id": f"e{number}",
            "at": at,
            "at_ms": at_ms,
            "offset": None if at_ms is None else 28_800,
            "precision": "second",
            "activity": f"step {number}",
            "stage": stage,
            "actors": [Party(id=a, name=a.upper(), kind="staff") for a in actors],
            "attributes": {},
            "source": SOURCE,
            "missing": missing,
            **given,
            **lists,
            **more,
        }
    )


def chain(*events: ChainEvent) -> Chain:
    """A case with these events."""
    texts = dict.fromkeys(
        ("item_id", "region", "channel", "accepted_at", "opened_at", "last_at", "closed_at", "seconds")
    )
    return Chain(
        id="hall:1",
        as_of_load=1,
        status="open",
        attributes={},
        source=SOURCE,
        events=list(events),
        missing={},
        **texts,
    )


def entry(kind: str, id_: str, title: str | None, start: str | None, first_day: int | None, **more: Any) -> Entry:
    """An entry of a dossier."""
    given = {"end": None, "precision": None, "at_ms": None, "case_id": None, "life_stage": None, "source": SOURCE}
    return Entry(**{"kind": kind, "id": id_, "title": title, "start": start, "first_day": first_day, **given, **more})


def statement(fact_id: str, value: str, *, prevails: bool) -> Statement:
    """A statement of nobody in particular."""
    return Statement(
        fact_id=fact_id,
        value=value,
        valid_from=None,
        valid_to=None,
        stated_at=None,
        stated_by=[],
        decided=False,
        prevails=prevails,
        source=SOURCE,
    )


def dossier(*entries: Entry, contradicted: tuple[tuple[str, str], ...] = ()) -> Dossier:
    """A person's dossier; `contradicted` are facts (id, value) of the name, the prevailing one first."""
    statements = [statement(id_, value, prevails=not i) for i, (id_, value) in enumerate(contradicted)]
    field = FieldOfSubject(
        field="name",
        single=True,
        value=statements[0].value if statements else None,
        by="latest",
        settled=False,
        contradicted=True,
        statements=statements,
    )
    empty: dict[str, Any] = {
        n: [] for n in ("cases", "materials", "volumes", "payments", "undated", "years", "life_stages", "sources")
    }
    return Dossier(
        erased=[],
        id="p",
        label="Person",
        ids=["p"],
        as_of_load=1,
        values={},
        fields=[field] if statements else [],
        contradictions=["name"] if statements else [],
        entries=list(entries),
        **empty,
    )


def reuse(*materials: MaterialAnswer, items: tuple[str, ...] = ("card",)) -> Reuse:
    """An answer for these items; counts are those of the materials."""
    always = [one for one in materials if one.required]
    return Reuse(
        id="p",
        label="Person",
        ids=["p"],
        as_of_load=1,
        on="2024-03-01",
        items=[ItemUnder(item_id=i, name=i.upper(), version_id=f"{i}@1", valid_from="2000-01-01") for i in items],
        materials=list(materials),
        fields=[],
        unclassified=[],
        required=len(always),
        required_on_file=sum(one.on_file for one in always),
        conditional=len(materials) - len(always),
        conditional_on_file=0,
        share=None,
        fields_required=0,
        fields_on_file=0,
    )


def material(type_id: str, *items: str, on_file: bool, required: bool = True) -> MaterialAnswer:
    """A type of material that these items ask for."""
    needs = [Need(item_id=i, version_id=f"{i}@1", required=required, condition=None, form=None) for i in items]
    return MaterialAnswer(
        type_id=type_id,
        name=type_id.title(),
        required=required,
        form=None,
        asked_by=needs,
        on_file=on_file,
        reason=None if on_file else "none",
        material=None,
    )


def type_row(id_: str, submitted: int, again: int) -> TypeRow:
    """A type of material in the library."""
    return TypeRow(
        id=id_,
        name=None,
        type_class=None,
        validity_days=None,
        required_by=[],
        conditional_for=[],
        records=submitted,
        submitted=submitted,
        persons=1,
        organisations=0,
        again=again,
    )
