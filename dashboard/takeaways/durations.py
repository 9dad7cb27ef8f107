"""How long cases take, as a file: one row an area, hours as numbers."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from dashboard import durations
from dashboard.takeaway import View, rows_of, takeaway
from data.analysis.durations import Durations

NUMBER, WHOLE = pa.float64(), pa.int64()


@takeaway("durations")
def rows(view: View) -> pa.Table:
    """Return the view's area and those right below it, as the table shows them."""
    found = [{"area_id": row["area_id"], "name": row["name"], **_figures(times)} for row, times in durations.told(view)]
    counts = ("response_n", "waiting", "closing_n", "filed_n", "late_once", "late_twice", "late_more")
    texts: dict[str, Any] = {"area_id": pa.string(), "name": pa.string()}
    names = [name for name in (found[0] if found else {}) if name not in texts]
    return rows_of(found, {**texts, **{name: WHOLE if name in counts else NUMBER for name in names}}, {})


def _figures(times: Durations) -> dict[str, Any]:
    middle, low, high = times.lasting.median() if times.lasting else (None, None, None)
    once, twice, more = times.late
    return {
        "response_n": times.response.n,
        "response_worked_h": times.response_worked.median,
        "response_h": times.response.median,
        "response_p90_h": times.response.p90,
        "waiting": times.waiting,
        "closing_n": times.closing.n,
        "closing_worked_h": times.closing_worked.median,
        "closing_h": times.closing.median,
        "closing_p90_h": times.closing.p90,
        "filed_n": times.lasting.n if times.lasting else 0,
        "lasting_h": middle,
        "lasting_low_h": low,
        "lasting_high_h": high,
        "late_once": once,
        "late_twice": twice,
        "late_more": more,
    }
