"""Digitisation in batches (数字化批次): what is given away, its sample, what was found in it, and acceptance."""
