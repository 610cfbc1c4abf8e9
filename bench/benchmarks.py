"""What is measured: each benchmark gives figures, each with its baseline of the same run and what it is to hold."""

from __future__ import annotations

import shutil
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from bench.processes import Done, run
from graph.classes.model import seed_titles
from graph.classes.titles import classed
from scripts.neo4j import server

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
        command = "import sys; from cli.start import main; sys.exit(main())"
        store = f"duckdb:///{self.archive}"
        return run(
            ["-c", command, "load", str(self.log), "--mapping", str(self.mapping), "--store", store],
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


def embedded(place: Workplace) -> list[Figure]:
    """Load, memory and chain on the embedded engine."""
    place.capture()
    other = place.folder / "baseline.duckdb"
    loads: list[Done] = []
    baselines: list[dict[str, float]] = []
    for turn in range(place.repeat):
        place.say(f"dossier load, then INSERT ... SELECT, turn {turn + 1} of {place.repeat}.")
        loads.append(place.load())
        forget(other)
        baselines.append(run(["-m", "bench.insert_select", str(place.tables), str(other)]).answer())
    forget(other)
    place.say("The stages of a load.")
    staged = place.folder / "staged.duckdb"
    forget(staged)
    address = f"duckdb:///{staged}"
    stages = run(["-m", "bench.staged_load", address, str(place.log), str(place.mapping)]).answer()
    forget(staged)
    ratios = [load.seconds / baseline["whole"] for load, baseline in zip(loads, baselines, strict=True)]
    middle = ratios.index(statistics.median_low(ratios))
    details = {
        "ratios": ratios,
        "processor": {"load": loads[middle].cpu, "baseline": baselines[middle]["cpu"]},
        "ratios of processor time": [
            load.cpu / baseline["cpu"] for load, baseline in zip(loads, baselines, strict=True)
        ],
        "stages": stages,
        "baseline": baselines[middle],
    }
    chain = _chain(place, "embedded", f"duckdb:///{place.archive}")
    return [
        Figure("embedded load", "s", loads[middle].seconds, baselines[middle]["whole"], 4.0, details),
        Figure("embedded load, memory", "MB", max(load.peak_mb for load in loads), None, MEMORY_MB, {}),
        chain,
    ]


def neo4j(place: Workplace) -> list[Figure]:
    """Load, memory and chain on Neo4j; each load into an empty database of a server of its own."""
    place.capture()
    place.say("UNWIND ... MERGE into an empty Neo4j.")
    running = _server(place)
    idle = _processor_seconds(running)
    baseline = run(["-m", "bench.unwind_merge", str(place.tables), running.uri])
    baseline_cpu = baseline.cpu + _processor_seconds(running) - idle
    running.kill()
    place.say("The load into an empty Neo4j.")
    running = _server(place)
    idle = _processor_seconds(running)
    load = run(["-m", "bench.staged_load", running.uri, str(place.log), str(place.mapping)])
    load_cpu = load.cpu + _processor_seconds(running) - idle
    seconds = baseline.answer()
    details = {
        "processor": {"load": load_cpu, "of it the client": load.cpu, "baseline": baseline_cpu},
        "ratios of processor time": [load_cpu / baseline_cpu],
        "stages": load.answer(),
        "baseline": seconds,
    }
    chain = _chain(place, "Neo4j", running.uri)
    running.kill()
    return [
        Figure("Neo4j load", "s", load.seconds, seconds["whole"], 1.3, details),
        Figure("Neo4j load, memory", "MB", load.peak_mb, None, MEMORY_MB, {}),
        chain,
    ]


def _processor_seconds(running: server.Server) -> float:
    """What the server has used of its processors since it started."""
    used = psutil.Process(running.process.pid).cpu_times()
    return float(used.user + used.system)


def _server(place: Workplace) -> server.Server:
    folder = place.folder / "neo4j"
    shutil.rmtree(folder, ignore_errors=True)
    running = server.start(folder, heap_mb=2048, page_cache_mb=1024, progress=place.say)
    prepare = "import sys; from graph.settings import Settings; from graph.store import open_store; "
    prepare += "store = open_store(Settings(store=sys.argv[1])); store.prepare(); store.close()"
    run(["-c", prepare, running.uri])
    return running


def _chain(place: Workplace, engine: str, address: str) -> Figure:
    place.say("The chain of 200 cases.")
    found = run(["-m", "bench.chain_reads", address]).answer()
    return Figure(f"{engine} chain, p95", "ms", found["chain"]["p95"], found["statements"]["p95"], 2.0, found)


# What the questions may take (ms, p95), and how much more over HTTP; of the library the first answer of a load.
_LIMITS = {"dossier": 25.0, "reuse": 40.0, "cases": 100.0, "chain": 25.0}
_HTTP_MORE = 15.0
_LIBRARY_SECONDS = 3.0


def questions(place: Workplace) -> list[Figure]:
    """The questions on the embedded engine, in process and over HTTP."""
    place.say(f"An archive of {place.people:,} people in {place.kept}.")
    run(["-m", "bench.archive_load", str(place.kept), "--people", str(place.people)])
    place.say("The questions, in process and over HTTP.")
    found = run(["-m", "bench.question_reads", f"duckdb:///{place.kept / 'archive.duckdb'}"]).answer()
    figures = []
    for name, limit in _LIMITS.items():
        of = found[name]
        figures.append(Figure(f"{name}, p95", "ms", of["clock"]["p95"], None, limit, of))
        figures.append(Figure(f"{name} to statements", "ms", of["clock"]["p95"], of["statements"]["p95"], 2.0, {}))
        more = of["http"]["p95"] - of["clock"]["p95"]
        figures.append(Figure(f"{name}, more over HTTP", "ms", more, None, _HTTP_MORE, {}))
    first = found["library"]["first"] / 1000
    figures.append(Figure("library, first", "s", first, None, _LIBRARY_SECONDS, found["library"]))
    return figures


def ledger(place: Workplace) -> list[Figure]:
    """What sealing costs a load; verification, proofs and their memory, on the embedded engine."""
    place.generate()
    pairs: list[tuple[Done, Done]] = []
    for turn in range(place.repeat):
        place.say(f"The load without and with a ledger, turn {turn + 1} of {place.repeat}.")
        pairs.append((place.load(), place.load(sealed=True)))
    ratios = [sealed.seconds / plain.seconds for plain, sealed in pairs]
    plain, sealed = pairs[ratios.index(statistics.median_low(ratios))]
    details = {
        "ratios": ratios,
        "processor": {"sealed": sealed.cpu, "without": plain.cpu},
        "ratios of processor time": [sealed.cpu / plain.cpu for plain, sealed in pairs],
    }
    command = ["-m", "bench.ledger_reads", f"duckdb:///{place.archive}", str(place.ledger)]
    place.say("Verification, the bare read, proofs.")
    verified = run([*command, "verify"])
    found = verified.answer()
    found["bare read"] = run([*command, "bare"]).answer()
    proofs = run([*command, "proofs"]).answer()
    return [
        Figure("sealed load", "s", sealed.seconds, plain.seconds, 2.0, details),
        Figure("sealed load, memory", "MB", max(one.peak_mb for _, one in pairs), None, MEMORY_MB, {}),
        Figure("verify, an entry", "us", 1e6 * found["seconds"] / found["entries"], None, 20.0, found),
        Figure("verify, memory", "MB", verified.peak_mb, None, MEMORY_MB, {}),
        Figure("proof of a case, p95", "ms", proofs["p95"], None, 50.0, proofs),
    ]


def processes(place: Workplace) -> list[Figure]:
    """The figures of processes over the whole log, on the embedded engine."""
    place.generate()
    place.say("The load, for the figures of processes.")
    place.load()
    place.say("Map, variants, metrics and drift, for the first time after a load and again.")
    read = run(["-m", "bench.process_reads", f"duckdb:///{place.archive}"])
    figures = []
    for name, of in read.answer().items():
        figures.append(Figure(f"{name}, first", "s", of["first"], of["statements"], 2.0, of))
        figures.append(Figure(f"{name}, later", "s", of["later"], None, 1.0, of))
    return [*figures, Figure("processes, memory", "MB", read.peak_mb, None, MEMORY_MB, {})]


def people(place: Workplace) -> list[Figure]:
    """Networks of actors over all cases, on the embedded engine."""
    place.generate()
    place.say("The load, then networks of its actors.")
    place.load()
    found = run(["-m", "bench.people_reads", f"duckdb:///{place.archive}"]).answer()
    middle = {name: statistics.median_low(found[name]) for name in ("handover", "together", "workload", "network")}
    return [
        Figure("handover over all", "s", middle["handover"], None, 1.0, found),
        Figure("together over all", "s", middle["together"], None, 2.0, {}),
        Figure("workload over all", "s", middle["workload"], None, 2.0, {}),
        Figure("network, whole answer", "s", middle["network"], None, 5.0, {}),
    ]


# What filing and comparing a catalogue may take in all.
_STOREROOM_SECONDS = 120.0


def storeroom(place: Workplace) -> list[Figure]:
    """A catalogue of `rows` rows loaded, arranged and reconciled on the embedded engine."""
    place.say(f"A catalogue of {place.rows:,} rows: load, arrange, reconcile.")
    done = run(["-m", "bench.storeroom_work", str(place.folder / "storeroom"), "--rows", str(place.rows)])
    found = {**done.answer(), "processor": done.cpu}
    return [
        Figure("storeroom, whole", "s", done.seconds, None, _STOREROOM_SECONDS * place.rows / 100_000, found),
        Figure("storeroom, memory", "MB", done.peak_mb, None, MEMORY_MB, {}),
    ]


# What an audit of a million events may take (s, MB), and what one after a load of a thousand.
_AUDIT_SECONDS, _AUDIT_MB, _CHANGES_SECONDS = 60.0, 2000.0, 2.0
_LEAST_SHARE = 0.1


def audit(place: Workplace) -> list[Figure]:
    """`dossier audit --all` as a process, and the audit after a load of a thousand events, on the embedded engine."""
    kept, archive = place.kept / "audit", place.folder / "audit.duckdb"
    place.say(f"An archive of {place.events:,} events under standards in {kept}.")
    run(["-m", "bench.audit_load", str(kept), "--events", str(place.events)])
    forget(archive)
    shutil.copyfile(kept / "archive.duckdb", archive)
    place.say("dossier audit --all, then a load of a thousand events and the audit of what it changed.")
    command = "import sys; from cli.start import main; sys.exit(main())"
    store = f"duckdb:///{archive}"
    whole = run(["-c", command, "audit", "--all", "--json", "--store", store])
    changes = run(["-m", "bench.audit_work", store, str(kept / "later.csv")]).answer()
    forget(archive)
    report = whole.answer()
    details = {
        "processor": whole.cpu,
        "bare read of cases and events": changes["rows"],
        "findings": report["standing"],
        "rules": {one["rule"]: one["seconds"] for one in report["rules"]},
        "failed": [one["rule"] for one in report["rules"] if one["failed"]],
    }
    # Little more than the start of a process is measured of few events.
    limit = _AUDIT_SECONDS * max(place.events / 1_000_000, _LEAST_SHARE)
    return [
        Figure("audit of all", "s", whole.seconds, None, limit, details),
        Figure("audit of all, memory", "MB", whole.peak_mb, None, _AUDIT_MB, {}),
        Figure("audit of changes", "s", changes["audit"], None, _CHANGES_SECONDS, changes),
    ]


def neo4j_ledger(place: Workplace) -> list[Figure]:
    """What sealing costs a load into an empty Neo4j, and verification against a bare read of the same rows."""
    place.generate()
    folder = place.folder / "neo4j.ledger"
    shutil.rmtree(folder, ignore_errors=True)
    command = ["-m", "bench.staged_load"]
    loads: list[Done] = []
    processors: list[float] = []
    for kept in ("none", str(folder)):
        place.say(f"The load into an empty Neo4j, ledger: {'none' if kept == 'none' else 'kept'}.")
        running = _server(place)
        idle = _processor_seconds(running)
        loads.append(run([*command, running.uri, str(place.log), str(place.mapping)], DOSSIER_LEDGER=kept))
        processors.append(loads[-1].cpu + _processor_seconds(running) - idle)
        if kept == "none":
            running.kill()
    reads = ["-m", "bench.ledger_reads", running.uri, str(folder)]
    place.say("The bare read, verification, proofs.")
    # The first reading fills the server's page cache, and is not counted.
    run([*reads, "bare"])
    bare = run([*reads, "bare"])
    verified = run([*reads, "verify"])
    proofs = run([*reads, "proofs"]).answer()
    running.kill()
    plain, sealed = loads
    found = {**verified.answer(), "bare read": bare.answer()}
    of_loads = {
        "processor": {"sealed": processors[1], "without": processors[0]},
        "clients": {"sealed": sealed.cpu, "without": plain.cpu},
        "ratios of processor time": [processors[1] / processors[0]],
    }
    return [
        Figure("Neo4j sealed load", "s", sealed.seconds, plain.seconds, 2.0, of_loads),
        Figure("Neo4j sealed load, memory", "MB", sealed.peak_mb, None, MEMORY_MB, {}),
        Figure("Neo4j verify", "s", found["seconds"], found["bare read"]["seconds"], 1.5, found),
        Figure("Neo4j verify, memory", "MB", verified.peak_mb, None, MEMORY_MB, {}),
        Figure("Neo4j proof of a case, p95", "ms", proofs["p95"], None, 50.0, proofs),
    ]


def classification(place: Workplace) -> list[Figure]:
    """Processor time of one distinct title: its class in each scheme, once the model is read."""
    place.say("Classifying titles.")
    titles = [f"{title}{number}号" for number in range(60) for title, _ in seed_titles()]
    classed(titles[:100])
    begun = time.process_time()
    classed(titles)
    each = 1e6 * (time.process_time() - begun) / len(titles)
    return [Figure("classification, a title", "us", each, None, 1e6 / 3_000, {"titles": len(titles)})]


BENCHMARKS: dict[str, Callable[[Workplace], list[Figure]]] = {
    "audit": audit,
    "classification": classification,
    "embedded": embedded,
    "ledger": ledger,
    "neo4j": neo4j,
    "neo4j-ledger": neo4j_ledger,
    "people": people,
    "processes": processes,
    "questions": questions,
    "storeroom": storeroom,
}
