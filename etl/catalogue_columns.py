"""What the columns of a catalogue mean: names of DA/T 22, DA/T 18 and of the field, and a mapping that overrides.

A name is compared without blanks, brackets and case (etl.sheet_header.header_name).
"""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from pydantic import BaseModel, ConfigDict, Field

from etl.sheet_header import header_name
from graph.errors import MappingError

CatalogueField = Literal[
    "sequence",
    "item_no",
    "archive_no",
    "doc_no",
    "responsible",
    "title",
    "date",
    "date_year",
    "date_month",
    "date_day",
    "secrecy",
    "pages",
    "page_range",
    "note",
    "class",
    "retention",
    "medium",
    "form",
    "valid_until",
    "year",
    "fonds_no",
    "catalogue_no",
    "volume_no",
    "box_no",
    "shelf_no",
    "room",
    "file",
    "person_number",
    "person_key",
    "person_name",
    "birth_date",
    "gender",
    "organisation_number",
    "organisation_key",
    "organisation_name",
]
FIELDS: tuple[str, ...] = get_args(CatalogueField)

NAMES: dict[CatalogueField, str] = {
    "sequence": "序号 顺序号 no no. number",
    "item_no": "件号",
    "archive_no": "档号 档案号 电子档号 archiveno archivenumber referencecode",
    "doc_no": "文号 文件编号 文件号 发文字号 发文号 docno documentnumber",
    "responsible": "责任者 形成单位 形成者 发文单位 author responsible creator",
    "title": "题名 材料名称 文件题名 材料题名 文件材料题名 文件材料名称 标题 材料标题 title",
    "date": "日期 形成日期 形成时间 材料日期 材料时间 材料形成时间 材料形成日期 材料制成时间 文件日期 文件形成时间 "
    "成文日期 date",
    "date_year": "年",
    "date_month": "月",
    "date_day": "日",
    "secrecy": "密级 secrecy classification",
    "pages": "页数 总页数 pages pagecount",
    "page_range": "页号 页次 页码 起止页号 起止页码 起止页 pagerange",
    "note": "备注 附注 note notes remarks",
    "class": "类号 分类号 类别号 类别 档案类别 材料类别 分类 class classcode",
    "retention": "保管期限 retention",
    "medium": "载体 载体形态 载体类型 medium",
    "form": "形式 材料形式 form",
    "valid_until": "有效期至 有效期限至 有效期截止 有效截止日期 失效日期 到期日期 validuntil expires",
    "year": "年度 归档年度 year",
    "fonds_no": "全宗号 fonds fondsno",
    "catalogue_no": "目录号",
    "volume_no": "案卷号 卷号 volume volumeno",
    "box_no": "盒号 档案盒号 box boxno",
    "shelf_no": "架号 排架号 密集架号 柜号 shelf shelfno",
    "room": "库房 库房号 库房名称 room",
    "file": "文件名 文件路径 路径 电子文件名 电子文件 电子文件路径 附件 附件路径 原文路径 影像路径 "
    "file filename path",
    "person_number": "身份证号 身份证号码 身份证 居民身份证号 居民身份证号码 公民身份号码 公民身份证号码 "
    "证件号码 证件号 idnumber idno",
    "person_key": "人员编号 个人编号 人员代码 职工编号 工号 个人代码 personid personno",
    "person_name": "姓名 人员姓名 当事人 当事人姓名 人名 档案人姓名 name",
    "birth_date": "出生日期 出生年月 出生年月日 出生时间 生日 birthdate dateofbirth",
    "gender": "性别 gender sex",
    "organisation_number": "统一社会信用代码 社会信用代码 信用代码 creditcode",
    "organisation_key": "单位编号 单位代码 单位编码 组织机构代码 employerid",
    "organisation_name": "单位名称 用人单位 用人单位名称 参保单位 参保单位名称 企业名称 organisation organization",
}
REGISTRATION = {
    "ethnicity": "民族",
    "native_place": "籍贯",
    "birth_place": "出生地",
    "nationality": "国籍",
    "former_name": "曾用名",
    "document_kind": "证件类型 证件种类",
    "education": "学历 文化程度 最高学历",
    "degree": "学位 最高学位",
    "school": "毕业院校 毕业学校",
    "major": "专业 所学专业",
    "graduated": "毕业时间 毕业日期",
    "political_status": "政治面貌",
    "work_start": "参加工作时间 参加工作日期 参加工作年月",
    "employer": "工作单位 现工作单位",
    "position": "职务 现任职务",
    "professional_title": "职称 专业技术职务 专业技术资格",
    "phone": "联系电话 电话 手机 手机号 手机号码 移动电话",
    "address": "住址 家庭住址 联系地址 居住地址 现住址",
    "household_address": "户籍地址 户口所在地 户籍所在地",
    "household_type": "户口性质 户籍性质",
    "marital_status": "婚姻状况",
    "social_security_no": "社会保障号 社会保障号码 社保号 社保编号",
    "social_security_card": "社保卡号 社会保障卡号",
    "insured_since": "参保日期 参保时间 首次参保日期",
    "insurance_status": "参保状态",
    "retired": "退休时间 退休日期",
}
FIELD_OF = {name: field for field, names in NAMES.items() for name in names.split()}
FACT_OF = {name: field for field, names in REGISTRATION.items() for name in names.split()}
OWN: frozenset[str] = frozenset({"archive_no", "title", "date", "pages", "retention", "doc_no", "volume_no"})


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ClassScheme(_Part):
    """The scheme to which the classes belong."""

    name: str
    version: str


