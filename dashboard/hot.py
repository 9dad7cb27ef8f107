"""What the page of hot spots asks: choices of the view become one question, answered once for all panels.

Choices: `kind` (one L1 at a time; unset: the most frequent), `shape` (areas, cells), `base`, `source` (all, public),
`step` (weeks), `show` (what fills the map) and `spot` (the number of the hot spot chosen).
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from dashboard import moment, place
from dashboard.session import door, scope
from dashboard.text import named, t
from data.analysis.hot_spots import HotSpots, Question, hot_spots
from data.analysis.recurring import Recurring, recurring
from data.cache import SingleFlight

SHOWS = ("significance", "rate", "emerging", "difference", "density")
SHAPES = ("areas", "cells")
BASES = ("auto", "households", "road_km", "floating", "patrol_hours")
SOURCES = ("all", "public")
STEPS = ("1", "2", "4")
WEEKS, COUNTED = 4, 13
FEWEST_UNITS = 30  # of fewer, a score against all of them says little
EVERY = "*"  # all problems together: kinds differ, so it is an act of choosing, never what one begins with
# Special groups are never mapped below a community, and records of information are no problems.
NEVER_MAPPED = ("SPG",)
# What of the choices changes the answer: addresses of the map's data carry these and nothing else.
ASKED = ("area", "day", "t", "kind", "shape", "base", "source", "step")

View = dict[str, Any]
_found, _again = SingleFlight(32), SingleFlight(32)


def question(view: View | None) -> Question:
    """Return the question of a view's choices."""
    view = view or {}
    return Question(
        kind=kind(view),
        area=place.area(view),
        now=moment.now(view),
        weeks=int(_one(view, "step", STEPS, str(WEEKS))),
        steps=COUNTED,
        base=_one(view, "base", BASES, BASES[0]),
        cells=_one(view, "shape", SHAPES, SHAPES[0]) == "cells",
        public_only=_one(view, "source", SOURCES, SOURCES[0]) == "public",
    )


def found(view: View | None) -> HotSpots:
    """Return the answer to a view's question, made once for all its panels and screens."""
    asked = question(view)
    answer: HotSpots = _found.get(_key(asked), lambda: hot_spots(door(), scope(), asked))
    return answer


def again(view: View | None) -> Recurring:
    """Return what comes again for a view's question."""
    asked = question(view)
    answer: Recurring = _again.get(_key(asked), lambda: recurring(door(), scope(), asked))
    return answer


def _key(asked: Question) -> str:
    here, who = door(), scope()
    return str((here.config.home, here.version(), who.area_id, sorted(who.roles), asked))


def kind(view: View) -> str:
    """Return the kind asked for, else the most frequent one of the step that ends now."""
    asked = str(view.get("kind") or "")
    known = {row["kind"] for row in kinds()}
    if asked in known or asked == EVERY:
        return asked
    now = moment.now(view)
    where = {"area": place.area(view), "start": now - timedelta(weeks=WEEKS), "end": now}
    counted = door().query("briefing_kinds", scope(), **where)["kind"].to_pylist()
    return next((kind for kind in counted if kind in known), EVERY)


def kinds() -> list[View]:
    """Return the rows of the kinds that may be asked for, in the order of the code table."""
    rows = door().query("kinds", scope()).to_pylist()
    return [row for row in rows if row["problem"] and row["kind"] not in NEVER_MAPPED]


def kind_name(view: View | None) -> str:
    """Return the name of the kind a view asks for."""
    asked = kind(view or {})
    return next((named(row) for row in kinds() if row["kind"] == asked), t("hotspots.every_kind"))


def show(view: View | None) -> str:
    """Return what fills the map."""
    return _one(view or {}, "show", SHOWS, SHOWS[0])


def chosen(view: View | None) -> int | None:
    """Return the number of the hot spot chosen, None for none."""
    asked = str((view or {}).get("spot") or "")
    return int(asked) if asked.isdigit() else None


def asked(view: View | None) -> View:
    """Return the choices an address of the map's data carries; the kind is spelled out, so that it never shifts."""
    kept = {name: value for name, value in (view or {}).items() if name in ASKED and value not in (None, "")}
    return {**kept, "kind": kind(view or {})}


def _one(view: View, name: str, known: tuple[str, ...], first: str) -> str:
    value = str(view.get(name) or "")
    return value if value in known else first
