"""One holder at a time: a row with a heartbeat, taken over when the holder has been silent too long."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from time import monotonic

from sqlalchemy import Column, DateTime, MetaData, String, Table, delete, insert, select, update

from data.operations import Operations

metadata = MetaData()

lease = Table(
    "lease",
    metadata,
    Column("name", String, primary_key=True),
    Column("holder", String, nullable=False),
    Column("beat_at", DateTime, nullable=False),
)


class Leases:
    """The leases of one operations store; a heartbeat older than `life_s` seconds counts as death.

    So does one that stays the same for as long while somebody waits: a clock that was set back makes nobody immortal.
    """

    def __init__(self, operations: Operations, life_s: float) -> None:
        self.operations = operations
        self.life = timedelta(seconds=life_s)
        self._seen: tuple[str, datetime] | None = None  # holder and heartbeat while waiting
        self._seen_at = 0.0
        operations.make(metadata)

    def take(self, name: str, holder: str, instead_of: str = "") -> bool:
        """Take a lease that is free or whose holder is dead; True also where `holder` already has it.

        instead_of: holders whose name begins so are known to be dead.
        """
        now = _now()
        with self.operations.write() as connection:
            row = connection.execute(select(lease).where(lease.c.name == name).with_for_update()).first()
            succeeds = bool(row and instead_of and row.holder.startswith(instead_of))
            if row and row.holder != holder and not succeeds and self._lives(row.holder, row.beat_at, now):
                return False
            connection.execute(delete(lease).where(lease.c.name == name))
            connection.execute(insert(lease).values(name=name, holder=holder, beat_at=now))
        return True

    def beat(self, name: str, holder: str) -> bool:
        """Give a sign of life; False where somebody else has taken the lease meanwhile."""
        mine = (lease.c.name == name) & (lease.c.holder == holder)
        with self.operations.write() as connection:
            return bool(connection.execute(update(lease).where(mine).values(beat_at=_now())).rowcount)

    def holder(self, name: str) -> str | None:
        """Return who has a lease, dead or alive."""
        with self.operations.engine.connect() as connection:
            return connection.execute(select(lease.c.holder).where(lease.c.name == name)).scalar_one_or_none()

    def _lives(self, holder: str, beat_at: datetime, now: datetime) -> bool:
        """Say whether a holder may be alive: by its last heartbeat, and by whether it has given one since we wait."""
        if self._seen != (holder, beat_at):
            self._seen, self._seen_at = (holder, beat_at), monotonic()
        return beat_at > now - self.life and monotonic() - self._seen_at < self.life.total_seconds()

    def give_back(self, name: str, holder: str) -> None:
        """Free a lease for whoever waits."""
        with self.operations.write() as connection:
            connection.execute(delete(lease).where((lease.c.name == name) & (lease.c.holder == holder)))


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)
