"""Planted: late, silent, too fast, outside hours, entered at another time than done."""

from __future__ import annotations

from datetime import timedelta

from tests.planted.sources import DAY, HOUR, MINUTE, SECOND, Book, Step

AGREED, LIMIT, SILENT = 20 * DAY, 3 * DAY, 90 * DAY


def late(book: Book) -> None:
    for n in range(5):
        a, b, c, d = book.usual()
        end = a.moment + AGREED + DAY + n * HOUR
        # An open case is late by what was done last.
        last = Step("电话", end, d.who) if n == 4 else d.at_(end)
        book.plant("late", [a, b, c, last], None, item="补卡")
        a, b, c, d = book.usual()
        visit = Step("踏勘", a.moment + LIMIT + (n * HOUR or SECOND), b.who)
        book.plant("slow-step", [a, b, visit, c.later(4 * DAY), d.later(4 * DAY)], 3)
        a, b, c, d = book.usual()
        book.plant("silence", [a, b, c, d.at_(c.moment + SILENT + (n * DAY or SECOND))], 4)
    for end in (AGREED, AGREED + DAY - SECOND):
        a, b, c, d = book.usual()
        book.decoy("late", [a, b, c, d.at_(a.moment + end)], item="补卡")
    a, b, c, d = book.usual()
    book.decoy("late", [a, b, c, d.at_(a.moment + 60 * DAY)], item="无约定时限")
    a, b, c, d = book.usual()
    book.decoy("slow-step", [a, b, Step("踏勘", a.moment + LIMIT, b.who), c.later(4 * DAY), d.later(4 * DAY)])
    first, again = Step("踏勘", a.moment + DAY + HOUR, b.who), Step("踏勘", a.moment + 9 * DAY, b.who)
    book.decoy("slow-step", [a, b, first, c, again, d.later(9 * DAY)])
    visit = Step("踏勘", a.moment + LIMIT, b.who)
    book.decoy("slow-step", [a.at_(f"{a.moment:%Y-%m-%d}"), b, visit, c.later(4 * DAY), d.later(4 * DAY)])
    book.decoy("slow-step", [Step("踏勘", a.moment - 5 * DAY, b.who), a, b, c, d])
    a, b, c, d = book.usual()
    book.decoy("silence", [a, b, c, d.at_(c.moment + SILENT)])
    # Done on some hour of a day, ninety days and a few hours after its first: not surely more than ninety days.
    book.decoy("silence", [a, b, c.at_(f"{c.moment:%Y-%m-%d}"), d.at_(c.moment + SILENT)])
    call = Step("电话", c.moment + 60 * DAY, b.who)
    book.decoy("silence", [a, b, c, call, d.at_(c.moment + 120 * DAY)])


def never_closed(book: Book) -> None:
    """In a system of its own, whose last instant counts."""
    a, b, c, d = book.usual()
    end = d.moment + 400 * DAY
    book.write("never-closed", [s.later(end - d.moment) for s in (a, b, c, d)])
    for n in range(5):
        a, b, _, _ = book.usual(end - 400 * DAY)
        last = end - 365 * DAY - (n * DAY or timedelta(seconds=1))
        book.plant("never-closed", [a.at_(last - DAY), b.at_(last)], None)
    a, b, c, d = book.usual(end - 400 * DAY)
    book.decoy("never-closed", [a, b, c, d])
    book.decoy("never-closed", [a.at_(end - 366 * DAY), b.at_(end - 365 * DAY)])
    book.decoy("never-closed", [Step("无环节", a.at, a.who)])


def fast(book: Book) -> None:
    for n, after in enumerate((0, 1, 10, 29, 15)):
        a, b, c, d = book.usual()
        book.plant("hasty-decision", [a, b, c.at_(b.moment + after * SECOND).by(f"急批员{n}"), d], 3)
    a, b, c, d = book.usual()
    book.decoy("hasty-decision", [a, b, c.at_(b.moment + 30 * SECOND).by("急批员"), d])
    minute = b.moment.replace(second=0)
    book.decoy("hasty-decision", [a, b.at_(minute), c.at_(f"{minute:%Y-%m-%d %H:%M}").by("急批员"), d])
    book.decoy("hasty-decision", [a, b.at_(f"{minute:%Y-%m-%d %H:%M}"), c.at_(minute + 20 * SECOND).by("急批员"), d])
    book.decoy("hasty-decision", [a, b, c.at_(b.moment + SECOND).by("SYSTEM"), d])
    book.decoy("hasty-decision", [a, b.at_(a.moment + 5 * SECOND), c.by("急批员九"), d])


