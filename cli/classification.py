"""The command `dossier classify`."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.answers import answered
from cli.archive import CursorOption, JsonOption, LimitOption, StoreOption
from cli.printing import out, say, show_json, show_table
from graph.classified import Classification, ReviewOf, ReviewPage, classification, review
from graph.viewer import LOCAL_OPERATOR


def classify(
    review_of: Annotated[
        ReviewOf | None,
        typer.Option(
            "--review", help="List the titles without a type, without a class of a scheme, or (any) of every scheme."
        ),
    ] = None,
    limit: LimitOption = 50,
    cursor: CursorOption = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """What was classified how; with --review what was not, for `dossier decide class`."""
    if review_of is not None:
        _list_for_review(review_of, limit, cursor, store, as_json)
        return
    answer = answered(store, lambda s: classification(s, LOCAL_OPERATOR), Classification, "/classification")
    if as_json:
        show_json(answer)
        return
    for scheme in answer.schemes:
        rows: list[list[object]] = [[c.code or "none", c.name, c.method, c.records] for c in scheme.classes]
        title = f"{scheme.scheme}: {scheme.name}{f', {scheme.version}' if scheme.version else ''}"
        show_table(
            title,
            ["class", "name", "found by", "records"],
            [*rows, ["unclassified", None, None, scheme.unclassified]],
        )
    if answer.open_load:
        say(out, f"Load {answer.open_load} is open; what it brings is not shown.")


def _list_for_review(of: ReviewOf, limit: int, cursor: str | None, store: str | None, as_json: bool) -> None:
    params: dict[str, object] = {"of": of, "limit": limit, "cursor": cursor}
    page = answered(
        store,
        lambda s: review(s, LOCAL_OPERATOR, of, limit=limit, cursor=cursor),
        ReviewPage,
        "/classification/review",
        params,
    )
    if as_json:
        show_json(page)
        return
    rows: list[list[object]] = []
    for row in page.items:
        said = "; ".join(
            f"{s.scheme} {s.code} {s.name or ''} ({s.method} {s.confidence:.2f})" for s in row.suggestions
        )
        rows.append([row.title, row.records, row.material_id, said])
    show_table("For review", ["title", "records", "one of them", "may be"], rows)
    if page.next:
        say(out, f"More: --cursor {page.next}")
