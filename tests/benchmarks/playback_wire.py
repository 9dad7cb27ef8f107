"""What a county day of playback weighs on the wire, against pydeck's own JSON of the same raw fixes.

Asked like a browser does: signed in, with a reason, over the routes, compressed. Before the first frame moves the story
of the day is needed, the chunk under the clock, and for the tail behind it those of the `trail_s` before.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pydeck
from flask.testing import FlaskClient

from data.config import load_config
from etl.load import load
from tests.benchmarks import Bench
from tests.county_city import FIRST, STEP_S, County, day_end, write_day, write_home
from tests.test_api import give_reason
from tests.web import open_site, sign_in

MOST_B, MOST_BEFORE_MOVING_B = 6_000_000, 400_000
TIMES = 100.0
AT_ONCE = 100  # workers whose JSON is made at once: all of it would not fit into memory
SLOT_S, SLOTS = 900, 96
ASKED = {"Accept-Encoding": "gzip"}


@cache
def home() -> Path:
    """Return a county with one day of tracks."""
    made = Path(tempfile.mkdtemp(prefix="gridlink-playback-")) / "home"
    write_home(made, County())
    files = [made / "areas.parquet", made / "workers.csv", write_day(made, County(), 0), *made.glob("roster*")]
    load(files, load_config(made), now=day_end(0))
    return made


def client() -> FlaskClient:
    """Return a signed-in client that has said why."""
    signed_in = sign_in(open_site(home()))
    give_reason(signed_in)
    return signed_in


def story(asking: FlaskClient) -> int:
    """Return the bytes of the day's story."""
    return len(asking.get(f"/api/story/{FIRST}?w=1200&h=700&em=13", headers=ASKED).get_data())


def chunk(asking: FlaskClient, slot: int) -> int:
    """Return the bytes of everybody's chunk of a slot."""
    answer = asking.get(f"/api/chunks/{FIRST}/{slot}", headers=ASKED)
    assert answer.status_code == 200
    return len(answer.get_data())


def weights() -> tuple[int, int]:
    """Return the bytes of the whole day, and those before the first frame of its first step moves."""
    asking = client()
    chunks = [chunk(asking, slot) for slot in range(SLOTS)]
    first = next(slot for slot, size in enumerate(chunks) if size > 1_000)
    told = story(asking)
    return told + sum(chunks), told + sum(chunks[first - 2 : first + 1])


def ours() -> float:
    """Bytes of the whole day; more than allowed counts as never done."""
    whole, first = weights()
    return float(whole) if whole <= MOST_B and first <= MOST_BEFORE_MOVING_B else float("inf")


def baseline() -> float:
    """Bytes of one TripsLayer a hundred workers as pydeck writes it, all hundreds added up."""
    return float(sum(len(deck.to_json().encode()) for deck in _decks()))


def _decks() -> Iterator[pydeck.Deck]:
    rows = pq.read_table(next(home().glob("fixes_*")), columns=["lon", "lat"])
    shape = (County().fixes, County().workers)  # as phones send them: everybody's first fix, everybody's second ...
    lon, lat = (np.round(rows[name].to_numpy(), 6).reshape(shape).T for name in ("lon", "lat"))
    ways = np.stack([lon, lat], axis=2)
    times = list(range(8 * 3600, 8 * 3600 + STEP_S * County().fixes, STEP_S))
    for first in range(0, County().workers, AT_ONCE):
        some = ways[first : first + AT_ONCE].tolist()
        data = [{"path": path, "timestamps": times} for path in some]
        layer = pydeck.Layer("TripsLayer", data, get_path="path", get_timestamps="timestamps")
        yield pydeck.Deck(layers=[layer], map_provider=None, map_style=None)


BENCH = Bench(
    "playback_wire",
    ours,
    baseline,
    TIMES,
    "2,000 workers, 7.2 million fixes: story and all 96 chunks, compressed; at most 6 MB, and 400 kB before the first "
    "frame moves; against pydeck's JSON of the raw fixes (6 decimals)",
    "B",
)
