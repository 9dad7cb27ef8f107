"""The table of time limits: what a step may take, by kind of incident, severity and level."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from itertools import product
from pathlib import Path

from data.config import Config
from data.loop.site_table import bad_row, read_rows, repeated_row
from data.loop.working import KINDS, Limit

ANY = "*"
ESCALATE = "escalate"
STEPS = (
    "accept", "verify", "file", "dispatch", "accept_order", "arrive", "handle", "check",
    "whistle_confirm", "whistle_arrive", ESCALATE,
)  # fmt: skip
COLUMNS = ("step", "kind", "severity", "level", "limit_type", "value")
SEVERITIES = ("1", "2", "3", "4", "5")

Key = tuple[str, str, str, str]  # step, kind, severity, level


class Limits:
    """The limits of one home: `<home>/limits.csv`, or else those that come with the product.

    The most specific row wins: one that names the kind before one that does not, then the severity, then the level.
    Raises ConfigError naming file, row and what may stand there.
    """

    def __init__(self, config: Config) -> None:
        site = config.home / "limits.csv"
        self.table = _read(site, tuple(level.id for level in config.levels)) if site.is_file() else shipped()

    def of(self, step: str, kind: str | None, severity: int | None, level: str | None) -> Limit | None:
        """Return the limit of a step; None where the table sets none.

        `escalate_<level>` asks for how long a case may stay at that level before it goes up.
        """
        if step.startswith(f"{ESCALATE}_"):
            step, level = ESCALATE, step.removeprefix(f"{ESCALATE}_")
        return find(self.table, (step, kind or ANY, str(severity or ANY), level or ANY))


@cache
def shipped() -> Mapping[Key, Limit]:
    """Return the table that comes with the product."""
    return _read(files("data.loop").joinpath("limits.csv"), ())


def find(table: Mapping[Key, Limit], asked: Key) -> Limit | None:
    """Return the limit of the most specific row that fits; ANY in `asked` fits rows for any only."""
    step, kind, severity, level = asked
    fitting = product((step,), (kind, ANY), (severity, ANY), (level, ANY))
    return next((table[key] for key in fitting if key in table), None)


def _read(source: Path | Traversable, levels: tuple[str, ...]) -> dict[Key, Limit]:
    table: dict[Key, Limit] = {}
    lines: dict[Key, int] = {}
    for number, row in read_rows(source, COLUMNS):
        _check(source, number, row, levels)
        key = (row["step"], row["kind"], row["severity"], row["level"])
        if key in lines:
            raise repeated_row(source, number, lines[key], ",".join(key))
        table[key], lines[key] = Limit(row["limit_type"], float(row["value"])), number
    return table


def _check(source: Path | Traversable, number: int, row: dict[str, str], levels: tuple[str, ...]) -> None:
    """Refuse a cell nobody could have meant; levels are checked only in a site's own table."""
    allowed = {"step": STEPS, "severity": (ANY, *SEVERITIES), "limit_type": KINDS}
    if levels:
        allowed["level"] = (ANY, *levels)
    for column, known in allowed.items():
        if row[column] not in known:
            raise bad_row(source, number, (column, row[column]), ", ".join(known))
    for column in ("kind", "level"):
        if not row[column]:
            raise bad_row(source, number, (column, ""), ANY)
    if not _is_amount(row["value"]):
        raise bad_row(source, number, ("value", row["value"]), "0.0833, 4, 15 ...")


def _is_amount(text: str) -> bool:
    try:
        value = float(text)
    except ValueError:
        return False
    return math.isfinite(value) and value >= 0
