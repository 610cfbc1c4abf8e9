"""Every submission of a material in the archive, and what is counted of them by type of material.

Ids are codes here (places among the distinct ids), so that hundreds of thousands of rows are counted as integers.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from graph.days import CHINA_OFFSET, DAY_MS, start_of
from graph.items import KnownItems
from graph.store import Store
from graph.validity import UNKNOWN, first_days, valid_through

_BEFORE_ALL = -(2**62)
_NONE = -1
_SCHEMA = pa.schema(
    [
        ("material_id", pa.string()),
        ("type_id", pa.string()),
        ("title", pa.string()),
        ("date", pa.string()),
        ("valid_until", pa.string()),
        ("event_id", pa.string()),
        ("at", pa.int64()),
        ("offset", pa.int64()),
        ("subject_label", pa.string()),
        ("subject_id", pa.string()),
    ]
)

Codes = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Submissions:
    """Submissions and catalogued records with their subjects, persons that are one under one code.

    `rows`: material, type, event, subject (codes, -1 for none), label of the subject, `at` (epoch ms; null) and
    `day` of the submission (null where `at` is), and `place`, the row of `table`, which has the texts. `types` are
    the ids of the types by code.
    """

    rows: pd.DataFrame
    table: pa.Table
    types: list[str]

    @property
    def unclassified(self) -> pd.DataFrame:
        """The rows of records without a type."""
        return self.rows[self.rows["type"] == _NONE]

    def titles(self) -> list[tuple[str | None, int]]:
        """The titles of records without a type and how many have each, the most frequent first."""
        places = self.unclassified.drop_duplicates("material")["place"].to_numpy()
        counts = self.table["title"].take(pa.array(places)).value_counts().to_pylist()
        titles = [(one["values"], one["counts"]) for one in counts]
        return sorted(titles, key=lambda pair: (-pair[1], pair[0] or ""))

    def unclassified_submitted(self) -> int:
        """How many submissions were of a record without a type."""
        rows = self.unclassified
        return len(rows[rows["event"] != _NONE].drop_duplicates(["material", "event"]))


def submissions(store: Store, load: int) -> Submissions:
    """Every submission and every catalogued record that a load knew."""
    table = store.table("reuse/submissions", _SCHEMA, load=load)
    types, type_ids = _codes(table["type_id"])
    at = table["at"].combine_chunks()
    offset = pc.fill_null(table["offset"], CHINA_OFFSET)
    local = pc.add(table["at"], pc.multiply(offset, 1000)).combine_chunks()
    rows = pd.DataFrame(
        {
            "material": _codes(table["material_id"])[0],
            "type": types,
            "event": _codes(table["event_id"])[0],
            "subject": _subjects(table["subject_id"], store.read("reuse/same_as", load=load)),
            "label": _codes(table["subject_label"])[0],
            "at": at.to_pandas(types_mapper=_nullable),
            "day": local.to_pandas(types_mapper=_nullable) // DAY_MS,
            "place": np.arange(table.num_rows),
        }
    )
    rows["label"] = np.array([*table["subject_label"].unique().drop_null().to_pylist(), None], object)[rows["label"]]
    return Submissions(rows.drop_duplicates(["material", "type", "event", "subject", "label"]), table, type_ids)


def _nullable(type_: pa.DataType) -> pd.api.extensions.ExtensionDtype | None:
    return pd.Int64Dtype() if type_ == pa.int64() else None


def _codes(column: pa.ChunkedArray) -> tuple[Codes, list[str]]:
    """The place of each id among the distinct ones, -1 for null, and these."""
    encoded = column.combine_chunks().dictionary_encode()
    codes = pc.fill_null(encoded.indices.cast(pa.int64()), _NONE)
    return np.asarray(codes, np.int64), encoded.dictionary.to_pylist()


def _subjects(column: pa.ChunkedArray, pairs: list[tuple[str, str]]) -> Codes:
    """Codes of subjects, the same for persons that are one."""
    codes, ids = _codes(column)
    one = _one_id(pairs)
    place = {id_: code for code, id_ in enumerate(ids)}
    least = {id_: place.setdefault(one.get(id_, id_), len(place)) for id_ in ids}
    to = np.array([*least.values(), _NONE], np.int64)
    return to[codes]


def _one_id(pairs: list[tuple[str, str]]) -> dict[str, str]:
    """For each person that is one with others the least id of them all."""
    least: dict[str, str] = {}

    def root(id_: str) -> str:
        while least.get(id_, id_) != id_:
            id_ = least[id_]
        return id_

    for a, b in pairs:
        first, second = sorted((root(a), root(b)))
        least[first], least[second] = first, first
    return {id_: root(id_) for id_ in least}


def counts_by_type(known: KnownItems, given: Submissions) -> dict[str, dict[str, int]]:
    """Of each type that has records: records, submitted, again, persons, organisations."""
    typed = given.rows[given.rows["type"] != _NONE]
    if typed.empty:
        return {}
    held = typed.merge(_materials(known, typed, given), on="material")
    submitted = held[held["event"] != _NONE].assign(again=_came_again(held))
    each = submitted.groupby(["type", "material", "event"], as_index=False)["again"].any()
    counts = pd.DataFrame(
        {
            "records": held.groupby("type")["material"].nunique(),
            "submitted": each.groupby("type").size(),
            "again": each.groupby("type")["again"].sum(),
            "persons": _distinct(submitted, "Person"),
            "organisations": _distinct(submitted, "Organisation"),
        }
    )
    return {given.types[code]: {str(k): int(v) for k, v in row.items()} for code, row in counts.fillna(0).iterrows()}


def _distinct(submitted: pd.DataFrame, label: str) -> pd.Series:
    return submitted[submitted["label"] == label].groupby("type")["subject"].nunique()


def _materials(known: KnownItems, typed: pd.DataFrame, given: Submissions) -> pd.DataFrame:
    """Each record with the instant since which it is on file (ms) and the last day on which it is valid."""
    firsts = typed.sort_values("at", kind="stable", na_position="last").drop_duplicates("material")
    texts = given.table.select(["date", "valid_until"]).take(pa.array(firsts["place"].to_numpy()))
    dates = texts["date"].combine_chunks()
    validity = pa.array([known.types.get(id_, {}).get("validity_days") for id_ in given.types], pa.int64())
    through = valid_through(
        texts["valid_until"].combine_chunks(),
        validity.take(pa.array(firsts["type"].to_numpy())),
        dates,
        pa.array(firsts["day"], pa.int64(), from_pandas=True),
    )
    days = first_days(dates)
    started = np.where(np.asarray(days.is_valid()), start_of(pc.fill_null(days, 0).to_numpy()), _BEFORE_ALL)
    at = firsts["at"].fillna(_BEFORE_ALL).to_numpy(np.int64)
    since = np.where(firsts["event"].to_numpy() != _NONE, at, started)
    return pd.DataFrame({"material": firsts["material"].to_numpy(), "since": since, "through": through})


def _came_again(held: pd.DataFrame) -> pd.Series:
    """For each submission of `held` whether its subject had a valid record of the type on file before it."""
    keys = ["subject", "type"]
    of_somebody = held[held["subject"] != _NONE]
    own = of_somebody.drop_duplicates([*keys, "material"])[[*keys, "since", "through"]]
    own = own.sort_values("since", kind="stable")
    own["until"] = own.groupby(keys)["through"].cummax()
    asked = of_somebody[(of_somebody["event"] != _NONE) & of_somebody["at"].notna()][[*keys, "at", "day"]]
    asked = asked.assign(moment=asked["at"].astype(np.int64), row=asked.index).sort_values("moment", kind="stable")
    before = pd.merge_asof(
        asked, own, left_on="moment", right_on="since", by=keys, direction="backward", allow_exact_matches=False
    )
    again = before["until"].fillna(UNKNOWN).to_numpy(np.int64) >= before["day"].to_numpy(np.int64)
    return pd.Series(again, index=before["row"]).reindex(held.index, fill_value=False)
