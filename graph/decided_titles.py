"""What was decided of titles: of all records with a title, those that come later too, they are of a type or class.

A decision holds no value, so it names the title by its digest under the key of the ids. docs/classification.md has
the rules.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Literal

from graph.classes.schemes import SchemeId, schemes
from graph.identifiers import keyed
from graph.store import Row

TITLE = "title"
"""What a decision names the digest of its title by."""

DecidedOf = Literal["type"] | SchemeId
_NOTHING: Mapping[DecidedOf, str | None] = {}


def of_title(text: str | None) -> bool:
    """Whether what a decision says (JSON) is about a title, and not about one record."""
    return TITLE in json.loads(text or "{}")


def title_digest(key: bytes, comparable: str) -> str:
    """How a decision names a title as it is compared."""
    return keyed(key, [TITLE, comparable])


class DecidedTitles:
    """The types and classes that decisions give titles; of several about the same, the last counts."""

    def __init__(self, rows: Iterable[Row], key: Callable[[], bytes]) -> None:
        """`rows` are what `classes/decided_titles` gives: decision, its load, what it says."""
        self._said: dict[str, dict[DecidedOf, str | None]] = {}
        self._decisions: dict[tuple[str, DecidedOf], str] = {}
        for decision, _, text in rows:
            what = json.loads(text)
            scheme = schemes().of(what.get("scheme", ""))
            code = what.get("class")
            if "type" in what:
                self._take(what[TITLE], "type", what["type"], decision)
            elif scheme and (code is None or scheme.class_of(code)):
                self._take(what[TITLE], scheme.id, code, decision)
        self._key = key() if self._said else b""

    def _take(self, digest: str, of: DecidedOf, said: str | None, decision: str) -> None:
        self._said.setdefault(digest, {})[of] = said
        self._decisions[digest, of] = decision

    def of(self, comparable: str) -> Mapping[DecidedOf, str | None]:
        """What was decided of a title: its type, and its class by scheme; null for none."""
        return self._said.get(title_digest(self._key, comparable), _NOTHING) if self._said else _NOTHING

    def decision(self, comparable: str, of: DecidedOf) -> str | None:
        """The decision that counts for a title."""
        return self._decisions.get((title_digest(self._key, comparable), of)) if self._said else None

    def __bool__(self) -> bool:
        return bool(self._said)


NOTHING_DECIDED = DecidedTitles((), bytes)
