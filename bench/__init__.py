"""Benchmarks: each figure is a ratio to a baseline of the same rows in the same run; docs/benchmarks.md."""
