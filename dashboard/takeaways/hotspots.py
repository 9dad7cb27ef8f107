"""What the page of hot spots shows: the hot spots with their sentences, and every unit they were found among."""

from __future__ import annotations

import pyarrow as pa

from dashboard import hot, hot_words
from dashboard.takeaway import View, rows_of, takeaway
from dashboard.text import t

TEXT, WHOLE, NUMBER, FLAG = pa.string(), pa.int64(), pa.float64(), pa.bool_()
SPOT = {
    "number": WHOLE,
    "name": TEXT,
    "class": TEXT,
    "sentence": TEXT,
    **dict.fromkeys(("n", "before", "run", "public_n"), WHOLE),
    **dict.fromkeys(("rate", "ratio", "z"), NUMBER),
    **dict.fromkeys(("public_holds", "small"), FLAG),
    **dict.fromkeys(("radius_m", "lon", "lat"), NUMBER),
}
UNIT = {
    **dict.fromkeys(("area_id", "name"), TEXT),
    **dict.fromkeys(("n", "before"), WHOLE),
    **dict.fromkeys(("base", "rate", "smoothed", "z", "p"), NUMBER),
    "significance": WHOLE,
    "class": TEXT,
    "difference": NUMBER,
    **dict.fromkeys(("difference_holds", "rated"), FLAG),
    **dict.fromkeys(("lon", "lat"), NUMBER),
}
NAMED = ("lon", "lat", "name", "area_id", "n", "sentence")


@takeaway("hot_spots", kind="place")
def spots(view: View) -> pa.Table:
    """Return the hot spots of the view's question, the strongest first."""
    found = hot.found(view)
    rows = [
        {**vars(spot), "class": hot_words.class_name(spot.emerging), "sentence": hot_words.sentence(spot, found)}
        for spot in found.spots
    ]
    return rows_of(rows, SPOT, _heads(SPOT))


@takeaway("hot_units", kind="place")
def units(view: View) -> pa.Table:
    """Return every unit of the view's question with its rate and what was found."""
    rows = [{**vars(unit), "class": _class(unit.emerging)} for unit in hot.found(view).units]
    return rows_of(rows, UNIT, _heads(UNIT))


def _class(emerging: str | None) -> str | None:
    return hot_words.class_name(emerging) if emerging else None


def _heads(columns: dict[str, pa.DataType]) -> dict[str, str]:
    return {name: t(f"hotspots.head_{name}") for name in columns if name not in NAMED}
