"""The fields of a person or organisation: every statement, the one that prevails, and what contradicts."""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa
from pydantic import BaseModel

from graph import clock
from graph.decision_kinds import PREVAILING
from graph.dossier_records import Holdings
from graph.in_force import Record, SourceRow, source_of, utc
from graph.instants import iso
from graph.prevailing import SINGLE_VALUED, STATEMENTS, comparable, contradicted, ranked, value_text


class StatingRecord(BaseModel):
    """A record that states a fact: a material with its date and form, or an event with its instant."""

    label: str
    id: str
    title: str | None
    date: str | None
    form: str | None = None


class Statement(BaseModel):
    """One statement about a field; `stated_at` is what dates it by the rule, in UTC."""

    fact_id: str
    value: str | None
    valid_from: str | None
    valid_to: str | None
    stated_at: str | None
    stated_by: list[StatingRecord]
    decided: bool
    prevails: bool
    source: SourceRow


class FieldOfSubject(BaseModel):
    """A field with its statements, what prevails first.

    `by` says what made it prevail: only, decision, latest, rank, load, or tie where nothing did. `settled`: a
    decision names the prevailing statement. `contradicted`: one value only is possible, and several are stated.
    """

    field: str
    single: bool
    value: str | None
    by: str
    settled: bool
    contradicted: bool
    statements: list[Statement]

    def prevails(self, value: str | None) -> bool:
        """Whether a value says the same as the prevailing one, or less of the same date."""
        said, here = comparable(self.field, self.value), comparable(self.field, value)
        return said == here or (self.field == "birth_date" and bool(here) and (said or "").startswith(here or ""))


def fields_of(held: Holdings, files: Mapping[int, clock.Load]) -> list[FieldOfSubject]:
    """The fields in order: those with one value first, then the others by name."""
    facts = {fact["id"]: fact for fact in held.own_facts() if fact["field"]}
    rows = [row for fact in facts.values() for row in _rows(held, fact)]
    columns = {name: [row[name] for row in rows] for name in STATEMENTS.names}
    order = ranked(pa.table(columns, schema=STATEMENTS)).to_pylist()
    by_field: dict[str, list[Record]] = {}
    for row in order:
        by_field.setdefault(row["field"], []).append(row)
    fields = [_field(name, of, facts, held, files) for name, of in by_field.items()]
    return sorted(fields, key=lambda f: (_place(f.field), f.field))


def _place(name: str) -> int:
    return SINGLE_VALUED.index(name) if name in SINGLE_VALUED else len(SINGLE_VALUED)


def _rows(held: Holdings, fact: Record) -> list[Record]:
    """A row of STATEMENTS for each record that states the fact; one without where none does."""
    row = {
        "subject_id": held.subject.id,
        "field": fact["field"],
        "fact_id": fact["id"],
        "value": value_text(fact["value"], fact["number"], fact["unit"]),
        "stated_at": fact["stated_at"],
        "event_at": None,
        "material_date": None,
        "material_form": None,
        "stated_by": None,
        "since": fact["since"],
        "decided_at": decided_at(held, fact["id"]),
    }
    rows = []
    for label, id_ in held.stated_by.get(fact["id"], ()):
        by = held.of(label).get(id_)
        if by is not None and label == "Material":
            rows.append({**row, "stated_by": label, "material_date": by["date"], "material_form": by["form"]})
        elif by is not None:
            rows.append({**row, "stated_by": label, "event_at": by["at"]})
    return rows or [row]


def decided_at(held: Holdings, fact_id: str) -> int | None:
    """When it was decided that a fact prevails: the latest such decision that no other about it overrides."""
    standing = held.decided("Fact", fact_id, PREVAILING)
    return max((one["decided_at"] for one in standing if one["decided_at"] is not None), default=None)


def _field(
    name: str, rows: list[Record], facts: Mapping[str, Record], held: Holdings, files: Mapping[int, clock.Load]
) -> FieldOfSubject:
    return FieldOfSubject(
        field=name,
        single=name in SINGLE_VALUED,
        value=rows[0]["value"],
        by=rows[0]["by"],
        settled=rows[0]["decided_at"] is not None,
        contradicted=contradicted(name, (row["value"] for row in rows)),
        statements=[_statement(row, facts[row["fact_id"]], held, files) for row in rows],
    )


def _statement(row: Record, fact: Record, held: Holdings, files: Mapping[int, clock.Load]) -> Statement:
    return Statement(
        fact_id=fact["id"],
        value=row["value"],
        valid_from=fact["valid_from"],
        valid_to=fact["valid_to"],
        stated_at=utc(row["stated"]),
        stated_by=[_stating(label, held.of(label)[id_]) for label, id_ in _known(held, fact["id"])],
        decided=row["decided_at"] is not None,
        prevails=row["first"],
        source=source_of(fact, files),
    )


def _known(held: Holdings, fact_id: str) -> list[tuple[str, str]]:
    return [(label, id_) for label, id_ in held.stated_by.get(fact_id, ()) if id_ in held.of(label)]


def _stating(label: str, record: Record) -> StatingRecord:
    if label == "Material":
        return StatingRecord(
            label=label, id=record["id"], title=record["title"], date=record["date"], form=record["form"]
        )
    at = record["at"]
    when = None if at is None else iso(at, record["offset"], record["precision"])
    return StatingRecord(label=label, id=record["id"], title=record["activity"], date=when)
