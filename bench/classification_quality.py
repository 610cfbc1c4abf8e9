"""How well titles are classified: `python -m bench.classification_quality DATA`, the folder of the domain tables.

Personnel dossiers: repeated stratified 3-fold over the samples of a catalogue, by their ten top classes. A fold's
model is trained on the seed titles and the other two folds; the shipped model, which has seen none of the samples, is
measured on the same folds. Nine and eight classes: titles of the tables, labelled by hand.
"""

from __future__ import annotations

import argparse
import csv
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from graph.classes.model import Model, seed_titles, trained
from graph.classes.schemes import SchemeId, schemes
from graph.classes.titles import Classed, classed
from graph.classification import comparable_title

LABELLED = Path(__file__).with_name("labelled_titles.csv")
FOLDS = 3
_DRAWS = 2_000


@dataclass(frozen=True)
class Sample:
    """A title with its true class; the same title with two classes is two samples."""

    title: str
    code: str


@dataclass(frozen=True)
class Quality:
    """Macro F1 over the classes that occur, of what is taken and of everything, with its 95% interval (bootstrap over
    titles); `coverage` is the share of titles that get a class."""

    f1_of_taken: float
    interval: tuple[float, float]
    f1_of_all: float
    coverage: float


def top_class(code: str, *, last: str) -> str:
    """41…44 are 4, 91…94 are 9; 99 is `last`."""
    return last if code == "99" else code[0]


def samples(data: Path, *, last: str) -> list[Sample]:
    """The samples of the catalogue."""
    rows = _rows(data / "cadre_catalogue_samples.csv")
    return [Sample(comparable_title(row["title"]), top_class(row["class_code"], last=last)) for row in rows]


def folds(given: Sequence[Sample], seed: int) -> np.ndarray:
    """The fold of each sample: classes are spread evenly, and all samples of one title lie in one fold."""
    random = np.random.default_rng(seed)
    titles = list(dict.fromkeys(one.title for one in given))
    first = {one.title: one.code for one in reversed(given)}
    fold: dict[str, int] = {}
    start = 0
    for code in sorted(set(first.values())):
        of = [title for title in titles if first[title] == code]
        for place, at in enumerate(random.permutation(len(of))):
            fold[of[at]] = (start + place) % FOLDS
        start += len(of)
    return np.array([fold[one.title] for one in given])


def macro_f1(true: np.ndarray, said: np.ndarray) -> float:
    """The mean of F1 over the classes that occur in `true`; '' in `said` is no class."""
    scores = []
    for code in np.unique(true):
        hit = np.sum((true == code) & (said == code))
        scores.append(2 * hit / (np.sum(true == code) + np.sum(said == code)))
    return float(np.mean(scores)) if scores else 0.0


def quality(true: np.ndarray, said: np.ndarray) -> Quality:
    """Of predictions `said` (repetitions x titles) for the classes `true`."""
    of_taken = [macro_f1(true[row != ""], row[row != ""]) for row in said]
    random, drawn = np.random.default_rng(7), []
    for _ in range(_DRAWS):
        row, at = said[random.integers(len(said))], random.integers(len(true), size=len(true))
        taken = row[at] != ""
        drawn.append(macro_f1(true[at][taken], row[at][taken]))
    low, high = np.quantile(drawn, (0.025, 0.975))
    f1_of_all = float(np.mean([macro_f1(true, row) for row in said]))
    return Quality(float(np.mean(of_taken)), (float(low), float(high)), f1_of_all, float(np.mean(said != "")))


def out_of_fold(
    given: Sequence[Sample], repeats: int, model: Callable[[Sequence[Sample]], Model]
) -> list[list[Classed]]:
    """What is said of each sample in each repetition, by terms and by a model of the other folds."""
    found = []
    for seed in range(repeats):
        of, row = folds(given, seed), [Classed(None, "", 0.0)] * len(given)
        for fold in range(FOLDS):
            tested = np.flatnonzero(of == fold).tolist()
            learner = model([one for one, at in zip(given, of, strict=True) if at != fold])
            said = classed([given[at].title for at in tested], learner)["personnel"]
            for at, one in zip(tested, said, strict=True):
                row[at] = one or row[at]
        found.append(row)
    return found


