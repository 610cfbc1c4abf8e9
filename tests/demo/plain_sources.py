"""Reads a demo archive as anybody could, by csv, yaml, json and openpyxl, without its generator."""

from __future__ import annotations

import csv
import json
import unicodedata
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import yaml

ENCODINGS = {"shebao": "gb18030", "renshe": "utf-8-sig", "rencai": "utf-8"}
DELIMITERS = {"shebao": ",", "renshe": ",", "rencai": "\t"}
FORMS = {"原件": "original", "复印件": "copy", "电子证照": "e-licence", "": ""}


@dataclass(frozen=True)
class Material:
    id: str
    title: str
    date: date
    form: str
    medium: str
    valid_until: date | None


@dataclass
class Event:
    row: int
    activity: str
    stage: str
    at: datetime | None
    actor: str
    unit: str
    outcome: str
    received: list[Material]
    produced: list[str]
    amounts: dict[str, int]


@dataclass
class Case:
    id: str
    system: str
    item: str
    accepted: datetime
    region: str
    channel: str
    matter: str
    applicant: dict[str, str] = field(default_factory=dict)
    employer: dict[str, str] = field(default_factory=dict)
    kind: str = "person"
    events: list[Event] = field(default_factory=list)

    @property
    def materials(self) -> list[Material]:
        return [m for e in self.events for m in e.received]

    def of_stage(self, stage: str) -> list[Event]:
        return [e for e in self.events if e.stage == stage]

    @property
    def instants(self) -> list[datetime]:
        """Those of its events that have one, in the order of the file."""
        return [event.at for event in self.events if event.at]

    @property
    def done(self) -> bool:
        return bool(self.events) and self.events[-1].outcome == "办结"

    @property
    def subject(self) -> str:
        said = self.applicant
        return subject(self.kind, self.system, said["number"], said["key"], said["name"], said["birth_date"])


@dataclass
class Sources:
    root: Path
    cases: dict[str, Case]
    catalogue: list[dict[str, Any]]

    def truth(self, name: str) -> Any:
        return json.loads((self.root / "truth" / f"{name}.json").read_text(encoding="utf-8"))


def read_sources(root: Path) -> Sources:
    cases: dict[str, Case] = {}
    for system in ENCODINGS:
        cases.update(_read_cases(root, system))
    rows = [row for name in ("personnel", "business") for row in _read_workbook(root, name)]
    return Sources(root, cases, rows)


def number_of(text: str) -> str:
    """GB 11643, counted out again; 15 digits made 18; '' where it is wrong."""
    number = "".join(unicodedata.normalize("NFKC", text).split()).upper()
    if len(number) == 15:
        number = f"{number[:6]}19{number[6:]}"
        number += _check(number)
    right = len(number) == 18 and number[:17].isdigit() and _check(number[:17]) == number[17]
    return number if right else ""


def _check(body: str) -> str:
    return "10X98765432"[sum(2 ** (17 - i) % 11 * int(d) for i, d in enumerate(body)) % 11]


def subject(kind: str, system: str, number: str, key: str, name: str, birth_date: str) -> str:
    valid = number if kind == "organisation" else number_of(number)
    if valid:
        return f"{kind}:{valid}"
    return f"{kind}:{system}:{key}" if key else f"{kind}:{system}:{name}:{birth_date}"


def iso_day(text: str) -> str:
    return text if not text or "-" in text else f"{text[:4]}-{text[4:6]}-{text[6:]}"


