"""The faults planted in a demo archive against what the system says: planted, found, missed and false, by kind.

`python -m tests.planted_faults` writes the table into docs/demo.md.
"""

from __future__ import annotations

import shutil
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from cli.demo import load_sources
from demo.archive import Archive, write
from demo.faults import FAULT_KINDS
from etl.check_run import CheckRequest, run_checks
from etl.standards_load import load_standards
from etl.standards_source import COMES_WITH
from graph import clock
from graph.audit.run import Scope, audit
from graph.checks.results import CheckFilter, checks
from graph.conformance import conformance_of
from graph.days import number_of
from graph.dossier import Dossier
from graph.reconcile import Kind, differences
from graph.store import Store
from graph.viewer import LOCAL_OPERATOR
from graph.working_days import WorkingDays
from tests.archives import archive
from tests.demo_archives import LAST_DAY, Demo
from tests.test_audit_of_sources import cases_by_rule, own
from tests.test_demo_truth import answer_of, said_remarks, told_place

DOCS = Path(__file__).parents[1] / "docs" / "demo.md"
BEGIN, END = "<!-- planted faults: begin -->", "<!-- planted faults: end -->"
PEOPLE = 200
HOUSE: dict[str, dict[str, dict[str, list[str]]]] = {
    "work-injury-recognition": {"认定决定": {"by": ["审批人"], "produces": ["injury-decision"]}},
    "labour-capacity-appraisal": {"作出结论": {"by": ["审批人"], "produces": ["capacity-conclusion"]}},
    "employment-hardship-recognition": {"终审认定": {"by": ["审批人"]}, "复审": {"not_by_same_as": ["初审"]}},
    "retirement-approval": {"核准": {"by": ["审批人"]}},
    "public-post-subsidy": {"复核": {"not_by_same_as": ["核查"]}},
    "startup-loan": {"诚信审查": {"not_by_same_as": ["初审"]}},
}
"""What the guides do not say and a house would add to its standards: item -> step -> parameters."""


@dataclass(frozen=True)
class Seen:
    """By which sign a kind of fault is found, and which others are its consequences and no false ones."""

    sign: str
    also: tuple[str, ...] = ()


_STEP, _LIMIT, _CASE_LIMIT = "standard: step", "standard: limit", "standard: case limit"
SIGNS: dict[str, Seen] = {
    "name_differs": Seen("dossier: contradicted name"),
    "catalogue_name_differs": Seen("dossier: contradicted name"),
    "birth_date_contradicts_number": Seen("dossier: contradicted birth_date"),
    "gender_differs": Seen("dossier: contradicted gender"),
    "number_checksum": Seen("dossier: a case of its own"),
    "number_15_digits": Seen("dossier: one person"),
    "number_full_width": Seen("dossier: one person"),
    "actor_missing": Seen("audit: no-actor", ("standard: incomplete record",)),
    "actor_unknown": Seen("audit: unknown-actor"),
    "wrong_role": Seen("standard: actor"),
    "same_reviewer": Seen("standard: same person"),
    "four_eyes": Seen("audit: four-eyes"),
    "acceptance_missing": Seen("audit: missing-acceptance", (_STEP,)),
    "step_skipped": Seen("audit: missing-review", (_STEP,)),
    "approval_missing": Seen("audit: missing-approval", (_STEP,)),
    "step_left_out": Seen(_STEP),
    "event_out_of_order": Seen("audit: step-order", ("standard: order",)),
    "steps_swapped": Seen("standard: order", (_LIMIT,)),
    "event_repeated": Seen("audit: repeated-event"),
    "rework": Seen("audit: rework"),
    "back_to_review": Seen("audit: returned-to-review", ("audit: rework",)),
    "reopened": Seen("audit: reopened", ("audit: rework",)),
    "overdue": Seen(_CASE_LIMIT, (_LIMIT, "audit: late")),
    "step_too_long": Seen(_LIMIT),
    "window_missed": Seen("standard: window"),
    "silence": Seen("audit: silence"),
    "never_closed": Seen("audit: never-closed", (_CASE_LIMIT, _LIMIT)),
    "hasty_approval": Seen("audit: hasty-decision"),
    "night_mass_approval": Seen("audit: outside-hours", ("audit: decisions-in-bulk",)),
    "backdated": Seen("audit: backdated"),
    "entered_before": Seen("audit: entered-before"),
    "undated": Seen("audit: undated", ("standard: incomplete record",)),
    "two_regions": Seen("audit: two-regions"),
    "field_missing": Seen("standard: field"),
    "field_malformed": Seen("standard: form of a field"),
    "material_missing": Seen("standard: record"),
    "form_wrong": Seen("standard: form"),
    "expired_material": Seen("standard: validity", ("audit: material-expired",)),
    "received_after_decision": Seen("audit: material-after-decision"),
    "dated_after_decision": Seen("audit: material-dated-after-decision"),
    "record_not_made": Seen("standard: produces"),
    "class_wrong": Seen("standard: class"),
    "retention_wrong": Seen("standard: retention"),
    "amount_differs": Seen("audit: amounts-differ"),
    "date_impossible": Seen("load: date_impossible"),
    "archive_no_twice": Seen("load: archive_no_twice"),
    "file_missing": Seen("load: file_missing", ("reconcile: no_copy",)),
    "file_unlisted": Seen("load: file_unlisted"),
    "image_damaged": Seen("load: image_damaged"),
    "pdf_damaged": Seen("load: pdf_damaged"),
    "file_empty": Seen("load: file_empty"),
    "file_not_what_it_says": Seen("load: file_not_what_it_says"),
    "volume_in_two_boxes": Seen("dossier: volume in two boxes"),
    "class_unknown": Seen("checks: GD-1-4"),
    "pages_none": Seen("checks: GD-1-5"),
    "archive_no_malformed": Seen("checks: GD-1-7"),
    "pages_differ": Seen("reconcile: pages"),
    "position_twice": Seen("reconcile: places"),
    "copy_missing": Seen("reconcile: no_copy"),
}
TO_COME = {
    "title_missing": "GD-2-4 fails for 责任者 too, which a third of the rows leave open",
    "archive_no_gap": "GD-2-6 also fails beside a 档号 that is wrong in another way",
    "retention_unknown": "no check knows the periods that exist",
}
"""Planted, and not yet told apart by a check; why."""


