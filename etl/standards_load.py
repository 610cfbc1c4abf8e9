"""A folder of service-item standards into the graph, as one load."""

from __future__ import annotations

from pathlib import Path

from etl.load import LoadReport
from etl.standards_source import read_standards, standards_statements
from etl.write import write
from graph.clock import SourceOfLoad, loading, now_ms
from graph.settings import Settings
from graph.store import Store
from graph.touched import Touched

SYSTEM = MAPPING = "standards"


def load_standards(store: Store, settings: Settings, folder: Path) -> LoadReport:
    """Loads the standards of a folder. Raises UnreadableInput and InvalidStandard before anything is written."""
    standards = read_standards(folder)
    stated = standards_statements(standards)
    store.prepare()
    source = SourceOfLoad(folder.name, SYSTEM, standards.sha256, MAPPING, "", "append", None)
    with loading(store, settings, source) as (load, writer):
        loaded = write(writer, stated, Touched()).changed
        counts = {"rows_in": stated.rows_in, "loaded": loaded, "unchanged": stated.rows_in - loaded}
        counts |= {"quarantined": 0, "withdrawn": 0}
        writer.commit({**counts, "now": now_ms()})
    return LoadReport(
        load=load.number,
        source=folder.name,
        system=SYSTEM,
        mapping=MAPPING,
        resumed=load.resumed,
        quarantine=None,
        remarks=load.remarks,
        **counts,
    )
