"""Of which type a record is: by decision, or else by the name of a type or one of its synonyms.

docs/reuse.md and docs/classification.md have the rules.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from graph.classes.schemes import schemes
from graph.decided_titles import NOTHING_DECIDED, TITLE, DecidedTitles
from graph.upsert import link_table

if TYPE_CHECKING:
    from graph.classes.types import TypeTerms

_REMEMBERED = 100_000
NAME, SYNONYM, TERM, DECISION = "name", "synonym", "term", "decision"


@dataclass(frozen=True)
class Found:
    """The type of a title, and whether its name, a synonym or one of them among other words said so; or a decision,
    which may also say none. `confidence` is how sure it is, 0 to 1."""

    type_id: str | None
    method: str
    confidence: float = 1.0


def comparable_title(text: str) -> str:
    """A title as it is compared: NFKC, without blanks, without case."""
    return "".join(unicodedata.normalize("NFKC", text).split()).casefold()


class Titles:
    """Which title names which type."""

    def __init__(self, exact: dict[str, Found], types: Container[str], decided: DecidedTitles) -> None:
        """`exact` are the comparable titles that are a name or synonym; `decided` counts where its type is one of
        `types`."""
        self._exact = exact
        self._types = types
        self.decisions = decided
        self._found: dict[str, Found | None] = {}

    def of(self, title: str) -> Found | None:
        """The type of a title, however sure; None where it names none."""
        comparable = comparable_title(title)
        if len(self._found) > _REMEMBERED:
            self._found.clear()
        if comparable not in self._found:
            self._found[comparable] = (
                self._by_decision(comparable) or self._exact.get(comparable) or self._by_term(comparable)
            )
        return self._found[comparable]

    def _by_decision(self, title: str) -> Found | None:
        said = self.decisions.of(title)
        if "type" not in said:
            return None
        type_id = said["type"]
        return Found(type_id, DECISION) if type_id is None or type_id in self._types else None

    def _by_term(self, title: str) -> Found | None:
        if not any(name in title for name in self._exact if name):
            return None
        said = self._terms.type_of(title)
        return Found(said.code, TERM, said.confidence) if said else None

    @cached_property
    def _terms(self) -> TypeTerms:
        from graph.classes.types import TypeTerms

        return TypeTerms((title, found.type_id) for title, found in self._exact.items() if found.type_id)


def titles_of_types(
    types: Iterable[tuple[str, str | None, str | None]], decided: DecidedTitles = NOTHING_DECIDED
) -> Titles:
    """Which title names which type, from (id, name, synonyms as JSON) of the types.

    A decision goes before a name, a name before a synonym; a title that names several types in the same way names
    none.
    """
    said: dict[str, dict[str, set[str]]] = {NAME: {}, SYNONYM: {}}
    known = set()
    for id_, name, synonyms in types:
        known.add(id_)
        if name:
            said[NAME].setdefault(comparable_title(name), set()).add(id_)
        for synonym in json.loads(synonyms or "[]"):
            said[SYNONYM].setdefault(comparable_title(synonym), set()).add(id_)
    titles: dict[str, Found] = {}
    for method in (SYNONYM, NAME):
        for title, ids in said[method].items():
            if len(ids) == 1:
                titles[title] = Found(min(ids), method)
            else:
                titles.pop(title, None)
    return Titles(titles, known, decided)


def type_of(title: str | None, titles: Titles) -> Found | None:
    """The type of one title, None where it is unclassified: nothing says one, or what says it is not sure enough."""
    found = None if title is None else titles.of(title)
    return found if found and found.confidence >= schemes().threshold else None


def decided_types(whats: Iterable[tuple[str, str | None]], types: Container[str]) -> dict[str, Found]:
    """What decisions say of the types of materials, from (material, what as JSON) in the order of the decisions.

    The last one counts, as long as the type that it names stands (is in `types`). Decisions about titles are not
    about a material.
    """
    said = {}
    for material_id, text in whats:
        what = json.loads(text or "{}")
        if "type" in what and TITLE not in what:
            said[material_id] = what["type"]
    return {id_: Found(type_id, DECISION) for id_, type_id in said.items() if type_id is None or type_id in types}


def of_type_links(materials: pa.Table, titles: Titles, by_decision: dict[str, Found]) -> pa.Table:
    """The derived links OF_TYPE of `materials` (id, title); `by_decision` is what `decided_types` gives of them."""
    encoded = materials["title"].combine_chunks().dictionary_encode()
    found = [type_of(title, titles) for title in encoded.dictionary.to_pylist()]
    ids = pa.array([f.type_id if f else None for f in found], pa.string()).take(encoded.indices)
    methods = pa.array([f.method if f else None for f in found], pa.string()).take(encoded.indices)
    confidence = pa.array([f.confidence if f else None for f in found], pa.float64()).take(encoded.indices)
    if by_decision:
        at = pc.index_in(materials["id"], value_set=pa.array(list(by_decision), pa.string()))
        decided: Sequence[Found] = list(by_decision.values())
        is_decided = at.is_valid()
        ids = pc.if_else(is_decided, pa.array([one.type_id for one in decided], pa.string()).take(at), ids)
        methods = pc.if_else(is_decided, DECISION, methods)
        confidence = pc.if_else(is_decided, 1.0, confidence)
        ids, methods, confidence = (column.combine_chunks() for column in (ids, methods, confidence))
    known = ids.is_valid()
    return link_table(
        "OF_TYPE",
        ("Material", "MaterialType"),
        materials["id"].combine_chunks().filter(known),
        ids.filter(known),
        method=methods.filter(known),
        confidence=confidence.filter(known),
    )
