"""What people decide, and what a decision is called."""

from __future__ import annotations

from typing import Final

MATCH: Final = "match"
CLASS: Final = "class"
PREVAILING: Final = "prevailing value"
ACCEPTED: Final = "finding accepted"
ERASURE: Final = "erasure"
FILING: Final = "filing"
MOVE: Final = "move"
MENDED: Final = "rows mended"
LEFT_OUT: Final = "rows left out"
FORMED: Final = "batch formed"
SAMPLED: Final = "batch sampled"
INSPECTED: Final = "batch inspected"
JUDGED: Final = "batch judged"
BATCH_KINDS = (FORMED, SAMPLED, INSPECTED, JUDGED)
REVERSAL: Final = "reversal"


def decision_id(load: int) -> str:
    """The id of the decision that is a load of its own."""
    return f"decision:{load}"
