"""What is measured: each benchmark gives figures, each with its baseline of the same run and what it is to hold."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

from bench.audit_benchmarks import audit, neo4j_audit
from bench.neo4j_benchmarks import neo4j, neo4j_ledger
from bench.processes import Done, run
from bench.workplace import MEMORY_MB, Figure, Workplace, chain_figure, forget
from graph.classes.model import seed_titles
from graph.classes.titles import classed


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
    chain = chain_figure(place, "embedded", f"duckdb:///{place.archive}")
    return [
        Figure("embedded load", "s", loads[middle].seconds, baselines[middle]["whole"], 4.0, details),
        Figure("embedded load, memory", "MB", max(load.peak_mb for load in loads), None, MEMORY_MB, {}),
        chain,
    ]


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
        figures.append(Figure(f"{name}, after opening", "ms", of["opened"]["p95"], of["clock"]["p95"], 2.0, {}))
        figures.append(Figure(f"{name} to statements", "ms", of["in turn"]["p95"], of["statements"]["p95"], 2.0, {}))
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
    "neo4j-audit": neo4j_audit,
    "neo4j-ledger": neo4j_ledger,
    "people": people,
    "processes": processes,
    "questions": questions,
    "storeroom": storeroom,
}
