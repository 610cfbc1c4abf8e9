"""What a page is: a function of who asks, the archive and the address."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import unquote

from dash.development.base_component import Component

from dashboard.address import Address
from dashboard.texts import Texts
from graph import texts
from graph.errors import UsageError
from graph.instants import parse_one
from graph.settings import Settings
from graph.store import Store
from graph.viewer import Viewer


@dataclass(frozen=True)
class Asked:
    """What a page is asked: by whom, of which archive, and where. `key` is the id in the path of a page of one."""

    store: Store
    settings: Settings
    viewer: Viewer
    address: Address
    key: str = ""

    @property
    def say(self) -> Texts:
        """The texts in the language of the address."""
        return Texts(self.address.language)

    def told(self, both: texts.Texts) -> str:
        """What is there in both languages, in that of the address."""
        return both.zh if self.address.language == "zh" else both.en

    def instant(self, name: str) -> int | None:
        """A filter as an instant (epoch ms), None where it is not set. Raises UsageError where it is none."""
        text = self.address.one(name)
        return parse_one(text) if text else None

    def end_of(self, name: str) -> int | None:
        """A filter that names a day, as the last instant of it (epoch ms); another instant as it stands."""
        text = self.address.one(name)
        return parse_one(f"{text}T23:59:59.999" if text and len(text) == 10 else text) if text else None

    def number(self, name: str, default: int) -> int:
        """A filter as a number. Raises UsageError where it is none."""
        text = self.address.one(name)
        if text is not None and not text.isdecimal():
            raise UsageError(
                "'{text}' is no number, but {name} in the address has to be one.",
                "Take it away.",
                text=text,
                name=name,
            )
        return int(text) if text else default


@dataclass(frozen=True)
class Page:
    """A page. `path` ends with `/` where an id follows; `section` is the entry of the navigation it belongs to."""

    path: str
    title: str
    content: Callable[[Asked], Component]
    section: str


def page_of(pages: tuple[Page, ...], path: str) -> tuple[Page | None, str]:
    """The page that a path leads to, and the id in it."""
    whole = "/" + path.strip("/")
    for page in pages:
        if page.path == whole:
            return page, ""
    for page in pages:
        if page.path != "/" and page.path.endswith("/") and path.startswith(page.path) and len(path) > len(page.path):
            return page, unquote(path.removeprefix(page.path))
    return None, ""
