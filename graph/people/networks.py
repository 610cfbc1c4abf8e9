"""Networks of actors: handovers of work, and working together. docs/people.md has the definitions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import pandas as pd
import pyarrow as pa
from pydantic import BaseModel

from graph import clock
from graph.days import CHINA_OFFSET
from graph.errors import UsageError
from graph.in_force import utc
from graph.store import Store
from graph.viewer import Viewer

NetworkKind = Literal["handover", "together"]
KINDS: tuple[NetworkKind, ...] = ("handover", "together")
# Beyond so many links nothing is measured: `least` makes a network smaller.
MOST_LINKS = 20_000
# Links looked at for betweenness: in a larger network it is estimated from a sample of actors.
_BETWEENNESS = 3_000_000
_SEED = 0
_TEXT, _INT = pa.string(), pa.int64()
HANDOVER = pa.schema([("from_id", _TEXT), ("to_id", _TEXT), ("handovers", _INT), ("cases", _INT)])
TOGETHER = pa.schema([("one_id", _TEXT), ("other_id", _TEXT), ("cases", _INT)])
WORKLOAD = pa.schema(
    [
        *((n, _TEXT) for n in ("actor_id", "name", "kind")),
        *((n, _INT) for n in ("events", "cases", "activities", "days", "first_at", "last_at")),
    ]
)


class NetworkActor(BaseModel):
    """An actor of a network: workload, and place in the network.

    `given` and `taken` are handovers to and from others, `kept` those to itself (working together: `given` and
    `taken` are both the cases shared, summed over the others, `kept` is 0); `partners` other actors linked to it;
    `betweenness` and `closeness` 0 to 1, null where they were not measured; `community` from 1, null as well.
    """

    id: str
    name: str | None
    kind: str | None
    events: int
    cases: int
    activities: int
    days: int
    first_at: str | None
    last_at: str | None
    partners: int
    given: int
    taken: int
    kept: int
    betweenness: float | None
    closeness: float | None
    community: int | None


class NetworkLink(BaseModel):
    """Two actors; `weight` is how many handovers (from the first to the second), or how many cases they share."""

    from_id: str
    to_id: str
    weight: int
    cases: int


class Network(BaseModel):
    """A network as of the last done load; actors by events, the busiest first, links by weight.

    `total` sums the weights of all links, also of those below `least`, which are left out here (`left_out`).
    `measured` says whether there are few enough links to measure; `sampled` how many actors betweenness was
    estimated from, null where it is exact.
    """

    kind: NetworkKind
    item: str | None
    least: int
    as_of_load: int
    open_load: int | None
    actors: list[NetworkActor]
    links: list[NetworkLink]
    total: int
    left_out: int
    communities: int | None
    modularity: float | None
    measured: bool
    sampled: int | None


@dataclass(frozen=True)
class _Measures:
    betweenness: dict[int, float]
    closeness: dict[int, float]
    community: dict[int, int]
    modularity: float | None
    sampled: int | None


def handovers(store: Store, load: int, item: str | None = None) -> pa.Table:
    """Pairs of actors of consecutive events of a case (HANDOVER), over all cases or those of an item."""
    return store.table("people/handover", HANDOVER, load=load, item=item)


def shared_cases(store: Store, load: int, item: str | None = None) -> pa.Table:
    """Pairs of actors with events in the same case (TOGETHER), over all cases or those of an item."""
    return store.table("people/together", TOGETHER, load=load, item=item)


def workload(store: Store, load: int, item: str | None = None) -> pa.Table:
    """What each actor did (WORKLOAD), over all cases or those of an item."""
    return store.table("people/workload", WORKLOAD, load=load, item=item, offset=1000 * CHINA_OFFSET)


def network(store: Store, viewer: Viewer, kind: NetworkKind, *, item: str | None = None, least: int = 1) -> Network:
    """The network of a kind, of all cases or those of the service item `item` (as the cases name it).

    Links of less weight than `least` are left out. Raises UsageError where `least` is below 1.
    """
    viewer.require_whole_archive()
    if least < 1:
        raise UsageError("A link has at least the weight 1.", "Give `least` as 1 or more.")
    if not store.exists():
        return _network(kind, item, least, 0, None, WORKLOAD.empty_table(), HANDOVER.empty_table())

    read: Callable[..., pa.Table] = handovers if kind == "handover" else shared_cases
    load, (work, links) = clock.standing(store, lambda load: (workload(store, load, item), read(store, load, item)))
    if kind == "together":
        columns = (links["one_id"], links["other_id"], links["cases"], links["cases"])
        links = pa.table(columns, names=HANDOVER.names)
    return _network(kind, item, least, load, clock.open_number(store), work, links)


def _network(
    kind: NetworkKind,
    item: str | None,
    least: int,
    load: int,
    open_load: int | None,
    work: pa.Table,
    links: pa.Table,
) -> Network:
    actors, every = work.to_pandas(), links.to_pandas().rename(columns={"handovers": "weight"})
    actors = actors.sort_values(["events", "actor_id"], ascending=[False, True], ignore_index=True)
    shown = every[every["weight"] >= least]
    shown = shown.sort_values(["weight", "from_id", "to_id"], ascending=[False, True, True], ignore_index=True)
    measured = len(shown) <= MOST_LINKS
    found = _measures(kind, actors["actor_id"], shown) if measured else _Measures({}, {}, {}, None, None)
    return Network(
        kind=kind,
        item=item,
        least=least,
        as_of_load=load,
        open_load=open_load,
        actors=_actors(kind, actors, shown, found),
        links=[
            NetworkLink(from_id=one.from_id, to_id=one.to_id, weight=one.weight, cases=one.cases)
            for one in shown.itertuples()
        ],
        total=int(every["weight"].sum()),
        left_out=len(every) - len(shown),
        communities=len(set(found.community.values())) if measured else None,
        modularity=found.modularity,
        measured=measured,
        sampled=found.sampled,
    )


def _measures(kind: NetworkKind, ids: pd.Series, links: pd.DataFrame) -> _Measures:
    """Actors are numbered in the order of their ids, so that the same network is always measured alike."""
    # Imported here because it takes long, and hardly any command needs it.
    import networkx as nx

    place = {id_: number for number, id_ in enumerate(sorted(ids))}
    apart = links[links["from_id"] != links["to_id"]]
    edges = [
        (place[a], place[b], weight)
        for a, b, weight in sorted(zip(apart["from_id"], apart["to_id"], apart["weight"], strict=True))
        if a in place and b in place
    ]
    graph = nx.DiGraph() if kind == "handover" else nx.Graph()
    graph.add_nodes_from(range(len(place)))
    graph.add_weighted_edges_from(edges)
    both: dict[tuple[int, int], int] = {}
    for a, b, weight in edges:
        pair = (min(a, b), max(a, b))
        both[pair] = both.get(pair, 0) + weight
    undirected = nx.Graph()
    undirected.add_nodes_from(range(len(place)))
    undirected.add_weighted_edges_from((a, b, weight) for (a, b), weight in both.items())
    parts = nx.community.louvain_communities(undirected, weight="weight", seed=_SEED) if edges else []
    parts = sorted(parts, key=lambda part: (-len(part), min(part)))
    cost = max(1, len(edges)) * len(place)
    sampled = None if cost <= _BETWEENNESS else min(len(place), max(10, _BETWEENNESS // len(edges)))
    return _Measures(
        nx.betweenness_centrality(graph, k=sampled, seed=_SEED),
        nx.closeness_centrality(graph) if sampled is None else {},
        {number: rank for rank, part in enumerate(parts, 1) for number in part},
        nx.community.modularity(undirected, parts, weight="weight") if edges else None,
        sampled,
    )


def _actors(kind: NetworkKind, actors: pd.DataFrame, links: pd.DataFrame, found: _Measures) -> list[NetworkActor]:
    place = {id_: number for number, id_ in enumerate(sorted(actors["actor_id"]))}
    own = links["from_id"] == links["to_id"]
    apart = links[~own]
    given = apart.groupby("from_id")["weight"].sum()
    taken = apart.groupby("to_id")["weight"].sum()
    if kind == "together":
        given = taken = given.add(taken, fill_value=0).astype("int64")
    kept = links[own].set_index("from_id")["weight"]
    turned = apart.rename(columns={"from_id": "to_id", "to_id": "from_id"})
    pairs = pd.concat([apart[["from_id", "to_id"]], turned[["from_id", "to_id"]]]).drop_duplicates()
    partners = pairs.groupby("from_id").size()
    answer = []
    for one in actors.itertuples():
        number, id_ = place[one.actor_id], one.actor_id
        answer.append(
            NetworkActor(
                id=id_,
                name=_text(one.name),
                kind=_text(one.kind),
                events=one.events,
                cases=one.cases,
                activities=one.activities,
                days=one.days,
                first_at=utc(None if pd.isna(one.first_at) else int(one.first_at)),
                last_at=utc(None if pd.isna(one.last_at) else int(one.last_at)),
                partners=int(partners.get(id_, 0)),
                given=int(given.get(id_, 0)),
                taken=int(taken.get(id_, 0)),
                kept=int(kept.get(id_, 0)),
                betweenness=found.betweenness.get(number),
                closeness=found.closeness.get(number),
                community=found.community.get(number),
            )
        )
    return answer


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
