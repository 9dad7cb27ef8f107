"""Whatever people try in whatever order, no case gets into a state that is not legal and no step is lost."""

from __future__ import annotations

from pathlib import Path
from random import Random

from tests.circle import make_desk
from tests.lives import LEGAL, live


def test_random_people_doing_random_things_never_break_a_case(tmp_path: Path) -> None:
    desk, reached = make_desk(tmp_path), set()
    for seed in range(240):  # `gridlink bench sequences` lives ten thousand
        assert live(desk, Random(seed), f"s{seed}") == []
    with desk.operations.engine.connect() as connection:
        reached = {row[0] for row in connection.exec_driver_sql("SELECT DISTINCT to_state FROM step")}
    assert set(LEGAL) | {"X2", "X4"} == reached  # the lives were not boring: every state was met