@dataclass(frozen=True)
class Count:
    """How often a kind is planted, found and missed, and how often its sign was given for nothing."""

    kind: str
    planted: int
    found: int
    missed: int
    false: int


@contextmanager
def loaded(folder: Path) -> Iterator[tuple[Demo, Any]]:
    """A demo archive under the standards of a house, with its settings."""
    with archive(f"duckdb:///{folder / 'archive.duckdb'}") as (store, settings):
        written = write(folder, PEOPLE)
        load_standards(store, settings, house_standards(folder / COMES_WITH.name))
        reports = {one.source: one for one in load_sources(store, settings, _files(written))}
        yield Demo(written, store, reports), settings


def _files(written: Archive) -> list[tuple[Path, Path]]:
    return [*written.event_files, *written.workbooks]


def house_standards(folder: Path) -> Path:
    """The standards that come with the program, with what the house adds."""
    shutil.copytree(COMES_WITH, folder)
    for path in (folder / "items").glob("*.yaml"):
        standard = yaml.safe_load(path.read_text(encoding="utf-8"))
        added = HOUSE.get(standard["item"], {})
        assert added.keys() <= {step["activity"] for step in standard["review"]}, standard["item"]
        for step in standard["review"]:
            step |= added.get(step["activity"], {})
        path.write_text(yaml.safe_dump(standard, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return folder


def signs(demo: Demo, settings: Any) -> dict[str, set[str]]:
    """Sign -> the cases, rows of the catalogue (as the truth names them) and files about which it was given.

    Open cases are looked at on the last day of the archive.
    """
    found: dict[str, set[str]] = defaultdict(set)
    for rule, cases in _audited(demo, settings).items():
        found[f"audit: {rule}"] |= cases
    for case, rule in _conformance(demo.store, list(demo.truth("cases"))):
        found[f"standard: {rule}"].add(case)
    for sign, about in (*_remarks(demo), *_of_people(demo), *_reconciled(demo, settings), *_checked(demo, settings)):
        found[sign].add(about)
    return found


def _audited(demo: Demo, settings: Any) -> dict[str, set[str]]:
    limits = {i["item"]: _calendar_days(i) for i in demo.truth("kinds")["items"] if i["limit_days"]}
    rules = own(rules={"late": {"parameters": {"items": limits}}})
    report = audit(demo.store, settings, LOCAL_OPERATOR, rules, Scope(of="all"))
    assert [one for one in report.rules if one.failed] == []
    # The conformance to standards is taken as of the last day of the archive, an audit is as of today.
    return {rule: of for rule, of in cases_by_rule(demo.store).items() if not rule.startswith("standard-")}


def _calendar_days(item: dict[str, Any]) -> int:
    """Calendar days that no case within the limit takes: working days twice, and two weeks."""
    days: int = item["limit_days"]
    return days if item["limit_kind"] == "natural" else 2 * days + 14


def _conformance(store: Store, cases: list[str]) -> Iterator[tuple[str, str]]:
    answers = conformance_of(store, cases, clock.last_done(store), WorkingDays(), number_of(LAST_DAY))
    for answer in answers:
        for stage in answer.stages:
            yield from ((answer.id, one.rule) for one in stage.findings if one.outcome == "fault")


def _remarks(demo: Demo) -> Iterator[tuple[str, str]]:
    rows = {told_place(row): key for key, row in demo.truth("catalogue").items()}
    numbers = {(row["file"], row["archive_no"]): key for key, row in demo.truth("catalogue").items()}
    numbers |= {
        (fault["file"], demo.truth("catalogue")[fault["record"]]["archive_no"]): fault["record"]
        for fault in demo.truth("faults")
        if fault["kind"] == "archive_no_twice"
    }
    for (book, kind), about in said_remarks(demo).items():
        if kind == "contradiction":
            continue
        for one in about:
            if kind == "archive_no_twice":
                yield f"load: {kind}", numbers[f"catalogue/{book}", one]
            elif isinstance(one, str):
                yield f"load: {kind}", f"files/{book.removesuffix('.xlsx')}/{one}"
            else:
                yield f"load: {kind}", rows[f"catalogue/{book}", *one]


def _rows(demo: Demo) -> dict[str, str]:
    """The rows of the catalogue by the ids of their records; a 档号 on two rows stands for neither."""
    found: dict[str, list[str]] = defaultdict(list)
    for key, row in demo.truth("catalogue").items():
        found[f"{key.split('#')[0]}:{row['archive_no']}"].append(key)
    return {id_: keys[0] for id_, keys in found.items() if len(keys) == 1}


def _reconciled(demo: Demo, settings: Any) -> Iterator[tuple[str, str]]:
    """Differences of the catalogue's records; of two at one place that one in which it was planted, or the first."""
    rows, planted = _rows(demo), targets(demo)["position_twice"]
    kinds: tuple[Kind, ...] = ("pages", "no_copy", "places")
    for kind in kinds:
        for one in differences(demo.store, settings, LOCAL_OPERATOR, kind, limit=100_000).items:
            about = [rows[id_] for id_ in (one.id, one.other) if id_ in rows]
            if about and kind == "places":
                yield f"reconcile: {kind}", next((key for key in about if key in planted), about[0])
            elif one.id in rows:
                named = demo.truth("catalogue")[rows[one.id]]["efile"] if kind == "no_copy" else None
                yield f"reconcile: {kind}", named or rows[one.id]


def _checked(demo: Demo, settings: Any) -> Iterator[tuple[str, str]]:
    """Records that failed the checks that no other fault of the archive makes fail."""
    rows, folder = _rows(demo), demo.written.folder / "files"
    folders = {name: folder / name for name in ("personnel", "business")}
    run_checks(demo.store, settings, LOCAL_OPERATOR, CheckRequest("GD", folders=folders))
    page = checks(demo.store, LOCAL_OPERATOR, CheckFilter(phase="GD", outcome="fail"), limit=100_000)
    signs_of = {seen.sign for seen in SIGNS.values()}
    for one in page.items:
        if f"checks: {one.code}" in signs_of and one.material in rows:
            yield f"checks: {one.code}", rows[one.material]


def _of_people(demo: Demo) -> Iterator[tuple[str, str]]:
    sheets: dict[str, list[str]] = defaultdict(list)
    rows = {told_place(row): key for key, row in demo.truth("catalogue").items()}
    for row in demo.truth("catalogue").values():
        if row["sheet"] not in sheets[row["file"]]:
            sheets[row["file"]].append(row["sheet"])
    cases = {(case["file"], "", case["row"]): key for key, case in demo.truth("cases").items()}
    planted = targets(demo)
    held: dict[str, set[str]] = {}
    for one in demo.dossiers():
        held[one.id] = {case.id for case in one.cases if "applicant" in case.roles}
        for field, (_, values) in answer_of(one, sheets).contradicted.items():
            sign = f"dossier: contradicted {field}"
            about = {(rows | cases)[place] for places in values.values() for place in places}
            odd = about & {key for kind, seen in SIGNS.items() if seen.sign == sign for key in planted[kind]}
            yield from ((sign, key) for key in odd or {min(about)})
        yield from _in_two_boxes(one, sheets, rows)
    yield from _who_is_who(demo, held)


def _in_two_boxes(one: Dossier, sheets: dict[str, list[str]], rows: dict[Any, str]) -> Iterator[tuple[str, str]]:
    for material in one.materials:
        if material.about and len({place.box for place in material.places}) > 1:
            yield "dossier: volume in two boxes", f"volume {material.places[0].volume}"


def _who_is_who(demo: Demo, held: dict[str, set[str]]) -> Iterator[tuple[str, str]]:
    """Cases that are in no dossier with others of their applicant, and those of unusual numbers that are."""
    unusual = {f["record"] for f in demo.truth("faults") if f["kind"] in ("number_15_digits", "number_full_width")}
    for told in demo.truth("people").values():
        own_cases = set(told["cases"])
        parts = sorted((cases & own_cases for cases in held.values() if cases & own_cases), key=len)
        for part in parts[:-1]:
            yield from (("dossier: a case of its own", case) for case in part)
        yield from (("dossier: one person", case) for part in parts[-1:] for case in part & unusual)


def counts(demo: Demo, found: dict[str, set[str]]) -> list[Count]:
    """Planted, found, missed and false by kind, in the order of the demo's kinds."""
    planted = targets(demo)
    return [_count(kind, planted, found) for kind in FAULT_KINDS if kind in SIGNS]


def targets(demo: Demo) -> dict[str, set[str]]:
    """Kind -> where it is planted, as signs name it."""
    planted: dict[str, set[str]] = defaultdict(set)
    for fault in demo.truth("faults"):
        of_file = fault["efile"] and SIGNS.get(fault["kind"], Seen("")).sign.startswith("load: ")
        about = fault["efile"] if of_file else fault["record"]
        if fault["kind"] == "volume_in_two_boxes":
            about = f"volume {demo.truth('catalogue')[about]['archive_no'].rpartition('-')[0]}"
        planted[fault["kind"]].add(about)
    return planted


def _count(kind: str, planted: dict[str, set[str]], found: dict[str, set[str]]) -> Count:
    sign = SIGNS[kind].sign
    there = planted[kind] & found[sign]
    false = unexplained(planted, {sign: found[sign]})
    return Count(kind, len(planted[kind]), len(there), len(planted[kind] - there), len(false))


def unexplained(planted: dict[str, set[str]], found: dict[str, set[str]]) -> set[tuple[str, str]]:
    """Signs that were given where nothing is planted of which they are the sign or a consequence."""
    allowed: dict[str, set[str]] = defaultdict(set)
    for kind, seen in SIGNS.items():
        for sign in (seen.sign, *seen.also):
            allowed[sign] |= planted[kind]
    return {(sign, about) for sign, of in found.items() for about in of - allowed[sign]}


def table(counted: list[Count], planted: dict[str, set[str]]) -> str:
    """The table of docs/demo.md."""
    lines = ["| kind | what | found by | planted | found | missed | false |", "|---|---|---|---|---|---|---|"]
    for one in counted:
        said = f"{one.planted} | {one.found} | {one.missed} | {one.false}"
        lines.append(f"| `{one.kind}` | {FAULT_KINDS[one.kind]} | {SIGNS[one.kind].sign} | {said} |")
    for kind, check in TO_COME.items():
        lines.append(f"| `{kind}` | {FAULT_KINDS[kind]} | not told apart: {check} | {len(planted[kind])} | | | |")
    return "\n".join(lines)


def main() -> None:
    """Writes the table into docs/demo.md."""
    with tempfile.TemporaryDirectory() as folder, loaded(Path(folder)) as (demo, settings):
        written = table(counts(demo, signs(demo, settings)), targets(demo))
    before, rest = DOCS.read_text(encoding="utf-8").split(BEGIN)
    after = rest.split(END)[1]
    DOCS.write_text(f"{before}{BEGIN}\n{written}\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
