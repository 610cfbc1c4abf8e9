"""Real logs under rules of their own: what the audit finds in each.

`python -m tests.audited_logs` writes the table into docs/audit.md; the logs are below TEST_DATA.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from etl.load import LoadRequest, load_file
from etl.mapping import Mapping
from etl.rules_source import read_rules
from graph.audit.run import Scope, audit
from graph.audit.tally import RuleOutcome
from graph.store import Store
from graph.viewer import LOCAL_OPERATOR
from tests.archives import archive

DOCS = Path(__file__).parents[1] / "docs" / "audit.md"
RULES = Path(__file__).parent / "audits"
BEGIN, END = "<!-- real logs: begin -->", "<!-- real logs: end -->"
LOGS = ("receipt", "BPIC15_1", "BPIC13_closed_problems", "BPIC20_DomesticDeclarations")


@dataclass(frozen=True)
class AuditedLog:
    """A log in a store of its own, and what each rule found in it."""

    name: str
    store: Store
    outcomes: tuple[RuleOutcome, ...]


@contextmanager
def audited(name: str, uri: str, data: Path) -> Iterator[AuditedLog]:
    """A log of the folder `data`, loaded and audited under its rules."""
    rules = read_rules(RULES / f"{name}.yaml")
    assert rules.bad == ()
    with archive(uri) as (store, settings):
        load_file(store, settings, LoadRequest(data / "logs" / f"{name}.xes.gz", Mapping(), ""))
        report = audit(store, settings, LOCAL_OPERATOR, rules, Scope(of="all"))
        yield AuditedLog(name, store, tuple(report.rules))


def rows(log: AuditedLog) -> list[str]:
    """The rows of the table of docs/audit.md about one log."""
    told = [f"{one.findings:,} | {one.checked:,} | {one.undecidable:,}" for one in log.outcomes]
    return [f"| `{log.name}` | `{one.rule}` | {said} |" for one, said in zip(log.outcomes, told, strict=True)]


def main() -> None:
    """Writes the table into docs/audit.md."""
    lines = ["| log | rule | findings | looked at | not decidable |", "|---|---|---|---|---|"]
    data = Path(os.environ["TEST_DATA"])
    for name in LOGS:
        with tempfile.TemporaryDirectory() as folder, audited(name, f"duckdb:///{folder}/a.duckdb", data) as log:
            lines += rows(log)
    before, rest = DOCS.read_text(encoding="utf-8").split(BEGIN)
    written = "\n".join(lines)
    DOCS.write_text(f"{before}{BEGIN}\n{written}\n{END}{rest.split(END)[1]}", encoding="utf-8")


if __name__ == "__main__":
    main()
