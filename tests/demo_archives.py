"""Demo archives in tests: generated, loaded as `dossier demo` does, and asked about everybody."""

from __future__ import annotations

import json
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


@dataclass(frozen=True)
class Demo:
    """A demo archive in a store: what loading said of each file, and the dossier of everybody by id."""

    written: Archive
    store: Store
    reports: dict[str, LoadReport]

    def truth(self, name: str) -> Any:
        """One of the truth files."""
        return json.loads((self.written.folder / "truth" / f"{name}.json").read_text(encoding="utf-8"))

    @cached_property
    def dossiers(self) -> dict[str, Dossier]:
        """Everybody's, the organisations' found by their codes."""
        people = {id_: dossier(self.store, LOCAL_OPERATOR, id_) for id_ in _persons(self.store)}
        codes = [one["credit_code"] for one in self.truth("organisations").values()]
        organisations = (organisation_dossier(self.store, LOCAL_OPERATOR, code) for code in codes)
        return {**people, **{one.id: one for one in organisations}}

    @cached_property
    def items(self) -> dict[str, list[str]]:
        """The items that are for persons and those for organisations."""
        items = self.truth("kinds")["items"]
        return {kind: [i["item"] for i in items if i["applicant"] == kind] for kind in ("person", "organisation")}

    def reuse(self, id_: str) -> dict[str, Reuse]:
        """What somebody need not submit again on the last day of the archive, item by item."""
        items = self.items["organisation" if self.dossiers[id_].label == "Organisation" else "person"]
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
