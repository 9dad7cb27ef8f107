"""Replays refused rows: the same way as at their load, with what has been mended since."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from data.config import Config
from data.errors import Problem
from etl.again import Repair, kept_whole, received_later, repaired, take_again
from etl.close import close
from etl.deliver import deliver
from etl.engine import Local
from etl.load import LoadResult
from etl.mapping import load_mappings
from etl.positions import record_positions
from etl.publish import publishing
from etl.run import Run, silent


class Chosen(NamedTuple):
    """Which refused rows: those of a run, a file and a reason; empty = any.

    `behind` is what the receiving clock was behind when it stamped their receipt: nothing where it was right.
    """

    run_id: str = ""
    path: str = ""
    reason: str = ""
    behind: timedelta = timedelta(0)


def replay(
    config: Config, chosen: Chosen, repairs: Repair | None = None, *, progress: Callable[[str], None] = silent
) -> LoadResult:
    """Take refused rows in again and publish a new version; with `repairs` (by row number) only the repaired rows.

    What they were missed for is cured by the same run. Raises Problem `nothing_to_replay` where no such row is in
    quarantine.
    """
    mappings, engine = load_mappings(config.home / "mappings"), Local()
    try:
        with publishing(config) as draft:
            run = Run(config, draft, datetime.now(UTC).replace(tzinfo=None), engine, progress)
            mend = received_later(chosen.behind) if chosen.behind else repaired(repairs or {})
            take_again(run, _chosen(draft.read("reject"), chosen, repairs or {}), mappings, mend)
            asked = len(run.entries)
            close(run, mappings)
    finally:
        engine.close()
    record_positions(config, draft, run.newest)
    deliver(config)
    # what was tried again beside them and is refused as before is no news to whoever asked
    cured = [entry for entry in run.entries[asked:] if entry.rows_loaded]
    return LoadResult(draft.run_id, draft.run_id, [*run.entries[:asked], *cured], [], run.warnings)


def _chosen(rejects: pa.Table | None, chosen: Chosen, repairs: Repair) -> pa.Table:
    if rejects is not None:
        for column, value in zip(("run_id", "path", "reason"), chosen[:3], strict=True):
            rejects = rejects.filter(pc.equal(rejects[column], value)) if value else rejects
        if repairs:
            rejects = rejects.filter(pc.is_in(rejects["row"], value_set=pa.array(list(repairs), pa.int64())))
        if rejects.filter(kept_whole(rejects)).num_rows:
            return rejects
    raise Problem("nothing_to_replay", detail=" ".join(value for value in chosen[:3] if value) or "*")