class CatalogueMapping(_Part):
    """What a catalogue's columns mean where their names do not say it, and where its files lie.

    `columns` and `facts` (field of the fact -> column) override what is recognised; `constants` hold for every row
    without a value. `classes`, `forms` and `media` translate values. `volume_of: person` says that each volume is one
    person's, also where some of its rows name nobody. `files` is a folder, relative to the catalogue's own; its
    files are joined by the column `file`, or else by 档号.
    """

    sheets: tuple[str, ...] = ()
    header_row: int | None = Field(None, ge=1, le=20)
    columns: dict[CatalogueField, str] = Field(default_factory=dict)
    facts: dict[str, str] = Field(default_factory=dict)
    constants: dict[CatalogueField, str] = Field(default_factory=dict)
    ignore: tuple[str, ...] = ()
    class_scheme: ClassScheme | None = None
    classes: dict[str, str] = Field(default_factory=dict)
    forms: dict[str, str] = Field(default_factory=dict)
    media: dict[str, str] = Field(default_factory=dict)
    volume_of: Literal["person"] | None = None
    files: str | None = None

    def knows(self, name: str) -> bool:
        """Whether a column of that name means something."""
        plain = header_name(name)
        named = {*self.columns.values(), *self.facts.values()}
        return plain in FIELD_OF or plain in FACT_OF or name in named or plain in map(header_name, named)


@dataclass(frozen=True)
class CatalogueColumns:
    """The columns of one sheet: by field, by field of a fact, and those that nothing names."""

    fields: dict[str, str]
    facts: dict[str, str]
    rest: tuple[str, ...]


def is_catalogue_header(names: Sequence[str]) -> bool:
    """Whether columns of these names are those of a catalogue: three known ones, one of them a record's own."""
    fields = {FIELD_OF.get(header_name(name)) for name in names} - {None}
    facts = {FACT_OF.get(header_name(name)) for name in names} - {None}
    return len(fields) + len(facts) > 2 and bool(fields & OWN)


def resolve_columns(
    names: Sequence[str], mapping: CatalogueMapping, where: str, *, strict: bool = True
) -> CatalogueColumns:
    """The meaning of each column of a sheet.

    The mapping goes before what is recognised; of two columns recognised as one field the first has it and the
    other stays an attribute. Raises MappingError where the mapping names a column that is not there (not
    `strict`: where another sheet has it).
    """
    by_plain = {header_name(name): name for name in reversed(names)}

    def found(column: str, key: str) -> str | None:
        name = column if column in names else by_plain.get(header_name(column))
        if name is None and strict:
            near = difflib.get_close_matches(column, names, 1)
            raise MappingError(
                f"{where}: the mapping names the column '{column}' (catalogue.{key}), which is not there."
                + (f" The nearest is '{near[0]}'." if near else ""),
                f"The columns are: {', '.join(names)}.",
            )
        return name

    said_fields = {f: found(c, f"columns.{f}") for f, c in mapping.columns.items()}
    said_facts = {f: found(c, f"facts.{f}") for f, c in mapping.facts.items()}
    ignored = {found(c, "ignore") for c in mapping.ignore}
    fields: dict[str, str] = {f: c for f, c in said_fields.items() if c is not None}
    facts: dict[str, str] = {f: c for f, c in said_facts.items() if c is not None}
    taken = {*fields.values(), *facts.values(), *ignored}
    for name in names:
        plain = header_name(name)
        if name in taken:
            continue
        for known, meaning in ((fields, FIELD_OF.get(plain)), (facts, FACT_OF.get(plain))):
            if meaning is not None and meaning not in known:
                known[meaning] = name
                taken.add(name)
    return CatalogueColumns(fields, facts, tuple(n for n in names if n not in taken))
