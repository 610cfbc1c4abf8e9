"""An append-only log of opaque entries: Merkle tree in tiles, signed checkpoints, proofs.

Knows nothing of the graph. The formats are those of RFC 6962, RFC 9162 and C2SP (tlog-tiles, tlog-checkpoint,
signed-note); docs/ledger.md describes them, and what is kept beside them.
"""

from graph.ledger.log import Ledger

__all__ = ["Ledger"]
