"""The way from an incident to the replay of the hours around its report."""

from __future__ import annotations

from typing import Any

from dash import html
from dash.development.base_component import Component

from dashboard.parts import icon
from dashboard.session import door, scope
from dashboard.text import t
from dashboard.view import link

HOUR_S = 3600


def around(row: dict[str, Any]) -> list[Component]:
    """Return the link to the replay of an incident; nothing for an account that sees no tracks.

    It loads the page anew: the day is that of the report, whatever day the screen speaks of.
    """
    if not scope().sees_tracks:
        return []
    hours = f"{door().config.playback.around_s / HOUR_S:g}"
    href = link("/tracks", incident=row["incident_id"])
    return [html.A([icon("route"), t("steps.replay", n=hours)], href=href, className="around")]
