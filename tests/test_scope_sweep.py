"""Whatever an account asks, it is shown nothing outside its area and nobody's number; a leak would be found."""

from __future__ import annotations

import pytest

from tests.marked_city import MARK, Planted, found
from tests.sweep_orders import mixed, questions
from tests.sweeping import Asked, Sweep, everything_shown

INPUTS, PANELS = 120, 12
TABLE = "/export/incidents.csv?day=2026-01-05"
KNOWN = Planted({"001": "QH0201002"}, {"慕容鑫": "QH0101001"}, {"QH": "青禾市", "QH02": "西岭街道"})


@pytest.fixture(scope="module")
def sweep(tmp_path_factory: pytest.TempPathFactory) -> Sweep:
    return Sweep(tmp_path_factory.mktemp("sweep") / "home", seed=11, brief=True)


def test_random_accounts_are_shown_nothing_outside_their_scope(sweep: Sweep) -> None:
    assert list(sweep.leaks(INPUTS)) == []
    assert sweep.answered[200] > INPUTS / 5  # many are refused: not too many to find anything


def test_the_marks_are_there_for_who_may_see_them(sweep: Sweep) -> None:
    shown = sweep.words(("QH", "leader"), Asked("GET", TABLE))
    assert "记戊" in shown and "139****" in shown


def test_the_same_question_by_two_accounts_in_both_orders_is_never_mixed(sweep: Sweep) -> None:
    east, west = ("QH01", "leader"), ("QH02", "leader")
    asked = Asked("GET", TABLE)
    first = [MARK.findall(sweep.words(one, asked)) for one in (east, west)]
    sweep.house.door._cache._answers.clear()
    then = [MARK.findall(sweep.words(one, asked)) for one in (west, east)]
    assert first == then[::-1] and all(first) and not set(first[0]) & set(first[1])


def test_panels_tell_two_accounts_their_own_in_both_orders(sweep: Sweep) -> None:
    east, west = ("QH01", "leader"), ("QH02", "leader")
    asked = questions(sweep, sweep.random.sample(sweep.questions.callbacks, PANELS))
    assert list(mixed(sweep, asked, east, west)) == []


def test_a_door_that_does_not_heed_scopes_is_found_out(sweep: Sweep) -> None:
    with everything_shown():
        leaks = sweep.ask(("QH01", "leader"), Asked("GET", TABLE))
    assert any(leak.startswith("incident") for leak in leaks)


@pytest.mark.parametrize(
    ("text", "leak"),
    [
        ("记戊001", "incident 001"),
        ("慕容鑫", "name 慕容鑫"),
        ("13900000007", "number 13900000007"),
        ("320311199001011007", "number 320311199001011007"),
        ("QH0201", "area QH0201"),
        ("西岭街道", "area 西岭街道"),
    ],
)
def test_each_kind_of_leak_is_seen(text: str, leak: str) -> None:
    assert leak in found(text, KNOWN, ("QH0101", "operator") if "慕" not in text else ("QH", "operator"), "")
    assert found("青禾市 139****0007", KNOWN, ("QH0101", "operator"), "") == []
