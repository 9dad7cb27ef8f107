"""What the receiver tells of itself: whether it can take what phones send, and how much it took; never whose."""

from __future__ import annotations

from collections.abc import Iterator

from prometheus_client import Metric
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector

from data.errors import Problem
from data.readiness import Readiness, away, full
from etl.receive.app import Receiver


def receiving(receiver: Receiver) -> Readiness:
    """Return the checks of `gridlink ingest`: operations, room on the disk, and how much waits to be published."""
    config = receiver.config
    checks = {
        "operations": lambda: away(receiver.sos.operations),
        "disk": lambda: full(config.home, config.ingest.free_mb),
        "spool": lambda: _heaped(receiver),
    }
    return Readiness(checks)


def _heaped(receiver: Receiver) -> list[Problem]:
    waits, limit = receiver.spool.backlog_bytes / 1e6, receiver.config.ingest.backlog_mb
    return [Problem("vital_backlog", detail=f"{waits:.0f}", known=f"{limit:g}")] if waits > limit else []


class ReceiverFigures(Collector):
    """The counts of one receiver since its start."""

    def __init__(self, receiver: Receiver) -> None:
        self.receiver = receiver

    def collect(self) -> Iterator[Metric]:
        """Return rows by what became of them, requests refused by reason, and what waits to be published."""
        told = self.receiver.tally.as_json()
        refused = CounterMetricFamily("gridlink_ingest_refused", "Set aside or refused", labels=["reason"])
        for reason, n in sorted(told.pop("refused").items()):
            refused.add_metric([reason], n)
        rows = CounterMetricFamily("gridlink_ingest_rows", "Rows by what became of them", labels=["fate"])
        for fate, n in told.items():
            rows.add_metric([fate], n)
        yield rows
        yield refused
        yield GaugeMetricFamily(
            "gridlink_ingest_backlog_bytes", "Waits to be published", self.receiver.spool.backlog_bytes
        )
