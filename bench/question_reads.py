"""The questions of an archive in process and over HTTP, with the statements of each alone.

Run as `python -m bench.question_reads STORE`; prints milliseconds as JSON. In process, all of a kind are asked once
after opening, then again, and then question and statements (by the raw cursor, rows as tuples) are timed in turn.
Then the service runs as a process and one client asks it the same over one connection, twice.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import quote, urlencode

import numpy as np

from bench.chain_reads import noted_of, percentiles
from bench.processes import DOSSIER, ROOT
from graph.cases import CaseFilter, cases
from graph.chain import chain
from graph.dossier import dossier
from graph.duckdb_store import DuckDBStore
from graph.items import known_items
from graph.library import library
from graph.reuse import reuse
from graph.settings import Settings
from graph.viewer import LOCAL_OPERATOR

ASKED, PAGES, ITEMS = 200, 50, 5
WARM = 10
SEED = 7
_START_SECONDS = 60


@dataclass(frozen=True)
class Question:
    """One question: how it is asked of a store in process, and its path over HTTP."""

    ask: Callable[[DuckDBStore], object]
    path: str


def questions(store: DuckDBStore) -> dict[str, list[Question]]:
    """What is asked: 200 persons, five items for each, 50 pages of cases (first, filtered, middle), 200 chains."""
    load = store.read("clock/last_done")[0][0]
    known = known_items(store, load)
    items = [id_ for id_ in sorted(known.items) if id_ in known.versions][:ITEMS]
    people = _some([row[0] for row in store.read("derive/persons", after="", limit=1_000_000_000)], ASKED)
    handled = _some([row[0] for row in store.read("derive/cases", after="", limit=1_000_000_000)], ASKED)
    dossiers = [
        Question(partial(dossier, viewer=LOCAL_OPERATOR, person=p), f"persons/{quote(p)}/dossier") for p in people
    ]
    reused = [
        Question(
            partial(reuse, viewer=LOCAL_OPERATOR, subject=p, items=items),
            f"reuse?{urlencode({'subject': p, 'item': items}, doseq=True)}",
        )
        for p in people
    ]
    chains = [Question(partial(chain, viewer=LOCAL_OPERATOR, case=c), f"cases/{quote(c)}/chain") for c in handled]
    whole = [Question(partial(library, viewer=LOCAL_OPERATOR), "library?limit=1000")] * (WARM + 5)
    return {
        "dossier": dossiers,
        "reuse": reused,
        "cases": list(_pages(store, items)),
        "chain": chains,
        "library": whole,
    }


def _some(ids: list[str], count: int) -> list[str]:
    places = np.random.default_rng(SEED).choice(len(ids), min(len(ids), WARM + count), replace=False)
    return [ids[place] for place in places.tolist()]


def _pages(store: DuckDBStore, items: list[str]) -> Iterator[Question]:
    """Pages one after the other from the latest, by item, by status and activity, and from the middle."""
    wanted: list[dict[str, str]] = [
        {},
        *({"item": item} for item in items),
        {"status": "open"},
        {"activity": "复核", "item": items[0]},
        {"unit": "部门0007"},
        {"actor": "staff00107"},
    ]
    middle = store.read("overview/cases", load=store.read("clock/last_done")[0][0], offset=0)
    years = sorted({row[2] for row in middle if row[2] is not None})
    wanted.append({"to": f"{years[len(years) // 2]}-06-30"} if years else {})
    for filters in wanted:
        cursor: str | None = None
        for _ in range(1 + (WARM + PAGES) // len(wanted)):
            yield _page(filters, cursor)
            cursor = cases(store, LOCAL_OPERATOR, _filter(filters), cursor=cursor).next


def _page(filters: dict[str, str], cursor: str | None) -> Question:
    given = {**filters, **({"cursor": cursor} if cursor else {})}
    return Question(
        partial(cases, viewer=LOCAL_OPERATOR, wanted=_filter(filters), cursor=cursor),
        f"cases?{urlencode(given)}" if given else "cases",
    )


def _filter(filters: dict[str, str]) -> CaseFilter:
    named = {name: value for name, value in filters.items() if name != "to"}
    until = np.datetime64(filters["to"], "ms").astype(int) if "to" in filters else None
    return CaseFilter(**named, to_at=None if until is None else int(until) - 8 * 3_600_000)


def in_process(address: str, asked: dict[str, list[Question]]) -> dict[str, dict[str, Any]]:
    """p50 and p95 of each question: `opened` when asked for the first time of a store that was opened for its kind,
    `clock` and `processor` when asked again; and `in turn` with its `statements`."""
    found: dict[str, dict[str, Any]] = {}
    for name, of in asked.items():
        store = DuckDBStore(Settings(store=address))
        opened, again = _asked(store, of), _asked(store, of)
        found[name] = {
            "first": opened["clock"][0],
            "opened": percentiles(opened["clock"][WARM:]),
            **{kind: percentiles(values[WARM:]) for kind, values in again.items()},
            **_in_turn(store, of),
        }
        store.close()
    return found


def _asked(store: DuckDBStore, of: list[Question]) -> dict[str, list[float]]:
    """Milliseconds of each, on the clock and of the processor."""
    times: dict[str, list[float]] = {"clock": [], "processor": []}
    for question in of:
        clock, processor = time.perf_counter(), time.process_time()
        question.ask(store)
        times["clock"].append((time.perf_counter() - clock) * 1000)
        times["processor"].append((time.process_time() - processor) * 1000)
    return times


def _in_turn(store: DuckDBStore, of: list[Question]) -> dict[str, Any]:
    """Each question and then its statements alone, which find in memory what it has read."""
    noted = noted_of(store)
    raw_cursor = store.cursor().cursor()
    times: dict[str, list[float]] = {"in turn": [], "statements": []}
    counts = []
    for question in of:
        noted.clear()
        clock = time.perf_counter()
        question.ask(store)
        times["in turn"].append((time.perf_counter() - clock) * 1000)
        statements = list(noted)
        clock = time.perf_counter()
        for text, params in statements:
            raw_cursor.execute(text, params).fetchall()
        times["statements"].append((time.perf_counter() - clock) * 1000)
        counts.append(len(statements))
    each = {kind: percentiles(values[WARM:]) for kind, values in times.items()}
    return {**each, "asked": len(of) - WARM, "statements of one": float(np.mean(counts[WARM:]))}


@contextmanager
def _service(address: str) -> Iterator[int]:
    """The service as a process of its own; gives its port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    given = [sys.executable, "-c", DOSSIER, "serve", "--port", str(port), "--store", address]
    process = subprocess.Popen(given, stdout=subprocess.DEVNULL, env={**os.environ, "PYTHONPATH": str(ROOT)})
    try:
        _wait_until_ready(process, port)
        yield port
    finally:
        process.terminate()
        process.wait()


