"""The figures of the three pillars: this period, against the one before (环比) and the same a year ago (同比)."""

from __future__ import annotations

from typing import Any

from dash import Output, callback, dcc, html
from dash.development.base_component import Component

from dashboard import ahead, leader
from dashboard.panels.kpi import judged
from dashboard.panels.rate_head import definition, metric_name
from dashboard.parts import panel, status
from dashboard.takeaway import export_menu
from dashboard.text import DASH, number, percent, points, t
from dashboard.view import VIEW, link
from data.analysis.periods import Period
from data.metrics import METRICS

BODY = "leader-figures-body"
HEADS = ("metric", "value", "n", "before", "year")
Row = dict[str, Any]


def layout() -> Component:
    """Return the empty table."""
    note = t("leader.figures_note")
    return panel("leader-figures", t("leader.figures"), html.Div(id=BODY), note, export_menu("leader_figures"))


@callback(Output(BODY, "children"), VIEW)
def show(view: Row | None) -> Component:
    """Show every figure of the view's area with its changes; a metric's name leads to how it is counted."""
    head = html.Thead(html.Tr([html.Th(t(f"leader.{name}")) for name in HEADS]))
    spans = leader.spans(view)
    table = html.Table([head, *(_part(pillar, names, view, spans) for pillar, names in _pillars())])
    ahead.after(view or {}, leader.below)
    return table


def _part(pillar: str, names: tuple[str, ...], view: Row | None, spans: tuple[Period, Period, Period]) -> Component:
    return html.Tbody([_heading(pillar), *(_line(name, view, spans) for name in names)])


def _pillars() -> list[tuple[str, tuple[str, ...]]]:
    return [(pillar, tuple(name for name in names if name in METRICS)) for pillar, names in leader.PILLARS.items()]


def _heading(pillar: str) -> Component:
    return html.Tr(html.Th(t(f"kpi.{pillar}"), colSpan=len(HEADS)), className="pillar")


def _line(name: str, view: Row | None, spans: tuple[Period, Period, Period]) -> Component:
    now, before, year = (leader.one(name, view, span) for span in spans)
    better = METRICS[name].better
    told = dcc.Link(metric_name(name), href=link("/metrics", metric=name), title=definition(name))
    cells = [html.Td(spelled(name, now)), html.Td(number(now["n"], short=True) if now["value"] is not None else DASH)]
    compared = [html.Td(_against(name, better, now, then)) for then in (before, year)]
    return html.Tr([html.Th(told), *cells, *compared])


def spelled(name: str, row: Row) -> str:
    """Return a metric's value as it is written; — where nothing is known."""
    if row["value"] is None:
        return DASH
    return percent(row["value"]) if METRICS[name].unit == "percent" else number(row["value"])


def _against(name: str, better: str, now: Row, then: Row) -> Any:
    if now["value"] is None or then["value"] is None:
        return DASH
    if METRICS[name].unit == "percent":
        return status(judged(better, now, then), points(now["value"] - then["value"]))
    if not then["value"]:
        return DASH
    share = now["value"] / then["value"] - 1
    return f"{share * 100:+.1f}%".replace("-", "−")
