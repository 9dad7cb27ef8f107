"""The choices of the key areas page: area, state, kind; and the key area chosen in list or map."""

from __future__ import annotations

from dash import dcc, html
from dash.development.base_component import Component

from dashboard.key_areas import ASKED, kind_name
from dashboard.panels import breadcrumb
from dashboard.panels.segments import segments
from dashboard.session import door, scope
from dashboard.text import t
from dashboard.view import control, hidden

KINDS = control("key_kind")


def layout(duty: str = "", key_kind: str = "", key_area: str = "", **_: str) -> Component:
    """Return the bar of controls, set as the address says."""
    states = [("", t("key_areas.every")), *((state, t(f"key_areas.{state}")) for state in ASKED)]
    return html.Div(
        [
            breadcrumb.layout(),
            segments("duty", states, duty, t("key_areas.state")),
            _kinds(key_kind),
            hidden("key_area", key_area or None),
            hidden("reason"),
        ],
        className="filters",
    )


def _kinds(asked: str) -> Component:
    known = sorted({kind for kind in door().query("key_areas", scope())["kind"].to_pylist() if kind})
    options = [{"value": kind, "label": kind_name(kind)} for kind in known]
    value = asked if asked in known else None
    words = t("key_areas.every_kind")
    chooser = dcc.Dropdown(options, value, id=KINDS, placeholder=words, clearable=True, searchable=False)
    return html.Div([html.Span(t("key_areas.kind")), chooser], className="control")
