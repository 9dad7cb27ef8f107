"""What is inside a shape drawn on a map, told as a card of small tables; route /api/inside."""

from __future__ import annotations

from collections import Counter
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, request

from dashboard import answers, cards, moment, place, plus
from dashboard.session import door, scope
from dashboard.text import number, t
from data.inside import Inside, People, When, circle, inside, polygon

MOST_KINDS = 6
VIEW = ("area", "period", "day", "kind")

inside_shapes = Blueprint("inside", __name__)
Row = list[Any]
Group = dict[str, Any]


@inside_shapes.get("/inside")
def ask() -> Response:
    """Return what is inside `ring` (lon,lat;lon,lat;...) or `radius` metres around `centre`; never kept."""
    view = {key: request.args[key] for key in VIEW if request.args.get(key)}
    start, end = moment.period(view)
    when = When(moment.now(view), start, end, moment.today(view), view.get("kind", ""))
    found = inside(door(), scope(), _shape(), when)
    notes = [t("inside.whole"), t("inside.people_note", n=number(door().config.privacy.small_count))]
    told = {"title": t("inside.title", area=_area(found.area_m2)), "groups": _groups(found, view), "notes": notes}
    return answers.listed(told, answers.NEVER)


def _shape() -> Any:
    if request.args.get("ring"):
        return polygon([_point(corner) for corner in request.args["ring"].split(";")])
    return circle(_point(request.args["centre"]), float(request.args["radius"]))


def _point(words: str) -> tuple[float, float]:
    """Return lon, lat; raises ValueError for anything that is no place on earth."""
    lon, lat = (float(part) for part in words.split(","))
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        raise ValueError(words)
    return lon, lat


def _area(square_metres: float) -> str:
    large = square_metres >= 1e5
    return f"{number(square_metres / 1e6, 2)} km²" if large else f"{number(square_metres)} m²"


def _groups(found: Inside, view: dict[str, str]) -> list[Group]:
    there = {name: n for name, n in (("key_areas", found.key_areas), ("cameras", found.cameras)) if n}
    things: list[Row] = [[t(f"inside.{name}"), number(n)] for name, n in there.items()]
    things += [[t(f"inside.place_{kind}"), number(n)] for kind, n in sorted(found.places.items())]
    groups = [
        {"title": t("inside.incidents"), "rows": _incidents(found, view)},
        {"title": t("inside.things"), "rows": things or [[t("inside.none"), "0"]]},
        {"title": t("inside.workers"), "rows": [[t("inside.now"), number(found.workers)]]},
        {"title": t("inside.people", n=number(found.people.grids)), "rows": _people(found.people)},
    ]
    return groups


def _incidents(found: Inside, view: dict[str, str]) -> list[Row]:
    """Return sums, then kinds with the way to their list: open now / reported in the period."""
    sums = (sum(found.open.values()), sum(found.reported.values()))
    rows: list[Row] = [[t("inside.sums"), _pair(*sums)]]
    names = cards.kinds()
    kinds = (Counter(found.open) + Counter(found.reported)).most_common()
    for kind, _ in kinds[:MOST_KINDS]:
        asked = {**view, "area": place.area(view), "kind": kind, "state": "all"}
        counts = _pair(found.open.get(kind, 0), found.reported.get(kind, 0))
        rows.append([names.get(kind, kind), counts, f"/incidents?{urlencode(asked)}"])
    rest = [kind for kind, _ in kinds[MOST_KINDS:]]
    if rest:
        sums = (sum(found.open.get(k, 0) for k in rest), sum(found.reported.get(k, 0) for k in rest))
        rows.append([t("inside.others"), _pair(*sums)])
    return rows


def _pair(opened: int, reported: int) -> str:
    return f"{number(opened)} / {number(reported)}"


def _people(people: People) -> list[Row]:
    rows: list[Row] = []
    for name in sorted({*people.classes, *people.hidden}):
        n = people.hidden.get(name, 0)
        sums = number(people.classes[name]) if name in people.classes else "—"
        words = plus.coded("population_classes", name)
        rows.append([t("inside.partly", words=words, n=number(n)) if n else words, sums])
    return rows or [[t("inside.no_people"), "—"]]
