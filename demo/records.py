"""What the catalogue holds: records of personnel dossiers and of handled cases, with their volumes and files."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby
from random import Random
from typing import Literal

from demo import numbers, reference
from demo.cases import DONE, Case
from demo.organisations import Organisation
from demo.people import FIRST_DAY, LAST_DAY, Person
from demo.reference import Form

FONDS = "D001"
Catalogue = Literal["personnel", "business"]
Medium = Literal["pdf", "png"]
_VOLUMES_A_BOX = 20
_BOXES_A_SHELF = 12
_SHELVES_A_ROOM = 8
_RECORDS_A_VOLUME = 30


@dataclass(frozen=True, slots=True)
class EFile:
    """A file of a record, by its path below files/, with the pages that it has."""

    path: str
    medium: Medium
    pages: int


@dataclass(frozen=True, slots=True)
class Place:
    """Where a volume stands."""

    volume: str
    box: str
    shelf: str
    room: str


@dataclass(frozen=True, slots=True)
class Record:
    """A row of the catalogue. `holder` is whom it is about in truth; number, key, name and birth date are
    as the row has them, '' where it says nothing. `date` is 8 digits, 00 for what is not known; `medium` was
    written down when its volume was digitised, `item_no` is its place in the volume."""

    catalogue: Catalogue
    sheet: str
    archive_no: str
    doc_no: str
    responsible: str
    title: str
    date: str
    secrecy: str
    pages: int
    note: str
    class_no: str
    retention: str
    holder: Person | Organisation
    number: str
    key: str
    name: str
    birth_date: str
    place: Place
    item_no: int
    case_id: str = ""
    form: Form | None = None
    medium: str = ""
    file: EFile | None = None


def personnel(seed: int, people: list[Person]) -> list[Record]:
    """The records of the people whose dossier the centre keeps, dossier by dossier."""
    kept = [p for p in people if not p.farms and Random(f"{seed}:kept:{p.id}").random() < 0.5]
    records: list[Record] = []
    for region in sorted({p.region for p in kept}):
        sheet = next(r.name for r in reference.regions() if r.code == region)
        for serial, person in enumerate(p for p in kept if p.region == region):
            rng = Random(f"{seed}:dossier:{person.id}")
            place = _place(f"{int(person.id[1:]):05d}", serial, region, f"{sheet}库房")
            records += _dossier(rng, person, sheet, place)
    return records


def _place(volume: str, serial: int, series: str, room: str) -> Place:
    """Where the volume stands that is the n-th of its series, whose boxes and shelves are counted by themselves."""
    box = serial // _VOLUMES_A_BOX
    shelf = box // _BOXES_A_SHELF
    return Place(
        volume, f"{series}-H{box + 1:04d}", f"{series}-J{shelf + 1:03d}", f"{room}{shelf // _SHELVES_A_ROOM + 1}号"
    )


def _dossier(rng: Random, person: Person, sheet: str, place: Place) -> list[Record]:
    number, key, birth = _stated_identity(rng, person)
    made: list[Record] = []
    for usual in reference.dossier_titles():
        age = rng.uniform(usual.age_from, usual.age_to + 0.9)
        day = person.day_at_age(age)
        if rng.randrange(100) >= usual.percent or day > min(person.last_day, LAST_DAY):
            continue
        made.append(
            Record(
                "personnel",
                sheet,
                f"{FONDS}-RS-{place.volume}-{len(made) + 1:03d}",
                f"人〔{day.year}〕{rng.randint(1, 200)}号" if rng.random() < 0.1 else "",
                rng.choice(("", "", person.name, "人事科", "组织部")),
                usual.title,
                _catalogue_date(rng, day),
                rng.choices(("", "内部", "秘密"), (90, 8, 2))[0],
                max(1, usual.pages + rng.randint(-1, 1)),
                rng.choices(("", "有涂改"), (98, 2))[0],
                usual.class_no,
                "永久",
                person,
                number,
                key,
                person.name,
                birth,
                place,
                len(made) + 1,
                form=rng.choices(("original", "copy"), (92, 8))[0],
            )
        )
    return made


def _stated_identity(rng: Random, person: Person) -> tuple[str, str, str]:
    """Number, key and birth date as the dossier's rows have them: most by number, old ones otherwise."""
    key = f"DA{person.id[1:]}"
    chance = rng.random()
    if chance < 0.10 and person.birth_date.year < 1980:
        return numbers.short_form(person.number), "", ""
    if chance < 0.14:
        return numbers.full_width(person.number), "", ""
    if chance < 0.19:
        return "", key, ""
    if chance < 0.22:
        return "", "", f"{person.birth_date:%Y%m%d}"
    return person.number, "", ""


