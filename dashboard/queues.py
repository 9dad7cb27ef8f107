"""The cases in progress a view asks for, sorted into the queues of the board; first to expire first.

All of it is read from operations, now: a board never shows history. Rows stay Arrow until they are shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from dashboard import moment, place
from dashboard.cases import LOST
from dashboard.session import door, scope
from dashboard.tree import UNLOCATED, tree
from data.days import local_day
from data.states import FINAL

QUEUES: dict[str, tuple[str, ...]] = {
    "accept": ("S10", "S15"),
    "file": ("S20",),
    "dispatch": ("S30", "X1", "X6"),
    "handle": ("S40", "S50", "X5"),
    "check": ("S60", "S65"),
    "shelved": ("X3",),
    "closed": tuple(sorted(FINAL)),
}
CLOSED = "closed"
DAY = timedelta(hours=24)
HANDLED = ("S60", "S65")
TIME = pa.timestamp("us")
EPOCH = datetime(1970, 1, 1)
NEVER = 2**62  # microseconds: what has no limit stands last
# The three numbers of the last 24 hours: column of their moment, and the state a case must be in, if any.
FLOW = {"reported": ("reported_at", None), "handled": ("handled_at", None), "passed": ("closed_at", "S90")}

Row = dict[str, Any]
View = dict[str, Any] | None


@dataclass(frozen=True)
class Board:
    """Rows of board.sql with the columns `queue` and `expires` (microseconds UTC, NEVER without a limit)."""

    table: pa.Table
    now: datetime

    def count(self, queue: str, level: str | None = None) -> tuple[int, int, int]:
        """Return how many cases wait in a queue, how many of them are overdue, and how many soon will be."""
        rows = self._in(queue, level)
        if queue == CLOSED:
            return rows.num_rows, 0, 0
        late = self._within(rows, timedelta(0))
        soon = self._within(rows, timedelta(seconds=door().config.incidents.due_soon_s))
        return rows.num_rows, late, soon - late

    def first(self, queue: str, level: str | None, most: int) -> list[Row]:
        """Return the first rows of a queue: first to expire first, long overdue ones behind, last closed first."""
        rows = self._in(queue, level)
        if queue != CLOSED:
            return self._ordered(rows, most)
        order = pc.sort_indices(rows, [("closed_at", "descending"), ("incident_id", "ascending")])
        found: list[Row] = rows.take(order.slice(0, most)).to_pylist()
        return found

    def open_first(self, most: int, last: tuple[str, ...]) -> list[Row]:
        """Return the first rows of all open ones; those in the states `last` behind."""
        return self._ordered(self.table.filter(pc.not_equal(self.table["queue"], CLOSED)), most, last)

    def running(self, stopped: tuple[str, ...]) -> tuple[int, int, int]:
        """Return how many are open, and of those in no `stopped` state how many are overdue or soon will be."""
        rows = self.table.filter(pc.not_equal(self.table["queue"], CLOSED))
        runs = rows.filter(pc.invert(pc.is_in(rows["state"], value_set=pa.array(stopped))))
        late = self._within(runs, timedelta(0))
        soon = self._within(runs, timedelta(seconds=door().config.incidents.due_soon_s))
        return rows.num_rows, late, soon - late

    def _ordered(self, rows: pa.Table, most: int, last: tuple[str, ...] = ()) -> list[Row]:
        stopped = pc.is_in(rows["state"], value_set=pa.array(last, pa.string()))
        lost = pc.less(rows["expires"], micros(self.now - LOST))
        keys = rows.select(["expires", "incident_id"]).append_column("stopped", stopped).append_column("lost", lost)
        names = ("stopped", "lost", "expires", "incident_id")
        order = pc.sort_indices(keys, [(key, "ascending") for key in names])
        found: list[Row] = rows.take(order.slice(0, most)).to_pylist()
        return found

    def flow(self) -> dict[str, int]:
        """Return how many were reported, handled and passed their check in the last 24 hours."""
        since = pa.scalar(self.now - DAY, TIME)
        out = {}
        for name, (column, state) in FLOW.items():
            there = pc.fill_null(pc.greater(self.table[column], since), False)
            there = pc.and_(there, pc.equal(self.table["state"], state)) if state else there
            out[name] = int(pc.sum(there).as_py() or 0)
        return out

    def backlog(self) -> tuple[int, int]:
        """Return how many cases are open, and how many of them overdue."""
        rows = self.table.filter(pc.not_equal(self.table["queue"], CLOSED))
        return rows.num_rows, self._within(rows, timedelta(0))

    def _in(self, queue: str, level: str | None) -> pa.Table:
        rows = self.table.filter(pc.equal(self.table["queue"], queue))
        return rows.filter(pc.equal(rows["level"], level)) if level else rows

    def _within(self, rows: pa.Table, span: timedelta) -> int:
        return int(pc.sum(pc.less(rows["expires"], micros(self.now + span))).as_py() or 0)


def now() -> datetime:
    """Return the current instant, naive UTC."""
    return datetime.now(UTC).replace(tzinfo=None)


def board(view: View) -> Board:
    """Return the cases of the view's area that fit its kind, severity, unit, `mine` and `overdue`."""
    view = view or {}
    rows = door().query("board", scope(), since=moment.bucket() - DAY)
    table = with_queue(rows)
    made = Board(_narrowed(_inside(table, view), view), now())
    if not view.get("overdue"):
        return made
    return Board(made.table.filter(pc.less(made.table["expires"], micros(made.now))), made.now)


