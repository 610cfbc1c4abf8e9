"""An append-only log of opaque entries: Merkle tree in tiles, signed checkpoints, proofs.

Knows nothing of the graph. The formats are those of RFC 6962, RFC 9162 and C2SP (tlog-tiles, tlog-checkpoint,
signed-note); docs/ledger.md describes them, and what is kept beside them.
"""

from graph.ledger.check import Finding
from graph.ledger.intents import RefusedIntent
from graph.ledger.log import Head, Ledger
from graph.ledger.statements import Batch, Intent

__all__ = ["Batch", "Finding", "Head", "Intent", "Ledger", "RefusedIntent"]
