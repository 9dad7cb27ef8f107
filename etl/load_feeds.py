"""Which feed is loaded by what: areas, other reference feeds, incidents and their steps, counts."""

from __future__ import annotations

import pyarrow as pa

from etl.load_counts import load_counts
from etl.load_dimensions import load_areas, load_dimension
from etl.load_incidents import load_incidents, load_steps
from etl.load_records import RECORDS, load_records
from etl.run import Run

LOADS = {"area": load_areas, "incident": load_incidents, "incident_step": load_steps, "people_count": load_counts}

LOADS |= dict.fromkeys(RECORDS, load_records)


def load_rows(run: Run, feed: str, rows: list[pa.Table]) -> None:
    """Load mapped rows of any feed but fixes; each table has a column `_file`, the number of its entry in the run."""
    LOADS.get(feed, load_dimension)(run, feed, rows)
