"""An actor found by id or name, as a load knew it."""

from __future__ import annotations

from graph.errors import Ambiguous, NotFound
from graph.in_force import Record, in_force
from graph.store import Store


def find_actor(store: Store, text: str, load: int) -> Record:
    """The actor with an id, or with a name that only one has.

    Raises NotFound where there is none, Ambiguous where several systems have one of that name.
    """
    ids = [row[0] for row in store.read("people/named", text=text)]
    known = in_force(store, {"Actor": ids}, load)["Actor"] if ids else {}
    if text in known:
        return known[text]
    if not known:
        raise NotFound(
            "There is no actor '{actor}' in load {load}.",
            "`dossier network handover` lists actors.",
            actor=text,
            load=load,
        )
    if len(known) > 1:
        listed = ", ".join(sorted(known))
        raise Ambiguous(
            "Several actors are called '{actor}': {ids}.", "Give one of these ids.", actor=text, ids=listed
        )
    return next(iter(known.values()))
