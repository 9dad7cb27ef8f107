"""G11: incidents moved to easier kinds, as a mix of kinds that shifted from the period before unlike that of peers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

import numpy as np
from scipy.stats import chi2_contingency

from data.analysis.flags.sums import Sums
from data.analysis.peer_rates import Groups

ALPHA = 0.001
LEAST = 5  # expected cases of a kind, or the test says nothing
Told = tuple[str, str, float, float, int, str]


def shifted(sums: Sums, group_of: Groups, rules: Mapping[str, float]) -> list[Told]:
    """Return subject_id, name, value, peers, n, level of whoever's mix moved; value: half the sum of the moves.

    A chi-square test of kinds by period (p < 0.001), rare kinds together, and `times` as far as the others' median.
    """
    kinds: dict[str, dict[str, tuple[float, float]]] = defaultdict(dict)
    for row in sums.table:
        now, before = kinds[row["subject_id"]].get(row["kind"], (0.0, 0.0))
        kinds[row["subject_id"]][row["kind"]] = (now + row["part"], before + row["whole"] - row["part"])
    moved = {name: _moved(np.array(list(table.values()))) for name, table in kinds.items()}
    found = []
    for name, (value, p) in moved.items():
        n = sums.rows[name][1]
        others = [move for other, (move, _) in moved.items() if other != name and not np.isnan(move)]
        peers = float(np.median(others)) if others else 0.0
        if n >= rules["fewest"] and p < ALPHA and value >= rules["times"] * peers:
            level = "strong" if value >= rules["strong"] * peers else "look"
            found.append((name, sums.rows[name][0], value, peers, int(n), level))
    return sorted(found, key=lambda told: -told[2])


def _moved(table: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> tuple[float, float]:
    """Return half the sum of the absolute changes of shares (0-1) and the test's p; NaN, 1 without both periods."""
    totals = table.sum(axis=0)
    if not totals.all():
        return float("nan"), 1.0
    value = float(np.abs(table[:, 0] / totals[0] - table[:, 1] / totals[1]).sum() / 2)
    expected = table.sum(axis=1) * totals.min() / totals.sum()
    common = table[expected >= LEAST]
    rare = table[expected < LEAST].sum(axis=0)
    tested = np.vstack([common, rare]) if rare.any() else common
    if len(tested) < 2 or not tested.sum(axis=1).all():
        return value, 1.0
    return value, float(chi2_contingency(tested)[1])
