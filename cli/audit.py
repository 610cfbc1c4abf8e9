"""The commands of the audit: looking for findings, and listing them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli.answers import answered
from cli.archive import CursorOption, JsonOption, LimitOption, StoreOption, opened
from cli.printing import out, say, show_json, show_table
from etl.rules_source import read_rules
from graph import clock
from graph.audit.findings import FindingFilter, FindingPage, findings
from graph.audit.kinds import fault_of
from graph.audit.rules import RuleSet
from graph.audit.run import AuditReport, Scope, audit
from graph.errors import UsageError
from graph.instants import parse_one
from graph.viewer import LOCAL_OPERATOR


def audit_command(
    case: Annotated[str | None, typer.Option(help="Only this case, by id.")] = None,
    every: Annotated[bool, typer.Option("--all", help="All cases, also those that nothing changed.")] = False,
    since: Annotated[str | None, typer.Option(help="The cases that changed after this instant.")] = None,
    rules: Annotated[Path | None, typer.Option(help="Own rule file; see docs/audit.md.")] = None,
    check: Annotated[bool, typer.Option("--check", help="Only check the rules.")] = False,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Look for findings: by default in what changed since the last audit by the same rules."""
    chosen = read_rules(rules)
    if check:
        _check(chosen)
        return
    if sum((case is not None, every, since is not None)) > 1:
        raise UsageError("--case, --all and --since say different things.", "Give one of them.")
    with opened(store) as (archive, settings):
        scope = Scope(of="case" if case else "all" if every else "since" if since else "changes", case=case)
        if since:
            scope = Scope(of="since", since=clock.known_at(archive, parse_one(since)))
        report = audit(archive, settings, LOCAL_OPERATOR, chosen, scope)
    if as_json:
        show_json(report)
    else:
        _show(report)


def _check(chosen: RuleSet) -> None:
    """Says which rules can be run; raises UsageError with each that cannot, and why."""
    faults = [*chosen.bad, *(fault for rule in chosen.rules.values() if (fault := fault_of(rule)))]
    say(out, f"{len(chosen.rules) + len(chosen.bad) - len(faults)} rules can be run.")
    if faults:
        raise UsageError(
            "\n".join(f"{one.rule}: {one.reason}" for one in faults),
            "Put them right; an audit leaves these out and runs the others.",
        )


def _show(report: AuditReport) -> None:
    rows: list[list[object]] = [[o.rule, o.findings, o.checked, o.undecidable, o.failed] for o in report.rules]
    show_table(f"Audit of load {report.as_of_load}", ["rule", "found", "checked", "not decidable", "failed"], rows)
    for one in report.bad:
        say(out, f"Left out: {one.rule}: {one.reason}", "bold red")
    if report.erased_cases:
        say(out, f"Left out: {report.erased_cases} cases of which events are erased.")
    changes = f"{report.new} new, {report.changed} changed, {report.gone} gone"
    say(out, f"{report.cases:,} cases looked at; {changes}; {report.standing} findings stand. Load {report.load}.")


def list_findings(
    rule: Annotated[str | None, typer.Option(help="Id of a rule.")] = None,
    severity: Annotated[str | None, typer.Option(help="high, medium or low.")] = None,
    category: Annotated[str | None, typer.Option(help="Category of rules.")] = None,
    case: Annotated[str | None, typer.Option(help="Id of a case.")] = None,
    limit: LimitOption = 50,
    cursor: CursorOption = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the findings of the last audit."""
    wanted = FindingFilter(rule=rule, severity=severity, category=category, case=case)
    page = answered(
        store,
        lambda s: findings(s, LOCAL_OPERATOR, wanted, limit=limit, cursor=cursor),
        FindingPage,
        "/findings",
        {**wanted.model_dump(), "limit": limit, "cursor": cursor},
    )
    if as_json:
        show_json(page)
        return
    rows: list[list[object]] = []
    for one in page.items:
        cases = ", ".join(about.id for about in one.about if about.label == "Case")
        accepted = f"{one.accepted.decision} until {one.accepted.until or '–'}" if one.accepted else None
        rows.append([one.severity, one.rule, cases, one.text.en if one.text else one.detail, accepted, one.id])
    show_table("Findings", ["severity", "rule", "cases", "finding", "accepted", "id"], rows)
    if page.next:
        say(out, f"More: --cursor {page.next}")
    if page.audit is None:
        say(out, "Nothing was audited yet: `dossier audit`.")
    elif page.audit.loads_since:
        say(out, f"{page.audit.loads_since} loads were done since the audit; `dossier audit` takes them in.")
