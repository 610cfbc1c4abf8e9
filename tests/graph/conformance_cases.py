"""Cases and standards by hand for the tests of conformance: a standard as YAML, a chain event by event."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from graph.case_records import CaseField, CaseFile, CaseMaterial, CaseRecords
from graph.chain import Chain, ChainEvent, Party, Reference
from graph.conformance import evaluate
from graph.conformance_findings import CaseUnder
from graph.days import day_of, number_of
from graph.in_force import SourceRow
from graph.settings import Settings
from graph.standard import ItemStandard
from graph.store import Store
from graph.told_case import told_of
from graph.working_days import WorkingDays
from tests.graph.sample import ms
from tests.graphs import link, write

STANDARD = """
item: subsidy
name: 补贴申领
region: 某地
life_stage: work
applicant: person
valid_from: 2020-01-01
source: guide
sources: {guide: "http://guide"}
criteria: [{text: 就业困难人员, source: guide}]
registration:
  - {field: name, type: text, required: true, source: guide}
  - {field: phone, type: text, required: false, pattern: '^1[0-9]{10}$', source: guide}
materials:
  - {type: id-card, as_written: 身份证, required: true, form: copy, source: guide}
  - {type: photo, as_written: 照片, required: true, source: guide}
review:
  - {activity: 受理, stage: acceptance, role: 窗口, source: guide}
  - {activity: 审核, stage: review, role: 科室, limit_days: 5, days: working, source: guide}
  - {activity: 审批, stage: approval, role: 领导, source: guide}
  - {activity: 办结, stage: completion, role: 窗口, source: guide}
limit: {days: 20, kind: natural, source: guide}
e_material: {formats: [application/pdf], source: guide}
archive: {class: 业务档案 1, title: 登记材料, retention: 50年, source: guide}
"""
TYPES = """
sources: {guide: "http://guide"}
types:
  - {id: id-card, name: 居民身份证, synonyms: [身份证], class: identity, validity_days: unlimited, source: guide}
  - {id: photo, name: 照片, synonyms: [], class: identity, validity_days: 183, source: guide}
