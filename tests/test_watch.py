"""The watch of the room: it begins and ends by one's own account, and is handed over under two signatures."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from data.config import make_config
from data.errors import NotAllowed, Problem
from data.loop.watch import Given, Item, Watches
from data.operations import Operations
from data.scope import Scope
from tests.circle import LEADER, OPERATOR, OTHER, WORKER

ALARM = Item("alarm", "a1", "镇江路摄像机离线", "已报修，明早到")
CASE = Item("case", "SJ-1", "楼道堆物，超期", "社区回话：13812345678")


@pytest.fixture
def watches(tmp_path: Path) -> Watches:
    return Watches(Operations.of(make_config(tmp_path, {})))


def keeping(watches: Watches) -> list[str]:
    return [row["account"] for row in watches.on_watch()]


def refused(reason: str) -> pytest.RaisesExc[Problem]:
    return pytest.RaisesExc(Problem, check=lambda problem: problem.reason == reason)


def test_who_leads_the_watch_stands_first_and_beginning_twice_is_one_watch(watches: Watches) -> None:
    first = watches.begin("1", OPERATOR)
    watches.begin("2", LEADER)
    assert watches.begin("3", OPERATOR)["watch_id"] == first["watch_id"]
    assert keeping(watches) == ["zhao", "wang"]
    watches.end("4", OPERATOR)
    assert keeping(watches) == ["zhao"]


def test_what_is_handed_over_is_signed_by_both_and_then_the_other_keeps_the_watch(watches: Watches) -> None:
    watches.begin("1", OPERATOR)
    given = watches.give("2", OPERATOR, Given("li", (ALARM, CASE), "夜间注意水库"))
    assert keeping(watches) == ["wang"]  # until it is taken
    [shown] = watches.waiting("li")
    items = watches.items(shown["handover_id"])
    assert [(item.kind, item.subject_id) for item in items] == [("alarm", "a1"), ("case", "SJ-1")]
    assert items[1].note == "社区回话：138****5678"
    taken = watches.take("3", OTHER, given["handover_id"], shown["digest"])
    assert taken["given_at"] <= taken["taken_at"]
    assert keeping(watches) == ["li"]
    assert watches.waiting("li") == watches.waiting("wang") == []


def test_the_same_signature_sent_twice_is_one(watches: Watches) -> None:
    watches.begin("1", OPERATOR)
    given = watches.give("2", OPERATOR, Given("li", (ALARM,)))
    assert watches.give("2", OPERATOR, Given("li", (ALARM,)))["handover_id"] == given["handover_id"]
    first = watches.take("3", OTHER, given["handover_id"], given["digest"])
    assert watches.take("3", OTHER, given["handover_id"], given["digest"]) == first
    with refused("handover_ended"):
        watches.take("4", OTHER, given["handover_id"], given["digest"])


def test_every_item_needs_a_note_and_nobody_hands_over_to_themselves(watches: Watches) -> None:
    watches.begin("1", OPERATOR)
    with refused("needs_field"):
        watches.give("2", OPERATOR, Given("li", (ALARM, replace(CASE, note="  "))))
    for nobody in ("", "wang"):
        with refused("needs_field"):
            watches.give("3", OPERATOR, Given(nobody, (ALARM,)))
    assert watches.waiting("li") == []


def test_who_keeps_no_watch_hands_nothing_over(watches: Watches) -> None:
    with refused("no_watch"):
        watches.give("1", OPERATOR, Given("li", (ALARM,)))
    with refused("no_watch"):
        watches.end("2", OPERATOR)


def test_words_changed_after_they_were_shown_cannot_be_signed(watches: Watches) -> None:
    watches.begin("1", OPERATOR)
    shown = watches.give("2", OPERATOR, Given("li", (ALARM,)))
    newer = watches.give("3", OPERATOR, Given("li", (ALARM, CASE)))
    with refused("handover_ended"):
        watches.take("4", OTHER, shown["handover_id"], shown["digest"])
    with refused("handover_ended"):
        watches.take("5", OTHER, newer["handover_id"], shown["digest"])
    assert keeping(watches) == ["wang"]  # a refused signature changes nothing
    watches.take("6", OTHER, newer["handover_id"], newer["digest"])
    assert keeping(watches) == ["li"]


def test_a_handover_is_declined_with_a_reason_and_the_giver_stays(watches: Watches) -> None:
    watches.begin("1", OPERATOR)
    given = watches.give("2", OPERATOR, Given("li", (ALARM,)))
    with refused("needs_field"):
        watches.decline("3", OTHER, given["handover_id"], " ")
    assert watches.decline("4", OTHER, given["handover_id"], "水库一事没有写")["answer"] == "水库一事没有写"
    assert (keeping(watches), watches.waiting("wang")) == (["wang"], [])


def test_only_the_one_named_may_sign_for_it(watches: Watches) -> None:
    watches.begin("1", OPERATOR)
    given = watches.give("2", OPERATOR, Given("li", (ALARM,)))
    with refused("no_handover"):
        watches.take("3", LEADER, given["handover_id"], given["digest"])


@pytest.mark.parametrize(
    "scope",
    [WORKER, Scope("wall", frozenset({"kiosk", "operator"}), "city"), Scope("a", frozenset({"analyst"}), "city")],
)
def test_walls_analysts_and_workers_keep_no_watch(watches: Watches, scope: Scope) -> None:
    with pytest.raises(NotAllowed):
        watches.begin("1", scope)
