"""Figures: pure functions of what the questions answer."""
