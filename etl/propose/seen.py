"""What a column's values look like: numbers, times in some format, degrees and minutes, codes, persons' numbers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from etl.degrees import decimal
from etl.rejects import PERSONAL
from etl.times import read_clocks
from etl.transforms import Transform, as_text, is_personal, take
from etl.values import NUMBER
from etl.zones import DAY

SAMPLE = 2000  # rows looked at
NULLS = ("-", "--", "NULL", "null", "无", "暂无", "未知", "N/A", "n/a", "NaN", "nan", "None", "none", "\\N", "空", "/")
MOST = 0.8  # share of the values that must fit a shape
PERSONS = 0.3  # share of persons' numbers from which a column is refused
DATES = re.compile(r"^\d{4}[-/.年]?\d{1,2}[-/.月]?\d{1,2}日?$")
CLOCK = r"^([01]?\d|2[0-3])[:时]\d{1,2}([:分]\d{1,2}([.,]\d+)?秒?)?分?$"
FORMS = (
    "iso", "iso_date", "%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M", "%Y/%m/%d", "%Y.%m.%d %H:%M:%S", "%Y.%m.%d %H:%M",
    "%Y.%m.%d", "%Y年%m月%d日 %H:%M:%S", "%Y年%m月%d日 %H:%M", "%Y年%m月%d日%H时%M分%S秒",
    "%Y年%m月%d日 %H时%M分%S秒", "%Y年%m月%d日%H时%M分", "%Y年%m月%d日 %H时%M分", "%Y年%m月%d日",
    "%Y%m%d %H:%M:%S", "%Y%m%d%H%M%S", "%Y%m%d%H%M", "%Y%m%d", "epoch_s", "epoch_ms",
    "%m/%d/%Y %H:%M:%S", "%m/%d/%Y %I:%M:%S %p", "%m/%d/%Y %I:%M %p", "%m/%d/%Y %H:%M", "%m/%d/%Y", "%m/%d/%y %H:%M",
    "%m/%d/%y", "%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M", "%d/%m/%Y", "%d/%m/%y %H:%M",
    "%d-%b-%Y %H:%M:%S", "%d-%b-%Y", "%d-%b-%y",
)  # fmt: skip
DIGITS_ONLY = {"%Y%m%d%H%M%S": 14, "%Y%m%d%H%M": 12, "%Y%m%d": 8, "epoch_s": 10, "epoch_ms": 13}
BELIEVED = (np.datetime64("1995-01-01", "us").astype(np.int64), np.datetime64("2045-01-01", "us").astype(np.int64))


@dataclass(frozen=True)
class Seen:
    """One column of theirs: its name, and the texts of its first rows (null where empty or a word for nothing)."""

    name: str
    text: pa.ChunkedArray

    @cached_property
    def filled(self) -> pa.ChunkedArray:
        """The texts that are there."""
        return self.text.drop_null()

    @cached_property
    def distinct(self) -> float:
        """Distinct texts per text, 0 for an empty column."""
        return len(pc.unique(self.filled)) / len(self.filled) if len(self.filled) else 0.0

    @cached_property
    def is_numeric(self) -> bool:
        """Whether nearly all texts are numbers."""
        return self._share(NUMBER) >= MOST

    @cached_property
    def numbers(self) -> NDArray[np.float64]:
        """The number of each row, not-a-number where there is none."""
        fits = pc.match_substring_regex(self.text, NUMBER).fill_null(False)
        return np.asarray(pc.cast(pc.if_else(fits, self.text, None), pa.float64()).to_numpy(), np.float64)

    @cached_property
    def angle(self) -> str | None:
        """`dms` when the texts are degrees and minutes with signs between them; `dm` is a matter of range."""
        if self.is_numeric or not len(self.filled) or self.form:
            return None
        return "dms" if decimal(self.filled, "dms")[1].mean() <= 1 - MOST else None

    @cached_property
    def is_clock(self) -> bool:
        """Whether the texts are times of day (or durations) without a date."""
        return self._share(CLOCK) >= MOST

    @cached_property
    def form(self) -> str | None:
        """The time format most texts fit, None when they are no times."""
        if not len(self.filled) or self.is_clock:
            return None
        fits = {form: self._timely(form) for form in FORMS if self._may_be(form)}
        best = max(fits, key=lambda x: fits[x], default=None)
        return best if best and fits[best] >= MOST else None

    @cached_property
    def is_day_month_open(self) -> bool:
        """Whether day and month could stand either way round."""
        form = self.form or ""
        if not form.startswith("%m/%d/"):
            return False
        return self._timely(form.replace("%m/%d/", "%d/%m/")) == self._timely(form)

    @cached_property
    def is_date(self) -> bool:
        """Whether the texts are dates without a clock."""
        return bool(self.form) and all(DATES.match(x) for x in self.filled.slice(0, 50).to_pylist())

    @cached_property
    def instants(self) -> NDArray[np.int64]:
        """Microseconds of the readable times, in the file's own clock."""
        clocks = read_clocks(self.filled, (self.form or "iso",))
        return clocks.local[clocks.found]

    @cached_property
    def has_offset(self) -> bool:
        """Whether the times say themselves how far from UTC they are."""
        if self.form in {"epoch_s", "epoch_ms"}:
            return True
        return bool(len(self.filled)) and bool(np.isfinite(read_clocks(self.filled, (self.form or "iso",)).east).all())

    @cached_property
    def is_personal(self) -> bool:
        """Whether name or values are telephone, identity or bank numbers."""
        if is_personal(self.name):
            return True
        return bool(len(self.filled)) and self._share(PERSONAL_NUMBER) >= PERSONS

    def sample(self) -> str:
        """Return one short text of the column, persons' numbers blotted out."""
        if self.is_personal or not len(self.filled):
            return ""
        return PERSONAL.sub("*", self.filled[0].as_py())[:40]

    def _share(self, pattern: str) -> float:
        if not len(self.filled):
            return 0.0
        return float(pc.mean(pc.cast(pc.match_substring_regex(self.filled, pattern), pa.float64())).as_py())

    def _may_be(self, form: str) -> bool:
        """Say whether the first texts rule a format out, before a whole column is read by it."""
        if form in DIGITS_ONLY:
            return self._share(rf"^\d{{{DIGITS_ONLY[form]}}}(\.\d+)?$") >= MOST
        first = self.filled.slice(0, 5)
        return not self.is_numeric and bool(read_clocks(first, (form,)).found.any())

    def _timely(self, form: str) -> float:
        clocks = read_clocks(self.filled, (form,))
        found = clocks.found
        if form in DIGITS_ONLY:
            found = found & (clocks.local > BELIEVED[0]) & (clocks.local < BELIEVED[1])
        return float(found.mean())


PERSONAL_NUMBER = (
    r"^(\+?86[- ]?)?1[3-9]\d{9}$|^\d{6}(19|20)\d{2}(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])\d{3}[\dXx]$"
    r"|^\d{3}-\d{4}$|^\(?\d{3}\)?[- ]\d{3}-\d{4}$"
)


def look(raw: pa.Table, rows: int = SAMPLE) -> dict[str, Seen]:
    """Return the columns of a raw table as seen in rows spread evenly over it; shapes are not texts and left out."""
    step = max(raw.num_rows // rows, 1)
    part = raw.take(pa.array(np.arange(0, raw.num_rows, step)[:rows]))
    names = [
        x
        for x in raw.column_names
        if not x.startswith("_") and not pa.types.is_binary(raw[x].type) and not pa.types.is_large_binary(raw[x].type)
    ]
    return {x: Seen(x, as_text(take(part, Transform(source=x), NULLS))) for x in names}


def span(seen: Seen) -> tuple[float, float]:
    """Return the smallest and greatest clock of a column in days since 1970."""
    return float(seen.instants.min() / DAY), float(seen.instants.max() / DAY)
