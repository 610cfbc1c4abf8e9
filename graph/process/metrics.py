"""How many cases, how long, how often again: the figures of all cases, or by item, unit, region or month."""

from __future__ import annotations

from pydantic import BaseModel

from graph import clock
from graph.audit.findings import LastAudit, last_audit
from graph.instants import utc_iso
from graph.process.columns import NONE
from graph.process.definitions import Definition, defined
from graph.process.figures import Group, group
from graph.process.filters import By, ProcessFilter
from graph.process.selection import Selection, steady
from graph.store import Store
from graph.viewer import Viewer


class Standing(BaseModel):
    """What figures stand for: the last done load, an open one, and the last instant that is known of the selected
    cases' systems, until which open cases count as running."""

    as_of_load: int
    open_load: int | None
    known_until: str | None
    filter: ProcessFilter
    definitions: dict[str, Definition]


class Metrics(Standing):
    """Groups in the order of their keys, cases without one last; `audit` is what findings stand for."""

    by: By | None
    groups: list[Group]
    audit: LastAudit | None


def metrics(store: Store, viewer: Viewer, wanted: ProcessFilter, by: By | None = None) -> Metrics:
    """The figures of the cases that `wanted` describes. Raises UsageError for a month that is none."""

    def ask(selection: Selection) -> Metrics:
        groups = [group(selection, by, *one) for one in selection.groups(by)]
        names = groups[0].figures if groups else ()
        return Metrics(**standing(store, selection, names), by=by, groups=groups, audit=last_audit(store))

    return steady(store, viewer, wanted, ask)


def standing(store: Store, selection: Selection, names: object) -> dict[str, object]:
    """The fields of Standing for an answer with figures of these names."""
    until = selection.columns.until[selection.places]
    known = until[until != NONE]
    return {
        "as_of_load": selection.load,
        "open_load": clock.open_number(store),
        "known_until": utc_iso(int(known.max())) if len(known) else None,
        "filter": selection.wanted,
        "definitions": defined(names),  # type: ignore[arg-type]
    }
