"""A scripted shift: the incidents of one simulated day, and what operators do with them, when.

The script knows nothing of the product: it lists who does what at which moment, and what must follow from that.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

DAY = datetime(2026, 1, 5, 16, 0)  # midnight of 6 January in the sample city, naive UTC
GRIDS = {"QH0101001": "Z1", "QH0101002": "Z1", "QH0102001": "Z2", "QH0102003": "Z2"}
LIMIT = {1: timedelta(hours=2), 2: timedelta(hours=24)}  # of the handling, by severity: the product's own table
KINDS = ("FAC", "ENV", "APP", "HAZ")

# Ways through the loop: acts with what they are told; {office} is a street's unit.
TO_GRID: list[tuple[str, dict[str, Any]]] = [("dispatch", {"unit_id": "{station}", "worker_id": "w01"})]
TO_STREET: list[tuple[str, dict[str, Any]]] = [("dispatch", {"unit_id": "B1"})]
WORK: list[tuple[str, dict[str, Any]]] = [("accept_order", {}), ("arrive", {}), ("handle", {"reason": "已处置"})]
DONE: list[tuple[str, dict[str, Any]]] = [("check", {}), ("check_pass", {})]
BEGIN: list[tuple[str, dict[str, Any]]] = [("accept", {}), ("file", {})]
FAIL: list[tuple[str, dict[str, Any]]] = [("check", {}), ("check_fail", {"reason": "没修好"}), ("handle", {})]
BACK: list[tuple[str, dict[str, Any]]] = [("accept_order", {}), ("return", {"reason": "不属本网格"})]
WAYS = {
    "plain": [*BEGIN, *TO_GRID, *WORK, *DONE],
    "rework": [*BEGIN, *TO_GRID, *WORK, *FAIL, *DONE],
    "returned": [*BEGIN, *TO_GRID, *BACK, *TO_STREET, *WORK, *DONE],
    "street": [*BEGIN, *TO_STREET, *WORK, *DONE],
    "on_the_spot": [("self_resolve", {"reason": "当场解决"})],
    "untrue": [("verify", {"worker_id": "w02"}), ("reject", {"reason": "不属实"})],
    "mistake": [("accept", {}), ("void", {"reason": "重复录入"})],
}
SHARES = (9, 3, 2, 2, 2, 1, 1)
ABOVE = ("returned", "street")


@dataclass
class Story:
    """One incident of the day: where, what, and every act with its moment."""

    number: int
    grid: str
    kind: str
    severity: int
    way: str
    at: datetime
    acts: list[tuple[datetime, str, dict[str, Any]]] = field(default_factory=list)

    @property
    def id(self) -> str:
        """The number the incident is reported under."""
        return f"shift-{self.number:03d}"

    def moment(self, act: str) -> datetime | None:
        """When an act was done last."""
        return max((at for at, name, _ in self.acts if name == act), default=None)

    @property
    def closed(self) -> datetime | None:
        """When it was closed, by hand from the script."""
        return self.moment("check_pass") or self.moment("self_resolve")

    @property
    def counts(self) -> bool:
        """Whether it is in the denominator of N1 and N2: not rejected, not void."""
        return self.way not in ("untrue", "mistake")

    @property
    def in_grid(self) -> bool:
        """Whether nobody above the grid handled it."""
        return self.counts and self.way not in ABOVE

    @property
    def on_time(self) -> bool:
        """Whether it was closed by its deadline: the limit from the filing on; on the spot there is none."""
        filed = self.moment("file")
        return self.closed is not None and (filed is None or self.closed <= filed + LIMIT[self.severity])


def stories(cases: int, seed: int = 6) -> list[Story]:
    """Write the day."""
    chance, told = Random(seed), []
    for number in range(cases):
        way = chance.choices(list(WAYS), SHARES)[0]
        at = DAY + timedelta(seconds=chance.randrange(6 * 3600, 20 * 3600))
        story = Story(number, chance.choice(list(GRIDS)), chance.choice(KINDS), chance.choice((1, 2, 2)), way, at)
        for act, facts in WAYS[way]:
            at += timedelta(seconds=chance.randrange(20, 2400))
            given = {key: str(value).format(station=GRIDS[story.grid]) for key, value in facts.items()}
            story.acts.append((at, act, given))
        told.append(story)
    return told


def script(told: list[Story]) -> list[tuple[datetime, Story, str, dict[str, Any]]]:
    """Return the reports and acts of all stories in the order in which they happen."""
    reports = [(story.at, story, "report", dict[str, Any]()) for story in told]
    acts = [(at, story, act, facts) for story in told for at, act, facts in story.acts]
    return sorted([*reports, *acts], key=lambda event: (event[0], event[1].number))
