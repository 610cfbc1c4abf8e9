"""Every check, with a record or file that passes and one that fails, and what cannot be run."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from graph.checks.catalogue import PHASES, item_of, items, part_name, sentence, sentences
from graph.checks.definitions import Definitions, Length
from graph.checks.inputs import Folders, Scanner, Transfer
from graph.checks.registry import OF_BATCH, OF_RECORDS, evaluate
from tests.graph.checks.looked_at import definitions, details, file, inputs, outcomes, record

LENGTHS = definitions().model_copy(update={"lengths": (Length(field="title", most=10, source="test"),)})


@dataclass(frozen=True)
class Wrong:
    """What makes a check fail or not run: changes of the second record and of its file, or of what is looked at."""

    item: str
    says: str
    record: dict[str, Any] = field(default_factory=dict)
    file: dict[str, Any] | None = None
    outcome: str = "fail"
    more: dict[str, Any] = field(default_factory=dict)


WRONG = (
    Wrong("1-1:digest", "digest_differs", file={"found_sha256": "bb"}),
    Wrong("1-1:digest", "no_digest", file={"sha256": None}, outcome="not_run"),
    Wrong("1-1:digest", "missing", file={"state": "missing"}, outcome="not_run"),
    Wrong("1-1:digest", "no_folder", file={"state": "no_folder", "how": "e"}, outcome="not_run"),
    Wrong("1-1:signature", "signature_broken", file={"signature": "broken", "signature_said": "x"}),
    Wrong("1-1:signature", "signature_earlier", file={"signature": "earlier revision", "signature_said": "x"}),
    Wrong("1-1:signature", "signature_untrusted", file={"signature": "untrusted"}, outcome="not_run"),
    Wrong("1-1:signature", "seal_unverified", file={"seal": "an OFD seal"}, outcome="not_run"),
    Wrong("1-1:signature", "not_looked_into", file={"stopped": "it took long"}, outcome="not_run"),
    Wrong("1-2", "too_long", {"title": "字" * 11}, more={"given": LENGTHS}),
    Wrong("1-2", "no_lengths", outcome="not_run"),
    Wrong("1-3", "not_a_date", {"date": "20010231"}),
    Wrong("1-3", "not_a_date", {"date": "2001-02-03"}),
    Wrong("1-3", "not_a_date", {"valid_until": "年底"}),
    Wrong("1-3", "not_a_date", {"date": "昨天", "catalogued": False}),
    Wrong("1-3", "not_a_number", {"pages": None, "attributes": '{"pages":"若干"}'}),
    Wrong("1-4", "out_of_range", {"secrecy": "保密"}),
    Wrong("1-4", "out_of_range", {"retention": "D"}),
    Wrong("1-4", "out_of_range", {"class": "11"}),
    Wrong("1-5", "future", {"date": "20261126"}),
    Wrong("1-5", "future", {"attributes": '{"year":"2027"}'}),
    Wrong("1-5", "no_pages", {"pages": 0}),
    Wrong("1-5", "valid_before_date", {"valid_until": "19981231"}),
    Wrong("1-6", "special", {"title": "履历\u200b表"}),
    Wrong("1-6", "special", {"responsible": "人事\ufffd"}),
    Wrong("1-7", "badly_numbered", {"archive_no": "RS-001-002"}),
    Wrong("1-8", "repeated", {"archive_no": "A002-RS-001-001"}),
    Wrong("1-10:size", "size_differs", file={"found_size": 9}),
    Wrong("1-10:size", "no_size", file={"size": None}, outcome="not_run"),
    Wrong("1-10:format", "misnamed", file={"found_type": "image/png", "misnamed": True}),
    Wrong("1-10:format", "format_differs", file={"found_type": "image/png"}),
    Wrong("1-10:pages", "pages_differ", {"pages": 3}, file={"found_pages": 3}),
    Wrong("1-10:pages", "pages_of_record_differ", {"pages": 3}, file={}),
    Wrong("1-10:pages", "pages_uncounted", file={"found_pages": None}, outcome="not_run"),
    Wrong("1-11", "named_in_vain", {"attributes": '{"file":"a.pdf; b.pdf"}'}, file={}),
    Wrong("1-11", "without_content", {"medium": "electronic"}),
    Wrong("1-11", "missing", file={"state": "missing"}),
    Wrong("1-11", "outside", file={"state": "outside", "how": "leaves the folder"}),
    Wrong("1-11", "unreadable", file={"state": "unreadable", "how": "x"}),
    Wrong("1-11", "no_folder", file={"state": "no_folder", "how": "e"}, outcome="not_run"),
    Wrong("2-4", "element_empty", {"responsible": None}),
    Wrong("2-4", "element_empty", {"title": " "}),
    Wrong("2-6", "gap", {"archive_no": "A002-RS-001-004"}),
    Wrong("2-6", "late_start", {"archive_no": "A002-RS-002-002"}),
    Wrong("2-7", "not_whole", file={"not_whole": "its end is missing"}),
    Wrong("2-7", "no_opener", file={"no_opener": "its format is not known here"}, outcome="not_run"),
    Wrong("3-3", "format_refused", file={"found_type": "application/zip"}),
    Wrong("3-x", "not_opened", file={"not_opened": "it is empty"}),
    Wrong("3-x", "not_looked_into", file={"stopped": "it took more than 8 seconds"}),
    Wrong("3-x", "no_opener", file={"no_opener": "its format is not known here"}, outcome="not_run"),
    Wrong("4-2", "infected", file={"malware": "Eicar-Test-Signature"}),
    Wrong("4-2", "not_scanned", file={"not_scanned": "size limit"}, outcome="not_run"),
    Wrong("4-2", "no_scanner", file={}, outcome="not_run", more={"scanner": Scanner()}),
    Wrong("4-2", "scanner_silent", file={}, outcome="not_run", more={"scanner": Scanner(True, "refused")}),
)
BATCH = (
    ("2-1", "records_differ", {"transfer": Transfer(3, None, ())}, "fail"),
    ("2-1", "not_transferred", {"transfer": Transfer(2, None, ("A002-RS-001-001", "A002-RS-001-002", "X"))}, "fail"),
    ("2-1", "not_in_list", {"transfer": Transfer(2, None, ("A002-RS-001-001",))}, "fail"),
    ("2-1", "no_transfer_list", {}, "not_run"),
    ("2-1", "total_unstated", {"transfer": Transfer(None, 20, ())}, "not_run"),
    ("2-2", "bytes_differ", {"transfer": Transfer(2, 21, ())}, "fail"),
    ("2-2", "no_transfer_list", {}, "not_run"),
    ("2-2", "total_unstated", {"transfer": Transfer(2, None, ())}, "not_run"),
    ("4-1", "scanner_silent", {"scanner": Scanner(True, "refused")}, "fail"),
    ("4-1", "no_scanner", {"scanner": Scanner()}, "not_run"),
    ("4-3", "unlisted", {"folders": Folders(("e",), ("e/x.pdf",))}, "fail"),
    ("4-3", "refused", {"folders": Folders(("e",), (), ("e: a link",))}, "fail"),
    ("4-3", "no_folders", {}, "not_run"),
)
ALL_GIVEN = {
    "given": LENGTHS,
    "folders": Folders(("e",)),
    "transfer": Transfer(2, 20, ("A002-RS-001-001", "A002-RS-001-002")),
}


def test_records_and_files_in_which_all_is_right_pass_every_check() -> None:
    signed = file(2, signature="valid", signature_said="A trusted signature covers the whole file.")
    found = outcomes(inputs([record(1), record(2)], [file(1), signed], **ALL_GIVEN))
    assert set(found) == {*OF_RECORDS, *OF_BATCH}
    passed = {item: set(of.values()) for item, of in found.items() if item != "1-1:signature"}
    assert passed == {item: {"pass"} for item in passed}
    # A file without a signature has nothing to verify.
    assert list(found["1-1:signature"].values()) == ["not_applicable", "pass"]


@pytest.mark.parametrize("wrong", WRONG, ids=lambda wrong: f"{wrong.item} {wrong.says} {wrong.record}")
def test_what_is_wrong_with_one_record_is_found_there(wrong: Wrong) -> None:
    files = [file(1)] + ([file(2, **wrong.file)] if wrong.file is not None else [])
    looked_at = inputs([record(1), record(2) | wrong.record], files, **wrong.more)
    of = list(outcomes(looked_at, wrong.item)[wrong.item].values())
    assert of[1] == wrong.outcome
    assert wrong.says in details(looked_at, wrong.item)
    for_all = wrong.says in ("no_lengths", "no_scanner", "scanner_silent")
    if not for_all and wrong.says != "repeated":
        assert of[0] in ("pass", "not_applicable")


@pytest.mark.parametrize(("item", "says", "given", "outcome"), BATCH)
def test_what_is_wrong_with_a_run_is_found(item: str, says: str, given: dict[str, Any], outcome: str) -> None:
    looked_at = inputs([record(1), record(2)], [file(1), file(2)], **given)
    assert outcomes(looked_at, item)[item] == {"": outcome}
    assert says in details(looked_at, item)


def test_bytes_that_nobody_counted_are_not_added_up() -> None:
    files = [file(1), file(2, state="missing")]
    looked_at = inputs([record(1), record(2)], files, transfer=Transfer(2, 10, ()))
    assert (outcomes(looked_at, "2-2")["2-2"], details(looked_at, "2-2")) == ({"": "not_run"}, ["bytes_uncounted"])


def test_an_element_that_no_record_of_a_source_has_is_said_once() -> None:
    rows = [record(1, responsible=None), record(2, responsible=None)]
    found = outcomes(inputs(rows))
    assert found["2-3"] == {"": "fail"}
    assert set(found["2-4"].values()) == {"pass"}
    assert details(inputs(rows), "2-3") == ["element_absent"]


def test_paper_without_files_has_nothing_to_check_in_them() -> None:
    found = outcomes(inputs([record(1)]))
    of_files = ("1-1:digest", "1-1:signature", "1-10:size", "1-10:format", "1-10:pages", "2-7", "3-3", "3-x", "4-2")
    assert {found[item]["s:A002-RS-001-001"] for item in (*of_files, "1-11")} == {"not_applicable"}


def test_what_no_check_could_run_is_never_a_pass() -> None:
    files = [file(1, state="missing"), file(2, stopped="it took more than 8 seconds")]
    found = outcomes(inputs([record(1), record(2)], files, scanner=Scanner()))
    passed = {(item, id_) for item, of in found.items() for id_, outcome in of.items() if outcome == "pass" and id_}
    of_content = {item for item, _ in passed} & {"1-10:format", "1-10:pages", "2-7", "3-3", "3-x", "4-2"}
    assert of_content == set()
    assert ("1-1:digest", "s:A002-RS-001-001") not in passed


@pytest.mark.parametrize("number", ["Z109-WS·2011·Y·办公室-0001", "A439-WS·2015·D30·003-005", "Z008-WS·2019·Y-037"])
@pytest.mark.parametrize("also", ["J019-ZY·JC·CC·2019·D30-001-001", "A002-RS-001-002", "C038-001-002-003"])
def test_the_examples_of_the_standard_are_well_numbered(number: str, also: str) -> None:
    rows = [record(1, archive_no=number), record(2, archive_no=also)]
    assert set(outcomes(inputs(rows), "1-7")["1-7"].values()) == {"pass"}


def test_each_phase_has_its_own_codes_and_a_known_item() -> None:
    for phase in PHASES:
        found = evaluate(inputs([record(1)]), phase)
        codes = {*found.codes, *found.batch}
        assert {code.partition("-")[0] for code in codes} == {phase}
        assert {item_of(code).number for code in codes} == set(items())


def test_every_item_has_its_source_and_those_of_one_source_are_marked(real_data: Path) -> None:
    rows = csv.DictReader((real_data / "domain" / "dat70_checks.csv").open(encoding="utf-8-sig", newline=""))
    known = {row["item_no"]: row for row in rows}
    for number, item in items().items():
        assert (item.source, item.evidence) == (known[number]["source"], known[number]["evidence"])
        assert item.seen_in == len(item.source.split(";"))
        assert item.name.zh == known[number]["check_name"]


def test_every_sentence_is_said_and_has_its_values_in_both_languages() -> None:
    code = Path(__file__).parents[3] / "graph" / "checks"
    made = "".join(path.read_text(encoding="utf-8") for path in code.glob("*_checks.py"))
    assert {name for name in sentences() if f'"{name}"' not in made} == set()
    for name in sentences():
        said = sentence({"says": name, "field": "title"})
        assert said.zh and said.en and "{" not in said.zh + said.en
    for item in OF_RECORDS:
        assert (part_name(f"GD-{item}") is None) == (":" not in item)


def test_an_own_definition_stands_in_the_place_of_the_one_that_comes_with_the_program() -> None:
    own = Definitions.model_validate({"archive_no": {"patterns": ["[0-9]+"], "source": "own"}})
    assert own.archive_no is not None
    changed = definitions().model_copy(update={"archive_no": own.archive_no})
    found = outcomes(inputs([record(1), record(2, archive_no="17")], given=changed))
    assert list(found["1-7"].values()) == ["fail", "pass"]


def test_every_definition_names_its_source() -> None:
    given = definitions()
    every = (*given.elements, *given.lengths, *given.ranges, *given.formats, given.archive_no)
    assert all(one is not None and re.search(r"https?://|github|GitHub", one.source) for one in every)
