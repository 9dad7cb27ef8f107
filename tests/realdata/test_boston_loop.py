"""Boston's requests through the closed loop: on time here is what the city's own times say."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.realdata.boston_loop import Loop, requests, was_on_time
from tests.realdata.conftest import REALDATA

pytestmark = pytest.mark.realdata
FILE = REALDATA / "boston" / "311_service_requests_2011.csv.gz"


@pytest.mark.skipif(not FILE.exists(), reason=f"needs {FILE}; set GRIDLINK_REALDATA")
def test_every_three_hundredth_request_and_every_odd_one_is_on_time_when_the_city_says_so(tmp_path: Path) -> None:
    """All rows: `gridlink bench boston_loop`. Odd: closed at its very deadline, or due before it was opened."""
    loop, rows = Loop(tmp_path), list(requests(FILE))
    odd = [row for row in rows if row["closed_dt"] == row["target_dt"] or row["target_dt"] < row["open_dt"]]
    chosen = {row["case_enquiry_id"]: row for row in [*rows[::300], *odd]}.values()
    assert len(rows) > 40_000 and odd
    different = [row["case_enquiry_id"] for row in chosen if loop.on_time(row) != was_on_time(row)]
    assert different == []
