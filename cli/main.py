"""The command `dossier`."""

from __future__ import annotations

import json
import sys
from typing import Annotated

import typer

from cli import batches, checks, decisions, ledger, people, quarantine, standards
from cli.answers import answered, path_part
from cli.archive import CursorOption, JsonOption, LimitOption, StoreOption, opened, settings_for
from cli.audit import audit_command, list_findings, show_finding, show_rule
from cli.case_views import show_case_view
from cli.classification import classify
from cli.conformance import check
from cli.demo import demo
from cli.dossiers import list_persons, organisation, person
from cli.evidence import evidence, signatures
from cli.export import export_command
from cli.finance import show_finance
from cli.loading import load
from cli.materials import list_items, show_library, show_reuse
from cli.matters import matter_command
from cli.printing import err, out, say, show_json, show_table
from cli.processes import list_variants, show_metrics, show_process_map
from cli.proved import ProvedOption, show_proved
from cli.samples import draw_sample
from cli.serving import serve
from cli.storeroom import (
    arrange_command,
    file_command,
    inventory_command,
    labels_command,
    readiness_command,
    reconcile_command,
    retention_command,
    storeroom_command,
)
from etl.mapping import mapping_json_schema
from graph import clock
from graph.cases import CaseFilter, CasePage, cases
from graph.chain import Chain, chain
from graph.errors import DossierError, UsageError
from graph.evidence.stood import ChainProved, chain_proved
from graph.instants import parse_one
from graph.rebuild import rebuild
from graph.schema import NODES, RELATIONSHIPS, SCHEMA_VERSION
from graph.schema_page import schema_page
from graph.status import LoadList, LoadRow, Status, load_rows, status
from graph.viewer import LOCAL_OPERATOR

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Personal dossiers and audit chains as a graph.")
app.command()(load)
app.command(name="persons")(list_persons)
app.command()(person)
app.command()(organisation)
app.command(name="items")(list_items)
app.command(name="reuse")(show_reuse)
app.command(name="library")(show_library)
app.command(name="sample")(draw_sample)
app.command(name="audit")(audit_command)
app.command(name="findings")(list_findings)
app.command(name="finding")(show_finding)
app.command(name="rule")(show_rule)
app.command(name="metrics")(show_metrics)
app.command(name="variants")(list_variants)
app.command(name="process-map")(show_process_map)
app.command(name="actor")(people.show_actor)
app.command(name="handlers")(people.show_handlers)
app.command(name="file")(file_command)
app.command(name="arrange")(arrange_command)
app.command(name="reconcile")(reconcile_command)
app.command(name="retention")(retention_command)
app.command(name="readiness")(readiness_command)
app.command(name="storeroom")(storeroom_command)
app.command(name="inventory")(inventory_command)
app.command(name="labels")(labels_command)
app.command()(evidence)
app.command(name="export")(export_command)
app.command(name="verify")(ledger.verify_command)
app.command()(signatures)
app.command(name="decisions")(decisions.list_decisions)
app.add_typer(decisions.app, name="decide")
app.command()(classify)
app.command(name="finance")(show_finance)
app.command()(check)
app.command("matter")(matter_command)
app.command()(serve)
app.command()(demo)
app.add_typer(standards.app, name="standards")
app.add_typer(people.app, name="network")
app.add_typer(ledger.app, name="ledger")
app.add_typer(checks.app, name="checks")
app.add_typer(batches.app, name="batches")
app.add_typer(quarantine.app, name="quarantine")
loads_app = typer.Typer(invoke_without_command=True, help="The loads of the archive.")
app.add_typer(loads_app, name="loads")


@app.command(name="status")
def status_command(store: StoreOption = None, as_json: JsonOption = False) -> None:
    """What the archive holds."""
    answer = answered(store, lambda archive: status(archive, LOCAL_OPERATOR), Status, "/status")
    if as_json:
        show_json(answer)
        return
    held = [[name, count] for name, count in {**answer.nodes, **answer.relationships}.items() if count]
    show_table(f"{answer.store}, as of load {answer.as_of_load}", ["record", "count"], held)
    _show_loads(answer.loads)


def _show_loads(rows: list[LoadRow]) -> None:
    names = [
        "number",
        "state",
        "source",
        "system",
        "committed_at",
        "rows_in",
        "loaded",
        "unchanged",
        "quarantined",
    ]
    show_table("Loads", names, [[getattr(row, n) for n in names] for row in rows])


