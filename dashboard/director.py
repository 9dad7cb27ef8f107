"""What a display of a named wall has to know: its scenes, what somebody put up, and alarms that interrupt.

Everything is said masked as for a kiosk, whoever asks. Which scene is in force is worked out in the browser
(assets/70-director.js) from the clock of this server alone, so that all displays of a wall show the same.
Instants leave as milliseconds since 1970, places as west, south, east, north (EPSG:4326).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from dash import html
from dash.development.base_component import Component
from flask import Blueprint, Response, request
from flask_login import current_user

from dashboard import alarms, answers, extent, place, session
from dashboard.moment import bucket
from dashboard.session import door, scope
from dashboard.text import clock, day_long, named, t
from dashboard.view import address, address_path, hidden
from data.days import local_day
from data.errors import Problem
from data.scenes import Scene, Wall
from data.scope import Scope
from data.targets import KIOSK

routes = Blueprint("walls", __name__)
NOW = "X-Gridlink-Now"
CRITICAL = 1
NEAR_DEGREES = 0.006  # around a point that is looked at: about 600 m to each side
REPLAY_STEP = timedelta(minutes=30)

Row = dict[str, Any]


@routes.get("/walls/<name>")
def tell(name: str) -> Response:
    """Return what the displays of a wall show, or 204 where the asker knows it already (`since` = its tag)."""
    now = datetime.now(UTC).replace(tzinfo=None)
    told = state(door().walls.wall(name), now)
    tag = hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:12]
    known = request.args.get("since") == tag
    answer = Response(status=204) if known else answers.listed({**told, "tag": tag}, answers.NEVER)
    answer.headers[NOW] = str(int(datetime.now(UTC).timestamp() * 1000))
    return answer


def state(wall: Wall, now: datetime) -> Row:
    """Return scenes, show and alarms of a wall at an instant (naive UTC)."""
    settings = door().config.director
    paces = {key: int(getattr(settings, f"{key}_s") * 1000) for key in ("turn", "pause", "replay")}
    shown = [_scene(scene) for scene in door().walls.scenes.of(wall.id)]
    return {"scenes": shown, "show": _show(wall, now), "alarms": _alarms(now), **paces}


def lead() -> Component | None:
    """Return where a screen is told that it is a display of a wall; None for every other screen."""
    wall = _wall()
    if wall is None:
        return None
    about: Any = {"data-wall": wall.id, "data-poll": str(int(door().config.director.poll_s * 1000))}
    return html.Div(
        [html.Span(id="director-line"), hidden("wall", wall.id), hidden("t")],
        id="director",
        className="director",
        **about,
    )


def watermark() -> Component | None:
    """Return the faint words over a screen that shows persons: account and address; the browser adds the time."""
    when = door().config.director.watermark
    if when == "never":
        return None
    words = f"{current_user.account.name} · {request.remote_addr}"
    about: Any = {"data-mark": words, "data-when": when, "aria-hidden": "true"}
    return html.Div(id="watermark", className="watermark", **about)


def _wall() -> Wall | None:
    """Return the wall an address names, or that of the account where it opens the first page bare."""
    scenes, asked = door().walls.scenes, address().get("wall")
    if asked:
        return scenes.wall(asked)
    bare = session.is_kiosk() and address_path() == "/"
    return scenes.wall_of(current_user.account.name) if bare else None


def masked() -> Scope:
    """Return the scope of the screen, with no more rights than a wall has."""
    return replace(scope(), roles=KIOSK, reason="")


def _scene(scene: Scene) -> Row:
    told: Row = {"id": scene.id, "name": named({"name_zh": scene.name, "name_en": scene.name_en, "name": scene.name})}
    told |= {"page": scene.page, "view": scene.view, "dwell": int(scene.dwell_s * 1000)}
    return told | {"camera": _box(scene.camera) if scene.camera else None}


def _box(camera: str | tuple[float, ...]) -> list[float] | None:
    """Return where a camera looks; an area outside the account's is nowhere."""
    if not isinstance(camera, str):
        return list(camera)
    known = door().query("areas", scope(), day=_today())["area_id"].to_pylist()
    return list(extent.whole(camera, _today())) if camera in known else None


def _around(row: Row) -> list[float] | None:
    if row.get("lon") is None or row.get("lat") is None:
        return _box(row["area_id"].removesuffix("~"))
    lon, lat = row["lon"], row["lat"]
    return [lon - NEAR_DEGREES, lat - NEAR_DEGREES, lon + NEAR_DEGREES, lat + NEAR_DEGREES]


