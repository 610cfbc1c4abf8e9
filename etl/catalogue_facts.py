"""What the rows of a catalogue state about persons and organisations: one Fact for each value of a record."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from etl.catalogue_subjects import Subjects
from etl.statements import Links
from graph.identifiers import keyed_text
from graph.upsert import link_table, node_table


@dataclass(frozen=True)
class _Stated:
    """Facts of one field about one label: `at` the positions of the rows that state it."""

    field: str
    label: str
    at: np.ndarray
    subject: pa.Array
    value: pa.Array


def fact_statements(
    material: pa.Array, rows: pa.Array, said: Subjects, registration: dict[str, pa.Array], key: bytes
) -> tuple[pa.Table, tuple[Links, ...]]:
    """Facts and their links: STATES from the material, ABOUT to the subject, CONCERNS from employment to employer.

    `material` is the id of each row, `rows` its number. Of a row with a person and an organisation the
    organisation is the person's: the fact `organisation` of the person concerns it.
    """
    stated = list(_stated(said, registration))
    ids = _ids(stated, material, key)
    at = np.concatenate([one.at for one in stated]) if stated else np.array([], np.int64)
    fields = [one.field for one in stated for _ in one.at]
    values = _joined([one.value for one in stated])
    table = node_table(
        "Fact", ids, rows.take(pa.array(at, pa.int64())), field=pa.array(fields, pa.string()), value=values
    )
    states = link_table("STATES", ("Material", "Fact"), material.take(pa.array(at, pa.int64())), ids)
    return table, (Links("STATES", "Material", states), *_about(stated, ids, said))


def _stated(said: Subjects, registration: dict[str, pa.Array]) -> Iterable[_Stated]:
    for field, values in {**said.of_person, **registration}.items():
        yield _facts(field, "Person", said.person, values)
    both = pc.if_else(said.person.is_valid(), said.organisation, pa.scalar(None, pa.string()))
    names = pc.if_else(
        both.is_valid(), pc.coalesce(*said.of_organisation.values(), both), pa.scalar(None, pa.string())
    )
    yield _facts("organisation", "Person", said.person, names)
    for field, values in said.of_organisation.items():
        yield _facts(field, "Organisation", said.organisation, values)


def _facts(field: str, label: str, subject: pa.Array, values: pa.Array) -> _Stated:
    there = pc.and_(subject.is_valid(), values.is_valid())
    at = np.flatnonzero(there.to_numpy(zero_copy_only=False))
    return _Stated(field, label, at, subject.filter(there), values.filter(there))


def _ids(stated: list[_Stated], material: pa.Array, key: bytes) -> pa.Array:
    """HMAC of (record that states it, subject, field, n-th); a record states a field once."""
    quoted = [json.dumps(id_, ensure_ascii=False) for id_ in material.to_pylist()]
    ids: list[str] = []
    for one in stated:
        rest = f",{json.dumps(one.field, ensure_ascii=False)},0]"
        subjects = one.subject.to_pylist()
        ids += [
            keyed_text(key, f'[{quoted[at]},"{one.label}:{subject}"{rest}')
            for at, subject in zip(one.at.tolist(), subjects, strict=True)
        ]
    return pa.array(ids, pa.string())


def _about(stated: list[_Stated], ids: pa.Array, said: Subjects) -> Iterable[Links]:
    tables, begin, concerns = [], 0, None
    for one in stated:
        own = ids.slice(begin, len(one.at))
        begin += len(one.at)
        tables.append(link_table("ABOUT", ("Fact", one.label), own, one.subject))
        if (one.field, one.label) == ("organisation", "Person"):
            employer = said.organisation.take(pa.array(one.at, pa.int64()))
            concerns = link_table("CONCERNS", ("Fact", "Organisation"), own, employer)
    yield Links("ABOUT", "Fact", pa.concat_tables(tables))
    if concerns is not None:
        yield Links("CONCERNS", "Fact", concerns)


def _joined(parts: list[pa.Array]) -> pa.Array:
    return pa.concat_arrays([part.combine_chunks() if isinstance(part, pa.ChunkedArray) else part for part in parts])
