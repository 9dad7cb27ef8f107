"""The data of a replay: asked with the reason of the session, logged by the door, never kept by a browser.

Who asks again pays for the question and its line in the audit log alone: what everybody in an area adds up to is put
together and compressed once, until the tracks of that day change. The address of a chunk carries that state (`words`),
so that a publish which leaves a day alone asks for none of its chunks again.
"""

from __future__ import annotations

import math
import zlib
from collections.abc import Collection
from dataclasses import replace
from datetime import date, timedelta

import pyarrow as pa
from flask import Blueprint, Response, request

from dashboard import answers, story, story_incident
from dashboard.happenings import Day
from dashboard.reason import who
from dashboard.session import door, scope
from dashboard.story_marks import Page
from dashboard.subject import chosen
from data import playback
from data.cache import SingleFlight
from data.seam import Seam, seam

replay = Blueprint("replay", __name__)
TABLES = ("chunk", "worker_day", "area_link")  # what a chunk is made of
GZIP = 16 + zlib.MAX_WBITS
_made = SingleFlight(256)  # of everybody in an area; some 140 kB each for 2,000 workers


def words(days: Collection[date]) -> dict[str, str]:
    """Return a word for each day's tracks: it changes when they do."""
    return {str(day): door().state(*TABLES, days=[day]) for day in days}


@replay.get("/chunks/<day>/<int:slot>")
def chunk(day: str, slot: int) -> Response:
    """Return a quarter of an hour of everybody's tracks in an area, or of the workers asked for, as one chunk."""
    about = Day(date.fromisoformat(day), answers.area(), tuple(chosen(request.args)) or None)
    days = [about.day + timedelta(days=by) for by in (-1, 0, 1)]
    key = (door().config.home, door().state(*TABLES, days=days), scope().area_id, about, slot)
    stored = _stored(about, slot)  # asked even when the answer is known: it says no, and it writes down who looked
    body: bytes = _made.get(key, lambda: _squeezed(playback.lean(_joined(about, slot, stored))))
    return answers.zipped(body, answers.NEVER)


def _squeezed(body: bytes) -> bytes:
    """Return gzip made for numbers that look like noise: fewer matches are sought, and found faster."""
    packer = zlib.compressobj(6, zlib.DEFLATED, GZIP, 9, zlib.Z_FILTERED)
    return packer.compress(body) + packer.flush()


def _joined(about: Day, slot: int, stored: pa.Table) -> bytes:
    """Return a chunk that goes on over midnight: the first of a day from the one before, the last into the next."""
    last = _slots(about) - 1
    here = _merged(about, stored)
    if slot not in (0, last):
        return here
    gap_s = door().config.fixes.gap_s
    if slot == 0:
        eve = replace(about, day=about.day - timedelta(days=1))
        evening = _merged(eve, _stored(eve, _slots(eve) - 1))
        more = seam(evening, here, Seam(round(eve.length_s), gap_s))[1]
    else:
        morrow = replace(about, day=about.day + timedelta(days=1))
        more = seam(here, _merged(morrow, _stored(morrow, 0)), Seam(round(about.length_s), gap_s))[0]
    return playback.merge([here, *more]) if more else here


def _slots(about: Day) -> int:
    return math.ceil(about.length_s / door().config.playback.slot_s)


def _stored(about: Day, slot: int) -> pa.Table:
    asked = {"day": about.day, "slot": slot, "area": about.area, "workers": about.workers and list(about.workers)}
    return door().query("chunks", who(), **asked)


def _merged(about: Day, rows: pa.Table) -> bytes:
    """Return the stored chunks of a slot as one, with nobody but those asked for."""
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
    asked = request.args.get("incident", "")
    incident = story_incident.about(about, asked) if asked else {}
    told = story.chosen(about, places, page, incident) if places else story.everybody(about, page, incident)
    return answers.octets(told, answers.NEVER)


def _inside(about: Day) -> set[str]:
    """Return the areas whose chunks hold the workers of an area: all below it, or the one above a leaf."""
    above = {row["area_id"]: row["parent_id"] for row in door().query("areas", scope(), day=about.day).to_pylist()}
    below = {about.area}
    for _ in door().config.levels:
        below |= {one for one, parent in above.items() if parent in below}
    return below if len(below) > 1 else {above.get(about.area) or about.area}
