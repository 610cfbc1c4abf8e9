"""The one table: pages of rows, a filter in each column, links to other pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from json import JSONDecodeError, loads
from typing import Any, Literal

import dash_ag_grid as dag
import dash_mantine_components as dmc
from dash.development.base_component import Component

from dashboard.address import Address
from dashboard.forms import count
from dashboard.states import nothing
from dashboard.texts import Texts, catalogue

Row = dict[str, Any]
PAGE = 25
_FILTERS = {"text": "agTextColumnFilter", "number": "agNumberColumnFilter"}


@dataclass(frozen=True)
class Column:
    """One column. `field` is the key in a row; a row's `<field>_href` makes the cell a link, its `<field>_text` is
    shown instead of the value. What is typed into the filter of a `personal` column is kept out of the address.

    A column with `flex` shares what the others leave, at `least` so many pixels. `mark` gives classes on conditions;
    an `optional` column is left out where no row has a value.
    """

    field: str
    title: str
    kind: Literal["text", "number"] = "text"
    width: int | None = None
    flex: int | None = None
    least: int = 90
    personal: bool = False
    link: bool = False
    mark: dict[str, str] | None = None
    wrap: bool = False
    optional: bool = False


def table(
    name: str,
    columns: Sequence[Column],
    rows: Sequence[Row],
    address: Address,
    say: Texts,
    *,
    empty: str,
    filters: bool = True,
) -> Component:
    """The table `name` of a page, or `empty` where it has no rows."""
    if not rows:
        return nothing(empty)
    paged = len(rows) > PAGE
    columns = [c for c in columns if not c.optional or any(row.get(c.field) not in (None, "") for row in rows)]
    return dmc.Box(
        dag.AgGrid(
            id={"type": "table", "name": name},
            columnDefs=[_definition(column, filters and len(rows) > 1) for column in columns],
            rowData=[_with_texts(row, columns) for row in rows],
            filterModel=_kept(address, name),
            defaultColDef={"sortable": True, "resizable": True, "minWidth": 70, "suppressMovable": True},
            dashGridOptions={
                "domLayout": "autoHeight",
                "pagination": paged,
                "paginationPageSize": PAGE,
                "paginationPageSizeSelector": [25, 50, 100, 200],
                "enableCellTextSelection": True,
                "ensureDomOrder": True,
                "suppressCellFocus": False,
                "tooltipShowDelay": 300,
                "localeText": _grid_texts(say),
                "context": {"personal": [c.field for c in columns if c.personal]},
            },
            className="ag-theme-quartz table",
        ),
        className="table-frame",
    )


def _definition(column: Column, filters: bool) -> dict[str, Any]:
    definition: dict[str, Any] = {"field": column.field, "headerName": column.title, "tooltipField": column.field}
    if filters:
        definition |= {"filter": _FILTERS[column.kind], "filterParams": {"buttons": ["reset"]}}
        definition["floatingFilter"] = True
        definition |= {"suppressFloatingFilterButton": True, "suppressHeaderFilterButton": True}
    if column.width:
        definition |= {"width": column.width, "minWidth": column.width, "maxWidth": 2 * column.width}
    if column.flex:
        definition |= {"flex": column.flex, "minWidth": column.least}
    if column.kind == "number":
        definition |= {"type": "rightAligned"}
    if column.link:
        definition |= {"cellRenderer": "Link"}
    if column.kind == "number":
        shown = f"{column.field}_text"
        definition |= {"valueFormatter": {"function": f"params.data.{shown}"}, "tooltipField": shown}
    if column.mark:
        definition["cellClassRules"] = column.mark
    if column.wrap or column.link:
        definition |= {"wrapText": True, "autoHeight": True}
    return definition


def _with_texts(row: Row, columns: Sequence[Column]) -> Row:
    """The row with how its numbers are written, where it does not say so itself."""
    texts = {f"{c.field}_text": count(row.get(c.field)) for c in columns if c.kind == "number"}
    return {**texts, **row}


def _kept(address: Address, name: str) -> dict[str, Any]:
    """The filter of the table that the address holds; none where it holds something else."""
    text = address.one(f"table.{name}")
    try:
        model = loads(text) if text else {}
    except JSONDecodeError:
        return {}
    return model if isinstance(model, dict) else {}


def _grid_texts(say: Texts) -> dict[str, str]:
    return {key.removeprefix("grid."): say(key) for key in catalogue() if key.startswith("grid.")}
