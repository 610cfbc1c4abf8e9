"""What a person or organisation need not submit again for one or several service items (材料复用)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from pydantic import BaseModel

from graph import clock
from graph.days import CHINA_OFFSET, day_of, day_text, number_of
from graph.dossier_fields import FieldOfSubject, fields_of
from graph.dossier_materials import materials_of
from graph.dossier_records import holdings
from graph.errors import NotFound, UsageError
from graph.in_force import Record, files_of, known_load
from graph.items import KnownItems, known_items
from graph.kept import kept
from graph.on_file import OnFile, Unclassified, best_of, candidates_of
from graph.registration import FieldAnswer, field_answers
from graph.store import Row, Store
from graph.subjects import Subject, find_subject
from graph.viewer import Viewer

Reason = Literal["none", "expired", "wrong form", "contradicted"]


class Need(BaseModel):
    """What one item asks for of a type of material; `required` always, or else on `condition`."""

    item_id: str
    version_id: str
    required: bool
    condition: str | None
    form: str | None


class MaterialAnswer(BaseModel):
    """One type of material, once: on file, or to be submitted for `reason`.

    `form` is the strictest that an item asks for. `material` is the newest one that will do, or else the one
    that comes nearest.
    """

    type_id: str
    name: str | None
    required: bool
    form: str | None
    asked_by: list[Need]
    on_file: bool
    reason: Reason | None
    material: OnFile | None


class ItemUnder(BaseModel):
    """An item and its standard that is in force on the day."""

    item_id: str
    name: str | None
    version_id: str
    valid_from: str


class Reuse(BaseModel):
    """The answer as load `as_of_load` knew the archive, for the day `on`.

    `share` is the part of the types that are always required which is on file, null where there is none;
    types that are asked for on a condition are listed and counted apart.
    """

    id: str
    label: str
    ids: list[str]
    as_of_load: int
    on: str
    items: list[ItemUnder]
    materials: list[MaterialAnswer]
    fields: list[FieldAnswer]
    unclassified: list[Unclassified]
    required: int
    required_on_file: int
    conditional: int
    conditional_on_file: int
    share: float | None
    fields_required: int
    fields_on_file: int


@dataclass(frozen=True)
class _Asked:
    """What an answer is made of: the subject with its records and fields, and what each version asks for."""

    whom: Subject
    load: int
    day: int
    known: KnownItems
    versions: Mapping[str, Record]
    needs: Mapping[str, Sequence[tuple[str, Need]]]
    fields: Sequence[FieldOfSubject]
    candidates: Mapping[str, list[OnFile]]
    unclassified: list[Unclassified]


def reuse(
    store: Store,
    viewer: Viewer,
    subject: str,
    items: Sequence[str],
    as_known_at: int | None = None,
    on: date | None = None,
) -> Reuse:
    """What a person or organisation has on file of what items ask for, each type of material and field once.

    `subject` and `items` are ids, or names that are unambiguous; `as_known_at` epoch milliseconds (UTC); `on` is
    the day of the application, by default that of `as_known_at`, or today. Raises UsageError without items,
    NotFound for an unknown subject or item and an item without a standard on that day, Ambiguous where several
    subjects are named.
    """
    asked = _asked(store, viewer, subject, items, as_known_at, on)
    return _answer_for(asked, asked.versions)


def reuse_of_each(
    store: Store,
    viewer: Viewer,
    subject: str,
    items: Sequence[str],
    as_known_at: int | None = None,
    on: date | None = None,
) -> list[Reuse]:
    """The answer of `reuse` for each item alone, in the order asked for; what is on file is read once for all."""
    asked = _asked(store, viewer, subject, items, as_known_at, on)
    return [_answer_for(asked, {item_id: version}) for item_id, version in asked.versions.items()]


def _asked(
    store: Store, viewer: Viewer, subject: str, items: Sequence[str], as_known_at: int | None, on: date | None
) -> _Asked:
    viewer.require_whole_archive()
    if not items:
        raise UsageError("No service item is asked for.", "Name at least one; `dossier items` lists them.")
    load = known_load(store, as_known_at)
    whom = find_subject(store, subject, load)
    known = known_items(store, load)
    day = _day(as_known_at, on)
    versions = _versions(known, items, day, load)
    needs = _needs(store, versions, load)
    held = holdings(store, whom, load)
    files = files_of(store, load)
    fields = fields_of(held, files)
    candidates, unclassified = candidates_of(held, materials_of(held, known, files), known, fields, day)
    return _Asked(whom, load, day, known, versions, needs, fields, candidates, unclassified)


def _answer_for(asked: _Asked, versions: Mapping[str, Record]) -> Reuse:
    """The answer for some of the versions that were asked for."""
    needs: dict[str, list[Need]] = {}
    for item_id in versions:
        for type_id, need in asked.needs.get(item_id, ()):
            needs.setdefault(type_id, []).append(need)
    known = asked.known
    materials = [
        _answer(known, id_, sorted(of, key=_version), asked.candidates.get(id_, []))
        for id_, of in sorted(needs.items())
    ]
    always = [answer for answer in materials if answer.required]
    on_condition = [answer for answer in materials if not answer.required]
    answers = field_answers(versions, asked.fields, asked.day)
    wanted = [answer for answer in answers if answer.required]
    return Reuse(
        id=asked.whom.id,
        label=asked.whom.label,
        ids=list(asked.whom.ids),
        as_of_load=asked.load,
        on=day_text(asked.day),
        items=[_under(known, item_id, version) for item_id, version in versions.items()],
        materials=materials,
        fields=answers,
        unclassified=asked.unclassified,
        required=len(always),
        required_on_file=sum(answer.on_file for answer in always),
        conditional=len(on_condition),
        conditional_on_file=sum(answer.on_file for answer in on_condition),
        share=sum(answer.on_file for answer in always) / len(always) if always else None,
        fields_required=len(wanted),
        fields_on_file=sum(answer.on_file for answer in wanted),
    )


def _version(need: Need) -> str:
    return need.version_id


def _day(as_known_at: int | None, on: date | None) -> int:
    if on is not None:
        return number_of(on)
    at = as_known_at if as_known_at is not None else clock.now_ms()
    return day_of(at, CHINA_OFFSET)


def _versions(known: KnownItems, items: Sequence[str], day: int, load: int) -> dict[str, Record]:
    """The version in force of each item, in the order asked for."""
    versions: dict[str, Record] = {}
    for text in items:
        item_id = known.item_of(text)
        if item_id is None or item_id not in known.items:
            raise NotFound(
                "There is no service item '{text}' in load {load}.",
                "`dossier items` lists them.",
                text=text,
                load=load,
            )
        version = known.version_on(item_id, day)
        if version is None:
            raise NotFound(
                "The service item {item} has no standard in force on {day}.",
                "Load one with `dossier standards load`, or ask for another day.",
                item=item_id,
                day=day_text(day),
            )
        versions[item_id] = version
    return versions


def _needs(store: Store, versions: Mapping[str, Record], load: int) -> dict[str, list[tuple[str, Need]]]:
    """What the versions ask for, by item, with the type of material."""
    items = {version["id"]: item_id for item_id, version in versions.items()}
    needs: dict[str, list[tuple[str, Need]]] = {}
    # An archive has few standards, which many questions ask about.
    known: dict[str, list[Row]] = kept(store, load, "required", dict)
    fresh = [version_id for version_id in items if version_id not in known]
    if fresh:
        rows = store.read("reuse/required", ids=fresh, load=load)
        known.update((version_id, [row for row in rows if row[0] == version_id]) for version_id in fresh)
    for version_id, item_id in items.items():
        for _, type_id, required, condition, form in known[version_id]:
            need = Need(
                item_id=item_id,
                version_id=version_id,
                required=bool(required),
                condition=condition,
                form=form,
            )
            needs.setdefault(item_id, []).append((type_id, need))
    return needs


def _answer(known: KnownItems, type_id: str, needs: list[Need], candidates: list[OnFile]) -> MaterialAnswer:
    asked = {need.form for need in needs}
    form = "original" if "original" in asked else "copy" if "copy" in asked else None
    material, reason = best_of(candidates, form)
    kind: Mapping[str, Any] = known.types.get(type_id, {})
    return MaterialAnswer(
        type_id=type_id,
        name=kind.get("name"),
        required=any(need.required for need in needs),
        form=form,
        asked_by=needs,
        on_file=reason is None,
        reason=reason,
        material=material,
    )


def _under(known: KnownItems, item_id: str, version: Record) -> ItemUnder:
    return ItemUnder(
        item_id=item_id,
        name=known.items[item_id]["name"],
        version_id=version["id"],
        valid_from=version["valid_from"],
    )
