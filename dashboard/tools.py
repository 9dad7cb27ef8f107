"""The tools of a map at a desk, as buttons: measure, ask what is inside a shape, see it tilted; none on a wall."""

from __future__ import annotations

from typing import Any

from dash import html
from dash.development.base_component import Component

from dashboard.session import is_kiosk
from dashboard.text import t

FLAT = ("measure", "circle", "polygon")
ALL = (*FLAT, "tilt", "north")


def bar(*names: str) -> list[Component]:
    """Return the buttons of these tools and the place of what they say (assets/44-tools.js); nothing on a wall."""
    if is_kiosk():
        return []
    label: Any = {"aria-label": t("tools.name")}
    polite: Any = {"aria-live": "polite"}
    said = html.P(className="map-said", hidden=True, **polite)
    return [html.Div([_button(name) for name in names or ALL], className="map-tools", role="toolbar", **label), said]


def _button(name: str) -> Component:
    facts: Any = {"data-tool": name, "aria-label": t(f"tools.{name}_long")}
    if name != "north":
        facts["aria-pressed"] = "false"
    return html.Button(t(f"tools.{name}"), type="button", title=t(f"tools.{name}_long"), **facts)
