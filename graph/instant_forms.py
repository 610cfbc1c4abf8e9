"""The written forms of instants: which digits of a text are the year, the month, … before any arithmetic.

Every built-in form is year-first. Other forms are read by strptime patterns that someone has stated.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from graph.errors import UsageError
from graph.zones import DAY, Ints

ACCEPTED = (
    "2026-11-24T08:30:00.000+08:00, 2026-11-24 08:30:00, 2026-11-24 08:30, 2026-11-24, 2026-11, 2026, "
    "2026/11/24 8:30, 2026.11.24, 2026年11月24日 8时30分, 20261124, 20261124083000"
)
UNSAID = -1
NAIVE = 10 * DAY
_IMPOSSIBLE = 11 * DAY

_ZONE = r"[ \t]*(?P<z>[Zz]|[+\-−]\d{2}(?::?\d{2}(?::?\d{2})?)?)"
_CLOCK = rf"(?P<h>\d{{1,2}}):(?P<mi>\d{{2}})(?::(?P<s>\d{{2}})(?:[.,](?P<f>\d+))?)?(?:{_ZONE})?"
_COMPACT_CLOCK = rf"(?P<h>\d{{2}})(?P<mi>\d{{2}})(?:(?P<s>\d{{2}})(?:[.,](?P<f>\d+))?)?(?:{_ZONE})?"
_GAP = r"(?:[Tt]|[ \t]+)"
_COMPACT_DATE = r"^(?P<y>\d{4})(?P<mo>\d{2})(?P<d>\d{2})"
_CHINESE_DATE = r"^(?P<y>\d{4})年(?P<mo>\d{1,2})月(?P<d>\d{1,2})"
_CHINESE_GAP = r"(?:日[ \t]*|[ \t]+)"
_FORMS = (
    *(
        rf"^(?P<y>\d{{4}}){mark}(?P<mo>\d{{1,2}}){mark}(?P<d>\d{{1,2}})(?:{_GAP}{_CLOCK})?$"
        for mark in ("-", "/", r"\.")
    ),
    r"^(?P<y>\d{4})-(?P<mo>\d{2})-(?P<d>\d{2})(?P<z>[Zz]|[+\-−]\d{2}:\d{2})$",
    rf"{_COMPACT_DATE}(?:{_GAP}?{_COMPACT_CLOCK})?$",
    rf"{_COMPACT_DATE}{_GAP}{_CLOCK}$",
    rf"{_CHINESE_DATE}(?:日?|{_CHINESE_GAP}{_CLOCK})$",
    rf"{_CHINESE_DATE}{_CHINESE_GAP}(?P<h>\d{{1,2}})时(?P<mi>\d{{1,2}})分(?:(?P<s>\d{{1,2}})秒)?$",
    r"^(?P<y>\d{4})[-/](?P<mo>\d{1,2})$",
    # After a point, one digit may be what a spreadsheet left of 2010.10, so it is not taken for January.
    r"^(?P<y>\d{4})\.(?P<mo>\d{2})$",
    r"^(?P<y>\d{4})年(?P<mo>\d{1,2})月$",
    r"^(?P<y>\d{4})年?$",
)
# The form of nearly every log has its digits at fixed places, which is three times as fast as groups.
_FIXED = r"^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}"
_PLACES = {"y": (0, 4), "mo": (5, 7), "d": (8, 10), "h": (11, 13), "mi": (14, 16), "s": (17, 19)}
_REST = rf"^(?:[.,](?P<f>\d+))?(?:{_ZONE})?$"

_DIRECTIVE = re.compile(r"%(.)", re.DOTALL)


@dataclass(frozen=True)
class Parts:
    """What texts say, as equally long int64 arrays, `UNSAID` where they do not.

    `offset` is in seconds east of UTC, `NAIVE` where none is written, beyond a day where it is impossible.
    """

    year: Ints
    month: Ints
    day: Ints
    hour: Ints
    minute: Ints
    second: Ints
    milli: Ints
    offset: Ints

    def at(self, mask: npt.NDArray[np.bool_]) -> Parts:
        """The parts at the places where `mask` is true."""
        return Parts(*(getattr(self, f.name)[mask] for f in fields(self)))


def written_parts(texts: pa.Array) -> Iterator[tuple[Ints, Parts]]:
    """Places of the texts (string, trimmed) that have a year-first form, and their parts; each place once."""
    fixed = _places(pc.match_substring_regex(texts, _FIXED))
    yield from _fixed_parts(texts, fixed)
    left = np.setdiff1d(_places(texts.is_valid()), fixed, assume_unique=True)
    for form in _FORMS:
        if not len(left):
            return
        found = pc.extract_regex(texts.take(pa.array(left)), form)
        fits = found.is_valid()
        matched = fits.to_numpy(zero_copy_only=False)
        if matched.any():
            yield left[matched], _parts(_groups(found.filter(fits)))
            left = left[~matched]


def stated_parts(texts: pa.Array, places: Ints, patterns: tuple[str, ...]) -> Iterator[tuple[Ints, Parts]]:
    """The same by strptime patterns, the first that fits, for the texts at `places`."""
    left = texts.take(pa.array(places)).dictionary_encode()
    plain = [(unicodedata.normalize("NFKC", p), _stated(p)) for p in patterns]
    rows = [_by_pattern(text, plain) for text in left.dictionary.to_pylist()]
    codes = left.indices.to_numpy(zero_copy_only=False)
    fits = np.array([r is not None for r in rows], bool)[codes] if rows else np.zeros(0, bool)
    table = np.array([r or (UNSAID,) * 8 for r in rows], np.int64).reshape(-1, 8)
    yield places[fits], Parts(*table[codes[fits]].T)


def check_format(pattern: str) -> None:
    """Raises UsageError where a strptime pattern cannot be read, or leaves out what would have to be guessed."""
    remedy = "Write it as for Python's strptime, such as '%d.%m.%Y %H:%M'."
    probe = datetime(2001, 2, 3, 14, 15, 16, tzinfo=UTC)
    try:
        datetime.strptime(probe.strftime(pattern), pattern)
    except (ValueError, re.error) as error:
        raise UsageError(f"The time format '{pattern}' cannot be read: {error}.", remedy) from error
    directives = set(_DIRECTIVE.findall(pattern))
    stated = _stated(pattern)
    problem = ""
    if "Z" in directives:
        problem = "names of zones are ambiguous, so %Z would be dropped; %z reads offsets"
    elif not stated[0] or list(stated) != sorted(stated, reverse=True):
        problem = "it leaves out what is greater than the least that it states (year, month, day, hour, ...)"
    elif stated[3] and not stated[4]:
        problem = "an hour needs its minutes"
    elif "I" in directives and "p" not in directives:
        problem = "%I without %p leaves open whether it is morning"
    if problem:
        raise UsageError(f"The time format '{pattern}' cannot be used: {problem}.", remedy)


def _stated(pattern: str) -> tuple[bool, ...]:
    """Whether a pattern states year, month, day, hour, minute, second."""
    directives = set(_DIRECTIVE.findall(pattern))
    if directives & set("UWV") and directives & set("aAuw"):
        directives.add("j")
    levels = ("YyGxc", "mbBjxc", "djxc", "HIXc", "MXc", "SXc")
    return tuple(bool(directives & set(level)) for level in levels)


def _places(mask: pa.Array) -> Ints:
    places: Ints = np.flatnonzero(pc.fill_null(mask, False).to_numpy(zero_copy_only=False))
    return places


def _fixed_parts(texts: pa.Array, places: Ints) -> Iterator[tuple[Ints, Parts]]:
    chosen = texts.take(pa.array(places))
    rest = pc.utf8_slice_codeunits(chosen, 19).dictionary_encode()
    found = pc.extract_regex(rest.dictionary, _REST)
    codes = rest.indices.to_numpy(zero_copy_only=False)
    fits = found.is_valid().to_numpy(zero_copy_only=False)[codes]
    if not fits.any():
        return
    if not fits.all():
        chosen, codes, places = chosen.filter(pa.array(fits)), codes[fits], places[fits]
    groups = {name: pc.utf8_slice_codeunits(chosen, *place) for name, place in _PLACES.items()}
    ends = {name: pc.fill_null(text, "") for name, text in _groups(found).items()}
    numbers = [_number(groups[name]) for name in _PLACES]
    yield places, Parts(*[*numbers, _milli(ends["f"])[codes], _offset(ends["z"])[codes]])


def _groups(found: pa.Array) -> dict[str, pa.Array]:
    return {field.name: pc.struct_field(found, field.name) for field in found.type}


def _parts(groups: Mapping[str, pa.Array]) -> Parts:
    count = len(groups["y"])
    numbers = [_number(groups[name]) if name in groups else np.full(count, UNSAID) for name in _PLACES]
    milli = _milli(groups["f"]) if "f" in groups else np.zeros(count, np.int64)
    offset = _offset(groups["z"]) if "z" in groups else np.full(count, NAIVE)
    return Parts(*[*numbers, milli, offset])


def _number(digits: pa.Array) -> Ints:
    said = pc.if_else(pc.equal(digits, ""), str(UNSAID), digits)
    number: Ints = said.cast(pa.int64()).to_numpy(zero_copy_only=False)
    return number


def _milli(fraction: pa.Array) -> Ints:
    return _number(pc.utf8_slice_codeunits(pc.ascii_rpad(fraction, 3, "0"), 0, 3))


def _offset(texts: pa.Array) -> Ints:
    encoded = texts.dictionary_encode()
    east = np.array([_seconds_east(text) for text in encoded.dictionary.to_pylist()], np.int64)
    offset: Ints = east[encoded.indices.to_numpy(zero_copy_only=False)]
    return offset


def _seconds_east(text: str) -> int:
    if text in {"", "Z", "z"}:
        return 0 if text else NAIVE
    digits = text[1:].replace(":", "").ljust(6, "0")
    hours, minutes, seconds = int(digits[:2]), int(digits[2:4]), int(digits[4:])
    if hours > 23 or minutes > 59 or seconds > 59:
        return _IMPOSSIBLE
    east = hours * 3600 + minutes * 60 + seconds
    return east if text[0] == "+" else -east


def _by_pattern(text: str, patterns: Sequence[tuple[str, tuple[bool, ...]]]) -> tuple[int, ...] | None:
    for pattern, stated in patterns:
        try:
            moment = datetime.strptime(text, pattern)
        except ValueError:
            continue
        east = moment.utcoffset()
        numbers = moment.timetuple()[:6]
        return (
            *(number if said else UNSAID for number, said in zip(numbers, stated, strict=True)),
            moment.microsecond // 1000,
            NAIVE if east is None else east // timedelta(seconds=1),
        )
    return None
