"""Drafts of standards from the tables of published guides, and what those leave open.

Nothing is made up without a word: what the tables do not say is `assumed`, and each such place is unsettled.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from etl.draft_types import DraftTypes, digest_id
from etl.guide_tables import ITEM_COLUMNS, STEP_COLUMNS, GuideRow, read_guide
from etl.standards_source import COMES_WITH, TYPES_FILE, Standards, read_standards
from etl.written_limits import WrittenLimit, read_limit
from graph.errors import InvalidStandard
from graph.standard import ItemStandard

# The words of a step that tell its stage; the first line that has one of them counts.
_STAGES = (
    ("completion", ("办结", "送达", "发证", "领卡", "领证", "发放", "归档", "入库", "留存", "划拨", "缴费协议")),
    ("approval", ("审批", "核准", "决定", "认定", "结论", "放款", "审结", "核发")),
    ("acceptance", ("申请", "申报", "提交", "受理", "收件", "准备材料")),
    ("review", ("审核", "初审", "复审", "审查", "核查", "复核", "公示", "鉴定", "考察")),
)
_LIFE_STAGES = (
    ("injury", ("工伤", "劳动能力")),
    ("retirement", ("退休", "待遇申领")),
    ("insurance", ("保险", "参保", "社保", "社会保障")),
    ("study", ("毕业生", "学生")),
)
_OUTSIDE = ("申请人", "用人单位", "职工所在单位", "单位/职工")


@dataclass(frozen=True)
class Unsettled:
    """A place of a table that a draft leaves open."""

    file: str
    line: int
    text: str

    def __str__(self) -> str:
        return f"unsettled: {self.file}, {self.line}, {self.text}"


@dataclass(frozen=True)
class Drafts:
    """The drafts by the name of their file, the file of types, and what is open."""

    items: dict[str, dict[str, Any]]
    types: dict[str, Any]
    unsettled: list[Unsettled]


def write_drafts(
    items: Path, steps: Path, out: Path, valid_from: date, known: Standards | None = None
) -> tuple[Standards, list[Unsettled]]:
    """Writes the drafts into a folder, as standards that can be read; ids come from `known`, by default from those
    that come with the program. Raises InvalidStandard for tables that are none, and where a file is there already."""
    known = known or read_standards(COMES_WITH)
    drafts = draft_standards(read_guide(items, ITEM_COLUMNS), read_guide(steps, STEP_COLUMNS), known, valid_from)
    files = {out / "items" / name: draft for name, draft in drafts.items.items()} | {out / TYPES_FILE: drafts.types}
    there = [path for path in files if path.exists()]
    if there or not drafts.items:
        what = f"{there[0]} is there already." if there else f"{items} and {steps} name no item."
        raise InvalidStandard(what, "Give another folder or other tables.")
    (out / "items").mkdir(parents=True, exist_ok=True)
    for path, content in files.items():
        path.write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=100), encoding="utf-8")
    return read_standards(out), drafts.unsettled


def draft_standards(
    items: Sequence[GuideRow], steps: Sequence[GuideRow], known: Standards, valid_from: date
) -> Drafts:
    """One draft for each item and region of the tables; `known` gives ids of items and types where it has them."""
    types = DraftTypes(known.types)
    named = {(one.name, one.region): one for one in known.items}
    drafts: dict[str, dict[str, Any]] = {}
    unsettled: list[Unsettled] = []
    for key in dict.fromkeys(row.item for row in (*items, *steps)):
        of_item = [row for row in items if row.item == key]
        draft = _Draft(*key, of_item, [row for row in steps if row.item == key], types, valid_from, unsettled)
        content = draft.content(named.get(key))
        drafts[f"{content['item']}@{valid_from.isoformat()}.yaml"] = content
    return Drafts(drafts, types.content(), unsettled)


@dataclass
class _Draft:
    """One item of one region while it is drafted."""

    name: str
    region: str
    materials: Sequence[GuideRow]
    steps: Sequence[GuideRow]
    types: DraftTypes
    valid_from: date
    unsettled: list[Unsettled]
    sources: dict[str, str] = field(default_factory=dict)

    def content(self, known: ItemStandard | None) -> dict[str, Any]:
        """The draft as its file has it."""
        asked = [entry for row in self.materials if (entry := self._material(row))]
        review = [self._step(row) for row in sorted(self.steps, key=_place)]
        limit = self._limit(review)
        if not self.materials or not self.steps:
            self._open(self._first, f"there are no {'materials' if self.steps else 'steps'} of this region")
        self._open(self._first, "who qualifies, what is registered, class and retention are not in the tables")
        return {
            "item": known.item if known else self._id(),
            "name": self.name,
            "region": self.region,
            "life_stage": known.life_stage if known else self._life_stage(),
            "applicant": known.applicant if known else self._applicant(),
            "valid_from": self.valid_from,
            "source": "assumed",
            "criteria": [],
            "registration": [],
            "materials": self._once(asked),
            "review": review,
            "limit": limit,
            "e_material": {"formats": ["application/pdf", "image/jpeg", "image/png"], "source": "assumed"},
            "archive": None,
            "sources": {"assumed": "推定：办事指南未载明", **self.sources},
        }

    @property
    def _first(self) -> GuideRow:
        return (*self.materials, *self.steps)[0]

    def _open(self, row: GuideRow, text: str) -> None:
        self.unsettled.append(Unsettled(row.file, row.line, text))

    def _source(self, row: GuideRow) -> str:
        if not row["source_url"]:
            self._open(row, "no source is named")
            return "assumed"
        for key, url in self.sources.items():
            if url == row["source_url"]:
                return key
        key = f"guide-{len(self.sources) + 1}"
        self.sources[key] = row["source_url"]
        return key

    def _id(self) -> str:
        id_ = digest_id("item", self.name, self.region)
        self._open(self._first, f"the item has no id; {id_} is made of name and region")
        return id_

    def _life_stage(self) -> str:
        found = next((stage for stage, words in _LIFE_STAGES if any(word in self.name for word in words)), "work")
        self._open(self._first, f"the stage of life is not said; taken for {found}")
        return found

    def _applicant(self) -> str:
        actors = self.steps[0]["actor"] if self.steps else ""
        found = "organisation" if ("单位" in actors and "职工" not in actors) or "企业" in self.name else "person"
        self._open(self._first, f"whether persons or organisations apply is not said; taken for {found}")
        return found

    def _material(self, row: GuideRow) -> dict[str, Any] | None:
        name = row["material_name"]
        if not name:
            self._open(row, "the material has no name; left out")
            return None
        found = self.types.of(name, row["material_norm"])
        for text in found.open:
            self._open(row, text)
        required = row["required"].lower() != "false"
        if row["required"].lower() not in ("true", "false"):
            self._open(row, f"required is '{row['required']}'; taken for true")
        entry: dict[str, Any] = {"type": found.type_id, "as_written": name, "required": required}
        written = row["copies_form"]
        if not required:
            entry["condition"] = written or "the guide does not say when"
            if not written:
                self._open(row, "on which condition it is asked for is not said")
        form = _form(written)
        entry |= {"form": form} if form else {}
        entry |= {"instead": list(found.instead)} if found.instead else {}
        entry |= {"note": written} if written and required else {}
        return {**entry, "source": self._source(row), "_row": row}

    def _once(self, asked: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        """Each type once: what is asked for under another name becomes a type of its own, or is left out."""
        kept: dict[str, dict[str, Any]] = {}
        for entry in asked:
            row = entry.pop("_row")
            if entry["type"] in kept:
                own = self.types.own(entry["as_written"])
                if own is None or own in kept:
                    self._open(row, f"'{entry['as_written']}' is asked for twice; left out")
                    continue
                self._open(
                    row, f"'{entry['as_written']}' is of a type that is asked for already; made a type of its own"
                )
                entry["type"] = own
            kept[entry["type"]] = entry
        return list(kept.values())

    def _step(self, row: GuideRow) -> dict[str, Any]:
        if not row["step"]:
            self._open(row, "the step has no name")
        activity = row["step"] or f"step {row['seq']}"
        role = row["actor"] or "not said"
        stage = next((stage for stage, words in _STAGES if any(word in activity for word in words)), None)
        if stage is None:
            self._open(row, f"the stage of '{activity}' is not known; taken for other")
        entry: dict[str, Any] = {"activity": activity, "stage": stage or "other", "role": role}
        if any(role.startswith(who) for who in _OUTSIDE):
            entry["required"] = False
        if not row["seq"].isdecimal():
            self._open(row, f"seq is '{row['seq']}', no number; placed last")
        return {**entry, **self._time(row, activity), "source": self._source(row)}

    def _time(self, row: GuideRow, activity: str) -> dict[str, Any]:
        text = row["time_or_note"]
        if not text:
            return {}
        written = read_limit(text)
        if written is None:
            self._open(row, f"'{text}' is no limit that can be read; kept as a note")
            return {"note": text}
        entry = self._limited(row, written)
        if "limit_days" in entry and "limit_from" not in entry and row is min(self.steps, key=_place):
            self._open(row, f"from when '{text}' counts is not said")
        return {**entry, "note": text}

    def _limited(self, row: GuideRow, written: WrittenLimit) -> dict[str, Any]:
        if written.window is not None:
            return {"window": written.window}
        entry: dict[str, Any] = {"limit_days": written.days, "days": written.kind}
        if written.counts_from is not None:
            found = self._counts_from(written.counts_from)
            if found is None:
                self._open(row, f"'{written.counts_from}' is no step and no type of record: from when does it count?")
            entry |= {"limit_from": found} if found else {}
        return entry | ({"extension_days": written.extension_days} if written.extension_days else {})

    def _counts_from(self, text: str) -> str | None:
        steps = [row["step"] for row in self.steps if row["step"] and row["step"] == text]
        return steps[0] if steps else self.types.named(text)

    def _limit(self, review: list[dict[str, Any]]) -> dict[str, Any] | None:
        """The limit of the whole item; one that counts from elsewhere, and a window, belong to a step."""
        rows = {row["time_limit"]: row for row in self.materials if row["time_limit"]}
        for text, row in list(rows.items())[1:]:
            self._open(row, f"another limit, '{text}', is named as well; left out")
        if not rows:
            return None
        text, row = next(iter(rows.items()))
        written = read_limit(text)
        if written is None:
            self._open(row, f"'{text}' is no limit that can be read; left out")
            return None
        if written.window is None and written.counts_from in (None, "受理"):
            more = {"extension_days": written.extension_days} if written.extension_days else {}
            return {"days": written.days, "kind": written.kind, **more, "source": self._source(row)}
        step = review[-1 if written.window else 0] if review else None
        if step is None or "limit_days" in step or "window" in step:
            self._open(row, f"'{text}' belongs to a step, and there is none for it; left out")
            return None
        at = list(step).index("source")
        before, after = list(step.items())[:at], list(step.items())[at:]
        step.clear()
        step.update([*before, *self._limited(row, written).items(), *after])
        return None


def _place(row: GuideRow) -> tuple[bool, int, int]:
    return (not row["seq"].isdecimal(), int(row["seq"]) if row["seq"].isdecimal() else 0, row.line)


def _form(written: str) -> str | None:
    """The form that a text asks for: of 'original or copy' a copy will do."""
    if "验" in written:
        return "checked on sight"
    if "原件或复印件" in written:
        return "copy"
    return "original" if "原件" in written else "copy" if "复印件" in written else None
