"""Single-set readiness (单套制): which records could do without paper, and what blocks the others.

docs/storeroom.md has the rules.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa
from pydantic import BaseModel, ValidationError

from graph import clock
from graph.items import KnownItems, known_items, under_links
from graph.reconcile import paper_required
from graph.settings import Settings
from graph.standard import ItemStandard, stored_standard
from graph.store import Store
from graph.viewer import Viewer

_RECORDS = pa.schema(
    [
        ("material_id", pa.string()), ("case_id", pa.string()), ("item_id", pa.string()), ("accepted_at", pa.int64()),
        ("class", pa.string()), ("paper", pa.int64()), ("copies", pa.int64()), ("files", pa.int64()),
        ("digests", pa.int64()), ("media", pa.string()),
    ]
)  # fmt: skip
_CHECKS = pa.schema([("material_id", pa.string()), ("failed", pa.int64()), ("code", pa.string())])

# What blocks a record, in the order in which it is looked for: each record counts for the first that holds.
NO_FILE: Final = "no file"
NO_DIGEST: Final = "no digest"
PAPER_REQUIRED: Final = "paper required"
NO_STANDARD: Final = "no standard"
FORMAT: Final = "format not taken"
CHECK_FAILED: Final = "check failed"
NOT_CHECKED: Final = "not checked"
BLOCKS = (NO_FILE, NO_DIGEST, PAPER_REQUIRED, NO_STANDARD, FORMAT, CHECK_FAILED, NOT_CHECKED)


class Block(BaseModel):
    """How many records one thing keeps on paper."""

    reason: str
    records: int


class ReadinessRow(BaseModel):
    """Of an item (null for records of no case) and class: `ready` of `records` could do without paper."""

    item_id: str | None
    item_name: str | None
    scheme_class: str | None
    records: int
    ready: int
    share: float
    blocks: list[Block]


class Readiness(BaseModel):
    """The rows by item and class, and the whole archive."""

    as_of_load: int
    records: int
    ready: int
    rows: list[ReadinessRow]


def readiness(store: Store, settings: Settings, viewer: Viewer) -> Readiness:
    """The share of records that could do without paper, by item and class, and what blocks the rest."""
    viewer.require_whole_archive()
    load, frame = clock.standing(store, lambda load: _judged(store, settings, load))
    rows = [_row(key, group) for key, group in frame.groupby(["item_id", "class"], dropna=False, sort=True)]
    return Readiness(
        as_of_load=load, records=len(frame), ready=int(frame["block"].isna().sum()), rows=_named(store, load, rows)
    )


def _row(key: tuple[object, ...], group: pd.DataFrame) -> ReadinessRow:
    item, scheme_class = (one if isinstance(one, str) else None for one in key)
    counts = group["block"].value_counts()
    ready = int(group["block"].isna().sum())
    return ReadinessRow(
        item_id=item,
        item_name=None,
        scheme_class=scheme_class,
        records=len(group),
        ready=ready,
        share=round(ready / len(group), 4),
        blocks=[Block(reason=one, records=int(counts[one])) for one in BLOCKS if one in counts],
    )


def _named(store: Store, load: int, rows: list[ReadinessRow]) -> list[ReadinessRow]:
    known = known_items(store, load) if load else None
    if known is None:
        return rows
    names = {id_: item["name"] for id_, item in known.items.items()}
    return [row.model_copy(update={"item_name": names.get(row.item_id or "")}) for row in rows]


def _judged(store: Store, settings: Settings, load: int) -> pd.DataFrame:
    """Each record with its item, class, and what blocks it (null for none)."""
    if load == 0:
        return pd.DataFrame({"item_id": [], "class": [], "block": []}, dtype="object")
    frame: pd.DataFrame = store.table("readiness/records", _RECORDS, load=load).to_pandas(
        types_mapper={pa.int64(): pd.Int64Dtype()}.get
    )
    known = known_items(store, load)
    standards = _standards(known)
    version = _versions(frame, known, standards)
    checks: pd.DataFrame = store.table("filing/gd_checks", _CHECKS, load=load).to_pandas()
    failed = frame["material_id"].isin(checks.loc[checks["failed"] > 0, "material_id"])
    checked = frame["material_id"].isin(checks["material_id"])
    # A record of no case is under no standard of an item; its class and its file say enough.
    of_case = frame["case_id"].notna()
    conditions = [
        frame["files"] == 0,
        frame["digests"] < frame["files"],
        frame["class"].isin(paper_required(store, settings, load)) | _on_paper(version, standards),
        of_case & version.isna(),
        of_case & ~_taken(frame["media"], version, standards),
        failed,
        ~checked,
    ]
    block = np.select([one.astype(bool).to_numpy() for one in conditions], list(BLOCKS), "")
    item = version.map({id_: one.item for id_, one in standards.items()})
    item = item.where(item.notna(), frame["item_id"])
    return pd.DataFrame(
        {"item_id": item.astype("object"), "class": frame["class"], "block": pd.Series(block).replace("", None)}
    )


def _standards(known: KnownItems) -> dict[str, ItemStandard]:
    found = {}
    for versions in known.versions.values():
        for version in versions:
            try:
                found[version["id"]] = stored_standard(version["standard"] or "{}")
            except ValidationError:
                continue
    return found


def _versions(frame: pd.DataFrame, known: KnownItems, standards: dict[str, ItemStandard]) -> pd.Series:
    """The version that each record's case is under; null where it is none that can be read."""
    cases = frame[frame["case_id"].notna()].drop_duplicates("case_id")
    at = pa.array(cases["accepted_at"], pa.int64(), from_pandas=True)
    ids, items = (pa.array(cases[name], pa.string(), from_pandas=True) for name in ("case_id", "item_id"))
    table = pa.table({"id": ids, "item_id": items, "accepted_at": at, "opened_at": at})
    under = under_links(table, known.all_versions).to_pandas()
    of_case = under[under["to_id"].isin(list(standards))].set_index("from_id")["to_id"]
    return frame["case_id"].map(of_case)


def _on_paper(version: pd.Series, standards: dict[str, ItemStandard]) -> pd.Series:
    required = [
        id_ for id_, one in standards.items() if one.archive and one.archive.physical_form in ("paper", "both")
    ]
    return version.isin(required)


def _taken(media: pd.Series, version: pd.Series, standards: dict[str, ItemStandard]) -> pd.Series:
    """Whether each media type of a record is one that its standard takes."""
    pairs = pd.DataFrame({"media": media, "version": version})
    known = pairs.drop_duplicates()
    said = {
        (text, id_): isinstance(id_, str)
        and bool(text)
        and set(text.split()) <= set(standards[id_].e_material.formats)
        for text, id_ in known.itertuples(index=False, name=None)
        if isinstance(id_, str)
    }
    rows = pairs.itertuples(index=False, name=None)
    return pd.Series([said.get((text, id_), False) for text, id_ in rows], index=media.index, dtype=bool)
