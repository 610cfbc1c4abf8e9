"""What is to be filed: records in no volume, what their standard makes of them, and why one has to wait."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa
from pydantic import ValidationError

from graph.days import CHINA_OFFSET
from graph.filing.arrangement import Arrangement, by_volume, retention_code
from graph.items import KnownItems, known_items, under_links
from graph.standard import ArchiveRule, stored_standard
from graph.store import Store

_RECORD = [
    ("medium", pa.string()), ("form", pa.string()), ("files", pa.int64()), ("pages", pa.int64()),
    ("class", pa.string()), ("retention", pa.string()), ("archive_no", pa.string()),
]  # fmt: skip
_OF_CASES = pa.schema(
    [
        ("case_id", pa.string()), ("item_id", pa.string()), ("accepted_at", pa.int64()), ("closed_at", pa.int64()),
        ("persons", pa.int64()), ("person_id", pa.string()), ("material_id", pa.string()), ("first_at", pa.int64()),
        *_RECORD,
    ]
)  # fmt: skip
_UNCASED = pa.schema(
    [
        ("persons", pa.int64()), ("person_id", pa.string()), ("dated", pa.string()), ("material_id", pa.string()),
        *_RECORD,
    ]
)  # fmt: skip
_CHECKS = pa.schema([("material_id", pa.string()), ("failed", pa.int64()), ("code", pa.string())])

# Why a record is not filed. `reason` of a record is one of these words; docs/filing.md and the work list say more.
CHECK_FAILED: Final = "check failed"
NO_STANDARD: Final = "no standard"
NO_ARCHIVE_RULE: Final = "no archive rule"
NO_CLASS: Final = "no class"
NO_RETENTION: Final = "no retention"
NO_VOLUME_RULE: Final = "no volume rule"
NO_MEDIUM: Final = "no medium"
NO_PERSON: Final = "no person"
SEVERAL_PERSONS: Final = "several persons"
NO_YEAR: Final = "no year"
NUMBER_TAKEN: Final = "number taken"
CASE_WAITS: Final = "case waits"

RULES = ("case", "person", "year")
# A frame of records to be filed has these columns beside those that were read.
COLUMNS = (
    "material_id", "case_id", "person_id", "version_id", "rule", "basis", "series", "class", "year", "retention",
    "electronic", "pages", "own_code", "own_position", "reason", "detail",
)  # fmt: skip


def of_cases(store: Store, load: int, house: Arrangement, cases: Sequence[str] | None = None) -> pd.DataFrame:
    """The loose records of completed cases (COLUMNS), of all or of some, in the order in which they are filed.

    A record of several cases is filed with the one that was completed first. If a record of a case has to wait, the
    whole case does, so that its volume is whole.
    """
    if cases is None:
        read = store.table("filing/loose", _OF_CASES, load=load)
    else:
        read = store.table("filing/loose_of_cases", _OF_CASES, load=load, ids=list(cases))
    frame = _frame(read)
    frame = frame.sort_values(["closed_at", "case_id", "first_at", "material_id"], kind="stable")
    frame = frame.drop_duplicates("material_id").reset_index(drop=True)
    frame = _under_standards(frame, known_items(store, load), house)
    frame["year"] = _years(frame["closed_at"])
    _judge(store, load, frame, house)
    frame["series"] = _series(frame, house, house.category, ~frame["rule"].eq("person"))
    frame["basis"] = _bases(frame)
    waiting = frame.loc[frame["reason"].notna()].drop_duplicates("case_id").set_index("case_id")
    waits = frame["case_id"].isin(waiting.index) & frame["reason"].isna()
    frame.loc[waits, "detail"] = frame.loc[waits, "case_id"].map(waiting["material_id"])
    frame.loc[waits, "reason"] = CASE_WAITS
    return frame[list(COLUMNS)]


def uncased(store: Store, load: int, house: Arrangement) -> pd.DataFrame:
    """The loose records that no event names (COLUMNS): catalogued ones, in the order in which they are arranged.

    One with a 档号 of its own goes to the volume and place that this names.
    """
    frame = _frame(store.table("filing/uncased", _UNCASED, load=load))
    frame["case_id"] = frame["version_id"] = frame["detail"] = frame["reason"] = None
    frame["rule"] = house.catalogue.volume_rule
    years = pd.to_numeric(frame["dated"].str.extract(r"^(\d{4})", expand=False), errors="coerce")
    frame["year"] = years.where(years > 0).astype("Int64")
    named = [by_volume(text) for text in frame["archive_no"]]
    frame["own_code"] = pd.Series([one[0] if one else None for one in named], index=frame.index, dtype="object")
    frame["own_position"] = pd.array([one[1] if one else None for one in named], dtype="Int64")
    _judge(store, load, frame, house, strict=house.catalogue.volume_rule == "year")
    frame["series"] = _series(frame, house, house.catalogue.category, frame["rule"].eq("year"))
    if house.catalogue.volume_rule == "person":
        frame["series"] = house.series(house.catalogue.category)
    frame["basis"] = _bases(frame)
    return frame.sort_values(["basis", "class", "dated", "material_id"], kind="stable")[list(COLUMNS)]


def _frame(read: pa.Table) -> pd.DataFrame:
    frame: pd.DataFrame = read.to_pandas()
    for name in ("pages", "files", "persons", "closed_at", "accepted_at", "first_at"):
        if name in frame:
            frame[name] = frame[name].astype("Int64")
    for name in ("own_code", "detail", "reason", "version_id"):
        frame[name] = pd.Series(None, index=frame.index, dtype="object")
    frame["own_position"] = pd.array([None] * len(frame), dtype="Int64")
    for name in ("medium", "form", "class", "retention", "person_id", "dated", "archive_no"):
        if name in frame:
            frame[name] = frame[name].astype("object").where(frame[name].notna(), None)
    return frame


def _years(at_ms: pd.Series) -> pd.Series:
    days = (at_ms.fillna(0).astype("int64") + 1000 * CHINA_OFFSET) // 86_400_000
    years = pd.Series(days.to_numpy().astype("datetime64[D]").astype("datetime64[Y]").astype(int) + 1970)
    return years.astype("Int64").where(at_ms.notna().to_numpy(), pd.NA).set_axis(at_ms.index)


def _under_standards(frame: pd.DataFrame, known: KnownItems, house: Arrangement) -> pd.DataFrame:
    """Version, rule, class and retention of each record: its own, or else what its standard says."""
    versions = _versions(frame, known)
    found = {id_: _archive_rule(known, id_) for id_ in set(versions.dropna())}
    rules = [(id_, found[id_]) if isinstance(id_, str) else (None, None) for id_ in versions]
    archive = [rule for _, rule in rules]
    frame["version_id"] = pd.Series([version for version, _ in rules], index=frame.index, dtype="object")
    frame["reason"] = pd.Series(
        [None if rule else NO_ARCHIVE_RULE if version else NO_STANDARD for version, rule in rules],
        index=frame.index, dtype="object",
    )  # fmt: skip
    said = {
        "class": [rule.scheme_class if rule else None for rule in archive],
        "retention": [rule.retention if rule else None for rule in archive],
    }
    for name, values in said.items():
        frame[name] = frame[name].where(frame[name].notna(), pd.Series(values, index=frame.index, dtype="object"))
    frame["rule"] = pd.Series(
        [(rule.volume_rule or house.volume_rule) if rule else None for rule in archive],
        index=frame.index, dtype="object",
    )  # fmt: skip
    physical = pd.Series([rule.physical_form if rule else None for rule in archive], index=frame.index)
    single = physical.where(physical.isin(["paper", "electronic"]))
    frame["medium"] = frame["medium"].where(frame["medium"].notna() | (frame["files"] > 0), single)
    return frame


def _versions(frame: pd.DataFrame, known: KnownItems) -> pd.Series:
    """The version that each record's case is under."""
    cases = frame.drop_duplicates("case_id")
    at = pa.array(cases["accepted_at"], pa.int64(), from_pandas=True)
    ids, items = (pa.array(cases[name], pa.string(), from_pandas=True) for name in ("case_id", "item_id"))
    table = pa.table({"id": ids, "item_id": items, "accepted_at": at, "opened_at": at})
    under = under_links(table, known.all_versions).to_pandas().set_index("from_id")["to_id"]
    return frame["case_id"].map(under)


