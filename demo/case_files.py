"""Writes cases/: one event file a system, each with its own columns, encoding and mapping."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import yaml

from demo.cases import RETURNED, SUPPLEMENTS, Case, Event
from demo.layout import case_file
from demo.reference import Form, items

FORM_WORDS: dict[Form, str] = {"original": "原件", "copy": "复印件", "e-licence": "电子证照"}
"""How all sources write the forms."""


@dataclass(frozen=True)
class System:
    """How a business system exports: encoding, delimiter, the separator of lists in a cell, its columns.

    `columns` are the mapping's event columns, `person` and `organisation` those of the applicants, `received`
    and `produced` those of records; values are the names of columns in the file.
    """

    name: str
    encoding: str
    delimiter: str
    separator: str
    instants: str
    births: str
    columns: dict[str, str]
    person: dict[str, str]
    person_facts: dict[str, str]
    organisation: dict[str, str]
    organisation_facts: dict[str, str]
    case_facts: dict[str, str]
    received: dict[str, str]
    produced: dict[str, str]
    amounts: dict[str, str]


SHEBAO = System(
    "shebao",
    "gb18030",
    ",",
    ";",
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%d",
    {
        "event": "流水号", "case": "业务编号", "activity": "环节", "instant": "办理时间", "recorded": "录入时间",
        "actor": "经办人编号",
        "unit": "科室", "role": "岗位", "item": "事项编码", "outcome": "办理结果", "region": "区划",
        "channel": "渠道", "accepted": "受理时间",
    },
    {"number": "证件号码", "key": "个人编号", "name": "姓名", "birth_date": "出生日期"},
    {
        "gender": "性别", "phone": "联系电话", "address": "住址", "education": "学历", "bank_account": "银行账号",
        "employer": "工作单位",
    },
    {"number": "统一社会信用代码", "key": "单位编号", "name": "单位名称"},
    {"address": "单位地址", "legal_representative": "法定代表人"},
    {},
    {
        "key": "材料编号", "title": "材料名称", "date": "材料日期", "form": "材料形式", "medium": "材料载体",
        "valid_until": "材料有效期至",
    },
    {"key": "文书编号", "title": "文书名称", "date": "文书日期", "class": "文书类号", "retention": "文书保管期限"},
    {"decided": "核定金额(分)", "paid": "支付金额(分)"},
)  # fmt: skip
RENSHE = System(
    "renshe",
    "utf-8-sig",
    ",",
    "|",
    "%Y-%m-%dT%H:%M:%S+08:00",
    "%Y%m%d",
    {
        "case": "case_no", "activity": "node", "instant": "handled_at", "actor": "handler", "unit": "dept",
        "role": "post", "item": "item_code", "outcome": "result", "region": "region", "channel": "channel",
        "accepted": "accepted_at", "matter": "joint_no",
    },
    {"number": "id_no", "name": "applicant", "birth_date": "birth"},
    {
        "gender": "sex", "phone": "phone", "address": "address", "education": "education",
        "bank_account": "bank_account", "employer": "employer", "work_start": "work_start",
    },
    {"number": "org_code", "name": "org_name", "role": "org_role"},
    {"address": "org_address", "legal_representative": "org_head"},
    {"injured_on": "injured_on"},
    {
        "key": "doc_no", "title": "doc_name", "date": "doc_date", "form": "doc_form", "medium": "doc_medium",
        "valid_until": "doc_valid_until",
    },
    {
        "key": "issued_no", "title": "issued_name", "date": "issued_date", "class": "issued_class",
        "retention": "issued_retention",
    },
    {"decided": "amount_decided", "paid": "amount_paid"},
)  # fmt: skip
RENCAI = System(
    "rencai",
    "utf-8",
    "\t",
    ";",
    "%Y-%m-%d",
    "%Y-%m-%d",
    {
        "case": "业务号", "activity": "步骤", "instant": "日期", "actor": "办理人", "unit": "部门", "role": "岗位",
        "item": "事项", "outcome": "意见", "region": "地区", "channel": "来源", "accepted": "收件日期",
        "matter": "联办编号",
    },
    {"number": "身份证", "key": "存档编号", "name": "存档人", "birth_date": "出生年月日"},
    {
        "gender": "性别", "education": "文化程度", "phone": "电话", "address": "地址", "school": "毕业院校",
        "bank_account": "开户账号",
    },
    {},
    {},
    {},
    {"key": "附件号", "title": "附件", "date": "附件日期", "form": "形式", "medium": "载体", "valid_until": "有效期"},
    {"key": "发文号", "title": "发文", "date": "发文日期"},
    {"decided": "金额(分)", "paid": "实发(分)"},
)  # fmt: skip
EXPORTS = {system.name: system for system in (SHEBAO, RENSHE, RENCAI)}


def write_cases(folder: Path, name: str, cases: Iterable[Case]) -> None:
    """Writes the event file of a system and its mapping beside it."""
    system = EXPORTS[name]
    path = folder / case_file(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    header = [column for part in _parts(system) for column in part.values()]
    with path.open("w", encoding=system.encoding, newline="") as file:
        rows = csv.DictWriter(file, header, restval="", delimiter=system.delimiter, lineterminator="\r\n")
        rows.writeheader()
        for case in cases:
            rows.writerows(_row(system, case, n, event) for n, event in enumerate(case.events))
    text = yaml.safe_dump(mapping(system), allow_unicode=True, sort_keys=False, width=110)
    path.with_suffix(".yaml").write_text(text, encoding="utf-8", newline="\n")


def _parts(system: System) -> tuple[dict[str, str], ...]:
    return (
        system.columns,
        system.person,
        system.person_facts,
        system.organisation,
        system.organisation_facts,
        system.case_facts,
        system.received,
        system.produced,
        system.amounts,
    )


def mapping(system: System) -> dict[str, Any]:
    """The mapping of a system's event file."""
    applicants: list[dict[str, Any]] = [
        {"kind": "person", **system.person, "role": {"constant": "applicant"}, "facts": system.person_facts}
    ]
    if system.organisation:
        applicants.append(
            {
                "kind": "organisation",
                "role": {"constant": "applicant"},
                **system.organisation,
                "facts": system.organisation_facts,
            }
        )
    return {
        "system": system.name,
        "zone": "Asia/Shanghai",
        "mode": "append",
        "columns": system.columns,
        "stages": _stages(system),
        "applicants": applicants,
        "materials": [
            {"link": "received", "separator": system.separator, **system.received},
            {"link": "produced", "separator": system.separator, **system.produced},
        ],
        "facts": [
            {"field": f"amount_{name}", "column": column, "unit": "fen", "about": "case"}
            for name, column in system.amounts.items()
        ]
        + [{"field": name, "column": column, "about": "case"} for name, column in system.case_facts.items()],
    }


