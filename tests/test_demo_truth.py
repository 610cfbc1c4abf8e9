"""The truth about the demo archive against what the archive answers, by the rules of docs/demo.md.

The archive has 200 people, or as many as the environment variable DOSSIER_DEMO_PEOPLE says.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from demo.archive import write
from graph.chain import chain
from graph.dossier import Dossier
from graph.dossier_materials import MaterialOfSubject
from graph.in_force import SourceRow
from graph.library import library
from graph.matters import matter_chain
from graph.reuse import MaterialAnswer
from graph.subjects import find_subject
from graph.viewer import LOCAL_OPERATOR
from tests.archives import archive, last
from tests.demo_archives import PEOPLE, Demo, load_demo

pytestmark = pytest.mark.slow
SHEET = 1_048_576
CHINA = timezone(timedelta(hours=8))
Place = tuple[str, str, int]


@dataclass(frozen=True)
class Answer:
    """What a dossier says of what the truth tells: its cases and the rows about it (`told`), the cases, the values
    by the places that state them of each contradicted field, and the records that are about the subject."""

    label: str
    told: frozenset[str | Place]
    cases: dict[str, Any]
    contradicted: dict[str, tuple[str | None, dict[str | None, set[Place]]]]
    records: dict[Place, tuple[str, dict[str, Any]]]


@pytest.fixture(scope="module", params=[PEOPLE])
def demo(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    folder = tmp_path_factory.mktemp("demo")
    with archive(f"duckdb:///{folder / 'archive.duckdb'}") as (store, settings):
        yield load_demo(write(folder, request.param), store, settings)


@pytest.fixture(scope="module")
def sheets(demo: Demo) -> dict[str, list[str]]:
    """The sheets of each workbook, in their order."""
    found: dict[str, list[str]] = defaultdict(list)
    for row in demo.truth("catalogue").values():
        if row["sheet"] not in found[row["file"]]:
            found[row["file"]].append(row["sheet"])
    return found


def place(source: SourceRow, sheets: dict[str, list[str]]) -> Place:
    """File, sheet and row of a source row, as the truth writes them."""
    assert source.row is not None
    if source.file.endswith(".csv"):
        return f"cases/{source.file}", "", source.row
    file = f"catalogue/{source.file}"
    return file, sheets[file][(source.row - 1) // SHEET], (source.row - 1) % SHEET + 1


@pytest.fixture(scope="module")
def answers(demo: Demo, sheets: dict[str, list[str]]) -> dict[str, Answer]:
    """What everybody's dossier says, by id."""
    return {one.id: answer_of(one, sheets) for one in demo.dossiers()}


def answer_of(one: Dossier, sheets: dict[str, list[str]]) -> Answer:
    records = {place(m.source, sheets): (m.id, said_of(m)) for m in one.materials if m.about}
    contradicted = {}
    for field in (field for field in one.fields if field.contradicted):
        values = defaultdict(set)
        for said in field.statements:
            values[as_day(field.field, said.value)].add(place(said.source, sheets))
        contradicted[field.field] = as_day(field.field, field.value), dict(values)
    assert {*contradicted} == {*one.contradictions}
    told = frozenset({*(case.id for case in one.cases), *records})
    return Answer(one.label, told, cases_of(one), contradicted, records)


def told_place(told: dict[str, Any]) -> Place:
    return told["file"], told["sheet"], told["row"]


@pytest.fixture(scope="module")
def ids(demo: Demo, answers: dict[str, Answer]) -> dict[str, str]:
    """The id of each subject, told by the cases to which it applied and the rows that are about it."""
    told: dict[str, set[str | Place]] = defaultdict(set)
    for case_id, case in demo.truth("cases").items():
        told[case["subject"]].add(case_id)
        if case["employer"]:
            told[case["employer"]].add(case_id)
    for row in demo.truth("catalogue").values():
        told[row["subject"]].add(told_place(row))
    silent = {one["subject"] for one in demo.truth("organisations").values()} - told.keys()
    assert not silent
    assert sorted(map(by_text, told.values())) == sorted(by_text(one.told) for one in answers.values())
    found = {one.told: id_ for id_, one in answers.items()}
    assert len(found) == len(answers)
    return {subject: found[frozenset(of)] for subject, of in told.items()}


def by_text(of: Iterable[str | Place]) -> list[str]:
    return sorted(map(str, of))


