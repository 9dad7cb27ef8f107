"""Sets the flags of fixes that need their neighbours to be judged; never removes a row.

The bits and what they mean for distance and coverage stand in data/flags.toml, the thresholds in [fixes] of
the configuration (rules: validity of tracks; domain of the field).
"""

from __future__ import annotations

import math
import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from data.config import Fixes
from etl.compiled import compiled

Floats = NDArray[np.float64]
Way = tuple[Floats, Floats, Floats]  # seconds, longitude and latitude in radians

LATE_S = 24 * 3600.0
EARTH_M = 6_371_008.8  # mean radius (IUGG)
SHORTEST_S = 1.0  # two fixes within a second say nothing about speed
AWAY_S = 300.0  # a phone is held by a distant mast for minutes; longer, it may well be there


@cache
def flag_bits() -> dict[str, int]:
    """Return the bit of every flag of data/flags.toml."""
    return {name: int(flag["bit"]) for name, flag in _flags().items()}


@cache
def uncounted() -> int:
    """Return the bits that leave a fix out of tracks, distance and coverage."""
    return sum(int(flag["bit"]) for flag in _flags().values() if flag["uncounted"])


def judge(fixes: pa.Table, limits: Fixes, received_at: NDArray[np.datetime64] | None = None) -> NDArray[np.int32]:
    """Return the flags of one day's fixes, int32, one per row.

    `fixes` has the columns of table fix without `flags`, sorted by worker and time; `received_at` (naive UTC,
    NaT where unknown) is needed for `late` only. Null accuracy or speed never flags.
    """
    if fixes.num_rows == 0:
        return np.empty(0, np.int32)
    worker, seconds = worker_codes(fixes["worker_id"]), _seconds(fixes["fixed_at"])
    inaccurate = floats(fixes["accuracy_m"]) > limits.accuracy_m
    found = {
        "inaccurate": inaccurate,
        "jump": _jumps(fixes, inaccurate, limits),
        "frozen": _frozen(fixes, worker, seconds, limits),
        "outside": pc.ends_with(fixes["area_id"], "~").to_numpy(),
    }
    if received_at is not None:
        delay = np.asarray(received_at, "datetime64[us]") - fixes["fixed_at"].to_numpy()
        found["late"] = delay > np.timedelta64(int(LATE_S), "s")
    flags = np.zeros(fixes.num_rows, np.int32)
    for name, rows in found.items():
        flags[rows] |= flag_bits()[name]
    return flags


def worker_codes(worker_ids: pa.ChunkedArray) -> NDArray[np.int32]:
    """Return small integers (int32) that are equal where worker ids are equal."""
    return np.asarray(worker_ids.combine_chunks().dictionary_encode().indices, np.int32)


def floats(column: pa.ChunkedArray) -> Floats:
    """Return a column of numbers as float64, NaN where null."""
    return np.asarray(pc.cast(column, pa.float64()).fill_null(np.nan).to_numpy(), np.float64)


def _jumps(fixes: pa.Table, inaccurate: NDArray[np.bool_], limits: Fixes) -> NDArray[np.bool_]:
    """Find fixes impossibly far from the good ones around them; inaccurate ones neither accuse nor defend."""
    sure = np.flatnonzero(~inaccurate)
    lon, lat = (np.radians(fixes[name].to_numpy())[sure] for name in ("lon", "lat"))
    worker, seconds = worker_codes(fixes["worker_id"])[sure], _seconds(fixes["fixed_at"])[sure]
    jumps = np.zeros(fixes.num_rows, np.bool_)
    jumps[sure] = _outliers(worker, (seconds, lon, lat), limits.jump_mps)
    return jumps


@compiled
def _metres(way: Way, i: int, j: int) -> float:
    """Return the distance of fixes i and j on the sphere (haversine)."""
    _, lon, lat = way
    half = math.sin((lat[j] - lat[i]) / 2) ** 2
    half += math.cos(lat[i]) * math.cos(lat[j]) * math.sin((lon[j] - lon[i]) / 2) ** 2
    metres: float = 2 * EARTH_M * math.asin(math.sqrt(min(half, 1.0)))
    return metres


