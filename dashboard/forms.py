"""Forms of the level above, filled with a month's figures: which there are, and the way to take one away."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, request, send_file

from dashboard import closing
from dashboard.session import door, scope
from dashboard.text import t, voice
from data.closing import span
from data.errors import NotAllowed, Problem
from data.forms import Filled, fill
from data.metrics import METRICS

FOLDER, SUFFIX = "forms", ".xlsx"
MIME = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ROLES = frozenset({"leader", "analyst", "steward"})
forms = Blueprint("forms", __name__)


def names() -> list[str]:
    """Return the names of the forms that lie in the home's folder `forms`, in their order."""
    return sorted(path.stem for path in (door().config.home / FOLDER).glob(f"*{SUFFIX}"))


def filled(name: str, month: str) -> Filled:
    """Return a form with the figures of a local month; raises Problem `unknown_form`, NotAllowed."""
    if not ROLES & scope().roles:
        raise NotAllowed("not_allowed", account=scope().account, detail=name)
    if name not in names():
        raise Problem("unknown_form", detail=name, known=", ".join(names()) or "-")
    body = Path(door().config.home / FOLDER / f"{name}{SUFFIX}").read_bytes()
    return fill(body, _figures(month), about(month))


def about(month: str) -> Mapping[str, str]:
    """Return what the figures of a form are of."""
    closed = closing.closed(month)
    city = door().config.city
    state = t("closing.closed") if closed else t("closing.open")
    return {
        "month": month,
        "city": city.name,
        "version": closed.version if closed else door().version(),
        "state": state,
    }


def _figures(month: str) -> Any:
    """Return the figure of a metric and an area of this account's scope in a month."""
    config, who = door().config, scope()
    start, end = span(month, config.zone)
    levels = {row["area_id"]: row["level"] for row in _areas(end)}

    @cache
    def rows(metric: str, level: str) -> dict[str, dict[str, Any]]:
        found = door().metric(metric, who, start=start, end=end, now=end, level=level)
        return {row["area_id"]: row for row in found}

    def figure(metric: str, area: str | None) -> dict[str, Any] | None:
        wanted = area or config.city.area_id
        if metric not in METRICS or wanted not in levels:
            return None
        return rows(metric, levels[wanted]).get(wanted)

    return figure


def _areas(end: datetime) -> list[dict[str, Any]]:
    rows = door().query("areas", scope(), day=end.date()).select(["area_id", "level"])
    listed: list[dict[str, Any]] = rows.to_pylist()
    return listed


@forms.get("/forms/<name>.xlsx")
def take(name: str) -> Response | tuple[str, int]:
    """Send a filled form; it is logged before it leaves."""
    month = request.args.get("month", "")
    try:
        made = filled(name, month)
        door().audit.record(scope(), "form", subjects=scope().area_id, period={"month": month}, form=name)
    except NotAllowed as refused:
        return refused.sentence(voice().language), 403
    except Problem as problem:
        return problem.sentence(voice().language), 400
    answer = send_file(io.BytesIO(made.body), MIME, as_attachment=True, download_name=f"{name}-{month}{SUFFIX}")
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
