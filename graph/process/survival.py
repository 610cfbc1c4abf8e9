"""How long cases take, the open ones counted rightly: the estimator of Kaplan and Meier (1958).

An open case is known to have lasted until the archive last heard of its system, and not how much longer. Left out,
the long cases would be missing; taken as ended, all would seem short. The estimator lets each case count as long
as it is known to have been running: at each length at which cases end, the share that goes on is multiplied by
1 - ended / (running until then).
"""

from __future__ import annotations

import numpy as np

from graph.process.columns import Bools, Ints

# Shares are products of fractions: one half may come out a little above it.
_ROUNDING = 1e-9


def quantiles(lengths: Ints, ended: Bools, shares: tuple[float, ...]) -> tuple[int | None, ...]:
    """The shortest length by which each of `shares` of the cases have ended; None where so many never did.

    `lengths` are from the beginning to the end of a case, or to the last instant at which it was known to run where
    `ended` is false. A case that ends at a length counts as running until then, and so does one that is last known
    at it.
    """
    if not len(lengths):
        return (None,) * len(shares)
    order = np.argsort(lengths, kind="stable")
    lengths, over = lengths[order], ended[order]
    first = np.flatnonzero(np.concatenate([[True], lengths[1:] != lengths[:-1]]))
    running = len(lengths) - first
    ends = np.add.reduceat(over.astype(np.int64), first)
    going_on = np.cumprod(1 - ends / running)
    found = []
    for share in shares:
        reached = np.flatnonzero(going_on <= 1 - share + _ROUNDING)
        found.append(int(lengths[first[reached[0]]]) if len(reached) else None)
    return tuple(found)
