"""The Merkle tree of RFC 6962 section 2.1 and RFC 9162 section 2.1: hashes, proofs and their verification.

Pure functions over SHA-256. Stored hashes are read through a `Subtrees`: it gives the hash of a perfect subtree
by its level (0 are leaves) and its index among those of that level.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from functools import cache

from graph.errors import ProofRejected, UsageError

HASH_BYTES = 32
EMPTY_ROOT = hashlib.sha256(b"").digest()
_PAIR = 2 * HASH_BYTES

Subtrees = Callable[[int, int], bytes]


def leaf_hash(entry: bytes) -> bytes:
    """The hash of an entry as a leaf."""
    return hashlib.sha256(b"\x00" + entry).digest()


def leaf_hashes(entries: Sequence[bytes]) -> list[bytes]:
    """The leaf hashes of many entries."""
    sha256 = hashlib.sha256
    return [sha256(b"\x00" + entry).digest() for entry in entries]


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of an inner node."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def perfect_root(row: bytes) -> bytes:
    """The root over 2**k hashes that stand one after the other in `row`."""
    return perfect_levels(row)[-1]


def perfect_levels(row: bytes) -> list[bytes]:
    """All hashes of the tree over 2**k hashes in `row`: its levels, from the row itself to its root."""
    sha256 = hashlib.sha256
    found = [row]
    while len(row) > HASH_BYTES:
        row = b"".join([sha256(b"\x01" + row[at : at + _PAIR]).digest() for at in range(0, len(row), _PAIR)])
        found.append(row)
    return found


def root_of(leaves: Sequence[bytes]) -> bytes:
    """The root over leaf hashes in memory."""
    peaks = Peaks()
    for leaf in leaves:
        peaks.add(0, leaf)
    return peaks.root()


class Peaks:
    """The right edge of a growing tree: the roots of its perfect subtrees, the largest first."""

    def __init__(self) -> None:
        self.size = 0
        self._peaks: list[tuple[int, bytes]] = []

    def add(self, level: int, subtree: bytes) -> None:
        """Appends a perfect subtree of 2**level leaves; the size must be a multiple of that."""
        self.size += 1 << level
        while self._peaks and self._peaks[-1][0] == level:
            subtree = node_hash(self._peaks.pop()[1], subtree)
            level += 1
        self._peaks.append((level, subtree))

    def root(self) -> bytes:
        """The root of the tree so far."""
        if not self._peaks:
            return EMPTY_ROOT
        found = self._peaks[-1][1]
        for _, left in reversed(self._peaks[:-1]):
            found = node_hash(left, found)
        return found

    def copy(self) -> Peaks:
        """Another one that grows apart from this one."""
        other = Peaks()
        other.size, other._peaks = self.size, list(self._peaks)
        return other


def root(size: int, subtrees: Subtrees) -> bytes:
    """The root of the tree of the first `size` leaves."""
    return _range_hash(0, size, subtrees) if size else EMPTY_ROOT


def inclusion_proof(index: int, size: int, subtrees: Subtrees) -> list[bytes]:
    """The audit path of leaf `index` in the tree of `size` leaves, bottom up (RFC 9162 2.1.3.1).

    Raises UsageError where there is no such leaf.
    """
    return inclusion_proofs([index], size, subtrees)[0]


def inclusion_proofs(indexes: Sequence[int], size: int, subtrees: Subtrees) -> list[list[bytes]]:
    """The audit paths of several leaves of one tree, as of each alone."""
    # What ends with the tree is in the paths of all: the same few hashes.
    to_the_end = cache(lambda start: _range_hash(start, size, subtrees))
    return [_path(index, size, subtrees, to_the_end) for index in indexes]


def _path(index: int, size: int, subtrees: Subtrees, to_the_end: Callable[[int], bytes]) -> list[bytes]:
    if not 0 <= index < size:
        raise UsageError(f"There is no entry {index} in a tree of {size} entries.", "Ask for one from 0 on.")
    path, level, at = [], 0, index
    while 1 << level < size:
        beside = at ^ 1
        start, end = beside << level, (beside + 1) << level
        if end <= size:
            path.append(subtrees(level, beside))
        elif start < size:
            path.append(to_the_end(start))
        at, level = at >> 1, level + 1
    return path


def consistency_proof(old: int, new: int, subtrees: Subtrees) -> list[bytes]:
    """The proof that the tree of `new` leaves begins with that of `old` leaves (RFC 9162 2.1.4.1).

    Raises UsageError unless 0 < old <= new.
    """
    if not 0 < old <= new:
        raise UsageError(
            f"There is no consistency proof from {old} to {new} entries.",
            "The older tree needs at least one entry, and no more than the newer one.",
        )
    path = []
    start, end = 0, new
    whole = True
    while old != end:
        middle = start + _split(end - start)
        if old <= middle:
            path.append(_range_hash(middle, end, subtrees))
            end = middle
        else:
            path.append(_range_hash(start, middle, subtrees))
            start = middle
            whole = False
    # The verifier knows the older root; only where that is not this very subtree does it need its hash.
    if not whole:
        path.append(_range_hash(start, end, subtrees))
    return path[::-1]


def verify_inclusion(index: int, size: int, leaf: bytes, proof: Sequence[bytes], root: bytes) -> None:
    """Checks an audit path (RFC 9162 2.1.3.2). Raises ProofRejected where it does not lead to `root`."""
    if not 0 <= index < size:
        raise ProofRejected(f"Index {index} lies outside a tree of {size} entries.")
    _refuse_other_lengths([leaf, root, *proof])
    at, last = index, size - 1
    found = leaf
    for sibling in proof:
        if last == 0:
            raise ProofRejected(f"The proof of entry {index} in {size} is too long.")
        if at & 1 or at == last:
            found = node_hash(sibling, found)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            found = node_hash(found, sibling)
        at, last = at >> 1, last >> 1
    if last:
        raise ProofRejected(f"The proof of entry {index} in {size} is too short.")
    if found != root:
        raise ProofRejected(f"The proof of entry {index} in {size} leads to another root.")


def verify_consistency(old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]) -> None:
    """Checks a consistency proof (RFC 9162 2.1.4.2). Raises ProofRejected where it does not hold."""
    if not 0 < old <= new:
        raise ProofRejected(f"A consistency proof from {old} to {new} entries means nothing.")
    if old == new:
        if proof or old_root != new_root:
            raise ProofRejected(f"Two roots of {old} entries differ, or a proof is given where none is needed.")
        return
    _refuse_other_lengths([old_root, new_root, *proof])
    path = list(proof) if old & (old - 1) else [old_root, *proof]
    if not path or not proof:
        raise ProofRejected(f"The proof from {old} to {new} entries is empty.")
    at, last = old - 1, new - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    older = newer = path[0]
    for sibling in path[1:]:
        if last == 0:
            raise ProofRejected(f"The proof from {old} to {new} entries is too long.")
        if at & 1 or at == last:
            older, newer = node_hash(sibling, older), node_hash(sibling, newer)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            newer = node_hash(newer, sibling)
        at, last = at >> 1, last >> 1
    if last:
        raise ProofRejected(f"The proof from {old} to {new} entries is too short.")
    if older != old_root or newer != new_root:
        raise ProofRejected(f"The proof from {old} to {new} entries leads to other roots.")


def _refuse_other_lengths(hashes: Sequence[bytes]) -> None:
    if any(len(each) != HASH_BYTES for each in hashes):
        raise ProofRejected(f"A hash of the proof has not {HASH_BYTES} bytes.")


def _split(count: int) -> int:
    """The largest power of two below `count`."""
    return 1 << (count - 1).bit_length() - 1


def _range_hash(start: int, end: int, subtrees: Subtrees) -> bytes:
    """The tree hash of leaves start..end, where start is a multiple of the power of two that covers the range."""
    count = end - start
    if count & (count - 1) == 0:
        level = count.bit_length() - 1
        return subtrees(level, start >> level)
    middle = start + _split(count)
    return node_hash(_range_hash(start, middle, subtrees), _range_hash(middle, end, subtrees))
