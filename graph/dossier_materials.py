"""The materials of a dossier: date, form, trust so far, submissions and where they are filed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pydantic import BaseModel

from graph import clock
from graph.classification import Found, decided_types, type_of
from graph.days import day_of
from graph.decision_kinds import CLASS
from graph.dossier_records import Holdings
from graph.in_force import Record, SourceRow, erased_by, source_of
from graph.instants import iso
from graph.items import KnownItems


class Place(BaseModel):
    """One place of a material, from the volume outwards; the place in the volume is `position`."""

    volume: str | None = None
    box: str | None = None
    shelf: str | None = None
    room: str | None = None
    position: int | None = None
    valid_from: str | None = None
    valid_to: str | None = None


class Submission(BaseModel):
    """The event that received a material, its case, and its day (since 1970) on the clock of the source."""

    event_id: str
    case_id: str
    at: str | None
    at_ms: int | None
    day: int | None


class FileOfMaterial(BaseModel):
    """One file of a material."""

    id: str
    uri: str | None
    media_type: str | None
    size: int | None
    sha256: str | None
    pages: int | None
    role: str | None
    erased: str | None


class Trust(BaseModel):
    """What speaks for a material so far; checks and signatures are not among it."""

    form: str | None
    received: bool
    filed: bool
    digitises: list[str]
    files: int
    files_with_digest: int


class MaterialOfSubject(BaseModel):
    """A material that is about the subject, or that an event of one of its cases touched.

    `facts` are those about the subject or its cases that it states; `erased` is the decision that erased it.
    """

    id: str
    title: str | None
    type_id: str | None
    method: str | None
    date: str | None
    form: str | None
    medium: str | None
    pages: int | None
    archive_no: str | None
    valid_until: str | None
    erased: str | None
    about: bool
    submissions: list[Submission]
    places: list[Place]
    files: list[FileOfMaterial]
    facts: list[str]
    trust: Trust
    source: SourceRow


def materials_of(held: Holdings, known: KnownItems, files: Mapping[int, clock.Load]) -> list[MaterialOfSubject]:
    """The materials, in the order of their ids."""
    about = {row[2] for row in held.about if row[1] == "Material"}
    links: dict[str, list[tuple[str, str]]] = {}
    for type_, id_, _, to_id, *_ in held.material_links:
        links.setdefault(id_, []).append((type_, to_id))
    for fact_id, by in held.stated_by.items():
        for id_ in (id_ for label, id_ in by if label == "Material"):
            links.setdefault(id_, []).append(("STATES", fact_id))
    own = about | {row[2] for row in held.event_materials}
    found = (held.of("Material").get(id_) for id_ in sorted(own))
    return [_material(held, m, links.get(m["id"], []), m["id"] in about, known, files) for m in found if m]


def _material(
    held: Holdings,
    record: Record,
    links: list[tuple[str, str]],
    about: bool,
    known: KnownItems,
    files: Mapping[int, clock.Load],
) -> MaterialOfSubject:
    found = _decided(held, record["id"], known) or type_of(record["title"], known.titles)
    places = list(places_of(held, record["id"]))
    submissions = submissions_of(held, record["id"])
    of_record = [
        _file(held.of("File")[id_]) for type_, id_ in links if type_ == "HAS_FILE" and id_ in held.of("File")
    ]
    return MaterialOfSubject(
        type_id=found.type_id if found else None,
        method=found.method if found else None,
        about=about,
        submissions=submissions,
        places=places,
        files=of_record,
        facts=sorted(id_ for type_, id_ in links if type_ == "STATES"),
        trust=Trust(
            form=record["form"],
            received=bool(submissions),
            filed=bool(places),
            digitises=[id_ for type_, id_ in links if type_ == "DIGITISES"],
            files=len(of_record),
            files_with_digest=sum(file.sha256 is not None for file in of_record),
        ),
        source=source_of(record, files),
        erased=erased_by(record),
        **{n: record[n] for n in ("id", "title", "date", "form", "medium", "pages", "archive_no", "valid_until")},
    )


def _decided(held: Holdings, id_: str, known: KnownItems) -> Found | None:
    """The type that decisions give a material; those that others reverse do not count."""
    standing = held.decided("Material", id_, CLASS)
    return decided_types([(id_, one["what"]) for one in standing], known.types).get(id_)


def _file(record: Record) -> FileOfMaterial:
    content = {name: record[name] for name in FileOfMaterial.model_fields if name != "erased"}
    return FileOfMaterial(**content, erased=erased_by(record))


def submissions_of(held: Holdings, material_id: str) -> list[Submission]:
    """The submissions of a material in cases, the first one first; those without an instant last."""
    found = []
    for event_id, case_id in held.received.get(material_id, ()):
        event = held.of("Event").get(event_id)
        if event is None:
            continue
        at = event["at"]
        found.append(
            Submission(
                event_id=event_id,
                case_id=case_id,
                at=None if at is None else iso(at, event["offset"], event["precision"]),
                at_ms=at,
                day=None if at is None else day_of(at, event["offset"]),
            )
        )
    return sorted(found, key=lambda s: (s.at_ms is None, s.at_ms or 0, s.event_id, s.case_id))


def places_of(held: Holdings, material_id: str) -> Iterator[Place]:
    """Every place of a material; codes where the records have one, ids else."""
    for filed in held.placed.get(("Material", material_id), ()):
        whole = {
            "volume": _code(held, filed.to_label, filed.to_id),
            "position": filed.position,
            "valid_from": filed.valid_from,
            "valid_to": filed.valid_to,
        }
        yield from _outwards(held, filed.to_label, filed.to_id, whole)


def _outwards(held: Holdings, label: str, id_: str, whole: Mapping[str, object]) -> Iterator[Place]:
    further = held.placed.get((label, id_), ())
    if not further:
        yield Place.model_validate(whole)
    for where in further:
        inner = {**whole, where.to_label.lower(): _code(held, where.to_label, where.to_id)}
        yield from _outwards(held, where.to_label, where.to_id, inner)


def _code(held: Holdings, label: str, id_: str) -> str:
    record = held.of(label).get(id_)
    return (record["code"] if record else None) or id_
