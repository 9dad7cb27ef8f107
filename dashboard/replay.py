"""The data of a replay: asked with the reason of the session, logged by the door, never kept by a browser."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date, timedelta

import pyarrow as pa
from flask import Blueprint, Response, request

from dashboard import answers, story
from dashboard.happenings import Day
from dashboard.reason import who
from dashboard.session import door, scope
from dashboard.story_marks import Page
from dashboard.subject import chosen
from data import playback
from data.seam import Seam, seam

replay = Blueprint("replay", __name__)


@replay.get("/chunks/<day>/<int:slot>")
def chunk(day: str, slot: int) -> Response:
    """Return a quarter of an hour of everybody's tracks in an area, or of the workers asked for, as one chunk."""
    about = Day(date.fromisoformat(day), answers.area(), tuple(chosen(request.args)) or None)
    return answers.octets(_joined(about, slot), answers.NEVER)


def _joined(about: Day, slot: int) -> bytes:
    """Return a chunk that goes on over midnight: the first of a day from the one before, the last into the next."""
    last = math.ceil(about.length_s / door().config.playback.slot_s) - 1
    here = _merged(about, slot)
    if slot not in (0, last):
        return here
    if slot == 0:
        eve = replace(about, day=about.day - timedelta(days=1))
        end = math.ceil(eve.length_s / door().config.playback.slot_s) - 1
        more = seam(_merged(eve, end), here, Seam(round(eve.length_s), door().config.fixes.gap_s))[1]
    else:
        morrow = replace(about, day=about.day + timedelta(days=1))
        more = seam(here, _merged(morrow, 0), Seam(round(about.length_s), door().config.fixes.gap_s))[0]
    return playback.merge([here, *more]) if more else here


def _merged(about: Day, slot: int) -> bytes:
    """Return the stored chunks of a slot as one, with nobody but those asked for."""
    asked = {"day": about.day, "slot": slot, "area": about.area, "workers": about.workers and list(about.workers)}
    rows = door().query("chunks", who(), **asked)
    wanted = about.workers
    if about.area != scope().area_id:
        inside = _inside(about)
        named = rows["area_id"].to_pylist()
        rows = rows.filter(pa.array([one.removesuffix("~") in inside for one in named], pa.bool_()))
        if wanted is None and len(inside) == 1:
            wanted = tuple(about.ask("workers_day")["worker_id"].to_pylist())
    return playback.merge(rows["payload"].to_pylist(), wanted)


@replay.get("/story/<day>")
def tell(day: str) -> Response:
    """Return the day of the chosen workers, or the sum of everybody's."""
    page = Page(answers.theme(), (float(request.args["w"]), float(request.args["h"])), float(request.args["em"]))
    places = chosen(request.args)
    about = Day(date.fromisoformat(day), answers.area(), tuple(places) or None)
    told = story.chosen(about, places, page) if places else story.everybody(about, page)
    return answers.octets(told, answers.NEVER)


def _inside(about: Day) -> set[str]:
    """Return the areas whose chunks hold the workers of an area: all below it, or the one above a leaf."""
    above = {row["area_id"]: row["parent_id"] for row in door().query("areas", scope(), day=about.day).to_pylist()}
    below = {about.area}
    for _ in door().config.levels:
        below |= {one for one, parent in above.items() if parent in below}
    return below if len(below) > 1 else {above.get(about.area) or about.area}