def _stages(system: System) -> dict[str, str]:
    stages = {
        step.activity: step.stage for item in items().values() if item.system == system.name for step in item.steps
    }
    return {**stages, **dict.fromkeys(SUPPLEMENTS, "other"), RETURNED: "completion"}


def _row(system: System, case: Case, place: int, event: Event) -> dict[str, str]:
    said = {
        "event": event.key,
        "case": case.id,
        "activity": event.activity,
        "instant": event.at.strftime(system.instants) if event.dated else "",
        "recorded": (event.at + event.entered_after).strftime(system.instants),
        "actor": event.staff.actor if event.staff else "",
        "unit": event.unit,
        "role": event.role,
        "item": case.item.code,
        "outcome": event.outcome,
        "region": case.region,
        "channel": case.channel,
        "accepted": case.accepted.strftime(system.instants),
        "matter": case.matter,
    }
    row = _named(system.columns, said)
    if place == (case.first("acceptance") or 0):
        row |= _applicants(system, case)
    row |= _received(system, event) | _produced(system, event)
    return row | _amounts(system, case, place, event)


def _named(columns: dict[str, str], said: dict[str, str]) -> dict[str, str]:
    """The values that the system has a column for, under its names."""
    return {columns[field]: value for field, value in said.items() if field in columns}


def _applicants(system: System, case: Case) -> dict[str, str]:
    said = case.registration
    if not case.of_person:
        facts = _named(system.organisation_facts, dict(said.fields))
        return _organisation(system, said.number, said.key, said.name, "applicant") | facts
    born = said.birth_date.strftime(system.births) if said.birth_date else ""
    row = _named(system.person, {"number": said.number, "key": said.key, "name": said.name, "birth_date": born})
    facts = {"gender": said.gender, "education": said.education, **dict(said.fields)}
    row |= _named(system.person_facts, facts) | _named(system.case_facts, facts)
    employer = case.employer
    return row | (_organisation(system, employer.credit_code, "", employer.name, "employer") if employer else {})


def _organisation(system: System, number: str, key: str, name: str, role: str) -> dict[str, str]:
    return _named(system.organisation, {"number": number, "key": key, "name": name, "role": role})


def _received(system: System, event: Event) -> dict[str, str]:
    records = event.received
    if not records:
        return {}
    return _lists(
        system,
        system.received,
        {
            "key": [m.key for m in records],
            "title": [m.title for m in records],
            "date": [_day(m.dated) for m in records],
            "form": [FORM_WORDS[m.form] for m in records],
            "medium": [m.medium for m in records],
            "valid_until": [_day(m.valid_until) for m in records],
        },
    )


def _produced(system: System, event: Event) -> dict[str, str]:
    made = event.produced
    if not made:
        return {}
    return _lists(
        system,
        system.produced,
        {
            "key": [p.key for p in made],
            "title": [p.title for p in made],
            "date": [_day(p.dated) for p in made],
            "class": [p.class_no for p in made],
            "retention": [p.retention for p in made],
        },
    )


def _lists(system: System, columns: dict[str, str], lists: dict[str, list[str]]) -> dict[str, str]:
    """Lists in cells, aligned."""
    return _named(columns, {field: system.separator.join(values) for field, values in lists.items()})


def _day(day: date | datetime | None) -> str:
    return f"{day:%Y-%m-%d}" if day else ""


def _amounts(system: System, case: Case, place: int, event: Event) -> dict[str, str]:
    """The decided amount stands on the approval, the paid one on the last event."""
    row = {}
    if case.decided is not None and place == case.first("approval"):
        row[system.amounts["decided"]] = str(case.decided)
    if case.paid is not None and place == len(case.events) - 1:
        row[system.amounts["paid"]] = str(case.paid)
    return row
