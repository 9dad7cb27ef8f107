"""The months that were closed, as the list shows them."""

from __future__ import annotations

import pyarrow as pa

from dashboard import closing
from dashboard.panels.closing_months import row
from dashboard.session import door
from dashboard.takeaway import View, takeaway
from data.corrections import Corrections

COLUMNS = ("month", "state", "at", "account", "figures", "corrected", "note")


@takeaway("closing")
def months(view: View) -> pa.Table:
    """Return the months, the newest first."""
    kept = Corrections(door().operations)
    rows = [row(month, len(kept.of(month))) for month in closing.months(view)]
    return pa.table({name: pa.array([one[name] for one in rows], pa.string()) for name in COLUMNS})
