"""What the rows of a catalogue state about persons and organisations: one Fact for each value of a record."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from etl.catalogue_subjects import Subjects
from etl.facts import fact_records, statements_table
from etl.statements import Links
from graph.upsert import link_table


def fact_statements(
    material: pa.Array, rows: pa.Array, said: Subjects, registration: dict[str, pa.Array], system: str, key: bytes
) -> tuple[pa.Table, tuple[Links, ...]]:
    """Facts and their links: STATES from the material, ABOUT to the subject, CONCERNS from employment to employer.

    `material` is the id of each row, `rows` its number. Of a row with a person and an organisation the
    organisation is the person's: the fact `organisation` of the person concerns it.
    """

    def stated(label: str, subject: pa.Array, field: str, value: pa.Array) -> pa.Table:
        return statements_table(
            len(rows), record=material, subject_label=label, subject=subject, field=field, value=value, row=rows
        )

    none = pa.scalar(None, pa.string())
    employer = pc.if_else(said.person.is_valid(), said.organisation, none)
    called = pc.coalesce(*(said.of_organisation[field] for field in ("name", "credit_code", "key")))
    names = pc.if_else(employer.is_valid(), called, none)
    employed = stated("Person", said.person, "organisation", names)
    parts = [
        employed,
        *(stated("Person", said.person, field, v) for field, v in {**said.of_person, **registration}.items()),
        *(stated("Organisation", said.organisation, field, v) for field, v in said.of_organisation.items()),
    ]
    facts = fact_records(parts, "Material", system, key)
    there = pc.and_(said.person.is_valid(), names.is_valid())
    ids = facts.nodes["id"].combine_chunks().slice(0, employed.num_rows)
    concerns = link_table("CONCERNS", ("Fact", "Organisation"), ids, employer.filter(there))
    return facts.nodes, (facts.states, facts.about, Links("CONCERNS", "Fact", concerns))
