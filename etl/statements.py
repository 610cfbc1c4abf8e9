"""What one file states, ready to be written: records by label, links by type, and the rows set aside."""

from __future__ import annotations

from dataclasses import dataclass, field

import pyarrow as pa

from etl.source_rows import REFUSED
from graph.order import PLACED

DERIVATION = PLACED


@dataclass
class Links:
    """The links of one type that the records of the label `owner` state.

    They are stated whole: a link that stands from such a record of this file and is not in `table` (made by
    `graph.upsert.link_table`) is withdrawn, except where `adds_only`. `rows` (int64, or a list of them
    where several state one, as long as `table`) are the rows that state the links where these are rows of their
    own; None where the row of the owner does.
    """

    type: str
    owner: str
    table: pa.Table
    adds_only: bool = False
    rows: pa.Array | None = None

    def let_go(self) -> None:
        """Forgets the links once they are written: those of a large file would fill the memory until the commit."""
        self.table = self.table.schema.empty_table()


@dataclass(frozen=True)
class Statements:
    """What one file states.

    `rows_in` counts every row of the file, taken or set aside; each record names its own as `source_row`.
    `nodes`: label -> table with distinct ids (made by `graph.upsert.node_table`), in the order of writing.
    `partial` labels are only mentioned: a null there says nothing, and what the store holds stays. `links`
    has one entry for every type and owner that the source speaks about, also where it has none.
    `derivation` (DERIVATION) is what the order of its cases is computed from. `refused` (REFUSED) are
    all rows set aside, text null where the columns of the reader hold it. `kept_ids` (label -> ids) are records
    that stand although the row that states them was set aside (of a Case: with all its events); `unidentified`
    counts rows of which not even that is known. `own_cases`: a case is stated by a row of its own, and not by
    the rows of its events. `remarks` are sentences for the report.
    """

    rows_in: int
    nodes: dict[str, pa.Table]
    links: tuple[Links, ...]
    partial: frozenset[str] = frozenset()
    derivation: pa.Table = field(default_factory=DERIVATION.empty_table)
    refused: pa.Table = field(default_factory=REFUSED.empty_table)
    kept_ids: dict[str, pa.Array] = field(default_factory=dict)
    unidentified: int = 0
    own_cases: bool = False
    remarks: tuple[str, ...] = ()

    def let_go(self, label: str) -> None:
        """Forgets the content of records once they are written, but for what is derived and reported from it."""
        kept = [name for name in ("id", "source_row", "accepted_at") if name in self.nodes[label].column_names]
        self.nodes[label] = self.nodes[label].select(kept)
