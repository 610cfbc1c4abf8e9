"""What is measured of audits, on both engines; both have to find the same."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.neo4j_benchmarks import empty_server
from bench.processes import DOSSIER, Done, run
from bench.workplace import Figure, Workplace, forget

# What an audit of a million events may take (s, MB), and what one after a load of a thousand.
_SECONDS, _MB, _CHANGES_SECONDS = 60.0, 2000.0, 2.0
_LEAST_SHARE = 0.1
# On Neo4j, which has memory for a million events, three times that; and of changes a quarter of what all takes there.
_ON_NEO4J, _OF_ALL = 3.0, 0.25
_HEAP_MB, _PAGE_CACHE_MB = 4096, 4096
_COPY = "audit.duckdb"


def audit(place: Workplace) -> list[Figure]:
    """`dossier audit --all` as a process, and the audit after a load of a thousand events, on the embedded engine."""
    store, later = _embedded(place)
    place.say("dossier audit --all, then a load of a thousand events and the audit of what it changed.")
    whole = _of_all(store)
    changes = _of_changes(store, later)
    forget(place.folder / _COPY)
    details = {**_told(whole), "bare read of cases and events": changes["rows"]}
    return [
        Figure("audit of all", "s", whole.seconds, None, _limit(place), details),
        Figure("audit of all, memory", "MB", whole.peak_mb, None, _MB, {}),
        Figure("audit of changes", "s", changes["audit"], None, _CHANGES_SECONDS, changes),
    ]


def neo4j_audit(place: Workplace) -> list[Figure]:
    """The same on Neo4j, and on the embedded engine beside. Raises SystemExit where their findings differ."""
    store, later = _embedded(place)
    place.say("dossier audit --all on the embedded engine, and the audit of changes.")
    here = _audits(store, later)
    forget(place.folder / _COPY)
    place.say("The load into an empty Neo4j.")
    running = empty_server(place, heap_mb=_HEAP_MB, page_cache_mb=_PAGE_CACHE_MB)
    run(["-m", "bench.audit_load", str(later.parent), "--events", str(place.events), "--store", running.uri])
    place.say("dossier audit --all on Neo4j, and the audit of changes.")
    there = _audits(running.uri, later)
    running.kill()
    if there.found != here.found:
        # Open cases are judged by the day: over midnight in China they may differ.
        raise SystemExit(f"The engines do not find the same: embedded {here.found}, Neo4j {there.found}.")
    of_all = {**_told(there.whole), "embedded": {"seconds": here.whole.seconds, **_told(here.whole)}}
    of_all["found"] = there.found
    changed, of_changes = there.changes["audit"], {**there.changes, "embedded": here.changes}
    return [
        Figure("Neo4j audit of all", "s", there.whole.seconds, None, _ON_NEO4J * _limit(place), of_all),
        Figure("Neo4j audit, memory", "MB", there.whole.peak_mb, None, _MB, {}),
        Figure("Neo4j audit of changes", "s", changed, there.whole.seconds, _OF_ALL, of_changes),
    ]


def _limit(place: Workplace) -> float:
    """What an audit of all may take; little more than the start of a process is measured of few events."""
    return _SECONDS * max(place.events / 1_000_000, _LEAST_SHARE)


@dataclass(frozen=True)
class _Audits:
    """The audit of all, the audit of changes after it, and what stood as found after each."""

    whole: Done
    changes: dict[str, float]
    found: list[dict[str, Any]]


def _audits(store: str, later: Path) -> _Audits:
    whole = _of_all(store)
    found = [_found(store)]
    changes = _of_changes(store, later)
    return _Audits(whole, changes, [*found, _found(store)])


def _embedded(place: Workplace) -> tuple[str, Path]:
    """A copy of the embedded archive, which is made where it is not there, and the log that is loaded later."""
    kept = place.kept / "audit"
    place.say(f"An archive of {place.events:,} events under standards in {kept}.")
    run(["-m", "bench.audit_load", str(kept), "--events", str(place.events)])
    copy = place.folder / _COPY
    forget(copy)
    shutil.copyfile(kept / "archive.duckdb", copy)
    return f"duckdb:///{copy}", kept / "later.csv"


def _of_all(store: str) -> Done:
    return run(["-c", DOSSIER, "audit", "--all", "--json", "--store", store])


def _of_changes(store: str, later: Path) -> dict[str, float]:
    changes: dict[str, float] = run(["-m", "bench.audit_work", store, str(later)]).answer()
    return changes


def _found(store: str) -> dict[str, Any]:
    found: dict[str, Any] = run(["-m", "bench.audit_findings", store]).answer()
    return found


def _told(whole: Done) -> dict[str, Any]:
    report = whole.answer()
    return {
        "processor": whole.cpu,
        "findings": report["standing"],
        "rules": {one["rule"]: one["seconds"] for one in report["rules"]},
        "failed": [one["rule"] for one in report["rules"] if one["failed"]],
    }