def in_bulk(book: Book) -> None:
    """Each run is found once, at the decision that completes it: the fifth, however many follow."""
    for n in range(5):
        a, b, c, d = book.usual()
        for k in range(5 + n % 2):
            mine = c.at_(c.moment + k * 15 * MINUTE).by(f"快手{n}")
            case = book.write("decisions-in-bulk", [a, b, mine, d])
            if k == 4:
                book.found("decisions-in-bulk", case, 3)
    runs = {
        "缓手甲": [0, 15, 30, 45], "缓手乙": [0, 15, 30, 45, 60.1], "SYSTEM": [0, 1, 2, 3, 4, 5],
    }  # fmt: skip
    for who, minutes in runs.items():
        a, b, c, d = book.usual()
        for k in minutes:
            book.write("decisions-in-bulk", [a, b, c.at_(c.moment + k * MINUTE).by(who), d])
        book.decoys["decisions-in-bulk"] += 1
    a, b, c, d = book.usual()
    for _ in range(6):
        book.write("decisions-in-bulk", [a, b, c.at_(f"{c.moment:%Y-%m-%d}").by("按日审批"), d])
    book.decoys["decisions-in-bulk"] += 1
    repeats = [c.at_(c.moment + k * MINUTE).by("一案多批") for k in range(6)]
    book.decoy("decisions-in-bulk", [a, b, *repeats, d], ("rework", 8))


def hours(book: Book) -> None:
    outside = ("06:59:59", "21:00:00", "23:30:00", "00:00:01", "03:15:00")
    for clock in outside:
        a, b, c, d = book.usual()
        book.plant("outside-hours", [a, b, c.at_(f"{c.moment:%Y-%m-%d} {clock}"), d], 3)
    for clock in ("07:00:00", "20:59:59"):
        a, b, c, d = book.usual()
        book.decoy("outside-hours", [a, b, c.at_(f"{c.moment:%Y-%m-%d} {clock}"), d])
    a, b, c, d = book.usual()
    book.decoy("outside-hours", [a, b, Step("电话", f"{b.moment:%Y-%m-%d} 23:00:00", "SYSTEM"), c, d])
    book.decoy("outside-hours", [a, b, c.at_(f"{c.moment:%Y-%m-%d}").by("按日审批员"), d])
    # By its own clock, two hours west, it is half past eight in the evening.
    book.decoy("outside-hours", [a, b, c.at_(f"{c.moment:%Y-%m-%d}T20:30:00+06:00").by("外地审批员"), d.later(DAY)])


def entered(book: Book) -> None:
    for n in range(5):
        a, b, c, d = book.usual()
        after = b.moment + SECOND + 3 * DAY + (n * DAY or SECOND)
        book.plant("backdated", [a, b.with_(录入时间=f"{after:%Y-%m-%d %H:%M:%S}"), c, d], 2)
        a, b, c, d = book.usual()
        before = b.moment - 5 * MINUTE - (n * HOUR or SECOND)
        book.plant("entered-before", [a, b.with_(录入时间=f"{before:%Y-%m-%d %H:%M:%S}"), c, d], 2)
        a, b, c, d = book.usual()
        book.plant("undated", [a, b, Step("电话", "", b.who), c, d], 3)
    for rule, at in (("backdated", 3 * DAY + SECOND), ("backdated", HOUR), ("entered-before", -5 * MINUTE)):
        a, b, c, d = book.usual()
        book.decoy(rule, [a, b.with_(录入时间=f"{b.moment + at:%Y-%m-%d %H:%M:%S}"), c, d])
    a, b, c, d = book.usual()
    # Done on a day and entered in its evening: before its end is not before it.
    book.decoy(
        "entered-before", [a, b.at_(f"{b.moment:%Y-%m-%d}").with_(录入时间=f"{b.moment:%Y-%m-%d} 18:00:00"), c, d]
    )
    # Entered on that day, nobody knows when.
    book.decoy("entered-before", [a, b.with_(录入时间=f"{b.moment:%Y-%m-%d}"), c, d])
    book.decoy("backdated", [a, b, c, d])
    book.decoy("undated", [a, b, Step("电话", f"{b.moment + DAY:%Y-%m-%d}", b.who), c.later(DAY), d.later(DAY)])
    book.decoy("undated", [a, b, Step("电话", f"{b.moment:%Y/%m/%d %H:%M}", b.who), c, d])
