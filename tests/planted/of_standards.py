"""Planted under a standard: fields, records, steps, who, limits, files and what is kept."""

from __future__ import annotations

import csv
from datetime import datetime, timedelta
from pathlib import Path

from tests.planted.sources import DAY, HOUR, Book, Step, records

TYPES = """\
sources: {guide: a guide}
types:
- {id: id-card, name: 居民身份证, synonyms: [身份证], class: identity, validity_days: unlimited, source: guide}
- {id: household-register, name: 户口簿, synonyms: [], class: identity, validity_days: unlimited, source: guide}
- {id: photo, name: 照片, synonyms: [], class: identity, validity_days: 183, source: guide}
- {id: survey-report, name: 踏勘报告, synonyms: [], class: report, validity_days: 0, source: guide}
- {id: permit-licence, name: 施工许可证, synonyms: [], class: licence, validity_days: unlimited, source: guide}
"""
STANDARD = """\
item: permit
name: 施工许可
region: 东区
life_stage: work
applicant: person
valid_from: 2024-01-01
source: guide
sources: {guide: a guide}
criteria: []
registration:
- {field: name, type: text, required: true, source: guide}
- {field: phone, type: text, required: true, pattern: '^1[0-9]{10}$', source: guide}
materials:
- {type: id-card, as_written: 身份证, required: true, form: original, instead: [household-register], source: guide}
- {type: photo, as_written: 照片, required: true, source: guide}
review:
- {activity: 受理, stage: acceptance, role: 窗口, source: guide}
- {activity: 现场查看, stage: other, role: 科室, required: false, must_follow: [], source: guide}
- {activity: 审核, stage: review, role: 科室, limit_days: 5, days: working, limit_from: 受理, must_follow: [受理],
   rests_on: [survey-report], source: guide}
- {activity: 公示, stage: other, role: 科室, also: [网上公示], must_follow: [审核], not_by_same_as: [审核],
   source: guide}
- {activity: 补正告知, stage: other, role: 窗口, required: false, must_follow: [], stops_clock_until: 补正收讫,
   source: guide}
- {activity: 补正收讫, stage: other, role: 窗口, required: false, must_follow: [补正告知], source: guide}
- {activity: 审批, stage: approval, role: 领导, by: [审批人, 行政审批科], must_follow: [审核], source: guide}
- {activity: 办结, stage: completion, role: 窗口, must_follow: [审批], produces: [permit-licence],
   window: {monthly: [1, 25]}, source: guide}
limit: {days: 20, kind: natural, source: guide}
e_material: {formats: [application/pdf], max_bytes: 2000, source: guide}
archive: {class: 业务 1, title: 许可, retention: 30年, volume_rule: case, physical_form: paper, source: guide}
"""
CATALOGUE = """\
system: permit
catalogue:
  files: files
  columns: {archive_no: 档号, volume_no: 案卷号, title: 题名, class: 类号, retention: 保管期限, medium: 载体,
    file: 文件名}
"""
CATALOGUE_COLUMNS = ("档号", "案卷号", "题名", "类号", "保管期限", "载体", "文件名")
# A Monday; no public holiday until mid-September.
MONDAY = datetime(2024, 7, 1, 9)
# An open case is past its limit on whatever day the audit is made.
_OVERDUE = ("standard-limit", None)


