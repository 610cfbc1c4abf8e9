"""A generated event log as CSV: always the same file for the same number of events and seed.

Run as `python -m bench.events FILE --events N`. The rows stand in the order of time, so that the events of a
case lie apart, as in an export from a counter's system.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv

EVENTS_PER_CASE = 5
SEED = 20241
STEPS = np.array(["申请", "受理", "补正", "审核", "复核", "审批", "公示", "制证", "送达", "办结"])
STAGES = {"受理": "acceptance", "审核": "review", "复核": "review", "审批": "approval", "办结": "completion"}
ROLES = np.array(["窗口人员", "经办人", "审核人", "负责人", "系统"])
CHANNELS = np.array(["窗口", "网上", "自助终端", "移动端", "邮寄"])
REGIONS = np.array([f"3301{n:02d}" for n in range(2, 15)])
OUTCOMES = np.array(["通过", "退回", "不予受理"])
NOTES = np.array(["材料齐全", "已电话告知", "原件已核对", "请补充社保缴费证明", "委托代办", "系统自动比对一致"])

MAPPING = """\
system: counter
columns:
  case: case
  activity: activity
  instant: time
  actor: actor
  unit: unit
  role: role
  item: item
  channel: channel
  region: region
  outcome: outcome
case_columns: [application_no, urgent]
types: {materials: int, minutes_waited: int}
stages:
""" + "".join(f"  {step}: {stage}\n" for step, stage in STAGES.items())

Numbers = np.ndarray


def event_table(events: int, seed: int = SEED) -> pa.Table:
    """The log: case, activity, time, actor, unit, role, channel, item, region and a few attributes.

    `events` rows in about a fifth as many cases, of 2 to 8 events each.
    """
    draw = np.random.default_rng(seed)
    cases = max(1, events // EVENTS_PER_CASE)
    each = lengths(draw, events, cases)
    case = np.repeat(np.arange(cases), each)
    place = np.arange(events) - np.repeat(np.cumsum(each) - each, each)
    last = place == each[case] - 1
    step = np.where(last, len(STEPS) - 1, np.minimum(place + draw.integers(0, 2, events), len(STEPS) - 2))
    seconds = _seconds(draw, case, place, cases)
    unit_of_case = draw.integers(0, 200, cases)
    actor = unit_of_case[case] * 15 + draw.integers(0, 15, events)
    order = np.argsort(seconds, kind="stable")
    case, step, seconds, actor, last = (column[order] for column in (case, step, seconds, actor, last))

    def of_case(values: Numbers) -> pa.Array:
        return taken(values, draw.integers(0, len(values), cases)[case])

    noted = draw.random(events) < 0.25
    return pa.table(
        {
            "case": numbered("SB2023-", 8, case),
            "activity": taken(STEPS, step),
            "time": times(seconds),
            "actor": missing(numbered("staff", 5, actor), draw.random(events) < 0.01),
            "unit": numbered("部门", 4, unit_of_case[case]),
            "role": taken(ROLES, step % len(ROLES)),
            "channel": of_case(CHANNELS),
            "item": of_case(np.array([f"ITEM-{n:04d}" for n in range(300)])),
            "region": of_case(REGIONS),
            "application_no": numbered("APP", 10, case * 7919 % 10_000_000_000),
            "urgent": of_case(np.array(["0", "0", "0", "1"])),
            "materials": pa.array(draw.integers(0, 12, events)).cast(pa.string()),
            "minutes_waited": pa.array(draw.integers(0, 240, events)).cast(pa.string()),
            "outcome": missing(taken(OUTCOMES, draw.integers(0, len(OUTCOMES), events)), ~last),
            "receipt_no": missing(numbered("R", 9, draw.permutation(events)), draw.random(events) > 0.2),
            "note": missing(taken(NOTES, draw.integers(0, len(NOTES), events)), ~noted),
        }
    )


def lengths(draw: np.random.Generator, events: int, cases: int) -> Numbers:
    """How many events each case has; together `events`."""
    each = np.full(cases, events // cases)
    each[: events - each.sum()] += 1
    half = cases // 2
    moved = np.minimum(draw.integers(0, 4, half), each[:half] - 1)
    each[:half] -= moved
    each[half : 2 * half] += moved
    return draw.permutation(each)


def _seconds(draw: np.random.Generator, case: Numbers, place: Numbers, cases: int) -> Numbers:
    """Epoch seconds within one year's office hours, rising within a case."""
    waited = np.cumsum(draw.integers(0, 4, len(case)))
    day = draw.integers(0, 340, cases)[case] + waited - (waited[place == 0])[case]
    # 1 January 2023 in China; the first event at nine, each later one in a later hour of its day.
    seconds: Numbers = 1_672_502_400 + day * 86_400 + (9 + place) * 3600 + draw.integers(0, 3600, len(case))
    return seconds


def taken(values: Numbers, places: Numbers) -> pa.Array:
    return pa.array(values.astype(object), pa.string()).take(pa.array(places))


def numbered(prefix: str, width: int, numbers: Numbers) -> pa.Array:
    unique, codes = np.unique(numbers, return_inverse=True)
    return pa.array([f"{prefix}{number:0{width}d}" for number in unique.tolist()], pa.string()).take(pa.array(codes))


def missing(values: pa.Array, absent: Numbers) -> pa.Array:
    return pa.compute.if_else(pa.array(absent), pa.scalar(None, pa.string()), values)


def times(seconds: Numbers) -> pa.Array:
    local = pa.array(seconds.astype("datetime64[s]") + np.timedelta64(8 * 3600, "s"))
    return pa.compute.binary_join_element_wise(pa.compute.strftime(local, "%Y-%m-%dT%H:%M:%S"), "+08:00", "")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--events", type=int, default=1_000_000)
    options = parser.parse_args()
    quoting = pyarrow.csv.WriteOptions(quoting_style="needed")
    pyarrow.csv.write_csv(event_table(options.events), options.file, quoting)
    options.file.with_suffix(".yaml").write_text(MAPPING, encoding="utf-8")


if __name__ == "__main__":
    main()
