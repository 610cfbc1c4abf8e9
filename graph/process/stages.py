"""How long each stage of the cases takes."""

from __future__ import annotations

import numpy as np
from pydantic import BaseModel

from graph.process.filters import ProcessFilter
from graph.process.metrics import Standing, standing
from graph.process.selection import Selection, steady
from graph.store import Store
from graph.viewer import Viewer


class StageTime(BaseModel):
    """The time of a stage in `cases` cases, in seconds; null is what no stage is named for. `share` is its part of
    the time of all stages, null where that is none."""

    stage: str | None
    cases: int
    median: float
    p90: float
    mean: float
    total: float
    share: float | None
    cases_at: str


class StageTimes(Standing):
    """The stages by their total time; `untimed` steps have an instant that is not known."""

    stages: list[StageTime]
    steps: int
    untimed: int


def stage_times(store: Store, viewer: Viewer, wanted: ProcessFilter) -> StageTimes:
    """The time of each stage of the cases that `wanted` describes."""

    def ask(selection: Selection) -> StageTimes:
        steps, stages = selection.columns.steps, selection.columns.stage
        of = selection.chosen[steps.place]
        timed = of & ~np.isnan(steps.seconds)
        keys = steps.place[timed] * len(stages.values) + stages.codes[steps.first[timed] + 1]
        cases, inverse = np.unique(keys, return_inverse=True)
        seconds = np.bincount(inverse, steps.seconds[timed], len(cases))
        of_stage = cases % max(1, len(stages.values))
        total = float(seconds.sum())
        rows = [
            _row(selection, name, seconds[of_stage == code], total)
            for code, name in enumerate(stages.values)
            if (of_stage == code).any()
        ]
        rows.sort(key=lambda row: (-row.total, row.stage or "\uffff"))
        given = standing(store, selection, ("stage",))
        return StageTimes(**given, stages=rows, steps=int(of.sum()), untimed=int(of.sum() - timed.sum()))

    return steady(store, viewer, wanted, ask)


def _row(selection: Selection, name: str | None, seconds: np.ndarray, total: float) -> StageTime:
    return StageTime(
        stage=name,
        cases=len(seconds),
        median=float(np.median(seconds)),
        p90=float(np.quantile(seconds, 0.9)),
        mean=float(seconds.mean()),
        total=float(seconds.sum()),
        share=float(seconds.sum() / total) if total else None,
        cases_at=selection.cases_at("stage", name),
    )
