"""Rules that show conformance: the findings of the audit are the faults of the one evaluation, on both engines."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from etl.rules_source import read_rules
from etl.standards_load import load_standards
from graph.audit.finding_filter import FindingFilter
from graph.audit.findings import FindingRow, findings
from graph.audit.run import Scope, audit
from graph.conformance import conformance
from graph.decide import AcceptRequest, decide
from graph.rebuild import rebuild
from graph.store import Store
from graph.texts import Texts
from graph.viewer import LOCAL_OPERATOR
from graph.working_days import WorkingDays
from tests.archives import archive
from tests.graph.conformance_cases import STANDARD, write_case, write_standards

RULES = read_rules().rules
OF_STANDARD = {id_: rule.parameters for id_, rule in RULES.items() if rule.kind == "standard"}
# What the evaluation can find to be at fault, but for what is missing of the events, which rules of their own find.
CAN_BE_AT_FAULT = {
    "registration": {"field", "form of a field"},
    "materials": {"record", "form", "validity"},
    "review": {
        *("step", "order", "actor", "same person", "rests on", "produces", "limit", "case limit", "window"),
    },
    "e_material": {"format", "size"},
    "archive": {"class", "retention", "physical form", "volume"},
}
FAULTY = (
    ("{field: name,", "{field: employer,"),
    ("form: copy", "form: original"),
    ("role: 领导,", "role: 领导, not_by_same_as: [审核],"),
    ("50年", "永久"),
    ("limit_days: 5", "limit_days: 1"),
    ("days: 20", "days: 2"),
)


def listed(store: Store) -> list[FindingRow]:
    return list(findings(store, LOCAL_OPERATOR, FindingFilter(category="conformance"), limit=1000).items)


def write_faulty(folder: Path) -> Path:
    """Standards under which cases have faults, among them two fields that are not registered."""
    text = STANDARD
    for old, new in FAULTY:
        text = text.replace(old, new)
    text = text.replace(
        "registration:\n", "registration:\n  - {field: address, type: text, required: true, source: guide}\n"
    )
    written = write_standards(folder)
    (written / "items" / "a.yaml").write_text(text, encoding="utf-8")
    return written


def test_each_rule_of_the_evaluation_is_shown_by_one_rule_of_the_audit() -> None:
    shown = [(asked["part"], rule) for asked in OF_STANDARD.values() for rule in asked["rules"]]
    assert sorted(shown) == sorted((part, rule) for part, rules in CAN_BE_AT_FAULT.items() for rule in rules)


def test_findings_are_the_faults_of_the_evaluation(store_uri: str, tmp_path: Path) -> None:
    with archive(store_uri) as (store, settings):
        load_standards(store, settings, write_faulty(tmp_path / "standards"))
        write_case(store, settings, 1, "03")
        write_case(store, settings, 2, "03", item="无此事项")
        rebuild(store, settings)
        report = audit(store, settings, LOCAL_OPERATOR, read_rules(), Scope(of="all"))
        assert [one for one in report.rules if one.failed] == []
        answer = conformance(store, LOCAL_OPERATOR, "hall:1", WorkingDays())
        faults = [f for stage in answer.stages for f in stage.findings if f.outcome == "fault"]
        assert {(f.part, f.rule) for f in faults} >= {
            ("registration", "field"), ("materials", "form"), ("review", "same person"), ("review", "limit"),
            ("review", "case limit"), ("archive", "retention"),
        }  # fmt: skip
        expected = [
            (rule, f.text, f.event_id, f.material_id)
            for f in faults
            for rule, asked in OF_STANDARD.items()
            if f.part == asked["part"] and f.rule in asked["rules"]
        ]
        found = listed(store)
        assert sorted(expected, key=str) == sorted((_said(row) for row in found), key=str)
        # The case of an item without standard is undecidable for each of them.
        assert all(one.undecidable >= 1 for one in report.rules if one.rule in OF_STANDARD)
        assert all(one.text is not None and "–" not in one.text.en + one.text.zh for one in found)
        late = next(one for one in found if one.rule == "standard-limit" and "limit:审核" in one.id)
        assert late.detail["says"] == "too_long" and late.detail["values"] == {
            "used": 3,
            "kind": "working",
            "days": 1,
        }
        assert late.text == Texts(
            zh="超过标准时限：“审核”超过时限：用了 3 个工作日，时限 1 个。",
            en="Beyond its limit: '审核': it took too long: 3 working days instead of 1.",
        )


def _said(row: FindingRow) -> tuple[str, Texts | None, str | None, str | None]:
    about = {one.label: one.id for one in row.about}
    assert about["Case"] == "hall:1"
    return row.rule, row.says, about.get("Event"), about.get("Material")


def test_an_acceptance_stays_with_its_field(duckdb_uri: str, tmp_path: Path) -> None:
    """Of two fields that are not registered the first is accepted, and is asked for no more."""
    with archive(duckdb_uri) as (store, settings):
        folder = write_faulty(tmp_path / "standards")
        load_standards(store, settings, folder)
        write_case(store, settings, 1, "03")
        rebuild(store, settings)
        audit(store, settings, LOCAL_OPERATOR, read_rules(), Scope(of="all"))
        address, employer = (row for row in listed(store) if row.rule == "standard-field-missing")
        assert (address.detail["field"], employer.detail["field"]) == ("address", "employer")
        asked = AcceptRequest(finding=address.id, until=date(2030, 1, 1), who="W", why="not kept")
        decide(store, settings, LOCAL_OPERATOR, asked)
        path = folder / "items" / "a.yaml"
        path.write_text(
            path.read_text(encoding="utf-8").replace(
                "address, type: text, required: true", "address, type: text, required: false"
            ),
            encoding="utf-8",
        )
        load_standards(store, settings, folder)
        audit(store, settings, LOCAL_OPERATOR, read_rules(), Scope(of="all"))
        (left,) = (row for row in listed(store) if row.rule == "standard-field-missing")
        assert (left.id, left.accepted) == (employer.id, None)
