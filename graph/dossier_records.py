"""What the archive holds about a person or organisation, as a load knew it: records and links, in steps.

Each step asks for the links of the ids that the one before has found, so that the cost of an answer does not
grow with the archive; its statements run side by side. The dossier and the reuse of materials are made from it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from operator import itemgetter
from typing import TypeVar

from graph.in_force import Record, in_force, link_types
from graph.kept import kept
from graph.store import Row, Store
from graph.subjects import Subject
from graph.together import both, together

Found = TypeVar("Found")
_ATTACHED = frozenset({"DIGITISES", "HAS_FILE"})
_TOUCHED = frozenset({"PRODUCED", "TOUCHED", "USED"})
_ABOVE = {"Box": "dossier/shelves", "Shelf": "dossier/rooms"}
# What the answers are made of.
_READ: dict[str, tuple[str, ...]] = {
    "Person": (),
    "Organisation": (),
    "Case": ("item_id", "accepted_at", "region", "channel"),
    "Event": ("activity", "lifecycle", "stage", "at", "offset", "precision", "outcome"),
    "Material": ("title", "date", "medium", "form", "pages", "archive_no", "valid_until"),
    "Fact": ("field", "value", "number", "unit", "valid_from", "valid_to", "stated_at"),
    "File": ("uri", "sha256", "size", "media_type", "pages", "role"),
    "Payment": ("amount", "kind", "period"),
    "Decision": ("kind", "decided_at", "what", "overrides"),
    "Volume": ("code", "year", "retention"),
    "Box": ("code",),
    "Shelf": ("code",),
    "Room": ("code",),
}


@dataclass(frozen=True)
class Placed:
    """A record in a volume, a volume in a box, and so on."""

    to_label: str
    to_id: str
    position: int | None
    valid_from: str | None
    valid_to: str | None


@dataclass(frozen=True)
class Holdings:
    """Records by label and id, and the links between them, ids only.

    `applied` (subject, case, role); `about` (type, from label, from id, to label, to id); `case_events` (case,
    event, sort_at ms, seq); `event_materials` (type, event, material); `received` material -> (event, case);
    `stated_by` fact -> (label, id); `material_links` (type, material, to label, to id, …); `placed`
    (label, id) -> places; `decisions` (label, id) of a fact or material -> decisions; `of_others` are cases to which
    the subject, an organisation, applied with a person, whose the records of the case are.
    """

    subject: Subject
    load: int
    records: Mapping[str, Mapping[str, Record]]
    applied: Sequence[Row]
    about: Sequence[Row]
    case_events: Sequence[Row]
    event_materials: Sequence[Row]
    received: Mapping[str, Sequence[tuple[str, str]]]
    stated_by: Mapping[str, Sequence[tuple[str, str]]]
    material_links: Sequence[Row]
    placed: Mapping[tuple[str, str], Sequence[Placed]] = field(default_factory=dict)
    decisions: Mapping[tuple[str, str], Sequence[str]] = field(default_factory=dict)
    of_others: frozenset[str] = frozenset()

    def of(self, label: str) -> Mapping[str, Record]:
        """The records of a label."""
        return self.records.get(label, {})

    @property
    def own_cases(self) -> set[str]:
        """The cases to which the subject applied."""
        return {case_id for _, case_id, _ in self.applied}

    @property
    def filing_cases(self) -> set[str]:
        """The cases whose records are the subject's own. docs/reuse.md has the rule."""
        return self.own_cases - self.of_others

    def decided(self, label: str, id_: str, kind: str) -> list[Record]:
        """The decisions of a kind about a record that no other one about it reverses, in their order."""
        known = [self.of("Decision")[d] for d in self.decisions.get((label, id_), ()) if d in self.of("Decision")]
        reversed_ = {one["overrides"] for one in known}
        standing = [one for one in known if one["kind"] == kind and one["id"] not in reversed_]
        return sorted(standing, key=lambda one: (one["load"], one["id"]))

    def own_facts(self) -> list[Record]:
        """The facts about the subject itself, in the order of their ids."""
        ids = set(self.subject.ids)
        mine = {row[2] for row in self.about if row[0] == "ABOUT" and row[1] == "Fact" and row[4] in ids}
        return [self.of("Fact")[id_] for id_ in sorted(mine) if id_ in self.of("Fact")]


