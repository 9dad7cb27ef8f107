"""The tracks of the chosen workers of a day: with the right to them and the reason given, and in no other way."""

from __future__ import annotations

import pyarrow as pa

from dashboard import place, reason
from dashboard.session import door
from dashboard.subject import chosen, day
from dashboard.takeaway import View, takeaway
from data.errors import Problem


@takeaway("tracks", kind="track", personal=True)
def tracks(view: View) -> pa.Table:
    """Return the vertices of the chosen workers' simplified tracks; raises Problem `choose_a_worker`."""
    workers, shown = list(chosen(view)), day(view)
    if not workers or shown is None:
        raise Problem("choose_a_worker")
    return door().query("tracks", reason.who(), area=place.area(view), day=shown, workers=workers)
