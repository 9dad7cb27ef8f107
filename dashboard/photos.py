"""The photos of a case: opened one by one from its page, each viewing written down before the picture leaves."""

from __future__ import annotations

from typing import Any

from dash import html
from dash.development.base_component import Component
from flask import Blueprint, abort, send_file
from werkzeug.wrappers import Response

from dashboard.session import door, is_kiosk, scope
from dashboard.text import stamp, t
from data.loop.photos import Photos

Row = dict[str, Any]

photos = Blueprint("photos", __name__)


@photos.get("/photo/<photo_id>")
def show(photo_id: str) -> Response:
    """Return a photo of a case the account may see; never to a wall. Raises Problem `bad_photo`, `no_audit`."""
    row = _kept().get(photo_id)
    if is_kiosk() or not door().query("case", scope(), incident=row["incident_id"]).num_rows:
        abort(403)
    door().audit.record(scope(), "photo", subjects=photo_id, incident=row["incident_id"])
    answer = send_file(row["path"], mimetype="image/jpeg")
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def links(incident_id: str) -> list[Component] | None:
    """Return a link to each photo of a case, in the order in which they were taken; None where there is none."""
    rows = _kept().of(incident_id)
    return [_link(at, row) for at, row in enumerate(rows, 1)] or None


def _link(at: int, row: Row) -> Component:
    words = t("case.photo", n=at, state=t(f"step.{row['state']}"), at=stamp(row["added_at"]))
    return html.Div(html.A(words, href=f"/api/photo/{row['photo_id']}", target="_blank", rel="noreferrer"))


def _kept() -> Photos:
    return Photos(door().operations, door().config.home)
