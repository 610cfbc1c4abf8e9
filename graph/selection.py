"""Parts of the graph, taken out whole: the archive, the cases of a filter, or what a person's dossier holds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc

from graph import clock
from graph.cases import CaseFilter
from graph.dossier_records import holdings
from graph.errors import NotFound
from graph.schema import NODES, RELATIONSHIP, RELATIONSHIPS, stated_by
from graph.store import Row, Snapshot, Store
from graph.subjects import find_subject
from graph.upsert import ENDS
from graph.viewer import Viewer

LABELS = tuple(node.label for node in NODES if node.kind == "asserted")
TYPES = tuple(link.type for link in RELATIONSHIPS if link.kind == "asserted")
_CLOCK = ("since", "source_row")
_MANY = 5_000


@dataclass(frozen=True)
class SelectionRequest:
    """What is taken: the cases of a filter (an empty one: all), with what their events are linked to; or what a
    person's dossier holds; or, with neither, all asserted records of the archive. `system` leaves out cases of
    other systems."""

    cases: CaseFilter | None = None
    person: str | None = None
    system: str | None = None


@dataclass(frozen=True)
class Selection:
    """A part of the graph as of load `as_of_load`.

    `nodes`: label -> id, content, `since`, `source_row`; `links`: type -> both ends and properties, each end among
    the nodes; only labels and types of which there are any. `left_out` counts the links, by type, that lead out of
    the selection, and the records that were erased by order. Instants are epoch ms.
    """

    as_of_load: int
    nodes: dict[str, pa.Table]
    links: dict[str, pa.Table]
    left_out: dict[str, int] = field(default_factory=dict)

    def count(self) -> int:
        """How many records and links there are."""
        return sum(table.num_rows for table in (*self.nodes.values(), *self.links.values()))


def selection(store: Store, viewer: Viewer, wanted: SelectionRequest) -> Selection:
    """Reads a part of the graph as the last done load left it.

    Raises NotFound where the archive is empty or there is no such person, Ambiguous where several are named.
    """
    viewer.require_whole_archive()
    if not store.exists() or clock.last_done(store) == 0:
        raise NotFound("The archive is empty.", "`dossier loads` shows what was loaded when.")

    def read(load: int) -> Selection:
        snapshot = store.snapshot()
        try:
            if wanted.cases is None and wanted.person is None and wanted.system is None:
                return _linked(snapshot, load, _every(snapshot, load))
            ids = (
                _of_person(store, wanted.person, load) if wanted.person else _of_cases(store, snapshot, wanted, load)
            )
            nodes = {label: _standing(snapshot.records(label, _texts(of)), load) for label, of in ids.items()}
            return _linked(snapshot, load, nodes)
        finally:
            snapshot.close()

    return clock.standing(store, read)[1]


def _texts(ids: Iterable[str]) -> pa.Array:
    return pa.array(sorted(ids), pa.string())


def _standing(table: pa.Table, load: int) -> pa.Table:
    """The records or links that a load knew and that were not withdrawn."""
    withdrawn = pc.fill_null(pc.less_equal(table["withdrawn"], load), False)
    return table.filter(pc.and_(pc.less_equal(table["load"], load), pc.invert(withdrawn)))


def _every(snapshot: Snapshot, load: int) -> dict[str, pa.Table]:
    found = {}
    for label in LABELS:
        portions = [_standing(portion, load) for portion in snapshot.scan(label)]
        if portions:
            found[label] = pa.concat_tables(portions)
    return found


def _linked(snapshot: Snapshot, load: int, nodes: dict[str, pa.Table]) -> Selection:
    """The records, and the links between them."""
    left_out: dict[str, int] = {}
    kept = {}
    for label, table in nodes.items():
        erased = table["erased"].is_valid()
        if (count := pc.sum(erased).as_py() or 0) > 0:
            left_out[label] = count
        table = table.filter(pc.invert(erased)).sort_by("id")
        if table.num_rows:
            clocks = ("load", "since", "withdrawn", "source_row", "salt", "erased")
            content = [name for name in table.column_names if name not in clocks]
            kept[label] = table.select([*content, *_CLOCK])
    ids = {label: table["id"].combine_chunks() for label, table in kept.items()}
    links = {}
    for type_ in TYPES:
        owners = [label for label in ids if RELATIONSHIP[type_] in stated_by(label)]
        parts = [_standing(snapshot.stated(type_, label, ids[label]), load) for label in owners]
        parts = [part for part in parts if part.num_rows]
        if not parts:
            continue
        table = pa.concat_tables(parts, promote_options="permissive")
        inside = pc.and_(_among(table, "from", ids), _among(table, "to", ids))
        if (outside := table.num_rows - (pc.sum(inside).as_py() or 0)) > 0:
            left_out[type_] = outside
        names = [*ENDS, *(p.name for p in RELATIONSHIP[type_].properties)]
        table = table.filter(inside).select(names)
        if table.num_rows:
            links[type_] = table.sort_by([(name, "ascending") for name in names])
    return Selection(load, kept, links, left_out)


def _among(table: pa.Table, end: str, ids: dict[str, pa.Array]) -> pa.Array:
    """Which rows have that end among the records."""
    labels, ends = table[f"{end}_label"].combine_chunks(), table[f"{end}_id"].combine_chunks()
    inside = pa.array([False] * table.num_rows, pa.bool_())
    for label, known in ids.items():
        of_label = pc.equal(labels, label)
        inside = pc.or_(inside, pc.and_(of_label, pc.is_in(ends, value_set=known)))
    return inside


def _of_cases(store: Store, snapshot: Snapshot, wanted: SelectionRequest, load: int) -> dict[str, set[str]]:
    """The cases that are listed with this filter, and what belongs to them; docs/export.md says what that is."""
    asked = (wanted.cases or CaseFilter()).model_dump()
    rows = store.read("audit/cases", **asked, limit=1 << 40, after_at=None, after_id=None, load=load)
    cases = {row[0] for row in rows if wanted.system is None or row[0].startswith(f"{wanted.system}:")}
    ids: dict[str, set[str]] = {"Case": cases}
    ids["Event"] = {row[1] for row in _in_parts(store, "dossier/case_events", cases, load)}
    _follow(snapshot, load, ids, "Event", {"IN_CASE"})
    _follow(snapshot, load, ids, "Case", set())
    _follow(snapshot, load, ids, "Material", {"ABOUT", "DIGITISES", "FILED_IN"})
    ids["Payment"] = {row[2] for row in _in_parts(store, "dossier/paid", cases, load)}
    about = [ids.get(label, set()) for label in ("Case", "Object", "Actor", "Unit", "Material")]
    known = {label: ids.get(label, set()) for label in ("Case", "Object", "Actor", "Unit", "Material")}
    facts = _in_parts(store, "export/facts", set().union(*about), load)
    ids.setdefault("Fact", set()).update(row[0] for row in facts if row[2] in known.get(row[1], ()))
    return {label: of for label, of in ids.items() if of}


def _in_parts(store: Store, name: str, ids: set[str], load: int) -> list[Row]:
    every = sorted(ids)
    parts = (every[start : start + _MANY] for start in range(0, len(every), _MANY))
    return [row for part in parts for row in store.read(name, ids=part, load=load)]


def _follow(snapshot: Snapshot, load: int, ids: dict[str, set[str]], label: str, but: set[str]) -> None:
    """Adds what the records of a label are linked to by the links that they state, but for those of some types."""
    if not ids.get(label):
        return
    for link in stated_by(label):
        if link.type in but or link.kind != "asserted":
            continue
        other = "from" if link.stated_by == "to" else "to"
        found = _standing(snapshot.stated(link.type, label, _texts(ids[label])), load)
        for end_label, end_id in zip(
            found[f"{other}_label"].to_pylist(), found[f"{other}_id"].to_pylist(), strict=True
        ):
            if end_label in LABELS:
                ids.setdefault(end_label, set()).add(end_id)


def _of_person(store: Store, person: str | None, load: int) -> dict[str, set[str]]:
    """What the dossier of a person is made of, and who acted where in its events."""
    subject = find_subject(store, person or "", load, ("Person",))
    held = holdings(store, subject, load)
    ids = {label: set(records) for label, records in held.records.items() if label in LABELS and records}
    events = sorted(ids.get("Event", ()))
    for type_, _, label, id_, *_ in store.read("audit/event_links", ids=events, load=load) if events else ():
        if type_ in ("BY", "IN_UNIT"):
            ids.setdefault(label, set()).add(id_)
    return ids
