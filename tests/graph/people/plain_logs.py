"""What networks of a log should be, by pandas alone: read from the XML and counted here, nothing of the project."""

from __future__ import annotations

import gzip
from collections import Counter
from pathlib import Path

import pandas as pd
from lxml import etree


def plain_events(path: Path) -> pd.DataFrame:
    """case, activity, actor, at of each event, in the order of instants and, within one, of the file."""
    rows = []
    with gzip.open(path) as stream:
        for _, trace in etree.iterparse(stream, tag="{*}trace"):
            (case,) = trace.xpath("*[@key='concept:name']/@value")
            for event in trace.iterfind("{*}event"):
                said = {one.get("key"): one.get("value") for one in event}
                rows.append((case, said["concept:name"], said.get("org:resource"), said["time:timestamp"]))
            trace.clear()
    events = pd.DataFrame(rows, columns=["case", "activity", "actor", "time"])
    events["at"] = pd.to_datetime(events["time"], utc=True, format="ISO8601")
    return events.sort_values(["case", "at"], kind="stable", ignore_index=True)


def plain_handovers(events: pd.DataFrame) -> dict[tuple[str, str], tuple[int, int]]:
    """(from, to) -> how often, in how many cases."""
    following = events.groupby("case")["actor"].shift(-1)
    pairs = events.assign(following=following).dropna(subset=["actor", "following"])
    grouped = pairs.groupby(["actor", "following"])["case"]
    return {pair: (int(of.size), of.nunique()) for pair, of in grouped}


def plain_together(events: pd.DataFrame) -> dict[frozenset[str], int]:
    """The two actors -> cases in which both acted."""
    found: Counter[frozenset[str]] = Counter()
    for _, actors in events.dropna(subset=["actor"]).groupby("case")["actor"]:
        each = sorted(set(actors))
        found.update(frozenset((a, b)) for place, a in enumerate(each) for b in each[place + 1 :])
    return dict(found)


def plain_workload(events: pd.DataFrame) -> dict[str, tuple[int, int, int, int]]:
    """actor -> events, cases, activities, days on the clock of the log."""
    day = events["time"].str[:10]
    grouped = events.assign(day=day).dropna(subset=["actor"]).groupby("actor")
    return {
        actor: (len(of), of["case"].nunique(), of["activity"].nunique(), of["day"].nunique()) for actor, of in grouped
    }