"""
LATER = STANDARD.replace("2020-01-01", "2024-05-01").replace("limit_days: 5", "limit_days: 1")
SOURCE = SourceRow(load=1, file="x", system="x", row=1)
VALIDITY: dict[str, int | None] = {"id-card": None, "photo": 183, "form": 0}


def standard(*changes: tuple[str, str]) -> ItemStandard:
    """The standard with texts of its YAML replaced."""
    text = STANDARD
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    return ItemStandard.model_validate(yaml.safe_load(text))


def event(activity: str, at: str, stage: str, *actors: str, precision: str = "minute", **more: Any) -> ChainEvent:
    """One event; `at` in China, `actors` by name."""
    given: dict[str, Any] = {name: [] for name in ("received", "used", "produced", "touched", "stated", "units")}
    given |= {"other_cases": [], "attributes": {}, "missing": [] if actors else ["actor"], **more}
    return ChainEvent(
        id=f"e:{activity}:{at}",
        at=at,
        at_ms=ms(at),
        offset=28800,
        precision=precision,
        activity=activity,
        lifecycle=None,
        stage=stage,
        recorded_at=None,
        outcome=None,
        seconds=None,
        actors=[Party(id=name, name=name, kind="staff", role=None) for name in actors],
        source=SOURCE,
        **given,
    )


def course(
    *, review_at: str = "2024-03-06T10:00", approved_at: str = "2024-03-07T10:00", approver: str = "乙"
) -> list[ChainEvent]:
    """A case that keeps to the standard, with what a test wants else."""
    received = [Reference(id=id_, label="Material", title=None) for id_ in ("m-card", "m-photo")]
    return [
        event("受理", "2024-03-04T09:00", "acceptance", "甲", received=received),
        event("审核", review_at, "review", "甲"),
        event("审批", approved_at, "approval", approver),
        event("办结", "2024-03-08T10:00", "completion", "丙"),
    ]


def chain_of(events: Sequence[ChainEvent], status: str = "closed") -> Chain:
    return Chain(
        id="hall:1",
        as_of_load=1,
        item_id="subsidy",
        region=None,
        channel=None,
        accepted_at=None,
        opened_at=events[0].at and f"{events[0].at}+08:00",
        last_at=None,
        closed_at=None,
        seconds=None,
        status=status,
        attributes={},
        source=SOURCE,
        events=list(events),
        missing={},
    )


def material(id_: str, type_id: str | None, **given: Any) -> CaseMaterial:
    plain = CaseMaterial(
        id=id_, title=None, type_id=type_id, date="2024-03-01", medium="paper", form="copy", valid_until=None,
        scheme_class="1", retention="50年", erased=None, position=0, day=day_of(ms("2024-03-04T09:00"), 28800),
        received=True, files=(CaseFile("f1", "application/pdf", 1000),), volumes=("v1",),
    )  # fmt: skip
    return plain._replace(**given)


def records(*materials: CaseMaterial, fields: dict[str, str] | None = None) -> CaseRecords:
    given = materials or (material("m-card", "id-card"), material("m-photo", "photo"))
    stated = {"name": "张三"} if fields is None else fields
    return CaseRecords(tuple(given), tuple(CaseField(n, v, "Event", "e1") for n, v in stated.items()))


def found(
    events: Sequence[ChainEvent] | None = None,
    held: CaseRecords | None = None,
    under: ItemStandard | None = None,
    *,
    status: str = "closed",
    today: str = "2024-06-01",
    calendar: WorkingDays | None = None,
) -> set[tuple[str, str, str, str | None]]:
    """Part, rule, outcome, and the step, field or type of each finding."""
    case = CaseUnder(
        told_of(chain_of(course() if events is None else events, status)),
        held or records(),
        under or standard(),
        VALIDITY,
        calendar or WorkingDays(),
        number_of(date.fromisoformat(today)),
    )
    return {(f.part, f.rule, f.outcome, f.step or f.field or f.type_id) for f in evaluate(case)}


def write_standards(folder: Path) -> Path:
    """A folder with two versions of the standard: the later one allows a day for the review."""
    (folder / "items").mkdir(parents=True)
    for name, text in (("material_types", TYPES), ("items/a", STANDARD), ("items/b", LATER)):
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return folder


def write_case(store: Store, settings: Settings, number: int, month: str, item: str = "补贴申领") -> None:
    """A case with a card, a photo that nobody has classified, and a name that the card states."""
    days = {"受理": ("acceptance", 4), "审核": ("review", 7), "审批": ("approval", 8), "办结": ("completion", 11)}
    at = {name: ms(f"2024-{month}-{day:02}T09:00") for name, (_, day) in days.items()}
    shared = {"offset": 28800, "precision": "minute"}
    events = [
        {"id": f"{number}{name}", "activity": name, "stage": stage, "at": at[name], **shared}
        for name, (stage, _) in days.items()
    ]
    card = {"title": "身份证", "form": "copy", "class": "1", "date": "20200101", "retention": "50年"}
    nodes = {
        "Case": [{"id": f"hall:{number}", "item_id": item}],
        "Event": events,
        "Actor": [{"id": "hall:甲", "name": "甲"}],
        "Material": [{"id": f"m-card-{number}", **card}, {"id": f"m-photo-{number}", "title": "照片"}],
        "Fact": [{"id": f"x-{number}", "field": "name", "value": "张三"}],
    }
    links = {
        "IN_CASE": [link(f"Event {number}{n}", f"Case hall:{number}", sort_at=at[n], seq=0) for n in days],
        "BY": [link(f"Event {number}{n}", "Actor hall:甲") for n in days],
        "RECEIVED": [link(f"Event {number}受理", f"Material m-{kind}-{number}") for kind in ("card", "photo")],
        "STATES": [link(f"Material m-card-{number}", f"Fact x-{number}")],
    }
    write(store, settings, nodes, links, system="hall")
