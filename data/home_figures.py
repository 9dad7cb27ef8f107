"""What `/metrics` tells of a home: read when it is asked for, left out where a store does not answer."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

from prometheus_client import Metric
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector
from sqlalchemy import func, select

from data.config import Config
from data.jobs import RUNNING, WAITING, Jobs, job
from data.lake import read_manifest
from data.loop.store import alarm, metadata
from data.operations import Operations
from data.readiness import FEEDS, PASSING, newest_fix
from data.warehouse import Warehouse
from data.watched import WatchedDoor

Figures = Iterator[Metric]


class HomeFigures(Collector):
    """The figures of one home for the process that serves it, or (without a Door) for the one that works in it."""

    def __init__(self, config: Config, operations: Operations, door: WatchedDoor | None = None) -> None:
        Jobs(operations)
        operations.make(metadata)  # the tables it counts may never have been written to
        self.config, self.operations, self.door = config, operations, door

    def collect(self) -> Figures:
        """Return every figure that can be told now."""
        yield _gauge("disk_free_bytes", "Room on the disk of the home", shutil.disk_usage(self.config.home).free)
        yield from _of_store("operations", self._of_operations)
        if self.door:
            yield from self._of_cache(self.door)
            yield from _of_store("warehouse", self._of_warehouse)

    def _of_warehouse(self) -> list[Metric]:
        assert self.door is not None
        warehouse = self.door.warehouse
        feeds = warehouse.fetch(FEEDS, {}).to_pylist()
        told = [(row["feed"], row) for row in feeds]
        newest = [(feed, (_now() - row["last_at"]).total_seconds()) for feed, row in told if row["last_at"]]
        return [
            _gauge("version_age_seconds", "Age of the version served", _age(warehouse)),
            _gauge("version_fallen_back", "1: not the version CURRENT names", bool(warehouse.fault)),
            _by("feed_rows", "Rows loaded over all runs", "feed", [(feed, row["rows"]) for feed, row in told]),
            _by("feed_rejects", "Rows refused over all runs", "feed", [(feed, row["rejected"]) for feed, row in told]),
            _by("feed_age_seconds", "Age of the newest event", "feed", newest),
        ]

    def _of_operations(self) -> list[Metric]:
        with self.operations.engine.connect() as connection:
            open_ = select(func.count()).where(alarm.c.raised_at.is_not(None), alarm.c.ended_at.is_(None))
            alarms = connection.execute(open_).scalar_one()
            per_state = (
                select(job.c.state, func.count()).where(job.c.state.in_((WAITING, RUNNING))).group_by(job.c.state)
            )
            jobs = {WAITING: 0, RUNNING: 0} | {state: n for state, n in connection.execute(per_state)}
        newest = newest_fix(self.operations)
        live = [("live", (_now() - newest).total_seconds())] if newest else []
        return [
            _gauge("alarms_open", "Alarms raised and not ended", alarms),
            _by("jobs", "Jobs that wait or run", "state", sorted(jobs.items())),
            _by("position_age_seconds", "Age of the newest position", "store", live),
        ]

    def _of_cache(self, door: WatchedDoor) -> Figures:
        cache = door.cache
        yield CounterMetricFamily("gridlink_cache_asked", "Answers asked of the cache", value=cache.asked)
        yield CounterMetricFamily("gridlink_cache_made", "Answers it did not have", value=cache.made)


def _of_store(name: str, figures: Callable[[], list[Metric]]) -> Figures:
    """Return a store's figures, and whether it answered."""
    try:
        found, up = figures(), True
    except PASSING:
        found, up = [], False
    yield from found
    yield _gauge(f"{name}_up", "1: the store answers", up)


def _age(warehouse: Warehouse) -> float:
    manifest = read_manifest(warehouse.folders, warehouse.version(), parts=False)
    made = datetime.fromisoformat(manifest.created_at)
    return (datetime.now(UTC) - (made if made.tzinfo else made.replace(tzinfo=UTC))).total_seconds()


def _gauge(name: str, about: str, value: float) -> Metric:
    return GaugeMetricFamily(f"gridlink_{name}", about, value=float(value))


def _by(name: str, about: str, label: str, values: list[tuple[str, float]]) -> Metric:
    family = GaugeMetricFamily(f"gridlink_{name}", about, labels=[label])
    for key, value in values:
        family.add_metric([key], float(value))
    return family


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)