def _wait_until_ready(process: subprocess.Popen[bytes], port: int) -> None:
    until = time.monotonic() + _START_SECONDS
    while True:
        try:
            with socket.create_connection(("127.0.0.1", port), 1):
                return
        except OSError:
            if process.poll() is not None or time.monotonic() > until:
                raise SystemExit("The service did not start.") from None
            time.sleep(0.1)


def over_http(address: str, asked: dict[str, list[Question]]) -> dict[str, dict[str, float]]:
    """p50 and p95 of each question over one connection that is kept, asked for the second time."""
    found = {}
    with _service(address) as port:
        client = http.client.HTTPConnection("127.0.0.1", port)
        for name, of in asked.items():
            times: list[float] = []
            for place, question in enumerate([*of, *of]):
                start = time.perf_counter()
                client.request("GET", f"/api/v1/{question.path}")
                answer = client.getresponse()
                body = answer.read()
                taken = (time.perf_counter() - start) * 1000
                if answer.status != 200:
                    raise SystemExit(f"{question.path} answered {answer.status}: {body[:500]!r}")
                if place >= len(of) + WARM:
                    times.append(taken)
            found[name] = percentiles(times)
        client.close()
    return found


def measured(address: str) -> dict[str, Any]:
    """Both, by question."""
    store = DuckDBStore(Settings(store=address))
    asked = questions(store)
    store.close()
    inside = in_process(address, asked)
    outside = over_http(address, asked)
    return {name: {**inside[name], "http": outside[name]} for name in asked}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("store")
    options = parser.parse_args()
    json.dump(measured(options.store), sys.stdout)


if __name__ == "__main__":
    main()
