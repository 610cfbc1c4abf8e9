"""What a centre would have: logs of its counters as CSV with their mapping, a staff list, standards, rules.

Nothing of the program is imported here: what is planted, and what must be found of it, is known by itself. A case is
a list of steps; `Book.write` numbers their events, so that the truth can name them.
"""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

MAPPING = """\
system: {system}
columns:
  case: 办件编号
  event: 事件编号
  activity: 环节
  instant: 时间
  recorded: 录入时间
  actor: 经办人
  role: 岗位
  unit: 科室
  item: 事项
  region: 区域
stages: {stages}
applicants:
- kind: person
  number: 证件号码
  key: 人员编号
  name: 姓名
  facts: {{phone: 电话}}
materials:
- link: received
  separator: ";"
  key: 材料编号
  title: 材料名称
  date: 材料日期
  valid_until: 有效期至
  form: 形式
- link: produced
  key: 产出编号
  title: 产出名称
facts:
- {{field: amount_decided, column: 核定金额, about: case}}
- {{field: amount_paid, column: 支付金额, about: case}}
"""
STAGES = {
    "受理": "acceptance", "窗口收件": "acceptance", "审核": "review", "复核": "review",
    "审批": "approval", "复批": "approval", "办结": "completion", "退件": "completion",
    "电话": "other", "踏勘": "other", "现场查看": "other", "送达": "other", "公示": "other", "网上公示": "other",
    "补正告知": "other", "补正收讫": "other", "复议": "other", "插队": "other",
}  # fmt: skip
COLUMNS = (
    "办件编号", "事件编号", "环节", "时间", "录入时间", "经办人", "岗位", "科室", "事项", "区域",
    "证件号码", "人员编号",     "姓名", "电话", "材料编号", "材料名称", "材料日期", "有效期至", "形式",
    "产出编号", "产出名称", "核定金额", "支付金额",
)  # fmt: skip
FIRST = datetime(2024, 3, 1, 9)
OFFICERS = 12
DAY, HOUR, MINUTE, SECOND = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1), timedelta(seconds=1)


@dataclass(frozen=True)
class Planted:
    """One deviation: the rule that must find it, at which event, in which cases, or else by which actor."""

    rule: str
    cases: frozenset[str]
    event: str | None = None
    actor: str | None = None


@dataclass
class Step:
    """One event as its row has it; an instant that is no datetime stands as it is."""

    activity: str
    at: datetime | str
    who: str
    cells: dict[str, str] = field(default_factory=dict)

    def later(self, by: timedelta) -> Step:
        assert isinstance(self.at, datetime)
        return Step(self.activity, self.at + by, self.who, dict(self.cells))

    def by(self, who: str) -> Step:
        return Step(self.activity, self.at, who, dict(self.cells))

    def at_(self, when: datetime | str) -> Step:
        return Step(self.activity, when, self.who, dict(self.cells))

    def with_(self, **cells: str) -> Step:
        return Step(self.activity, self.at, self.who, self.cells | cells)

    @property
    def moment(self) -> datetime:
        assert isinstance(self.at, datetime)
        return self.at


@dataclass
class Book:
    """The log of one system, the deviations planted in it, and how many near misses stand beside them by rule."""

    system: str
    rows: list[dict[str, str]] = field(default_factory=list)
    planted: list[Planted] = field(default_factory=list)
    decoys: Counter[str] = field(default_factory=Counter)
    numbered: int = 0

    def usual(self, first: datetime | None = None) -> list[Step]:
        """A case as it should be: four people on four days; nobody approves two on one day."""
        n = self.numbered
        begun = first or FIRST + n // OFFICERS * DAY + n * 7 % 50 * MINUTE
        who = n % OFFICERS
        steps = zip(("受理", "审核", "审批", "办结"), ("收件员", "审核员", "审批员", "发证员"), strict=True)
        return [Step(step, begun + i * DAY, f"{name}{who}") for i, (step, name) in enumerate(steps)]

    def write(self, item: str, steps: Sequence[Step], **cells: str) -> str:
        """Writes a case; gives its id. Its events are numbered from 1 in the order of `steps`."""
        self.numbered += 1
        case = f"{self.system[0].upper()}{self.numbered:04}"
        about = {"事项": item, "区域": "东区", "人员编号": f"R{case}", "姓名": "某人", **cells}
        for place, step in enumerate(steps, 1):
            at = step.at if isinstance(step.at, str) else f"{step.at:%Y-%m-%d %H:%M:%S}"
            own = {
                "办件编号": case,
                "事件编号": f"{case}-{place}",
                "环节": step.activity,
                "时间": at,
                "经办人": step.who,
            }
            self.rows.append({**about, **own, **step.cells})
        return case

    def plant(
        self, rule: str, steps: Sequence[Step], at: int | None, *also: tuple[str, int | None], **cells: str
    ) -> str:
        """A case with a deviation at its `at`-th event (None: of the whole case), and what else follows from it."""
        case = self.write(cells.pop("item", rule), steps, **cells)
        for name, place in ((rule, at), *also):
            self.found(name, case, place)
        return case

    def found(self, rule: str, case: str, place: int | None) -> None:
        event = None if place is None else f"{self.system}:{case}-{place}"
        self.planted.append(Planted(rule, frozenset({f"{self.system}:{case}"}), event))

    def decoy(self, rule: str, steps: Sequence[Step], *also: tuple[str, int | None], **cells: str) -> str:
        """A case that comes near to a deviation from `rule` and is none."""
        case = self.write(cells.pop("item", rule), steps, **cells)
        self.decoys[rule] += 1
        for name, place in also:
            self.found(name, case, place)
        return case

    def save(self, folder: Path) -> tuple[Path, Path]:
        """The log and its mapping."""
        log, mapping = folder / f"{self.system}.csv", folder / f"{self.system}.yaml"
        with log.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, COLUMNS, restval="")
            writer.writeheader()
            writer.writerows(self.rows)
        stages = json.dumps(STAGES, ensure_ascii=False)
        mapping.write_text(MAPPING.format(system=self.system, stages=stages), encoding="utf-8")
        return log, mapping


def records(*of: dict[str, str]) -> dict[str, str]:
    """The cells of the records that an event received."""
    names = ("材料编号", "材料名称", "材料日期", "有效期至", "形式")
    return {name: ";".join(one.get(name, "") for one in of) for name in names}
