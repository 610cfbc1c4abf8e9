"""Random histories of loads of small event logs: what a business system exports from day to day, with its faults."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

NUMBERS = ("11010519491231002X", "440524188001010014", "110105491231002")
NAMES = ("王小明", "李四光", "张三丰")
COLUMNS = {
    "id": ("",),
    "case": ("A", "B", "C", f"N-{NUMBERS[0]}"),
    "what": ("ask", "look", "end"),
    "when": ("2024-01-01", "2024-01-01 09:00:00", "2024-01-01T01:00:00Z", "2024-01-02 10:00:00.25", "2024-01-03", ""),
    "who": ("Ann", "Bob", ""),
    "role": ("clerk", "chief", ""),
    "unit": ("North", "EMPTY", ""),
    "stage": ("acceptance", "review", "completion", "odd", ""),
    "item": ("I1", "I2", ""),
    "channel": ("web", "desk", ""),
    "accepted": ("2023-12-31 08:00:00", "", ""),
    "colour": ("red", "blue", ""),
    "note": ("x", ""),
    "number": (*NUMBERS, "", ""),
    "key": ("P1", "P2", "", ""),
    "name": (*NAMES, ""),
    "as": ("applicant", "agent", ""),
    "phone": ("139", "138", "", ""),
    "pay": ("100", "200", "", ""),
    "months": ("12", "13", "", ""),
    "kept": ("K1", "K2", "K1;K2", "K2;K1", "", ""),
    "used": ("K1", "K3", "", ""),
    "form": ("form 1", "form 2", "", ""),
}
FAULTS = {"when": ("soon", "2024-13-01"), "case": ("",), "what": ("",), "accepted": ("once",)}
MAPPING: dict[str, Any] = {
    "columns": {"event": "id", "case": "case", "activity": "what", "instant": "when", "actor": "who", "unit": "unit"}
    | {name: name for name in ("role", "stage", "item", "channel", "accepted")},
    "case_columns": ("colour",),
    "applicants": ({"number": "number", "key": "key", "name": "name", "role": "as", "facts": {"phone": "phone"}},),
    "facts": (
        {"field": "pay", "column": "pay"},
        {"field": "paid months", "column": "months", "unit": "month", "about": "case"},
    ),
    "materials": (
        {"link": "received", "separator": ";", "key": "kept"},
        {"link": "used", "key": "used"},
        {"link": "produced", "title": "form"},
    ),
}
Row = dict[str, str]


@dataclass(frozen=True)
class Load:
    """One file: its system, mode and rows."""

    system: str
    mode: str
    rows: tuple[Row, ...]

    @property
    def mapping(self) -> dict[str, Any]:
        return {**MAPPING, "system": self.system, "mode": self.mode}

    def write(self, folder: Path, name: str) -> Path:
        path = folder / name
        with path.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, list(COLUMNS))
            writer.writeheader()
            writer.writerows(self.rows)
        return path


def row(id_: str, case: str, day: int, **cells: str) -> Row:
    """A row that says `cells` and little else."""
    said = {"id": id_, "case": case, "what": "ask", "when": f"2024-01-0{day}", **cells}
    return {name: said.get(name, "") for name in COLUMNS}


def two(mode: str, first: tuple[Row, ...], second: tuple[Row, ...]) -> tuple[Load, ...]:
    """Two loads of one system."""
    return Load("s", mode, first), Load("s", mode, second)


_ANN = row("e1", "A", 1, key="P1", colour="blue", kept="K1", pay="100", months="12")
_BOB = row("e2", "A", 2, key="P2", colour="red", item="I1")
# What corrections and rows that were set aside have to leave behind.
CORRECTED: dict[str, tuple[Load, ...]] = {
    "an applicant's only event is withdrawn": two("snapshot", (_ANN, _BOB), (_ANN,)),
    "an event moves to another case": two("snapshot", (_ANN, _BOB), (_ANN, {**_BOB, "case": "B"})),
    "an event moves, alone in its file": two("append", (_ANN, _BOB), ({**_BOB, "case": "B"},)),
    "an applicant has another role": two("snapshot", ({**_ANN, "as": "agent"},), ({**_ANN, "as": "applicant"},)),
    "a row is set aside": two("snapshot", (_ANN, _BOB), ({**_ANN, "kept": "", "accepted": "once"},)),
    "a row without id is set aside": two(
        "snapshot", ({**_ANN, "id": ""}, _BOB), ({**_ANN, "id": "", "accepted": "once"},)
    ),
}


def rows(random: Random, count: int, first: int, *, named: float = 0.7, faulty: float = 0.02) -> Iterator[Row]:
    """Rows with event ids from `first` on, where they have one."""
    for place in range(count):
        row = {name: random.choice(values) for name, values in COLUMNS.items()}
        row["id"] = f"e{first + place}" if random.random() < named else ""
        if random.random() < faulty:
            name = random.choice(list(FAULTS))
            row[name] = random.choice(FAULTS[name])
        yield row


def histories(random: Random, count: int) -> tuple[Load, ...]:
    """`count` loads of one or two systems: rows are added, changed, moved to other cases, left out, said again."""
    standing: dict[str, list[Row]] = {"s": [], "t": []}
    made: list[Load] = []
    named = random.choice((0.0, 0.7, 1.0))
    while len(made) < count:
        if made and random.random() < 0.1:
            made.append(random.choice(made))
            continue
        system = random.choice("sssst")
        held = [_changed(random, row) for row in standing[system] if random.random() > 0.1]
        held += rows(random, random.randint(0 if held else 1, 4), 10 * len(made), named=named)
        if random.random() < 0.3:
            random.shuffle(held)
        mode = random.choice(("append", "snapshot"))
        stated = held if mode == "snapshot" else [row for row in held if random.random() < 0.6] or held
        standing[system] = held
        if stated:
            made.append(Load(system, mode, tuple(stated)))
    return tuple(made)


def _changed(random: Random, row: Row) -> Row:
    if random.random() < 0.6:
        return row
    changed = dict(row)
    for _ in range(random.randint(1, 3)):
        name = random.choice(["case", *(n for n in COLUMNS if n != "id")])
        changed[name] = random.choice(COLUMNS[name])
    if random.random() < 0.05:
        name = random.choice(list(FAULTS))
        changed[name] = random.choice(FAULTS[name])
    return changed


def parts_by_time(random: Random, count: int) -> tuple[Load, list[Load]]:
    """A log in the order of time, and the same in up to three parts that have no instant in common."""
    named = random.choice((0.0, 0.5, 1.0))
    timed = [{**row, "when": row["when"] or "2024-01-03"} for row in rows(random, count, 0, named=named, faulty=0.0)]
    whole = sorted(timed, key=_instant)
    cuts = [i for i in range(1, count) if _instant(whole[i]) != _instant(whole[i - 1])]
    bounds = [0, *sorted(random.sample(cuts, min(2, len(cuts)))), count]
    parts = [Load("s", "append", tuple(whole[a:b])) for a, b in pairwise(bounds)]
    return Load("s", "append", tuple(whole)), parts


def _instant(row: Row) -> str:
    return {"2024-01-01T01:00:00Z": "2024-01-01 09:00:00"}.get(row["when"], row["when"])
