"""Whom the rows of a catalogue are about: persons and organisations by number, key or name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from etl.catalogue_rows import CatalogueRows
from etl.catalogue_values import code, of_each
from graph.identifiers import SubjectKind, plain_name, subject_ids, valid_number
from graph.partial_dates import date_text

SAID = {"name": "name", "birth_date": "date of birth", "gender": "gender"}


@dataclass(frozen=True)
class Subjects:
    """Ids of the person and the organisation of each row, null where it names none, and what is said of them.

    `of_person` and `of_organisation` are columns by field of a fact: names without blanks between ideographs,
    valid numbers in 18 characters, dates that can be read as eight digits, all else as it stands.
    """

    person: pa.Array
    organisation: pa.Array
    of_person: dict[str, pa.Array]
    of_organisation: dict[str, pa.Array]
    remarks: tuple[str, ...]

    def filter(self, kept: pa.Array) -> Subjects:
        """The rows where `kept` is true, with the same remarks."""
        return Subjects(
            self.person.filter(kept),
            self.organisation.filter(kept),
            {n: v.filter(kept) for n, v in self.of_person.items()},
            {n: v.filter(kept) for n, v in self.of_organisation.items()},
            self.remarks,
        )


def subjects(rows: CatalogueRows, system: str, key: bytes) -> Subjects:
    """Who is who in the rows; an invalid number is no identity and is reported."""
    person, of_person = _identified("person", rows, system, key)
    organisation, of_organisation = _identified("organisation", rows, system, key)
    remarks = (
        *_invalid("person", "identity number", rows, of_person["id_no"]),
        *_invalid("organisation", "credit code", rows, of_organisation["credit_code"]),
        *_by_name_alone(rows, of_person),
        *_contradictions(rows, person, of_person),
    )
    return Subjects(person, organisation, of_person, of_organisation, remarks)


def _identified(
    kind: SubjectKind, rows: CatalogueRows, system: str, key: bytes
) -> tuple[pa.Array, dict[str, pa.Array]]:
    stated, keys = of_each(rows[f"{kind}_number"], code), rows[f"{kind}_key"]
    valid = of_each(pc.coalesce(stated, keys), lambda text: valid_number(kind, text))
    numbers = pc.coalesce(valid, stated)
    said = {
        "id_no" if kind == "person" else "credit_code": numbers,
        "key": keys,
        "name": of_each(rows[f"{kind}_name"], plain_name),
    }
    born = pa.nulls(len(keys), pa.string())
    if kind == "person":
        born = of_each(rows["birth_date"], lambda text: date_text(text) or text)
        said |= {"birth_date": born, "gender": rows["gender"]}
    ids = subject_ids(kind, system, key, numbers=numbers, keys=keys, names=said["name"], birth_dates=born)
    return ids, said


def _invalid(kind: SubjectKind, what: str, rows: CatalogueRows, numbers: pa.Array) -> Iterator[str]:
    wrong = of_each(numbers, lambda text: None if valid_number(kind, text) else text)
    at = np.flatnonzero(wrong.is_valid().to_numpy(zero_copy_only=False))
    if len(at):
        yield (f"The {what} is not valid, is kept as it stands and not used to tell who it is, in {rows.places(at)}.")


def _by_name_alone(rows: CatalogueRows, said: dict[str, pa.Array]) -> Iterator[str]:
    valid = of_each(said["id_no"], lambda text: valid_number("person", text))
    alone = said["name"].is_valid().to_numpy(zero_copy_only=False)
    for other in (valid, rows["person_key"], said["birth_date"]):
        alone &= other.is_null().to_numpy(zero_copy_only=False)
    at = np.flatnonzero(alone)
    if len(at):
        yield (f"A person is named by name alone, so that namesakes of this system are one, in {rows.places(at)}.")


def _contradictions(rows: CatalogueRows, person: pa.Array, said: dict[str, pa.Array]) -> Iterator[str]:
    """Persons of whom the rows say different things; both statements are loaded."""
    frame = pd.DataFrame({"person": person.to_pandas(), "at": np.arange(len(person))})
    for field, what in SAID.items():
        frame["value"] = said[field].to_pandas()
        stated = frame.dropna(subset=["person", "value"])
        first = stated.groupby("person", sort=False)["value"].transform("first")
        persons = stated.loc[stated["value"] != first, "person"].unique()
        for one in persons[:20]:
            each = stated[stated["person"] == one].drop_duplicates("value")
            yield (
                f"Contradiction: one person has {len(each)} different statements of the {what}, all kept, in "
                f"{rows.places(each['at'].to_numpy())}."
            )
        if len(persons) > 20:
            yield f"Contradiction: {len(persons) - 20:,} more persons have different statements of the {what}."
