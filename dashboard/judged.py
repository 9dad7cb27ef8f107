"""Whom the scorecard judges: the level and period of a view, its card, and what of it needs a reason first.

Persons are judged on nobody's wall: a kiosk account, and a screen shown as one, never gets the level of workers.
"""

from __future__ import annotations

from typing import Any

from dashboard import moment, place, reason, session
from dashboard.session import door, scope
from dashboard.standing import FRONT, level
from dashboard.text import t
from data.analysis.card import Card, Part, Scored
from data.analysis.figures import Ask
from data.analysis.flags import Check, Flag, examined
from data.analysis.scorecard import scorecard
from data.analysis.vendor_score import vendor_scores
from data.cache import SingleFlight
from data.metrics import METRICS

View = dict[str, Any] | None
UNIT, WORKER = "unit", "worker"
_looked = SingleFlight(32)  # cards of persons, each for one account, one reason and five minutes


def levels() -> list[tuple[str, str]]:
    """Return the levels this account may ask for, with their names: areas, departments, and workers."""
    areas = [(item.id, place.level_name(item.id)) for item in door().config.levels[1:]]
    persons = [(WORKER, t("scorecard.workers"))] if scope().sees_tracks and not session.is_kiosk() else []
    return [*areas, (UNIT, t("scorecard.departments")), *persons]


def level_title(view: View) -> str:
    """Return the name of the view's level."""
    return dict(levels()).get(level(view), place.level_name(level(view)))


def withheld(view: View) -> bool:
    """Say whether the view is about persons and nobody has said yet why one looks."""
    return level(view) == WORKER and not reason.given()


def card(view: View) -> Card:
    """Return the scores of the view's level, area and period; panels that ask in one breath about persons ask once."""
    asked, now = view or {}, moment.now(view or {})
    about = (level(view), moment.span(asked), place.area(view))

    def make() -> Card:
        return scorecard(door(), reason.who(), about[0], about[1], area=about[2], now=now)

    if about[0] != WORKER:
        return make()  # the door keeps those
    here, who = door(), reason.who()
    key = (here.config.home, here.version(), here.weighing.appeals.excluded(), who, about, now, asked.get("judged"))
    made: Card = _looked.get(key, make)
    return made


def chosen(view: View) -> Scored | None:
    """Return the subject chosen in the table, or None."""
    asked = (view or {}).get("subject")
    return None if not asked or withheld(view) else card(view).row(asked)


def vendor(view: View, subject_id: str) -> float | None:
    """Return the composite other systems commonly show (60/30/10) of an area or department; None: no value there."""
    if level(view) == WORKER:
        return None
    asked = view or {}
    told = vendor_scores(Ask(door(), scope(), level(view), moment.span(asked), moment.now(asked)))
    return told[subject_id].value if subject_id in told else None


def front(view: View) -> str:
    """Return the metric the table and the funnel lead with: the share solved inside the grid, else the heaviest."""
    if level(view) not in (UNIT, WORKER):
        return FRONT
    shares = [part for part in parts(card(view)) if METRICS[part.metric].kind == "share"]
    return next((part.metric for part in shares), FRONT)


def parts(judged: Card) -> list[Part]:
    """Return one part of each metric that counts for anybody on the card, the heaviest first."""
    found: dict[str, Part] = {}
    for one in judged.rows:
        for part in one.parts:
            if part.n and part.metric in METRICS:
                found.setdefault(part.metric, part)
    return sorted(found.values(), key=lambda part: -part.weight)


def doubts(view: View) -> tuple[list[Flag], list[Check]]:
    """Return what looks like gaming among the subjects of the view, and every check that was made."""
    if withheld(view):
        return [], []
    asked, now = view or {}, moment.now(view or {})
    here, who = door(), reason.who()
    about = (level(view), moment.span(asked), place.area(view))
    key = ("doubts", here.config.home, here.version(), who, about, now)

    def make() -> tuple[list[Flag], list[Check]]:
        return examined(here, who, about[1], about[2], level=about[0], now=now)

    found: tuple[list[Flag], list[Check]] = _looked.get(key, make)
    return found
