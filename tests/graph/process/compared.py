"""The processes of a real log that was loaded against expected.json, and against plain pandas over the file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from graph.process.drift import drift
from graph.process.filters import ProcessFilter
from graph.process.metrics import metrics
from graph.process.months import months
from graph.process.process_map import ProcessMap, process_map
from graph.process.stages import stage_times
from graph.process.variants import Variant, variants
from graph.store import Store
from graph.viewer import LOCAL_OPERATOR
from tests.graph.process import plain_logs

ALL = ProcessFilter()
LARGER = ("BPIC13_closed_problems.xes.gz", "BPIC20_DomesticDeclarations.xes.gz", "BPIC15_1.xes.gz")


def compare_processes(store: Store, data: Path, name: str) -> None:
    """Compares the processes of a log that was loaded with the known figures and with the calculation in pandas."""
    log = plain_logs.events_of(data / "logs" / name)
    drawn, paths = process_map(store, LOCAL_OPERATOR, ALL), _all_variants(store)
    expected = json.loads((data / "expected.json").read_text())[name]
    _compare_figures(store, drawn, paths, plain_logs.expected_of(log), expected)
    _compare_steps(drawn, plain_logs.steps_of(log))
    assert {tuple(one.activities): one.cases for one in paths} == dict(plain_logs.variants_of(log))
    found = months(store, LOCAL_OPERATOR, ALL)
    plain = plain_logs.months_of(log)
    assert [(m.month, m.opened, m.ended, m.backlog) for m in found.months] == list(plain.itertuples(name=None))
    distances = {m.month: m.distance for m in drift(store, LOCAL_OPERATOR, ALL).months if m.distance is not None}
    assert distances == pytest.approx(plain_logs.drift_of(log), abs=1e-9)
    times = stage_times(store, LOCAL_OPERATOR, ALL)
    assert sum(one.total for one in times.stages) == pytest.approx(plain_logs.seconds_of(log).sum())


def _all_variants(store: Store) -> list[Variant]:
    found, cursor = [], None
    while True:
        page = variants(store, LOCAL_OPERATOR, ALL, limit=400, cursor=cursor)
        found += page.items
        cursor = page.next
        if cursor is None:
            return found


def _compare_figures(
    store: Store, drawn: ProcessMap, paths: list[Variant], plain: dict[str, Any], expected: dict[str, Any]
) -> None:
    (group,) = metrics(store, LOCAL_OPERATOR, ALL).groups
    figures = {name: one.value for name, one in group.figures.items()}
    found = {
        "cases": drawn.cases,
        "events": drawn.events,
        "activities": len(drawn.activities),
        "directly_follows_pairs": len(drawn.steps),
        "directly_follows_total": drawn.steps_total,
        "variants": len(paths),
        "most_frequent_variant_cases": paths[0].cases,
        "case_seconds_median": figures["span_median"],
        "case_seconds_mean": figures["span_mean"],
        "cases_with_repeated_activity": group.figures["rework"].cases,
        "start_activities": {one.activity: one.starts for one in drawn.activities if one.starts},
        "end_activities": {one.activity: one.ends for one in drawn.activities if one.ends},
    }
    for name, value in plain.items():
        assert found[name] == pytest.approx(value, rel=1e-9), name
    for name in found.keys() & expected.keys():
        wanted = expected[name]
        assert found[name] == (pytest.approx(wanted, abs=1e-3) if isinstance(wanted, float) else wanted), name
    assert expected["end_activities_top"].items() <= found["end_activities"].items()
    tops = {(one.from_activity, one.to_activity): one.steps for one in drawn.steps}
    assert {(a, b): n for a, b, n in expected["directly_follows_top"]}.items() <= tops.items()
    # No event of these logs names a stage, so all cases are taken as ended: nothing is censored.
    assert figures["assumed"] == drawn.cases
    assert figures["cycle_median"] == sorted(_seconds(store))[(drawn.cases + 1) // 2 - 1]
    assert paths[-1].coverage == 1


def _seconds(store: Store) -> list[float]:
    return [row[7] for row in store.read("process/cases", load=1)]


def _compare_steps(drawn: ProcessMap, plain: pd.DataFrame) -> None:
    found = {
        (one.from_activity, one.to_activity): (one.steps, one.cases, one.timed, one.median, one.mean)
        for one in drawn.steps
    }
    wanted = {pair: (n, cases, n, median, mean) for pair, n, cases, median, mean in plain.itertuples(name=None)}
    assert found.keys() == wanted.keys()
    for pair, values in wanted.items():
        assert found[pair] == pytest.approx(values, abs=1e-3), pair
    assert sum(one.share or 0 for one in drawn.steps) == pytest.approx(1)
