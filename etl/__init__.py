"""Sources into the graph: source -> mapping -> validation -> identity -> classification -> load."""
