"""The commands of the audit: looking for findings, listing and counting them, and explaining one or a rule."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from api.service_address import ServiceAddress
from cli.answers import answered, archive_or_service, path_part, request
from cli.archive import CursorOption, JsonOption, LimitOption, StoreOption, settings_for
from cli.printing import out, say, show_json, show_table
from etl.rules_source import read_rule_file, read_rules
from graph.audit.finding_filter import FindingFilter, State
from graph.audit.findings import FindingPage, FindingRow, FindingView, LastAudit, finding, findings
from graph.audit.kinds import fault_of
from graph.audit.rules import RuleSet
from graph.audit.run import AuditReport, AuditRequest, Why, audit
from graph.audit.summary import FindingSummary, RuleCount, RuleView, finding_summary, rule_view
from graph.audit.tally import RuleOutcome
from graph.errors import UsageError
from graph.instants import parse_one
from graph.viewer import LOCAL_OPERATOR

# Why an audit of changes looks at everything.
_WHY: dict[Why, str] = {
    "first": "nothing was audited as a whole before",
    "rules": "the last audit ran other rules",
    "calendar": "the last audit knew other working days (DOSSIER_WORKING_DAYS)",
    "failed": "a rule failed in the last audit",
    "standards": "standards, types of records or what was decided of titles have changed since the last audit",
}


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
    if check:
        _check(read_rules(rules))
        return
    if sum((case is not None, every, since is not None)) > 1:
        raise UsageError("--case, --all and --since say different things.", "Give one of them.")
    of = "case" if case is not None else "all" if every else "since" if since is not None else "changes"
    report = _audited(store, AuditRequest(of=of, case=case, since=since), rules)
    if as_json:
        show_json(report)
    else:
        _show(report)


def _audited(store: str | None, asked: AuditRequest, rules: Path | None) -> AuditReport:
    """The audit of the store, by this process or by the service that holds it, which takes as long as it takes."""
    own, bad = read_rule_file(rules) if rules else (None, [])
    settings = settings_for(store)
    archive = archive_or_service(settings, read_only=False)
    if isinstance(archive, ServiceAddress):
        said = asked.model_copy(update={"rules": own}).model_dump(mode="json", exclude_none=True)
        answer = request(archive, settings, "POST", "/audit", seconds=None, json=said)
        report = AuditReport.model_validate(answer)
        return report.model_copy(update={"bad": [*bad, *report.bad], "rules": _with_places(report.rules, rules)})
    try:
        return audit(archive, settings, LOCAL_OPERATOR, read_rules(rules), asked.scope(archive))
    finally:
        archive.close()


def _with_places(outcomes: list[RuleOutcome], rules: Path | None) -> list[RuleOutcome]:
    """What a service says of rules, those that failed with where they stand here."""
    places = read_rules(rules).places
    return [
        one.model_copy(update=places[one.rule]._asdict()) if one.failed and one.rule in places else one
        for one in outcomes
    ]


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
    for failed in report.rules:
        if failed.failed:
            where = f"{failed.file}, line {failed.line}: {failed.field}: " if failed.file else ""
            say(out, f"Failed: {failed.rule}: {where}{failed.failed}.", "bold red")
    for one in report.bad:
        say(out, f"Left out: {one.rule}: {one.reason}", "bold red")
    if report.erased_cases:
        say(out, f"Left out: {report.erased_cases} cases of which events are erased.")
    if report.everything:
        say(out, f"Everything was looked at: {_WHY[report.everything]}.")
    changes = f"{report.new} new, {report.changed} changed, {report.gone} gone"
    say(out, f"{report.cases:,} cases looked at; {changes}; {report.standing} findings stand. Load {report.load}.")


def list_findings(
    rule: Annotated[str | None, typer.Option(help="Id of a rule.")] = None,
    severity: Annotated[str | None, typer.Option(help="high, medium or low.")] = None,
    category: Annotated[str | None, typer.Option(help="Category of rules.")] = None,
    case: Annotated[str | None, typer.Option(help="Id of a case.")] = None,
    item: Annotated[str | None, typer.Option(help="Service item of a case.")] = None,
    unit: Annotated[str | None, typer.Option(help="Unit of an event found, by id or name.")] = None,
    from_at: Annotated[str | None, typer.Option("--from", help="Done (or opened) at this instant or later.")] = None,
    to_at: Annotated[str | None, typer.Option("--to", help="Done (or opened) by this instant.")] = None,
    state: Annotated[State | None, typer.Option(help="accepted today, or open.")] = None,
    counts: Annotated[bool, typer.Option("--counts", help="Count them by rule instead.")] = False,
    limit: LimitOption = 50,
    cursor: CursorOption = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the findings of the last audit, or count them by rule."""
    named = {"rule": rule, "severity": severity, "category": category, "case": case, "item": item, "unit": unit}
    between = {"from_at": parse_one(from_at) if from_at else None, "to_at": parse_one(to_at) if to_at else None}
    wanted = FindingFilter(**named, **between, state=state)
    params: dict[str, object] = {**named, "from": from_at, "to": to_at, "state": state}
    if counts:
        summary = answered(
            store,
            lambda s: finding_summary(s, LOCAL_OPERATOR, wanted),
            FindingSummary,
            "/findings/summary",
            params,
        )
        if as_json:
            show_json(summary)
        else:
            _show_counts(summary)
        return
    page = answered(
        store,
        lambda s: findings(s, LOCAL_OPERATOR, wanted, limit=limit, cursor=cursor),
        FindingPage,
        "/findings",
        {**params, "limit": limit, "cursor": cursor},
    )
    if as_json:
        show_json(page)
        return
    show_table("Findings", ["severity", "rule", "cases", "finding", "accepted", "id"], [_line(o) for o in page.items])
    if page.next:
        say(out, f"More: --cursor {page.next}")
    _show_state(page.audit)


