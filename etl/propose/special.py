"""What no single column holds: a time in two columns, a worker in the file's path, a kind in its name."""

from __future__ import annotations

import re
from pathlib import Path

import pyarrow.compute as pc

from data.feeds import Feed
from etl.propose.areas import complete_areas
from etl.propose.match import Fit, Match, Spec, matched
from etl.propose.seen import Seen
from etl.propose.table import Table
from etl.propose.values import meaning
from etl.propose.words import header_sure, value_words
from etl.rejects import PERSONAL
from etl.transforms import PATH

FOLDER, STEM = r"(?:^|/)([^/]+)/Trajectory/[^/]*$", r"(?:^|/)([^/]+)\.[^/.]+$"
JOINED, KNOWN, FROM_FOLDER, FROM_STEM, FROM_NAME = 0.85, 0.9, 0.7, 0.35, 0.6
KIND_FEEDS = {"basemap", "place"}


def fitted(table: Table, feed: Feed) -> Fit:
    """Match a file with a feed, and complete it with what stands elsewhere than in one column."""
    fit = matched(table, feed)
    for column in feed.columns.values():
        if column.type == "time" and column.required:
            _date_and_clock(table, fit, column.name)
    if feed.name == "fix":
        _worker_in_path(table, fit)
    if feed.name in KIND_FEEDS:
        _kind_in_name(table, fit)
    if feed.name == "area" and "geometry" in fit.matches:
        complete_areas(table, fit)
    if feed.name == "incident":
        _default_of_source(fit)
    return fit


def _date_and_clock(table: Table, fit: Fit, ours: str) -> None:
    """Join a date and a time of day that stand in two columns."""
    present = fit.matches.get(ours)
    if present and isinstance(present.spec, str):
        return
    used = {m.theirs for m in fit.matches.values() if m.ours != ours}
    dates = [x for x in table.usable.values() if x.is_date and x.name not in used]
    clocks = [
        x for x in table.usable.values() if x.is_clock and x.name not in used and header_sure("fix", "fixed_at", x.name)
    ]
    clocks = clocks or [x for x in table.usable.values() if x.is_clock and x.name not in used]
    if not dates or len(clocks) != 1 or (present and present.theirs != dates[0].name):
        return
    date, clock = dates[0], clocks[0]
    names = [date.name, clock.name]
    spec: dict[str, object] = {"join": names, "with": " "}
    if date.form != "iso_date":
        spec["format"] = f"{date.form} {_clock_form(clock)}"
    sample = f"{date.sample()} {clock.sample()}"
    fit.put(Match(ours, spec, " + ".join(names), "joined", JOINED, sample))


def _clock_form(clock: Seen) -> str:
    return "%H:%M:%S" if clock.filled[0].as_py().count(":") == 2 else "%H:%M"


def _worker_in_path(table: Table, fit: Fit) -> None:
    """Take the worker from the folder or the name of a track file that has no column for it."""
    if "worker_id" in fit.matches:
        return
    path = table.path.as_posix()
    workers = table.known.ids["worker_id"]
    for pattern, sure in ((FOLDER, FROM_FOLDER), (STEM, FROM_STEM)):
        found = re.search(pattern, path)
        if (
            found
            and not PERSONAL.search(found.group(1))
            and (pattern == FOLDER or table.layout.format in {"gpx", "plt"})
        ):
            spec: Spec = {"from": PATH, "capture": pattern}
            sure = KNOWN if found.group(1) in workers else sure
            fit.put(Match("worker_id", spec, PATH, "path", sure, found.group(1)))
            return


def _kind_in_name(table: Table, fit: Fit) -> None:
    """State one kind for the whole file where its name says one and no column does."""
    words = value_words(fit.feed.name, "kind")
    column = fit.matches.get("kind")
    if column and column.sure >= 0.5:
        return
    fit.matches.pop("kind", None)
    kind = meaning(_stem(table.path), words)
    if kind:
        fit.put(Match("kind", {"constant": kind}, "", "constant", FROM_NAME, kind))


def _stem(path: Path) -> str:
    return path.name.partition(".")[0].replace("_", " ").replace("-", " ")


def _default_of_source(fit: Fit) -> None:
    """Drop columns of urgency that hold words nobody knows: rows would be refused for them."""
    severity = fit.matches.get("severity")
    if severity is not None and severity.sure < 0.5:
        del fit.matches["severity"]


def default_points(table: Table) -> list[tuple[float, float]]:
    """Return the one point on which suspiciously many rows stand: a geocoder's "somewhere in the city"."""
    pair = table.pair
    if pair is None or pair.form or pair.scale != 1.0:
        return []
    texts = [table.raw[x.name] for x in (pair.lon, pair.lat)]
    if any(not _is_text(x) for x in texts):
        return []
    both = pc.binary_join_element_wise(*texts, " ").drop_null()
    counts = pc.value_counts(both).to_pylist()
    most = max(counts, key=lambda x: x["counts"], default={"counts": 0})
    ordinary = sorted((x["counts"] for x in counts), reverse=True)[1:2]
    if most["counts"] < 100 or most["counts"] < 0.03 * table.raw.num_rows or most["counts"] < 5 * (ordinary or [0])[0]:
        return []
    lon, _, lat = str(most["values"]).partition(" ")
    return [(float(lon), float(lat))] if _both_numbers(lon, lat) else []


def _is_text(column: object) -> bool:
    import pyarrow as pa

    return bool(pa.types.is_string(column.type))  # type: ignore[attr-defined]


def _both_numbers(*texts: str) -> bool:
    return all(re.fullmatch(r"-?\d+\.?\d*", x.strip()) for x in texts)
