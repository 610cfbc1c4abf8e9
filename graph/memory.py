"""Memory that this process no longer uses, given back to the system."""

from __future__ import annotations

import ctypes
import sys

import pyarrow as pa


def give_back() -> None:
    """Returns what Arrow and the C library keep of freed tables, before the store comes to need it."""
    pa.default_memory_pool().release_unused()
    if sys.platform == "linux":
        # The library of musl has no such function, and keeps less.
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
        if trim is not None:
            trim(0)
