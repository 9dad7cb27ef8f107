"""Incidents as marks: single shapes while they are few, rings that keep the mix of severities where they are many."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from typing import Any

from dashboard import cards
from dashboard.theme import map_theme
from layers import alarms, key_states, plus, reports
from layers.cameras import mark
from layers.doubtful import cross
from layers.incidents import SIZES, shape

MANY = 600  # more points than this in a view are clustered
CELLS = {"city": 15, "town": 13}  # clusters across the longer side of the view
MIX = {1: "crit", 2: "warn", 3: "neutral", 4: "neutral", 5: "neutral"}
FADE = {1: 1.0, 2: 1.0, 3: 0.95, 4: 0.6, 5: 0.35}
BOX = 64


def marks(rows: list[dict[str, Any]], bounds: tuple[float, ...], view: str, theme: str) -> list[dict[str, Any]]:
    """Return the marks of all points, the most urgent on top; gathered where too many lie inside `bounds`.

    A pane of another shape than the bounds, or one that was moved, shows what lies beside them too.
    """
    west, south, east, north = bounds
    if sum(west <= r["lon"] <= east and south <= r["lat"] <= north for r in rows) > MANY:
        return clusters(rows, bounds, view, theme)
    out, named = [], cards.kinds()
    for row in sorted(rows, key=lambda r: -r["severity"]):
        size = SIZES[view][row["severity"]]
        if size:
            own = {
                "p": [round(row["lon"], 6), round(row["lat"], 6)],
                "id": row["incident_id"],
                "card": cards.incident(row, named),
            }
            out.append({**own, "icon": icon(f"severity-{row['severity']}", theme), "size": size})
    return out


def clusters(rows: list[dict[str, Any]], bounds: tuple[float, ...], view: str, theme: str) -> list[dict[str, Any]]:
    """Gather points by square cells and draw each cell as one ring divided by severity, with its count inside."""
    west, south, east, north = bounds
    squeeze = math.cos(math.radians((south + north) / 2))
    side = max((east - west) * squeeze, north - south) / CELLS[view]
    cells: dict[tuple[int, int], list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        cells[int((row["lon"] - west) * squeeze // side), int((row["lat"] - south) // side)].append(row)
    most = max(len(cell) for cell in cells.values())
    out = []
    for cell in sorted(cells.values(), key=len):
        mix = Counter(row["severity"] for row in cell)
        lon, lat = (sum(row[key] for row in cell) / len(cell) for key in ("lon", "lat"))
        size = 16 + 22 * math.sqrt(len(cell) / most)
        ring = icon("ring-" + "_".join(f"{s}.{n}" for s, n in sorted(mix.items())), theme)
        place = [round(lon, 6), round(lat, 6)]
        told = cards.gathered(cell)
        out.append({"p": place, "id": None, "n": len(cell), "card": told, "icon": ring, "size": round(size, 1)})
    return out


def alarm_marks(rows: list[dict[str, Any]], view: str, theme: str) -> list[dict[str, Any]]:
    """Return the marks of open alarms that have a point, the worst on top; `words` of a row are read with it."""
    out = []
    for row in sorted(rows, key=lambda r: -r["severity"]):
        size = alarms.SIZES[view][row["severity"]]
        if size and row["lon"] is not None:
            seen = "-seen" if row["acked_at"] else ""
            own = {"p": [round(row["lon"], 6), round(row["lat"], 6)], "id": row["alarm_id"], "words": row["words"]}
            out.append({**own, "icon": icon(f"alarm-{row['severity']}{seen}", theme), "size": size})
    return out


def icon(name: str, theme: str) -> dict[str, Any]:
    """Return an icon of deck.gl's IconLayer by the name of its picture (see `picture`)."""
    half = BOX // 2
    url = f"/api/icon/{theme}/{name}.svg"
    return {"id": f"{theme}/{name}", "url": url, "width": BOX, "height": BOX, "anchorX": half, "anchorY": half}


def picture(name: str, theme: str) -> str:
    """Return the SVG of an icon: `severity-2`, `camera-online`, `camera-offline`, `cross`, `alarm-1`,
    `alarm-1-seen`, `duty-due`, `plus-party`, `visit` or `ring-1.4_3.17`.

    The parts of a ring are severity.count. Raises ValueError or KeyError for a name nobody made.
    """
    kind, _, rest = name.partition("-")
    colours = map_theme(theme)
    if kind == "camera":
        return mark(rest == "online", colours)
    if kind == "cross":
        return cross(colours)
    if kind == "alarm":
        return alarms.shape(rest, colours)
    if kind == "duty":
        return key_states.shape(rest, colours)
    if kind == "visit":
        return reports.shape(colours)
    if kind == "plus":
        return plus.shape(rest, colours)
    if kind == "severity":
        return shape(int(rest), colours)
    return _ring([tuple(map(int, part.split("."))) for part in rest.split("_")], colours)


def _ring(mix: list[tuple[int, ...]], colours: dict[str, list[int]]) -> str:
    total = sum(n for _, n in mix)
    around, turned, arcs = 2 * math.pi * 24, 0.0, []
    for severity, n in mix:
        red, green, blue, _ = colours[MIX[severity]]
        part = around * n / total
        arcs.append(
            f'<circle cx="32" cy="32" r="24" fill="none" stroke="rgb({red},{green},{blue})" stroke-width="9" '
            f'stroke-opacity="{FADE[severity]}" stroke-dasharray="{part:.2f} {around - part:.2f}" '
            f'stroke-dashoffset="{-turned:.2f}" transform="rotate(-90 32 32)"/>'
        )
        turned += part
    halo, ink = (",".join(map(str, colours[name][:3])) for name in ("halo", "label"))
    words = (
        f'<text x="32" y="39" text-anchor="middle" font-family="Inter,sans-serif" font-weight="600" '
        f'font-size="{19 if total < 1000 else 15}" fill="rgb({ink})">{total}</text>'
    )
    body = f'<circle cx="32" cy="32" r="30" fill="rgb({halo})" fill-opacity=".78"/>' + "".join(arcs) + words
    return f'<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64" viewBox="0 0 64 64">{body}</svg>'
