"""How long a step may take: the table of limits, a site's own table, and cases made for a demonstration."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from data.config import Config, make_config
from data.errors import ConfigError
from data.loop.calendar import Calendar
from data.loop.limits import Limits
from data.loop.working import Limit, WorkingTime
from etl.synthetic.limits import after, limit

HEAD = "step,kind,severity,level,limit_type,value,note\n"


def site(home: Path, rows: str) -> Config:
    (home / "limits.csv").write_text(HEAD + rows, encoding="utf-8-sig")
    return make_config(home, {})


def test_the_limits_of_the_brief_come_with_the_product(tmp_path: Path) -> None:
    limits = Limits(make_config(tmp_path, {}))
    assert limits.of("handle", "ENV", 3, "grid") == Limit("work_day", 3)
    assert limits.of("handle", "FAC", 4, "street") == Limit("work_day", 7)
    assert limits.of("handle", "DIS", 3, "community") == Limit("natural_day", 15)
    assert limits.of("handle", "DIS", 1, None) == Limit("urgent_hour", 2)
    assert limits.of("accept", "DIS", 3, None) == Limit("work_day", 1)
    assert limits.of("whistle_arrive", None, 2, None) == Limit("urgent_hour", 2)
    assert limits.of("whistle_arrive", None, 3, None) == Limit("work_day", 1)
    assert limits.of("arrive", "ENV", 4, "grid") is None
    steps = ("accept", "file", "dispatch", "accept_order", "handle", "check", "verify", "escalate_grid")
    assert all(limits.of(step, "OTH", severity, "grid") for step in steps for severity in range(1, 6))


def test_the_most_specific_row_wins(tmp_path: Path) -> None:
    rows = [
        "*,*,*,work_day,1",
        "*,*,grid,work_day,2",
        "*,2,*,work_day,3",
        "FAC,*,*,work_day,4",
        "FAC,2,grid,work_day,5",
    ]
    limits = Limits(site(tmp_path, "".join(f"handle,{row},\n" for row in rows)))
    asked = [("ENV", 3, "city"), ("ENV", 3, "grid"), ("ENV", 2, "grid"), ("FAC", 2, "city"), ("FAC", 2, "grid")]
    found = [limits.of("handle", *case) for case in asked]
    assert [one.value for one in found if one] == [1, 2, 3, 4, 5]


def test_a_level_may_have_its_own_time_before_a_case_goes_up(tmp_path: Path) -> None:
    limits = Limits(site(tmp_path, "escalate,*,*,grid,work_hour,2,\nescalate,*,*,*,work_hour,9,\n"))
    assert limits.of("escalate_grid", "ENV", 3, "city") == Limit("work_hour", 2)
    assert limits.of("escalate_street", "ENV", 3, None) == Limit("work_hour", 9)


def test_a_sites_table_replaces_the_whole_of_ours(tmp_path: Path) -> None:
    limits = Limits(site(tmp_path, "handle,*,*,*,natural_day,9,\n"))
    assert limits.of("handle", "FAC", 4, None) == Limit("natural_day", 9)
    assert limits.of("accept", "FAC", 4, None) is None


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("handel,*,*,*,work_day,1,", "row 2: step is 'handel'"),
        ("handle,*,6,*,work_day,1,", "row 2: severity is '6'"),
        ("handle,*,*,ward,work_day,1,", "row 2: level is 'ward'"),
        ("handle,*,*,*,hours,1,", "row 2: limit_type is 'hours', but it can only be urgent_hour"),
        ("handle,*,*,*,work_day,-1,", "row 2: value is '-1'"),
        ("handle,*,*,*,work_day,,", "row 2: value is ''"),
        ("handle,,*,*,work_day,1,", "row 2: kind is ''"),
        ("handle,*,*,*,work_day,1,\nhandle,*,*,*,work_day,2,", "row 3 says again what row 2 says"),
    ],
)
def test_a_wrong_row_is_told_with_its_place(tmp_path: Path, row: str, said: str) -> None:
    with pytest.raises(ConfigError) as told:
        Limits(site(tmp_path, row))
    assert "limits.csv" in str(told.value) and said in str(told.value)


def test_a_city_with_other_levels_can_use_our_table(tmp_path: Path) -> None:
    levels = [{"id": name, "zh": name, "en": name} for name in ("city", "ward", "precinct")]
    assert Limits(make_config(tmp_path, {"levels": levels})).of("accept", "OTH", 3, "ward") == Limit("work_hour", 4)


def test_cases_made_for_a_demonstration_have_the_limits_of_the_product(tmp_path: Path) -> None:
    config = make_config(tmp_path, {})
    time, limits = WorkingTime(Calendar(config), config), Limits(config)
    rng = np.random.default_rng(7)
    begin = datetime(2025, 12, 1)
    kinds = rng.choice(["ENV", "FAC", "DIS", "EME"], 400)
    severity = rng.integers(1, 6, 400)
    seconds = rng.integers(0, 320 * 86400, 400)
    since_1970 = seconds + (begin - datetime(1970, 1, 1)).total_seconds()
    made = after(since_1970, *limit(kinds, severity))
    for kind, level, start, due in zip(kinds, severity, seconds, made, strict=True):
        own = limits.of("handle", str(kind), int(level), None)
        assert own is not None
        expected = time.after(begin + timedelta(seconds=int(start)), own)
        assert datetime(1970, 1, 1) + timedelta(seconds=float(due)) == expected, (kind, level, start)