def _read_cases(root: Path, system: str) -> dict[str, Case]:
    mapping = yaml.safe_load((root / f"cases/{system}.yaml").read_text(encoding="utf-8"))
    columns = mapping["columns"]
    cases: dict[str, Case] = {}
    with (root / f"cases/{system}.csv").open(encoding=ENCODINGS[system], newline="") as file:
        for line, row in enumerate(csv.DictReader(file, delimiter=DELIMITERS[system]), 2):
            said = {name: row[column] for name, column in columns.items()}
            case_id = f"{system}:{said['case']}"
            accepted = datetime.fromisoformat(said["accepted"]).replace(tzinfo=None)
            matter = said.get("matter", "")
            new = Case(case_id, system, said["item"], accepted, said["region"], said["channel"], matter)
            case = cases.setdefault(case_id, new)
            assert (case.item, case.accepted, case.region, case.channel, case.matter) == (
                new.item, new.accepted, new.region, new.channel, new.matter,
            )  # fmt: skip
            case.events.append(_event(mapping, system, row, said, line))
            _read_applicants(mapping, case, row)
    return cases


def _event(mapping: dict[str, Any], system: str, row: dict[str, str], said: dict[str, str], line: int) -> Event:
    received, produced = mapping["materials"]
    assert (received["link"], produced["link"]) == ("received", "produced")
    amounts = {f["field"]: int(row[f["column"]]) for f in mapping["facts"] if "unit" in f and row[f["column"]]}
    return Event(
        line,
        said["activity"],
        mapping["stages"][said["activity"]],
        datetime.fromisoformat(said["instant"]).replace(tzinfo=None) if said["instant"] else None,
        said["actor"],
        said["unit"],
        said["outcome"],
        [
            Material(
                f"{system}:{cells['key']}",
                cells["title"],
                date.fromisoformat(cells["date"]),
                FORMS[cells["form"]],
                cells["medium"],
                date.fromisoformat(cells["valid_until"]) if cells["valid_until"] else None,
            )
            for cells in _aligned(received, row)
        ],
        [f"{system}:{cells['key']}" for cells in _aligned(produced, row)],
        amounts,
    )


def _aligned(stated: dict[str, str], row: dict[str, str]) -> list[dict[str, str]]:
    columns = {k: v for k, v in stated.items() if k not in ("link", "separator")}
    if not row[columns["key"]]:
        assert not any(row[c] for c in columns.values())
        return []
    lists = {k: row[c].split(stated["separator"]) for k, c in columns.items()}
    assert len({len(values) for values in lists.values()}) == 1, lists
    return [dict(zip(lists, values, strict=True)) for values in zip(*lists.values(), strict=True)]


def _read_applicants(mapping: dict[str, Any], case: Case, row: dict[str, str]) -> None:
    for stated in mapping["applicants"]:
        said = {k: row[stated[k]] if k in stated else "" for k in ("number", "key", "name", "birth_date")}
        if not any(said.values()):
            continue
        said["birth_date"] = iso_day(said["birth_date"])
        said["gender"] = row[stated["facts"]["gender"]] if stated["kind"] == "person" else ""
        role = stated["role"]["constant"] if isinstance(stated["role"], dict) else row[stated["role"]]
        if role == "employer":
            case.employer = said
        else:
            case.applicant, case.kind = said, stated["kind"]


def _read_workbook(root: Path, name: str) -> list[dict[str, Any]]:
    book = openpyxl.load_workbook(root / f"catalogue/{name}.xlsx")
    rows = []
    for page in book.worksheets:
        merged: dict[tuple[int, int], Any] = {}
        for area in page.merged_cells.ranges:
            merged.update(dict.fromkeys(area.cells, page.cell(area.min_row, area.min_col).value))
        _, header, *others = list(page.iter_rows(values_only=True))
        for line, values in enumerate(others, 3):
            cells = [merged.get((line, n), v) for n, v in enumerate(values, 1)]
            row = {k: "" if v is None else v for k, v in zip(header, cells, strict=True)}
            rows.append({"catalogue": name, "sheet": page.title, "row": line, **row})
    return rows


def is_valid(material: Material, days: int | None, day: date) -> bool:
    if material.valid_until:
        return material.valid_until >= day
    return days is None or material.date + timedelta(days=days) >= day


def grouped(pairs: Any) -> dict[Any, list[Any]]:
    found = defaultdict(list)
    for key, value in pairs:
        found[key].append(value)
    return dict(found)
