"""Checks of the catalogue: length, form, range, plausibility, special characters, numbers, required elements."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from typing import Any

import pandas as pd

from graph.checks.inputs import Inputs
from graph.checks.outcomes import Answer, each
from graph.partial_dates import date_text

TEXTS = ("title", "doc_no", "responsible", "archive_no", "secrecy", "retention", "class")
DATES = ("date", "valid_until")
# Controls, marks that are not seen, private use, surrogates, code points without character.
_SPECIAL = ("Cc", "Cf", "Co", "Cs", "Cn")
_REPLACEMENT = "\ufffd"
_NUMBERED = r"^(?P<stem>.*-)(?P<number>\d{1,9})$"


def lengths(inputs: Inputs) -> Answer:
    """1-2: no text is longer than its definition."""
    answer = _of_all(inputs)
    if not inputs.definitions.lengths:
        answer.reason = {"says": "no_lengths"}
    for one in inputs.definitions.lengths:
        length = inputs.values(one.field).dropna().str.len()
        wrong = length[length > one.most]
        ids = _ids(inputs, wrong.index)
        answer.failed += each(
            ids, "too_long", field=[one.field] * len(ids), length=wrong.tolist(), most=[one.most] * len(ids)
        )
    return answer


def forms(inputs: Inputs) -> Answer:
    """1-3: dates are eight digits of the calendar, 00 for what is not known; numbers are numbers.

    Of a record that is not catalogued yet, a date may be written in another way.
    """
    answer = _of_all(inputs)
    catalogued = inputs.records["catalogued"]
    for name in DATES:
        values = inputs.values(name)
        wrong = _where(values.where(catalogued), lambda text: date_text(text) != text)
        answer.failed += _said(inputs, wrong, "not_a_date", name)
        unread = _where(values.where(~catalogued), lambda text: date_text(text) is None)
        answer.failed += _said(inputs, unread, "not_a_date", name)
    stated = inputs.values("attributes.pages")
    unread = stated[stated.notna() & inputs.records["pages"].isna()]
    answer.failed += _said(inputs, unread.index, "not_a_number", "pages")
    return answer


def ranges(inputs: Inputs) -> Answer:
    """1-4: what has a range of values is within it."""
    answer = _of_all(inputs)
    for one in inputs.definitions.ranges:
        allowed = [re.compile(text) for text in one.patterns]
        values = inputs.values(one.field)
        if one.class_scheme is not None:
            scheme = inputs.values("attributes.class_scheme").fillna("").astype(str)
            values = values[scheme.str.startswith(one.class_scheme)]
        known = frozenset(one.values)
        outside = {t for t in values.dropna().unique() if t not in known and not any(p.fullmatch(t) for p in allowed)}
        wrong = values.index[values.isin(outside)]
        answer.failed += _said(inputs, wrong, "out_of_range", one.field)
    return answer


def plausible(inputs: Inputs) -> Answer:
    """1-5: no record is of a later day than today, has less than a page, or was invalid before it was made."""
    answer = _of_all(inputs)
    today = f"{inputs.on:%Y%m%d}"
    read = _read_dates(inputs.values("date"))
    years = inputs.values("attributes.year").astype("object").str.extract(r"^(\d{4})$", expand=False)
    for field, ahead in (("date", read > today), ("year", years > today[:4])):
        ids = _ids(inputs, ahead.index[ahead.fillna(False).astype(bool)])
        answer.failed += each(ids, "future", field=[field] * len(ids), day=[inputs.on.isoformat()] * len(ids))
    pages = inputs.records["pages"]
    answer.failed += each(_ids(inputs, pages[(pages < 1).fillna(False)].index), "no_pages")
    until = _read_dates(inputs.values("valid_until"))
    before = (until < read.str.replace(r"(00)+$", "", regex=True)).fillna(False).astype(bool)
    answer.failed += each(_ids(inputs, until[before].index), "valid_before_date")
    return answer


def _read_dates(values: pd.Series[Any]) -> pd.Series[Any]:
    """Dates as eight digits; null where one can't be read."""
    known = {text: date_text(text) for text in values.dropna().unique()}
    return values.map(known).astype("object")