def _line(one: FindingRow) -> list[object]:
    cases = ", ".join(about.id for about in one.about if about.label == "Case")
    accepted = f"{one.accepted.decision} until {one.accepted.until or '–'}" if one.accepted else None
    return [one.severity, one.rule, cases, one.text.en if one.text else one.detail, accepted, one.id]


def _show_state(audit: LastAudit | None) -> None:
    if audit is None:
        say(out, "Nothing was audited yet: `dossier audit`.")
    elif audit.loads_since:
        say(out, f"{audit.loads_since} loads were done since the audit; `dossier audit` takes them in.")


def _show_counts(summary: FindingSummary) -> None:
    columns = ["severity", "category", "rule", "findings", "accepted", "checked", "not decidable", "failed"]
    show_table("Findings by rule", columns, [_counted(one) for one in summary.rules])
    say(out, f"{summary.findings} findings, {summary.accepted} of them accepted.")
    if summary.complete is not None:
        load, cases = summary.complete.upto, summary.complete.cases
        say(out, f"Checked and not decidable: in the last audit of everything, of load {load} ({cases:,} cases).")
    _show_state(summary.audit)


def _counted(one: RuleCount) -> list[object]:
    seen = one.looked_at
    looked = [seen.checked, seen.undecidable, seen.failed] if seen else [None, None, None]
    return [one.severity, one.category, one.rule, one.findings, one.accepted, *looked]


def show_finding(
    id_: Annotated[str, typer.Argument(metavar="FINDING", help="Id of the finding.")],
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """One finding: what it shows, what it is about, its rule, and whether it is accepted."""
    view = answered(store, lambda s: finding(s, LOCAL_OPERATOR, id_), FindingView, f"/findings/{path_part(id_)}")
    if as_json:
        show_json(view)
        return
    one, rule = view.finding, view.rule
    say(out, f"{one.severity}: {rule.title.en if rule else one.rule} ({one.rule}, {one.category})", "bold")
    if one.text:
        say(out, one.text.en)
    show_table("Shows", ["what", "value"], [[name, value] for name, value in one.shown("en").items()])
    show_table("About", ["record", "id"], [[about.label, about.id] for about in one.about])
    if one.accepted:
        until = f"until {one.accepted.until}" if one.accepted.until else "for good"
        say(out, f"Accepted by {one.accepted.who} {until}: {one.accepted.why} ({one.accepted.decision})")
    if rule:
        say(out, f"Risk: {rule.risk.en} What clears it: {rule.clears.en}")


def show_rule(
    id_: Annotated[str, typer.Argument(metavar="RULE", help="Id of the rule.")],
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """One rule of the audit: what it is, its parameters, and how much it found."""
    view = answered(store, lambda s: rule_view(s, LOCAL_OPERATOR, id_), RuleView, f"/rules/{path_part(id_)}")
    if as_json:
        show_json(view)
        return
    rule = view.rule
    say(out, f"{rule.id}: {rule.title.en} ({rule.severity}, {rule.category})", "bold")
    for said in (rule.explanation.en, f"Risk: {rule.risk.en}", f"What clears it: {rule.clears.en}"):
        say(out, said)
    show_table("Parameters", ["parameter", "value"], [[name, value] for name, value in view.parameters.items()])
    _, _, _, found, accepted, checked, undecidable, failed = _counted(view.count)
    say(out, f"{found} findings, {accepted} of them accepted.")
    if checked is not None:
        say(out, f"The last audit of everything checked {checked}; {undecidable} were not decidable.")
    if failed:
        say(out, f"It failed: {failed}", "bold red")
