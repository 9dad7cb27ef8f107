"""The scorecard as it is shown: every subject with its score and interval, and the parts it is made of."""

from __future__ import annotations

import pyarrow as pa

from dashboard import judged
from dashboard.panels.rate_head import metric_name
from dashboard.takeaway import View, rows_of, takeaway
from dashboard.text import named
from data.errors import Problem

TEXT, WHOLE, NUMBER = pa.string(), pa.int64(), pa.float64()
SCORE = {
    **dict.fromkeys(("subject_id", "name", "group"), TEXT),
    **dict.fromkeys(("score", "low", "high"), NUMBER),
    **dict.fromkeys(("grade", "why"), TEXT),
    "rank": WHOLE,
    "shared": pa.bool_(),
    **dict.fromkeys(("change", "distance"), NUMBER),
    "n": WHOLE,
}


@takeaway("scorecard", personal=True)
def scorecard(view: View) -> pa.Table:
    """Return the subjects of the view's level; of each part its value and the cases it rests on.

    Raises Problem `needs_reason` where the level is persons and nobody said why.
    """
    if judged.withheld(view):
        raise Problem("needs_reason")
    card = judged.card(view)
    metrics = [part.metric for part in judged.parts(card)]
    columns, heads = dict(SCORE), {}
    for metric in metrics:
        columns |= {metric: NUMBER, f"{metric}_n": WHOLE}
        heads |= {metric: metric_name(metric), f"{metric}_n": f"{metric_name(metric)} n"}
    rows = []
    for one in card.rows:
        told = {"name": named({"name": one.name, "name_en": one.name_en})}
        for part in one.parts:
            told |= {part.metric: part.value, f"{part.metric}_n": part.n}
        rows.append({**{name: getattr(one, name) for name in SCORE}, **told})
    return rows_of(rows, columns, heads)
