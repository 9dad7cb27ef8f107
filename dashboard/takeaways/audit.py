"""The lines of the audit log as a file: what is taken is itself recorded, like everything that leaves."""

from __future__ import annotations

import pyarrow as pa

from dashboard import trail
from dashboard.session import door
from dashboard.takeaway import View, rows_of, takeaway
from dashboard.text import t
from data.trail.reading import stamped

TEXT, WHOLE = pa.string(), pa.int64()
LINE = {
    "number": WHOLE,
    "at": pa.timestamp("us"),
    **dict.fromkeys(("account", "roles", "area_id", "action", "reason", "subjects", "period"), TEXT),
    "rows": WHOLE,
    "place": TEXT,
}


@takeaway("audit")
def lines(view: View) -> pa.Table:
    """Return every line of the view's choices, the newest first; raises NotAllowed to all but auditors."""
    found = trail.found(view, door().config.exports.at_once)
    rows = [{**row, "at": stamped(row["at"])} for row in found.lines.to_pylist()]
    return rows_of(rows, LINE, {name: t(f"audit.head_{name}") for name in LINE})