class Permits:
    """Cases under the standard, and the catalogue of what some of them left."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self.catalogue: list[dict[str, str]] = []

    def usual(self, week: int | None = None) -> list[Step]:
        """Accepted on a Monday, visited and reviewed on Tuesday … completed on Friday."""
        n = self.book.numbered
        first = (
            MONDAY + (n // 12 % 3 if week is None else week) * timedelta(weeks=1) + n * 7 % 50 * timedelta(minutes=1)
        )
        a, b, c, d = self.book.usual(first)
        visit = Step("现场查看", b.moment - HOUR, b.who, records(self.record(3, "踏勘报告")))
        shown = Step("公示", b.moment + DAY, a.who)
        a = a.with_(电话="13800138000", **records(*self.papers()))
        licence = self.record(4, "施工许可证")
        d = d.later(DAY).with_(产出编号=licence["材料编号"], 产出名称=licence["材料名称"])
        return [a, visit, b, shown, c.later(DAY).with_(岗位="审批人"), d]

    def record(self, nth: int, title: str, **cells: str) -> dict[str, str]:
        return {"材料编号": f"XK-{self.book.numbered + 1:04}-{nth}", "材料名称": title, **cells}

    def papers(self, card: str = "居民身份证", form: str = "原件", dated: str = "20240601") -> list[dict[str, str]]:
        return [self.record(1, card, 形式=form), self.record(2, "照片", 材料日期=dated)]

    def plant(self, rule: str, steps: list[Step], at: int | None, *also: tuple[str, int | None], **cells: str) -> str:
        return self.book.plant(rule, steps, at, *also, item="permit", **cells)

    def decoy(self, rule: str, steps: list[Step], *also: tuple[str, int | None], **cells: str) -> str:
        return self.book.decoy(rule, steps, *also, item="permit", **cells)

    def filed(self, of: int, *others: dict[str, str], **cells: str) -> None:
        """A catalogue row for the identity card of the `of`-th case, and further records of it."""
        row = {"档号": f"XK-{of:04}-1", "题名": "居民身份证", "类号": "业务 1", "保管期限": "30年", "载体": "纸质"}
        self.catalogue.extend(({**row, **cells}, *({**row, **one} for one in others)))

    def save(self, folder: Path) -> tuple[Path, Path]:
        rows, mapping = folder / "permit-catalogue.csv", folder / "permit-catalogue.yaml"
        with rows.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, CATALOGUE_COLUMNS, restval="")
            writer.writeheader()
            writer.writerows(self.catalogue)
        mapping.write_text(CATALOGUE, encoding="utf-8")
        (folder / "files").mkdir()
        for name in {one["文件名"] for one in self.catalogue if one.get("文件名")}:
            (folder / "files" / name).write_bytes(_file(name))
        (folder / "standards" / "items").mkdir(parents=True)
        (folder / "standards" / "material_types.yaml").write_text(TYPES, encoding="utf-8")
        (folder / "standards" / "items" / "permit.yaml").write_text(STANDARD, encoding="utf-8")
        return rows, mapping


def fields(of: Permits) -> None:
    for n in range(5):
        a, *others = of.usual()
        of.plant("standard-field-missing", [a.with_(电话=" " if n % 2 else ""), *others], None)
        wrong = ("12345", "2380013800", "电话不详", "138-0013-8000", "138001380000")[n]
        a, *others = of.usual()
        of.plant("standard-field-form", [a.with_(电话=wrong), *others], None)
    a, v, b, *others = of.usual()
    of.decoy("standard-field-missing", [a.with_(电话=""), v, b.with_(电话="13800138000"), *others])
    a, v, *others = of.usual()
    of.decoy("standard-field-missing", [a.with_(电话=""), v], _OVERDUE)
    a, *others = of.usual()
    of.decoy("standard-field-form", [a.with_(电话=" 13800138001 "), *others])
    a, *others = of.usual()
    of.decoy("standard-field-form", [a.with_(电话="19999999999"), *others])


def materials(of: Permits) -> None:
    for n in range(5):
        a, *others = of.usual()
        of.plant("standard-material-missing", [a.with_(**records(of.papers()[n % 2])), *others], None)
        a, *others = of.usual()
        of.plant("standard-material-form", [a.with_(**records(*of.papers(form="复印件"))), *others], None)
        a, *others = of.usual()
        if n < 3:
            old = f"{a.moment - (184 + n * 30) * DAY:%Y%m%d}"
            of.plant("standard-material-expired", [a.with_(**records(*of.papers(dated=old))), *others], None)
        else:
            card, photo = of.papers()
            ended = records(card | {"有效期至": f"{a.moment - n * DAY:%Y-%m-%d}"}, photo)
            of.plant("standard-material-expired", [a.with_(**ended), *others], None, ("material-expired", 1))
    for card in ("户口簿", "身份证", " 居民身份证"):
        a, *others = of.usual()
        of.decoy("standard-material-missing", [a.with_(**records(*of.papers(card))), *others])
    a, v, *others = of.usual()
    of.decoy("standard-material-missing", [a.with_(**records()), v], _OVERDUE)
    a, *others = of.usual()
    of.decoy("standard-material-form", [a.with_(**records(*of.papers(form="电子证照"))), *others])
    a, *others = of.usual()
    both = [*of.papers(form="复印件"), of.record(5, "居民身份证", 形式="原件")]
    of.decoy("standard-material-form", [a.with_(**records(*both)), *others])
    a, *others = of.usual()
    last = f"{a.moment - 183 * DAY:%Y%m%d}"
    of.decoy("standard-material-expired", [a.with_(**records(*of.papers(dated=last))), *others])
    a, *others = of.usual()
    card, photo = of.papers(dated="20230101")
    of.decoy(
        "standard-material-expired", [a.with_(**records(card, photo | {"有效期至": f"{a.moment:%Y-%m-%d}"})), *others]
    )


def review(of: Permits) -> None:
    for n in range(5):
        a, v, b, p, c, d = of.usual()
        of.plant("standard-step-missing", [a, v, b, c, d], None)
        a, v, b, p, c, d = of.usual()
        of.plant("standard-step-order", [a, v, p.at_(b.moment - (n + 1) * timedelta(minutes=5)), b, c, d], 3)
        a, v, b, p, c, d = of.usual()
        role = {} if n % 2 else {"科室": "综合窗口"}
        of.plant("standard-actor", [a, v, b, p, c.with_(岗位="审核人", **role), d], 5)
        a, v, b, p, c, d = of.usual()
        of.plant("standard-same-person", [a, v, b, p.by(b.who), c, d], 4)
        a, v, b, p, c, d = of.usual()
        if n < 3:
            report, none = v.cells, records()
            later = p.with_(**report) if n else p
            of.plant("standard-rests-on", [a, v.with_(**none), b, later, c, d], 3)
        else:
            of.plant("standard-rests-on", [a, v, b, p, c, Step(d.activity, d.at, d.who)], 6)
    a, v, b, p, c, d = of.usual()
    of.decoy("standard-step-missing", [a, v, b, Step("网上公示", p.at, p.who), c, d])
    a, v, b, p, c, d = of.usual()
    of.decoy("standard-step-missing", [a, v, b], _OVERDUE)
    a, v, b, p, c, d = of.usual()
    of.decoy("standard-step-missing", [a, v, b, Step("退件", c.at, d.who)])
    a, v, b, p, c, d = of.usual()
    day = f"{b.moment:%Y-%m-%d}"
    of.decoy("standard-step-order", [a, v, p.at_(day), b.at_(day), c, d])
    a, v, b, p, c, d = of.usual()
    of.decoy("standard-step-order", [a, v.at_(a.moment - HOUR), b, p, c, d])
    a, v, b, p, c, d = of.usual()
    of.decoy("standard-actor", [a, v, b, p, c.with_(岗位="代理", 科室="行政审批科"), d])
    of.decoy("standard-same-person", [a, v, b, p.by("公示员"), c, d.by(b.who)])
    a, v, b, p, c, d = of.usual()
    of.decoy("standard-actor", [a, v, b, p, c.with_(科室="综合窗口"), d])
    of.decoy("standard-same-person", [a, v.by(p.who), b, p, c, d])
    a, v, b, p, c, d = of.usual()
    report = v.cells
    of.decoy("standard-rests-on", [a, v.with_(**records()), b.with_(**report), p, c, d])
    a, v, b, p, c, d = of.usual()
    of.decoy("standard-rests-on", [a, v, b, p, Step("退件", c.at, d.who)])


def limits(of: Permits) -> None:
    week = timedelta(weeks=1)
    for n in range(6):
        if n < 3:
            # Six, seven, eight working days instead of five; the rest of the case a week later.
            a, v, b, p, c, d = of.usual(0)
            late = [
                v.later(week),
                b.later(week + n * DAY),
                p.later(week + 2 * DAY),
                c.later(week + 3 * DAY),
                d.later(2 * week - DAY),
            ]
            of.plant("standard-limit", [a, *late], 3)
        elif n == 3:
            a, v, b, p, c, d = of.usual(0)
            of.plant("standard-limit", [a, v, b, p, c, d.at_(datetime(2024, 7, 23, 10))], 6)
        else:
            a, v, b, p, c, d = of.usual(2)
            of.plant("standard-limit", [a, v, b, p, c, d.at_(datetime(2024, 7, 22 + n, 10))], 6)
    a, v, b, p, c, d = of.usual(0)
    shifted = [s.later(week) for s in (p, c, d)]
    of.decoy("standard-limit", [a, v, b.at_(datetime(2024, 7, 8, 17)), *shifted])
    a, v, b, p, c, d = of.usual(0)
    asked, given = Step("补正告知", datetime(2024, 7, 2, 8), a.who), Step("补正收讫", datetime(2024, 7, 5, 8), a.who)
    of.decoy(
        "standard-limit",
        [
            a,
            asked,
            given,
            v.later(week),
            b.at_(datetime(2024, 7, 11, 17)),
            *(s.later(week + 2 * DAY) for s in (p, c)),
            d.later(week + 3 * DAY),
        ],
    )
    a, v, b, p, c, d = of.usual(0)
    # The twentieth day is a Sunday.
    of.decoy("standard-limit", [a, v, b, p, c, d.at_(datetime(2024, 7, 22, 10))])
    a, v, b, p, c, d = of.usual(2)
    of.decoy("standard-limit", [a, v, b, p, c, d.at_(datetime(2024, 7, 25, 20))])


def kept(of: Permits) -> None:
    for n in range(5):
        of.plant("standard-e-material", of.usual(), None)
        of.filed(of.book.numbered, 文件名=("扫描.jpg", "说明.txt", "大件.pdf", "图纸.png", "过大.pdf")[n])
        wrong = ({"类号": "业务 2"}, {"保管期限": "10年"}, {"载体": "电子"}, {"案卷号": "001"}, {"类号": "2"})[n]
        of.plant("standard-archive", of.usual(), None)
        number = of.book.numbered
        others = [
            {"档号": f"XK-{number:04}-{k}", "题名": t, **({} if n != 3 else {"案卷号": "002"})}
            for k, t in ((2, "照片"),)
        ]
        if n == 2:
            rest = ((2, "照片"), (3, "踏勘报告"), (4, "施工许可证"))
            others = [{"档号": f"XK-{number:04}-{k}", "题名": t, "载体": "电子"} for k, t in rest]
        of.filed(number, *others, **wrong)
    of.decoy("standard-e-material", of.usual())
    of.filed(of.book.numbered, 文件名="正好.pdf")
    of.decoy("standard-e-material", of.usual())
    of.filed(of.book.numbered, 文件名="小件.pdf")
    of.decoy("standard-archive", of.usual())
    of.filed(
        of.book.numbered,
        {"档号": f"XK-{of.book.numbered:04}-2", "题名": "照片", "案卷号": "007"},
        类号="1",
        案卷号="007",
    )
    a, v, *others = of.usual()
    of.decoy("standard-archive", [a, v], _OVERDUE)
    of.filed(of.book.numbered, 类号="业务 2", 保管期限="永久", 载体="电子")


def _file(name: str) -> bytes:
    """A file whose content is what its ending says; the sizes stand around the limit of 2,000 bytes."""
    size = {"大件.pdf": 2_001, "过大.pdf": 50_000, "正好.pdf": 2_000}.get(name, 900)
    start = {
        "pdf": b"%PDF-1.4\n1 0 obj <</Type /Catalog>> endobj\n",
        "jpg": b"\xff\xd8\xff\xe0\x00\x10JFIF\x00",
        "png": b"\x89PNG\r\n\x1a\n",
        "txt": "说明。\n".encode(),
    }[name.rpartition(".")[2]]
    end = b"\n%%EOF\n" if name.endswith("pdf") else b""
    filler = b"% " if name.endswith("pdf") else b"x"
    middle = (filler * size)[: size - len(start) - len(end)]
    return start + middle + end
