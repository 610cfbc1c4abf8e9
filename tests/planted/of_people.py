"""Planted: who must not have done it, nobody, and one person in two regions."""

from __future__ import annotations

from tests.planted.sources import DAY, HOUR, MINUTE, SECOND, Book, Planted, Step

STAFF_COLUMNS = ("经办人", "科室", "自", "至", "证件号码")


def four_eyes(book: Book) -> None:
    for n in range(6):
        a, b, c, d = book.usual()
        if n % 2:
            book.plant("four-eyes", [a, b.by(f"两手{n}"), c.by(f"两手{n}"), d], 3)
        else:
            book.plant("four-eyes", [a.by(f"两手{n}"), b, c.by(f"两手{n}"), d], 3)
    a, b, c, d = book.usual()
    book.decoy("four-eyes", [a.by("收审一人"), b.by("收审一人"), c, d])
    book.decoy("four-eyes", [a.by("SYSTEM"), b, c.by("SYSTEM"), d])
    book.decoy("four-eyes", [a, b, c, d.by(c.who)])
    book.decoy("four-eyes", [a.by("王 五"), b, c.by("王五"), d])


def duties(book: Book) -> None:
    def done(who: str, accepted: int, approved: int) -> None:
        for n in range(max(accepted, approved)):
            a, b, c, d = book.usual()
            if n < accepted:
                book.write("duties-together", [a.by(who), b, c, d])
            if n < approved:
                book.write("duties-together", [x.later(n * DAY) for x in (a, b, c.by(who), d)])

    for n in range(5):
        done(f"身兼两职{n}", 5 + n, 5)
        book.planted.append(Planted("duties-together", frozenset(), actor=f"{book.system}:身兼两职{n}"))
    for who, accepted, approved in (("四收九批", 4, 9), ("九收四批", 9, 4), ("SYSTEM", 6, 6)):
        done(who, accepted, approved)
        book.decoys["duties-together"] += 1


def actors(book: Book) -> None:
    for n in range(5):
        a, b, c, d = book.usual()
        steps = [a, b, c, d]
        steps[n % 4] = steps[n % 4].by("")
        book.plant("no-actor", steps, n % 4 + 1)
        a, b, c, d = book.usual()
        nobody = ("EMPTY", "未知", "unknown", "匿名", "n/a")[n]
        book.plant("unknown-actor", [a, b, Step("电话", b.moment + HOUR, nobody), c, d], 3)
    a, b, c, d = book.usual()
    book.decoy("no-actor", [a, b, Step("电话", b.moment + HOUR, "SYSTEM"), c, d])
    book.decoy("no-actor", [a, b, Step("电话", b.moment + HOUR, "无名氏"), c, d])
    a, b, c, d = book.usual()
    for name in ("未知遥", "EMPTYMAN", "吴名"):
        book.decoy("unknown-actor", [a, b, Step("电话", b.moment + HOUR, name), c, d])


def staff(book: Book) -> list[dict[str, str]]:
    """Cases for units and applicants; gives the staff list that says whose they are."""
    listed: list[dict[str, str]] = []

    def member(who: str, unit: str, start: str = "2020-01-01", end: str = "", number: str = "") -> None:
        listed.append(dict(zip(STAFF_COLUMNS, (who, unit, start, end, number), strict=True)))

    def acted(who: str, unit: str = "就业科") -> list[Step]:
        a, b, c, d = book.usual()
        return [a, b.by(who).with_(科室=unit), c, d]

    for n in range(5):
        steps = acted(f"在册{n}")
        before, after = (f"{steps[i].moment:%Y-%m-%d}" for i in (0, 2))
        spans = (("2020-01-01", before), (after, ""), ("2020-01-01", "2023-12-31"))
        member(f"在册{n}", *(("就业科", *spans[n]) if n < 3 else ("养老科",)))
        book.plant("foreign-unit", steps, 2)
    for who in ("末日在册", "首日在册", "兼职"):
        steps = acted(who)
        day = f"{steps[1].moment:%Y-%m-%d}"
        member(who, "就业科", day if who == "首日在册" else "2020-01-01", day if who == "末日在册" else "")
        book.decoy("foreign-unit", steps)
    member("兼职", "养老科")
    book.decoy("foreign-unit", acted("兼职", "养老科"))
    book.decoy("foreign-unit", acted("不在册"))
    for n in range(5):
        who, number = f"本人{n}", identity_number(n)
        member(who, "就业科", number=number)
        steps = book.usual()
        steps[n % 3] = steps[n % 3].by(who)
        book.plant("own-case", steps, n % 3 + 1, 证件号码=number, 姓名=who)
        # A namesake applies; and the same person does, in a case that colleagues handle.
        a, b, c, d = book.usual()
        book.decoy("own-case", [a, b.by(who), c, d], 证件号码=identity_number(50 + n), 姓名=who)
        book.decoy("own-case", book.usual(), 证件号码=number, 姓名=who)
    return listed


def identity_number(n: int) -> str:
    """A number with the right check character (GB 11643)."""
    body = f"11010519{80 + n % 20}0101{n:03}"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return body + "10X98765432"[sum(w * int(c) for w, c in zip(weights, body, strict=True)) % 11]


def regions(book: Book) -> None:
    """Two cases of one person and item, the second begun before, or at the moment at which, the first ends."""
    for n in range(5):
        a, b, c, d = book.usual()
        person = {"证件号码": identity_number(100 + n), "姓名": "两地人", "item": "补贴"}
        first = book.write("补贴", [a, b, c, d], 区域="东区", **{k: v for k, v in person.items() if k != "item"})
        begun = d.at if n == 0 else b.moment + n * HOUR
        second = [a.at_(begun), *(s.later(10 * DAY) for s in (b, c, d))]
        other = book.write("补贴", second, 区域="西区", **{k: v for k, v in person.items() if k != "item"})
        cases = frozenset(f"{book.system}:{case}" for case in (first, other))
        book.planted.append(Planted("two-regions", cases))
    a, b, c, d = book.usual()
    after = [a.at_(d.moment + SECOND), *(s.later(10 * DAY) for s in (b, c, d))]
    within = [a.at_(b.moment + MINUTE), *(s.later(10 * DAY) for s in (b, c, d))]
    near = ((after, "补贴", "西区", 200), (within, "另一补贴", "西区", 201), (within, "补贴", "东区", 202))
    for steps, item, region, person in near:
        who = {"证件号码": identity_number(person), "姓名": "一地人"}
        book.write("补贴", [a, b, c, d], 区域="东区", **who)
        book.decoy("two-regions", steps, item=item, 区域=region, **who)
    book.write("补贴", [a, b, c, d], 区域="东区", 证件号码=identity_number(203), 姓名="同名人")
    book.decoy("two-regions", within, item="补贴", 区域="西区", 证件号码=identity_number(204), 姓名="同名人")
