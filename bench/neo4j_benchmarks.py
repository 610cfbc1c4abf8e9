"""What is measured of Neo4j, on servers of the run's own."""

from __future__ import annotations

import shutil

import psutil

from bench.processes import Done, run
from bench.workplace import MEMORY_MB, Figure, Workplace, chain_figure
from scripts.neo4j import server


def neo4j(place: Workplace) -> list[Figure]:
    """Load, memory and chain on Neo4j; each load into an empty database of a server of its own."""
    place.capture()
    place.say("UNWIND ... MERGE into an empty Neo4j.")
    running = empty_server(place)
    idle = _processor_seconds(running)
    baseline = run(["-m", "bench.unwind_merge", str(place.tables), running.uri])
    baseline_cpu = baseline.cpu + _processor_seconds(running) - idle
    running.kill()
    place.say("The load into an empty Neo4j.")
    running = empty_server(place)
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
    chain = chain_figure(place, "Neo4j", running.uri)
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


def empty_server(place: Workplace, *, heap_mb: int = 2048, page_cache_mb: int = 1024) -> server.Server:
    """A server of the run's own whose database has its constraints and nothing else."""
    folder = place.folder / "neo4j"
    shutil.rmtree(folder, ignore_errors=True)
    running = server.start(folder, heap_mb=heap_mb, page_cache_mb=page_cache_mb, progress=place.say)
    prepare = "import sys; from graph.settings import Settings; from graph.store import open_store; "
    prepare += "store = open_store(Settings(store=sys.argv[1])); store.prepare(); store.close()"
    run(["-c", prepare, running.uri])
    return running


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
        running = empty_server(place)
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
