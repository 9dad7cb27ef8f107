"""Whose last position may be seen: who is on duty at this moment, and only since the day began.

Positions outlive the duty they were sent in until retention removes them; this hides them the second duty ends.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pyarrow.compute as pc

from data.config import Config
from data.days import local_day, midnight
from data.loop.shifts import Shifts
from data.warehouse import Warehouse

HISTORY = timedelta(hours=36)  # a home whose data ends longer ago shows the moment of its last fix
LAST = """
    SELECT max(last_at) AS last_at, max(last_at) FILTER (feed = 'fix') AS fixed_at
    FROM load_file
    WHERE feed IN ('fix', 'incident', 'incident_step')
"""


class Present:
    """Who is on duty in one home, by its roster; without a roster everybody always is."""

    def __init__(self, warehouse: Warehouse, config: Config) -> None:
        self._warehouse, self._config = warehouse, config
        self._shifts = Shifts(warehouse)
        self._last: tuple[str, datetime | None, datetime | None] | None = None
        self.has_roster = config.duty.roster != "none"

    def moment(self, now: datetime | None = None) -> datetime:
        """Return the moment live screens show (naive UTC): now, or in a home of history that of its last fix."""
        current = now or datetime.now(UTC).replace(tzinfo=None)
        state = self._warehouse.state(("load_file",))
        if self._last is None or self._last[0] != state:
            row = self._warehouse.fetch(LAST, {}).to_pylist()[0]
            self._last = (state, row["last_at"], row["fixed_at"])
        _, last, fixed = self._last
        return fixed if last and fixed and current - last > HISTORY else current

    def on_duty(self, moment: datetime) -> frozenset[str] | None:
        """Return the workers on duty at a moment; None without a roster."""
        return frozenset(self._shifts.ends(moment)) if self.has_roster else None

    def on_duty_since(self, moment: datetime) -> dict[str, datetime] | None:
        """Return since when everybody on duty at a moment is; None without a roster."""
        return self._shifts.starts(moment) if self.has_roster else None

    def day_began(self, moment: datetime) -> datetime:
        """Return the local midnight (naive UTC) before a moment: an older position says nothing of today."""
        return midnight(local_day(moment, self._config.zone), self._config.zone).replace(tzinfo=None)

    def only(self, rows: pa.Table) -> pa.Table:
        """Return the rows (worker_id, fixed_at) of workers on duty at the moment shown, fixed on its local day."""
        moment = self.moment()
        today = pc.greater_equal(rows["fixed_at"], pa.scalar(self.day_began(moment), pa.timestamp("us")))
        there = self.on_duty(moment)
        if there is None:
            return rows.filter(today)
        on_duty = pc.is_in(rows["worker_id"].cast(pa.string()), value_set=pa.array(sorted(there), pa.string()))
        return rows.filter(pc.and_(today, on_duty))

    def key(self) -> tuple[datetime, frozenset[str] | None]:
        """Return what answers about the present depend on besides rows: the day, and who is on duty."""
        moment = self.moment()
        return self.day_began(moment), self.on_duty(moment)