def holdings(store: Store, subject: Subject, load: int) -> Holdings:
    """Reads everything that is linked to a subject."""
    types = link_types(store, load)
    applied = store.read("dossier/applied", ids=list(subject.ids), load=load)
    cases = _unique(row[1] for row in applied)
    of_subject = _of_subject(store, subject, cases, load, types)
    about, case_events = of_subject["about"], of_subject["case_events"]
    facts = _unique(row[2] for row in about if row[1] == "Fact")
    of_events = _step(store, load, {"stated_by": facts, **_touching(_unique(row[1] for row in case_events), types)})
    stated_rows = of_events["stated_by"]
    touched = (*of_events["received"], *of_events["event_materials"])
    event_materials = sorted(_unique(touched), key=itemgetter(0))
    materials = _unique([*(row[2] for row in about if row[1] == "Material"), *(row[2] for row in event_materials)])
    of_materials = _step(
        store,
        load,
        {
            "filed": materials,
            "material_events": materials,
            "material_links": materials if types & _ATTACHED else (),
            "decisions": [*facts, *materials] if "DECIDES" in types else (),
        },
    )
    received = _received(store, of_materials["material_events"], case_events, load)
    material_links = of_materials["filed"] + of_materials["material_links"]
    decided: dict[tuple[str, str], list[str]] = {}
    for label, id_, decision in of_materials["decisions"]:
        decided.setdefault((label, id_), []).append(decision)
    others = [id_ for id_ in subject.ids if id_ != subject.id]
    wanted: dict[str, list[str]] = {subject.label: others, "Case": [*cases], "Material": [*materials]}
    wanted["Event"] = [row[1] for row in case_events]
    wanted["Event"] += [event_id for events in received.values() for event_id, _ in events]
    wanted["Decision"] = [id_ for ids in decided.values() for id_ in ids]
    for label, id_ in (*((r[1], r[2]) for r in about), *((r[1], r[2]) for r in stated_rows)):
        wanted.setdefault(label, []).append(id_)
    for _, _, label, id_, *_ in material_links:
        wanted.setdefault(label, []).append(id_)
    records, placed = both(
        lambda: in_force(store, wanted, load, _READ), lambda: _volumes(store, material_links, wanted, load)
    )
    records[subject.label][subject.id] = subject.record
    _add_arrangement(store, records, placed, load)
    return Holdings(
        subject=subject,
        load=load,
        records=records,
        applied=applied,
        about=about,
        case_events=case_events,
        event_materials=event_materials,
        received=received,
        stated_by={id_: [(label, by) for label, by in rows] for id_, rows in _grouped(stated_rows).items()},
        material_links=material_links,
        placed=placed,
        decisions=decided,
        of_others=frozenset(case_id for (case_id,) in of_subject["cases_of_persons"]),
    )


def _read(store: Store, name: str | None, ids: Collection[str], load: int) -> list[Row]:
    return store.read(name, ids=list(ids), load=load) if name and ids else []


def _step(store: Store, load: int, asked: Mapping[str, Collection[str]]) -> dict[str, list[Row]]:
    """The links that each query of the dossier finds of its ids, by query, read side by side."""
    names = sorted((name for name in asked if asked[name]), key=lambda name: len(asked[name]), reverse=True)
    reads = [partial(store.read, f"dossier/{name}", ids=list(asked[name]), load=load) for name in names]
    return {**{name: [] for name in asked}, **dict(zip(names, together(reads), strict=True))}


def _of_subject(
    store: Store, subject: Subject, cases: Sequence[str], load: int, types: Collection[str]
) -> dict[str, list[Row]]:
    """What is about the subject and its cases, paid and concerning included, and the events of the cases."""
    organisation = subject.label == "Organisation"
    ids = [*subject.ids, *cases]
    found = _step(
        store,
        load,
        {
            "about": ids,
            "case_events": cases,
            "paid": ids if "PAYS" in types else (),
            "concerns": subject.ids if organisation and "CONCERNS" in types else (),
            "cases_of_persons": cases if organisation else (),
        },
    )
    concerns = (("CONCERNS", "Fact", fact_id, "Organisation", id_) for fact_id, id_ in found["concerns"])
    return {**found, "about": _unique([*found["about"], *found["paid"], *concerns])}


