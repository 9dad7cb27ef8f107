"""What the leaders' desk shows, as files."""

from __future__ import annotations

import pyarrow as pa

from dashboard import leader
from dashboard.panels.leader_trend import told
from dashboard.panels.rate_head import metric_name
from dashboard.takeaway import View, rows_of, takeaway
from data.metrics import METRICS

TEXT, WHOLE, NUMBER = pa.string(), pa.int64(), pa.float64()


@takeaway("leader_figures")
def figures(view: View) -> pa.Table:
    """Return one row a metric: this period, the one before, the same a year ago, with n."""
    spans = dict(zip(("now", "before", "year"), leader.spans(view), strict=True))
    rows = []
    for pillar, names in leader.PILLARS.items():
        for name in (one for one in names if one in METRICS):
            row = {"pillar": pillar, "metric": name, "name": metric_name(name)}
            for at, span in spans.items():
                found = leader.one(name, view, span)
                row |= {f"{at}_value": found["value"], f"{at}_n": found["n"]}
            rows.append(row)
    kinds = {f"{at}_{of}": kind for at in spans for of, kind in (("value", NUMBER), ("n", WHOLE))}
    return rows_of(rows, {"pillar": TEXT, "metric": TEXT, "name": TEXT, **kinds}, {})


@takeaway("leader_ranking")
def ranking(view: View) -> pa.Table:
    """Return the areas right below by their front rate, with their ranks now and before; empty: not ranked."""
    rows = [
        {**row, "rank": spot.rank if spot else None, "rank_before": former.rank if former else None}
        for row, spot, former in leader.ranked(view)
    ]
    columns = {"rank": WHOLE, "rank_before": WHOLE, "area_id": TEXT, "name": TEXT}
    return rows_of(rows, {**columns, "value": NUMBER, "low": NUMBER, "high": NUMBER, "n": WHOLE}, {})


@takeaway("leader_trend")
def trend(view: View) -> pa.Table:
    """Return the whole days with what was to be expected of each."""
    rows = [{**vars(day), "unusual": day.unusual} for day in told(view)]
    columns = {"day": pa.date32(), "n": WHOLE, "mean": NUMBER, "low": NUMBER, "high": NUMBER, "unusual": WHOLE}
    return rows_of(rows, columns, {})
