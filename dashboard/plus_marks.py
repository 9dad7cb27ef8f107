"""What the map of 网格+ asks for: outlines of beats, places, and which grids have none; routes under /api/map."""

from __future__ import annotations

import numpy as np
import shapely
from flask import Blueprint, Response, request

from dashboard import answers, markers, wire
from dashboard.dashes import DASH_M, METRES_PER_DEGREE, dashes
from dashboard.grounds import forget_release
from dashboard.plus import OVERLAYS, rows
from dashboard.session import door, scope
from dashboard.text import t
from dashboard.theme import ramp

plus_marks = Blueprint("plus_marks", __name__, url_prefix="/map/<release>")
plus_marks.url_value_preprocessor(forget_release)
# The class of the ramp that says "none here": dark enough to be seen, light enough to be read over.
WITHOUT = 2
# About so many dashes around a beat, however large; and how much of its outline may be left out, in degrees.
DASHES, LONGEST_M, FINE = 60, 300.0, 0.0001


@plus_marks.get("/beats")
def beats() -> Response:
    """Return the dashed outlines of the police beats."""
    return answers.shared(_outlines, "beat", "grid_beat")


@plus_marks.get("/plus_places")
def places() -> Response:
    """Return the places of the overlays asked for (`?of=party,volunteer`), each with its mark and its words."""
    wanted = [kind for kind in request.args.get("of", "").split(",") if kind in OVERLAYS]
    icons = {kind: markers.icon(f"plus-{kind}", answers.theme()) for kind in wanted}
    found = [row for row in rows("plus_places", area=answers.area()) if row["kind"] in wanted]
    located = [row for row in found if row["lon"] is not None]
    return answers.listed(
        [{"p": [row["lon"], row["lat"]], "icon": icons[row["kind"]], "words": _words(row)} for row in located]
    )


@plus_marks.get("/without/<overlay>")
def without(overlay: str) -> Response:
    """Return the colour of every grid that has none of an overlay, and its words."""
    if overlay not in OVERLAYS:
        raise ValueError(overlay)
    listed = rows("grids_without", area=answers.area(), day=answers.day(), overlay=overlay)
    colour = ramp(answers.theme())[WITHOUT]
    words = t(f"plus.none_{overlay}")
    return answers.listed(
        {"colours": {r["area_id"]: colour for r in listed}, "words": {r["area_id"]: words for r in listed}}
    )


def _outlines() -> bytes:
    wkb = door().query("beats", scope())["geometry"].to_numpy(zero_copy_only=False)
    shapes = shapely.coverage_simplify(shapely.from_wkb(wkb), FINE) if len(wkb) else np.array([], object)
    around = float(np.median(shapely.length(shapes))) * METRES_PER_DEGREE if len(shapes) else 0.0
    dash_m = min(max(around / DASHES, DASH_M), LONGEST_M)
    return wire.paths(np.array(dashes(shapes, dash_m), object))


def _words(row: dict[str, str]) -> str:
    parts = [row["name"], t(f"plus.{row['kind']}"), row["area_name"]]
    if row["colocated_name"]:
        parts.append(t("plus.inside", name=row["colocated_name"]))
    return " · ".join(parts)
