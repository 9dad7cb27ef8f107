"""The admission list (准入清单): from which level on a kind may be given to somebody, so that a grid is no basket."""

from __future__ import annotations

import csv
from importlib.resources import files

from data.config import Config
from data.errors import ConfigError

COLUMNS = ("kind", "subkind", "level")
ANY = "*"


class Admission:
    """The table kind, subkind -> lowest level; `<home>/admission.csv` replaces the one that comes with the product.

    Raises ConfigError naming file, row and what is known.
    """

    def __init__(self, config: Config) -> None:
        self.config = config
        site = config.home / "admission.csv"
        source = site if site.is_file() else files("data.loop").joinpath("admission.csv")
        rows = list(csv.DictReader(source.read_text(encoding="utf-8-sig").splitlines()))
        for number, row in enumerate(rows, 2):
            self._check(f"{site}:{number}", row)
        self.levels = {(row["kind"], row["subkind"]): row["level"] for row in rows}

    def admits(self, kind: str, subkind: str | None, level: str) -> bool:
        """Say whether a kind may be given to somebody of this level; the most specific row decides."""
        keys = ((kind, subkind or ANY), (kind, ANY), (ANY, ANY))
        lowest = next((self.levels[key] for key in keys if key in self.levels), level)
        return self.config.rank(level) >= self.config.rank(lowest)

    def _check(self, path: str, row: dict[str, str]) -> None:
        missing = next((name for name in COLUMNS if not row.get(name)), None)
        if missing:
            raise ConfigError("unknown_key", path=path, detail=missing, known=", ".join(COLUMNS))
        levels = [level.id for level in self.config.levels]
        # a city with other levels than those of the shipped list admits every kind at its lowest
        if (self.config.home / "admission.csv").is_file() and row["level"] not in levels:
            raise ConfigError("unknown_key", path=path, detail=row["level"], known=", ".join(levels))
