"""SHA-256 of texts from the standard input, in a process that does nothing else.

A request is the number of texts (8 bytes, little-endian), where each begins and the last ends (32 bits each, as this
machine has them), and the texts; the answer is their digests. Needs the standard library only.
"""

from __future__ import annotations

import hashlib
import sys
from array import array
from itertools import pairwise


def main() -> None:
    """Answers until the input ends."""
    read, write, flush = sys.stdin.buffer.read, sys.stdout.buffer.write, sys.stdout.buffer.flush
    sha256 = hashlib.sha256
    while head := read(8):
        edges = array("i")
        edges.frombytes(read(4 * (int.from_bytes(head, "little") + 1)))
        texts = read(edges[-1])
        write(b"".join([sha256(texts[begin:end]).digest() for begin, end in pairwise(edges)]))
        flush()
