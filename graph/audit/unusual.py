"""The rule about steps that next to no case of an item takes."""

from __future__ import annotations

from pydantic import Field

from graph.audit.archive_wide import Archive
from graph.audit.evaluation import NOTHING, Evaluated, Parameters
from graph.audit.steps_taken import STEP, digest


class UnusualStep(Parameters):
    """At most `share` of the cases of an item that has at least `least` take the step."""

    share: float = Field(0.002, gt=0, lt=1)
    least: int = Field(500, ge=1)


def unusual_step(archive: Archive, rule: str, asked: UnusualStep) -> Evaluated:
    """Steps that next to no case of the item takes. Undecidable for items with too few cases."""
    counts = archive.steps.counts
    total = counts["item"].map(_cases_of_items(archive)).fillna(0).astype("int64")
    enough = total >= asked.least
    rare = counts.assign(of=total)[enough & (counts["cases"] <= asked.share * total)]
    undecidable = int((~enough).sum())
    if not len(rare):
        return Evaluated(NOTHING, len(counts), undecidable)
    places = archive.steps.places(rare, rule).merge(rare[["step", "cases", "of"]], on="step")
    found = places.fillna(dict.fromkeys(STEP, "")).drop_duplicates(["case_id", "event_id"])
    shown = ["case_id", "event_id", "from_activity", "to_activity", "cases", "of"]
    return Evaluated(found[shown], len(counts), undecidable)


def _cases_of_items(archive: Archive) -> dict[str, int]:
    """How many cases each item has, by the digest of the item."""
    counts: dict[str, int] = {}
    for item, _, _, number in archive.store.read("overview/cases", load=archive.load, offset=0):
        counts[digest(item)] = counts.get(digest(item), 0) + int(number)
    return counts
