"""Deviations planted in the sources of a centre against the findings of the audit: planted, found, missed, false.

`python -m tests.planted_deviations` writes the table into docs/audit.md.
"""

from __future__ import annotations

import tempfile
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from etl.load import LoadRequest, load_file
from etl.mapping import load_mapping
from etl.rules_source import read_rules
from etl.standards_load import load_standards
from graph.audit.findings import FindingFilter, FindingRow, findings
from graph.audit.rules import Rule
from graph.audit.run import AuditReport, Scope, audit
from graph.identifiers import actor_id, id_key, keyed, natural_id
from graph.settings import Settings
from graph.store import Store
from graph.viewer import LOCAL_OPERATOR
from tests.archives import archive
from tests.graphs import LinkRow, link
from tests.graphs import write as write_records
from tests.planted.archive import PlantedArchive, write
from tests.planted.sources import Planted

DOCS = Path(__file__).parents[1] / "docs" / "audit.md"
BEGIN, END = "<!-- planted deviations: begin -->", "<!-- planted deviations: end -->"
BY_STATISTICS = {"unusual-step"}
"""Rules that judge by what is usual: what they miss and find for nothing is told, and not held to be none."""


@dataclass(frozen=True)
class Count:
    """How often a rule was broken, what of it was found, and what was found besides."""

    rule: str
    planted: int
    found: int
    missed: int
    false: int
    decoys: int

    @property
    def recall(self) -> float:
        return self.found / self.planted

    @property
    def precision(self) -> float:
        return self.found / (self.found + self.false) if self.found + self.false else 0.0


@dataclass(frozen=True)
class Audited:
    """What was planted and what the audit says."""

    planted: PlantedArchive
    report: AuditReport
    found: frozenset[Planted]
    rules: dict[str, Rule]

    def counts(self) -> list[Count]:
        there, said = _by_rule(self.planted.planted), _by_rule(self.found)
        return [
            Count(
                rule,
                len(there[rule]),
                len(there[rule] & said[rule]),
                len(there[rule] - said[rule]),
                len(said[rule] - there[rule]),
                self.planted.decoys[rule],
            )
            for rule in sorted(self.rules)
        ]


def _by_rule(of: frozenset[Planted]) -> dict[str, set[Planted]]:
    found: dict[str, set[Planted]] = defaultdict(set)
    for one in of:
        found[one.rule].add(one)
    return found


@contextmanager
def audited(uri: str, folder: Path) -> Iterator[Audited]:
    """The planted sources, loaded into a store as a centre would and audited."""
    planted = write(folder)
    with archive(uri) as (store, settings):
        load_standards(store, settings, planted.standards)
        for source, mapping in planted.sources:
            report = load_file(store, settings, LoadRequest(source, load_mapping(mapping), mapping.name))
            assert report.quarantined == 0, report
        write_staff(store, settings, planted)
        rules = read_rules(planted.rules)
        assert rules.bad == ()
        report = audit(store, settings, LOCAL_OPERATOR, rules, Scope(of="all"))
        yield Audited(planted, report, frozenset(said(store, settings, planted)), dict(rules.rules))


def write_staff(store: Store, settings: Settings, planted: PlantedArchive) -> None:
    """The staff list as records: no form of source states one, so it is written as a load of its own."""
    key = id_key(settings, store, make=False)
    links: dict[str, list[LinkRow]] = {"MEMBER_OF": [], "IS_PERSON": []}
    for row in planted.staff:
        actor = f"Actor {actor_id(key, 'hall', row['经办人'])}"
        span = {"valid_from": row["自"] or None, "valid_to": row["至"] or None}
        links["MEMBER_OF"].append(link(actor, f"Unit {natural_id(key, 'hall', row['科室'])}", **span))
        if row["证件号码"]:
            links["IS_PERSON"].append(link(actor, f"Person {keyed(key, ['person', row['证件号码']])}", **span))
    write_records(store, settings, {}, links, system="staff")


def said(store: Store, settings: Settings, planted: PlantedArchive) -> Iterator[Planted]:
    """The findings as the truth writes them; actors by their names."""
    key = id_key(settings, store, make=False)
    named = {actor_id(key, *one.actor.split(":", 1)): one.actor for one in planted.planted if one.actor}
    for row in every_finding(store):
        of = {
            label: sorted(one.id for one in row.about if one.label == label) for label in ("Case", "Event", "Actor")
        }
        actor = None if of["Case"] else next((named.get(one, one) for one in of["Actor"]), None)
        yield Planted(row.rule, frozenset(of["Case"]), next(iter(of["Event"]), None), actor)


def every_finding(store: Store) -> Iterator[FindingRow]:
    """All findings that stand, page by page."""
    cursor = None
    while True:
        page = findings(store, LOCAL_OPERATOR, FindingFilter(), limit=1000, cursor=cursor)
        yield from page.items
        cursor = page.next
        if cursor is None:
            return


def table(counted: list[Count]) -> str:
    """The table of docs/audit.md."""
    lines = ["| rule | planted | found | missed | false | near misses | recall | precision |"]
    lines.append("|---|---|---|---|---|---|---|---|")
    for one in counted:
        shares = f"{one.recall:.2f} | {one.precision:.2f}"
        told = f"{one.planted} | {one.found} | {one.missed} | {one.false} | {one.decoys} | {shares}"
        lines.append(f"| `{one.rule}` | {told} |")
    planted, found, missed, false, decoys = (
        sum(getattr(one, name) for one in counted) for name in ("planted", "found", "missed", "false", "decoys")
    )
    lines.append(f"| **all {len(counted)}** | {planted} | {found} | {missed} | {false} | {decoys} | | |")
    return "\n".join(lines)


def main() -> None:
    """Writes the table into docs/audit.md."""
    with tempfile.TemporaryDirectory() as name, audited(f"duckdb:///{name}/archive.duckdb", Path(name)) as done:
        written = table(done.counts())
    before, rest = DOCS.read_text(encoding="utf-8").split(BEGIN)
    DOCS.write_text(f"{before}{BEGIN}\n{written}\n{END}{rest.split(END)[1]}", encoding="utf-8")


if __name__ == "__main__":
    main()