def test_who_is_who(demo: Demo, ids: dict[str, str]) -> None:
    nodes = demo.store.counts(last(demo.store)).nodes
    assert (nodes["Person"], nodes["Organisation"]) == (
        sum(subject.startswith("person:") for subject in ids),
        sum(subject.startswith("organisation:") for subject in ids),
    )
    written = [
        (number, one["subject"])
        for one in (*demo.truth("people").values(), *demo.truth("organisations").values())
        if one["subject"] in ids
        for number in one["numbers"]
        if not (one["subject"].startswith("person:") and is_wrong(demo, number))
    ]
    assert {len(unicodedata.normalize("NFKC", number)) for number, _ in written} == {15, 18}
    assert any(not number.isascii() for number, _ in written)
    load = last(demo.store)
    assert {number: find_subject(demo.store, number, load).id for number, _ in written} == {
        number: ids[subject] for number, subject in written
    }


def is_wrong(demo: Demo, number: str) -> bool:
    return any(f["kind"] == "number_checksum" and number in f["why"] for f in demo.truth("faults"))


def test_the_cases_of_everybody(demo: Demo, answers: dict[str, Answer], ids: dict[str, str]) -> None:
    told: dict[str, dict[str, Any]] = defaultdict(dict)
    for case_id, case in demo.truth("cases").items():
        kinds = {m["material"]: m["form"] for m in case["materials"]}
        said = {
            "item": case["item"],
            "accepted": moment(case["accepted"]),
            "status": case["status"],
            "region": case["region"],
            "channel": case["channel"],
            "source": (case["file"], case["row"]),
            "events": sorted(
                (moment(e["at"]), e["activity"], e["stage"], e["outcome"], sorted([*e["received"], *e["produced"]]))
                for e in case["events"]
            ),
            "materials": kinds,
        }
        told[ids[case["subject"]]][case_id] = ["applicant"], said
        if case["employer"]:
            told[ids[case["employer"]]][case_id] = ["employer"], said
    assert {id_: one.cases for id_, one in answers.items() if one.cases} == told


def cases_of(one: Dossier) -> dict[str, Any]:
    forms = {m.id: m.form for m in one.materials}
    received = defaultdict(dict)
    for material in one.materials:
        for submission in material.submissions:
            received[submission.case_id][material.id] = forms[material.id]
    return {
        case.id: (
            case.roles,
            {
                "item": case.item_id,
                "accepted": moment(case.accepted_at),
                "status": case.status,
                "region": case.region,
                "channel": case.channel,
                "source": (f"cases/{case.source.file}", min(e.source.row or 0 for e in case.events)),
                "events": sorted(
                    (moment(e.at), e.activity, e.stage, e.outcome or "", sorted(e.materials)) for e in case.events
                ),
                "materials": received[case.id],
            },
        )
        for case in one.cases
    }


def moment(text: str | None) -> float:
    """Seconds of an instant, 0 for none."""
    if text is None:
        return 0.0
    at = datetime.fromisoformat(text)
    return (at if at.tzinfo else at.replace(tzinfo=CHINA)).timestamp()


def test_joint_matters(demo: Demo) -> None:
    """Both cases of each matter in one chain, whose events are theirs in order of time; and each names the other."""
    told, cases = demo.truth("matters"), demo.truth("cases")
    assert demo.store.counts(last(demo.store)).nodes["Matter"] == len(told) > 0
    assert demo.store.counts(last(demo.store)).relationships["PART_OF"] == sum(len(m["cases"]) for m in told.values())
    for number, one in told.items():
        answer = matter_chain(demo.store, LOCAL_OPERATOR, number)
        assert (answer.name, [case.id for case in answer.cases]) == (number, one["cases"])
        assert sorted({case.region or "" for case in answer.cases}) == one["regions"] and len(one["regions"]) == 2
        assert sorted({unit.name or "" for e in answer.events for unit in e.event.units}) == one["units"]
        events = Counter((e.event.activity, e.event.outcome or "", *e.cases) for e in answer.events)
        assert events == Counter(
            (e["activity"], e["outcome"], id_) for id_ in one["cases"] for e in cases[id_]["events"]
        )
        instants = [e.event.at_ms for e in answer.events if e.event.at_ms is not None]
        assert instants == sorted(instants)
        statuses = {cases[id_]["status"] for id_ in one["cases"]}
        assert answer.status == ("open" if "open" in statuses else "closed")
        for id_ in one["cases"]:
            (matter,) = chain(demo.store, LOCAL_OPERATOR, id_).matters
            assert (matter.id, matter.name) == (f"matter:{number}", number)
            assert {*matter.cases, id_} == set(one["cases"])
    apart = next(id_ for id_ in cases if all(id_ not in one["cases"] for one in told.values()))
    assert chain(demo.store, LOCAL_OPERATOR, apart).matters == []


