"""A shift in the browser: incidents come in, operators press buttons, and the numbers are those of a hand count."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser

from tests.play import play


def test_every_case_ends_and_the_numbers_are_those_of_a_hand_count(
    sample_home: Path, tmp_path: Path, browser: Browser
) -> None:
    """Two hundred incidents and twenty operators: `gridlink bench shift`."""
    assert play(sample_home, tmp_path / "home", browser, (24, 4)) == 24