def _today() -> Any:
    return local_day(bucket(), door().config.zone)


def _alarms(now: datetime) -> list[Row]:
    """Return the unacknowledged alarms of severity 1 that may still interrupt, in the order they began."""
    span = timedelta(seconds=door().config.director.alarm_s)
    rows = door().query("alarms", masked(), since=bucket()).to_pylist()
    urgent = [row for row in rows if row["severity"] == CRITICAL and row["acked_at"] is None and not row["ended_at"]]
    fresh = [row for row in urgent if row["raised_at"] <= now < row["raised_at"] + span]
    return [_alarm(row, row["raised_at"] + span) for row in sorted(fresh, key=lambda row: row["raised_at"])]


def _alarm(row: Row, until: datetime) -> Row:
    told = {"id": row["alarm_id"], "words": alarms.words(row), "place": _where(row["area_id"])}
    point = None if row["lon"] is None else [row["lon"], row["lat"]]
    return told | {"since": _ms(row["raised_at"]), "until": _ms(until), "point": point, "camera": _around(row)}


def _where(area_id: str) -> str:
    """Return the names of an area from below the city down, as far as the screen's account sees them."""
    area = area_id.removesuffix("~")
    try:
        return " / ".join(named(row) for row in place.path({"area": area})[1:]) or place.title({"area": area})
    except Problem:
        return ""


def _show(wall: Wall, now: datetime) -> Row | None:
    row = door().walls.showing(wall.id, now)
    if row is None:
        return None
    try:
        told = SHOWN[row["kind"]](row["target"])
    except Problem:  # put up for another account than this screen's
        return None
    by = t("director.put", by=row["put_by"], at=clock(row["until_at"]))
    head = {"id": row["show_id"], "kind": t(f"walls.{row['kind']}"), "by": by}
    return head | {"put": _ms(row["put_at"]), "until": _ms(row["until_at"])} | told


def _case(target: str) -> Row:
    """A case on a wall is its kind, severity, state and place: no titles, no words of reporters, no persons."""
    row = door().walls.targets.case(target, masked())
    kinds = {one["kind"]: named(one) for one in door().query("kinds", masked()).to_pylist()}
    lines = [_where(row["area_id"])]
    if row.get("state"):
        lines.insert(0, t(f"step.{row['state']}"))
    runs = row.get("deadline_at") is not None and row.get("paused_at") is None  # a pause stops the clock
    told = {"title": kinds.get(row["kind"], row["kind"]), "about": target, "lines": lines, "severity": row["severity"]}
    return told | {"deadline": _ms(row["deadline_at"]) if runs else None} | _placed(row)


def _camera(target: str) -> Row:
    row = door().walls.targets.camera(target, masked())
    lines = [t("video.online" if row["state"] != "offline" else "video.offline"), _where(row["area_id"])]
    return {"title": row["name"] or target, "about": target, "lines": lines} | _placed(row)


def _area(target: str) -> Row:
    door().walls.targets.area("area", target, masked())
    return {"title": _where(target), "about": "", "lines": [], "view": {"area": target}}


def _replay(target: str) -> Row:
    """A replay on a wall is the wall itself, led through a day half an hour at a step: grids and cases, nobody."""
    told = door().walls.targets.replay(target, masked())
    zone = door().config.zone
    day = {"area": told.area_id, "day": told.day.isoformat()}
    start = told.start.replace(tzinfo=UTC).timestamp()
    midnight = datetime.combine(told.day, datetime.min.time(), zone).timestamp()
    n = max(int((told.end - told.start) / REPLAY_STEP), 1)
    steps = [int(start - midnight + (i + 1) * REPLAY_STEP.total_seconds()) for i in range(n)]
    lines = [day_long(told.day)]
    title = _where(told.area_id)
    return {"title": title, "about": "", "lines": lines, "view": day, "steps": steps}


def _ms(at: datetime) -> int:
    return int(at.replace(tzinfo=UTC).timestamp() * 1000)


def _placed(row: Row) -> Row:
    point = None if row.get("lon") is None else [row["lon"], row["lat"]]
    return {"point": point, "camera": _around(row)}


SHOWN: dict[str, Callable[[str], Row]] = {"case": _case, "camera": _camera, "area": _area, "replay": _replay}
