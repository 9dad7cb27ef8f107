"""Every metric with its code, pillar and figure of the view; the chosen one is explained beside it."""

from __future__ import annotations

from typing import Any

from dash import ClientsideFunction, Input, Output, callback, clientside_callback
from dash.development.base_component import Component

from dashboard import figures, moment
from dashboard.grid import column, grid, number_column
from dashboard.panels.rate_head import metric_name
from dashboard.parts import panel
from dashboard.standing import spelled
from dashboard.takeaway import export_menu
from dashboard.text import DASH, number, t
from dashboard.view import VIEW, control
from data.metrics import METRICS, PILLARS

GRID = "metric-grid"
Row = dict[str, Any]


def layout(chosen: str) -> Component:
    """Return the empty list."""
    columns = [
        column("code", t("metrics.code"), 70),
        column("name", t("metrics.name"), 190),
        column("pillar", t("metrics.pillar"), 110),
        number_column("value", t("metrics.value"), 80),
        number_column("n", "n", 80),
        column("unit", t("metrics.unit"), 60),
    ]
    table = grid(GRID, columns, chosen or next(iter(ordered())))
    return panel("metric-list", t("metrics.title"), table, t("metrics.note"), export_menu("metrics"))


@callback(Output(GRID, "rowData"), VIEW)
def show(view: Row | None) -> list[Row]:
    """Show every metric, by pillar and code."""
    return [row(name, view) for name in ordered()]


def ordered() -> list[str]:
    """Return the names of the metrics by pillar and code."""
    return sorted(METRICS, key=lambda name: (PILLARS.index(METRICS[name].pillar), METRICS[name].code, name))


def row(name: str, view: Row | None) -> Row:
    """Return one metric as the list shows it."""
    metric, found = METRICS[name], figures.one(name, view, moment.period(view or {}))
    told = {"id": name, "code": metric.code, "name": metric_name(name), "pillar": t(f"kpi.{metric.pillar}")}
    told |= {"unit": t(f"metrics.unit_{metric.unit}"), "n": number(found["n"])}
    return told | {"value": DASH if found["value"] is None else spelled(metric, found["value"])}


clientside_callback(
    ClientsideFunction("pages", "picked"),
    Output(control("metric"), "value"),
    Input(GRID, "selectedRows"),
    prevent_initial_call=True,
)
