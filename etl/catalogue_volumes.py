"""Whose the volumes of a catalogue are: stated where it is certain."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa

from etl.catalogue_rows import CatalogueRows
from etl.catalogue_subjects import Subjects
from etl.statements import Links
from graph.upsert import link_table

LABELS = ("Person", "Organisation")


@dataclass(frozen=True)
class VolumesAbout:
    """ABOUT of volumes; no links where the catalogue says nothing of whose its volumes are."""

    links: tuple[Links, ...]
    remarks: tuple[str, ...]


def volumes_about(
    rows: CatalogueRows, said: Subjects, volume: pa.Array, *, whole: bool, one_person: bool
) -> VolumesAbout:
    """The volumes that are one person's, or one organisation's; `volume` is the id of each row's volume.

    Where the rows are the `whole` of their volumes, a volume is whose all its rows are: a row that names nobody, or
    another, leaves it open. Where the mapping says that a volume is `one_person`'s, rows that name nobody leave it
    so, and volumes whose rows name several are reported and stated for none. Else nothing is certain. A box that
    stands in for a volume which no row names is nobody's.
    """
    named = rows["volume_no"].is_valid()
    if named.true_count == 0 or not (whole or one_person):
        return VolumesAbout((), ())
    person, organisation = said.person.to_pandas(), said.organisation.to_pandas()
    frame = pd.DataFrame({"volume": volume.to_pandas(), "label": np.where(person.notna(), *LABELS)})
    frame["holder"] = person.where(person.notna(), None if one_person else organisation)
    frame["at"] = np.arange(len(frame))
    frame = frame[named.to_pandas() & frame["volume"].notna()]
    several = _several(frame)
    open_ = set() if one_person else set(frame.loc[frame["holder"].isna(), "volume"])
    certain = frame[frame["holder"].notna() & ~frame["volume"].isin(several | open_)].drop_duplicates("volume")
    tables = [_table(label, certain[certain["label"] == label]) for label in LABELS]
    remarks: tuple[str, ...] = ()
    if one_person and several:
        firsts = frame[frame["volume"].isin(several)].drop_duplicates(["volume", "holder"])
        remarks = (
            f"{len(several):,} volumes hold records of several persons, though the mapping says that each is one "
            f"person's; they are stated for none, in {rows.places(firsts['at'].to_numpy())}.",
        )
    return VolumesAbout((Links("ABOUT", "Volume", pa.concat_tables(tables)),), remarks)


def _several(frame: pd.DataFrame) -> set[str]:
    """The volumes whose rows name more than one."""
    pairs = frame.dropna(subset=["holder"]).drop_duplicates(["volume", "label", "holder"])
    return set(pairs.loc[pairs.duplicated("volume"), "volume"])


def _table(label: str, volumes: pd.DataFrame) -> pa.Table:
    ids, holders = (pa.array(volumes[name], pa.string()) for name in ("volume", "holder"))
    return link_table("ABOUT", ("Volume", label), ids, holders)
