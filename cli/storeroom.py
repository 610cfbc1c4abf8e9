"""The commands of filing and of the storerooms: filing, arranging, reconciling, retention, readiness, places."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated

import typer

from cli.answers import answered
from cli.archive import CursorOption, JsonOption, LimitOption, StoreOption, opened
from cli.printing import err, out, say, show_json, show_table
from graph.errors import UsageError
from graph.filing.inventory import (
    BoxLabels,
    Inventory,
    inventory,
    inventory_pdf,
    inventory_xlsx,
    labels,
    labels_pdf,
    labels_xlsx,
)
from graph.filing.run import FilingReport, WorkList, arrange, file_cases, work_list
from graph.readiness import Readiness, readiness
from graph.reconcile import Differences, Kind, Reconciliation, differences, reconcile
from graph.retention import DueRecords, Retention, falling_due, retention
from graph.storeroom import Boxes, Positions, Rooms, boxes_of_room, find_places, rooms
from graph.viewer import LOCAL_OPERATOR

KindOption = Annotated[Kind | None, typer.Option("--kind", help="List the differences of this kind.")]


def file_command(
    case: Annotated[list[str] | None, typer.Option(help="Only this case, by id; may be given again.")] = None,
    list_: Annotated[bool, typer.Option("--list", help="List what could not be filed, and why.")] = False,
    limit: LimitOption = 50,
    cursor: CursorOption = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """File the records of completed cases that are in no volume yet. Each load does so with what it completes."""
    if list_:
        asked = {"limit": limit, "cursor": cursor}
        listed = answered(
            store,
            lambda s: work_list(s, s.settings, LOCAL_OPERATOR, limit=limit, cursor=cursor),
            WorkList,
            "/filing/work-list",
            asked,
        )
        _show_work_list(listed, as_json)
        return
    with opened(store) as (archive, settings):
        report = file_cases(archive, settings, LOCAL_OPERATOR, case or None, _progress)
    _show_filing(report, as_json)


def arrange_command(store: StoreOption = None, as_json: JsonOption = False) -> None:
    """Arrange what the catalogue holds: records into volumes, volumes into boxes, boxes on shelves."""
    with opened(store) as (archive, settings):
        report = arrange(archive, settings, LOCAL_OPERATOR, _progress)
    _show_filing(report, as_json)


def _progress(step: str) -> None:
    say(err, f"{step} …")


def _show_filing(report: FilingReport, as_json: bool) -> None:
    if as_json:
        show_json(report)
        return
    if report.load is None:
        say(out, f"Nothing was to be filed as of load {report.as_of_load}.")
    else:
        say(
            out,
            f"Load {report.load}: {report.records:,} records in {report.volumes:,} volumes ({report.new_volumes:,} "
            f"new), {report.boxes:,} boxes ({report.new_boxes:,} new), {report.shelved:,} boxes put on shelves.",
        )
    if report.waiting:
        show_table("Not filed", ["reason", "count"], [[one.reason, one.count] for one in report.waiting])


def _show_work_list(listed: WorkList, as_json: bool) -> None:
    if as_json:
        show_json(listed)
        return
    show_table("Not filed", ["reason", "count"], [[one.reason, one.count] for one in listed.counts])
    rows: list[list[object]] = [[one.id, one.case, one.says, one.mend] for one in listed.items]
    show_table("Work list", ["record or box", "case", "why", "what to do"], rows)
    _more(listed.next)


def _more(cursor: str | None) -> None:
    if cursor:
        say(out, f"More: --cursor {cursor}")


def reconcile_command(
    kind: KindOption = None,
    limit: LimitOption = 50,
    cursor: CursorOption = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Compare paper, copies, persons and places one to one: counts by room and class, or the list of a kind."""
    if kind is not None:
        _show_differences(_differences(kind, limit, cursor, store), as_json)
        return
    answer = answered(
        store,
        lambda s: reconcile(s, s.settings, LOCAL_OPERATOR, _progress),
        Reconciliation,
        "/reconciliation",
    )
    if as_json:
        show_json(answer)
        return
    rows: list[list[object]] = [[one.kind, one.room, one.scheme_class, one.count] for one in answer.counts]
    show_table(f"Differences as of load {answer.as_of_load}", ["kind", "room", "class", "count"], rows)
    say(out, ", ".join(f"{name} {count:,}" for name, count in answer.totals.items()))


def _differences(kind: Kind, limit: int, cursor: str | None, store: str | None) -> Differences:
    return answered(
        store,
        lambda s: differences(s, s.settings, LOCAL_OPERATOR, kind, limit=limit, cursor=cursor),
        Differences,
        f"/reconciliation/{kind}",
        {"limit": limit, "cursor": cursor},
    )


def _show_differences(page: Differences, as_json: bool) -> None:
    if as_json:
        show_json(page)
        return
    rows: list[list[object]] = [[o.id, o.room, o.scheme_class, o.other, o.said, o.found] for o in page.items]
    show_table(page.kind, ["id", "room", "class", "other", "said", "found"], rows)
    _more(page.next)