def _archive_rule(known: KnownItems, version_id: str) -> ArchiveRule | None:
    (version,) = (one for of in known.versions.values() for one in of if one["id"] == version_id)
    try:
        return stored_standard(version["standard"] or "{}").archive
    except ValidationError:
        return None


def _judge(store: Store, load: int, frame: pd.DataFrame, house: Arrangement, *, strict: bool = True) -> None:
    """Says on what each record lies, and of the first thing that keeps it from being filed."""
    medium = frame["medium"].where(frame["medium"].isin(["paper", "electronic"]))
    medium = medium.mask(frame["form"].eq("e-licence"), "electronic")
    medium = medium.mask(medium.isna() & (frame["files"] > 0), "electronic")
    medium = medium.where(medium.notna(), house.medium_if_unstated)
    frame["electronic"] = medium.eq("electronic")
    frame["retention_code"] = frame["retention"].map(retention_code, na_action="ignore")
    failed = _failed_checks(store, load, frame["material_id"])
    frame.loc[failed.index, "detail"] = failed
    numbered = frame["own_code"].notna()
    conditions = [
        (frame["material_id"].isin(frame.loc[failed.index, "material_id"]), CHECK_FAILED),
        (medium.isna(), NO_MEDIUM),
        (frame["rule"].isna(), NO_VOLUME_RULE),
        (frame["class"].isna() & strict & ~numbered, NO_CLASS),
        (frame["retention_code"].isna() & strict & ~numbered, NO_RETENTION),
        (frame["rule"].eq("person") & (frame["persons"] == 0) & ~numbered, NO_PERSON),
        (frame["rule"].eq("person") & (frame["persons"] > 1) & ~numbered, SEVERAL_PERSONS),
        (frame["year"].isna() & strict & ~numbered, NO_YEAR),
    ]
    for holds, reason in conditions:
        frame.loc[holds & frame["reason"].isna(), "reason"] = reason


