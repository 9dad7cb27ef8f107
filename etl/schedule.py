"""What `gridlink work` does by the clock: the spool every few minutes, the housekeeping once a night."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from data.config import Config
from data.errors import ConfigError
from data.jobs import Jobs
from data.lake import Folders, read_current, read_manifest
from etl.export import Held, held_by, is_waiting
from etl.receive.segments import abandoned, closed_segments

BACKUP = "backup"
CLOCK = "schedule"  # the account of what nobody asked for
NIGHTLY = ("compact", "retain", "verify")  # last, what the others left is held against its digests
WAITS = datetime.max  # one is under way
FIRST_NIGHT = timedelta(hours=1)  # a worker that never met a night does its work after an hour


class Schedule:
    """Submits what is due; `kinds` are the jobs that exist. What ran before is read from the jobs themselves."""

    def __init__(self, config: Config, jobs: Jobs, kinds: set[str]) -> None:
        self.config, self.jobs = config, jobs
        self.started: datetime | None = None
        self._held: tuple[str, Held] | None = None  # the version served, and what people decided that it holds
        self.nightly = [kind for kind in NIGHTLY if kind in kinds]
        self.at = _time(config, "work.nightly_at", config.work.nightly_at)
        self.backup_at = _time(config, "backup.at", config.backup.at)
        self.backs_up = bool(config.backup.folder) and BACKUP in kinds

    def submit_due(self, now: datetime) -> list[str]:
        """Submit every kind that is due at `now` (naive UTC) and return their names."""
        self.started = self.started or now
        due = ["publish"] if self._publish_due(now) else []
        due += [kind for kind in self.nightly if self._night_due(kind, now, self.at)]
        due += [BACKUP] if self.backs_up and self._night_due(BACKUP, now, self.backup_at) else []
        for kind in due:
            self.jobs.submit(kind, CLOCK)
        return due

    def _night_due(self, kind: str, now: datetime, at: time) -> bool:
        last = self._last(kind)
        if last == datetime.min:
            return now - (self.started or now) >= FIRST_NIGHT
        return last < self._night(now, at)

    def _publish_due(self, now: datetime) -> bool:
        last = self._last("publish")
        waits = last == WAITS or timedelta() <= now - last < timedelta(seconds=self.config.work.publish_s)
        if waits:  # one submitted later than now was so by a clock that was set back since
            return False
        spool = self.config.home / "spool"
        if closed_segments(spool) or abandoned(spool, 2 * self.config.ingest.segment_s):
            return True
        return self._decisions_wait()

    def _decisions_wait(self) -> bool:
        """Say whether people decided something the version served does not hold; its manifest is read once."""
        folders = Folders(self.config.home / "warehouse")
        current = read_current(folders)
        if current is None:
            return False
        if self._held is None or self._held[0] != current:
            self._held = (current, held_by(read_manifest(folders, current, parts=False)))
        return is_waiting(self.jobs.operations, self._held[1])

    def _last(self, kind: str) -> datetime:
        """Return when a kind was last submitted; one that still waits or runs is as if it were now."""
        if self.jobs.waiting(kind):
            return WAITS
        return next((job.submitted_at for job in self.jobs.recent(kind, 1)), datetime.min)

    def _night(self, now: datetime, at: time) -> datetime:
        """Return the last moment before `now` at which it was `at` in the city, naive UTC."""
        zone = self.config.zone
        local = now.replace(tzinfo=UTC).astimezone(zone)
        today = datetime.combine(local.date(), at, zone)
        last = today if today <= local else datetime.combine(local.date() - timedelta(days=1), at, zone)
        return last.astimezone(UTC).replace(tzinfo=None)


def _time(config: Config, key: str, text: str) -> time:
    try:
        return time.fromisoformat(text)
    except ValueError as fault:
        path = config.home / "gridlink.toml"
        raise ConfigError("wrong_type", path=path, detail=key, known="HH:MM") from fault
