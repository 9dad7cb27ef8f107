"""The short form of `gridlink bench soak`: screens that turn and replay for a minute do not heap up what they drew."""

from __future__ import annotations

import os

from tests.browser.conftest import Site
from tests.soak import soak

MAPS = True
# A minute still settles by some hundredths; what keeps two megabytes of every turn grows by more than is allowed.
LASTS_S, SETTLES_S, ALLOWED = 60.0, 20.0, 0.25


def test_a_wall_that_turns_and_a_replay_that_goes_round_keep_their_heap(site: Site) -> None:
    kept = soak(site, os.getpid(), LASTS_S, 3.0)
    assert kept.plays and len(kept.heaps) > 8
    for page in (0, 1):
        assert kept.growth(page, SETTLES_S) < ALLOWED, [heaps[page] for heaps in kept.heaps]