def with_queue(rows: pa.Table) -> pa.Table:
    """Return rows of board.sql with their queue and when what is due in it expires."""
    state = rows["state"].cast(pa.string())
    known = pa.array([code for states in QUEUES.values() for code in states])
    names = pa.array([name for name, states in QUEUES.items() for _ in states])
    queue = names.take(pc.index_in(state, value_set=known).combine_chunks())
    shelved, handled = pc.equal(state, "X3"), pc.is_in(state, value_set=pa.array(HANDLED))
    whole = pc.if_else(handled, pa.scalar(None, TIME), rows["deadline_at"])
    runs = pc.if_else(shelved, rows["review_at"], pc.coalesce(rows["due_at"], whole))
    ends = pc.if_else(pc.is_valid(rows["closed_at"]), pa.scalar(None, TIME), runs)
    rows = rows.append_column("queue", queue).append_column("expires", pc.fill_null(ends.cast(pa.int64()), NEVER))
    for column in ("level", "unit_id", "worker_id", "kind"):
        rows = rows.set_column(rows.schema.get_field_index(column), column, rows[column].cast(pa.string()))
    return rows


def micros(at: datetime) -> int:
    """Return the microseconds since 1970 of a naive UTC instant."""
    return (at - EPOCH) // timedelta(microseconds=1)


def _inside(rows: pa.Table, view: dict[str, Any]) -> pa.Table:
    area = place.area(view)
    if area == scope().area_id:
        return rows
    known = tree(local_day(now(), door().config.zone))
    wanted = [name for one in known.below(area) for name in (one, f"{one}{UNLOCATED}")]
    return rows.filter(pc.is_in(rows["area_id"].cast(pa.string()), value_set=pa.array(wanted, pa.string())))


def _narrowed(rows: pa.Table, view: dict[str, Any]) -> pa.Table:
    for key in ("kind", "unit"):
        if view.get(key):
            rows = rows.filter(pc.equal(rows["kind" if key == "kind" else "unit_id"], view[key]))
    if view.get("severity"):
        rows = rows.filter(pc.equal(rows["severity"], int(view["severity"])))
    return rows.filter(_mine(rows)) if view.get("mine") else rows


def _mine(rows: pa.Table) -> pa.Array:
    """Say which cases were given to the account's worker or unit, or have a step of the account."""
    who = scope()
    acted = door().query("acted", who, account=who.account, since=moment.bucket() - DAY)
    mine = pc.is_in(rows["incident_id"], value_set=acted["incident_id"].cast(pa.string()).combine_chunks())
    for column, own in (("worker_id", who.worker_id), ("unit_id", who.unit_id)):
        if own:
            mine = pc.or_(mine, pc.fill_null(pc.equal(rows[column], own), False))
    return mine
