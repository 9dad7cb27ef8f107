"""Long tables: one ag-grid, drawn only where it is looked at; its cells are made by assets/35-pages.js."""

from __future__ import annotations

from typing import Any

import dash_ag_grid as dag

from dashboard.text import t

Column = dict[str, Any]


def grid(name: str, columns: list[Column], chosen: str | None = None, **options: Any) -> dag.AgGrid:
    """Return an empty table. Rows are dicts with a key `id`; `chosen` is the id of the row selected at first."""
    return dag.AgGrid(
        id=name,
        className="grid",
        columnDefs=columns,
        rowData=[],
        getRowId="params.data.id",
        defaultColDef={"sortable": False, "resizable": True, "suppressMovable": True, "suppressHeaderMenuButton": True},
        selectedRows={"ids": [chosen]} if chosen else [],
        style={"height": "100%", "width": "100%"},
        dashGridOptions={
            "rowSelection": {"mode": "singleRow", "checkboxes": False, "enableClickSelection": True},
            "suppressCellFocus": True,
            "animateRows": False,
            "enableCellTextSelection": True,
            "suppressColumnVirtualisation": True,
            "localeText": {"noRowsToShow": t("grid.none"), "loadingOoo": t("grid.loading")},
            **options,
        },
    )


def column(field: str, title: str, width: int, renderer: str | None = None, **more: Any) -> Column:
    """Return a column whose share of the table is `width`; it never becomes narrower than 60 % of so many pixels."""
    made: Column = {"field": field, "headerName": title, "flex": width, "minWidth": round(width * 0.6), **more}
    if renderer:
        made["cellRenderer"] = renderer
    return made


def number_column(field: str, title: str, width: int, **more: Any) -> Column:
    """Return a column of numbers, written to the right and never cut."""
    whole = {"cellClass": "number", "minWidth": round(width * 0.9), **more}
    return column(field, title, width, headerClass="number", **whole)
