"""What a case registers, hands in and leaves, under its standard: registration, materials, e-materials, archive."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from graph.case_records import CaseMaterial
from graph.conformance_findings import CaseUnder, Finding, Outcome
from graph.conformance_sentences import Value
from graph.on_file import meets
from graph.registration import fits
from graph.standard import ArchiveRule, RequiredMaterial
from graph.validity import UNKNOWN, valid_through_one

_ON_SIGHT = ("original", "e-licence", "checked on sight")


def field_findings(under: CaseUnder) -> Iterator[Finding]:
    """登记信息: required fields that no event or record of the case states, and values of the wrong form."""
    stated: dict[str, list[str]] = {}
    for one in under.records.fields:
        stated.setdefault(one.field, []).append(one.value or "")
    for asked in under.standard.registration:
        values = [value for value in stated.get(asked.field, ()) if value.strip()]
        if not values and asked.required:
            yield Finding(
                part="registration", rule="field", outcome=under.lacking, stage="acceptance", field=asked.field,
                says="field_absent",
            )  # fmt: skip
        elif not all(fits(asked.field, value, asked.said) for value in values):
            yield Finding(
                part="registration", rule="form of a field", outcome="fault", stage="acceptance", field=asked.field,
                says="field_form", values={"type": asked.type},
            )  # fmt: skip


def material_findings(under: CaseUnder) -> Iterator[Finding]:
    """业务材料: required records that are not there, or of the wrong form, or not valid when they were handed in."""
    for asked in under.standard.materials:
        types = (asked.type, *asked.instead)
        there = [one for one in under.records.materials if one.type_id in types]
        if there:
            answers = [list(_record_findings(under, asked, one)) for one in there]
            yield from min(answers, key=lambda found: [one.outcome == "fault" for one in found])
        elif asked.required:
            yield _lacking(under, asked)


def _lacking(under: CaseUnder, asked: RequiredMaterial) -> Finding:
    # What the case made itself is not taken for what was to be handed in.
    made = {id_ for event in under.case.events for id_ in event.produced}
    unknown = [one for one in under.records.materials if one.type_id is None and one.id not in made]
    outcome: Outcome = "not decidable" if unknown and under.closed else under.lacking
    untyped: dict[str, Value] = {"untyped": len(unknown)} if unknown else {}
    return Finding(
        part="materials", rule="record", outcome=outcome, stage="acceptance", type_id=asked.type,
        says="record_untyped" if unknown else "record_absent", values={"as_written": asked.as_written, **untyped},
    )  # fmt: skip


def _record_findings(under: CaseUnder, asked: RequiredMaterial, one: CaseMaterial) -> Iterator[Finding]:
    """What is wrong with a record that is of the type asked for."""
    if one.erased:
        yield _of_record(asked, one, "content", "not decidable", "content_erased", decision=one.erased)
        return
    fitting = form_fits(asked, one.form)
    if fitting is None:
        yield _of_record(asked, one, "form", "not decidable", "original_unknown")
    elif not fitting:
        forms = {"form": one.form, "asked_form": asked.form}
        yield _of_record(asked, one, "form", "fault", "form_differs", **forms)
    days = validity_of(under.types, asked, one.type_id)
    # What is signed for one case is valid in it, whenever in the case it was signed.
    if days == 0 and one.valid_until is None:
        return
    day = one.day if one.day is not None else under.accepted_day
    handed_in = one.day if one.received else None
    through = valid_through_one(one.valid_until, days, one.date, handed_in)
    if through == UNKNOWN or day is None:
        yield _of_record(asked, one, "validity", "not decidable", "undated")
    elif through < day:
        yield _of_record(asked, one, "validity", "fault", "expired")


def form_fits(asked: RequiredMaterial, form: str | None) -> bool | None:
    """Whether a record of a form will do, None where nothing says whether it is an original."""
    if form is None and asked.form in ("original", "checked on sight"):
        return None
    return form in _ON_SIGHT if asked.form == "checked on sight" else meets(form, asked.form)


def validity_of(types: Mapping[str, int | None], asked: RequiredMaterial, type_id: str | None) -> int | None:
    """For how many days a record of a type is valid, None for ever; 0: in the case for which it was signed."""
    if asked.validity_days is None:
        return types.get(type_id or "")
    return None if asked.validity_days == "unlimited" else asked.validity_days


def _of_record(
    asked: RequiredMaterial, one: CaseMaterial, rule: str, outcome: Outcome, says: str, **values: str | None
) -> Finding:
    there: dict[str, Value] = {name: value for name, value in values.items() if value is not None}
    return Finding(
        part="materials", rule=rule, outcome=outcome, stage="acceptance", type_id=one.type_id, material_id=one.id,
        says=says, values={"as_written": asked.as_written, **there},
    )  # fmt: skip


def e_material_findings(under: CaseUnder) -> Iterator[Finding]:
    """电子材料: files of the case whose format or size the standard does not take, and what no load can tell."""
    asked = under.standard.e_material
    with_files = [one for one in under.records.materials if one.files]
    for material in with_files:
        for file in material.files:
            of: dict[str, Value] = {"file": file.id}
            if file.media_type is None:
                yield _of_file(material, "format", "not decidable", "format_unknown", of)
            elif file.media_type not in asked.formats:
                values = {**of, "media_type": file.media_type, "formats": list(asked.formats)}
                yield _of_file(material, "format", "fault", "format_refused", values)
            if asked.max_bytes is not None and file.size is None:
                yield _of_file(material, "size", "not decidable", "size_unknown", of)
            elif asked.max_bytes is not None and file.size is not None and file.size > asked.max_bytes:
                values = {**of, "size": file.size, "most": asked.max_bytes}
                yield _of_file(material, "size", "fault", "too_large", values)
    if with_files and asked.signature:
        yield _of_file(None, "signature", "not decidable", "signature_unrecorded", {})


def _of_file(
    material: CaseMaterial | None, rule: str, outcome: Outcome, says: str, values: dict[str, Value]
) -> Finding:
    return Finding(
        part="e_material", rule=rule, outcome=outcome, stage="acceptance", says=says, values=values,
        material_id=material.id if material else None,
    )  # fmt: skip


def archive_findings(under: CaseUnder) -> Iterator[Finding]:
    """档案实体: class, retention, volume and physical form of what a completed case leaves."""
    rule = under.standard.archive
    if not under.closed or not under.records.materials:
        return
    if rule is None:
        yield NO_ARCHIVE_RULE
        return
    materials = [one for one in under.records.materials if one.erased is None]
    for one in materials:
        if one.scheme_class is not None and not _same_class(one.scheme_class, rule.scheme_class):
            differing: dict[str, Value] = {"stated": one.scheme_class, "asked": rule.scheme_class}
            yield _of_archive("class", "fault", "class_differs", differing, one)
        if one.retention is not None and one.retention != rule.retention:
            differing = {"stated": one.retention, "asked": rule.retention}
            yield _of_archive("retention", "fault", "retention_differs", differing, one)
    yield from _physical(rule, materials)
    yield from _volumes(rule, materials)


def _same_class(stated: str, asked: str) -> bool:
    """A record may give the class with its scheme or alone."""
    return stated.strip() in (asked, asked.rpartition(" ")[2])


def _physical(rule: ArchiveRule, materials: Sequence[CaseMaterial]) -> Iterator[Finding]:
    wanted = ("paper", "electronic") if rule.physical_form == "both" else (rule.physical_form,)
    media = {one.medium for one in materials}
    for medium in wanted:
        if medium is not None and medium not in media:
            outcome: Outcome = "not decidable" if None in media else "fault"
            yield _of_archive("physical form", outcome, "medium_absent", {"medium": medium})


def _volumes(rule: ArchiveRule, materials: Sequence[CaseMaterial]) -> Iterator[Finding]:
    if rule.volume_rule is None:
        return
    filed = {volume for one in materials for volume in one.volumes}
    loose = [one for one in materials if not one.volumes]
    if loose:
        values: dict[str, Value] = {"loose": len(loose), "records": len(materials)}
        yield _of_archive("filing", "due", "loose", values, loose[0])
    if len(filed) > 1:
        values = {"volumes": len(filed), "volume_rule": rule.volume_rule}
        yield _of_archive("volume", "fault", "several_volumes", values)


def _of_archive(
    rule: str, outcome: Outcome, says: str, values: dict[str, Value], one: CaseMaterial | None = None
) -> Finding:
    return Finding(
        part="archive", rule=rule, outcome=outcome, stage="completion", says=says, values=values,
        material_id=one.id if one else None, type_id=one.type_id if one else None,
    )  # fmt: skip


NO_ARCHIVE_RULE = _of_archive("class", "not decidable", "archive_unknown", {})
"""What is found of the records of a completed case whose standard says nothing about them."""
