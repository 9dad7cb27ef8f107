"""A worker's day in sentences: the course of the day, notes on the map, and what comes next on the strip."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import pyarrow as pa

from dashboard.happenings import Day, Row, nearest, runs
from dashboard.subject import LETTERS
from dashboard.text import DASH, clock, distance, duration, is_chinese, named, t
from data.rules import rules_with

NOTED_S = 16 * 60  # a stay this long gets a note on the map


@dataclass(frozen=True)
class Told:
    """Everything found about the chosen workers of a day; `places` gives each worker its letter."""

    day: Day
    places: dict[str, int]
    people: dict[str, Row]
    tracks: pa.Table
    stays: list[Row]
    gaps: list[Row]
    doubtful: list[Row]
    reports: list[Row]
    near: list[Row]

    def letter(self, row: Row) -> str:
        """Return the letter of the row's worker."""
        return LETTERS[self.places[row["worker_id"]]]

    def person(self, worker: str) -> dict[str, str]:
        """Return name (as masked for the account) and assigned area of a worker."""
        row = self.people.get(worker, {})
        return {"name": row.get("name") or worker, "place": row.get("area_name") or DASH}

    def events(self) -> list[Row]:
        """Return what happened in order: at, kind, place (0-3), title, detail; for reports also severity."""
        told = [self._event(row, "stay", *_stay(row)) for row in self.stays]
        told += [self._event(row, "gap", *_gap(row)) for row in self.gaps]
        told += [self._event(row, "doubtful", *_doubtful(row)) for row in runs(self.doubtful)]
        told += [self._event(row, "report", *self._report(row)) for row in self.near]
        return sorted(told, key=lambda row: row["at"])

    def when(self, at: float) -> str:
        """Return the clock of the city at elapsed seconds of the day."""
        return clock(self.day.start + timedelta(seconds=at))

    def _event(self, row: Row, kind: str, title: str, detail: str) -> Row:
        about = {"at": row["at"], "kind": kind, "place": self.places[row["worker_id"]]}
        return {**about, "title": title, "detail": detail, "severity": row.get("severity")}

    def _report(self, row: Row) -> tuple[str, str]:
        away = t("happening.away", letter=self.letter(row), distance=distance(row["distance_m"]))
        return t("happening.report", what=what(row)), away


def tell(day: Day, places: dict[str, int]) -> Told:
    """Ask for everything about the chosen workers of a day."""
    tracks, reports = day.ask("tracks"), day.reports()
    near = nearest(reports, tracks, day.start)
    people = {row["worker_id"]: row for row in day.ask("workers_day").to_pylist() if row["worker_id"] in places}
    return Told(day, places, people, tracks, day.stays(), day.gaps(), day.doubtful(), reports, near)


def what(report: Row) -> str:
    """Return what an incident is about in few words."""
    return str(report["subkind"] or named(report, "kind"))


def gap_note(row: Row) -> str:
    """Return the note on a gap: how long, and how far as the crow flies."""
    return t("happening.gap_note", span=duration(row["end"] - row["at"]), distance=distance(row["straight_m"]))


def stay_note(row: Row) -> str:
    """Return the note on a stay."""
    return t("happening.stay", span=duration(row["end"] - row["at"]))


def flagged(row: Row) -> str:
    """Return what is doubtful about fixes with these flags."""
    told = (rule for rule in rules_with("flag").values() if row["flags"] & rule.bit)
    return " · ".join(rule.zh if is_chinese() else rule.en for rule in told)


def _stay(row: Row) -> tuple[str, str]:
    return stay_note(row), t("happening.fixes", n=row["fixes"])


def _gap(row: Row) -> tuple[str, str]:
    title = t("happening.gap", span=duration(row["end"] - row["at"]))
    return title, t("happening.gap_detail", distance=distance(row["straight_m"]))


def _doubtful(row: Row) -> tuple[str, str]:
    return t("happening.doubtful", n=row["n"]), flagged(row)
