"""The archive's clock: loads, their numbers, holders and leases.

One load is open per store at a time, so numbers follow commits. What a load wrote is seen when it is done.
"""

from __future__ import annotations

import os
import secrets
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import TypeVar

import psutil

from graph.errors import LoadOpen, NotFound, StoreUnreachable, TooManyWithdrawals
from graph.evidence.home import kept
from graph.evidence.sealing import SealingWriter, ledger_for_load
from graph.settings import Settings
from graph.store import Row, Store, Writer
from graph.upsert import SALT_BYTES

Answer = TypeVar("Answer")
_DAY_MS = 86_400_000
# Until lists no longer wait for a load that changes what they show.
_CHANGES_SECONDS = 60.0


@dataclass(frozen=True)
class Load:
    """One load; instants in epoch milliseconds (UTC), the counts in rows, `withdrawn` in records."""

    number: int
    opened_at: int
    committed_at: int | None
    source: str
    system: str
    sha256: str
    mapping: str
    mapping_sha256: str
    mode: str
    state: str
    holder: str
    lease_until: int
    rows_in: int | None
    loaded: int | None
    unchanged: int | None
    quarantined: int | None
    withdrawn: int | None

    def of_same_source(self, other: SourceOfLoad) -> bool:
        """Whether it is of the same bytes under the same mapping, system and mode."""
        return (self.sha256, self.mapping_sha256, self.system, self.mode) == (
            other.sha256,
            other.mapping_sha256,
            other.system,
            other.mode,
        )


@dataclass(frozen=True)
class SourceOfLoad:
    """What is to be loaded, as far as the clock needs to know it."""

    source: str
    system: str
    sha256: str
    mapping: str
    mapping_sha256: str
    mode: str
    header: str | None


@dataclass(frozen=True)
class OpenLoad:
    """A load that this process holds; `resumed` where another process began it. `ledger_made` is the folder of a
    ledger that the archive did not have before."""

    number: int
    holder: str
    resumed: bool
    ledger_made: Path | None = None

    @property
    def remarks(self) -> tuple[str, ...]:
        """What whoever loads should know of it."""
        if self.ledger_made is None:
            return ()
        return (
            f"A ledger was made in {self.ledger_made}: it proves what the archive holds. Back it up with the "
            "archive, keep its signing key safe, and export its checkpoints (`dossier ledger export`).",
        )


def loads(store: Store) -> list[Load]:
    """All loads in their order; none where there is no archive yet."""
    return [Load(*row) for row in store.read("clock/loads")] if store.exists() else []


def open_number(store: Store) -> int | None:
    """The open load, None where there is none."""
    return next((int(number) for (number,) in store.read("clock/open_loads")), None) if store.exists() else None


def last_done(store: Store) -> int:
    """The load that lists and questions stand for; 0 before the first."""
    return int(store.read("clock/last_done")[0][0]) if store.exists() else 0


def standing(store: Store, read: Callable[[int], Answer]) -> tuple[int, Answer]:
    """The last done load, and what `read` gives for it.

    Derived data stands for the last done load only: where another load is done, or changes what is seen, while it
    is read, it is read again. Raises LoadOpen where a load has stopped amid its changes.
    """
    until = time.monotonic() + _CHANGES_SECONDS
    while True:
        load, changing = last_done(store), _changing(store)
        if changing is None:
            answer = read(load)
            if last_done(store) == load and _changing(store) is None:
                return load, answer
        elif time.monotonic() > until:
            number, _, _, source = changing
            raise LoadOpen(
                "Load {number} of {source} has stopped while it changed what lists show.",
                "Load {source} again: that finishes it.",
                number=number,
                source=source,
            )
        else:
            time.sleep(0.02)


def _changing(store: Store) -> Row | None:
    """The open load whose changes may be seen: an embedded store shows a load at once and whole."""
    if store.engine == "duckdb" or not store.exists():
        return None
    found = store.read("clock/changing")
    # What was not applied when its process ended never will be by that process.
    return next((row for row in found if row[1] == "applied" or not is_gone(row[2])), None)


def known_at(store: Store, at_ms: int | None) -> int:
    """The load that was the last one at an instant (epoch ms), or that is the last one now."""
    if at_ms is None:
        return last_done(store)
    return int(store.read("clock/known_at", at=at_ms)[0][0]) if store.exists() else 0


def now_ms() -> int:
    return time.time_ns() // 1_000_000


def new_holder() -> str:
    """Names this process so that another on the same machine can tell whether it still lives."""
    return "|".join((_place(), str(os.getpid()), _started(os.getpid()), secrets.token_hex(4)))


def _place() -> str:
    namespace = Path("/proc/self/ns/pid")
    return f"{socket.gethostname()}/{namespace.readlink() if namespace.is_symlink() else ''}"


def _started(pid: int) -> str:
    return str(int(psutil.Process(pid).create_time() * 100))


def is_gone(holder: str) -> bool:
    """Whether the holder was a process of this machine that has ended; False where that cannot be told."""
    place, pid, started, _ = holder.split("|")
    if place != _place():
        return False
    try:
        return _started(int(pid)) != started
    except psutil.NoSuchProcess:
        return True


