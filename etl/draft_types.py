"""The kinds of records that drafts ask for: those that are known, and new ones from the norms of the tables."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import Any

from graph.classification import comparable_title
from graph.standard import MaterialTypes

# A norm that says no more than that something is a form: each form is a kind of its own.
_FORM = "申请表单"


@dataclass(frozen=True)
class FoundType:
    """The type of a material, those that will do instead of it, and what is open about it."""

    type_id: str
    instead: tuple[str, ...] = ()
    open: tuple[str, ...] = ()


def digest_id(kind: str, *texts: str) -> str:
    """An id for what has none, the same whenever it is drafted again."""
    return f"{kind}-{hashlib.sha256(chr(10).join(texts).encode()).hexdigest()[:10]}"


class DraftTypes:
    """The types, which grow while tables are read."""

    def __init__(self, known: MaterialTypes) -> None:
        self._sources = {
            **known.sources,
            "guides": "tables of published guides",
            "unsaid": "the guides do not say it",
        }
        self._types: list[dict[str, Any]] = [one.model_dump(by_alias=True, mode="json") for one in known.types]
        self._titles: dict[str, str] = {}
        for one in known.types:
            for title in (one.name, *one.synonyms):
                self._titles.setdefault(comparable_title(title), one.id)

    def content(self) -> dict[str, Any]:
        """The file of types."""
        return {"sources": self._sources, "types": self._types}

    def named(self, text: str) -> str | None:
        """The type of that title, or the only one with a name that ends so."""
        exact = self._titles.get(comparable_title(text))
        if exact is not None:
            return exact
        ends = {one["id"] for one in self._types if comparable_title(one["name"]).endswith(comparable_title(text))}
        return min(ends) if len(ends) == 1 else None

    def of(self, name: str, norm: str) -> FoundType:
        """The type of a material by its name, or else by its norm; a new one where neither is known."""
        by_name = self._titles.get(comparable_title(name))
        if by_name is not None:
            return FoundType(by_name)
        parts = [self._titles.get(comparable_title(part)) for part in re.split("或者?", name)]
        if len(parts) > 1 and parts[0] is not None and all(parts):
            others = dict.fromkeys(part for part in parts[1:] if part is not None and part != parts[0])
            return FoundType(parts[0], tuple(others))
        if not norm or norm == _FORM:
            open_ = () if norm else ("the material has no norm; its name is made a type",)
            return FoundType(self._new(name), open=open_)
        ids = dict.fromkeys(self._titles.get(comparable_title(part)) for part in (norm, *norm.split("/")))
        by_norm = next((id_ for id_ in ids if id_ is not None), None)
        if by_norm is None:
            return FoundType(self._new(norm, name), open=(f"the norm '{norm}' is no known type; made one",))
        self._add_title(by_norm, name)
        return FoundType(by_norm)

    def own(self, name: str) -> str | None:
        """A type for that name alone; None where it is another type's proper name."""
        title = comparable_title(name)
        if any(comparable_title(one["name"]) == title for one in self._types):
            return None
        for one in self._types:
            one["synonyms"] = [said for said in one["synonyms"] if comparable_title(said) != title]
        self._titles.pop(title, None)
        return self._new(name)

    def _new(self, name: str, *synonyms: str) -> str:
        id_ = digest_id("type", name)
        one = {"id": id_, "name": name, "synonyms": [], "class": "unsettled", "validity_days": "unlimited"}
        self._types.append({**one, "source": "guides"})
        self._titles[comparable_title(name)] = id_
        for synonym in synonyms:
            self._add_title(id_, synonym)
        return id_

    def _add_title(self, id_: str, title: str) -> None:
        if self._titles.setdefault(comparable_title(title), id_) == id_:
            one = next(one for one in self._types if one["id"] == id_)
            said = {comparable_title(text) for text in (one["name"], *one["synonyms"])}
            if comparable_title(title) not in said:
                one["synonyms"].append(title)
