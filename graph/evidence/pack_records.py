"""Which records an evidence pack of cases proves, and which parts of them a receiver may see."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import replace
from functools import partial
from itertools import chain

from graph.chain import chain as chain_of
from graph.errors import UsageError
from graph.evidence.parts import PARTS
from graph.evidence.proofs import Proof
from graph.in_force import in_force, link_types
from graph.store import Store
from graph.together import together
from graph.viewer import Viewer

_PEOPLE = frozenset({"Actor", "Unit", "Person", "Organisation", "Fact"})
_TOUCHING = frozenset({"PRODUCED", "RECEIVED", "TOUCHED", "USED"})


def left_out(without: Collection[str]) -> frozenset[str]:
    """The parts to leave out. Raises UsageError for a name that is no part.

    Without `when` also without `links`: those say at which instant an event stands in its case.
    """
    unknown = sorted(set(without) - set(PARTS))
    if unknown:
        raise UsageError(f"'{unknown[0]}' is no part of a record.", f"Parts are {', '.join(PARTS)}.")
    return frozenset(without) | ({"links"} if "when" in without else set())


def found_cases(store: Store, viewer: Viewer, cases: Sequence[str]) -> list[str]:
    """The ids of cases that were named by id or natural key, each once. Raises as `chain` does."""
    return list(dict.fromkeys(chain_of(store, viewer, case).id for case in cases))


def records_of(store: Store, cases: Sequence[str], load: int) -> dict[str, list[str]]:
    """The records of cases by label: cases, events, actors, units, materials, objects, files, applicants, names."""
    types = link_types(store, load)
    events = [row[1] for row in store.read("dossier/case_events", ids=list(cases), load=load)]
    wanted: dict[str, list[str]] = {"Case": list(cases), "Event": events}
    asked = {
        "audit/event_parties": events,
        "audit/event_records": [] if _TOUCHING.isdisjoint(types) else events,
        "audit/applicants": cases if "APPLIED" in types else [],
    }
    reads = [partial(store.read, name, ids=list(ids), load=load) for name, ids in asked.items() if ids]
    for _, label, id_, *_ in chain.from_iterable(together(reads)):
        wanted.setdefault(label, []).append(id_)
    materials = wanted.get("Material", [])
    has_files = materials and "HAS_FILE" in types
    links = store.read("dossier/material_links", ids=materials, load=load) if has_files else []
    for type_, _, label, id_, *_ in links:
        if type_ == "HAS_FILE":
            wanted.setdefault(label, []).append(id_)
    people = [*wanted.get("Person", []), *wanted.get("Organisation", [])]
    about = store.read("dossier/about", ids=people, load=load) if people else []
    facts = [row[2] for row in about if row[0] == "ABOUT" and row[1] == "Fact"]
    known = in_force(store, {"Fact": facts}, load)["Fact"] if facts else {}
    wanted["Fact"] = [id_ for id_, fact in known.items() if fact["field"] == "name"]
    return wanted


def shown_to(proofs: Sequence[Proof], without: Collection[str]) -> list[Proof]:
    """The proofs without the parts that are left out.

    An entry that would give the part away by its own id goes with it: that of a link of the part, and, without
    `who`, those of actors, units, persons and what is stated about them.
    """
    shown = []
    for proof in proofs:
        said = json.loads(proof.entry)
        if said["kind"].startswith("link") and not set(said["parts"]).isdisjoint(without):
            continue
        if "who" in without and said["id"].partition(":")[0] in _PEOPLE:
            continue
        if "file" in without and said["id"].startswith("File:"):
            continue
        kept = {part: of for part, of in proof.parts.items() if part not in without}
        shown.append(replace(proof, parts=kept))
    return shown
