"""Writes a demo archive: the truth first, then the sources as an archive centre would have them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from demo.case_files import write_cases
from demo.efiles import write_files
from demo.faults import with_faults
from demo.layout import cases_of, layout, workbook
from demo.model import Progress, build
from demo.truth import write_truth
from demo.workbooks import write_workbook

PEOPLE = 2000
SEED = 20260630


@dataclass(frozen=True)
class Archive:
    """What was written below `folder`: counts, event files and workbooks with their mappings, planted faults."""

    folder: Path
    people: int
    seed: int
    organisations: int
    cases: int
    events: int
    materials: int
    records: int
    files: int
    event_files: tuple[tuple[Path, Path], ...]
    workbooks: tuple[tuple[Path, Path], ...]
    faults: dict[str, int]


def _unheard(step: str, done: int, total: int) -> None:
    """Progress that nobody wants to hear of."""


def write(folder: Path, people: int = PEOPLE, seed: int = SEED, progress: Progress = _unheard) -> Archive:
    """Writes truth/, cases/, catalogue/ and files/ below `folder`, which is made where it is missing.

    The same seed and number of people give the same bytes. `progress` hears the step (cases, truth, sources),
    how much of it is done and how much there is. Raises ValueError where there are too few people for every
    kind of fault, OSError where the folder can't be written.
    """
    model = with_faults(build(seed, people, progress))
    places = layout(model)
    progress("truth", 0, 1)
    faults = write_truth(folder / "truth", model, places)
    progress("truth", 1, 1)
    systems = dict(cases_of(model))
    catalogues = ("personnel", "business")
    total = len(systems) + len(catalogues) + 1
    for done, (system, cases) in enumerate(systems.items(), 1):
        write_cases(folder, system, cases)
        progress("sources", done, total)
    for done, catalogue in enumerate(catalogues, len(systems) + 1):
        write_workbook(folder, model, catalogue)
        progress("sources", done, total)
    write_files(folder, model)
    progress("sources", total, total)
    return Archive(
        folder,
        people,
        seed,
        len(model.organisations),
        len(model.cases),
        sum(len(case.events) for case in model.cases),
        sum(len(case.materials) for case in model.cases),
        len(model.records),
        len(model.files),
        tuple((folder / f"cases/{s}.csv", folder / f"cases/{s}.yaml") for s in systems),
        tuple((folder / workbook(c), (folder / workbook(c)).with_suffix(".yaml")) for c in catalogues),
        faults,
    )
