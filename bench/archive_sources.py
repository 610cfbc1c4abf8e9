"""The sources of an archive of many people: catalogues and event logs as CSV, always the same for the same number.

Run as `python -m bench.archive_sources FOLDER --people N`. Each person has a volume with about three records and
four cases; each case five events and one or two materials that its first event received. Every file has its mapping
beside.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from bench.events import REGIONS, ROLES, STEPS, Numbers, lengths, missing, numbered, taken, times
from etl.standards_source import COMES_WITH, Standards, read_standards

CASES, EVENTS, RECORDS, RECEIVED = 4, 20, 3.2, 1.2
PARTS = 4
SEED = 20260
_WEIGHTS = np.array((7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2))
_CHECK = np.array(list("10X98765432"))
_FAMILY = np.array(list("王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗"))
_GIVEN = np.array([a + b for a in "伟芳娜敏静丽强磊军洋" for b in "华明英杰平文玉春红国"])
_EDUCATION = np.array(["初中", "高中", "大专", "本科", "研究生"])
_UNKNOWN_TITLES = np.array(["情况说明", "补充材料", "其他证明", "谈话记录"])
_FORMS = np.array(["原件", "原件", "复印件", "电子证照"])

CATALOGUE = "system: records\ncatalogue: {}\n"
LOG = """\
system: counter
columns:
  case: case
  activity: activity
  instant: time
  actor: actor
  unit: unit
  role: role
  item: item
  channel: channel
  region: region
  outcome: outcome
case_columns: [application_no]
applicants:
  - kind: person
    number: number
    name: name
    role: {constant: applicant}
    facts: {phone: phone}
materials:
  - link: received
    separator: ";"
    title: titles
    date: dates
    form: forms
