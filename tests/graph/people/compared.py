"""The networks of a real log that was loaded against known figures, and against plain pandas over the file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from graph.people.networks import Network, network
from graph.store import Store
from graph.viewer import LOCAL_OPERATOR
from tests.graph.people.plain_logs import plain_events, plain_handovers, plain_together, plain_workload


def names_of(answer: Network) -> dict[str, str]:
    """Id of an actor -> its name."""
    return {one.id: str(one.name) for one in answer.actors}


def compare_networks(store: Store, path: Path, expected: dict[str, Any]) -> None:
    """Compares the networks of a log that was loaded with the known figures and with the calculation in pandas."""
    events = plain_events(path)
    handover, together = (network(store, LOCAL_OPERATOR, kind) for kind in ("handover", "together"))
    names = names_of(handover)
    found = {(names[one.from_id], names[one.to_id]): (one.weight, one.cases) for one in handover.links}
    assert found == plain_handovers(events)
    assert len(found) == expected["handover_pairs"]
    assert handover.total == expected["handover_total"]
    for a, b, count in expected["handover_top"]:
        assert found[a, b][0] == count
    shared = {frozenset((names[one.from_id], names[one.to_id])): one.weight for one in together.links}
    assert shared == plain_together(events)
    worked = {str(a.name): (a.events, a.cases, a.activities, a.days) for a in handover.actors}
    assert worked == plain_workload(events)
    assert len(handover.actors) == expected["actors"]
    assert sum(a.given + a.kept for a in handover.actors) == handover.total == expected["handover_total"]
