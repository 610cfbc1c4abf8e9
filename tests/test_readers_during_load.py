"""Readers while a load runs: each answer is that of before the load or that of after, never something between."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from graph.cases import CaseFilter, cases
from graph.chain import chain
from graph.clock import loads
from graph.status import status
from graph.store import Row, Store
from graph.viewer import LOCAL_OPERATOR
from tests.archives import archive, load

READERS = 8
CASES = 300
EVENTS = 9
ASKED = [f"hall:{number}" for number in range(0, CASES, CASES // 6)]
STAGES = {"stages": {"受理": "acceptance", "审核": "review", "办结": "completion"}, "system": "hall"}
HEAD = "identity:id,case:concept:name,concept:name,time:timestamp,org:resource,org:group,case:channel"

Answers = dict[str, Any]


def _rows(case: int, *, later: bool) -> Iterator[str]:
    """The events of a case; later others stand between them, some contents are other ones, and it is closed."""
    for place in range(EVENTS):
        activity = "受理" if place == 0 else "审核"
        actor = f"员{(case + place + later * (place == 4)) % 7}"
        yield _row(case, f"{place}", f"{place:02}:00", activity, actor, "web" if later else "desk")
        if later:
            yield _row(case, f"{place}b", f"{place:02}:30", "补正", actor, "web")
    if later:
        yield _row(case, "end", "20:00", "办结", "员0", "web")


def _row(case: int, place: str, time: str, activity: str, actor: str, channel: str) -> str:
    return f"{case}/{place},{case},{activity},2024-01-{1 + case % 28:02}T{time}:00+08:00,{actor},窗口,{channel}"


def _log(path: Path, *, later: bool, count: int = CASES) -> Path:
    rows = [row for case in range(count) for row in _rows(case, later=later)]
    path.write_text("\n".join((HEAD, *rows)) + "\n", encoding="utf-8")
    return path


def _chains(store: Store) -> Answers:
    return {case: chain(store, LOCAL_OPERATOR, case).model_dump() for case in ASKED}


def _lists(store: Store) -> Answers:
    """Pages of the list: all, by what the later load changes, and by what it leaves."""
    wanted = {
        "all": CaseFilter(),
        "open": CaseFilter(status="open"),
        "closed": CaseFilter(status="closed"),
        "corrected": CaseFilter(activity="补正"),
        "by actor": CaseFilter(actor="员3"),
    }
    pages = {name: cases(store, LOCAL_OPERATOR, one, limit=CASES) for name, one in wanted.items()}
    return {name: [row.model_dump() for row in page.items] for name, page in pages.items()}


def _counts(store: Store) -> Answers:
    held = status(store, LOCAL_OPERATOR)
    return {"nodes": {**held.nodes, "Load": 0}, "relationships": held.relationships, "activities": held.activities}


QUESTIONS: tuple[Callable[[Store], Answers], ...] = (_chains, _lists, _counts)


@dataclass
class Seen:
    """What a reader was given, as far as it is new to it, and how often it asked before and after the end."""

    answers: list[tuple[str, Any]] = field(default_factory=list)
    asked: int = 0
    after_the_end: list[Answers] = field(default_factory=list)

    def note(self, answers: Answers) -> None:
        self.asked += 1
        for name, answer in answers.items():
            if (name, answer) not in self.answers:
                self.answers.append((name, answer))


def _read_until(store: Store, question: Callable[[Store], Answers], ended: threading.Event) -> Seen:
    seen = Seen()
    while not ended.is_set():
        seen.note(question(store))
    seen.after_the_end.append(question(store))
    return seen


def test_a_load_that_is_done_while_a_list_is_read_is_in_it(store_uri: str, tmp_path: Path) -> None:
    """The number of the last done load is read first: a load that ends right after is the worst there is."""
    first, second = (_log(tmp_path / f"{name}.csv", later=name == "second", count=7) for name in ("first", "second"))
    with archive(store_uri) as (store, settings):
        load(store, settings, first, **STAGES)
        for path, question in ((second, _counts), (first, _lists), (second, _lists)):
            before = len(loads(store))
            interrupted = question(_Interrupted(store, lambda path=path: load(store, settings, path, **STAGES)))
            assert len(loads(store)) == before + 1
            assert interrupted == question(store)


class _Interrupted:
    """A store on which something happens as soon as the number of the last done load was read."""

    def __init__(self, store: Store, happens: Callable[[], object]) -> None:
        self._store = store
        self._happens: Callable[[], object] | None = happens

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def read(self, name: str, **params: Any) -> list[Row]:
        rows = self._store.read(name, **params)
        if name == "clock/last_done" and self._happens:
            happens, self._happens = self._happens, None
            happens()
        return rows


@pytest.mark.slow
def test_readers_see_a_load_at_once_and_whole(store_uri: str, tmp_path: Path) -> None:
    first, second = (_log(tmp_path / f"{name}.csv", later=name == "second") for name in ("first", "second"))
    with archive(store_uri, neo4j_batch=200) as (store, settings):
        load(store, settings, first, **STAGES)
        before = {question: question(store) for question in QUESTIONS}
        ended = threading.Event()
        with ThreadPoolExecutor(READERS) as pool:
            questions = [QUESTIONS[i % len(QUESTIONS)] for i in range(READERS)]
            reading = [(one, pool.submit(_read_until, store, one, ended)) for one in questions]
            try:
                report = load(store, settings, second, **STAGES)
            finally:
                ended.set()
            found = [(question, future.result()) for question, future in reading]
        assert (report.loaded, loads(store)[-1].state) == (CASES * (EVENTS + 2), "done")
        after = {question: question(store) for question in QUESTIONS}
    for question in QUESTIONS:
        assert before[question] != after[question]
    for question, seen in found:
        assert seen.asked > 0, f"{question.__name__} was not answered while the load ran"
        assert all(answers == after[question] for answers in seen.after_the_end)
        for name, answer in seen.answers:
            assert answer in (before[question][name], after[question][name]), f"{question.__name__} {name}: neither"
