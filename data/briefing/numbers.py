"""The numbers behind a briefing: any metric of its area, now and in the periods it is compared with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

import pyarrow as pa

from data.analysis.periods import Period, parse, previous, year_ago
from data.briefing.change import NOTHING, Change, change
from data.briefing.spelling import Words
from data.days import local_day
from data.metrics import METRICS, Metric
from data.query import Door
from data.scope import Scope

NONE: dict[str, Any] = {"part": 0.0, "whole": 0.0, "value": None, "n": 0, "low": None, "high": None}
UNLOCATED = "unlocated"

Row = dict[str, Any]
Tell = Callable[[Any, Any], str]  # (Spot, HotSpots) of data/analysis/hot_spots.py


@dataclass(frozen=True)
class Question:
    """What is asked for: a kind of chapters.toml, an area, a period by its key, the moment (naive UTC), a language."""

    kind: str
    area: str
    period: str
    now: datetime
    language: str


@dataclass(frozen=True)
class Numbers:
    """Numbers of one question, all by the door: scoped, masked, cached. `tell` says a hot spot in one sentence."""

    door: Door
    scope: Scope
    question: Question
    tell: Tell | None = None

    @cached_property
    def words(self) -> Words:
        """The language they are told in."""
        return Words(self.question.language, self.door.config.zone)

    @cached_property
    def period(self) -> Period:
        """The period; a rolling one ends with the local day of the moment."""
        moment = self.question.now - timedelta(microseconds=1)
        return parse(self.question.period, local_day(moment, self.door.config.zone))

    @cached_property
    def before(self) -> Period:
        """The period right before (环比)."""
        return previous(self.period)

    @cached_property
    def year_before(self) -> Period:
        """The same period a year earlier (同比)."""
        return year_ago(self.period)

    @cached_property
    def path(self) -> list[Row]:
        """The areas from the top of the scope down to the one asked for."""
        rows: list[Row] = self.rows("area_path", area=self.question.area).to_pylist()
        return rows

    @property
    def level(self) -> str:
        """The level of the area."""
        return str(self.path[-1]["level"]) if self.path else self.door.config.levels[0].id

    @property
    def below(self) -> str:
        """The level right below the area; the leaf for a leaf."""
        ids = [level.id for level in self.door.config.levels]
        return ids[min(ids.index(self.level) + 1, len(ids) - 1)]

    @property
    def is_leaf(self) -> bool:
        """Say whether nothing lies below the area."""
        return self.level == self.door.config.leaf

    @property
    def least(self) -> int:
        """From how many cases on a share is judged."""
        return self.door.config.briefing.least_cases

    @cached_property
    def place(self) -> str:
        """The name of the area."""
        return self.words.named(self.path[-1]) if self.path else ""

    @cached_property
    def places(self) -> list[Row]:
        """The area and everything below it as of the period's last day: rows of the query `areas`."""
        rows = self.rows("areas", day=self.today).to_pylist()
        inside = {self.question.area}
        for level in self.door.config.levels:
            inside |= {r["area_id"] for r in rows if r["level"] == level.id and r["parent_id"] in inside}
        return [row for row in rows if row["area_id"] in inside]

    @property
    def today(self) -> date:
        """The last local day of the period that has begun."""
        return local_day(self.cut(self.period)["now"] - timedelta(microseconds=1), self.door.config.zone)

    def level_name(self, level: str) -> str:
        """Return the name of a level."""
        found = next(item for item in self.door.config.levels if item.id == level)
        return found.zh if self.words.chinese else found.en

    def rows(self, query: str, **params: Any) -> pa.Table:
        """Return the rows of a query that the scope may see."""
        return self.door.query(query, self.scope, **params)

    def cut(self, period: Period) -> dict[str, datetime]:
        """Return start, end and now of a period: it stands as it stood at its own end, or at the moment asked for."""
        start, end = period.bounds(self.door.config.zone)
        return {"start": start, "end": end, "now": min(end, self.question.now)}

    def days(self, period: Period) -> float:
        """Return how many days of a period have passed by the moment asked for."""
        cut = self.cut(period)
        return max((cut["now"] - cut["start"]) / timedelta(days=1), 0.0)

    def one(self, name: str, period: Period | None = None) -> Row:
        """Return a metric of the area itself: part, whole, value, n, low, high."""
        rows = self._ask(name, self.level, period, None)  # of all areas alike: the sheets of an atlas ask once
        return next((row for row in rows if row["area_id"] == self.question.area), NONE)

    def parts(self, name: str, period: Period | None = None) -> list[Row]:
        """Return a metric of every area right below, virtual children (level 'unlocated') included."""
        return self._ask(name, self.below, period, self.question.area)

    def change(self, name: str, period: Period) -> Change:
        """Return how a metric moved since an earlier period."""
        if not self.covers(METRICS[name], period):
            return NOTHING
        days = self.days(self.period), self.days(period)
        return change(METRICS[name], self.one(name), self.one(name, period), days, self.least)

    def covers(self, metric: Metric, period: Period) -> bool:
        """Say whether what a metric needs was there from a period's first day on: half a period compares with none."""
        start = self.cut(period)["start"] + timedelta(days=1)
        since = {row["feed"]: row["since"] for row in self.rows("briefing_since").to_pylist()}
        return all(since[feed] < start for feed in metric.inputs if feed in since)

    def lacking(self, metric: Metric) -> list[str]:
        """Return the feeds a metric needs of which nothing was ever loaded."""
        loaded = {row["feed"] for row in self.rows("feed_status").to_pylist() if row["rows"]}
        return [feed for feed in metric.inputs if feed not in loaded]

    def _ask(self, name: str, level: str, period: Period | None, area: str | None) -> list[Row]:
        cut = self.cut(period or self.period)
        rows = self.door.metric(name, self.scope, level=level, area=area, **cut)
        if "fix" in METRICS[name].inputs and not any(row["part"] for row in rows):
            # without a single fix nothing is known of patrols, which is not the same as none
            return [{**row, "whole": 0.0, "value": None, "n": 0} for row in rows]
        return rows
