"""How many people are in the key areas of the made-up city, as gates and cameras would count them: numbers only."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import numpy as np
import pyarrow as pa

from data.days import midnight
from data.timetable import parse
from etl.synthetic.city import City
from etl.synthetic.key_areas import key_areas, kind_of
from etl.synthetic.roster import ZONE

EVERY_MIN = 10
OPEN = (6 * 60, 22 * 60)  # minutes of the local day in which anything is counted
EDGE_MIN = 25.0  # a span of the timetable fills and empties within so many minutes
REST = 0.22  # of the fullest, outside the timetable
SCHEMA = pa.schema(
    [("key_area_id", pa.string()), ("counted_at", pa.timestamp("us")), ("count", pa.int32()), ("source", pa.string())]
)


def crowds(city: City, days: list[date], end: datetime) -> pa.Table:
    """Return the counts of these local days up to `end` (naive UTC) in the columns of the feed people_count."""
    watched = [(about, at) for at, (about, _) in enumerate(key_areas(city)) if about["people_limit"]]
    parts = [_day(city, about, at, day) for day in days for about, at in watched]
    rows = pa.concat_tables([SCHEMA.empty_table(), *parts])
    return rows.filter(pa.array(rows["counted_at"].to_numpy() <= np.datetime64(end, "us")))


def _day(city: City, about: dict[str, object], at: int, day: date) -> pa.Table:
    """Return one area's day: full in the hours of its timetable, differently full from day to day."""
    rng = np.random.default_rng([city.seed, 16, at, day.toordinal()])
    minutes = np.arange(OPEN[0], OPEN[1] + 1, EVERY_MIN)
    spans = parse(str(about["timetable"])).on(day) if about["timetable"] else []
    busy = np.full(len(minutes), REST)
    for first, last in spans:
        inside = np.minimum(minutes - first, last - minutes) / EDGE_MIN
        busy = np.maximum(busy, REST + (1 - REST) / (1 + np.exp(-4 * inside)))
    fullest = float(str(about["people_limit"])) * kind_of(str(about["kind"]))["people"] * rng.normal(0.92, 0.09)
    counts = np.maximum(0, fullest * busy * rng.normal(1, 0.05, len(minutes))).astype(np.int32)
    start = midnight(day, ZONE)
    moments = [start + timedelta(minutes=int(minute)) for minute in minutes]
    source = ["gate"] * len(minutes)
    columns = [[about["key_area_id"]] * len(minutes), moments, counts, source]
    return pa.table([pa.array(c, f.type) for c, f in zip(columns, SCHEMA, strict=True)], schema=SCHEMA)
