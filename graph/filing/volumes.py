"""Records into volumes (组卷): which volume, which place, which 档号. What is filed is never numbered again."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa

from graph.filing.arrangement import Arrangement, volume_code
from graph.filing.loose import NUMBER_TAKEN
from graph.store import Store

SYSTEM = "filing"
_VOLUMES = pa.schema(
    [
        ("volume_id", pa.string()), ("code", pa.string()), ("basis", pa.string()), ("class", pa.string()),
        ("year", pa.int64()), ("retention", pa.string()), ("last_position", pa.int64()), ("paper", pa.int64()),
        ("paper_pages", pa.int64()), ("paper_unknown", pa.int64()), ("electronic", pa.int64()),
        ("box_id", pa.string()), ("virtual_box_id", pa.string()),
    ]
)  # fmt: skip
_TAKEN = pa.schema([("volume_id", pa.string()), ("code", pa.string()), ("position", pa.int64())])
_LAST = pa.schema([("series", pa.string()), ("number", pa.int64())])


@dataclass(frozen=True)
class Volumes:
    """`records`: material_id, volume_id, position. `made`: the volumes that are new (id, code, basis, class, year,
    retention, person_id). `touched`: all volumes with new records: volume_id, code, series, mm (of its paper),
    electronic (records), box_id, virtual_box_id."""

    records: pd.DataFrame
    made: pd.DataFrame
    touched: pd.DataFrame


def stored_volumes(store: Store, load: int, house: Arrangement, bases: list[str] | None) -> pd.DataFrame:
    """Volumes of some bases, or all that lack a box, with the thickness of their paper in mm."""
    if bases is None:
        read = store.table("filing/unboxed", _VOLUMES, load=load)
    else:
        read = store.table("filing/volumes", _VOLUMES, load=load, ids=bases)
    frame: pd.DataFrame = read.to_pandas()
    pages = frame["paper_pages"] + frame["paper_unknown"] * house.pages_if_unknown
    return frame.assign(mm=pages * house.mm_per_page)


def last_numbers(store: Store, name: str, series: pd.Series, mark: str = "") -> dict[str, int]:
    """The highest number that volumes (or boxes) of each series have had."""
    wanted = sorted(set(series))
    found = store.table(name, _LAST, series=wanted, mark=mark).to_pylist() if wanted else []
    return {row["series"]: row["number"] for row in found}


def into_volumes(store: Store, load: int, house: Arrangement, records: pd.DataFrame) -> Volumes:
    """Gives records a place: those with a 档号 of their own the one that it names, the others the next in the volume
    of their basis, or in a new one where that would be thicker than the thickest box.

    `reason` of a record whose own place is taken is set; the others of the frame are filed.
    """
    own = records["own_code"].notna()
    numbered = _own_places(store, load, records, own)
    ruled = records[~own & records["reason"].isna()]
    stored = stored_volumes(store, load, house, sorted(set(ruled["basis"])))
    numbers = last_numbers(store, "filing/last_volume", ruled["series"])
    # Volumes that records name themselves take their numbers before the others.
    for series, number in numbered.made["code"].str.extract(r"^(.+)-(\d{1,9})$").dropna().itertuples(index=False):
        numbers[series] = max(numbers.get(series, 0), int(number))
    filled = _filled(house, ruled, stored, numbers)
    parts = [filled.records, numbered.records]
    made = [filled.made, numbered.made]
    placed = pd.concat(parts, ignore_index=True)
    everything = pd.concat(made, ignore_index=True)
    return Volumes(placed, everything, _touched(house, records, placed, everything, stored))


@dataclass(frozen=True)
class _Placed:
    records: pd.DataFrame
    made: pd.DataFrame


_MADE = ("id", "code", "basis", "series", "class", "year", "retention", "person_id")


def _own_places(store: Store, load: int, records: pd.DataFrame, own: pd.Series) -> _Placed:
    """Places that records name themselves; the second that names one, or one that is taken, has to wait."""
    there = records[own & records["reason"].isna()]
    codes = sorted(set(there["own_code"]))
    taken = store.table("filing/taken_codes", _TAKEN, codes=codes, load=load) if codes else _TAKEN.empty_table()
    frame = taken.to_pandas()
    ids = frame.drop_duplicates("code").set_index("code")["volume_id"]
    used = pd.MultiIndex.from_frame(frame.dropna(subset="position")[["code", "position"]])
    wanted = pd.MultiIndex.from_frame(there[["own_code", "own_position"]].astype({"own_position": "int64"}))
    double = wanted.isin(used) | wanted.duplicated()
    waits = there.index[double]
    records.loc[waits, "reason"] = NUMBER_TAKEN
    records.loc[waits, "detail"] = records.loc[waits, "own_code"]
    kept = there[~double]
    volume = kept["own_code"].map(ids)
    volume = volume.where(volume.notna(), f"{SYSTEM}:" + kept["own_code"])
    placed = pd.DataFrame(
        {
            "material_id": kept["material_id"],
            "volume_id": volume.astype("object"),
            "position": kept["own_position"].astype("int64"),
        }
    )
    new = kept[~kept["own_code"].isin(ids.index)].drop_duplicates("own_code")
    made = new.assign(id=f"{SYSTEM}:" + new["own_code"], code=new["own_code"], retention=None, year=None)
    made["class"] = None
    # The volume is of a person where all its records are of one.
    holders = kept.groupby("own_code")["person_id"].nunique(dropna=False)
    made.loc[made["code"].map(holders).ne(1).to_numpy(), "person_id"] = None
    return _Placed(placed, made[list(_MADE)])


def _filled(house: Arrangement, ruled: pd.DataFrame, stored: pd.DataFrame, numbers: dict[str, int]) -> _Placed:
    """One volume after the other for each basis, in the order of the records."""
    frame = ruled.assign(nth=ruled.groupby("basis", sort=False).ngroup()).sort_values(["nth"], kind="stable")
    pages = frame["pages"].fillna(house.pages_if_unknown).astype("int64")
    mm = np.where(frame["electronic"], 0.0, pages * house.mm_per_page)
    last = stored.assign(number=stored["code"].str.extract(r"(\d+)$", expand=False).astype("Int64"))
    last = last.sort_values("number").drop_duplicates("basis", keep="last").set_index("basis")
    opened = {
        b: (v, p, t)
        for b, v, p, t in zip(last.index, last["volume_id"], last["last_position"], last["mm"], strict=True)
    }
    limit = float(house.box_mm[-1])
    volumes: list[str] = []
    positions: list[int] = []
    made: dict[str, tuple[int, str]] = {}
    current, position, thick, before = "", 0, 0.0, None
    rows = zip(frame["basis"], frame["series"], mm, strict=True)
    for place, (basis, series, thickness) in enumerate(rows):
        if basis != before:
            stood = opened.get(basis)
            current, position, thick = (
                (stood[0], 0 if pd.isna(stood[1]) else int(stood[1]), stood[2]) if stood else ("", 0, 0.0)
            )
            before = basis
        if not current or (position and thick and thick + thickness > limit):
            number = numbers[series] = numbers.get(series, 0) + 1
            code = volume_code(series, number)
            current, position, thick = f"{SYSTEM}:{code}", 0, 0.0
            made[current] = (place, code)
        position += 1
        thick += thickness
        volumes.append(current)
        positions.append(position)
    placed = pd.DataFrame(
        {"material_id": frame["material_id"].to_numpy(), "volume_id": volumes, "position": positions}
    )
    places = [place for place, _ in made.values()]
    first = frame.iloc[places].assign(id=list(made), code=[code for _, code in made.values()])
    of_person = first["rule"].isin(["case", "person"])
    first["person_id"] = first["person_id"].where(of_person)
    # A person's volume holds records of several years, and of a dossier several classes.
    first.loc[first["rule"].eq("person"), "year"] = pd.NA
    first.loc[first["rule"].eq("person") & first["case_id"].isna(), ["class", "retention"]] = None
    return _Placed(placed, first[list(_MADE)])


def _touched(
    house: Arrangement, records: pd.DataFrame, placed: pd.DataFrame, made: pd.DataFrame, stored: pd.DataFrame
) -> pd.DataFrame:
    """The volumes with new records, and how thick they now are."""
    of = placed.merge(records[["material_id", "electronic", "pages"]], on="material_id")
    pages = of["pages"].fillna(house.pages_if_unknown).astype("int64")
    of = of.assign(
        mm=np.where(of["electronic"], 0.0, pages * house.mm_per_page), paper=~of["electronic"].astype(bool)
    )
    sums = of.groupby("volume_id").agg(mm=("mm", "sum"), paper=("paper", "sum"), electronic=("electronic", "sum"))
    new = made.rename(columns={"id": "volume_id"})[["volume_id", "code", "class", "year", "retention", "series"]]
    old = stored[
        ["volume_id", "code", "class", "year", "retention", "mm", "paper", "electronic", "box_id", "virtual_box_id"]
    ]
    frame = sums.reset_index().merge(old, on="volume_id", how="left", suffixes=("", "_stood"))
    for name in ("mm", "paper", "electronic"):
        frame[name] = frame[name] + frame.pop(f"{name}_stood").fillna(0)
    frame = frame.merge(new, on="volume_id", how="left", suffixes=("", "_new"))
    for name in ("code", "class", "year", "retention"):
        made_of = frame.pop(f"{name}_new")
        frame[name] = frame[name].astype("object").where(frame[name].notna(), made_of.astype("object"))
    return frame
