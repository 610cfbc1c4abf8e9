"""Sealing: whatever a load writes gets its entries in the ledger in the same step.

What the load writes is noted as it is written, not read back. Before the graph commits, the entries and a signed
intent are on the disk; after it they are appended. A crash between the two is put right by the next load.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graph.errors import LedgerBehind
from graph.evidence.entries import NONE, EntryBuilder, Ints
from graph.evidence.home import known_key, make_ledger, open_ledger
from graph.evidence.parts import sealed_properties
from graph.evidence.reading import load_entries, portions
from graph.evidence.spill import Spill
from graph.ledger.log import Ledger
from graph.ledger.statements import Intent
from graph.memory import give_back
from graph.schema import NODE, RELATIONSHIP
from graph.settings import Settings
from graph.store import Row, Store, Writer
from graph.upsert import ARROW

SEALED = frozenset({"asserted", "decided"})
_WAITING_NOTES = 1
# Links from which on what their writing leaves behind is worth giving back at once.
_MANY = 100_000


def ledger_for_load(store: Store, settings: Settings) -> tuple[Ledger, bool]:
    """The ledger, open for writing, of an archive in which this process holds the open load, and whether it was made.

    What a crash has left is put right, and what was loaded before the ledger existed is sealed. Raises
    LedgerMissing where the archive's ledger is not there, LedgerBehind where it lacks done loads.
    """
    is_new = known_key(store) is None
    ledger = make_ledger(store, settings) if is_new else open_ledger(store, settings, read_only=False)
    try:
        done = {number for number, _ in store.read("clock/done_loads")}
        repair(ledger, done)
        missing = done - sealed_loads(ledger)
        if missing and ledger.size:
            raise LedgerBehind(
                f"The ledger in {ledger.folder} does not know {_listed(missing)} of the archive {store.uri}.",
                "Put the newest copy of the ledger's folder back; `dossier verify` says what it cannot prove.",
            )
        if missing:
            _seal_all(store, ledger, max(missing))
    except BaseException:
        ledger.close()
        raise
    return ledger, is_new


def _listed(numbers: set[int]) -> str:
    shown = ", ".join(str(n) for n in sorted(numbers)[:5])
    return (
        f"load {shown}" if len(numbers) == 1 else f"{len(numbers)} loads ({shown}{', …' if len(numbers) > 5 else ''})"
    )


def sealed_loads(ledger: Ledger) -> set[int]:
    """The loads whose records the ledger holds."""
    found: set[int] = set()
    for batch in ledger.batches():
        found.update(range(batch.meta["first_load"], batch.meta["last_load"] + 1))
    return found


def repair(ledger: Ledger, done: set[int]) -> None:
    """Appends what was about to be appended for loads that are done; drops what was for others.

    Exactly what the intent signed is appended, before the graph committed; a record that is otherwise in the graph
    is reported by `verify`.
    """
    intents, _ = ledger.open_intents()
    for intent in intents:
        if intent.meta["last_load"] in done:
            ledger.complete(intent)
        else:
            ledger.discard(intent)


def _seal_all(store: Store, ledger: Ledger, upto: int) -> None:
    """Seals everything that was loaded before the ledger existed."""
    snapshot = store.snapshot()
    try:

        def entries() -> Iterator[bytes]:
            for portion in portions(snapshot, upto):
                yield from portion.builder.entries()

        first = min(number for number, _ in store.read("clock/done_loads"))
        intent = ledger.prepare(f"loads {first} to {upto}", entries(), {"first_load": first, "last_load": upto})
    finally:
        snapshot.close()
    ledger.complete(intent)


class SealingWriter:
    """A writer that notes what it writes and seals it at the commit."""

    def __init__(self, store: Store, writer: Writer, ledger: Ledger, *, resumed: bool) -> None:
        self.load = writer.load
        self.ledger = ledger
        self._store = store
        self._writer = writer
        self._resumed = resumed
        self._spill = Spill(ledger.folder)
        self._builder = EntryBuilder(self._spill)
        self._noting = ThreadPoolExecutor(1, thread_name_prefix="sealing")
        self._notes: deque[Future[None]] = deque()
        self._found: dict[str, set[str]] = {}
        self._found_links: dict[str, list[pa.Table]] = {}

    @property
    def written(self) -> Callable[[int], None]:
        return self._writer.written

    @written.setter
    def written(self, count: Callable[[int], None]) -> None:
        self._writer.written = count

    def id_key(self) -> bytes:
        return self._writer.id_key()

    def existing(self, label: str, ids: pa.Array) -> pa.Table:
        found = self._writer.existing(label, ids)
        if self._resumed and found.num_rows:
            self._take_found(label, found)
        return found

    def _take_found(self, label: str, found: pa.Table) -> None:
        """Notes contents that this load wrote before it was taken up again."""
        known = self._found.setdefault(label, set())
        ours = found.filter(pc.equal(found["since"], self.load))
        ours = ours.filter(pa.array([id_ not in known for id_ in ours["id"].to_pylist()], pa.bool_()))
        known.update(ours["id"].to_pylist())
        later = pc.not_equal(ours["load"], self.load).to_numpy(zero_copy_only=False)
        self._contents(label, ours.filter(pa.array(~later)), None)
        changed = ours.filter(pa.array(later))
        if changed.num_rows:
            snapshot = self._store.snapshot()
            versions = snapshot.versions(label, changed["id"].combine_chunks())
            snapshot.close()
            self._contents(label, changed, versions.filter(pc.equal(versions["to_load"], self.load)))

    def links_of(self, type_: str, owner: str, ids: pa.Array) -> pa.Table:
        found = self._writer.links_of(type_, owner, ids)
        if self._resumed and found.num_rows and RELATIONSHIP[type_].kind in SEALED:
            self._found_links.setdefault(type_, []).append(found.filter(pc.equal(found["load"], self.load)))
        return found

    def links_to(self, type_: str, label: str, ids: pa.Array) -> pa.Table:
        return self._writer.links_to(type_, label, ids)

    def read(self, name: str, **params: Any) -> list[Row]:
        return self._writer.read(name, **params)

    def new_nodes(self, label: str, table: pa.Table) -> None:
        self._writer.new_nodes(label, table)
        if NODE[label].kind in SEALED:
            self._contents(label, table, None)

    def change_nodes(self, label: str, table: pa.Table, versions: pa.Table) -> None:
        self._writer.change_nodes(label, table, versions)
        self._note(EntryBuilder.drop, label, table["id"].combine_chunks())
        self._contents(label, table, versions)

    def _contents(self, label: str, table: pa.Table, versions: pa.Table | None) -> None:
        """Contents of this load; those that replace others with the Versions that they leave."""
        before = np.full(table.num_rows, NONE, np.int64)
        if versions is not None and versions.num_rows:
            earlier = versions.filter(pc.less(versions["from_load"], self.load))
            starts = earlier.group_by("of_id").aggregate([("from_load", "max")])
            at = pc.index_in(table["id"], value_set=starts["of_id"].combine_chunks())
            before = pc.fill_null(starts["from_load_max"].take(at), NONE).to_numpy().astype(np.int64)
        names = ["id", *(p.name for p in NODE[label].content), "source_row", "salt"]
        self._note(EntryBuilder.contents, label, table.select(names), self._now(table.num_rows), before)

    def _note(self, take: Callable[..., None], *given: Any) -> None:
        """Has the builder take something: in the order of these calls, while the store goes on writing."""
        self._notes.append(self._noting.submit(take, self._builder, *given))
        self._wait(_WAITING_NOTES)

    def _wait(self, most: int) -> None:
        """Until at most so many notes wait, each of which holds a table. Raises what a note did."""
        while len(self._notes) > most:
            self._notes.popleft().result()

    def _now(self, count: int) -> Ints:
        return np.full(count, self.load, np.int64)

    def withdraw_nodes(self, label: str, ids: pa.Array) -> None:
        stood = self._writer.existing(label, ids) if len(ids) else None
        self._writer.withdraw_nodes(label, ids)
        if stood is not None and NODE[label].kind in SEALED:
            stood = stood.filter(stood["withdrawn"].is_null())
            since = stood["since"].to_numpy().astype(np.int64)
            self._note(EntryBuilder.withdrawals, label, stood["id"].combine_chunks(), self._now(len(since)), since)

    def new_links(self, type_: str, table: pa.Table) -> None:
        self._writer.new_links(type_, table)
        if RELATIONSHIP[type_].kind in SEALED:
            self._links(type_, table)
        if table.num_rows >= _MANY:
            give_back()

    def _links(self, type_: str, table: pa.Table) -> None:
        if table["salt"].null_count == table.num_rows:
            self._note(EntryBuilder.stated_links, type_, table)
            return
        from_start = table["salt"].is_null()
        self._note(EntryBuilder.stated_links, type_, table.filter(from_start))
        later = table.filter(pc.invert(from_start))
        self._note(EntryBuilder.later_links, type_, later, self._now(later.num_rows))

    def withdraw_links(self, type_: str, table: pa.Table) -> None:
        self._writer.withdraw_links(type_, table)
        if RELATIONSHIP[type_].kind in SEALED:
            self._note(EntryBuilder.withdrawn_links, type_, table, self._now(table.num_rows))

    def case_events(self, case_ids: pa.Array) -> pa.Table:
        return self._writer.case_events(case_ids)

    def replace_derived(self, case_ids: pa.Array, fresh_ids: pa.Array, cases: pa.Table, nexts: pa.Table) -> None:
        self._wait(0)
        give_back()
        self._writer.replace_derived(case_ids, fresh_ids, cases, nexts)

    def set_derived(self, label: str, table: pa.Table, fresh_ids: pa.Array) -> None:
        self._writer.set_derived(label, table, fresh_ids)

    def replace_links(self, type_: str, owner_ids: pa.Array, fresh_ids: pa.Array, table: pa.Table) -> None:
        self._writer.replace_links(type_, owner_ids, fresh_ids, table)

    def replace_nodes(self, label: str, gone: pa.Array, stood: pa.Table, fresh: pa.Table) -> None:
        self._writer.replace_nodes(label, gone, stood, fresh)

    def forget_links(self, type_: str) -> None:
        self._writer.forget_links(type_)

    def erase_contents(self, label: str, ids: pa.Array) -> None:
        """Nothing is noted: the decision is a record of this load, and what was sealed stays sealed."""
        self._writer.erase_contents(label, ids)

    def commit(self, finish: dict[str, Any]) -> None:
        """States the intent, lets the graph commit, and appends the entries."""
        intent = self._prepare(finish)
        self._writer.commit(finish)
        self.ledger.complete(intent)

    def _prepare(self, finish: dict[str, Any]) -> Intent:
        for type_, found in self._found_links.items():
            # The links may have been read before the records that state them, and more than once.
            table = pa.concat_tables(found).combine_chunks()
            self._links(type_, table.group_by(table.column_names).aggregate([]))
        self._wait(0)
        load_entries(self._builder, self._finished(finish))
        meta = {"first_load": self.load, "last_load": self.load}
        intent = self.ledger.prepare(f"load {self.load}", self._builder.entries(), meta)
        # What was noted is as large as the load; the commit is when an embedded store needs most memory.
        self._builder = EntryBuilder()
        self._spill.close()
        give_back()
        return intent

    def _finished(self, finish: dict[str, Any]) -> pa.Table:
        """The load as it will be when it is done."""
        (row,) = self._store.contents("Load", [str(self.load)])
        committed = [at for _, at in self._store.read("clock/done_loads")]
        row |= {name: finish[name] for name in finish if name != "now"}
        row |= {"committed_at": max([finish["now"], *committed]), "state": "done"}
        names = {p.name: ARROW[p.type] for p in (*sealed_properties("Load"),)}
        columns = {name: pa.array([row[name]], type_) for name, type_ in names.items()}
        return pa.table({"id": [row["id"]], "salt": [row["salt"]], **columns})

    def close(self) -> None:
        self._noting.shutdown(cancel_futures=True)
        self._spill.close()
        self._writer.close()
        self.ledger.close()