def with_seeds(given: Sequence[Sample]) -> Model:
    """A model of the seed titles and these samples."""
    seeds = [(comparable_title(title), code) for title, code in seed_titles()]
    return trained([*seeds, *((one.title, one.code) for one in given)])


def taken_at(said: Sequence[Sequence[Classed]], threshold: float) -> np.ndarray:
    """The classes that are taken at a threshold, '' for none."""
    return np.array([[one.code if one.code and one.confidence >= threshold else "" for one in row] for row in said])


def threshold_for(said: Sequence[Sequence[Classed]], coverage: float) -> float:
    """The highest threshold at which at least that share of the titles has a class."""
    sure = sorted((one.confidence if one.code else 0.0 for row in said for one in row), reverse=True)
    return sure[int(np.ceil(coverage * len(sure))) - 1]


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _say(name: str, found: Quality) -> None:
    low, high = found.interval
    print(
        f"{name:58} macro F1 {found.f1_of_taken:.2f} ({low:.2f} to {high:.2f}) of what is taken, "
        f"{found.f1_of_all:.2f} of all, coverage {found.coverage:.0%}",
        flush=True,
    )


def _personnel(data: Path, repeats: int) -> None:
    for last in ("9", "10"):
        given = samples(data, last=last)
        true = np.array([one.code for one in given])
        shipped = [[one or Classed(None, "", 0.0) for one in classed([s.title for s in given])["personnel"]]]
        for name, said in (
            (f"99 as {last}: shipped", shipped),
            (f"99 as {last}: seeds and two folds", out_of_fold(given, repeats, with_seeds)),
        ):
            _say(f"{name}, threshold {schemes().threshold}", quality(true, taken_at(said, schemes().threshold)))
            at = threshold_for(said, 0.8)
            _say(f"{name}, 80% coverage (threshold {at:.2f})", quality(true, taken_at(said, at)))


def _labelled(scheme: SchemeId) -> None:
    rows = _rows(LABELLED)
    found = classed([comparable_title(row["title"]) for row in rows])[scheme]
    said = np.array([one.code if one and one.code and one.sure else "" for one in found])
    true = np.array([row[scheme] for row in rows])
    of = schemes().of(scheme)
    assert of is not None
    for one in of.classes:
        hit, of_class, given = (
            np.sum(m) for m in ((true == one.code) & (said == one.code), true == one.code, said == one.code)
        )
        print(f"{scheme} {one.code} {one.name:16} titles {of_class:3} found {hit:3} wrong {given - hit:3}")
    inside = true != ""
    wrong = np.sum((said != "") & (said != true))
    covered = f"{np.mean(said[inside] != ''):.0%}"
    print(f"{scheme}: {np.sum(inside)} of {len(true)} have a class; covered {covered}; wrong {wrong}")
    known = true[inside]
    _say(f"{scheme}, titles with a class", quality(known, said[inside][None, :]))


def _pace() -> None:
    titles = [f"{one}{number}号" for number in range(100) for one, _ in seed_titles()]
    classed(titles[:10])
    wall, processor = time.perf_counter(), time.process_time()
    classed(titles)
    wall, processor = time.perf_counter() - wall, time.process_time() - processor
    core, clock = (f"{len(titles) / seconds:,.0f}" for seconds in (processor, wall))
    print(f"{len(titles)} distinct titles: {core} a second of one core, {clock} by the clock")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.classification_quality")
    parser.add_argument("data", type=Path, help="folder of the domain tables")
    parser.add_argument("--repeats", type=int, default=3)
    options = parser.parse_args()
    _pace()
    _labelled("si")
    _labelled("historic")
    _personnel(options.data, options.repeats)


if __name__ == "__main__":
    main()