def open_load(store: Store, settings: Settings, source: SourceOfLoad) -> OpenLoad:
    """Opens the next load, or takes up again the open one of the same source whose holder is gone.

    Waits `DOSSIER_WAIT` seconds for another open load, then raises LoadOpen naming it.
    """
    holder = new_holder()
    until = time.monotonic() + settings.wait
    while True:
        now = now_ms()
        lease_until = now + _lease_ms(store, settings)
        given = {name: getattr(source, name) for name in SourceOfLoad.__dataclass_fields__}
        salt = secrets.token_hex(SALT_BYTES)
        made = store.write("clock/open_load", **given, holder=holder, salt=salt, now=now, lease_until=lease_until)
        if made:
            return OpenLoad(made[0][0], holder, resumed=False)
        open_ones = [load for load in loads(store) if load.state == "open"]
        for other in open_ones:
            free = is_gone(other.holder) or other.lease_until < now
            if free and other.of_same_source(source) and _take(store, other, holder, lease_until):
                return OpenLoad(other.number, holder, resumed=True)
        if open_ones and time.monotonic() >= until:
            raise _still_open(open_ones[0])
        time.sleep(min(0.2, max(0.0, until - time.monotonic())))


def _lease_ms(store: Store, settings: Settings) -> int:
    # One process owns an embedded store: whether its holder lives is seen without a lease, and renewing one
    # would touch the row that the load's own transaction changes at its end.
    return _DAY_MS if store.engine == "duckdb" else int(settings.lease * 1000)


def _take(store: Store, load: Load, holder: str, lease_until: int) -> bool:
    taken = store.write(
        "clock/renew_load",
        number=load.number,
        holder=holder,
        from_holder=load.holder,
        lease_until=lease_until,
    )
    return bool(taken)


def _still_open(load: Load) -> LoadOpen:
    place, pid, *_ = load.holder.split("|")
    state = f"held by process {pid} on {place.split('/')[0]}"
    if is_gone(load.holder):
        state = "whose process has ended"
    elif load.lease_until < now_ms():
        state = "which stopped before its end"
    return LoadOpen(
        f"Load {load.number} of {load.source} is open, {state}.",
        f"Wait until it is done; or load {load.source} again to finish it; "
        f"or take it back with `dossier loads abandon {load.number}`.",
    )


def abandon(store: Store, number: int) -> None:
    """Takes back what an open load wrote. Raises NotFound where that load is not open, LoadOpen while it is held."""
    found = [load for load in loads(store) if load.number == number and load.state == "open"]
    if not found:
        raise NotFound(f"There is no open load {number}.", "`dossier loads` lists them.")
    load = found[0]
    if not is_gone(load.holder) and load.lease_until >= now_ms():
        raise _still_open(load)
    if any(row[:2] == (number, "applied") for row in store.read("clock/changing")):
        raise LoadOpen(
            f"Load {number} of {load.source} has written everything and stopped just before its end.",
            f"Load {load.source} again: that finishes it.",
        )
    holder = new_holder()
    if not _take(store, load, holder, now_ms() + 600_000):
        raise _still_open(load)
    store.take_back(number)
    store.write("clock/abandon_load", number=number)


def give_up(store: Store, load: OpenLoad) -> None:
    """Abandons a load that this process holds, and takes back what it wrote."""
    store.take_back(load.number)
    store.write("clock/abandon_load", number=load.number)


def _let_go(store: Store, load: OpenLoad) -> None:
    """Ends the lease of a load that failed while its process goes on, such as a service."""
    held = {"number": load.number, "holder": load.holder, "from_holder": load.holder}
    store.write("clock/renew_load", **held, lease_until=now_ms() - 1)


class LeaseKeeper:
    """Renews the lease of an open load from a thread of its own while the load runs."""

    def __init__(self, store: Store, settings: Settings, load: OpenLoad) -> None:
        self._renew: Callable[[], list[Row]] = lambda: store.write(
            "clock/renew_load",
            number=load.number,
            holder=load.holder,
            from_holder=load.holder,
            lease_until=now_ms() + _lease_ms(store, settings),
        )
        self._every = settings.lease / 3
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="lease", daemon=True)
        self._needed = store.engine != "duckdb"

    def _run(self) -> None:
        while not self._stop.wait(self._every):
            if not self._renew():
                return

    def __enter__(self) -> LeaseKeeper:
        if self._needed:
            self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        if self._needed:
            self._thread.join()


@contextmanager
def loading(store: Store, settings: Settings, source: SourceOfLoad) -> Iterator[tuple[OpenLoad, Writer]]:
    """An open load and its writer, whose lease is kept until the block ends and whose records are sealed.

    Where the block fails, the load stays open to be resumed or abandoned; one that is refused because a snapshot
    would withdraw too much has written nothing and is abandoned. Raises LoadOpen where another load is open, and
    LedgerMissing, LedgerBehind or LedgerAltered where it could not be sealed.
    """
    sealed = kept(store, settings)
    load = open_load(store, settings, source)
    try:
        ledger, made = ledger_for_load(store, settings) if sealed else (None, False)
    except BaseException:
        if not load.resumed:
            give_up(store, load)
        raise
    writer = store.writer(load.number, load.holder, resumed=load.resumed)
    if ledger:
        writer = SealingWriter(store, writer, ledger, resumed=load.resumed)
        load = replace(load, ledger_made=ledger.folder if made else None)
    try:
        with LeaseKeeper(store, settings, load):
            yield load, writer
    except TooManyWithdrawals:
        writer.close()
        give_up(store, load)
        raise
    except Exception:
        writer.close()
        with suppress(StoreUnreachable):
            _let_go(store, load)
        raise
    finally:
        writer.close()
