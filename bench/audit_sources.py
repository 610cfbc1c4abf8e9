"""An event log whose cases keep to the standards that come with the program, but for one in ten.

Run as `python -m bench.audit_sources FOLDER --events N`; always the same log for the same number. Each case goes
through the steps of its item, its first event registers the applicant and receives the records that are asked for.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv

from bench.archive_sources import People
from bench.events import EVENTS_PER_CASE, REGIONS, Numbers, missing, numbered, taken, times
from etl.standards_source import COMES_WITH, read_standards
from graph.standard import ItemStandard

SEED = 20262
FAULTY = 0.1
AT_ONCE = 250_000
CASES_PER_PERSON = 4
FIELDS = (
    "gender",
    "birth_date",
    "phone",
    "address",
    "bank_account",
    "school",
    "employer",
    "work_start",
    "injured_on",
)
_STAGES = ("acceptance", "review", "approval", "completion", "other")
_NOTE = "电话告知"
_OFFICES, _STAFF = 200, 15

MAPPING = (
    """\
system: counter
columns:
  case: case
  activity: activity
  stage: stage
  instant: time
  actor: actor
  unit: unit
  role: role
  item: item
  region: region
stage_values: {acceptance: acceptance, review: review, approval: approval, completion: completion, other: other}
applicants:
  - kind: person
    number: number
    name: name
    role: {constant: applicant}
    facts:
"""
    + "".join(f"      {field}: {field}\n" for field in FIELDS)
    + """\
materials:
  - link: received
    separator: ";"
    title: titles
    date: dates
    form: forms
