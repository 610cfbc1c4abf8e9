"""Planted: steps missing, out of order, repeated, taken up again; and what is unusual."""

from __future__ import annotations

from datetime import timedelta

from tests.planted.sources import DAY, HOUR, MINUTE, SECOND, Book, Step

COMMON, LAWFUL = 300, 3


def missing(book: Book) -> None:
    for n in range(5):
        a, b, c, d = book.usual()
        book.plant(
            "missing-acceptance", [b, c, d] if n % 2 else [Step("电话", a.at, a.who), b, c, d], 1 if n % 2 else 2
        )
        a, b, c, d = book.usual()
        book.plant("missing-review", [a, c, d] if n % 2 else [a, Step("踏勘", b.at, b.who), c, d], 2 if n % 2 else 3)
        a, b, c, d = book.usual()
        book.plant(
            "missing-approval", [a, b, d] if n % 2 else [a, b, Step("送达", c.at, c.who), d], 3 if n % 2 else 4
        )
    a, b, c, d = book.usual()
    book.decoy("missing-acceptance", [Step("窗口收件", a.at, a.who), b, c, d])
    book.decoy("missing-acceptance", [Step("电话", a.at, a.who)])
    a, b, c, d = book.usual()
    book.decoy("missing-review", [a, Step("复核", b.at, b.who), c, d])
    book.decoy("missing-review", [a])
    a, b, c, d = book.usual()
    book.decoy("missing-approval", [a, b, Step("退件", c.at, d.who)])
    book.decoy("missing-approval", [a, b])
    book.decoy("missing-approval", [a, b, Step("复批", c.at, c.who), d])


def order(book: Book) -> None:
    for n, before in enumerate((20 * HOUR, HOUR, MINUTE, SECOND, 90 * MINUTE)):
        a, b, c, d = book.usual()
        if n % 2:
            book.plant("step-order", [a, b.at_(a.moment - before), c, d], 2)
        else:
            book.plant("step-order", [a, b, c.at_(b.moment - before), d], 3, ("returned-to-review", 2))
    a, b, c, d = book.usual()
    # Within one second the instants do not say which came first; nor do days within one day.
    book.decoy("step-order", [b.at_(a.at), a, c, d])
    a, b, c, d = book.usual()
    book.decoy("step-order", [b.at_(f"{a.moment:%Y-%m-%d}"), a.at_(f"{a.moment:%Y-%m-%d}"), c, d])
    a, b, c, d = book.usual()
    book.decoy("step-order", [Step("电话", a.moment - HOUR, b.who), a, b, c, d])


def repeated(book: Book) -> None:
    for n in range(5):
        a, b, c, d = book.usual()
        call = b if n == 4 else Step("电话", b.moment + n * MINUTE, f"话务员{n}")
        book.plant("repeated-event", [a, *([] if n == 4 else [b]), call, call, c, d], 3 if n == 4 else 4)
        a, b, c, d = book.usual()
        if n % 2:
            book.plant("rework", [a, b, c, c.later((n + 1) * HOUR), d], 4)
        else:
            book.plant("rework", [a, b, b.later((n + 1) * HOUR), b.later((n + 2) * HOUR), c, d], 4)
        a, b, c, d = book.usual()
        book.plant("returned-to-review", [a, b, c, Step("复核", c.moment + (n + 1) * MINUTE, b.who), d], 4)
        a, b, c, d = book.usual()
        if n % 2:
            book.plant("reopened", [a, b, c, d, a.at_(d.moment + DAY)], 5, ("returned-to-review", 5))
        else:
            book.plant("reopened", [a, b, c, d, Step("复批", d.moment + (n + 1) * MINUTE, f"复批员{n}")], 5)
    a, b, c, d = book.usual()
    call = Step("电话", b.moment + HOUR, "话务员")
    for other in (call.by("另一话务员"), call.later(SECOND), Step("踏勘", call.at, call.who)):
        book.decoy("repeated-event", [a, b, call, other, c, d])
    day = call.at_(f"{b.moment + DAY:%Y-%m-%d}")
    book.decoy(
        "repeated-event",
        [a, b, c.later(DAY), d.later(DAY), day.at_("2024-09-02"), day.at_("2024-09-02")],
        ("silence", 5),
    )
    a, b, c, d = book.usual()
    book.decoy("rework", [a, b, Step("复核", b.moment + HOUR, b.who), c, d])
    a, b, c, d = book.usual()
    book.decoy("rework", [a, b, *(Step("电话", b.moment + n * HOUR, b.who) for n in (1, 2, 3)), c, d])
    a, b, c, d = book.usual()
    book.decoy("returned-to-review", [a, b, c, Step("电话", c.moment + HOUR, b.who), d])
    a, b, c, d = book.usual()
    book.decoy(
        "returned-to-review",
        [a, b, c.at_("2024-08-06"), Step("复核", "2024-08-06", b.who), d.at_("2024-08-07")],
        ("silence", 3),
    )
    a, b, c, d = book.usual()
    book.decoy("reopened", [a, b, c, d, Step("送达", d.moment + DAY, d.who)])
    a, b, c, d = book.usual()
    book.decoy("reopened", [a, b, c, d, Step("电话", d.moment + timedelta(days=30), d.who)])


def unusual(book: Book) -> None:
    """Five cases in which somebody jumped the queue, ten in which a whole shift erred, and a rare lawful step."""
    item = "common"
    for _ in range(COMMON):
        book.write(item, book.usual())
    for n in range(5):
        a, b, c, d = book.usual()
        jumped = Step("插队", b.moment + HOUR + n * MINUTE, b.who)
        # Each stands at another place, so that each of the five paths is one of its own.
        steps = [[a, jumped, b.later(2 * HOUR), c, d], [a, b, jumped, c, d], [a, b, c, jumped.later(DAY), d]][n % 3]
        place = (2, 3, 4)[n % 3]
        case = book.write(item, steps)
        book.found("unusual-step", case, place)
        book.found("unusual-step", case, place + 1)
    for _ in range(10):
        a, b, c, d = book.usual()
        case = book.write(item, [a, b, c, Step("踏勘", c.moment + HOUR, c.who), d])
        book.found("unusual-step", case, 4)
    for _ in range(LAWFUL):
        a, b, c, d = book.usual()
        book.write(item, [a, b, c, d, Step("复议", d.moment + DAY, d.who)])
        book.decoys["unusual-step"] += 1
