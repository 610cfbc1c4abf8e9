"""What finance looks at before it pays: a case, its approval, the amounts, and the records that they rest on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pydantic import BaseModel

from graph.audit.records import AmountsDiffer
from graph.case_records import CaseMaterial, case_records
from graph.chain import Chain, ChainEvent, Party, chain
from graph.in_force import Record, SourceRow, files_of, in_force, source_of
from graph.items import known_items
from graph.store import Store
from graph.viewer import Viewer

_FEN = "fen"


class Stating(BaseModel):
    """A record or subject by label and id."""

    label: str
    id: str


class Approval(BaseModel):
    """One event by which the case was approved or reviewed."""

    id: str
    stage: str
    activity: str | None
    at: str | None
    outcome: str | None
    actors: list[Party]
    units: list[Party]


class Amount(BaseModel):
    """An amount decided or paid: a payment, or a fact about the case.

    `amount` is in fen, null where what is stated is no number. `payees` are whom a payment goes to, `stated_by` the
    records or events that state a fact; `source` is the row that gave it.
    """

    label: str
    id: str
    kind: str | None
    amount: int | None
    period: str | None
    payees: list[Stating]
    stated_by: list[Stating]
    source: SourceRow


class AmountDifference(BaseModel):
    """Two kinds of amounts that must be equal and both are stated: their sums in fen, and the second less the first;
    null where one of them is no number."""

    first: str
    second: str
    first_amount: int | None
    second_amount: int | None
    difference: int | None


class RecordOfCase(BaseModel):
    """A record of the case, with its type and how many files it has."""

    id: str
    title: str | None
    type_id: str | None
    date: str | None
    form: str | None
    received: bool
    files: int


class Finance(BaseModel):
    """A case for the review of its payment, as load `as_of_load` knew it.

    `agrees` is false where amounts differ, null where amounts that must be equal are not both stated as numbers.
    """

    id: str
    as_of_load: int
    item_id: str | None
    status: str
    applicants: list[Stating]
    approved: bool
    approvals: list[Approval]
    amounts: list[Amount]
    agrees: bool | None
    differences: list[AmountDifference]
    materials: list[RecordOfCase]


def finance(store: Store, viewer: Viewer, case: str, as_known_at: int | None = None) -> Finance:
    """The case with everything that finance needs, in one answer.

    `case` is an id or a natural key, `as_known_at` epoch milliseconds (UTC). Raises NotFound and Ambiguous as `chain`
    does.
    """
    told = chain(store, viewer, case, as_known_at)
    load = told.as_of_load
    amounts = _amounts(store, told.id, load)
    compared = list(_compared(amounts))
    known = known_items(store, load)
    (records,) = case_records(store, known, [told], load)
    applied = store.read("audit/applicants", ids=[told.id], load=load)
    approvals = list(_approvals(told))
    return Finance(
        id=told.id,
        as_of_load=load,
        item_id=known.item_of(told.item_id),
        status=told.status,
        applicants=_distinct((row[1], row[2]) for row in applied),
        approved=any(one.stage == "approval" for one in approvals),
        approvals=approvals,
        amounts=amounts,
        agrees=_agrees(compared),
        differences=[one for one in compared if one.difference != 0],
        materials=[_material(one) for one in records.materials],
    )


def _distinct(pairs: Iterator[tuple[str, str]]) -> list[Stating]:
    return [Stating(label=label, id=id_) for label, id_ in sorted({*pairs})]


def _approvals(told: Chain) -> Iterator[Approval]:
    for event in told.events:
        if event.stage in ("approval", "review"):
            yield _approval(event, event.stage)


def _approval(event: ChainEvent, stage: str) -> Approval:
    return Approval(
        id=event.id,
        stage=stage,
        activity=event.activity,
        at=event.at,
        outcome=event.outcome,
        actors=event.actors,
        units=event.units,
    )


def _amounts(store: Store, case_id: str, load: int) -> list[Amount]:
    """Payments of the case, and facts about it in fen or of a kind that is compared, by label, kind and id."""
    ids = sorted({row[1] for row in store.read("audit/rule_amounts", ids=[case_id], load=load)})
    records = in_force(store, {"Payment": ids, "Fact": ids}, load)
    payees: dict[str, list[Stating]] = {}
    for id_, label, subject in store.read("finance/payees", ids=ids, load=load) if ids else ():
        payees.setdefault(id_, []).append(Stating(label=label, id=subject))
    stated: dict[str, list[tuple[str, str]]] = {}
    for fact, label, id_ in store.read("dossier/stated_by", ids=ids, load=load) if ids else ():
        stated.setdefault(fact, []).append((label, id_))
    files = files_of(store, load)
    found = []
    for label, id_, record in ((label, *pair) for label, of in records.items() for pair in of.items()):
        kind = record["kind"] if label == "Payment" else record["field"]
        if label == "Fact" and kind not in _COMPARED and record["unit"] != _FEN:
            continue
        found.append(
            Amount(
                label=label,
                id=id_,
                kind=kind,
                amount=record["amount"] if label == "Payment" else _number(record),
                period=record["period"] if label == "Payment" else None,
                payees=payees.get(id_, []) if label == "Payment" else [],
                stated_by=_distinct(iter(stated.get(id_, []))) if label == "Fact" else [],
                source=source_of(record, files),
            )
        )
    return sorted(found, key=lambda one: (one.label, one.kind or "", one.id))


def _number(fact: Record) -> int | None:
    if fact["number"] is not None:
        return int(fact["number"])
    try:
        return int(fact["value"])
    except (TypeError, ValueError):
        return None


_PAIRS = AmountsDiffer().pairs
_COMPARED = frozenset(kind for pair in _PAIRS for kind in pair)


def _compared(amounts: Sequence[Amount]) -> Iterator[AmountDifference]:
    """The pairs of kinds that are both stated, as the audit compares them; the same record counts once."""
    for first, second in _PAIRS:
        sums = [_sum([one.amount for one in amounts if one.kind == kind]) for kind in (first, second)]
        if not all(any(one.kind == kind for one in amounts) for kind in (first, second)):
            continue
        before, after = sums
        difference = None if before is None or after is None else after - before
        yield AmountDifference(
            first=first, second=second, first_amount=before, second_amount=after, difference=difference
        )


def _sum(amounts: Sequence[int | None]) -> int | None:
    numbers = [one for one in amounts if one is not None]
    return sum(numbers) if numbers else None


def _agrees(compared: Sequence[AmountDifference]) -> bool | None:
    if any(one.difference for one in compared):
        return False
    return None if not compared or any(one.difference is None for one in compared) else True


def _material(one: CaseMaterial) -> RecordOfCase:
    return RecordOfCase(
        id=one.id,
        title=one.title,
        type_id=one.type_id,
        date=one.date,
        form=one.form,
        received=one.received,
        files=len(one.files),
    )