@compiled
def _leaps(way: Way, i: int, j: int, jump_mps: float) -> bool:
    """Say whether going from fix i to fix j needs more than jump_mps."""
    seconds: float = max(way[0][j] - way[0][i], SHORTEST_S)
    return _metres(way, i, j) > jump_mps * seconds


@compiled
def _back(good: int, i: int, end: int, way: Way, jump_mps: float) -> int:
    """Return the first fix after the leap to i that leaps back to where `good` was, else i.

    Back is within AWAY_S, and nearer to `good` than half of either leap.
    """
    for k in range(i + 1, end):
        if way[0][k] - way[0][i] > AWAY_S:
            break
        if _leaps(way, k - 1, k, jump_mps):
            near = 2 * _metres(way, good, k)
            if near < _metres(way, good, i) and near < _metres(way, k - 1, k):
                return k
    return i


@compiled
def _first_good(start: int, end: int, way: Way, jump_mps: float) -> int:
    """Return start, or start + 1 where the first fix fits neither the second nor the third, which agree."""
    lone = end - start > 2 and _leaps(way, start, start + 1, jump_mps)
    return start + 1 if lone and not _leaps(way, start + 1, start + 2, jump_mps) else start


@compiled
def _outliers(worker: NDArray[np.int32], way: Way, jump_mps: float) -> NDArray[np.bool_]:
    """Walk every worker's day from good fix to good fix and mark what no motion below jump_mps explains.

    A leap both from the last good fix and to the next fix is a lone outlier. Fixes that leap away and leap
    back are outliers too if they are no more than the good ones before them (a distant mast, not a phone
    that woke up with an old position). Whoever leaps and stays away has moved.
    """
    n = len(worker)
    bad = np.zeros(n, np.bool_)
    start = 0
    while start < n:
        end = start
        while end < n and worker[end] == worker[start]:
            end += 1
        good, support = _first_good(start, end, way, jump_mps), 1
        bad[start:good] = True
        i = good + 1
        while i < end:
            stop = i
            leaps = _leaps(way, good, i, jump_mps)
            if leaps:
                alone = i + 1 == end or _leaps(way, i, i + 1, jump_mps)
                stop = i + 1 if alone else _back(good, i, min(end, i + support + 1), way, jump_mps)
            bad[i:stop] = True
            if stop == i:
                support = 1 if leaps else support + 1
                good = i
            i = max(stop, i + 1)
        start = end
    return bad


def _frozen(fixes: pa.Table, worker: NDArray[np.int32], seconds: Floats, limits: Fixes) -> NDArray[np.bool_]:
    """Find runs of fixes that report motion at identical 6-decimal coordinates for frozen_s or longer."""
    moving = floats(fixes["speed_mps"]) > limits.jitter_mps
    lon, lat = (np.rint(fixes[name].to_numpy() * 1e6).astype(np.int64) for name in ("lon", "lat"))
    broken = np.diff(seconds) > limits.gap_s
    for column in (worker, lon, lat, moving):
        broken |= np.diff(column) != 0
    run = np.concatenate([[0], np.cumsum(broken)])
    first = np.flatnonzero(np.concatenate([[True], broken]))
    last = np.append(first[1:], len(run)) - 1
    return np.asarray(moving & (seconds[last] - seconds[first] >= limits.frozen_s)[run], np.bool_)


def _seconds(moments: pa.ChunkedArray) -> Floats:
    stamps = moments.to_numpy().astype("datetime64[us]").astype(np.int64)
    return np.asarray((stamps - stamps.min()) / 1e6, np.float64)


def _flags() -> dict[str, dict[str, Any]]:
    return tomllib.loads(files("data").joinpath("flags.toml").read_text(encoding="utf-8"))
