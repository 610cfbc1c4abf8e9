"""Deriving everything again: the same graph as the loads have left."""

from __future__ import annotations

import pyarrow as pa

from graph.audit.run import audit_again
from graph.clock import SourceOfLoad, loading, now_ms
from graph.derive import derive
from graph.derive_records import derive_all_types, id_pages
from graph.errors import NotFound
from graph.order import PLACED
from graph.settings import Settings
from graph.store import Store
from graph.touched import SUBJECTS, Touched, Written
from graph.viewer import LOCAL_OPERATOR


def rebuild(store: Store, settings: Settings) -> int:
    """Derives everything again, as a load of its own; gives how many cases were derived.

    Where there was an audit, its rules are run again over everything, as a second load. Raises NotFound where there
    is no archive yet, LoadOpen where another load is open.
    """
    done = derive_again(store, settings)
    audit_again(store, settings, LOCAL_OPERATOR)
    return done


def derive_again(store: Store, settings: Settings) -> int:
    """The same without the findings of the audit."""
    if not store.exists():
        raise NotFound("The archive is empty: there is nothing to derive.", "Load something first.")
    done, nothing = 0, Written({})
    with loading(store, settings, SourceOfLoad("rebuild", "", "", "rebuild", "", "append", None)) as (_, writer):
        for ids in id_pages(store, "derive/cases"):
            derive(writer, _touched("Case", ids), nothing, PLACED.empty_table())
            done += len(ids)
        for label, name in zip(SUBJECTS, ("derive/persons", "derive/organisations"), strict=True):
            for ids in id_pages(store, name):
                derive(writer, _touched(label, ids), nothing, PLACED.empty_table())
        derive_all_types(writer, nothing)
        for type_ in ("NEXT", "OF_TYPE", "UNDER"):
            writer.forget_links(type_)
        counts = dict.fromkeys(("rows_in", "loaded", "unchanged", "quarantined", "withdrawn"), 0)
        writer.commit({**counts, "now": now_ms()})
    return done


def _touched(label: str, ids: list[str]) -> Touched:
    touched = Touched()
    touched.add(label, pa.array(ids, pa.string()))
    return touched
