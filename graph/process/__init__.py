"""Processes over all cases: what happened in which order, how long it took, and what deviates."""
