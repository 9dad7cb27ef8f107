"""The answer of the SQL console as a file."""

from __future__ import annotations

import pyarrow as pa

from dashboard import console
from dashboard.takeaway import View, takeaway


@takeaway("sql")
def answered(view: View) -> pa.Table:
    """Return the rows of the view's question."""
    return console.answer(view).rows
