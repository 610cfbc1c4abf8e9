"""What a process has read of a ledger, kept for the next one who asks for proofs under the same head.

What a head covers never changes, so tiles need not be read again; a ledger with another head is read anew. The check
of a ledger does not read through this: it is to see the files as they are.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from pathlib import Path

from graph.ledger.leaves import Leaves
from graph.ledger.tiles import Tiles

_LEDGERS = 2

_read: OrderedDict[tuple[Path, str], tuple[Tiles, Leaves]] = OrderedDict()
_one_at_a_time = threading.Lock()


def shared_reading(tiles: Tiles, leaves: Leaves, head: str) -> tuple[Tiles, Leaves]:
    """The tiles and leaf hashes of this folder that were read under this signed head; these, where none were."""
    key = (tiles.folder.resolve(), head)
    with _one_at_a_time:
        found = _read.setdefault(key, (tiles, leaves))
        _read.move_to_end(key)
        while len(_read) > _LEDGERS:
            _read.popitem(last=False)
    return found
