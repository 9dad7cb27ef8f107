"""A wrong password for a name that exists and for one that does not take the same time: nobody learns who is here."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path
from statistics import median
from time import perf_counter

from data.accounts import Accounts
from data.config import make_config
from data.operations import Operations
from tests.benchmarks import Bench

TRIES = 60
NAMES = ("wang", "nobody", "of the provider")


@cache
def medians() -> tuple[float, ...]:
    """Return the median seconds of a wrong password for a local account, an unknown name, a provider's account."""
    with tempfile.TemporaryDirectory() as home:
        accounts = Accounts(Operations.of(make_config(Path(home), {})))
        known = accounts.add("wang", "river bicycle lamp 7", {"leader"}, "city")
        accounts.adopt(type(known)("of the provider", known.roles, "city", False, origin="oidc"))
        spent: dict[str, list[float]] = {name: [] for name in NAMES}
        for _ in range(TRIES):
            for name in NAMES:  # in turn, so that a busy moment hits all of them
                start = perf_counter()
                accounts.verify(name, "wrong")
                spent[name].append(perf_counter() - start)
        accounts.operations.engine.dispose()
    return tuple(median(spent[name]) for name in NAMES)


def slowest() -> float:
    """Return the longest of the medians."""
    return max(medians())


def quickest() -> float:
    """Return the shortest of the medians."""
    return min(medians())


NOTE = f"median of {TRIES} wrong passwords: known, unknown and provider's names; 1.0 = nothing to tell them apart by"
BENCH = Bench("login", slowest, quickest, 0.8, NOTE)