def special_characters(inputs: Inputs) -> Answer:
    """1-6: no text holds a control, a mark that is not seen, a private or an undecodable character."""
    answer = _of_all(inputs)
    for name in TEXTS:
        values = inputs.values(name)
        wrong = _where(values, lambda text: any(map(_is_special, text)))
        codes = [_codes(text) for text in values[wrong]]
        ids = _ids(inputs, wrong)
        answer.failed += each(ids, "special", field=[name] * len(ids), characters=codes)
    return answer


def _is_special(character: str) -> bool:
    return character == _REPLACEMENT or unicodedata.category(character) in _SPECIAL


def _codes(text: str) -> str:
    return ", ".join(dict.fromkeys(f"U+{ord(one):04X}" for one in text if _is_special(one)))


def archive_numbers(inputs: Inputs) -> Answer:
    """1-7: the archival number follows the rule; records without one are left to the required elements."""
    numbers = inputs.values("archive_no")
    answer = Answer(numbers.notna())
    rule = inputs.definitions.archive_no
    if rule is None:
        answer.reason = {"says": "no_number_rule"}
        return answer
    allowed = [re.compile(text) for text in rule.patterns]
    wrong = _where(numbers, lambda text: not any(pattern.fullmatch(text) for pattern in allowed))
    answer.failed += each(_ids(inputs, wrong), "badly_numbered")
    return answer


def repeated(inputs: Inputs) -> Answer:
    """1-8: what has to be distinct is not at another record too."""
    answer = _of_all(inputs)
    for name in inputs.definitions.distinct:
        values = inputs.values(name)
        frame = pd.DataFrame({"id": inputs.records["id"], "value": values}).dropna()
        frame = frame[frame.duplicated("value", keep=False)]
        groups = frame.groupby("value")["id"]
        others = groups.transform("size") - 1
        first, last = groups.transform("min"), groups.transform("max")
        other = first.where(first != frame["id"], last)
        answer.failed += each(
            frame["id"].tolist(),
            "repeated",
            field=[name] * len(frame),
            others=others.tolist(),
            first=other.tolist(),
        )
    return answer


def required(inputs: Inputs) -> Answer:
    """2-4: the required elements that its source states of any record are filled."""
    answer = _of_all(inputs)
    for one in inputs.definitions.elements:
        values = inputs.values(one.field)
        empty = values.isna() | (values.fillna("").astype(str).str.strip() == "")
        stated = ~empty.groupby(inputs.records["system"]).transform("all")
        wrong = empty & stated
        ids = _ids(inputs, wrong[wrong].index)
        answer.failed += each(ids, "element_empty", element=[one.element] * len(ids))
    return answer


def continuous(inputs: Inputs) -> Answer:
    """2-6: the last numbers of archival numbers with one stem begin at 1 and leave none out."""
    numbers = inputs.values("archive_no")
    parts = numbers.astype("object").str.extract(_NUMBERED)
    frame = parts.assign(id=inputs.records["id"]).dropna()
    answer = Answer(numbers.index.isin(frame.index) & numbers.notna())
    frame["number"] = frame["number"].astype("int64")
    frame = frame.sort_values(["stem", "number", "id"]).drop_duplicates(["stem", "number"])
    before = frame.groupby("stem")["number"].shift()
    first = frame[before.isna() & (frame["number"] > 1)]
    answer.failed += each(first["id"].tolist(), "late_start", first=first["number"].tolist())
    gaps = frame.assign(before=before).dropna(subset="before")
    gaps = gaps[gaps["number"] > gaps["before"] + 1]
    starts, ends = (gaps["before"].astype("int64") + 1).tolist(), (gaps["number"] - 1).tolist()
    answer.failed += each(gaps["id"].tolist(), "gap", **{"from": starts, "to": ends})
    return answer


def _of_all(inputs: Inputs) -> Answer:
    return Answer(pd.Series(True, index=inputs.records.index))


def _ids(inputs: Inputs, places: Iterable[Any]) -> list[str]:
    ids: list[str] = inputs.records.loc[list(places), "id"].tolist()
    return ids


def _said(inputs: Inputs, places: Iterable[Any], says: str, name: str) -> list[tuple[str, dict[str, Any]]]:
    ids = _ids(inputs, places)
    return each(ids, says, field=[name.removeprefix("attributes.")] * len(ids))


def _where(values: pd.Series[Any], wrong: Callable[[str], bool]) -> pd.Index[Any]:
    """The places of texts that are wrong; each distinct text is looked at once."""
    there = values.dropna()
    bad = {text for text in there.unique() if wrong(text)}
    return there.index[there.isin(bad)]
