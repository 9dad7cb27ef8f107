"""G12: everybody satisfied, and hardly anybody asked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from data.analysis.flags.sums import Sums
from data.analysis.peer_rates import Groups
from data.intervals import wilson

ALL = 0.98  # of those who answered are satisfied
Told = tuple[str, str, float, float, int, str]


def friendly(sums: Sums, group_of: Groups, rules: Mapping[str, float]) -> list[Told]:
    """Return subject_id, name, value, peers, n, level: value and peers are the shares of closings nobody spoke for.

    Flagged where that share lies above the peers' and at least 98 % of the answers there are say satisfied.
    """
    asked: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0])
    for row in sums.table:
        asked[row["subject_id"]][0] += row["answered"]
        asked[row["subject_id"]][1] += row["satisfied"]
    found = []
    for subject, (name, part, whole) in sums.rows.items():
        answered, satisfied = asked[subject]
        peers = sums.others(subject, group_of)
        if whole < rules["fewest"] or not answered or satisfied < ALL * answered or peers is None:
            continue
        low, _ = wilson(part, whole, rules["z"]) or (0.0, 1.0)
        if low > peers:
            found.append((subject, name, part / whole, peers, int(whole), "look"))
    return sorted(found, key=lambda told: -told[2])
