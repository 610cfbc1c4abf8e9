"""The commands about people who act: the trail of one, networks of all, and who acted on a person's records."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.answers import answered, path_part
from cli.archive import CursorOption, JsonOption, LimitOption, StoreOption
from cli.printing import out, say, show_json, show_table
from graph.instants import parse_one
from graph.people.handlers import Handlers, handlers
from graph.people.networks import Network, NetworkKind, network
from graph.people.trail import Trail, trail
from graph.viewer import LOCAL_OPERATOR

app = typer.Typer(no_args_is_help=True, help="Networks of actors.")
ItemOption = Annotated[str | None, typer.Option(help="Only cases of this service item.")]
LeastOption = Annotated[int, typer.Option(min=1, help="Least weight of a link.")]
TopOption = Annotated[int, typer.Option(min=1, help="How many actors and links are printed.")]
KnownOption = Annotated[str | None, typer.Option(help="As the archive knew it at this instant.")]


def show_actor(
    actor: Annotated[str, typer.Argument(help="Id of the actor, or a name that only one has.")],
    from_at: Annotated[str | None, typer.Option("--from", help="At this instant or later.")] = None,
    to_at: Annotated[str | None, typer.Option("--to", help="By this instant.")] = None,
    as_known_at: KnownOption = None,
    limit: LimitOption = 50,
    cursor: CursorOption = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """The trail of one actor: everything they did, on whom, from when to when."""
    answer = answered(
        store,
        lambda archive: trail(
            archive,
            LOCAL_OPERATOR,
            actor,
            from_at=parse_one(from_at) if from_at else None,
            to_at=parse_one(to_at) if to_at else None,
            limit=limit,
            cursor=cursor,
            as_known_at=parse_one(as_known_at) if as_known_at else None,
        ),
        Trail,
        f"/actors/{path_part(actor)}/trail",
        {"from": from_at, "to": to_at, "as_known_at": as_known_at, "limit": limit, "cursor": cursor},
    )
    if as_json:
        show_json(answer)
        return
    duties: list[list[object]] = [[d.activity, d.events, d.cases, d.first_at, d.last_at] for d in answer.duties]
    columns = ["events", "cases", "first", "last"]
    show_table(f"{answer.name or answer.id}, as of load {answer.as_of_load}", ["activity", *columns], duties)
    shown = answer.on[:limit]
    if shown:
        on: list[list[object]] = [
            [o.label, o.id, o.events, o.cases, o.first_at, o.last_at] for o in answer.on[:limit]
        ]
        show_table(f"On whom ({len(answer.on)})", ["", "id", *columns], on)
    rows: list[list[object]] = [
        [e.at, e.activity, ", ".join(e.roles), ", ".join(e.cases), ", ".join(r.title or r.id for r in e.records)]
        for e in answer.items
    ]
    show_table("Events, the latest first", ["when", "what", "as", "case", "records"], rows)
    say(out, f"{answer.events} events in {answer.cases} cases, {answer.first_at or '–'} to {answer.last_at or '–'}")
    if answer.undated:
        say(out, f"{answer.undated} events without an instant.")
    if answer.next:
        say(out, f"More: --cursor {answer.next}")


@app.command()
def handover(
    item: ItemOption = None,
    least: LeastOption = 1,
    top: TopOption = 20,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Who hands work over to whom: consecutive events of a case."""
    _network("handover", item, least, top, store, as_json=as_json)


@app.command()
def together(
    item: ItemOption = None,
    least: LeastOption = 1,
    top: TopOption = 20,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Who works with whom: events in the same case."""
    _network("together", item, least, top, store, as_json=as_json)


def _network(kind: NetworkKind, item: str | None, least: int, top: int, store: str | None, *, as_json: bool) -> None:
    answer = answered(
        store,
        lambda archive: network(archive, LOCAL_OPERATOR, kind, item=item, least=least),
        Network,
        f"/network/{kind}",
        {"item": item, "least": least},
    )
    if as_json:
        show_json(answer)
        return
    names = {one.id: one.name or one.id for one in answer.actors}
    columns = ["events", "cases", "days", "partners", "given", "taken", "kept", "betweenness", "community"]
    actors: list[list[object]] = [
        [names[a.id], *(_short(getattr(a, n)) for n in columns)] for a in answer.actors[:top]
    ]
    show_table(f"Actors ({len(answer.actors)})", ["actor", *columns], actors)
    links: list[list[object]] = [[names[k.from_id], names[k.to_id], k.weight, k.cases] for k in answer.links[:top]]
    show_table(f"Links ({len(answer.links)})", ["actor", "other", "weight", "cases"], links)
    say(
        out,
        f"{answer.total} in all; communities {_short(answer.communities)}, modularity {_short(answer.modularity)}",
    )
    if answer.left_out:
        say(out, f"{answer.left_out} links below {answer.least} are left out.")
    if not answer.measured:
        say(out, "Too many links to be measured: give --least.")
    if answer.sampled:
        say(out, f"Betweenness is estimated from {answer.sampled} actors.")
    if answer.open_load:
        say(out, f"Load {answer.open_load} is open; what it brings is not counted.")


def _short(value: object) -> object:
    return f"{value:.3f}" if isinstance(value, float) else "–" if value is None else value


def show_handlers(
    person: Annotated[str, typer.Argument(help="Person, by id, identity number, `system:key` or name.")],
    as_known_at: KnownOption = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Who acted on a person's records."""
    moment = parse_one(as_known_at) if as_known_at else None
    answer = answered(
        store,
        lambda archive: handlers(archive, LOCAL_OPERATOR, person, moment),
        Handlers,
        f"/persons/{path_part(person)}/handlers",
        {"as_known_at": as_known_at},
    )
    if as_json:
        show_json(answer)
        return
    rows: list[list[object]] = [
        [h.name or h.id, ", ".join(h.ways), h.events, h.cases, h.first_at, h.last_at, ", ".join(h.activities)]
        for h in answer.handlers
    ]
    columns = ["actor", "through", "events", "cases", "first", "last", "activities"]
    show_table(f"{answer.id}, as of load {answer.as_of_load}", columns, rows)
    say(out, f"{len(answer.acts)} events, {answer.unnamed} of them name nobody.")
