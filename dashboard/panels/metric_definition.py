"""How a metric is counted: its sentence, its code and version, the feeds it needs, and its two numbers here and now."""

from __future__ import annotations

from typing import Any

from dash import Output, callback, html
from dash.development.base_component import Component

from dashboard import figures, moment, place
from dashboard.loaded import loaded
from dashboard.panels.rate_head import definition, metric_name
from dashboard.parts import panel, status
from dashboard.standing import BESIDE, FRONT, spelled
from dashboard.text import is_chinese, number, t
from dashboard.view import VIEW, hidden
from data.feeds import feeds
from data.metrics import METRICS

BODY = "definition-body"
SHOWN = (FRONT, *BESIDE)


def layout(metric: str | None = None) -> Component:
    """Return the empty panel with the hidden choice of the metric."""
    body = [hidden("metric", metric if metric in METRICS else None), html.Div(id=BODY)]
    return panel("definition", t("definition.title"), body, t("definition.note"))


@callback(Output(BODY, "children"), VIEW)
def show(view: dict[str, Any] | None) -> list[Component]:
    """Show the definition of the chosen metric, the front one while none is chosen."""
    asked = (view or {}).get("metric")
    name = asked if asked in METRICS else FRONT
    metric = METRICS[name]
    version = t("definition.version", code=metric.code, n=metric.version, kind=t(f"definition.{metric.kind}"))
    return [
        html.Div([_choice(other, other == name) for other in SHOWN], className="choices"),
        html.P(definition(name), className="sentence"),
        html.Div([html.Span(version), html.Span(_count(name, view))], className="facts"),
        html.Div([html.Span(t("definition.inputs")), *map(_feed, metric.inputs)], className="facts"),
    ]


def _choice(name: str, here: bool) -> Component:
    facts: Any = {"data-choose": "metric", "data-to": name, "aria-pressed": str(here).lower()}
    return html.Button(metric_name(name), type="button", className="pick", **facts)


def _count(name: str, view: dict[str, Any] | None) -> str:
    """Return part / whole = value of the view's area."""
    row, metric = figures.past(name, view, moment.period(view or {})), METRICS[name]
    where, value = place.title(view), spelled(metric, row["value"], unit=True)
    if row["whole"] is None or row["value"] is None:
        return f"{where} {value}"
    return t("definition.fraction", area=where, part=number(row["part"]), whole=number(row["whole"]), value=value)


def _feed(name: str) -> Component:
    """Return a feed with whether any row of it was loaded."""
    feed = feeds()[name]
    told = feed.zh if is_chinese() else feed.en
    if name in loaded():
        return status("ok", told)
    return status("neutral", t("definition.absent", feed=told))
