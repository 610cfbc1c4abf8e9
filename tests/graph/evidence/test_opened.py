"""What is read of a few records is what is read of many: their entries, their instants, at one moment."""

from __future__ import annotations

from pathlib import Path
from random import Random

import numpy as np
import pyarrow as pa
import pytest

from graph import clock
from graph.evidence.entries import EntryBuilder
from graph.evidence.opened import OpenedBuilder
from graph.evidence.reading import SEALED_LABELS, portion_of
from graph.evidence.spill import Spill, Spilled
from tests.archives import archive
from tests.graph.evidence.grown import grow
from tests.graph.sample import write_all


def test_entries_made_record_by_record_are_those_of_columns(tmp_path: Path, store_uri: str) -> None:
    with archive(store_uri, ledger=str(tmp_path / "ledger")) as (store, settings):
        store.prepare()
        grow(store, settings, tmp_path / "scans", Random(5), 3)
        upto, snapshot, kinds = clock.last_done(store), store.snapshot(), set()
        for label in SEALED_LABELS:
            for table in snapshot.scan(label):
                opened, spill = OpenedBuilder(), Spill(tmp_path)
                few = portion_of(snapshot, label, table, upto, opened)
                many = portion_of(snapshot, label, table, upto, EntryBuilder(spill))
                assert sorted(few.builder.entries()) == sorted(many.builder.entries())
                for one in opened.opened():
                    kinds.add(one.entry.partition(b'"kind":"')[2].partition(b'"')[0])
                    assert all(f'"{part}":"{of.digest}"'.encode() in one.entry for part, of in one.parts.items())
                spill.close()
        snapshot.close()
        assert kinds == {b"record", b"withdrawal", b"link", b"link-withdrawal"}


@pytest.mark.parametrize(
    "held",
    [
        "infinity",
        "-infinity",
        "0001-01-01",
        "9999-12-31 23:59:59.999999",
        "290000-01-01",
        "0044-03-15 (BC)",
        "1969-12-31 23:59:59.999",
        "2024-01-01 00:00:00.000001",
        "2024-01-01 00:00:00.123",
    ],
)
def test_an_instant_of_a_few_records_is_that_of_many(duckdb_uri: str, held: str) -> None:
    with archive(duckdb_uri, ledger="none") as (store, settings):
        write_all(store, settings)
        cursor = store.cursor()  # type: ignore[attr-defined]
        cursor.execute('UPDATE "Event" SET "at" = $at::TIMESTAMP', {"at": held})
        cursor.execute('UPDATE "IN_CASE" SET sort_at = $at::TIMESTAMP', {"at": held})
        snapshot = store.snapshot()
        (many,) = snapshot.scan("Event")
        ids = many["id"].combine_chunks()
        few = snapshot.records("Event", ids)
        padding = pa.array([f"none {n}" for n in range(1000)])
        links, all_links = (snapshot.stated("IN_CASE", "Event", of) for of in (ids, pa.concat_arrays([ids, padding])))
        snapshot.close()
        assert few.num_rows
        assert links.num_rows
        assert few.sort_by("id").equals(many.sort_by("id").cast(few.schema))
        by = [("from_id", "ascending"), ("to_id", "ascending")]
        assert links.sort_by(by).equals(all_links.sort_by(by).cast(links.schema))


def test_a_second_reader_is_of_the_same_moment(duckdb_uri: str, tmp_path: Path) -> None:
    with archive(duckdb_uri, ledger=str(tmp_path / "ledger")) as (store, settings):
        write_all(store, settings)
        before, same = store.snapshot(), store.snapshot()
        count = before.total("Case")
        second = before.other()
        assert second is not None
        grow(store, settings, tmp_path / "scans", Random(5), 1)
        assert second.total("Case") == before.total("Case") == count
        # What a load has written meanwhile would be seen by one and not by the other.
        assert same.other() is None
        now = store.snapshot()
        other = now.other()
        assert other is not None
        assert other.total("Case") == now.total("Case") > count
        for one in (before, same, now):
            one.close()


def test_what_is_spilled_is_read_as_it_was(tmp_path: Path) -> None:
    spill = Spill(tmp_path)
    rows = np.random.default_rng(7).integers(0, 256, (9000, 32), np.uint8)
    texts = pa.array([f"王五 {n}" if n % 7 else "" for n in range(9000)])
    kept, said = spill.rows(rows), spill.texts(texts.slice(11, 8000))
    assert isinstance(kept, Spilled)
    assert len(kept) == 9000
    assert (kept[:] == rows).all()
    assert (kept[8990:9999] == rows[8990:]).all()
    assert not len(kept[5:5])
    assert said().equals(texts.slice(11, 8000))
    assert not list(tmp_path.iterdir())
    spill.close()
