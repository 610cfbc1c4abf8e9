"""A small archive by hand in which each rule finds something, and beside it cases in which it does not."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from graph.rebuild import derive_again
from graph.settings import Settings
from graph.store import Store
from tests.graph.sample import ms
from tests.graphs import LinkRow, link, write

STAGES = {"受理": "acceptance", "审核": "review", "审批": "approval", "办结": "completion"}


@dataclass
class Graph:
    """Records and links as they are stated, case by case."""

    nodes: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    links: dict[str, list[LinkRow]] = field(default_factory=lambda: defaultdict(list))

    def record(self, label: str, id_: str, **content: Any) -> str:
        if all(one["id"] != id_ for one in self.nodes[label]):
            self.nodes[label].append({"id": id_, **content})
        return f"{label} {id_}"

    def case(self, id_: str, *events: tuple[str, str | None, str | None], item: str = "item", **content: Any) -> None:
        """A case with events `id_-1`, `id_-2` …: activity, instant (in China), actor."""
        case = self.record("Case", f"x:{id_}", item_id=item, **content)
        for place, (activity, at, actor) in enumerate(events, 1):
            self.event(f"{id_}-{place}", case, activity, at, actor, seq=place)

    def event(
        self, id_: str, case: str, activity: str, at: str | None, actor: str | None, *, seq: int = 0, **content: Any
    ) -> str:
        instant = None if at is None else ms(at if "T" in at else f"{at}T00:00")
        precision = None if at is None else "day" if len(at) == 10 else "second"
        said = {"at": instant, "offset": 28800, "precision": precision, "activity": activity, **content}
        event = self.record("Event", f"x:{id_}", stage=STAGES.get(activity), **said)
        self.links["IN_CASE"].append(link(event, case, sort_at=instant, seq=seq))
        if actor is not None:
            name = None if actor == "noname" else actor
            self.links["BY"].append(link(event, self.record("Actor", f"x:{actor}", name=name)))
        return event

    def write(self, store: Store, settings: Settings) -> int:
        load = write(store, settings, self.nodes, self.links, system="x")
        derive_again(store, settings)
        return load


def usual(day: str, who: str = "") -> tuple[tuple[str, str, str], ...]:
    """A case as it should be: accepted, reviewed, approved and completed on one day by different people."""
    steps = zip(("受理", "审核", "审批", "办结"), ("09:00:00", "10:00:00", "11:00:00", "12:00:00"), strict=True)
    return tuple((step, f"{day}T{at}", f"{step}{who}") for step, at in steps)


def deviations() -> Graph:
    """Each case is named after the rule that fires in it; `clean` cases have none."""
    graph = Graph()
    for n in range(1, 5):
        graph.case(f"clean-{n}", *usual(f"2024-03-0{n}"))
    a, b, c, d = usual("2024-03-05")
    graph.case("missing-acceptance", b, c, d)
    graph.case("missing-review", a, c, d)
    graph.case("missing-approval", a, b, d)
    graph.case("returned", a, b, ("退件", "2024-03-05T12:00:00", "办结"), d)
    graph.case("step-order", a, ("审核", "2024-03-04T10:00:00", "审核"), c, d)
    graph.case("days-only", ("受理", "2024-03-05", "受理"), ("审核", "2024-03-05", "审核"), c, d)
    graph.case(
        "repeated-event", a, b, ("电话", "2024-03-05T10:30:00", "审核"), ("电话", "2024-03-05T10:30:00", "审核"), c, d
    )
    graph.case("rework", a, b, ("审核", "2024-03-05T10:20:00", "审核"), c, d)
    again = ("审核", "2024-03-05T11:20:00", "审核")
    graph.case("returned-to-review", a, b, c, again, d)
    graph.case("reopened", a, b, c, d, ("受理", "2024-03-06T09:00:00", "受理"))
    graph.case("late", a, b, c, ("办结", "2024-05-05T12:00:00", "办结"))
    graph.case("silence", a, b, c, ("办结", "2024-08-05T12:00:00", "办结"))
    graph.case(
        "slow-step",
        a,
        ("电话", "2024-03-09T12:00:00", "审核"),
        *((s, f"2024-03-10T{t[11:]}", w) for s, t, w in (b, c, d)),
    )
    graph.case("never-closed", *usual("2023-03-05")[:2])
    graph.case("latest", *usual("2026-01-05"))
    graph.case("hasty-decision", a, b, ("审批", "2024-03-05T10:00:05", "审批"), d)
    graph.case(
        "outside-hours", a, b, ("审批", "2024-03-05T23:30:00", "审批"), ("办结", "2024-03-06T09:00:00", "办结")
    )
    graph.case("undated", a, b, ("电话", None, "审核"), c, d)
    graph.case("four-eyes", a, b, ("审批", "2024-03-05T11:00:00", "受理"), d)
    graph.case("no-actor", a, b, ("审批", "2024-03-05T11:00:00", None), d)
    graph.case("unknown-actor", a, b, ("审批", "2024-03-05T11:00:00", "EMPTY"), d)
    for n in range(6):
        graph.case(
            f"bulk-{n}", *usual(f"2024-04-0{n + 1}", "乙")[:2], ("审批", f"2024-04-10T09:0{n}:00", "快"), item="bulk"
        )
    _entered(graph)
    _staff(graph)
    _records(graph)
    _regions(graph)
    for n in range(5):
        graph.case(f"duties-{n}", *usual(f"2024-06-0{n + 1}", "丙")[:2], item="duty")
        graph.case(
            f"duties-{n}b",
            ("受理", f"2024-07-0{n + 1}T09:00:00", "丁"),
            ("审核", f"2024-07-0{n + 1}T10:00:00", "丁"),
            item="duty",
        )
    return graph


def _entered(graph: Graph) -> None:
    for name, recorded in (("backdated", "2024-03-25T09:00:00"), ("entered-before", "2024-03-05T08:00:00")):
        a, *others = usual("2024-03-05")
        graph.case(name, *others)
        graph.event(f"{name}-0", f"Case x:{name}", *a, recorded_at=ms(recorded))


def _staff(graph: Graph) -> None:
    """王 belongs to one unit and is a person; she acts for another, and in her own case."""
    wang, own, foreign = (
        "Actor x:王",
        graph.record("Unit", "x:u1", name="一科"),
        graph.record("Unit", "x:u2", name="二科"),
    )
    a, b, _, d = usual("2024-03-05")
    decision = ("审批", "2024-03-05T11:00:00", "王")
    for name, unit in (("foreign-unit", foreign), ("own-unit", own), ("own-case", None)):
        graph.case(name, a, b, decision, d)
        if unit:
            graph.links["IN_UNIT"].append(link(f"Event x:{name}-3", unit))
    graph.links["MEMBER_OF"].append(link(wang, own, valid_from="2020-01-01"))
    person = graph.record("Person", "p-wang")
    graph.links["IS_PERSON"].append(link(wang, person))
    graph.links["APPLIED"].append(link(person, "Case x:own-case", role="applicant"))
    graph.links["APPLIED"].append(link(graph.record("Person", "p-li"), "Case x:own-unit", role="applicant"))


def _records(graph: Graph) -> None:
    received = {
        "material-after-decision": (4, {"title": "申请表"}),
        "material-dated-after-decision": (1, {"title": "申请表", "date": "20240308"}),
        "material-expired": (1, {"title": "申请表", "valid_until": "2024-03-01"}),
        "material-held": (1, {"title": "申请表", "date": "20240301", "valid_until": "2024-03-05"}),
        "material-missing": (1, {"title": "照片"}),
    }
    for name, (place, content) in received.items():
        graph.case(name, *usual("2024-03-05"), item="form")
        graph.links["RECEIVED"].append(
            link(f"Event x:{name}-{place}", graph.record("Material", f"x:{name}", **content))
        )
    for name, paid in (("amounts-differ", "900"), ("amounts-equal", "1000")):
        graph.case(name, *usual("2024-03-05"))
        for kind, value in (("amount_decided", "1000"), ("amount_paid", paid)):
            fact = graph.record("Fact", f"x:{name}-{kind}", field=kind, value=value)
            graph.links["ABOUT"].append(link(fact, f"Case x:{name}"))


def _regions(graph: Graph) -> None:
    a, b, c, d = usual("2024-03-05")
    person = graph.record("Person", "p-zhao")
    cases = {"two-regions": ("东", (a, b, c, d)), "other": ("西", (a, b, c, d)), "later": ("西", usual("2024-09-05"))}
    for name, (region, events) in cases.items():
        graph.case(name, *events, item="benefit", region=region)
        graph.links["APPLIED"].append(link(person, f"Case x:{name}", role="applicant"))
