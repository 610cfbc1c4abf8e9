"""What is decided of a batch: it is formed, sampled, inspected, and judged. docs/digitisation.md has the rules."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any, Literal

from pydantic import BaseModel, Field

from graph.decision_kinds import FORMED, INSPECTED, JUDGED, SAMPLED
from graph.decisions import Plan
from graph.digitisation.history import BatchHistory, Defect, Round, batch_of, histories
from graph.digitisation.house import Acceptance, acceptance
from graph.digitisation.records import BatchRecord, batch_records
from graph.errors import UsageError
from graph.filing.moves import named
from graph.in_force import in_force
from graph.sampling import rank
from graph.settings import Settings
from graph.store import Store, Writer

ALGORITHM = "sha256-lowest v1"


class _Act(BaseModel):
    """Who decides, and why; neither may hold values of the records."""

    who: str
    why: str
    batch: str = Field(min_length=1, max_length=60)


class FormRequest(_Act):
    """Volumes and records, by id or 档号, are given to digitisation as a batch."""

    kind: Literal["batch formed"] = FORMED
    volumes: list[str] = []
    materials: list[str] = []


class SampleBatchRequest(_Act):
    """A sample of the batch is drawn by a seed; `size` is more than the house asks for, or null for that."""

    kind: Literal["batch sampled"] = SAMPLED
    seed: str = Field(min_length=1, max_length=200)
    size: int | None = Field(None, ge=1)


class InspectRequest(_Act):
    """Records of the sample, by id or 档号, were looked at, page by page; `defects` are all that was found."""

    kind: Literal["batch inspected"] = INSPECTED
    materials: list[str]
    defects: list[Defect] = []


class JudgeRequest(_Act):
    """The batch is accepted, or returned for rework, as its sample and the limit of the house say."""

    kind: Literal["batch judged"] = JUDGED


BatchRequest = FormRequest | SampleBatchRequest | InspectRequest | JudgeRequest


def batch_act(store: Store, settings: Settings, load: int, request: BatchRequest) -> Plan:
    """What the decision says. Raises NotFound and UsageError where it cannot be decided (yet)."""
    match request:
        case FormRequest():
            return _form(store, load, request)
        case SampleBatchRequest():
            return _sample(store, acceptance(settings), load, request)
        case InspectRequest():
            return _inspect(store, acceptance(settings), load, request)
        case JudgeRequest():
            return _judge(store, acceptance(settings), load, request)


def _form(store: Store, load: int, request: FormRequest) -> Plan:
    known = histories(store, load)
    if request.batch in known:
        raise UsageError(f"There is a batch '{request.batch}' already.", "Give another code.")
    volumes = [named(store, load, "Volume", text) for text in request.volumes]
    ids = [row[2] for row in store.read("storeroom/contents", ids=volumes, load=load)] if volumes else []
    ids = sorted({*ids, *_materials(store, load, request.materials)})
    if not ids:
        raise UsageError("The batch would have no record.", "Name volumes with records in them, or records.")
    away = {id_: code for code, one in known.items() if one.state != "accepted" for id_ in one.records}
    twice = [id_ for id_ in ids if id_ in away]
    if twice:
        raise UsageError(
            f"{twice[0]} is in the batch '{away[twice[0]]}', which is not accepted yet.", "Leave it out of this one."
        )
    what = {"before": None, "batch": request.batch, "volumes": sorted(set(volumes))}
    return Plan(FORMED, {"Material": ids}, what, _nothing)


def _materials(store: Store, load: int, texts: Sequence[str]) -> list[str]:
    """The ids of records that ids or 档号 name."""
    there = in_force(store, {"Material": list(texts)}, load)["Material"] if texts else {}
    return [text if text in there else named(store, load, "Material", text) for text in texts]


def _sample(store: Store, house: Acceptance, load: int, request: SampleBatchRequest) -> Plan:
    batch = batch_of(store, load, request.batch)
    if batch.state == "accepted":
        raise UsageError(f"The batch '{batch.code}' is accepted already.", "Nothing is left to sample.")
    frame = sorted(batch_records(store, load, batch.records))
    if not frame:
        raise UsageError(f"No record of the batch '{batch.code}' stands any more.", "There is nothing to sample.")
    if batch.open is not None and not set(batch.open.sample) - set(frame):
        raise UsageError(
            f"The sample of the batch '{batch.code}' is drawn and not judged yet.", "Inspect it, and judge the batch."
        )
    if request.seed in {one.sampled.what["seed"] for one in batch.rounds}:
        raise UsageError(
            f"The batch '{batch.code}' was sampled by this seed before, so these records would be drawn again.",
            "Give another seed.",
        )
    least = house.sample.least(len(frame))
    size = least if request.size is None else request.size
    if not least <= size <= len(frame):
        raise UsageError(
            f"A sample of {size} is not between the {least} that the house asks for and the {len(frame)} there are.",
            "Give another size, or none.",
        )
    drawn = sorted(sorted(frame, key=lambda id_: (rank(request.seed, id_), id_))[:size])
    digest = hashlib.sha256("".join(f"{id_}\n" for id_ in frame).encode()).hexdigest()
    what = {
        **_of_round(batch, batch.reworks + 1, house),
        "seed": request.seed,
        "algorithm": ALGORITHM,
        "frame": len(frame),
        "frame_digest": digest,
    }
    return Plan(SAMPLED, {"Material": drawn}, what, _nothing)


def _of_round(batch: BatchHistory, number: int, house: Acceptance) -> dict[str, Any]:
    return {"before": {"state": batch.state}, "batch": batch.code, "round": number, "house": house.digest}


def _inspect(store: Store, house: Acceptance, load: int, request: InspectRequest) -> Plan:
    batch = batch_of(store, load, request.batch)
    last = _open(batch)
    ids = sorted(set(_materials(store, load, request.materials)))
    if not ids:
        raise UsageError("No record is named that was inspected.", "Name records of the sample.")
    other = [id_ for id_ in ids if id_ not in last.sample]
    if other:
        raise UsageError(
            f"{other[0]} is not in the sample of the batch '{batch.code}'.",
            "`dossier batches show` lists the sample.",
        )
    defects = []
    for one in request.defects:
        (material,) = _materials(store, load, [one.material])
        if material not in ids:
            raise UsageError(
                f"A defect of {material} is named, which was not inspected.", "Name it among the records."
            )
        if one.kind not in house.defects:
            raise UsageError(
                f"'{one.kind}' is no kind of defect of the house.", f"Give one of {', '.join(house.defects)}."
            )
        defects.append([material, one.kind, one.page])
    what = {**_of_round(batch, last.sampled.what["round"], house), "defects": defects}
    return Plan(INSPECTED, {"Material": ids}, what, _nothing)


def _open(batch: BatchHistory) -> Round:
    if batch.open is None:
        raise UsageError(
            f"The batch '{batch.code}' has no sample that waits for its results.",
            "It is accepted." if batch.state == "accepted" else "Draw one: `dossier batches sample`.",
        )
    return batch.open


def _judge(store: Store, house: Acceptance, load: int, request: JudgeRequest) -> Plan:
    batch = batch_of(store, load, request.batch)
    last = _open(batch)
    records = batch_records(store, load, last.sample)
    wanting = missing(last, records)
    if wanting:
        more = f" and {len(wanting) - 1} more" if len(wanting) > 1 else ""
        raise UsageError(
            f"The sample of the batch '{batch.code}' is not complete: {wanting[0]}{more}.",
            "A batch is judged when each record of its sample was checked (`dossier checks run --phase GD`) and "
            "inspected (`dossier batches inspect`).",
        )
    bad = defective(last, records)
    accepted = house.accepts(len(bad), len(last.sample))
    what = {
        **_of_round(batch, last.sampled.what["round"], house),
        "outcome": "accepted" if accepted else "returned",
        "sampled": len(last.sample),
        "defective": len(bad),
        "limit": str(house.limit),
        "found": [[id_, kind] for id_, kinds in bad.items() for kind in kinds],
    }
    return Plan(JUDGED, {"Material": list(bad)}, what, _nothing)


def missing(of: Round, records: dict[str, BatchRecord]) -> list[str]:
    """What keeps a sample from being complete, record by record."""
    said = []
    for id_ in of.sample:
        if id_ not in records:
            said.append(f"{id_} stands no more, so the sample has to be drawn anew")
        elif not records[id_].checked:
            said.append(f"{id_} was not checked")
        if id_ in records and id_ not in of.found:
            said.append(f"{id_} was not inspected")
    return said


def defective(of: Round, records: dict[str, BatchRecord]) -> dict[str, list[str]]:
    """The defective records of a sample, with the kinds of what is wrong: what the archive can tell and what was
    found by whoever inspected them."""
    found = {}
    for id_ in of.sample:
        kinds = records[id_].wrong if id_ in records else []
        kinds = [*kinds, *sorted({one.kind for one in of.found.get(id_, ())})]
        if kinds:
            found[id_] = kinds
    return found


def _nothing(_: Writer) -> None:
    """What is derived does not follow from it."""
