"""Goes once over the legs between one fix of a worker and the next: the loops of etl/odd.py, compiled.

Arrays have one element per fix, sorted by worker and time; `worker` and `segment` are small integers.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from etl.compiled import compiled

Floats = NDArray[np.float64]
Numbers = NDArray[np.int32]
Ints = NDArray[np.int64]

FASTEST_MPS = 100.0
SHORTEST_S = 1.0


@compiled
def far_legs(worker: Numbers, passed: NDArray[np.bool_], at: tuple[Floats, Floats], degrees: float) -> Ints:
    """Return the legs of more than `degrees` (sum over both axes of `at`) as rows: fix before, fix after.

    Fixes of `passed` are passed over.
    """
    lon, lat = at
    found = np.empty((len(worker), 2), np.int64)
    n, before = 0, -1
    for i in range(len(worker)):
        if passed[i]:
            continue
        if before >= 0 and worker[before] == worker[i]:
            if abs(lon[i] - lon[before]) + abs(lat[i] - lat[before]) > degrees:
                found[n, 0], found[n, 1] = before, i
                n += 1
        before = i
    return found[:n].copy()


@compiled
def whole_steps(of: tuple[Numbers, Ints], at: tuple[Floats, Floats], step: float, off: float, workers: int) -> Ints:
    """Count for each worker the legs of at least half a step, and those that are whole steps on both axes.

    of: worker and segment; at: both coordinates in the unit of `step`. A leg is whole where it is off by at most the
    share `off` of a step. Columns of the result: legs, whole legs.
    """
    worker, segment = of
    count = np.zeros((workers, 2), np.int64)
    for i in range(1, len(worker)):
        if segment[i] != segment[i - 1]:
            continue
        a, b = (at[0][i] - at[0][i - 1]) / step, (at[1][i] - at[1][i - 1]) / step
        if max(abs(a), abs(b)) < 0.5:
            continue
        count[worker[i], 0] += 1
        if abs(a - round(a)) <= off and abs(b - round(b)) <= off:
            count[worker[i], 1] += 1
    return count


@compiled
def speed_bands(of: tuple[Numbers, Ints], way: tuple[Floats, ...], bands: tuple[float, float, int]) -> Floats:
    """Add up the seconds each worker moves in each narrow band of speed.

    of: worker and segment; way: seconds, x, y; bands: slowest speed counted, ratio of one band to the next, workers.
    Result: workers x bands, band k from slowest * ratio ** (k / 2) on; each leg counts in two overlapping bands.
    """
    worker, segment = of
    slowest, ratio, workers = bands
    width = int(2 * math.log(FASTEST_MPS / slowest) / math.log(ratio)) + 2
    spent = np.zeros((workers, width))
    for i in range(1, len(worker)):
        if segment[i] != segment[i - 1]:
            continue
        elapsed = max(way[0][i] - way[0][i - 1], SHORTEST_S)
        speed = math.hypot(way[1][i] - way[1][i - 1], way[2][i] - way[2][i - 1]) / elapsed
        if speed > slowest and speed < FASTEST_MPS:
            band = int(2 * math.log(speed / slowest) / math.log(ratio))
            spent[worker[i], band] += elapsed
            if band > 0:
                spent[worker[i], band - 1] += elapsed
    return spent
