"""Matters (联办) that the rows of a log name: what several cases, of several systems, are about."""

from __future__ import annotations

import pyarrow as pa

from etl.event_rows import EventRows
from etl.mapping import ResolvedMapping
from etl.statements import Links
from graph.identifiers import natural_id_column
from graph.matters import PREFIX
from graph.upsert import link_table, node_table


def matter_records(rows: EventRows, mapping: ResolvedMapping, key: bytes) -> tuple[pa.Table, tuple[Links, ...]]:
    """Matter records, and PART_OF of the cases whose rows name one; nothing is said where the mapping names none.

    The number of a matter is one for all systems: it is what joins their cases.
    """
    numbers = rows.mapped.fields["matter"].combine_chunks()
    named = pa.table({"number": numbers, "case": rows.of_case, "row": rows.row}).filter(numbers.is_valid())
    firsts = named.group_by("number", use_threads=False).aggregate([("row", "min")])
    names = firsts["number"].combine_chunks()
    nodes = node_table(
        "Matter", natural_id_column(key, PREFIX, names), firsts["row_min"].combine_chunks(), name=names
    )
    if "matter" not in mapping.columns and "matter" not in mapping.constants:
        return nodes, ()
    pairs = named.group_by(["case", "number"], use_threads=False).aggregate([])
    ids = natural_id_column(key, PREFIX, pairs["number"].combine_chunks())
    table = link_table("PART_OF", ("Case", "Matter"), pairs["case"].combine_chunks(), ids)
    return nodes, (Links("PART_OF", "Case", table, adds_only=True),)