def test_contradictions(demo: Demo, answers: dict[str, Answer], ids: dict[str, str]) -> None:
    told = {
        (ids[one["subject"]], one["field"]): (
            one["prevails"],
            {value: {told_place(where) for where in places} for value, places in one["values"].items()},
        )
        for one in demo.truth("contradictions")
    }
    assert {(id_, field): of for id_, one in answers.items() for field, of in one.contradicted.items()} == told
    assert {field for _, field in told} == {"name", "birth_date", "gender"}


def as_day(field: str, value: str | None) -> str | None:
    if field != "birth_date" or value is None:
        return value
    digits = value.replace("-", "")
    return f"{digits[:4]}-{digits[4:6]}-{digits[6:]}"


@pytest.fixture(scope="module")
def types(demo: Demo) -> dict[str, str]:
    """The type of each kind, by its name."""
    return {kind["kind"]: kind["type"] for kind in demo.truth("kinds")["kinds"]}


def test_reuse_of_every_pair(
    demo: Demo, answers: dict[str, Answer], ids: dict[str, str], types: dict[str, str]
) -> None:
    told = demo.truth("reuse")
    reasons: Counter[str] = Counter()
    for subject, id_ in ids.items():
        answered = {
            item: ({m.type_id: verdict(m) for m in one.materials if m.required}, one.required_on_file, one.required)
            for item, one in demo.reuse(id_, answers[id_].label).items()
        }
        of = told.get(subject) or with_nothing(told, subject)
        assert answered == {item: (told_verdicts(one, types), *one["share"]) for item, one in of.items()}, subject
        reasons.update(v if isinstance(v, str) else "on file" for of, *_ in answered.values() for v in of.values())
    assert set(reasons) == {"on file", "none", "expired", "wrong form", "contradicted"}
    silent = [of for subject, of in told.items() if subject not in ids]
    assert all(one["on_file"] == {} and one["to_submit"].keys() == {"none"} for of in silent for one in of.values())


def with_nothing(told: dict[str, Any], subject: str) -> dict[str, Any]:
    """The answers for one of whom there is no record of any kind: they are not told."""
    like = next(of for other, of in told.items() if other.split(":")[0] == subject.split(":")[0])
    kinds = {
        item: [*one["on_file"], *(k for of in one["to_submit"].values() for k in of)] for item, one in like.items()
    }
    return {item: {"share": [0, len(of)], "on_file": {}, "to_submit": {"none": of}} for item, of in kinds.items()}


def verdict(answer: MaterialAnswer) -> Any:
    if answer.reason:
        return answer.reason
    assert answer.material is not None
    return "on file", answer.material.id, answer.material.case_id, first_day(answer.material.date or "")


def told_verdicts(told: dict[str, Any], types: dict[str, str]) -> dict[str, Any]:
    on_file = {types[kind]: ("on file", *one) for kind, one in told["on_file"].items()}
    return on_file | {types[kind]: reason for reason, kinds in told["to_submit"].items() for kind in kinds}


def first_day(written: str) -> str:
    """The first day that a date of a record can mean."""
    digits = unicodedata.normalize("NFKC", written).replace("-", "")
    return f"{digits[:4]}-{digits[4:6].replace('00', '01')}-{digits[6:].replace('00', '01')}"


def test_library(demo: Demo, types: dict[str, str]) -> None:
    answer = library(demo.store, LOCAL_OPERATOR)
    told = demo.truth("library")
    assert {
        t.id: {"submitted": t.submitted, "people": t.persons, "organisations": t.organisations, "again": t.again}
        for t in answer.types
        if t.submitted
    } == {types[kind]: use for kind, use in told["kinds"].items()}
    named = {name: kind["type"] for kind in demo.truth("kinds")["kinds"] for name in kind["names"]}
    titles = [m["title"] for case in demo.truth("cases").values() for m in case["materials"]]
    titles += [row["title"] or None for row in demo.truth("catalogue").values()]
    assert {t.id: t.records for t in answer.types if t.records} == Counter(named[t] for t in titles if t in named)
    unknown = Counter(title for title in titles if title not in named)
    ordered = sorted(unknown.items(), key=lambda pair: (-pair[1], pair[0] or ""))
    assert [(one.title, one.records) for one in answer.unclassified] == ordered[:100]
    assert answer.titles_left_off == len(ordered[100:])
    assert answer.records_unclassified == unknown.total()
    assert answer.submitted_unclassified == sum(told["unclassified"].values())


