"""Demo archives in tests: generated, loaded as `dossier demo` does, and asked about everybody.

`DOSSIER_DEMO_PEOPLE` is the number of people of the archive that is compared with its truth.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from cli.demo import load_sources
from demo.archive import Archive
from etl.load import LoadReport
from graph.dossier import Dossier, dossier, organisation_dossier
from graph.reuse import Reuse, reuse_of_each
from graph.settings import Settings
from graph.store import Store
from graph.subjects import persons
from graph.viewer import LOCAL_OPERATOR

LAST_DAY = date(2026, 6, 30)
# Read before the settings of whoever runs the tests are taken away.
PEOPLE = int(os.environ.get("DOSSIER_DEMO_PEOPLE", "200"))


@dataclass(frozen=True)
class Demo:
    """A demo archive in a store: what loading said of each file, and the answers about everybody by id."""

    written: Archive
    store: Store
    reports: dict[str, LoadReport]

    def truth(self, name: str) -> Any:
        """One of the truth files; whoever asks must not change it."""
        if name not in self._truth:
            text = (self.written.folder / "truth" / f"{name}.json").read_text(encoding="utf-8")
            self._truth[name] = json.loads(text)
        return self._truth[name]

    @cached_property
    def _truth(self) -> dict[str, Any]:
        return {}

    def dossiers(self) -> Iterator[Dossier]:
        """Everybody's, one after the other, the organisations' found by their codes."""
        for id_ in _persons(self.store):
            yield dossier(self.store, LOCAL_OPERATOR, id_)
        for one in self.truth("organisations").values():
            yield organisation_dossier(self.store, LOCAL_OPERATOR, one["credit_code"])

    @cached_property
    def items(self) -> dict[str, list[str]]:
        """The items that are for persons and those for organisations."""
        items = self.truth("kinds")["items"]
        return {kind: [i["item"] for i in items if i["applicant"] == kind] for kind in ("person", "organisation")}

    def reuse(self, id_: str, label: str) -> dict[str, Reuse]:
        """What somebody need not submit again on the last day of the archive, item by item."""
        items = self.items["organisation" if label == "Organisation" else "person"]
        answers = reuse_of_each(self.store, LOCAL_OPERATOR, id_, items, on=LAST_DAY)
        return dict(zip(items, answers, strict=True))


def load_demo(written: Archive, store: Store, settings: Settings) -> Demo:
    """Loads a demo archive as the command does."""
    files = (*written.event_files, *written.workbooks)
    return Demo(written, store, {report.source: report for report in load_sources(store, settings, files)})


def _persons(store: Store) -> Iterator[str]:
    page = persons(store, LOCAL_OPERATOR, limit=500)
    yield from (one.id for one in page.items)
    while page.next:
        page = persons(store, LOCAL_OPERATOR, limit=500, cursor=page.next)
        yield from (one.id for one in page.items)
