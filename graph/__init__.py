"""The graph: its schema, its two stores, its clock, and the questions that are asked of it."""