@app.command(name="cases")
def cases_command(
    item: Annotated[str | None, typer.Option(help="Service item.")] = None,
    actor: Annotated[str | None, typer.Option(help="Actor, by id or name.")] = None,
    activity: Annotated[str | None, typer.Option(help="Activity.")] = None,
    unit: Annotated[str | None, typer.Option(help="Unit, by id or name.")] = None,
    case_status: Annotated[str | None, typer.Option("--status", help="open, closed or unknown.")] = None,
    from_at: Annotated[str | None, typer.Option("--from", help="Still running at this instant or later.")] = None,
    to_at: Annotated[str | None, typer.Option("--to", help="Opened by this instant.")] = None,
    limit: LimitOption = 50,
    cursor: CursorOption = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """List cases."""
    wanted = CaseFilter(
        item=item,
        actor=actor,
        activity=activity,
        unit=unit,
        status=case_status,
        from_at=parse_one(from_at) if from_at else None,
        to_at=parse_one(to_at) if to_at else None,
    )
    params: dict[str, object] = {
        "item": item,
        "actor": actor,
        "activity": activity,
        "unit": unit,
        "status": case_status,
    }
    params |= {"from": from_at, "to": to_at, "limit": limit, "cursor": cursor}
    page = answered(
        store,
        lambda archive: cases(archive, LOCAL_OPERATOR, wanted, limit=limit, cursor=cursor),
        CasePage,
        "/cases",
        params,
    )
    if as_json:
        show_json(page)
        return
    names = ["id", "item_id", "opened_at", "last_at", "status", "events", "seconds"]
    show_table("Cases", names, [[getattr(row, n) for n in names] for row in page.items])
    if page.next:
        out.print(f"More: --cursor {page.next}")
    if page.open_load:
        out.print(f"Load {page.open_load} is open; what it brings is not shown.")


@app.command(name="case")
def case_command(
    case: Annotated[str, typer.Argument(help="Id of the case, or its natural key.")],
    as_known_at: Annotated[str | None, typer.Option(help="As the archive knew it at this instant.")] = None,
    proved: ProvedOption = False,
    audited: Annotated[
        bool, typer.Option("--audit", help="With findings, the path expected, times and neighbours.")
    ] = False,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """The audit chain of a case."""
    if audited:
        if proved or as_known_at:
            raise UsageError("--audit stands for today only.", "Leave out --proved and --as-known-at.")
        show_case_view(case, store, as_json=as_json)
        return
    moment = parse_one(as_known_at) if as_known_at else None
    route, params = f"/cases/{path_part(case)}/chain", {"as_known_at": as_known_at}
    if proved:
        settings = settings_for(store)
        both = answered(
            store,
            lambda archive: chain_proved(archive, settings, LOCAL_OPERATOR, case, moment),
            ChainProved,
            f"{route}/proof",
            params,
        )
        show_proved(both, both.evidence, lambda: _show_chain(both.answer), as_json=as_json)
        return
    answer = answered(store, lambda archive: chain(archive, LOCAL_OPERATOR, case, moment), Chain, route, params)
    if as_json:
        show_json(answer)
    else:
        _show_chain(answer)


def _show_chain(answer: Chain) -> None:
    rows: list[list[object]] = []
    for event in answer.events:
        actors = ", ".join(f"{a.name}{f' ({a.role})' if a.role else ''}" for a in event.actors)
        units = ", ".join(u.name or u.id for u in event.units)
        source = f"{event.source.file}:{event.source.row} (load {event.source.load})"
        what = " ".join(filter(None, (event.activity, event.lifecycle, event.stage)))
        rows.append([event.at, event.seconds, what, actors, units, source, ", ".join(event.missing)])
    columns = ["when", "s since", "what", "who", "where", "source", "missing"]
    show_table(f"{answer.id}: {answer.status}, as of load {answer.as_of_load}", columns, rows)
    for what, count in answer.missing.items():
        out.print(f"Missing: {what} ({count})")


@app.command(name="rebuild")
def rebuild_command(store: StoreOption = None, as_json: JsonOption = False) -> None:
    """Derive everything again."""
    with opened(store) as (archive, settings):
        done = rebuild(archive, settings)
    if as_json:
        sys.stdout.write(json.dumps({"cases": done}) + "\n")
    else:
        out.print(f"Derived {done} cases again.")


@app.command()
def schema(
    markdown: Annotated[bool, typer.Option("--markdown", help="The page docs/schema.md.")] = False,
    mapping: Annotated[bool, typer.Option("--mapping", help="The JSON Schema of mapping files.")] = False,
    as_json: JsonOption = False,
) -> None:
    """The schema."""
    if markdown:
        sys.stdout.write(schema_page())
    elif mapping:
        sys.stdout.write(json.dumps(mapping_json_schema(), ensure_ascii=False, indent=2) + "\n")
    elif as_json:
        declared = {
            "version": SCHEMA_VERSION,
            "nodes": {n.label: [p.name for p in n.properties] for n in NODES},
            "relationships": {
                r.type: {"ends": r.ends, "properties": [p.name for p in r.properties]} for r in RELATIONSHIPS
            },
        }
        sys.stdout.write(json.dumps(declared, ensure_ascii=False, indent=2) + "\n")
    else:
        show_table("Nodes", ["label", "kind", "meaning"], [[n.label, n.kind, n.text] for n in NODES])
        show_table("Relationships", ["type", "kind", "meaning"], [[r.type, r.kind, r.text] for r in RELATIONSHIPS])


@loads_app.callback()
def loads_command(context: typer.Context, store: StoreOption = None, as_json: JsonOption = False) -> None:
    """List the loads."""
    if context.invoked_subcommand:
        return
    rows = answered(store, lambda archive: LoadList(items=load_rows(archive)), LoadList, "/loads").items
    if as_json:
        show_json(list(rows))
    else:
        _show_loads(rows)


@loads_app.command()
def abandon(
    number: Annotated[int, typer.Argument(help="Number of the open load.")],
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Take back what an open load wrote."""
    with opened(store) as (archive, _):
        clock.abandon(archive, number)
    if as_json:
        sys.stdout.write(json.dumps({"abandoned": number}) + "\n")
    else:
        out.print(f"Load {number} is abandoned; what it wrote is taken back.")


def main() -> None:
    """Runs the command; an error of the project is one message and its exit code."""
    try:
        app()
    except DossierError as error:
        say(err, error.message, "bold red")
        if error.remedy:
            say(err, error.remedy)
        sys.exit(error.exit_code)