def _failed_checks(store: Store, load: int, ids: pd.Series) -> pd.Series:
    """The code of the first check at filing that a record failed when it was last checked: this blocks filing."""
    checked = store.table("filing/gd_checks", _CHECKS, load=load).to_pandas()
    codes = checked[checked["failed"] > 0].set_index("material_id")["code"]
    return ids.map(codes)[ids.isin(codes.index)]


def _series(frame: pd.DataFrame, house: Arrangement, category: str, yearly: pd.Series) -> pd.Series:
    """The beginning of each record's 档号; a volume of a person goes by class and retention, without a year."""
    parts = frame[["class", "year", "retention_code"]].assign(yearly=yearly)
    known = parts.drop_duplicates()
    named = {}
    for scheme_class, year, code, by_year in known.itertuples(index=False, name=None):
        shown = None if pd.isna(year) or not by_year else int(year)
        coded = house.class_code(scheme_class) if isinstance(scheme_class, str) else None
        named[_row(scheme_class, year, code, by_year)] = house.series(
            category, coded, shown, code if isinstance(code, str) else None
        )
    rows = parts.itertuples(index=False, name=None)
    return pd.Series([named[_row(*row)] for row in rows], index=frame.index, dtype="object")


def _row(*values: object) -> tuple[object, ...]:
    return tuple(None if pd.isna(one) else one for one in values)


def _bases(frame: pd.DataFrame) -> pd.Series:
    """What makes a volume of records: their case, person or year with class and retention, or their own 档号."""
    of = np.select(
        [frame["own_code"].notna(), frame["rule"].eq("case"), frame["rule"].eq("person")],
        [frame["own_code"].fillna(""), frame["case_id"].fillna(""), frame["person_id"].fillna("")],
        "",
    )
    kind = np.where(frame["own_code"].notna(), "number", frame["rule"].fillna(""))
    series = np.where(frame["own_code"].notna(), "", frame["series"].fillna(""))
    joined = ["|".join(one) for one in zip(kind, series, of, strict=True)]
    return pd.Series(joined, index=frame.index, dtype="object")