"""
)


def log_table(events: int) -> pa.Table:
    """The log in the order of time: `events` rows in about a fifth as many cases."""
    draw = np.random.default_rng(SEED)
    standards = read_standards(COMES_WITH)
    items = [one for one in standards.items if one.applicant == "person" and not any(s.window for s in one.review)]
    names = {kind.id: kind.name for kind in standards.types.types}
    cases = max(1, events // EVENTS_PER_CASE)
    of_case = draw.integers(0, len(items), cases)
    faulty = draw.random(cases) < FAULTY
    rows = _Rows(draw, [_path(item) for item in items], of_case, faulty, events)
    people = People(draw, max(1, cases // CASES_PER_PERSON))
    applicant = draw.integers(0, len(people.names), cases)
    day = draw.integers(0, 330, cases)
    titles, forms, dates = _handed_in(draw, items, names, of_case, faulty, day)
    # 1 January 2023 in China, nine o'clock; a step an hour after the one before, or on the next day.
    seconds = 1_672_502_400 + (day[rows.case] + rows.days) * 86_400 + (9 + rows.place) * 3_600
    seconds += draw.integers(0, 3_600, len(rows.case))
    order = np.argsort(seconds, kind="stable")
    case, first = rows.case[order], (rows.place == 0)[order]
    office = draw.integers(0, _OFFICES, cases)
    stage = rows.stage[order]
    # Who accepts, reviews and approves in an office are three groups of its staff.
    member = np.where(stage == 0, 0, np.where(stage == 2, 10, 5)) + draw.integers(0, 5, len(case))
    actor = office[case] * _STAFF + member

    def of_first(values: Numbers) -> pa.Array:
        return missing(taken(values, np.arange(cases)[case]), ~first)

    registered = {
        field: of_first(values) for field, values in _fields(draw, items, of_case, faulty, people, applicant)
    }
    return pa.table(
        {
            "case": numbered("SJ-", 8, case),
            "activity": taken(rows.names, rows.activity[order]),
            "stage": taken(np.array(_STAGES), stage),
            "time": times(seconds[order]),
            "actor": missing(numbered("staff", 5, actor), draw.random(len(case)) < 0.001),
            "unit": numbered("部门", 4, office[case]),
            "role": taken(np.array(["窗口人员", "审核人", "审批人", "经办人", "经办人"]), stage),
            "item": taken(np.array([item.item for item in items]), of_case[case]),
            "region": taken(REGIONS, office[case] % len(REGIONS)),
            "number": of_first(people.numbers[applicant]),
            "name": of_first(people.names[applicant]),
            **registered,
            "titles": of_first(titles),
            "dates": of_first(dates),
            "forms": of_first(forms),
        }
    )


def _path(item: ItemStandard) -> list[tuple[str, str]]:
    """Activity and stage of the events of a case that keeps to its standard."""
    steps: list[tuple[str, str]] = [(step.activity, step.stage) for step in item.review if step.required]
    if all(stage != "acceptance" for _, stage in steps):
        steps.insert(0, ("登记收件", "acceptance"))
    # A case with a review needs an approval before it is completed, and a case needs an end.
    if all(stage != "approval" for _, stage in steps):
        at = next((n for n, (_, stage) in enumerate(steps) if stage == "completion"), len(steps))
        steps.insert(at, ("签批", "approval"))
    if all(stage != "review" for _, stage in steps):
        steps.insert(next(n for n, (_, stage) in enumerate(steps) if stage == "approval"), ("核对", "review"))
    return steps if steps[-1][1] == "completion" else [*steps, ("办结归档", "completion")]


class _Rows:
    """The events of all cases: `case`, `place` in it, `activity` (a place in `names`), `stage`, and `days` waited.

    Together they are as many as asked for: calls are noted in as many cases as it takes.
    """

    def __init__(
        self,
        draw: np.random.Generator,
        paths: list[list[tuple[str, str]]],
        of_case: Numbers,
        faulty: Numbers,
        events: int,
    ) -> None:
        known = list(dict.fromkeys(name for path in paths for name, _ in path))
        self.names = np.array([*known, _NOTE])
        lengths = np.array([len(path) for path in paths])[of_case]
        fault = np.where(faulty, draw.integers(0, 6, len(of_case)), -1)
        lengths = lengths - (fault == 0)
        # A note has a case of its own share; where the paths are too long already the log is longer.
        more = max(0, events - int(lengths.sum()))
        noted = np.bincount(draw.integers(0, len(of_case), more), minlength=len(of_case))
        case, activity, stage, place, days = [], [], [], [], []
        waits = draw.integers(0, 10, len(of_case))
        drawn = draw.integers(1, 100, len(of_case))
        for n, (which, of, notes, wait, how) in enumerate(
            zip(of_case.tolist(), fault.tolist(), noted.tolist(), waits.tolist(), drawn.tolist(), strict=True)
        ):
            path = [(known.index(name), _STAGES.index(said)) for name, said in paths[which]]
            if of == 0:
                path.pop(how % (len(path) - 1))
            elif of == 1:
                at = how % (len(path) - 1)
                path[at], path[at + 1] = path[at + 1], path[at]
            path[1:1] = [(len(known), 4)] * notes
            late = 0
            for at, (name, said) in enumerate(path):
                # One wait of a day in a few cases; a late one of months.
                late += (wait == 0 and at == 2 and len(path) > 4) + (100 if of == 2 and at == len(path) - 1 else 0)
                case.append(n)
                activity.append(name)
                stage.append(said)
                place.append(at)
                days.append(late)
        self.case, self.activity, self.stage = np.array(case), np.array(activity), np.array(stage)
        self.place, self.days = np.array(place), np.array(days)
        # A standard of one day is kept on the day.
        self.days[(self.days < 100) & np.isin(of_case[self.case], self._tight(paths))] = 0

    @staticmethod
    def _tight(paths: list[list[tuple[str, str]]]) -> list[int]:
        return [n for n, path in enumerate(paths) if len(path) <= 4]


def _handed_in(
    draw: np.random.Generator,
    items: list[ItemStandard],
    names: dict[str, str],
    of_case: Numbers,
    faulty: Numbers,
    day: Numbers,
) -> tuple[Numbers, Numbers, Numbers]:
    """Titles, forms and dates of what is handed in, divided by semicolons; of faulty cases one in three lacks a
    record or has a copy for an original."""
    asked = [[one for one in item.materials if one.required] for item in items]
    titles = np.array([[names[one.type] for one in of] for of in asked], dtype=object)
    fault = np.where(faulty, draw.integers(0, 9, len(of_case)), -1)
    dated = np.char.replace((np.datetime64("2023-01-01") + day - draw.integers(0, 20, len(day))).astype(str), "-", "")
    texts: list[tuple[str, str, str]] = []
    for which, what, of_day in zip(of_case.tolist(), fault.tolist(), dated.tolist(), strict=True):
        of = asked[which]
        forms = ["复印件" if one.form == "copy" or what == 1 else "原件" for one in of]
        kept = slice(1, None) if what == 0 else slice(None)
        texts.append((";".join(titles[which][kept]), ";".join(forms[kept]), ";".join([of_day] * len(of[kept]))))
    columns = list(zip(*texts, strict=True))
    return np.array(columns[0]), np.array(columns[1]), np.array(columns[2])


def _fields(
    draw: np.random.Generator,
    items: list[ItemStandard],
    of_case: Numbers,
    faulty: Numbers,
    people: People,
    applicant: Numbers,
) -> list[tuple[str, Numbers]]:
    """The registered fields of each case, empty where its item does not ask; of faulty cases one in six lacks one."""
    said = {
        "gender": people.genders[applicant],
        "birth_date": people.birth_dates[applicant],
        "phone": people.phones[applicant],
        "address": np.char.add("建国路", np.char.add((applicant % 900 + 1).astype(str), "号")),
        "bank_account": np.char.add("6222", np.char.zfill(applicant.astype(str), 12)),
        "school": np.char.add("第", np.char.add((applicant % 40 + 1).astype(str), "中学")),
        "employer": np.char.add(np.char.add("第", (applicant % 2_000 + 1).astype(str)), "机械厂"),
        "work_start": np.full(len(applicant), "19990901"),
        "injured_on": np.full(len(applicant), "20221120"),
    }
    lost = np.where(faulty, draw.integers(0, 6 * len(FIELDS), len(of_case)), -1)
    columns = []
    for n, field in enumerate(FIELDS):
        asks = np.array([any(one.field == field for one in item.registration) for item in items])[of_case]
        columns.append((field, np.where(asks & (lost != n), said[field], "")))
    return columns


def write(folder: Path, events: int) -> list[Path]:
    """Writes the log below `folder`: all but its last thousand events in files of at most 250,000, and these.

    The last file is what a day brings to an archive that holds the others.
    """
    log = log_table(events)
    later = min(1_000, log.num_rows // 2)
    until = log.num_rows - later
    parts = [log.slice(start, min(AT_ONCE, until - start)) for start in range(0, until, AT_ONCE)]
    names = [f"log{n + 1}.csv" for n in range(len(parts))]
    quoting = pyarrow.csv.WriteOptions(quoting_style="needed")
    folder.mkdir(parents=True, exist_ok=True)
    for name, table in zip([*names, "later.csv"], [*parts, log.slice(until)], strict=True):
        pyarrow.csv.write_csv(table, folder / name, quoting)
        (folder / name).with_suffix(".yaml").write_text(MAPPING, encoding="utf-8")
    return [folder / name for name in (*names, "later.csv")]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--events", type=int, default=1_000_000)
    options = parser.parse_args()
    for path in write(options.folder, options.events):
        print(path)


if __name__ == "__main__":
    main()
