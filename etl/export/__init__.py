"""The graph out into files: XES, OCEL 2.0, GraphML, Parquet."""
