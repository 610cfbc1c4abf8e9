"""Loads by hand, in which each query finds something: records and links that come, change, go and come back."""

from __future__ import annotations

from typing import Any

from tests.graph.histories import DAY, EVENT_IDS, IDS, NOON, Link, Record, Step, Withdrawal


def _event(id_: str, at: int | None, *stated: tuple[Any, ...], **content: Any) -> Record:
    """An event with its links, each (type, label, id, properties)."""
    links = tuple(Link(type_, ("Event", label), other, said) for type_, label, other, said in stated)
    return Record("Event", id_, {"at": at, "activity": "受理", **content}, links)


ONE, TWO, THREE, OTHER = IDS
FIRST = Step(
    (
        Record(
            "Case",
            ONE,
            {"item_id": "item", "region": "市", "accepted_at": NOON},
            (
                Link("APPLIED", ("Person", "Case"), ONE, {"role": "经办"}),
                Link("APPLIED", ("Organisation", "Case"), ONE),
                Link("PART_OF", ("Case", "Matter"), ONE),
            ),
        ),
        Record("Matter", ONE, {"name": "王五"}),
        Record("Case", TWO, {"item_id": ONE, "channel": "web"}),
        Record("Case", THREE),
        Record("Case", OTHER),
        Record(
            "Actor",
            ONE,
            {"name": "王五"},
            (Link("IS_PERSON", ("Actor", "Person"), ONE), Link("MEMBER_OF", ("Actor", "Unit"), ONE)),
        ),
        *(Record("Actor", id_, {"name": name}) for id_, name in ((TWO, "𠮷"), (THREE, None))),
        *(Record("Unit", id_, {"name": name}) for id_, name in ((ONE, "王五"), (TWO, "￥"))),
        *(Record(label, ONE) for label in ("Object", "Organisation", "Room", "File")),
        Record("Organisation", TWO),
        Record("MaterialType", ONE, {"name": "申请表"}),
        Record("Box", ONE, {}, (Link("ON_SHELF", ("Box", "Shelf"), ONE),)),
        Record("Shelf", ONE, {}, (Link("IN_ROOM", ("Shelf", "Room"), ONE),)),
        *(Record("Person", id_) for id_ in (ONE, TWO, OTHER)),
        Record("Person", THREE, {}, (Link("SAME_AS", ("Person", "Person"), ONE, {"score": 0.5}),)),
        Record(
            "Material",
            ONE,
            {"title": "申请表", "date": "20240101"},
            (
                Link("ABOUT", ("Material", "Person"), ONE),
                Link("FILED_IN", ("Material", "Volume"), ONE, {"position": 7}),
                Link("HAS_FILE", ("Material", "File"), ONE),
                Link("STATES", ("Material", "Fact"), ONE),
            ),
        ),
        Record(
            "Payment",
            ONE,
            {"amount": 7},
            (Link("PAYS", ("Payment", "Person"), ONE), Link("PAYS", ("Payment", "Case"), ONE)),
        ),
        Record("Volume", ONE, {}, (Link("IN_BOX", ("Volume", "Box"), ONE, {"position": 1}),)),
        Record("Material", TWO, {"medium": "paper"}),
        Record("Material", OTHER, {"medium": "electronic", "pages": 9}),
        Record(
            "Material",
            THREE,
            {"pages": 4, "retention": "30年", "date": "20240101"},
            (
                Link("DIGITISES", ("Material", "Material"), OTHER),
                Link("FILED_IN", ("Material", "Volume"), ONE, {"position": 7}),
                Link("FILED_IN", ("Material", "Volume"), TWO, {"position": 1}),
            ),
        ),
        Record("Volume", TWO, {"code": "a", "basis": "a"}),
        Record("Volume", THREE, {"code": "a-0007"}),
        Record("Box", TWO, {"code": "a-B0012"}),
        Record("Box", THREE, {"code": "a"}),
        *(
            Record(label, THREE, {"phase": "GD", "run_id": "a", **said}, (Link("CHECKED", (label, "Material"), ONE),))
            for label, said in (("CheckRun", {}), ("Check", {"outcome": "fail", "code": "GD-1-7"}))
        ),
        Record("CheckRun", ONE, {"run_id": ONE, "phase": "a", "counts": "{}"}),
        Record(
            "CheckRun",
            TWO,
            {"run_id": "a", "phase": "a", "counts": "{}"},
            (Link("CHECKED", ("CheckRun", "Material"), ONE),),
        ),
        Record(
            "Check",
            ONE,
            {"run_id": "a", "phase": "a", "code": "a", "property": "a", "outcome": "a"},
            (Link("CHECKED", ("Check", "Material"), ONE),),
        ),
        Record("ServiceItem", ONE, {"name": "item"}),
        Record(
            "ItemVersion",
            ONE,
            {"valid_from": "2020-01-01"},
            (
                Link("VERSION_FOR", ("ItemVersion", "ServiceItem"), ONE),
                Link("REQUIRES", ("ItemVersion", "MaterialType"), ONE, {"required": True}),
            ),
        ),
        Record(
            "Decision",
            ONE,
            {"kind": "prevailing value", "decided_at": NOON},
            (Link("DECIDES", ("Decision", "Fact"), ONE),),
        ),
        Record(
            "Decision",
            TWO,
            {"kind": "class", "what": '{"about":[["Material","s:1"]],"title":"d1","type":"s:1"}', "overrides": THREE},
            (Link("DECIDES", ("Decision", "Material"), ONE),),
        ),
        Record("Decision", THREE, {"kind": "a"}),
        Record(
            "Fact",
            ONE,
            {"field": "name", "value": "王五"},
            (Link("ABOUT", ("Fact", "Person"), ONE), Link("CONCERNS", ("Fact", "Organisation"), ONE)),
        ),
        _event(
            ONE,
            NOON,
            ("IN_CASE", "Case", ONE, {"sort_at": NOON, "seq": 0, "qualifier": "copy"}),
            ("IN_CASE", "Case", TWO, {"sort_at": NOON, "seq": 7}),
            ("BY", "Actor", ONE, {"role": "经办"}),
            ("BY", "Actor", ONE, {"role": "复核", "qualifier": "copy"}),
            ("BY", "Actor", TWO, {}),
            ("IN_UNIT", "Unit", ONE, {}),
            ("RECEIVED", "Material", ONE, {"qualifier": "原件", "case_id": ONE}),
            ("USED", "Object", ONE, {}),
            ("PRODUCED", "Material", ONE, {}),
            ("TOUCHED", "Object", ONE, {"qualifier": "copy"}),
            ("TOUCHED", "Person", TWO, {}),
            ("STATES", "Fact", ONE, {}),
            stage="acceptance",
        ),
        _event(
            TWO,
            NOON,
            ("IN_CASE", "Case", ONE, {"sort_at": NOON, "seq": 1}),
            ("BY", "Actor", TWO, {}),
            ("IN_UNIT", "Unit", TWO, {}),
            activity="办结",
        ),
        _event(THREE, None, ("IN_CASE", "Case", ONE, {}), ("IN_CASE", "Case", THREE, {"sort_at": None})),
    )
)
# Taken back: nothing of it is to be seen again.
ABANDONED = Step(
    (Record("Case", ONE, {"item_id": "missing"}), Record("Material", TWO), _event(ONE, NOON + 2 * DAY)),
    end="abandoned",
)
# Changes contents and links, withdraws an event by itself and another with its links.
SECOND = Step(
    (
        Record(
            "Case",
            ONE,
            {"item_id": TWO, "accepted_at": NOON},
            (Link("APPLIED", ("Person", "Case"), ONE, {"role": "经办"}), Link("APPLIED", ("Person", "Case"), ONE)),
        ),
        _event(
            ONE,
            NOON + 1,
            ("IN_CASE", "Case", ONE, {"sort_at": NOON + 1, "seq": 0}),
            ("BY", "Actor", THREE, {"role": "经办"}),
            activity="𠮷",
            stage="completion",
        ),
        _event(OTHER, NOON + DAY, ("IN_CASE", "Case", OTHER, {"sort_at": NOON + DAY}), ("BY", "Actor", ONE, {})),
    ),
    (Withdrawal("Event", TWO, with_links=False), Withdrawal("Event", THREE, with_links=True)),
    system="t",
    mapping="n",
    now=NOON - DAY,
)
# Brings one back, and withdraws a case, a unit, and an organisation to which an event refers.
THIRD = Step(
    (
        _event(THREE, NOON, ("IN_CASE", "Case", THREE, {"sort_at": NOON}), ("IN_UNIT", "Unit", ONE, {})),
        _event(
            EVENT_IDS[5],
            NOON,
            ("IN_CASE", "Case", ONE, {"sort_at": NOON}),
            ("IN_CASE", "Case", TWO, {"sort_at": NOON}),
            ("BY", "Actor", ONE, {}),
            ("RECEIVED", "Material", ONE, {}),
            ("RECEIVED", "Material", TWO, {}),
            ("TOUCHED", "Organisation", TWO, {}),
            stage="acceptance",
        ),
        *(
            Record("Case", id_, {"item_id": TWO, "region": region}, (Link("APPLIED", ("Person", "Case"), ONE),))
            for id_, region in ((TWO, "市"), (THREE, "县"))
        ),
    ),
    (
        Withdrawal("Case", OTHER, with_links=True),
        Withdrawal("Unit", TWO, with_links=True),
        Withdrawal("Organisation", TWO, with_links=False),
    ),
    now=NOON + 1,
)
# Changes, adds and withdraws, and is not committed.
LEFT_OPEN = Step(
    (
        Record("Case", TWO, {"item_id": "open"}),
        Record("Case", "t:new", {"item_id": "item"}),
        _event(ONE, NOON, ("IN_CASE", "Case", "t:new", {"sort_at": NOON}), activity="open"),
        _event("t:2", NOON, ("IN_CASE", "Case", ONE, {"sort_at": NOON}), ("BY", "Actor", ONE, {})),
    ),
    (Withdrawal("Event", THREE, with_links=True), Withdrawal("Case", THREE, with_links=False)),
    end="open",
)
BY_HAND = (FIRST, ABANDONED, SECOND, THIRD, LEFT_OPEN)
LAST_DONE = 4
