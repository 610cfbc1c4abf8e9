"""A folder of service-item standards into the graph, as one load."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow.compute as pc

from etl.load import LoadReport
from etl.standards_source import read_standards, standards_statements
from graph.clock import LeaseKeeper, SourceOfLoad, now_ms, open_load
from graph.settings import Settings
from graph.store import Store
from graph.upsert import upsert_links, upsert_nodes

SYSTEM = MAPPING = "standards"


def load_standards(store: Store, settings: Settings, folder: Path) -> LoadReport:
    """Loads the standards of a folder. Raises UnreadableInput and InvalidStandard before anything is written."""
    standards = read_standards(folder)
    stated = standards_statements(standards)
    store.prepare()
    source = SourceOfLoad(folder.name, SYSTEM, standards.sha256, MAPPING, "", "append", None)
    load = open_load(store, settings, source)
    writer = store.writer(load.number, load.holder, resumed=load.resumed)
    changed_rows: set[int] = set()
    try:
        with LeaseKeeper(store, settings, load):
            written = {}
            for label, table in stated.nodes.items():
                written[label] = upsert_nodes(writer, label, table)
                changed_rows.update(table["source_row"].to_numpy()[written[label].changed].tolist())
            for links in stated.links:
                owners = stated.nodes[links.owner]
                ids = owners["id"].combine_chunks()
                linked = upsert_links(writer, links.type, links.table, ids, written[links.owner])
                of_changed = np.asarray(pc.is_in(ids, value_set=linked.owners))
                changed_rows.update(owners["source_row"].to_numpy()[of_changed].tolist())
            counts = {"rows_in": stated.rows_in, "loaded": len(changed_rows), "quarantined": 0, "withdrawn": 0}
            counts["unchanged"] = stated.rows_in - len(changed_rows)
            writer.commit({**counts, "now": now_ms()})
    finally:
        writer.close()
    return LoadReport(
        load=load.number,
        source=folder.name,
        system=SYSTEM,
        mapping=MAPPING,
        resumed=load.resumed,
        quarantine=None,
        remarks=(),
        **counts,
    )
