"""Faults in the catalogue and among the files."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from random import Random

from demo import numbers, reference
from demo.model import Fault, Model, require
from demo.records import EFile, Record


@dataclass(frozen=True)
class RecordFault:
    """A kind of fault in one row of the catalogue; `plant` takes the row and one of another person.

    Those `apart` are about different people, of whom nothing else is at fault.
    """

    kind: str
    about: str
    fits: Callable[[Record], bool]
    plant: Callable[[Random, Record, Record], tuple[Record, str]]
    apart: bool = False


def _same_archive_no(rng: Random, record: Record, other: Record) -> tuple[Record, str]:
    why = f"{other.archive_no} stands at another record too, {other.title}"
    return replace(record, archive_no=other.archive_no), why


def _other_name(rng: Random, record: Record, other: Record) -> tuple[Record, str]:
    given = [t for t in reference.names("female").texts if not record.name.endswith(t)]
    name = record.name[0] + rng.choice(given)
    return replace(record, name=name), f"the number of {record.name} stands with the name {name}"


def _impossible_date(rng: Random, record: Record, other: Record) -> tuple[Record, str]:
    date = f"{record.date[:4]}{rng.choice(('0231', '0431', '1301'))}"
    return replace(record, date=date), f"{date} is no day of any calendar"


def _no_pages(rng: Random, record: Record, other: Record) -> tuple[Record, str]:
    return replace(record, pages=0), "a record of 0 pages"


def _wrong_class(rng: Random, record: Record, other: Record) -> tuple[Record, str]:
    return replace(record, class_no="11"), "there are ten classes, not 11"


def _no_title(rng: Random, record: Record, other: Record) -> tuple[Record, str]:
    return replace(record, title=""), f"no title, {record.title} in truth"


def _malformed_no(rng: Random, record: Record, other: Record) -> tuple[Record, str]:
    wrong = f"{record.archive_no[:-1]}A"
    return replace(record, archive_no=wrong), f"{wrong} does not end in a number"


def _gap(rng: Random, record: Record, other: Record) -> tuple[Record, str]:
    stem, _, serial = record.archive_no.rpartition("-")
    far = f"{stem}-{int(serial) + 500}"
    return replace(record, archive_no=far), f"{far} in a volume that has far fewer records"


def _place_taken(rng: Random, record: Record, other: Record) -> tuple[Record, str]:
    taken = record.item_no - 1
    return replace(record, item_no=taken), f"the place {taken} of volume {record.place.volume} is taken twice"


def _no_retention(rng: Random, record: Record, other: Record) -> tuple[Record, str]:
    return replace(record, retention="5年"), "5年 is no period for which records are kept"


def _other_box(rng: Random, record: Record, other: Record) -> tuple[Record, str]:
    box = f"{record.place.box}A"
    moved = replace(record.place, box=box)
    return replace(record, place=moved), f"volume {record.place.volume} stands in {record.place.box} and in {box}"


def _other_pages(rng: Random, record: Record, other: Record) -> tuple[Record, str]:
    pages = record.pages + rng.randint(1, 4)
    return replace(record, pages=pages), f"{pages} pages by the catalogue, {record.pages} in its file"


def _no_copy(rng: Random, record: Record, other: Record) -> tuple[Record, str]:
    return replace(record, file=None), "on paper in a digitised volume, and without a copy"


def _plain(record: Record) -> bool:
    """Without file, and of no kind that items ask for: faults of such a record have no other consequence."""
    return _clear(record) and record.title not in reference.kind_of_title()


def _second(record: Record) -> bool:
    return _plain(record) and record.item_no > 1


def _reusable(record: Record) -> bool:
    """Without file, and of a kind that items ask for: a wrong name bars it from being used again."""
    return _clear(record) and record.title in reference.kind_of_title()


def _digitised(record: Record) -> bool:
    """With a file of its own in which pages can be counted, and of no kind that items ask for."""
    file = record.file
    return file is not None and file.medium == "pdf" and record.title not in reference.kind_of_title()


def _clear(record: Record) -> bool:
    return (
        record.file is None
        and not record.medium
        and numbers.is_identity_number(record.number)
        and record.date.isascii()
    )


RECORD_FAULTS: tuple[RecordFault, ...] = (
    RecordFault("archive_no_twice", "the same 档号 for two records", _plain, _same_archive_no, True),
    RecordFault(
        "catalogue_name_differs", "the same number with another name in the catalogue", _reusable, _other_name, True
    ),
    RecordFault("position_twice", "one place in a volume for two records", _second, _place_taken, True),
    RecordFault("volume_in_two_boxes", "a volume in two boxes", _plain, _other_box, True),
    RecordFault("date_impossible", "a day that does not exist", _plain, _impossible_date),
    RecordFault("pages_none", "no page", _plain, _no_pages),
    RecordFault("class_unknown", "a class that the scheme does not have", _plain, _wrong_class),
    RecordFault("title_missing", "no title", _plain, _no_title),
    RecordFault("archive_no_malformed", "a 档号 that does not end in a number", _plain, _malformed_no),
    RecordFault("archive_no_gap", "a 档号 far behind the others of its volume", _plain, _gap),
    RecordFault("retention_unknown", "a period of retention that does not exist", _plain, _no_retention),
    RecordFault("pages_differ", "the file has other pages than the catalogue says", _digitised, _other_pages),
    RecordFault("copy_missing", "paper without a copy in a digitised volume", _digitised, _no_copy),
)
FILE_FAULTS = {
    "file_missing": "the catalogue names a file that is not there",
    "file_unlisted": "a file that nothing names",
    "image_damaged": "an image that breaks off",
    "pdf_damaged": "a PDF that breaks off",
    "file_empty": "a file of no bytes",
    "file_not_what_it_says": "a file that is no PDF or image by its content",
}


def with_record_faults(model: Model, count: int, taken: set[str]) -> Model:
    """The model with `count` faults of each kind in the catalogue and among the files.

    `taken` are ids of people who have a fault of identity already; those of this function are added.
    """
    rng = Random(f"{model.seed}:record faults")
    records = list(model.records)
    faults: list[Fault] = []
    used: set[int] = set()
    plain = [n for n, r in enumerate(records) if r.catalogue == "personnel" and _plain(r)]
    rng.shuffle(plain)
    for kind in RECORD_FAULTS:
        others = {n for n, r in enumerate(records) if r.holder.id in taken} if kind.apart else set()
        able = _able(records, kind, used | others)
        order = rng.sample(able, len(able))
        found = _of_different_people(records, order) if kind.apart else order
        chosen = require(count, kind.kind, found[:count])
        used |= set(chosen)
        for n in chosen:
            other = _other(records, n, plain, used)
            records[n], why = kind.plant(rng, records[n], records[other])
            if kind.apart:
                used.add(other)
                taken.add(records[n].holder.id)
            faults.append(Fault(kind.kind, f"{records[n].catalogue}#{n}", why))
    model = replace(model, records=records, faults=[*model.faults, *faults])
    return _with_file_faults(rng, model, count)


def _able(records: list[Record], kind: RecordFault, used: set[int]) -> list[int]:
    return [n for n, r in enumerate(records) if n not in used and r.catalogue == "personnel" and kind.fits(r)]


def _of_different_people(records: list[Record], order: list[int]) -> list[int]:
    """The first in that order about each person."""
    first: dict[str, int] = {}
    for n in order:
        first.setdefault(records[n].holder.id, n)
    return list(first.values())


def _other(records: list[Record], n: int, order: list[int], used: set[int]) -> int:
    """A record of another person, so that a number that the two share is a mistake."""
    return next(m for m in order if m not in used and records[m].holder.id != records[n].holder.id)


def _with_file_faults(rng: Random, model: Model, count: int) -> Model:
    """Faults of files: each says which path, and for listed ones which record."""
    faulty = {f.record for f in model.faults}
    listed = {r.file.path: n for n, r in enumerate(model.records) if r.file and f"{r.catalogue}#{n}" not in faulty}
    free = sorted(listed)
    rng.shuffle(free)
    damaged = require(count, "image_damaged", [p for p in free if p.endswith(".png")][:count])
    named = [p for p in free if p.startswith("business/") and p not in damaged]
    missing = require(count, "file_missing", named[:count])
    rest = [p for p in free if p not in damaged and p not in missing]
    odd = require(count, "file_not_what_it_says", rest[:count])
    empty = require(count, "file_empty", rest[count : 2 * count])
    broken = require(count, "pdf_damaged", [p for p in rest[2 * count :] if p.endswith(".pdf")][:count])
    unlisted = [EFile(f"personnel/unlisted-{n + 1:04d}.pdf", "pdf", 1) for n in range(count)]

    def fault(kind: str, path: str) -> Fault:
        record = f"{model.records[listed[path]].catalogue}#{listed[path]}" if path in listed else ""
        return Fault(kind, record, FILE_FAULTS[kind], file=f"files/{path}")

    faults = [fault("file_missing", p) for p in missing]
    faults += [fault("file_unlisted", f.path) for f in unlisted]
    faults += [fault("image_damaged", p) for p in damaged]
    faults += [fault("file_not_what_it_says", p) for p in odd]
    faults += [fault("file_empty", p) for p in empty]
    faults += [fault("pdf_damaged", p) for p in broken]
    files = [r.file for r in model.records if r.file and r.file.path not in missing] + unlisted
    return replace(model, files=files, faults=[*model.faults, *faults])
