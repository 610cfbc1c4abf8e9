"""What a verification finds, and how far it has come."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from pydantic import BaseModel

from graph.evidence.comparison import Difference
from graph.evidence.impossible import Unprovable
from graph.ledger.log import Ledger
from graph.settings import Settings
from graph.store import Store

# More alarms than anybody reads; what is beyond is counted.
MOST = 20_000
Progress = Callable[[str, int, int | None], None]
Kind = Literal["altered", "missing", "inserted", "erased", "file", "ledger", "rolled back"]


class Found(BaseModel):
    """One thing that is not as it was sealed; `label` and `id` of the record, `part` of it, `index` of the entry."""

    kind: Kind
    label: str | None
    id: str | None
    parts: list[str]
    load: int | None
    index: int | None
    message: str


@dataclass
class Course:
    """A verification in course; `left_off` counts the alarms that are not in `found`."""

    store: Store
    settings: Settings
    ledger: Ledger
    upto: int
    progress: Progress
    found: list[Found] = field(default_factory=list)
    left_off: int = 0
    left_off_erased: int = 0
    erased: list[Found] = field(default_factory=list)
    emptied: dict[tuple[str, str], int] = field(default_factory=dict)
    unchecked: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    records: int = 0
    files: int = 0

    def add(self, one: Found) -> None:
        """Takes an alarm."""
        if len(self.found) < MOST:
            self.found.append(one)
        else:
            self.left_off += 1

    def differs(self, one: Difference) -> None:
        """Takes a record that is not what the ledger holds."""
        self.add(_found(one))

    def is_gone(self, one: Difference) -> None:
        """Takes a record that was erased by decision."""
        if len(self.erased) < MOST:
            self.erased.append(_found(one))
        else:
            self.left_off_erased += 1

    def cannot_be(self, one: Unprovable) -> None:
        """Takes a record or link that no load can have written."""
        label, _, id_ = one.id.partition(":")
        said = f"{label} {id_}: {one.why}"
        self.add(Found(kind=one.kind, label=label, id=id_, parts=[one.part], load=None, index=None, message=said))

    def in_ledger(self, where: str, index: int | None, message: str, kind: Kind = "ledger") -> None:
        """Takes something of the ledger itself."""
        self.add(Found(kind=kind, label=None, id=where, parts=[], load=None, index=index, message=message))


def _found(one: Difference) -> Found:
    return Found(
        kind=one.kind,
        label=one.label,
        id=one.id,
        parts=list(one.parts),
        load=one.load or None,
        index=one.index,
        message=one.message,
    )
