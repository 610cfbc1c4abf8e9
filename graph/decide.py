"""The kinds of decisions: what each is about, what it requires and changes. docs/decisions.md has the rules."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import Annotated, Any, Literal, Self

import pyarrow as pa
import pyarrow.compute as pc
from pydantic import BaseModel, Field, model_validator

from graph import clock
from graph.classes.schemes import SchemeId, schemes
from graph.classification import comparable_title, decided_types, type_of
from graph.decided_titles import TITLE, DecidedOf, of_title, title_digest
from graph.decision_kinds import ACCEPTED, CLASS, ERASURE, FORMED, LEFT_OUT, MATCH, MOVE, PREVAILING, REVERSAL
from graph.decisions import Decided, DecisionRow, Plan, Targets, decided, find
from graph.derive_records import STATED, derive_subjects, derive_types_of, derive_types_of_title, table_of
from graph.digitisation.acts import (
    BatchRequest,
    FormRequest,
    InspectRequest,
    JudgeRequest,
    SampleBatchRequest,
    batch_act,
)
from graph.digitisation.history import histories
from graph.erasure import ErasureRequest, erase
from graph.errors import NotFound, UsageError
from graph.filing.moves import MoveRequest, move
from graph.identifiers import id_key
from graph.in_force import Record, in_force
from graph.items import known_items
from graph.prevailing import STATEMENTS, ranked
from graph.quarantine import LeaveOutRequest, leave_out
from graph.record_classes import ClassesOfTitles, class_columns, decided_classes
from graph.settings import Settings
from graph.store import Row, Store, Writer
from graph.subjects import find_subject
from graph.touched import SUBJECTS, Touched, Written
from graph.upsert import link_table, salts, withdraw_links
from graph.viewer import Viewer

_BY_HAND = "by hand"


class _Request(BaseModel):
    """Who decides, and why; neither may hold values of the records: they are kept when those are erased."""

    who: str
    why: str


class MatchRequest(_Request):
    """Two persons, by id, number or name, are one. `score` is how alike they are, 0 to 1."""

    kind: Literal["match"] = MATCH
    persons: tuple[str, str]
    score: float | None = Field(None, ge=0, le=1)
    method: str = _BY_HAND


class ClassRequest(_Request):
    """A material is of a type, or, where `type` is null, of none, whatever its title says.

    With a `scheme` it is of the class `code` of that scheme instead, or, where that is null, of none of its classes.
    With `same_title` that holds for every record with its title, those that come later too; what is decided of a
    record itself goes before.
    """

    kind: Literal["class"] = CLASS
    material: str
    type: str | None = None
    scheme: SchemeId | None = None
    code: str | None = None
    same_title: bool = False

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        given = self.model_fields_set
        if (
            ("code" if self.scheme else "type") not in given
            or (self.type and self.scheme)
            or (self.code and not self.scheme)
        ):
            raise ValueError("say either `type`, or `scheme` and `code`; null for none")
        return self


class ValueRequest(_Request):
    """What a fact states about its field prevails."""

    kind: Literal["prevailing value"] = PREVAILING
    fact: str


class AcceptRequest(_Request):
    """A finding of the audit is accepted until a day, that day included; without one, for good."""

    kind: Literal["finding accepted"] = ACCEPTED
    finding: str
    until: date | None = None


class ReversalRequest(_Request):
    """An earlier decision no longer counts."""

    kind: Literal["reversal"] = REVERSAL
    decision: str


DecisionRequest = Annotated[
    MatchRequest
    | ClassRequest
    | ValueRequest
    | AcceptRequest
    | MoveRequest
    | ErasureRequest
    | LeaveOutRequest
    | FormRequest
    | SampleBatchRequest
    | InspectRequest
    | JudgeRequest
    | ReversalRequest,
    Field(discriminator="kind"),
]


def decide(
    store: Store, settings: Settings, viewer: Viewer, request: DecisionRequest, delete_files: Path | None = None
) -> Decided:
    """Decides, as a load of its own. `delete_files` is the folder in which an erasure may delete files.

    Raises NotFound for what is not there, UsageError for what cannot be decided, LoadOpen where another load is open.
    """
    viewer.require_whole_archive()
    load = clock.last_done(store)
    if load == 0:
        raise NotFound("The archive is empty: there is nothing to decide.", "Load something first.")
    if isinstance(request, ErasureRequest):
        return erase(store, settings, request, load, delete_files)
    plan = _plan(store, settings, load, request)
    row = decided(store, settings, plan, request.who, request.why, load)
    return Decided(decision=row, remarks=plan.remarks)


def _plan(
    store: Store, settings: Settings, load: int, request: _Request | MoveRequest | LeaveOutRequest | BatchRequest
) -> Plan:
    match request:
        case MatchRequest():
            return _match(store, load, request)
        case ClassRequest():
            return _class(store, settings, load, request)
        case ValueRequest():
            return _value(store, load, request)
        case AcceptRequest():
            return _accepted(store, request)
        case MoveRequest():
            return move(store, load, request)
        case LeaveOutRequest():
            return leave_out(store, settings, load, request)
        case FormRequest() | SampleBatchRequest() | InspectRequest() | JudgeRequest():
            return batch_act(store, settings, load, request)
        case ReversalRequest():
            return _reversal(store, load, request)
    raise TypeError(f"{request!r} is no request of a decision")


def _match(store: Store, load: int, request: MatchRequest) -> Plan:
    found = (find_subject(store, text, load, ("Person",)).id for text in request.persons)
    lesser, greater = sorted(found)
    if lesser == greater:
        raise UsageError("Both name the same person.", "Give the ids of two persons.")
    if (lesser, greater) in store.read("dossier/same_as", ids=[lesser], load=load):
        raise UsageError(
            f"{lesser} and {greater} are one already.", f"`dossier decisions --about {lesser}` says why."
        )
    score = None if request.score is None else str(request.score)
    what = {"before": None, "method": request.method, "score": score}
    act = partial(_same_as, lesser, greater, request)
    return Plan(MATCH, {"Person": [lesser, greater]}, what, act)


def _same_as(lesser: str, greater: str, request: MatchRequest, writer: Writer) -> None:
    stored = writer.links_of("SAME_AS", "Person", pa.array([lesser]))
    if pc.any(pc.equal(stored["to_id"], greater)).as_py():
        return  # The load is taken up again, and had come this far.
    table = link_table(
        "SAME_AS",
        ("Person", "Person"),
        pa.array([lesser]),
        pa.array([greater]),
        score=pa.array([request.score], pa.float64()),
        method=pa.array([request.method]),
    )
    writer.new_links("SAME_AS", table.append_column("salt", salts(1)))


def _class(store: Store, settings: Settings, load: int, request: ClassRequest) -> Plan:
    material = _known(store, "Material", request.material, load)
    rows = [row for row in store.read("derive/decided_types", ids=[request.material]) if not of_title(row[3])]
    what = (
        _of_scheme(store, load, request, material, rows)
        if request.scheme
        else _of_type(store, load, request, material, rows)
    )
    about = {"Material": [request.material]}
    if not request.same_title:
        what["before"]["decision"] = rows[-1][1] if rows else None
        return Plan(CLASS, about, what, partial(_classed, request.material))
    title = material["title"]
    if not title or not title.strip():
        raise UsageError(f"{request.material} has no title.", "Decide for the record alone.")
    of: DecidedOf = request.scheme or "type"
    what["before"]["decision"] = known_items(store, load).titles.decisions.decision(comparable_title(title), of)
    digest = title_digest(id_key(settings, store, make=False), comparable_title(title))
    return Plan(CLASS, about, {**what, TITLE: digest}, lambda writer: derive_types_of_title(writer, digest))


def _classed(material: str, writer: Writer) -> None:
    derive_types_of(writer, pa.array([material]))


def _of_scheme(
    store: Store, load: int, request: ClassRequest, material: Record, rows: Sequence[Row]
) -> dict[str, Any]:
    scheme = schemes().of(request.scheme or "")
    if scheme is None or (request.code is not None and scheme.class_of(request.code) is None):
        raise NotFound(f"The scheme {request.scheme} has no class {request.code}.", "`dossier classify` lists them.")
    record = pa.table({name: pa.array([material[name]], pa.string()) for name in ("id", "title", "date")})
    titles = ClassesOfTitles(known_items(store, load).titles.decisions)
    (stood,) = class_columns(record, titles, decided_classes([(row[0], row[3]) for row in rows])).to_pylist()
    before = {"class": stood[f"{scheme.id}_class"], "method": stood[f"{scheme.id}_method"]}
    return {"before": before, "scheme": scheme.id, "class": request.code}


def _of_type(store: Store, load: int, request: ClassRequest, material: Record, rows: Sequence[Row]) -> dict[str, Any]:
    types = known_items(store, load)
    if request.type is not None and request.type not in types.types:
        raise NotFound(
            f"There is no type of material {request.type} in load {load}.", "`dossier library` lists them."
        )
    by_decision = decided_types([(row[0], row[3]) for row in rows], types.types).get(request.material)
    stood = by_decision or type_of(material["title"], types.titles)
    before = {"type": stood.type_id if stood else None, "method": stood.method if stood else None}
    return {"before": before, "type": request.type}


def _value(store: Store, load: int, request: ValueRequest) -> Plan:
    _known(store, "Fact", request.fact, load)
    subjects = store.read("decisions/subjects", ids=[request.fact], load=load)
    if not subjects:
        raise UsageError(
            f"The fact {request.fact} is about no person or organisation.", "Decide a fact that a dossier lists."
        )
    what = {"before": _prevailing(store, load, subjects), "field": subjects[0][1]}
    act = _derive_subjects([(label, id_) for _, _, label, id_ in subjects])
    return Plan(PREVAILING, {"Fact": [request.fact]}, what, act)


def _prevailing(store: Store, load: int, subjects: Sequence[tuple[Any, ...]]) -> list[dict[str, str]]:
    """Which fact prevails until now for each subject, a person being the whole set that is one."""
    before = []
    for _, fields, label, id_ in subjects:
        ids = list(find_subject(store, id_, load, (label,)).ids)
        stated = table_of(store.read("derive/statements", ids=ids, fields=[fields]), STATED)
        one = stated.set_column(0, "subject_id", pa.repeat(pa.scalar(id_), stated.num_rows))
        first = ranked(one.select(STATEMENTS.names)).to_pylist()[0]
        before.append({"subject": id_, "fact": first["fact_id"], "by": first["by"]})
    return before


def _derive_subjects(subjects: Sequence[tuple[str, str]]) -> Callable[[Writer], None]:
    touched = Touched()
    for label in SUBJECTS:
        touched.add(label, pa.array([id_ for of, id_ in subjects if of == label], pa.string()))
    return lambda writer: derive_subjects(writer, touched, Written({}))


def _accepted(store: Store, request: AcceptRequest) -> Plan:
    """An acceptance is kept by the id of the finding, which stays the same when the audit finds it again."""
    if not request.finding.strip():
        raise UsageError("No finding is named.", "Give its id.")
    there = bool(store.contents("Finding", [request.finding]))
    about = {"Finding": [request.finding]}
    what = {"before": None, "until": request.until.isoformat() if request.until else None}
    remarks = [] if there else [f"There is no finding {request.finding} now; it is accepted when the audit finds it."]
    return Plan(ACCEPTED, about, what, _nothing, linked=about if there else {}, remarks=remarks)


def _nothing(_: Writer) -> None:
    """What is derived does not follow from it."""


def _reversal(store: Store, load: int, request: ReversalRequest) -> Plan:
    earlier = find(store, request.decision, load)
    _require_reversible(store, load, earlier)
    about: dict[str, list[str]] = {}
    for target in earlier.about:
        about.setdefault(target.label, []).append(target.id)
    linked = {label: [r["id"] for r in store.contents(label, ids)] for label, ids in about.items()}
    what = {"before": {"decision": earlier.id, "kind": earlier.kind}}
    return Plan(REVERSAL, about, what, _undone(store, load, earlier, about), linked=linked, overrides=earlier.id)


def _require_reversible(store: Store, load: int, earlier: DecisionRow) -> None:
    if earlier.reversed_by is not None:
        raise UsageError(
            f"{earlier.id} is reversed already, by {earlier.reversed_by}.", "Nothing is left to reverse."
        )
    if earlier.kind == ERASURE:
        raise UsageError(f"{earlier.id} erased records: what is erased cannot be brought back.")
    if earlier.kind == MOVE:
        raise UsageError(f"{earlier.id} moved something.", "Move it back: that is a decision of its own.")
    if earlier.kind == FORMED:
        if histories(store, load)[earlier.what["batch"]].rounds:
            raise UsageError(f"The batch of {earlier.id} was sampled already.", "Judge it; it cannot be taken back.")
        return
    if earlier.kind not in (MATCH, CLASS, PREVAILING, ACCEPTED, LEFT_OUT):
        raise UsageError(
            f"{earlier.id} is of the kind {earlier.kind}, which is not reversed.",
            "Decide again what it reversed." if earlier.kind == REVERSAL else "",
        )


def _undone(store: Store, load: int, earlier: DecisionRow, about: Targets) -> Callable[[Writer], None]:
    if earlier.kind == MATCH:
        return partial(_parted, earlier, sorted(about["Person"]))
    if earlier.kind == CLASS:
        if TITLE in earlier.what:
            return lambda writer: derive_types_of_title(writer, earlier.what[TITLE])
        return lambda writer: derive_types_of(writer, pa.array(about["Material"]))
    if earlier.kind == PREVAILING:
        subjects = store.read("decisions/subjects", ids=list(about["Fact"]), load=load)
        return _derive_subjects([(label, id_) for _, _, label, id_ in subjects])
    return _nothing


def _parted(earlier: DecisionRow, persons: Sequence[str], writer: Writer) -> None:
    lesser, greater = persons
    stored = writer.links_of("SAME_AS", "Person", pa.array([lesser]))
    of_match = pc.and_(pc.equal(stored["to_id"], greater), pc.equal(stored["load"], earlier.load))
    withdraw_links(writer, "SAME_AS", stored.filter(of_match))


def _known(store: Store, label: str, id_: str, load: int) -> Record:
    found = in_force(store, {label: [id_]}, load)[label]
    if id_ not in found:
        raise NotFound(f"There is no {label} {id_} in load {load}.", "Give its id, as the dossier lists it.")
    return found[id_]
