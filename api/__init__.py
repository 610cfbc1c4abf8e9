"""HTTP: thin routes over the questions of graph/, and the loads of etl/."""
