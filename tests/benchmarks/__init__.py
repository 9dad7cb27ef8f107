"""Claims of speed, each measured against a named baseline doing equal work in the same run.

One module a claim, ending in `BENCH = Bench(...)`; the table is made by listing this folder. Ratios are what
counts: seconds depend on the machine.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from data.errors import ConfigError

# How long a bench lasts that may last as long as one likes (`gridlink bench soak --minutes 120`).
LASTS = {"minutes": 30.0}


@dataclass(frozen=True)
class Bench:
    """One claim: `baseline()` takes at least `target` times as many seconds as `ours()` for the same work."""

    name: str
    ours: Callable[[], float]
    baseline: Callable[[], float]
    target: float
    note: str
    unit: str = "s"

    def measure(self) -> dict[str, Any]:
        """Run both, ours first, and return a row of the report."""
        ours, baseline = self.ours(), self.baseline()
        ratio = baseline / ours
        return {
            "name": self.name,
            "ours": ours,
            "baseline": baseline,
            "ratio": ratio,
            "target": self.target,
            "holds": ratio >= self.target,
            "unit": self.unit,
            "note": self.note,
        }


def benches() -> dict[str, Bench]:
    """Return every claim by its name."""
    found = [import_module(f"{__name__}.{module.name}").BENCH for module in iter_modules(__path__)]
    return {bench.name: bench for bench in found}


def run(names: Collection[str] = ()) -> list[dict[str, Any]]:
    """Measure the named claims (none named: all), one row each; raises ConfigError for an unknown name."""
    known = benches()
    unknown = next((name for name in names if name not in known), None)
    if unknown:
        raise ConfigError("unknown_bench", detail=unknown, known=", ".join(sorted(known)))
    return [known[name].measure() for name in names or sorted(known)]
