"""Findings as records: their ids, what they are about, and writing what differs from those that stand."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from graph.audit.rules import Rule
from graph.schema import NODE
from graph.store import Store, Writer
from graph.upsert import link_table

# Which column of what was found names which records.
_ABOUT = {
    "case_id": "Case",
    "other_id": "Case",
    "event_id": "Event",
    "actor_id": "Actor",
    "material_id": "Material",
    "person_id": "Person",
}
# `key` is what else sets findings of a rule apart, such as a field: with it an acceptance stays with its finding.
_TARGETS = ("case_id", "event_id", "actor_id", "material_id", "key")
_COLUMNS = ("id", *(p.name for p in NODE["Finding"].content))
NODES = pa.schema([(name, pa.string()) for name in _COLUMNS])
_LINKS = link_table("FOUND", ("Finding", "Case"), pa.array([], pa.string()), pa.array([], pa.string()))


@dataclass(frozen=True)
class Found:
    """Findings as nodes (id and content) and their links FOUND."""

    nodes: pa.Table
    links: pa.Table


@dataclass(frozen=True)
class Written:
    """How many findings are new, say something else, or are gone."""

    new: int
    changed: int
    gone: int


def findings_of(parts: Sequence[tuple[Rule, pd.DataFrame]], rule_set: str) -> Found:
    """The findings of each rule. An id is the rule, what it is about, and which one of these it is."""
    nodes, links = [NODES.empty_table()], [_LINKS]
    for rule, found in parts:
        if len(found):
            one = _of_rule(rule, found, rule_set)
            nodes.append(one.nodes)
            links.append(one.links)
    return Found(pa.concat_tables(nodes), pa.concat_tables(links))


def _of_rule(rule: Rule, found: pd.DataFrame, rule_set: str) -> Found:
    shown = [name for name in found.columns if name not in _ABOUT and name != "key"]
    details = [_detail(shown, values) for values in found[shown].itertuples(index=False, name=None)]
    targets = [name for name in _TARGETS if name in found.columns]
    if "event_id" in targets or "case_id" in targets:
        targets = [name for name in targets if name != "actor_id"]
    keys = found[targets].astype("object").where(found[targets].notna(), None)
    about = ["|".join(one for one in row if one is not None) for row in keys.itertuples(index=False, name=None)]
    frame = found.assign(about=about, detail=details).sort_values(["about", "detail"], kind="stable")
    nth = frame.groupby("about").cumcount().astype(str)
    ids = pa.array((rule.id + "|" + frame["about"] + "|" + nth).tolist(), pa.string())
    same = {"rule": rule.id, "category": rule.category, "severity": rule.severity, "rule_set": rule_set}
    columns = {name: pa.array([value] * len(frame), pa.string()) for name, value in same.items()}
    columns |= {"id": ids, "detail": pa.array(frame["detail"].tolist(), pa.string())}
    return Found(pa.table({name: columns[name] for name in _COLUMNS}, schema=NODES), _links(ids, frame))


def _links(ids: pa.Array, frame: pd.DataFrame) -> pa.Table:
    tables = []
    for column, label in _ABOUT.items():
        if column in frame.columns:
            ends = pa.array([one if isinstance(one, str) else None for one in frame[column]], pa.string())
            there = ends.is_valid()
            tables.append(link_table("FOUND", ("Finding", label), ids.filter(there), ends.filter(there)))
    return pa.concat_tables(tables)


def _detail(names: Sequence[str], values: Sequence[Any]) -> str:
    said = {name: _plain(value) for name, value in zip(names, values, strict=True)}
    return json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _plain(value: Any) -> Any:
    if pd.isna(value):
        return None
    number = value.item() if hasattr(value, "item") else value
    return int(number) if isinstance(number, float) and number.is_integer() else number


def write_findings(
    store: Store, writer: Writer, found: Found, load: int, wanted: Mapping[str, Any], *, anew: bool
) -> Written:
    """Makes the findings that `wanted` names, of those that load `load` left, be `found`.

    One that is no longer found goes, unless a decision is linked to it: that one stays, without detail, rule set and
    links, so that the decision keeps what it is about.
    """
    rows = store.read("audit/standing_findings", load=load, **wanted)
    stood = {row[0]: row[1:6] for row in rows}
    decided = {row[0] for row in rows if row[6]}
    ids = found.nodes["id"].to_pylist()
    if not wanted["whole"]:
        stood |= _kept(store, [id_ for id_ in ids if id_ not in stood], load)
    content = list(zip(*(found.nodes[name].to_pylist() for name in _COLUMNS[1:]), strict=True))
    fresh = [id_ not in stood for id_ in ids]
    changed = [id_ in stood and (anew or stood[id_] != said) for id_, said in zip(ids, content, strict=True)]
    differing = sum(id_ in stood and stood[id_] != said for id_, said in zip(ids, content, strict=True))
    lost = set(stood) - set(ids)
    emptied = [id_ for id_ in sorted(lost & decided) if stood[id_][4] is not None]
    gone = pa.array(sorted(lost - decided), pa.string())
    new = found.nodes.filter(pa.array(fresh, pa.bool_()))
    again = pa.concat_tables([found.nodes.filter(pa.array(changed, pa.bool_())), _emptied(emptied, stood)])
    writer.replace_nodes("Finding", gone, again, new)
    fresh_ids = new["id"].combine_chunks()
    owners = pa.concat_arrays([gone, again["id"].combine_chunks(), fresh_ids])
    written = pc.is_in(found.links["from_id"], value_set=owners)
    writer.replace_links("FOUND", owners, fresh_ids, found.links.filter(written))
    return Written(len(new), differing, len(gone) + len(emptied))


def _kept(store: Store, ids: Sequence[str], load: int) -> dict[str, tuple[str | None, ...]]:
    """What findings say that are there but were not read, since they have no links: a decision keeps them."""
    there = store.contents("Finding", ids) if ids else []
    return {one["id"]: tuple(one[name] for name in _COLUMNS[1:]) for one in there if one["load"] <= load}


def _emptied(ids: Sequence[str], stood: Mapping[str, Sequence[str | None]]) -> pa.Table:
    rows = [(id_, *stood[id_][:3], None, None) for id_ in ids]
    columns = zip(*rows, strict=True) if rows else [()] * len(_COLUMNS)
    return pa.table([pa.array(column, pa.string()) for column in columns], schema=NODES)
