"""Cases of which the evaluation of conformance surely finds nothing, told from columns without looking at each.

It answers 'surely nothing' or 'look': the evaluation alone says what a fault is. So what is asked for here may be
stricter than the evaluation and never laxer; tests hold the two together over generated cases.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from graph.classification import type_of
from graph.columns import Ints, encoded, joined, numbers, places
from graph.conformance_records import form_fits, validity_of
from graph.conformance_review import is_done, step_names, steps_before
from graph.days import CHINA_OFFSET, DAY_MS
from graph.items import KnownItems
from graph.registration import fits
from graph.standard import ItemStandard, RequiredMaterial, Step
from graph.told_cases import CaseTables
from graph.validity import UNKNOWN, valid_through
from graph.working_days import UnknownYear, WorkingDays

Flags = npt.NDArray[np.bool_]
_FINE = pa.array(["minute", "second", "millisecond"])
_NEVER = np.iinfo(np.int64).max
# Days over which working days are counted for a page of cases.
_LONGEST = 200 * 366
_STATED = ("field", "value", "number")


def surely_kept(
    read: CaseTables,
    known: KnownItems,
    standards: Sequence[ItemStandard | None],
    days: Sequence[int | None],
    calendar: WorkingDays,
) -> Flags:
    """Of which of the cases nothing but `NO_ARCHIVE_RULE` can be found. `standards` and `days` (of acceptance) are
    those of each case in the order of `read.cases`."""
    columns = _Columns(read, known, days)
    kept = columns.complete()
    distinct = {id(one): one for one in standards if one is not None}
    number = {id_: n for n, id_ in enumerate(distinct)}
    under = np.array([-1 if one is None else number[id(one)] for one in standards], np.int64)
    kept &= under >= 0
    for n, standard in enumerate(distinct.values()):
        of = (under == n) & kept
        if not _tellable(standard):
            kept &= ~of
        elif of.any():
            kept &= ~of | _keeps(columns, standard, of, calendar)
    return kept


def _tellable(standard: ItemStandard) -> bool:
    """Whether columns tell all that a standard asks for: not who may do a step, nor when, nor on which records."""
    rule = standard.archive
    if rule is not None and (rule.physical_form is not None or rule.volume_rule is not None):
        return False
    steps = {step.activity for step in standard.review}
    return not any(
        step.by or step.not_by_same_as or step.rests_on or step.produces or step.window is not None
        or (step.limit_from is not None and step.limit_from not in steps)
        for step in standard.review
    )  # fmt: skip


def _keeps(columns: _Columns, standard: ItemStandard, of: Flags, calendar: WorkingDays) -> Flags:
    """Which of the cases `of` surely keep to a standard, by the steps, the fields and the records."""
    kept = of & _steps_kept(columns, standard, of) & _limits_kept(columns, standard, calendar)
    kept &= _fields_kept(columns, standard, kept)
    return kept & _records_kept(columns, standard, kept)


class _Columns:
    """Cases, events, fields and records by the places (from 0) of their cases and events."""

    def __init__(self, read: CaseTables, known: KnownItems, days: Sequence[int | None]) -> None:
        self._read, self._known = read, known
        self.validity = {id_: kind.get("validity_days") for id_, kind in known.types.items()}
        self.cases = read.cases.num_rows
        events = read.events
        self.case_of_event = places(events["case_id"], read.cases["case_id"])
        self.count = np.bincount(self.case_of_event, minlength=self.cases)
        start = np.cumsum(self.count) - self.count
        self.place = np.arange(events.num_rows) - start[self.case_of_event]
        offset = pc.cast(pc.fill_null(events["offset"], CHINA_OFFSET), pa.int64())
        self.day = (numbers(events["at"], 0) + 1000 * numbers(offset, 0)) // DAY_MS
        self.accepted = np.array([0 if day is None else day for day in days], np.int64)
        self.first_day, self.last_day = self.accepted.copy(), self.accepted.copy()
        np.minimum.at(self.first_day, self.case_of_event, self.day)
        np.maximum.at(self.last_day, self.case_of_event, self.day)
        self.activity = encoded(events["activity"])
        done, lifecycles = encoded(events["lifecycle"])
        self.done = np.array([is_done(one) for one in lifecycles], bool)[done]
        self._records()
        self._fields()

    def complete(self) -> Flags:
        """The completed cases whose events have instants to the minute and actors, and lack nothing."""
        read, events = self._read, self._read.events
        fine = pc.and_(events["known"], events["at"].is_valid())
        fine = pc.and_(fine, events["erased"].is_null())
        fine = pc.and_(fine, pc.is_in(events["precision"], value_set=_FINE))
        by = pc.filter(read.parties["event_id"], pc.equal(read.parties["type"], "BY")).combine_chunks()
        fine = pc.and_(fine, pc.is_in(events["event_id"], value_set=by))
        lacking = pc.is_in(events["event_id"], value_set=read.missing_ends["event_id"].combine_chunks())
        there = np.asarray(pc.and_(fine, pc.invert(lacking)))
        whole = np.asarray(pc.fill_null(pc.equal(read.cases["status"], "closed"), False)) & (self.count > 0)
        whole[self.case_of_event[~there]] = False
        return whole & self._plain_records()

    def _fields(self) -> None:
        """`field_case`, `field` (code, names) and `value` of every statement of a case that is not blank."""
        read = self._read
        of_events = self._stated(read.event_fields, "event_id", read.events["event_id"], self.case_of_event)
        of_records = self._stated(read.record_fields, "material_id", self.record["material_id"], self.record_case)
        parts = [one for one in (of_events, of_records) if len(one[0])]
        self.field_case = np.concatenate([np.array([], np.int64), *(case for case, _ in parts)])
        schema = read.event_fields.schema
        stated = pa.concat_tables([schema.empty_table().select(list(_STATED)), *(table for _, table in parts)])
        # A number is told with its unit, which is for the evaluation.
        self.numbers = np.unique(self.field_case[np.asarray(stated["number"].is_valid())])
        blank = np.asarray(pc.equal(pc.utf8_trim_whitespace(pc.fill_null(stated["value"], "")), ""))
        self.field_case = self.field_case[~blank]
        stated = stated.filter(pa.array(~blank))
        self.field = encoded(stated["field"])
        self.value = stated["value"].combine_chunks()

    def _stated(self, table: pa.Table, column: str, ids: pa.ChunkedArray, cases: Ints) -> tuple[Ints, pa.Table]:
        """The statements of records or events, for each case that they are of."""
        unique = pc.unique(table[column])
        rows, of = joined(places(ids, unique), places(table[column], unique))
        return cases[rows], table.select(list(_STATED)).take(pa.array(of))

    def _records(self) -> None:
        """`record` (content), its case, and the day of the event that counts for it, for each case that names it."""
        read = self._read
        unique = pc.unique(read.records["event_id"])
        rows, of = joined(places(read.events["event_id"], unique), places(read.records["event_id"], unique))
        received = np.asarray(pc.equal(read.records["type"], "RECEIVED"))[of]
        record = places(read.records["material_id"], pc.unique(read.records["material_id"]))[of]
        case = self.case_of_event[rows]
        order = np.lexsort((self.place[rows], ~received, record, case))
        first = np.ones(len(order), bool)
        first[1:] = (case[order][1:] != case[order][:-1]) | (record[order][1:] != record[order][:-1])
        chosen = order[first]
        self.record, self.record_case = read.records.take(pa.array(of[chosen])), case[chosen]
        self.received, self.record_day = received[chosen], self.day[rows[chosen]]
        titles, names = encoded(self.record["title"])
        found = [type_of(title, self._known.titles) for title in names]
        types = np.array([one.type_id if one else None for one in found], object)[titles]
        decided = read.decided(self._known)
        if decided:
            ids = self.record["material_id"].to_pylist()
            types = np.array(
                [decided[i].type_id if i in decided else t for i, t in zip(ids, types, strict=True)], object
            )
        self.type = encoded(pa.chunked_array([pa.array(types, pa.string())]))

    def _plain_records(self) -> Flags:
        """The cases of whose records none is erased or has a file."""
        files = pc.filter(self._read.places["material_id"], pc.equal(self._read.places["type"], "HAS_FILE"))
        held = pc.is_in(self.record["material_id"], value_set=files.combine_chunks())
        return self.without(self.record_case[np.asarray(pc.or_(held, self.record["erased"].is_valid()))])

    def without(self, cases: Ints) -> Flags:
        """All cases but these."""
        flags = np.ones(self.cases, bool)
        flags[cases] = False
        return flags


def _steps_kept(columns: _Columns, standard: ItemStandard, of: Flags) -> Flags:
    """Which cases have every required step, each first done after the first of those that come before it, and the
    steps that have a limit after what it counts from."""
    place = {step.activity: n for n, step in enumerate(standard.review)}
    names = {name: place[activity] for name, activity in step_names(standard).items()}
    activity, texts = columns.activity
    step_of = np.array([names.get((text or "").strip(), -1) for text in texts], np.int64)[activity]
    rows = np.flatnonzero(of[columns.case_of_event] & columns.done & (step_of >= 0))
    first = np.full((len(standard.review), columns.cases), _NEVER)
    np.minimum.at(first, (step_of[rows], columns.case_of_event[rows]), columns.place[rows])
    kept = of.copy()
    for n, step in enumerate(standard.review):
        there = first[n] != _NEVER
        if step.required:
            kept &= there
        before = [place[other] for other in steps_before(standard, n) if other in place]
        for other in before:
            kept &= ~there | (first[other] < first[n])
        if step.must_follow is not None and len(before) < len(step.must_follow):
            kept &= ~there
        if step.limit_days is not None:
            kept &= ~there | _begun(step, place, first, before)
    return kept


def _begun(step: Step, place: Mapping[str, int], first: Ints, before: Sequence[int]) -> Flags:
    """Where there is what the limit of a step counts from."""
    if step.limit_from is not None:
        there: Flags = first[place[step.limit_from]] != _NEVER
        return there
    begun: Flags = (first[list(before)] != _NEVER).any(axis=0)
    return begun


def _limits_kept(columns: _Columns, standard: ItemStandard, calendar: WorkingDays) -> Flags:
    """Which cases took no longer, from their first day to their last, than the shortest of all limits."""
    limits = [(step.limit_days, step.days) for step in standard.review if step.limit_days is not None]
    if standard.limit is not None:
        limits.append((standard.limit.days, standard.limit.kind))
    kept = np.ones(columns.cases, bool)
    for kind in ("natural", "working"):
        shortest = min((days for days, of in limits if of == kind), default=None)
        if shortest is not None:
            kept &= _taken(columns, kind, calendar) <= shortest
    return kept


def _taken(columns: _Columns, kind: str, calendar: WorkingDays) -> Ints:
    """The days after the first one up to the last one of each case; more than any limit where a year is not known."""
    if kind == "natural":
        return columns.last_day - columns.first_day
    days = np.unique(np.concatenate([columns.first_day, columns.last_day]))
    if not len(days) or days[-1] - days[0] > _LONGEST:
        return np.full(columns.cases, _NEVER)
    worked = [_worked(calendar, day) for day in range(int(days[0]), int(days[-1]) + 1)]
    known = np.cumsum([one is None for one in worked])
    count = np.cumsum([bool(one) for one in worked])
    first, last = columns.first_day - days[0], columns.last_day - days[0]
    taken: Ints = np.where(known[last] == known[first], count[last] - count[first], _NEVER)
    return taken


def _worked(calendar: WorkingDays, day: int) -> bool | None:
    try:
        return calendar.is_working(day)
    except UnknownYear:
        return None


def _fields_kept(columns: _Columns, standard: ItemStandard, of: Flags) -> Flags:
    """Which cases state every required field, each value in the form that is asked for, and no number."""
    kept = columns.without(columns.numbers)
    code, names = columns.field
    mine = of[columns.field_case]
    for asked in standard.registration:
        rows = mine & (code == (names.index(asked.field) if asked.field in names else -1))
        values, texts = encoded(pa.chunked_array([columns.value.filter(pa.array(rows))]))
        fitting = np.array([text is not None and fits(asked.field, text, asked.said) for text in texts], bool)
        cases = columns.field_case[rows]
        kept &= columns.without(cases[~fitting[values]])
        if asked.required:
            kept &= ~columns.without(cases)
    return kept


def _records_kept(columns: _Columns, standard: ItemStandard, of: Flags) -> Flags:
    """Which cases have every required record, all records of what is asked for are of the form and valid, and none
    states a class or retention that the standard might not have."""
    kept = np.ones(columns.cases, bool)
    mine = of[columns.record_case]
    code, types = columns.type
    for asked in standard.materials:
        wanted = np.array([one in (asked.type, *asked.instead) for one in types], bool)
        rows = np.flatnonzero(mine & wanted[code])
        kept &= columns.without(columns.record_case[rows[~_will_do(columns, asked, rows)]])
        if asked.required:
            kept &= ~columns.without(columns.record_case[rows])
    if standard.archive is not None:
        stated = pc.or_(columns.record["class"].is_valid(), columns.record["retention"].is_valid())
        kept &= columns.without(columns.record_case[np.asarray(stated)])
    return kept


def _will_do(columns: _Columns, asked: RequiredMaterial, rows: Ints) -> Flags:
    """Whether each of some records is of the form that is asked for, and was valid on the day of its event."""
    record = columns.record.take(pa.array(rows))
    form, forms = encoded(record["form"])
    fitting = np.array([form_fits(asked, one) is True for one in forms], bool)[form]
    code, types = columns.type
    days = [validity_of(columns.validity, asked, one) for one in types]
    limit = pa.array([None if one is None else one for one in days], pa.int64()).take(pa.array(code[rows]))
    day = columns.record_day[rows]
    handed_in = pa.array(day, mask=~columns.received[rows])
    until, dated = (record[name].combine_chunks() for name in ("valid_until", "date"))
    through = valid_through(until, limit, dated, handed_in)
    own = np.asarray(pc.and_(pc.fill_null(pc.equal(limit, 0), False), until.is_null()))
    will_do: Flags = fitting & (own | ((through != UNKNOWN) & (through >= day)))
    return will_do
