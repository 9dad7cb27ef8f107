"""Live positions over the wire: what changed since a screen last asked, and who the tokens stand for."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from typing import Any

import numpy as np
from flask import Blueprint, Response, request

from dashboard import answers, reason, wire
from dashboard.session import door, scope
from dashboard.text import t
from dashboard.theme import map_theme
from dashboard.tree import tree
from data.days import local_day
from data.errors import Problem
from data.live import Answer, Asked, Known, Live, seconds
from data.query import Door

COLOURS = ("worker", "warn", "halo", "accent")
NOWHERE = -(2**31)  # of a coordinate: no position today
NOTHING = 255  # of a battery: unknown
ROLES = ("grid_head", "grid_worker")

live = Blueprint("live", __name__)
Row = dict[str, Any]


@lru_cache(maxsize=2)
def _live(of: Door) -> Live:
    return Live(of)


def source() -> Live:
    """Return the live positions of the home served."""
    return _live(door())


def asked() -> Asked:
    """Return whose workers the request is about."""
    return Asked(request.args.get("area", ""), request.args.get("skill", ""), request.args.get("loads") == "1")


def asked_of(area: str) -> Asked:
    """Return everybody of an area."""
    return Asked(area, loads=False)


@live.get("/positions")
def positions() -> Response:
    """Return the workers on duty that changed since the picture the screen holds, else nothing (204).

    A screen says what it holds by `since`, `at`, `version` and `cases`, as the last answer told it; without them it is
    sent everything. Columns: key (token as a number), place (int32 millionths of a degree), fixed and still (epoch s,
    0 = none), battery (percent), own (1 in the assigned grid, 0 not, 2 unknown).
    """
    given = request.args
    held = Known(
        int(given.get("since", -1)), int(given.get("at", 0)), given.get("version", ""), int(given.get("cases", -1))
    )
    found = source().answer(scope(), held, asked())
    if not found.is_news:
        return Response(status=204)
    about = _limits(found, answers.theme()) if found.whole else {}
    return answers.octets(packed(found, about), answers.NEVER)


def packed(found: Answer, about: dict[str, Any]) -> bytes:
    """Return an answer as bytes, with `about` in its header."""
    rows = found.rows
    degrees = [(NOWHERE if row[axis] is None else round(row[axis] * 1e6)) for row in rows for axis in ("lon", "lat")]
    battery = [NOTHING if row["battery"] is None else round(row["battery"] * 100) for row in rows]
    columns: wire.Columns = {
        "key": (np.array([int(row["token"], 16) for row in rows], np.float64), 1),
        "place": (np.array(degrees, np.int32), 2),
        "fixed": (np.array([seconds(row["fixed_at"]) for row in rows], np.uint32), 1),
        "still": (np.array([seconds(row["still_at"]) for row in rows], np.uint32), 1),
        "battery": (np.array(battery, np.uint8), 1),
        "own": (np.array([row["own"] for row in rows], np.uint8), 1),
    }
    loads = None if found.loads is None else {str(int(token, 16)): n for token, n in found.loads.items()}
    more = {**vars(found.known), "n": found.n, "off_duty": found.off_duty, "loads": loads}
    gone = [int(token, 16) for token in found.gone]
    return wire.pack(len(rows), columns, whole=found.whole, gone=gone, **more, **about)


def _limits(found: Answer, theme: str) -> dict[str, Any]:
    """Return what comes with everything: the limits of the states, the colours, and whether time stands still."""
    config, colours = door().config, map_theme(theme)
    limits = {"stale": config.screen.stale_s, "stay": config.fixes.stay_s, "silent": config.live.silent_s}
    late = source().is_history(found)
    return {"limits": limits, "colours": {name: colours[name] for name in COLOURS}, "history": late}


@live.get("/live/people")
def people() -> Response:
    """Return what each token is called: {number of the token: [name or role and number, area, skills]}.

    Names are given with a reason only, and that is written down; without one a worker is a role with a number within
    the area of assignment. Who may not see workers as points is told nothing (`{}`).
    """
    if not scope().sees_exact_workers:
        return answers.listed({}, answers.NEVER)
    return answers.listed({str(int(row["token"], 16)): row["said"] for row in called(asked())}, answers.NEVER)


def called(whom: Asked) -> list[Row]:
    """Return the workers on duty with what they are called in `said`: [name, area, skills]."""
    found = source().answer(scope(), Known(), whom)
    names = _names(whom) if reason.given() else {}
    known = tree(local_day(found.moment, door().config.zone)).rows
    counted: Counter[tuple[str, str]] = Counter()
    for row in found.rows:
        counted[row["area_id"], row["role"] or ""] += 1
        nameless = f"{role(row['role'])} {counted[row['area_id'], row['role'] or '']}"
        area = known.get(row["area_id"], {}).get("name", row["area_id"])
        row["said"] = [names.get(row["worker_id"]) or nameless, area, row["worker_id"] in names]
    return found.rows


def role(code: str | None) -> str:
    """Return the words of a role."""
    return t(f"live.role_{code}") if code in ROLES else code or t("live.role_grid_worker")


def _names(whom: Asked) -> dict[str, str]:
    try:
        rows = door().query("live_people", reason.who(), area=whom.area or scope().area_id).to_pylist()
    except Problem:
        return {}
    return {row["worker_id"]: row["name"] for row in rows if row["name"]}