def _touching(events: Sequence[str], types: Collection[str]) -> dict[str, Sequence[str]]:
    """The queries for the materials that events received, used, produced or touched."""
    return {"received": events, "event_materials": () if _TOUCHED.isdisjoint(types) else events}


def _received(
    store: Store, rows: Sequence[Row], case_events: Sequence[Row], load: int
) -> dict[str, list[tuple[str, str]]]:
    """The events that received each material, by the links `rows`, with each of their cases, also those of others."""
    cases: dict[str, list[str]] = {}
    for case_id, event_id, *_ in case_events:
        cases.setdefault(event_id, []).append(case_id)
    elsewhere = _unique(event_id for _, event_id in rows if event_id not in cases)
    for event_id, case_id in _read(store, "dossier/event_cases", elsewhere, load):
        cases.setdefault(event_id, []).append(case_id)
    received: dict[str, list[tuple[str, str]]] = {}
    for material_id, event_id in _unique(rows):
        received.setdefault(material_id, []).extend((event_id, case_id) for case_id in cases.get(event_id, ()))
    return received


def _unique(found: Iterable[Found]) -> list[Found]:
    return list(dict.fromkeys(found))


def _grouped(rows: Iterable[Row]) -> dict[str, list[Row]]:
    """The rest of each row by its first column."""
    groups: dict[str, list[Row]] = {}
    for first, *rest in rows:
        groups.setdefault(first, []).append(tuple(rest))
    return groups


def _volumes(
    store: Store, material_links: Sequence[Row], wanted: dict[str, list[str]], load: int
) -> dict[tuple[str, str], list[Placed]]:
    """Where materials and volumes are."""
    placed: dict[tuple[str, str], list[Placed]] = {}
    for type_, id_, *rest in material_links:
        if type_ == "FILED_IN":
            placed.setdefault(("Material", id_), []).append(Placed(*rest))
    for id_, *rest in _read(store, "dossier/boxes", _unique(wanted.get("Volume", ())), load):
        placed.setdefault(("Volume", id_), []).append(Placed(*rest))
    return placed


@dataclass(frozen=True)
class _Arrangement:
    """What was read of boxes, shelves and rooms: `records` by label and id, None where there is no such record,
    and in `placed` where they are."""

    records: dict[str, dict[str, Record | None]] = field(
        default_factory=lambda: {label: {} for label in ("Box", "Shelf", "Room")}
    )
    placed: dict[tuple[str, str], tuple[Placed, ...]] = field(default_factory=dict)


def _add_arrangement(
    store: Store, records: dict[str, dict[str, Record]], placed: dict[tuple[str, str], list[Placed]], load: int
) -> None:
    """The boxes, shelves and rooms of what is placed.

    Many records lie in few of them, so each is read once for a load.
    """
    known = kept(store, load, "arrangement", _Arrangement)
    ids = _unique(where.to_id for of in placed.values() for where in of if where.to_label == "Box")
    for label in ("Box", "Shelf", "Room"):
        fresh = [id_ for id_ in ids if id_ not in known.records[label]]
        if fresh:
            found, links = both(
                partial(in_force, store, {label: fresh}, load, _READ),
                partial(_read, store, _ABOVE.get(label), fresh, load),
            )
            above = _grouped(links)
            known.placed.update(((label, id_), tuple(Placed(*row) for row in above.get(id_, ()))) for id_ in fresh)
            known.records[label].update((id_, found[label].get(id_)) for id_ in fresh)
        for id_ in ids:
            record = known.records[label][id_]
            if record is not None:
                records.setdefault(label, {})[id_] = record
            placed[label, id_] = list(known.placed[label, id_])
        ids = _unique(where.to_id for id_ in ids for where in known.placed[label, id_])