def retention_command(
    year: Annotated[int | None, typer.Option(help="List the records that fall due in this year.")] = None,
    until: Annotated[int | None, typer.Option(help="Only what falls due up to this year.")] = None,
    limit: LimitOption = 50,
    cursor: CursorOption = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """How long records are kept, and what falls due by year. Nothing is deleted."""
    if year is not None and until is not None:
        raise UsageError("--year and --until say different things.", "Give one of them.")
    if year is not None:
        page = answered(
            store,
            lambda s: falling_due(s, LOCAL_OPERATOR, year, limit=limit, cursor=cursor),
            DueRecords,
            f"/retention/{year}",
            {"limit": limit, "cursor": cursor},
        )
        if as_json:
            show_json(page)
            return
        rows: list[list[object]] = [[o.id, o.archive_no, o.scheme_class, o.retention, o.year] for o in page.items]
        show_table(f"Due on {year}-01-01", ["record", "档号", "class", "retention", "formed"], rows)
        _more(page.next)
        return
    answer = answered(store, lambda s: retention(s, LOCAL_OPERATOR, until), Retention, "/retention", {"until": until})
    if as_json:
        show_json(answer)
        return
    terms: list[list[object]] = [[o.scheme_class, o.retention, o.term, o.records, o.undated] for o in answer.terms]
    show_table("Retention", ["class", "retention", "term", "records", "without year"], terms)
    due: list[list[object]] = [[o.year, o.scheme_class, o.retention, o.records] for o in answer.due]
    show_table("Due on 1 January", ["year", "class", "retention", "records"], due)


def readiness_command(store: StoreOption = None, as_json: JsonOption = False) -> None:
    """Which records could do without paper (单套制), by item and class, and what blocks the others."""
    answer = answered(store, lambda s: readiness(s, s.settings, LOCAL_OPERATOR), Readiness, "/readiness")
    if as_json:
        show_json(answer)
        return
    rows: list[list[object]] = [
        [
            one.item_name or one.item_id,
            one.scheme_class,
            one.records,
            f"{one.share:.1%}",
            ", ".join(f"{b.reason} {b.records}" for b in one.blocks),
        ]
        for one in answer.rows
    ]
    show_table("Single-set readiness", ["item", "class", "records", "ready", "blocked by"], rows)
    say(out, f"{answer.ready:,} of {answer.records:,} records could do without paper.")


def storeroom_command(
    room: Annotated[str | None, typer.Option(help="The boxes of this room, by id or code.")] = None,
    find: Annotated[str | None, typer.Option(help="Where a 档号, a code or a person's records are.")] = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """The rooms and how full they are, the boxes of one, or where something is."""
    if find is not None:
        _show_places(
            answered(store, lambda s: find_places(s, LOCAL_OPERATOR, find), Positions, "/places", {"text": find}),
            as_json,
        )
    elif room is not None:
        _show_boxes(
            answered(
                store,
                lambda s: boxes_of_room(s, s.settings, LOCAL_OPERATOR, room),
                Boxes,
                "/rooms/boxes",
                {"room": room},
            ),
            as_json,
        )
    else:
        _show_rooms(answered(store, lambda s: rooms(s, LOCAL_OPERATOR), Rooms, "/rooms"), as_json)


def _show_places(found: Positions, as_json: bool) -> None:
    if as_json:
        show_json(found)
        return
    rows: list[list[object]] = [
        [o.label, o.archive_no or o.id, o.title, o.volume, o.position, o.box, o.shelf, o.room] for o in found.items
    ]
    show_table("Places", ["what", "档号", "title", "volume", "place", "box", "shelf", "room"], rows)


def _show_boxes(held: Boxes, as_json: bool) -> None:
    if as_json:
        show_json(held)
        return
    names = {shelf.id: shelf.code for shelf in held.room.shelves}
    rows: list[list[object]] = [
        [names.get(o.shelf_id), o.position, o.code, o.volumes, o.records, o.thickness, o.capacity] for o in held.boxes
    ]
    show_table(f"Room {held.room.code}", ["shelf", "place", "box", "volumes", "records", "mm", "of mm"], rows)


def _show_rooms(held: Rooms, as_json: bool) -> None:
    if as_json:
        show_json(held)
        return
    rows: list[list[object]] = [[o.code, o.kind, len(o.shelves), o.boxes, o.capacity] for o in held.rooms]
    show_table("Rooms", ["room", "kind", "shelves", "boxes", "room for"], rows)
    if held.unshelved:
        say(out, f"{held.unshelved:,} boxes stand on no shelf.")


OutOption = Annotated[Path, typer.Option("--out", help="The file to write: .pdf (PDF/A-2b) or .xlsx.")]


def inventory_command(
    volume: Annotated[str, typer.Argument(help="The volume, by id or code.")],
    out_file: OutOption,
    store: StoreOption = None,
) -> None:
    """Print 卷内目录 and 备考表 of a volume."""
    sheet = answered(
        store, lambda s: inventory(s, LOCAL_OPERATOR, volume), Inventory, "/inventory", {"volume": volume}
    )
    _write(out_file, {".pdf": lambda: inventory_pdf(sheet), ".xlsx": lambda: inventory_xlsx(sheet)})


def labels_command(
    out_file: OutOption,
    room: Annotated[str | None, typer.Option(help="All boxes of this room, by id or code.")] = None,
    box: Annotated[str | None, typer.Option(help="This box, by id or code.")] = None,
    store: StoreOption = None,
) -> None:
    """Print the labels of boxes."""
    if (room is None) is (box is None):
        raise UsageError("Either a room or a box has to be named.", "Give --room or --box.")
    sheet = answered(
        store,
        lambda s: labels(s, LOCAL_OPERATOR, room=room, box=box),
        BoxLabels,
        "/labels",
        {"room": room, "box": box},
    )
    _write(out_file, {".pdf": lambda: labels_pdf(sheet), ".xlsx": lambda: labels_xlsx(sheet)})


def _write(path: Path, forms: Mapping[str, Callable[[], bytes]]) -> None:
    make = forms.get(path.suffix.lower())
    if make is None:
        raise UsageError(f"{path.name} is neither .pdf nor .xlsx.", "Name a file that ends so.")
    path.write_bytes(make())
    say(out, f"Written: {path}")