def _catalogue_date(rng: Random, day: date) -> str:
    chance = rng.random()
    if chance < 0.05:
        return f"{day:%Y%m}00"
    if chance < 0.07:
        return f"{day:%Y}0000"
    return numbers.full_width(f"{day:%Y%m%d}") if chance < 0.10 else f"{day:%Y%m%d}"


def business(seed: int, cases: list[Case]) -> list[Record]:
    """A third of the handled cases, one record each, in volumes by year, class and region."""
    rng = Random(f"{seed}:business")
    filed = [c for c in cases if c.outcome == DONE and c.item.business_class and rng.random() < 0.33]
    order = sorted(filed, key=_series)
    records: list[Record] = []
    for serial, (series, group) in enumerate(groupby(order, key=_series)):
        for place, case in enumerate(group):
            records.append(_business_record(rng, case, series, serial * 40 + place // _RECORDS_A_VOLUME, place))
    return sorted(records, key=lambda r: (r.sheet, r.archive_no))


def _series(case: Case) -> tuple[int, str, str, str]:
    return case.events[-1].at.year, case.item.business_class, case.item.retention, case.region


def _business_record(
    rng: Random, case: Case, series: tuple[int, str, str, str], volume_serial: int, place: int
) -> Record:
    year, class_no, retention, region = series
    code = {"永久": "Y", "": ""}.get(retention, f"D{retention.removesuffix('年')}")
    segments = [FONDS, "·".join(filter(None, ("ZY", "SB", class_no, str(year), code)))]
    volume = f"{region}{volume_serial:05d}"
    archive_no = f"{'-'.join(segments)}-{volume}-{place % _RECORDS_A_VOLUME + 1:03d}"
    stated = case.registration
    first = (year - FIRST_DAY.year) // 5 * 5 + FIRST_DAY.year
    return Record(
        "business",
        f"{first}-{first + 4}",
        archive_no,
        "",
        case.events[-1].unit,
        f"{stated.name}{case.item.name}业务卷",
        f"{case.events[-1].at:%Y%m%d}",
        "",
        rng.randint(4, 30),
        "",
        class_no,
        retention,
        case.applicant,
        stated.number,
        "",
        stated.name,
        "",
        _place(volume, volume_serial, "YW", "业务档案库房"),
        place % _RECORDS_A_VOLUME + 1,
        case.id,
    )


def with_files(seed: int, people: int, records: list[Record]) -> list[Record]:
    """The records, whole volumes of them digitised: at least thirty files of each catalogue, or about fifteen of a
    hundred people's. Those of personnel are called by 档号, the others have names of their own."""
    rng = Random(f"{seed}:files")
    wanted = max(60, people * 15 // 100) // 2
    made = list(records)
    for catalogue in ("personnel", "business"):
        volumes: dict[str, list[int]] = {}
        for n, record in enumerate(records):
            if record.catalogue == catalogue and record.number:
                volumes.setdefault(record.place.volume, []).append(n)
        digitised = 0
        for volume in rng.sample(sorted(volumes), len(volumes)):
            if digitised >= wanted:
                break
            digitised += len(volumes[volume])
            for n in volumes[volume]:
                made[n] = replace(made[n], medium="纸质", file=_file(rng, made[n], n))
    return made


def _file(rng: Random, record: Record, serial: int) -> EFile:
    """An image holds one page."""
    medium: Medium = rng.choice(("pdf", "png", "png")) if record.pages == 1 else "pdf"
    if record.catalogue == "personnel":
        return EFile(f"personnel/{record.archive_no}.{medium}", medium, record.pages)
    return EFile(f"business/{record.date[:4]}/scan-{serial:06d}.{medium}", medium, record.pages)
