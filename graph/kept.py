"""Answers that are kept as long as the load that they are pinned to is asked for.

What a done load knew never changes, so what many questions share is read once for it. The answers belong to their
store, and those for another load than the one asked for last are let go. Who puts another archive in the place of one
on Neo4j while a service reads it has to start the service again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from graph.store import Store

Answer = TypeVar("Answer")


@dataclass(frozen=True)
class _Kept:
    load: int
    answers: dict[str, Any] = field(default_factory=dict)


_OF: WeakKeyDictionary[Store, _Kept] = WeakKeyDictionary()


def kept(store: Store, load: int, what: str, read: Callable[[], Answer]) -> Answer:
    """What `read` gave when `what` was first asked for as a done load knew it."""
    of = _OF.get(store)
    if of is None or of.load != load:
        of = _OF[store] = _Kept(load)
    if what not in of.answers:
        of.answers[what] = read()
    answer: Answer = of.answers[what]
    return answer


def forget(store: Store) -> None:
    """Lets go what is kept of a store whose archive was replaced."""
    _OF.pop(store, None)


def kept_already(store: Store, load: int, what: str, type_: type[Answer]) -> Answer | None:
    """What is kept of a load, None where it was not asked for yet."""
    of = _OF.get(store)
    answer = of.answers.get(what) if of is not None and of.load == load else None
    return answer if isinstance(answer, type_) else None
