"""What a case registers, hands in and leaves, under its standard: registration, materials, e-materials, archive."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from graph.case_records import CaseMaterial
from graph.conformance_findings import CaseUnder, Finding
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
                says=f"the field '{asked.field}' is not registered",
                mend=f"Register '{asked.field}', or load a record of the case that states it.",
            )  # fmt: skip
        elif not all(fits(asked.field, value, asked.said) for value in values):
            yield Finding(
                part="registration", rule="form of a field", outcome="fault", stage="acceptance", field=asked.field,
                says=f"a value of '{asked.field}' is not of the form that the standard asks for ({asked.type})",
                mend=f"Register '{asked.field}' again.",
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
    outcome = "not decidable" if unknown and under.closed else under.lacking
    more = f"; {len(unknown)} records of the case have no known type" if unknown else ""
    mend = "Give the records without a type one." if unknown else "Ask for it, or name the record that was used."
    return Finding(
        part="materials", rule="record", outcome=outcome, stage="acceptance", type_id=asked.type,
        says=f"'{asked.as_written}' ({asked.type}) is not among the records{more}", mend=mend,
    )  # fmt: skip


def _record_findings(under: CaseUnder, asked: RequiredMaterial, one: CaseMaterial) -> Iterator[Finding]:
    """What is wrong with a record that is of the type asked for."""
    if one.erased:
        yield _of_record(asked, one, "content", "not decidable", f"its content was erased by {one.erased}", None)
        return
    fitting = form_fits(asked, one.form)
    if fitting is None:
        yield _of_record(asked, one, "form", "not decidable", "nothing says whether it is an original", "State it.")
    elif not fitting:
        yield _of_record(
            asked, one, "form", "fault", f"it is a {one.form}, and {asked.form} is asked for", "Ask for the original."
        )
    days = validity_of(under.types, asked, one.type_id)
    # What is signed for one case is valid in it, whenever in the case it was signed.
    if days == 0 and one.valid_until is None:
        return
    day = one.day if one.day is not None else under.accepted_day
    handed_in = one.day if one.received else None
    through = valid_through_one(one.valid_until, days, one.date, handed_in)
    if through == UNKNOWN or day is None:
        yield _of_record(asked, one, "validity", "not decidable", "nothing dates it", "State its date.")
    elif through < day:
        yield _of_record(
            asked, one, "validity", "fault", "it was not valid any more when it was handed in", "Ask for a newer one."
        )


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
    asked: RequiredMaterial, one: CaseMaterial, rule: str, outcome: str, says: str, mend: str | None
) -> Finding:
    return Finding.model_validate(
        {
            "part": "materials", "rule": rule, "outcome": outcome, "stage": "acceptance", "type_id": one.type_id,
            "material_id": one.id, "says": f"'{asked.as_written}': {says}", "mend": mend,
        }
    )  # fmt: skip


def e_material_findings(under: CaseUnder) -> Iterator[Finding]:
    """电子材料: files of the case whose format or size the standard does not take, and what no load can tell."""
    asked = under.standard.e_material
    with_files = [one for one in under.records.materials if one.files]
    for material in with_files:
        for file in material.files:
            if file.media_type is None:
                outcome, says = "not decidable", "its format is not known"
            elif file.media_type not in asked.formats:
                outcome, says = "fault", f"its format {file.media_type} is none of {', '.join(asked.formats)}"
            else:
                outcome = ""
            if outcome:
                yield _of_file(material, "format", outcome, f"file {file.id}: {says}", "Convert the file.")
            if asked.max_bytes is not None and file.size is None:
                yield _of_file(material, "size", "not decidable", f"file {file.id}: its size is not known", None)
            elif asked.max_bytes is not None and (file.size or 0) > asked.max_bytes:
                says = f"file {file.id} has {file.size} bytes, at most {asked.max_bytes} are taken"
                yield _of_file(material, "size", "fault", says, "Scan again or split it.")
    if with_files and asked.signature:
        says = "whether the files are signed is not recorded; the four-property checks look"
        yield _of_file(None, "signature", "not decidable", says, "Run `dossier signatures` on them.")


def _of_file(material: CaseMaterial | None, rule: str, outcome: str, says: str, mend: str | None) -> Finding:
    return Finding.model_validate(
        {
            "part": "e_material", "rule": rule, "outcome": outcome, "stage": "acceptance", "says": says,
            "mend": mend, "material_id": material.id if material else None,
        }
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
            says = f"its class is {one.scheme_class}, the standard says {rule.scheme_class}"
            yield _of_archive("class", "fault", says, "Put the class right.", one)
        if one.retention is not None and one.retention != rule.retention:
            says = f"it is kept {one.retention}, the standard says {rule.retention}"
            yield _of_archive("retention", "fault", says, "Put the retention right.", one)
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
            outcome = "not decidable" if None in media else "fault"
            says = f"no record of the case is {medium}, which the standard asks for"
            yield _of_archive("physical form", outcome, says, f"Keep the records on {medium} as well.")


def _volumes(rule: ArchiveRule, materials: Sequence[CaseMaterial]) -> Iterator[Finding]:
    if rule.volume_rule is None:
        return
    filed = {volume for one in materials for volume in one.volumes}
    loose = [one for one in materials if not one.volumes]
    if loose:
        says = f"{len(loose)} of {len(materials)} records are in no volume"
        yield _of_archive("filing", "due", says, "File them.", loose[0])
    if len(filed) > 1:
        says = f"the records of the case are in {len(filed)} volumes, and one per {rule.volume_rule} is asked for"
        yield _of_archive("volume", "fault", says, "Put them into one volume.")


def _of_archive(rule: str, outcome: str, says: str, mend: str, one: CaseMaterial | None = None) -> Finding:
    return Finding.model_validate(
        {
            "part": "archive", "rule": rule, "outcome": outcome, "stage": "completion", "says": says, "mend": mend,
            "material_id": one.id if one else None, "type_id": one.type_id if one else None,
        }
    )  # fmt: skip


NO_ARCHIVE_RULE = _of_archive(
    "class",
    "not decidable",
    "class and retention of the records of this item are not known",
    "Add `archive` to the standard from a source.",
)
"""What is found of the records of a completed case whose standard says nothing about them."""
