"""The sources say what the truth says they say."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pypdf
import pytest
from PIL import Image

from tests.demo.plain_sources import Case, Sources, grouped, iso_day, subject


def test_every_case_with_its_events_is_in_its_file(sources: Sources) -> None:
    truth = sources.truth("cases")
    assert {case.id: as_told(case) for case in sources.cases.values()} == {
        case_id: {k: v for k, v in told.items() if k not in ("applicant", "file", "row", "materials", "status")}
        for case_id, told in truth.items()
    }
    assert {c.id: (f"cases/{c.system}.csv", c.events[0].row) for c in sources.cases.values()} == {
        case_id: (told["file"], told["row"]) for case_id, told in truth.items()
    }


def as_told(case: Case) -> dict[str, Any]:
    decided = {e.amounts["amount_decided"] for e in case.events if "amount_decided" in e.amounts}
    paid = {e.amounts["amount_paid"] for e in case.events if "amount_paid" in e.amounts}
    last = case.events[-1]
    employer = case.employer and subject("organisation", "", case.employer["number"], "", "", "")
    return {
        "item": case.item,
        "subject": case.subject,
        "employer": employer or None,
        "accepted": told_instant(case, case.accepted),
        "outcome": last.outcome if last.stage == "completion" else "",
        "region": case.region,
        "channel": case.channel,
        "decided_fen": decided.pop() if decided else None,
        "paid_fen": paid.pop() if paid else None,
        "events": [
            {
                "activity": e.activity,
                "stage": e.stage,
                "at": told_instant(case, e.at),
                "actor": e.actor or None,
                "unit": e.unit,
                "outcome": e.outcome,
                "received": [m.id for m in e.received],
                "produced": e.produced,
            }
            for e in case.events
        ],
    }


def told_instant(case: Case, at: Any) -> str | None:
    if at is None:
        return None
    return f"{at:%Y-%m-%d}" if case.system == "rencai" else f"{at:%Y-%m-%dT%H:%M:%S}+08:00"


def test_joint_matters_are_of_one_person_and_of_two_systems_and_regions(sources: Sources) -> None:
    written = grouped((case.matter, case) for case in sources.cases.values() if case.matter)
    told = sources.truth("matters")
    assert {number: [case.id for case in sorted(of, key=at)] for number, of in written.items()} == {
        number: one["cases"] for number, one in told.items()
    }
    assert len(told) >= 10
    cases = sources.truth("cases")
    for number, of in written.items():
        assert {cases[case.id]["applicant"] for case in of} == {told[number]["applicant"]}
        assert len(of) == len({case.system for case in of}) == 2
        assert sorted({case.region for case in of}) == told[number]["regions"] and len(told[number]["regions"]) == 2
        assert sorted({event.unit for case in of for event in case.events}) == told[number]["units"]
        first, second = sorted(of, key=at)
        assert (second.accepted - first.accepted).days <= 90


def at(case: Case) -> tuple[datetime, str]:
    return case.accepted, case.id


def test_every_material_is_in_its_case(sources: Sources) -> None:
    there = {
        (c.id, m.id, m.title, str(m.date), m.form, m.medium, str(m.valid_until) if m.valid_until else None)
        for c in sources.cases.values()
        for m in c.materials
    }
    told = {
        (case_id, m["material"], m["title"], m["date"], m["form"], m["medium"], m["valid_until"])
        for case_id, case in sources.truth("cases").items()
        for m in case["materials"]
    }
    assert there == told
    assert len(there) == sum(len(c.materials) for c in sources.cases.values())


def test_every_row_of_the_catalogue_is_in_its_sheet(sources: Sources) -> None:
    told = sources.truth("catalogue")
    assert [row_of(row) for row in sources.catalogue] == [
        (
            *(t[k] for k in ("file", "sheet", "row", "subject", "archive_no", "title", "date", "pages", "class")),
            *(t[k] for k in ("volume", "box", "shelf", "room")),
            t["case"].split(":")[1] if t["case"] else "",
        )
        for t in told.values()
    ]


def row_of(row: dict[str, Any]) -> tuple[Any, ...]:
    organisation = row.get("统一社会信用代码") or ""
    who = subject(
        "organisation" if organisation else "person",
        row["catalogue"],
        organisation or row["身份证号"],
        row.get("人员编号", ""),
        row["姓名"],
        iso_day(row.get("出生日期", "")),
    )
    return (
        f"catalogue/{row['catalogue']}.xlsx", row["sheet"], row["row"], who, row["档号"], row["题名"],
        str(row["日期"]), row["页数"], row["类号"], row["案卷号"], row["盒号"], row["架号"], row["库房"],
        row.get("业务编号", ""),
    )  # fmt: skip


def test_the_catalogue_has_what_makes_real_ones_hard(sources: Sources) -> None:
    personnel = [row for row in sources.catalogue if row["catalogue"] == "personnel"]
    dates = [row["日期"] for row in personnel]
    assert {row["sheet"] for row in personnel} and len({row["sheet"] for row in personnel}) > 3
    assert any(d.endswith("00") and not d.endswith("0000") for d in dates)
    assert any(d.endswith("0000") for d in dates)
    assert any(not d.isascii() for d in dates)
    assert any(len(row["身份证号"]) == 15 for row in personnel)
    assert any(row["人员编号"] and not row["身份证号"] for row in personnel)
    assert any(row["出生日期"] and not row["身份证号"] for row in personnel)
    assert all(isinstance(row["日期"], int) for row in sources.catalogue if row["catalogue"] == "business")


def test_people_know_their_cases_and_materials_in_order_of_time(sources: Sources) -> None:
    cases = sources.truth("cases")
    everybody = {**sources.truth("people"), **sources.truth("organisations")}
    own = grouped((case["applicant"], case_id) for case_id, case in cases.items())
    assert {who: sorted(told["cases"]) for who, told in everybody.items() if told["cases"]} == {
        who: sorted(ids) for who, ids in own.items()
    }
    for told in everybody.values():
        accepted = [sources.cases[case_id].accepted for case_id in told["cases"]]
        assert accepted == sorted(accepted)
        assert told["materials"] == [m.id for case_id in told["cases"] for m in sources.cases[case_id].materials]


def test_who_is_who(sources: Sources) -> None:
    everybody = {**sources.truth("people"), **sources.truth("organisations")}
    cases, records = sources.truth("cases"), sources.truth("catalogue")
    seen = [(c["applicant"], c["subject"]) for c in cases.values()]
    seen += [(r["holder"], r["subject"]) for r in records.values()]
    assert {who: set(told["subjects"]) for who, told in everybody.items() if told["subjects"]} == {
        who: set(found) for who, found in grouped(seen).items()
    }
    owners = grouped((one, who) for who, told in everybody.items() for one in {told["subject"], *told["subjects"]})
    assert {one: who for one, who in owners.items() if len(who) > 1} == {}


def test_files_open_but_those_that_are_said_not_to(sources: Sources, root: Path) -> None:
    faults = sources.truth("faults")
    odd = grouped((f["kind"], f["efile"]) for f in faults if f["efile"])
    there = {str(path.relative_to(root)) for path in (root / "files").rglob("*") if path.is_file()}
    named = {row["efile"] for row in sources.truth("catalogue").values() if row["efile"]}
    assert named - there == set(odd["file_missing"])
    assert there - named == set(odd["file_unlisted"])
    pages = {name: pages_of(root / name) for name in there}
    broken = {name for name, count in pages.items() if count is None}
    assert broken == {name for kind in BROKEN for name in odd[kind]}
    said = {row["efile"]: row["pages"] for row in sources.truth("catalogue").values() if row["efile"] in there}
    differ = {sources.truth("catalogue")[f["record"]]["efile"] for f in faults if f["kind"] == "pages_differ"}
    assert {name for name, count in said.items() if name not in broken and pages[name] != count} == differ
    assert max(said.values()) > 4


BROKEN = ("image_damaged", "pdf_damaged", "file_empty", "file_not_what_it_says")


def pages_of(path: Path) -> int | None:
    """How many pages a file has, None where it does not open."""
    try:
        if path.suffix == ".pdf":
            return len(pypdf.PdfReader(path, strict=True).pages)
        with Image.open(path) as image:
            image.load()
    except (pypdf.errors.PyPdfError, OSError):
        return None
    return 1


def test_pdfs_hold_their_text(sources: Sources, root: Path) -> None:
    bad = {f["efile"] for f in sources.truth("faults")}
    for row in sources.truth("catalogue").values():
        name = row["efile"] or ""
        if name.endswith(".pdf") and name not in bad:
            reader = pypdf.PdfReader(root / name)
            assert row["archive_no"] in reader.pages[0].extract_text()
            assert reader.metadata is not None
            assert reader.metadata.title == row["title"]


@pytest.mark.parametrize("system", ["shebao", "renshe", "rencai"])
def test_each_system_has_an_encoding_of_its_own(root: Path, system: str) -> None:
    content = (root / f"cases/{system}.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbf") == (system == "renshe")
    if system == "shebao":
        with pytest.raises(UnicodeDecodeError):
            content.decode("utf-8")
