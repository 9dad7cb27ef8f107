"""Which of their columns is which of ours: by name, by the shape of the values, by ids the home knows."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from data.feeds import Column, Feed
from etl.propose.seen import Seen
from etl.propose.table import Table
from etl.propose.values import covered
from etl.propose.words import file_speaks, header_sure

KNOWN_IDS, FOREIGN_IDS = 0.8, 0.3  # share of values among the home's ids: surely these, surely others
LONG = 4  # characters
BY_IDS, BY_SHAPE, BY_SHAPES, ONLY_TIME = 0.92, 0.55, 0.95, 0.8
LEAST = 0.3  # less sure is not proposed
GENERIC_ONLY = 0.8  # factor of a feed nothing but general names speak for
USED, SPOKEN = 0.35, 0.1  # weight of the share of columns used, and of the file's name
ALONE = 0.4  # factor of a feed of which nothing but its one required column was found
OPTIONAL = 0.02  # per column found beyond the required ones, at most five: what "nearest" goes by
NEEDED = 0.15  # how much surer an optional column must be to take one that a required column wants
FULL_WIDTH = 12  # columns from which more unused ones say nothing
SPECIAL = {"lon", "lat", "geometry"}
GEOMETRY = {"area": {"polygon"}, "key_area": {"polygon"}, "basemap": {"polygon", "line"}}

Spec = str | dict[str, Any]


@dataclass(frozen=True)
class Match:
    """One of our columns and what it is made of: `spec` as [columns] writes it, `theirs` for people to read."""

    ours: str
    spec: Spec
    theirs: str
    how: str  # "header" | "ids" | "shape" | "range" | "swapped" | "path" | "constant" | "joined" | "prefix"
    sure: float
    sample: str = ""


@dataclass
class Fit:
    """How a file fits one feed: a match for each of our columns that was found, and a score from 0 to 1."""

    feed: Feed
    matches: dict[str, Match] = field(default_factory=dict)
    ancestors: list[dict[str, Spec]] = field(default_factory=list)

    @property
    def required(self) -> list[str]:
        """Our columns without which no row is taken."""
        return [c.name for c in self.feed.columns.values() if c.required and c.default is None]

    @property
    def missing(self) -> list[str]:
        """Required columns for which nothing was found."""
        return [name for name in self.required if name not in self.matches]

    def put(self, match: Match) -> None:
        """Take a match, in the place of an earlier one."""
        self.matches[match.ours] = match

    def score(self, table: Table) -> float:
        """Return how well the file fits: how surely what is required was found, and how much of the file is used."""
        found = [self.matches[x].sure if x in self.matches else 0.0 for x in self.required]
        used = {name for match in self.matches.values() for name in sources_of(match.spec)}
        share = len(used & set(table.usable)) / max(min(len(table.usable), FULL_WIDTH), 1)
        spoken = file_speaks(self.feed.name, table.path.name)
        score = sum(found) / len(found) * (1 - USED - SPOKEN + USED * min(share, 1.0)) + SPOKEN * spoken
        extra = len(self.matches.keys() - set(self.required) - SPECIAL)
        score *= ALONE if len(self.required) == 1 and not extra else 1.0
        score *= 1.0 if spoken or self._is_specific() else GENERIC_ONLY
        return score + OPTIONAL * min(extra, 5)

    def _is_specific(self) -> bool:
        own = [m.sure for m in self.matches.values() if m.ours not in SPECIAL and m.how in {"header", "ids"}]
        return max(own, default=0.0) > BY_SHAPE


def sources_of(spec: Spec) -> list[str]:
    """Return their columns that a [columns] entry reads."""
    if isinstance(spec, str):
        return [spec]
    return list(spec.get("join", [])) or ([spec["from"]] if "from" in spec else [])


def matched(table: Table, feed: Feed) -> Fit:
    """Match a file's columns with a feed's, each of theirs at most once, the surest first."""
    fit = Fit(feed)
    _coordinates(table, fit)
    taken = {name for match in fit.matches.values() for name in sources_of(match.spec)}
    choices = [
        (sure, ours.required, -at, ours, theirs, how)
        for ours in feed.columns.values()
        if ours.name not in SPECIAL
        for at, theirs in enumerate(table.usable.values())
        if theirs.name not in taken
        for sure, how in [_sure(table, feed, ours, theirs)]
        if sure >= LEAST
    ]
    for sure, _, _, ours, theirs, how in sorted(choices, key=lambda x: (x[0] + NEEDED * x[1], x[2]), reverse=True):
        if ours.name not in fit.matches and theirs.name not in taken:
            taken.add(theirs.name)
            fit.put(Match(ours.name, spec_of(ours, theirs), theirs.name, how, round(sure, 2), theirs.sample()))
    return fit


def _coordinates(table: Table, fit: Fit) -> None:
    if "geometry" in fit.feed.columns and table.kind in GEOMETRY.get(fit.feed.name, set()):
        fit.put(Match("geometry", "geometry", "geometry", "shape", BY_SHAPES, str(table.kind)))
    pair = table.pair
    if "lon" in fit.feed.columns and pair is not None:
        for name, theirs in (("lon", pair.lon), ("lat", pair.lat)):
            fit.put(Match(name, pair.spec(name), theirs.name, pair.how, round(pair.sure, 2), theirs.sample()))


def _sure(table: Table, feed: Feed, ours: Column, theirs: Seen) -> tuple[float, str]:
    """Say how sure a column of theirs is ours, and by what."""
    sure, how = header_sure(feed.name, ours.name, theirs.name), "header"
    ids = table.known.ids.get(ours.name)
    if ids and not (feed.name == "area" and ours.name == "area_id") and len(theirs.filled):
        share = _among(theirs, ids)
        if share >= KNOWN_IDS and ours.name != "incident_id" and (sure or _is_long(theirs)):
            sure, how = max(sure, BY_IDS), "ids"
        elif share < FOREIGN_IDS and ours.name in {"area_id", "area_name", "parent_id"}:
            return 0.0, how
    if ours.required and ours.type == "time" and _is_only_time(table, theirs):
        sure, how = (max(sure, ONLY_TIME), how) if sure else (BY_SHAPE, "shape")
    return (sure * _agreement(feed, ours, theirs) if sure else 0.0), how


def _agreement(feed: Feed, ours: Column, theirs: Seen) -> float:
    """Say how well the values suit the type and the part of a column of ours, 0 to 1."""
    if not len(theirs.filled):
        return 0.6
    if ours.type in {"time", "date"}:
        return 0.0 if theirs.form is None else (0.85 if theirs.is_date and ours.type == "time" else 1.0)
    said = covered(feed.name, ours.name, theirs)
    if ours.values or ours.name in {"severity", "kind", "state", "to_state"}:
        return max(said, 0.2 if ours.values else 0.75)
    if ours.type in {"integer", "number", "share"}:
        return 1.0 if theirs.is_numeric else 0.0
    if theirs.form and not theirs.is_numeric:
        return 0.2
    if feed.key == (ours.name,):
        return 1.0 if theirs.distinct > 0.5 else 0.5
    return 0.4 if ours.name in {"name", "title"} and theirs.is_numeric and len(theirs.filled) > 1 else 1.0


def _is_long(theirs: Seen) -> bool:
    """Say whether the texts are long enough to be the home's ids by no accident: 7 and 12 are anybody's."""
    return int(pc.min(pc.utf8_length(theirs.filled)).as_py()) >= LONG


def _among(theirs: Seen, ids: frozenset[str]) -> float:
    inside = pc.is_in(theirs.filled, value_set=pa.array(sorted(ids), pa.string()))
    return float(pc.mean(pc.cast(inside, pa.float64())).as_py())


def _is_only_time(table: Table, theirs: Seen) -> bool:
    return [x.name for x in table.usable.values() if x.form] == [theirs.name]


def spec_of(ours: Column, theirs: Seen) -> Spec:
    """Return what [columns] says: the name, or the name with the format of its times or the factor of its unit."""
    if ours.type in {"time", "date"} and theirs.form and theirs.form != "iso":
        return {"from": theirs.name, "format": theirs.form}
    scale = _scale(ours, theirs)
    return {"from": theirs.name, "scale": scale} if scale else theirs.name


def _scale(ours: Column, theirs: Seen) -> float | None:
    name = theirs.name.lower()
    if ours.name == "speed_mps" and ("km" in name or "公里" in name or "千米" in name):
        return 0.277778
    if ours.type == "share" and len(theirs.filled) and theirs.is_numeric:
        greatest = float(pc.max(pc.cast(theirs.filled, pa.float64(), safe=False)).as_py())
        return 0.01 if 1 < greatest <= 100 else None
    return None
