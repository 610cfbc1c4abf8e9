"""Planted: records that are late, dated late, expired or not there, and amounts that differ."""

from __future__ import annotations

from tests.planted.sources import DAY, HOUR, SECOND, Book, records


def materials(book: Book) -> None:
    def record(title: str = "申请表", **cells: str) -> dict[str, str]:
        return records({"材料编号": f"J{book.numbered}", "材料名称": title, **cells})

    for n in range(5):
        a, b, c, d = book.usual()
        late = d.at_(c.moment + (n * HOUR or SECOND))
        book.plant("material-after-decision", [a, b, c, late.with_(**record())], 4)
        a, b, c, d = book.usual()
        dated = f"{c.moment + (n + 1) * DAY:%Y%m%d}"
        book.plant("material-dated-after-decision", [a.with_(**record(材料日期=dated)), b, c, d], 1)
        a, b, c, d = book.usual()
        until = f"{a.moment - (n + 1) * DAY:%Y-%m-%d}" if n else "2023-12"
        book.plant("material-expired", [a.with_(**record(有效期至=until)), b, c, d], 1)
        a, b, c, d = book.usual()
        held = record("照片") if n % 2 else {}
        book.plant("material-missing", [a.with_(**held), b, c, d], 3, item="待遇申领")
    a, b, c, d = book.usual()
    book.decoy("material-after-decision", [a, b, c, d.at_(c.at).with_(**record())])
    a, b, c, d = book.usual()
    book.decoy("material-after-decision", [a, b.with_(**record()), c, d])
    a, b, c, d = book.usual()
    day = f"{c.moment:%Y-%m-%d}"
    book.decoy("material-after-decision", [a, b, c.at_(day), d.at_(day).with_(**record())])
    book.decoy("material-after-decision", [a, b, c, d.with_(产出编号=f"C{book.numbered}", 产出名称="决定书")])
    for form in ("%Y%m%d", "%Y%m00", ""):
        a, b, c, d = book.usual()
        dated = f"{c.moment:{form}}" if form else ""
        book.decoy("material-dated-after-decision", [a.with_(**record(材料日期=dated)), b, c, d])
    for form in ("%Y-%m-%d", "%Y-%m", "长期", ""):
        a, b, c, d = book.usual()
        until = f"{a.moment:{form}}" if form else ""
        book.decoy("material-expired", [a.with_(**record(有效期至=until)), b, c, d])
    a, b, c, d = book.usual()
    book.decoy("material-missing", [a.with_(**record("登记表")), b, c, d], item="待遇申领")
    a, b, c, d = book.usual()
    book.decoy("material-missing", [a.with_(**record("照片")), b, c, d], item="另一事项")
    book.decoy("material-missing", [a, b], item="待遇申领")


def amounts(book: Book) -> None:
    for n in range(5):
        a, b, c, d = book.usual()
        paid = ("99999", "100001", "0", "10000", "1000000")[n]
        book.plant("amounts-differ", [a, b, c.with_(核定金额="100000"), d.with_(支付金额=paid)], None)
    a, b, c, d = book.usual()
    book.decoy("amounts-differ", [a, b, c.with_(核定金额="100000"), d.with_(支付金额="100000")])
    half = [d.with_(支付金额="50000"), d.later(HOUR).with_(支付金额="50000")]
    book.decoy("amounts-differ", [a, b, c.with_(核定金额="100000"), *half])
    book.decoy("amounts-differ", [a, b, c.with_(核定金额="100000"), d])
    book.decoy("amounts-differ", [a, b, c.with_(核定金额="100000"), d.with_(支付金额="十万")])
