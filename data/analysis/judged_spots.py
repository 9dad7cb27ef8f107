"""How well each step's hot units told where the next step's cases would lie, against two baselines."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from data.analysis.accuracy import Accuracy, rolling
from data.analysis.cube import Cube

SHARES = (0.01, 0.05, 0.10, 0.20)
Floats = NDArray[np.float64]


def judged(whole: Cube, counts: Floats, z: Floats) -> dict[str, list[Accuracy]]:
    """Return hit rate, PAI, PEI and RRI at 1, 5, 10, 20 % of the base: of Gi*, of last step's rates, of chance.

    Every step but the newest is once the origin (rolling): chosen by it alone, judged by the step after it, of which
    it has seen nothing. `uniform` chooses nothing and is 1 by definition of PAI.
    """
    rated = whole.base.rated
    if whole.steps < 2 or not rated.any():
        return {}
    amount, held, score = whole.base.amount[rated], counts[rated], z[rated]
    origins = [at for at in range(whole.steps - 1) if np.isfinite(score[:, at]).any()]
    ways = {"gi": score, "last": held / amount.reshape(-1, 1)}
    told = {
        name: [rolling([(way[:, t], held[:, t], held[:, t + 1]) for t in origins], amount, share) for share in SHARES]
        for name, way in ways.items()
    }
    return {**told, "uniform": [Accuracy(share, share, 1.0, None, 1.0) for share in SHARES]}
