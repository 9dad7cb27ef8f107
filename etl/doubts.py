"""What is odd about a reference row that is taken all the same: written into the table `warning`, never a refusal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

from data.gb28181 import LENGTH, fault

Row = dict[str, Any]
Warning = dict[str, str]


def doubts(feed: str, fresh: Iterable[Row], known: Iterable[Row]) -> list[Warning]:
    """Return a warning (reason, key, detail) for each doubt about rows that are new in this load.

    known: every row of the feed's table after the load, the new ones among them.
    """
    return DOUBTS[feed](fresh, known) if feed in DOUBTS else []


def doubtful_codes(fresh: Iterable[Row], known: Iterable[Row]) -> list[Warning]:
    """Return the cameras whose GB/T 28181 code is not sound, or stands at another camera too."""
    used = Counter(filter(None, map(_code, known)))
    out = []
    for row in sorted(fresh, key=lambda r: str(r["camera_id"])):
        code = _code(row)
        reason = None if code is None else fault(code) or ("code_twice" if used[code] > 1 else None)
        if code is not None and reason:
            out.append({"reason": reason, "key": row["camera_id"], "detail": code})
    return out


def _code(row: Row) -> str | None:
    """Return the code a camera states, or its id where that is one."""
    own: str = row["camera_id"]
    stated: str | None = row["code"]
    return stated or (own if len(own) == LENGTH and own.isdigit() else None)


DOUBTS: dict[str, Callable[[Iterable[Row], Iterable[Row]], list[Warning]]] = {"camera": doubtful_codes}
