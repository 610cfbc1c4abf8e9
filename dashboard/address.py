"""The address of a page: its path, language and filters. A page is a function of it, so a link restores the page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import parse_qs, quote, urlencode

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = ("zh", "en")


@dataclass(frozen=True)
class Address:
    """Where a reader is. `filters` holds what follows the `?`, aside from the language."""

    path: str
    language: Language = "zh"
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def one(self, name: str) -> str | None:
        """The first value of a filter, None where there is none."""
        values = self.filters.get(name, ())
        return values[0] if values else None

    def many(self, name: str) -> list[str]:
        """All values of a filter."""
        return list(self.filters.get(name, ()))

    def to(self, path: str, **filters: str | None) -> str:
        """The link to another page in the same language."""
        return link(path, self.language, {name: (value,) for name, value in filters.items() if value})

    def with_filters(self, **changed: str | None) -> str:
        """The link to this page with some filters changed; None takes one away."""
        kept = {name: values for name, values in self.filters.items() if name not in changed}
        return link(self.path, self.language, {**kept, **{n: (v,) for n, v in changed.items() if v}})

    def case(self, id_: str) -> str:
        """The link to the chain of a case."""
        return self.to(f"/cases/{quote(id_, safe='')}")

    def matter(self, id_: str) -> str:
        """The link to the cases of a matter."""
        return self.to(f"/matters/{quote(id_, safe='')}")

    def subject(self, label: str, id_: str) -> str:
        """The link to the dossier of a person or organisation."""
        folder = "organisations" if label == "Organisation" else "persons"
        return self.to(f"/{folder}/{quote(id_, safe='')}")


def link(path: str, language: Language, filters: Mapping[str, tuple[str, ...]]) -> str:
    """The text of an address."""
    return f"{path}?{urlencode({'lang': (language,), **filters}, doseq=True)}"


def parse_address(path: str | None, search: str | None) -> Address:
    """The address that a browser shows as `path` and `search`; an unknown language is Chinese."""
    query = parse_qs((search or "").removeprefix("?"))
    said = (query.pop("lang", None) or ["zh"])[0]
    language: Language = "en" if said == "en" else "zh"
    return Address(path or "/", language, {name: tuple(values) for name, values in query.items()})