def test_rows_of_the_catalogue(demo: Demo, answers: dict[str, Answer]) -> None:
    records = {at: of for one in answers.values() for at, of in one.records.items()}
    content = {r["id"]: r for r in demo.store.contents("Material", sorted(id_ for id_, _ in records.values()))}
    missing = {fault["efile"] for fault in demo.truth("faults") if fault["kind"] == "file_missing"}
    places = defaultdict(set)
    for row in demo.truth("catalogue").values():
        places[volume_of(row)].add((volume_of(row), row["box"], row["shelf"], row["room"]))
    assert {
        at: said | {n: content[id_][n] for n in ("class", "retention")} for at, (id_, said) in records.items()
    } == {
        told_place(row): {
            "title": row["title"] or None,
            "archive_no": row["archive_no"],
            "date": unicodedata.normalize("NFKC", row["date"]),
            "pages": row["pages"],
            "form": row["form"],
            "class": row["class"],
            "retention": row["retention"] or None,
            "places": sorted(places[volume_of(row)]),
            "files": sorted(digests(demo, row["efile"]) if row["efile"] and row["efile"] not in missing else []),
        }
        for row in demo.truth("catalogue").values()
    }


def said_of(material: MaterialOfSubject) -> dict[str, Any]:
    return {
        **{name: getattr(material, name) for name in ("title", "archive_no", "date", "pages", "form")},
        "places": sorted((p.volume, p.box, p.shelf, p.room) for p in material.places),
        "files": sorted((file.sha256, file.size) for file in material.files),
    }


def volume_of(row: dict[str, Any]) -> str:
    """The code of a volume by docs/catalogue.md."""
    code = row["archive_no"].rpartition("-")[0]
    return str(code if code.endswith(row["volume"]) else row["volume"])


def digests(demo: Demo, efile: str) -> list[tuple[str, int]]:
    content = (demo.written.folder / efile).read_bytes()
    return [(hashlib.sha256(content).hexdigest(), len(content))]


def test_everything_is_loaded_and_what_is_wrong_is_said(demo: Demo) -> None:
    assert {r.source: (r.quarantined, r.unchanged, r.withdrawn) for r in demo.reports.values()} == dict.fromkeys(
        demo.reports, (0, 0, 0)
    )
    told = demo.truth("archive")
    rows = {name.split("/")[1]: of["rows"] for name, of in told["event_files"].items()}
    rows |= {name.split("/")[1]: sum(of.values()) for name, of in told["catalogue_rows"].items()}
    assert {r.source: r.rows_in for r in demo.reports.values() if r.source != "standards"} == rows


IN_TWO_BOXES = r"[\d,]+ Volume codes stand in more than one Box; all places are kept\."
ONLY_MORE = r"The same kinds of fault are in .* more .*|Contradiction: [\d,]+ more persons .*"
REMARKS = {
    "date_impossible": r"The date cannot be read and is kept as it stands in (?P<places>.*)\.",
    "archive_no_twice": r"[\d,]+ 档号 stand on several rows with different content; .*, in (?P<places>.*)\.",
    "file_missing": r"(?P<places>sheet '.*' row \d+): the file '(?P<file>.*)' is not there\.",
    "file_unlisted": r"Files in the folder that belong to no record of the catalogue: [\d,]+ \((?P<file>.*)\)\.",
    "image_damaged": r"The file '(?P<file>.*)' is an image that cannot be read \(.*\); it is kept with its digest\.",
    "pdf_damaged": r"The file '(?P<file>.*)' is a PDF that cannot be read \(.*\); it is kept with its digest\.",
    "file_empty": r"The file '(?P<file>.*)' is empty; it is kept with its digest\.",
    "file_not_what_it_says": r"The file '(?P<file>.*)' is called \.\w+ and is text/plain; it is kept .*\.",
    "contradiction": r"Contradiction: one person has 2 different statements of the name, .*, in (?P<places>.*)\.",
}


# A report names the first of many, and says how many more there are.
MORE = re.compile(r"\band ([\d,]+) more\b|^The same kinds of fault are in ([\d,]+) more\b|: ([\d,]+) more persons\b")


