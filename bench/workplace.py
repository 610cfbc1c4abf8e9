"""Where a run of benchmarks works, and the figures that it gives."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.processes import DOSSIER, Done, run

MEMORY_MB = 1500.0
Say = Callable[[str], None]


@dataclass(frozen=True)
class Figure:
    """One figure: `measured` is to be at most `limit` times `baseline`, or at most `limit` where there is none."""

    name: str
    unit: str
    measured: float
    baseline: float | None
    limit: float
    details: dict[str, Any]

    @property
    def ratio(self) -> float | None:
        return None if self.baseline is None else self.measured / self.baseline

    @property
    def holds(self) -> bool:
        return (self.measured if self.ratio is None else self.ratio) <= self.limit


@dataclass(frozen=True)
class Workplace:
    """Where a run keeps its files; `events` rows in the log; `repeat` turns of what is short.

    The questions are asked of an archive of `people`, which lies in `kept` and is made where it is not there; the
    storeroom holds a catalogue of `rows`.
    """

    folder: Path
    events: int
    repeat: int
    people: int
    kept: Path
    say: Say
    rows: int = 100_000

    @property
    def log(self) -> Path:
        return self.folder / "events.csv"

    @property
    def mapping(self) -> Path:
        return self.folder / "events.yaml"

    @property
    def archive(self) -> Path:
        return self.folder / "archive.duckdb"

    @property
    def tables(self) -> Path:
        return self.folder / "tables"

    def generate(self) -> None:
        """The log, once."""
        if self.log.exists():
            return
        self.say(f"Generating {self.events:,} events.")
        run(["-m", "bench.events", str(self.log), "--events", str(self.events)])

    @property
    def ledger(self) -> Path:
        return self.folder / "archive.duckdb.ledger"

    def load(self, *, sealed: bool = False) -> Done:
        """One `dossier load` into a new embedded archive, which keeps a ledger or none."""
        forget(self.archive)
        store = f"duckdb:///{self.archive}"
        return run(
            ["-c", DOSSIER, "load", str(self.log), "--mapping", str(self.mapping), "--store", store],
            **self._kept(sealed),
        )

    def _kept(self, sealed: bool) -> dict[str, str]:
        return {"DOSSIER_LEDGER": str(self.ledger) if sealed else "none"}

    def capture(self) -> None:
        """The rows of every baseline, from an archive that is loaded once for them."""
        self.generate()
        if not self.tables.is_dir():
            self.say("Loading once, for the rows of the baseline.")
            self.load()
            run(["-m", "bench.captured", str(self.archive), str(self.tables)])


def forget(archive: Path) -> None:
    """Removes an embedded archive and what lies beside it."""
    for path in archive.parent.glob(f"{archive.name}*"):
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()


def chain_figure(place: Workplace, engine: str, address: str) -> Figure:
    """The chain of 200 cases against the statements that it takes."""
    place.say("The chain of 200 cases.")
    found = run(["-m", "bench.chain_reads", address]).answer()
    return Figure(f"{engine} chain, p95", "ms", found["chain"]["p95"], found["statements"]["p95"], 2.0, found)
