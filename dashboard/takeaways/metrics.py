"""What every figure means, as a file: names, definitions and this city's figures."""

from __future__ import annotations

import pyarrow as pa

from dashboard import figures, moment
from dashboard.panels.metric_list import ordered
from dashboard.takeaway import View, rows_of, takeaway
from data.metrics import METRICS

TEXT, NUMBER = pa.string(), pa.float64()


@takeaway("metrics")
def metrics(view: View) -> pa.Table:
    """Return one row a metric: code, names, definitions, version, and the figure of the view's area and period."""
    period = moment.period(view)
    rows = []
    for name in ordered():
        metric, found = METRICS[name], figures.one(name, view, period)
        texts = {of: getattr(metric, of) for of in ("code", "zh", "en", "pillar", "unit", "better", "kind")}
        texts |= {"metric": name, "definition_zh": metric.definition_zh, "definition_en": metric.definition_en}
        rows.append({**texts, "version": metric.version, **{of: found[of] for of in ("part", "whole", "value", "n")}})
    names = ("metric", "code", "zh", "en", "pillar", "unit", "better", "kind", "definition_zh", "definition_en")
    amounts = {"part": NUMBER, "whole": NUMBER, "value": NUMBER, "n": pa.int64()}
    return rows_of(rows, {**dict.fromkeys(names, TEXT), "version": pa.int64(), **amounts}, {})
