"""The records of batches as they stand: pages, copies, files, and what the checks at filing say of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from pydantic import BaseModel

from graph.in_force import Record, in_force
from graph.kept import kept
from graph.store import Store

_PORTION = 5000


class BatchRecord(BaseModel):
    """A record of a batch. `copies` are records that digitise it; `files` those of the record and of its copies,
    `file_pages` their pages, null where one states none.

    `checked`: the checks at filing were run on each of these that has a file; `failed` counts those that failed.
    """

    id: str
    archive_no: str | None
    title: str | None
    pages: int | None
    copies: list[str]
    files: int
    file_pages: int | None
    checked: bool
    failed: int

    @property
    def wrong(self) -> list[str]:
        """What is wrong with it as the archive can tell: no copy, pages that differ, checks that failed."""
        said = []
        if not self.files:
            said.append("no copy")
        if self.pages is not None and self.file_pages is not None and self.pages != self.file_pages:
            said.append("pages differ")
        if self.failed:
            said.append("check failed")
        return said


def batch_records(store: Store, load: int, ids: Sequence[str]) -> dict[str, BatchRecord]:
    """The standing ones of these records, by id."""
    found: dict[str, BatchRecord] = {}
    for start in range(0, len(ids), _PORTION):
        found |= _portion(store, load, list(ids[start : start + _PORTION]))
    return found


def _portion(store: Store, load: int, ids: list[str]) -> dict[str, BatchRecord]:
    records = in_force(store, {"Material": ids}, load)["Material"]
    if not records:
        return {}
    copies: dict[str, list[str]] = defaultdict(list)
    for material_id, copy_id in store.read("digitisation/copies", ids=list(records), load=load):
        copies[material_id].append(copy_id)
    holders = sorted({*records, *(one for of in copies.values() for one in of)})
    files: dict[str, list[str]] = defaultdict(list)
    for type_, id_, _, to_id, *_ in store.read("dossier/material_links", ids=holders, load=load):
        if type_ == "HAS_FILE":
            files[id_].append(to_id)
    known = in_force(store, {"File": [one for of in files.values() for one in of]}, load)["File"]
    checked = kept(
        store, load, "checks at filing", lambda: {row[0]: row[1] for row in store.read("filing/gd_checks", load=load)}
    )
    pages = {id_: [known[one]["pages"] for one in of if one in known] for id_, of in files.items()}
    return {id_: _record(record, [id_, *copies.get(id_, ())], pages, checked) for id_, record in records.items()}


def _record(
    record: Record, holders: Sequence[str], pages: dict[str, list[int | None]], checked: dict[str, int]
) -> BatchRecord:
    filed = [one for one in holders if pages.get(one)]
    every = [number for one in filed for number in pages[one]]
    counted = [number for number in every if number is not None]
    return BatchRecord(
        copies=list(holders[1:]),
        files=len(every),
        file_pages=sum(counted) if every and len(counted) == len(every) else None,
        checked=all(one in checked for one in filed),
        failed=sum(checked.get(one, 0) for one in filed),
        **{name: record[name] for name in ("id", "archive_no", "title", "pages")},
    )