"""


class People:
    """Numbers, names and dates of birth, by the place of a person."""

    def __init__(self, draw: np.random.Generator, count: int) -> None:
        place = np.arange(count)
        days = np.datetime64("1950-01-01") + place * 7919 % 18_000
        self.birth_dates = np.char.replace(days.astype(str), "-", "")
        serial = place // 18_000 * 10 + draw.integers(0, 10, count)
        regions = REGIONS[draw.integers(0, len(REGIONS), count)]
        self.numbers = _checked(
            np.char.add(np.char.add(regions, self.birth_dates), np.char.zfill(serial.astype(str), 3))
        )
        self.genders = np.where(serial % 2, "男", "女")
        family, given = (draw.integers(0, len(parts), count) for parts in (_FAMILY, _GIVEN))
        self.names = np.char.add(_FAMILY[family], _GIVEN[given])
        self.phones = np.char.add("138", np.char.zfill(place.astype(str), 8))


def _checked(bodies: Numbers) -> Numbers:
    """Identity numbers with their check characters, from the first 17 digits."""
    digits = np.array([list(body) for body in bodies.tolist()], np.int64)
    checked: Numbers = np.char.add(bodies, _CHECK[digits @ _WEIGHTS % 11])
    return checked


def catalogue_table(people: int, standards: Standards) -> pa.Table:
    """The catalogue: one volume a person, with the registration data in its first record.

    One name in a hundred is another than the person's, and one title in ten that of no type.
    """
    draw = np.random.default_rng(SEED)
    known = People(draw, people)
    rows = round(people * RECORDS)
    counts = 1 + draw.multinomial(rows - people, np.full(people, 1 / people))
    person = np.repeat(np.arange(people), counts)
    place = np.arange(rows) - np.repeat(np.cumsum(counts) - counts, counts)
    first = place == 0
    titles = np.array([name for kind in standards.types.types for name in (kind.name, *kind.synonyms)])
    chosen = np.where(
        draw.random(rows) < 0.1,
        _UNKNOWN_TITLES[draw.integers(0, len(_UNKNOWN_TITLES), rows)],
        titles[draw.integers(0, len(titles), rows)],
    )
    names = np.where(draw.random(rows) < 0.01, np.char.add(known.names[person], "一"), known.names[person])
    days = np.datetime64("1995-01-01") + draw.integers(0, 10_900, rows)
    volume = numbered("", 6, person)

    def of_first(values: Numbers) -> pa.Array:
        return missing(taken(values, person), ~first)

    return pa.table(
        {
            "档号": pc.binary_join_element_wise("RS", volume, numbered("", 3, place + 1), "-"),
            "题名": _texts(chosen),
            "日期": _texts(np.char.replace(days.astype(str), "-", "")),
            "页数": numbered("", 1, draw.integers(1, 12, rows)),
            "保管期限": _texts(np.full(rows, "永久")),
            "形式": taken(_FORMS, draw.integers(0, len(_FORMS), rows)),
            "身份证号": taken(known.numbers, person),
            "姓名": _texts(names),
            "性别": of_first(known.genders),
            "出生日期": of_first(known.birth_dates),
            "学历": of_first(_EDUCATION[draw.integers(0, len(_EDUCATION), people)]),
            "联系电话": of_first(known.phones),
            "案卷号": volume,
            "盒号": numbered("H", 5, person // 20),
            "架号": numbered("J", 4, person // 800),
            "库房": numbered("库房", 2, person // 16_000),
        }
    )


def log_table(people: int, standards: Standards) -> pa.Table:
    """The log of all cases over twenty years, in the order of time; `part` is the file in which a case stands.

    The first event of a case names its applicant and the titles of what was received, as the item asks for it.
    """
    draw = np.random.default_rng(SEED)
    known = People(draw, people)
    cases, events = people * CASES, people * EVENTS
    each = lengths(draw, events, cases)
    case = np.repeat(np.arange(cases), each)
    place = np.arange(events) - np.repeat(np.cumsum(each) - each, each)
    first, last = place == 0, place == each[case] - 1
    day = np.sort(draw.integers(0, 7_200, cases))
    waited = np.cumsum(draw.integers(0, 4, events))
    # From 1 January 2006 in China; each event of a case in a later hour than the one before.
    seconds = 1_136_044_800 + (day[case] + waited - waited[first][case]) * 86_400
    seconds += (8 + place) * 3_600 + draw.integers(0, 3_600, events)
    step = np.where(last, len(STEPS) - 1, np.minimum(place + draw.integers(0, 2, events), len(STEPS) - 2))
    step[first] = 1
    unit = draw.integers(0, 200, cases)
    applicant = draw.integers(0, people, cases)
    item, titles, dates, forms = _received(draw, cases, day, standards)
    order = np.argsort(seconds, kind="stable")
    case, first, last, step, seconds = (column[order] for column in (case, first, last, step, seconds))

    def of_first(values: Numbers, of_case: Numbers) -> pa.Array:
        return missing(taken(values, of_case[case]), ~first)

    own = np.arange(cases)
    actor = unit[case] * 15 + draw.integers(0, 15, events)
    return pa.table(
        {
            "part": pa.array(case * PARTS // cases),
            "case": numbered("BJ-", 8, case),
            "activity": taken(STEPS, step),
            "time": times(seconds),
            "actor": numbered("staff", 5, actor),
            "unit": numbered("部门", 4, unit[case]),
            "role": taken(ROLES, step % len(ROLES)),
            "item": taken(item, case),
            "channel": taken(np.array(["窗口", "网上"]), case % 2),
            "region": taken(REGIONS, case % len(REGIONS)),
            "outcome": missing(taken(np.array(["通过", "退回"]), case % 7 // 6), ~last),
            "application_no": numbered("APP", 10, case * 7919 % 10_000_000_000),
            "number": of_first(known.numbers, applicant),
            "name": of_first(known.names, applicant),
            "phone": of_first(known.phones, applicant),
            "titles": of_first(titles, own),
            "dates": of_first(dates, own),
            "forms": of_first(forms, own),
        }
    )


def _received(
    draw: np.random.Generator, cases: int, day: Numbers, standards: Standards
) -> tuple[Numbers, Numbers, Numbers, Numbers]:
    """The item of each case, and titles, dates and forms of its materials, divided by semicolons."""
    names = {kind.id: kind.name for kind in standards.types.types}
    items = [item for item in standards.items if item.applicant == "person" and len(item.materials) > 1]
    asked = [[names[material.type] for material in item.materials] for item in items]
    chosen = draw.integers(0, len(items), cases)
    at = draw.integers(0, 1_000_000, cases)
    several = draw.random(cases) < RECEIVED - 1
    submitted = np.char.replace(
        (np.datetime64("2006-01-01") + day - draw.integers(0, 300, cases)).astype(str), "-", ""
    )
    titles: list[str] = []
    for item, place, two in zip(chosen.tolist(), at.tolist(), several.tolist(), strict=True):
        of = asked[item]
        titles.append(";".join((of[place % len(of)], of[(place + 1) % len(of)]) if two else (of[place % len(of)],)))
    forms = _FORMS[draw.integers(0, len(_FORMS), cases)]
    twice = [np.where(several, np.char.add(np.char.add(of, ";"), of), of) for of in (submitted, forms)]
    return np.array([item.item for item in items])[chosen], np.array(titles), twice[0], twice[1]


def _texts(values: Numbers) -> pa.Array:
    return pa.array(values.astype(object), pa.string())


def write(folder: Path, people: int) -> list[Path]:
    """Writes the sources below `folder`, in the order in which they are to be loaded."""
    standards = read_standards(COMES_WITH)
    catalogue, log = catalogue_table(people, standards), log_table(people, standards)
    half = catalogue.num_rows // 2
    tables = {"records1.csv": catalogue.slice(0, half), "records2.csv": catalogue.slice(half)}
    for part in range(PARTS):
        tables[f"log{part + 1}.csv"] = log.filter(pc.equal(log["part"], part)).drop_columns("part")
    quoting = pyarrow.csv.WriteOptions(quoting_style="needed")
    folder.mkdir(parents=True, exist_ok=True)
    for name, table in tables.items():
        pyarrow.csv.write_csv(table, folder / name, quoting)
        mapping = CATALOGUE if name.startswith("records") else LOG
        (folder / name).with_suffix(".yaml").write_text(mapping, encoding="utf-8")
    return [folder / name for name in tables]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--people", type=int, default=50_000)
    options = parser.parse_args()
    for path in write(options.folder, options.people):
        print(path)


if __name__ == "__main__":
    main()
