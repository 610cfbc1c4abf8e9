"""A sealed archive by chance: every label and type, Versions, withdrawals, gaps, links asserted later."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

from graph.clock import SourceOfLoad, loading, now_ms
from graph.schema import NODE, Property
from graph.settings import Settings
from graph.store import Store
from tests.graph.histories import (
    LABELS,
    NOON,
    TYPES,
    Link,
    Record,
    Step,
    Withdrawal,
    derive_after,
    owner_end,
    state_records,
    take_back_records,
)

FOLDER = "scans"
_KEPT = frozenset({"uri", "sha256", "size", "valid_from", "name", "title", "item_id"})
# What other records' derivation hangs on, which the loads of a test do not repeat; decisions are never taken back.
_STAYS = frozenset({"Decision", "Event", "Case", "MaterialType", "ServiceItem", "ItemVersion"})
_WORDS = ("受理", "办结", "王五", "𠮷", "a b", "x", "原件", "2024-01-01", "acceptance", "completion")


def grow(store: Store, settings: Settings, folder: Path, chance: Random, each: int) -> None:
    """`each` records of every label (events: five times as many) in four loads, with files below `folder`."""
    first = _first(folder, chance, each)
    there: set[tuple[str, str]] = set()
    for step in (first, *_later(chance, first)):
        write_sealed(store, settings, step, there)


def write_sealed(store: Store, settings: Settings, step: Step, there: set[tuple[str, str]]) -> None:
    """One load, sealed as every load is."""
    known = there | {(record.label, record.id) for record in step.records}
    source = SourceOfLoad("grown.csv", step.system, "0f", step.mapping, "1e", "append", None)
    with loading(store, settings, source) as (_, writer):
        written = state_records(writer, step.records)
        take_back_records(writer, step.withdrawals)
        derive_after(writer, step, known, written)
        counts = dict.fromkeys(("rows_in", "loaded", "unchanged", "quarantined", "withdrawn"), len(step.records))
        writer.commit({**counts, "now": now_ms()})
    there |= known


def _first(folder: Path, chance: Random, each: int) -> Step:
    folder.mkdir(parents=True, exist_ok=True)
    ids = {label: [f"g:{label}-{n}" for n in range(each * (5 if label == "Event" else 1))] for label in LABELS}
    records = []
    for label, of_label in ids.items():
        for place, id_ in enumerate(of_label):
            content = {p.name: _value(p, chance) for p in NODE[label].content}
            content |= _fitting(label, place, each, chance)
            if label == "File":
                content |= _file(folder, chance, place)
            records.append(Record(label, id_, content, tuple(_links(label, place, ids, chance))))
    return Step(tuple(records), mapping="1")


def _fitting(label: str, place: int, each: int, chance: Random) -> dict[str, Any]:
    """What lets types and standards follow."""
    return {
        "MaterialType": {"name": f"kind {place}"},
        "Material": {"title": f"kind {chance.randrange(2 * each)}"},
        "Case": {"item_id": f"g:ServiceItem-{place and chance.randrange(each)}", "accepted_at": NOON + place},
    }.get(label, {})


def _file(folder: Path, chance: Random, place: int) -> dict[str, Any]:
    data = chance.randbytes(chance.randint(1, 400))
    (folder / f"{place}.pdf").write_bytes(data)
    return {"uri": f"{FOLDER}/{place}.pdf", "sha256": hashlib.sha256(data).hexdigest(), "size": len(data)}


def _value(p: Property, chance: Random) -> Any:
    if p.name == "standard":
        return '{"materials":[]}'
    if p.name in ("synonyms", "attributes"):
        return chance.choice(('["a"]', "[]") if p.name == "synonyms" else ('{"备注":"x"}', "{}"))
    if p.name == "valid_from":
        return f"20{chance.randrange(10, 24)}-0{chance.randrange(1, 10)}-01"
    if chance.random() < 0.2 and p.name != "activity":
        return None
    return {
        "text": lambda: chance.choice(_WORDS),
        "json": lambda: '{"k":1}',
        "integer": lambda: chance.choice((0, 7, -28_800, 9_007_199_254_740_993)),
        "instant": lambda: NOON + chance.randrange(10**9),
        "boolean": lambda: chance.random() < 0.5,
        "real": lambda: chance.random(),
    }[p.type]()


def _links(label: str, place: int, ids: dict[str, list[str]], chance: Random) -> Iterator[Link]:
    for declared in TYPES:
        own = owner_end(declared)
        for ends in declared.ends:
            other = ends[1 - own]
            if ends[own] != label or other not in ids:
                continue
            if declared.type == "IN_CASE":
                target = ids[other][place // 5]
            elif place == 0 or chance.random() < (0.5 if len(declared.ends) < 5 else 0.1):
                target = ids[other][0] if place == 0 and label != other else chance.choice(ids[other])
            else:
                continue
            properties = {p.name: _value(p, chance) for p in declared.properties}
            if declared.type == "IN_CASE":
                properties |= {"sort_at": NOON + chance.randrange(10**9), "seq": place % 5}
            yield Link(declared.type, ends, target, properties)


def _later(chance: Random, first: Step) -> Iterator[Step]:
    """Contents and links change; some records are withdrawn; of those some come back."""
    changed = tuple(_changed(one, chance) for one in first.records if chance.random() < 0.3)
    yield Step(changed, system="t", mapping="2")
    gone = [one for one in first.records if chance.random() < 0.15 and one.label not in _STAYS]
    taken = tuple(Withdrawal(one.label, one.id, chance.random() < 0.5) for one in gone)
    yield Step((), taken, mapping="3")
    yield Step(tuple(one for one in gone if chance.random() < 0.5), mapping="4")


def _changed(one: Record, chance: Random) -> Record:
    content = {name: value if name in _KEPT or chance.random() < 0.6 else None for name, value in one.content.items()}
    links = tuple(
        replace(link, properties=dict.fromkeys(link.properties))
        if link.type != "IN_CASE" and chance.random() < 0.2
        else link
        for link in one.links
        if link.type == "IN_CASE" or chance.random() < 0.8
    )
    return replace(one, content=content, links=links)