def test_planted_faults_of_the_catalogue_are_reported(demo: Demo) -> None:
    said, told = said_remarks(demo), told_remarks(demo)
    assert all(found <= told[key] for key, found in said.items())
    for name in ("personnel.xlsx", "business.xlsx"):
        of_told, of_said = (sum(of[key].total() for key in of if key[0] == name) for of in (told, said))
        assert of_told - of_said == left_off(demo.reports[name].remarks), name
    in_two = [f for f in demo.truth("faults") if f["kind"] == "volume_in_two_boxes"]
    assert f"{len(in_two):,} Volume codes stand in more than one Box; all places are kept." in [
        remark for report in demo.reports.values() for remark in report.remarks
    ]


def said_remarks(demo: Demo) -> dict[tuple[str, str], Counter[Any]]:
    """What loading reported of the catalogues: file by file and kind by kind, the places or names of files."""
    numbers = {told_place(row): row["archive_no"] for row in demo.truth("catalogue").values()}
    said: dict[tuple[str, str], Counter[Any]] = defaultdict(Counter)
    for name in ("personnel.xlsx", "business.xlsx"):
        for remark in demo.reports[name].remarks:
            if re.fullmatch(IN_TWO_BOXES, remark) or re.fullmatch(ONLY_MORE, remark):
                continue
            kind, found = next((k, m) for k, p in REMARKS.items() if (m := re.fullmatch(p, remark)))
            parts = found.groupdict()
            files = re.findall(r"[^', ]+\.\w+", parts.get("file") or "")
            places = re.findall(r"sheet '(.*?)' row (\d+)", parts.get("places") or "")
            about = files or [(sheet, int(row)) for sheet, row in places]
            if kind == "archive_no_twice":
                about = [numbers[f"catalogue/{name}", *at] for at in about]
            said[name, kind].update([tuple(about)] if kind == "contradiction" else about)
    return dict(said)


def left_off(remarks: Iterable[str]) -> int:
    """How many more there are than the remarks name."""
    found = (part for remark in remarks for groups in MORE.findall(remark) for part in groups if part)
    return sum(int(part.replace(",", "")) for part in found)


def told_remarks(demo: Demo) -> dict[tuple[str, str], Counter[Any]]:
    """What loading has to report: file by file and kind by kind, the places or names of files."""
    catalogue = demo.truth("catalogue")
    told: dict[tuple[str, str], Counter[Any]] = defaultdict(Counter)
    # Two faults of another kind can come to the same number too.
    numbers = Counter((row["file"].split("/")[1], row["archive_no"]) for row in catalogue.values())
    for (name, number), rows in numbers.items():
        if rows > 1:
            told[name, "archive_no_twice"][number] += rows - 1
    for fault in demo.truth("faults"):
        if fault["kind"] not in REMARKS:
            continue
        if fault["kind"] == "archive_no_twice":
            assert numbers["personnel.xlsx", catalogue[fault["record"]]["archive_no"]] > 1
            continue
        if fault["efile"]:
            _, folder, path = fault["efile"].split("/", 2)
            told[f"{folder}.xlsx", fault["kind"]][path] += 1
        else:
            told[fault["file"].split("/")[1], fault["kind"]][fault["sheet"], fault["row"]] += 1
    for one in demo.truth("contradictions"):
        for file in ("catalogue/personnel.xlsx", "catalogue/business.xlsx"):
            firsts = [
                next(((w["sheet"], w["row"]) for w in places if w["file"] == file), None)
                for places in one["values"].values()
            ]
            if None not in firsts and len(firsts) > 1:
                told[file.split("/")[1], "contradiction"][tuple(firsts)] += 1
    return dict(told)


MISSING = {"actor_missing": {"actor": 1}, "undated": {"instant": 1}}


def test_chains_of_cases_with_a_fault(demo: Demo) -> None:
    told = demo.truth("cases")
    faults = [f for f in demo.truth("faults") if f["record"] in told]
    for fault in faults:
        case = told[fault["record"]]
        answer = chain(demo.store, LOCAL_OPERATOR, fault["record"])
        assert answer.status == case["status"]
        assert sorted(
            (e.activity, e.at_ms or 0, [a.name for a in e.actors], [u.name for u in e.units]) for e in answer.events
        ) == sorted(
            (e["activity"], round(1000 * moment(e["at"])), [e["actor"]] if e["actor"] else [], [e["unit"]])
            for e in case["events"]
        ), fault
        assert answer.missing == MISSING.get(fault["kind"], {}), fault
    assert len({f["kind"] for f in faults}) > 40
