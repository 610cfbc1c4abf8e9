"""What a load touched and what therefore has to be derived again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc

from graph.upsert import Upserted

SUBJECTS = ("Person", "Organisation")


@dataclass
class Touched:
    """Ids of what has to be derived again, by label: cases, persons, organisations; of materials those that
    were withdrawn."""

    ids: dict[str, list[pa.Array]] = field(default_factory=dict)

    def add(self, label: str, ids: pa.Array | pa.ChunkedArray) -> None:
        """Takes more ids of a label."""
        array = ids.combine_chunks() if isinstance(ids, pa.ChunkedArray) else ids
        self.ids.setdefault(label, []).append(array.cast(pa.string()))

    def add_ends(self, links: pa.Table) -> None:
        """Takes the persons and organisations at the far end of links."""
        for label in SUBJECTS:
            self.add(label, links["to_id"].filter(pc.equal(links["to_label"], label)))

    def of(self, label: str) -> pa.Array:
        """The distinct ids of a label."""
        return pc.unique(pa.concat_arrays([pa.array([], pa.string()), *self.ids.get(label, [])]))


@dataclass(frozen=True)
class Written:
    """Records that a load wrote, by label, as they are when it is done.

    A store may write changes of standing records only at its commit, so what is derived before is read from the
    store and laid over with these.
    """

    records: Mapping[str, Upserted]

    def fresh(self, label: str) -> pa.Array:
        """Ids of the records that the store did not have: they are seen only when the load is done."""
        return self.records[label].fresh_ids if label in self.records else pa.array([], pa.string())

    def any_changed(self, label: str) -> bool:
        """Whether a record of the label came or changed."""
        return label in self.records and bool(self.records[label].changed.any())

    def over(self, stored: pa.Table, key: str, label: str, columns: Mapping[str, str]) -> pa.Table:
        """`stored` with the properties that records of `label` have now: column -> property, found by `key`."""
        if label not in self.records or not stored.num_rows:
            return stored
        changed = self.records[label].changed_records
        at = pc.index_in(stored[key], value_set=changed["id"].combine_chunks())
        for column, name in columns.items():
            place = stored.column_names.index(column)
            new = changed[name].combine_chunks().cast(stored[column].type).take(at)
            known = at.is_valid()
            laid = pc.if_else(known, new, stored[column])
            stored = stored.set_column(place, column, laid)
        return stored

    def over_since(self, stored: pa.Table, key: str, label: str, load: int) -> pa.Table:
        """`stored` with `load` as `since` of records of `label` that came or changed in it, found by `key`."""
        if label not in self.records or not stored.num_rows:
            return stored
        changed = self.records[label].changed_records["id"].combine_chunks()
        since = pc.if_else(pc.is_in(stored[key], value_set=changed), pa.scalar(load, pa.int64()), stored["since"])
        return stored.set_column(stored.column_names.index("since"), "since", since)
