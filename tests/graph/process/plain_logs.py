"""Figures of event logs in plain pandas, straight from the XES file: nothing of the project is used."""

from __future__ import annotations

import gzip
from itertools import pairwise
from pathlib import Path
from typing import Any

import pandas as pd
from lxml import etree


def events_of(path: Path) -> pd.DataFrame:
    """case, activity and time (UTC) of each event, case by case in the order of time, ties as in the file."""
    rows = []
    with gzip.open(path) as stream:
        for _, trace in etree.iterparse(stream, tag="{*}trace", remove_comments=True):
            case = trace.find("{*}string[@key='concept:name']").get("value")
            rows += [
                (
                    case,
                    event.find("{*}string[@key='concept:name']").get("value"),
                    event.find("{*}date[@key='time:timestamp']").get("value"),
                )
                for event in trace.iterfind("{*}event")
            ]
            trace.clear()
    log = pd.DataFrame(rows, columns=["case", "activity", "time"])
    log["time"] = pd.to_datetime(log["time"], utc=True, format="ISO8601")
    return log.sort_values(["case", "time"], kind="stable", ignore_index=True)


def steps_of(log: pd.DataFrame) -> pd.DataFrame:
    """Count, cases, median and mean seconds of each pair of activities that follow each other."""
    following = log.groupby("case").shift(-1)
    pairs = log.assign(then=following["activity"], seconds=(following["time"] - log["time"]).dt.total_seconds())
    pairs = pairs.dropna(subset="then")
    return pairs.groupby(["activity", "then"]).agg(
        steps=("case", "size"),
        cases=("case", "nunique"),
        median=("seconds", "median"),
        mean=("seconds", "mean"),
    )


def variants_of(log: pd.DataFrame) -> pd.Series:
    """How many cases have each sequence of activities."""
    return log.groupby("case")["activity"].agg(tuple).value_counts()


def seconds_of(log: pd.DataFrame) -> pd.Series:
    """From the first to the last event of each case."""
    times = log.groupby("case")["time"]
    return (times.max() - times.min()).dt.total_seconds()


def months_of(log: pd.DataFrame) -> pd.DataFrame:
    """opened, ended and backlog of each month in China, cases ended with their last event."""
    times = log.groupby("case")["time"].agg(["min", "max"])
    local = times.apply(lambda column: column.dt.tz_convert("Asia/Shanghai").dt.tz_localize(None).dt.to_period("M"))
    months = pd.period_range(local["min"].min(), local["max"].max(), freq="M")
    counted = {
        str(month): (
            (local["min"] == month).sum(),
            (local["max"] == month).sum(),
            ((local["min"] <= month) & (local["max"] > month)).sum(),
        )
        for month in months
    }
    return pd.DataFrame.from_dict(counted, orient="index", columns=["opened", "ended", "backlog"])


def drift_of(log: pd.DataFrame) -> dict[str, float]:
    """By month of opening in China: half the sum of differences of the shares of pairs to the month before."""
    following = log.groupby("case")["activity"].shift(-1)
    opened = log.groupby("case")["time"].transform("min").dt.tz_convert("Asia/Shanghai").dt.tz_localize(None)
    pairs = log.assign(then=following, month=opened.dt.to_period("M").astype(str)).dropna(subset="then")
    table = pairs.groupby(["month", "activity", "then"]).size().unstack("month", fill_value=0)
    shares = table / table.sum()
    return {str(b): float((shares[a] - shares[b]).abs().sum() / 2) for a, b in pairwise(shares.columns)}


def expected_of(log: pd.DataFrame) -> dict[str, Any]:
    """The figures of expected.json that processes have."""
    steps, variants, seconds = steps_of(log), variants_of(log), seconds_of(log)
    repeated = log.groupby("case")["activity"].agg(lambda names: names.duplicated().any())
    return {
        "cases": log["case"].nunique(),
        "events": len(log),
        "activities": log["activity"].nunique(),
        "directly_follows_pairs": len(steps),
        "directly_follows_total": int(steps["steps"].sum()),
        "variants": len(variants),
        "most_frequent_variant_cases": int(variants.iloc[0]),
        "case_seconds_median": float(seconds.median()),
        "case_seconds_mean": float(seconds.mean()),
        "cases_with_repeated_activity": int(repeated.sum()),
        "start_activities": log.groupby("case")["activity"].first().value_counts().to_dict(),
        "end_activities": log.groupby("case")["activity"].last().value_counts().to_dict(),
    }
