"""Layers: rows in, pydeck layers out; and the way of one fix from a line of a file to the map."""

from __future__ import annotations

import csv
import json
import math
from datetime import date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pydeck
import pytest

from dashboard.theme import map_theme
from data import playback
from data.query import Door
from data.scope import Scope
from data.sqlfile import sql_files
from layers import LAYERS
from layers.cameras import cone
from layers.gaps import FEWEST, MOST, strokes
from layers.incidents import SIZES, shape
from layers.stays import radius

THEMES = ("dark", "light")
THEME = map_theme("dark")
WORDY = {"font": "Inter", "size": 13}
# What a layer needs beside data and theme.
OPTIONS: dict[str, dict[str, Any]] = {
    "case": {"view": "town", **WORDY},
    "heads": WORDY,
    "hot_spots": {**WORDY, "view": "town"},
    "heat": {"view": "city", "bounds": [119, 32, 120, 33]},
    "notes": WORDY,
    "trips": {"trail_s": 1440},
    "watched": {**WORDY, "view": "town"},
}
MOVING = {"beats", "doubtful", "gaps", "heads", "live", "notes", "reports", "stays", "trips"}
SAMPLES = Path(__file__).parent.parent / "data" / "samples"


def drawn(name: str, data: Any = None, **options: Any) -> list[dict[str, Any]]:
    """Return the layers as the browser gets them."""
    own = OPTIONS.get(name, {} if name in MOVING else {"view": "town"})
    if name == "cameras":
        data = {"offline": None, "all": None}
    if name == "case":
        data = dict.fromkeys(("rings", "words", "ways", "people", "point"))
    if name == "watched":
        data = {"all": None, "tiles": None, "place": None}
    made = LAYERS[name].draw(data, THEME, **{**own, **options})
    deck = pydeck.Deck(layers=made, map_provider=None, map_style=None, initial_view_state=None)
    layers: list[dict[str, Any]] = json.loads(deck.to_json())["layers"]
    return layers


@pytest.mark.parametrize("name", LAYERS)
def test_every_layer_draws_rows_of_a_query_there_is(name: str) -> None:
    assert LAYERS[name].query in sql_files("queries")


@pytest.mark.parametrize("name", sorted(set(LAYERS) - {"areas", "basemap", "heat"}))
def test_every_layer_says_what_it_is_drawn_with_and_by_which_name(name: str) -> None:
    made = drawn(name)
    assert made
    assert all(layer["@@type"].endswith("Layer") and layer["id"] for layer in made)
    assert len({layer["id"] for layer in made}) == len(made)


def test_a_fix_reaches_the_map(door: Door, whole_city: Scope) -> None:
    with (SAMPLES / "fixes_2026-01-05.csv").open(encoding="utf-8-sig") as file:
        line = next(row for row in csv.DictReader(file) if row["网格员"] == "w01" and row["时间"].endswith("08:04:00"))
    moment = datetime.fromisoformat(line["时间"])
    since_midnight = (moment - datetime.combine(moment.date(), datetime.min.time())).total_seconds()
    slot = int(since_midnight // 900)
    rows = door.query("chunks", whole_city.because("test"), day=date(2026, 1, 5), slot=slot)
    chunk = playback.read(playback.merge(rows["payload"].to_pylist(), {"w01"}))
    there = [i for i, t in enumerate(chunk.t.tolist()) if t == since_midnight]
    assert chunk.workers == ("w01",)
    # w01 turns a corner there, so no simplification may have moved the vertex
    assert [(chunk.lon[i], chunk.lat[i]) for i in there] == [(float(line["经度"]), float(line["纬度"]))]
    walked, tail = drawn("trips")
    assert (walked["@@type"], tail["@@type"]) == ("TripsLayer", "TripsLayer")
    assert tail["coordinateSystem"] == "lnglat-offsets" and tail["trailLength"] == 1440


def test_a_row_without_what_the_layer_needs_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="layer incidents: rows without icon, size"):
        drawn("incidents", [{"p": [119.5, 32.0]}])


def test_the_five_severities_have_five_shapes_each_with_a_halo() -> None:
    shapes = [shape(severity, THEME) for severity in (1, 2, 3, 4, 5)]
    halo = ",".join(str(part) for part in THEME["halo"][:3])
    assert len(set(shapes)) == 5
    assert all(f"rgb({halo})" in one for one in shapes)


def test_a_city_shows_only_what_matters_there_and_a_town_shows_all() -> None:
    assert [severity for severity, size in SIZES["city"].items() if size] == [1, 2, 3]
    assert all(SIZES["town"].values())
    assert SIZES["town"][1] > SIZES["town"][2] > SIZES["town"][5]


def test_the_same_map_is_drawn_with_other_colours_at_night() -> None:
    dark, light = (LAYERS["positions"].draw(None, map_theme(theme), view="city")[0] for theme in THEMES)
    assert dark.get_line_color != light.get_line_color


def test_a_gap_is_hatched_evenly_along_its_chord() -> None:
    start, end, step = (119.0, 32.0), (119.0, 32.010), 0.001
    cut = strokes(start, end, step)
    middles = [((a[0] + b[0]) / 2, (a[1] + b[1]) / 2) for a, b in cut]
    assert len(cut) == 10  # ten steps of 0.001 degree
    assert all(lon == pytest.approx(119.0) for lon, _ in middles)
    assert [round(b[1] - a[1], 9) for a, b in pairwise(middles)] == [step] * 9


def test_the_strokes_of_a_gap_cross_it_at_a_slant_and_never_touch() -> None:
    for a, b in strokes((119.0, 32.0), (119.02, 32.0), 0.001):
        wide = (b[0] - a[0]) * math.cos(math.radians(32))
        assert 30 < abs(math.degrees(math.atan2(b[1] - a[1], wide))) < 80
        assert math.hypot(wide, b[1] - a[1]) == pytest.approx(1.3 * 0.001)


@pytest.mark.parametrize(("length", "count"), [(0.0, FEWEST), (1.0, MOST)])
def test_a_gap_that_leads_nowhere_is_still_seen_and_an_endless_one_is_not_endless(length: float, count: int) -> None:
    assert len(strokes((119.0, 32.0), (119.0, 32.0 + length), 0.001)) == count


def test_a_stay_grows_with_the_root_of_its_minutes() -> None:
    assert [radius(minutes) for minutes in (0, 4, 16, 64)] == [4, 7, 10, 16]


def test_a_camera_looks_where_its_heading_points() -> None:
    east = cone(119.0, 32.0, 90.0, 60.0)
    assert east[0] == east[-1] == [119.0, 32.0]
    middle = east[len(east) // 2]
    assert middle[1] == pytest.approx(32.0, abs=1e-6)
    assert (middle[0] - 119.0) * 110_900 * math.cos(math.radians(32)) == pytest.approx(85, rel=0.01)


def test_a_camera_of_unknown_heading_is_drawn_without_a_view() -> None:
    assert cone(119.0, 32.0, None, 60.0) == [[119.0, 32.0]] * 3


def test_the_day_of_a_trail_is_longer_than_any_day() -> None:
    walked = drawn("trips")[0]
    assert walked["trailLength"] > timedelta(hours=25).total_seconds()
    assert walked["fadeTrail"] is False
