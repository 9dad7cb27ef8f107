"""The table of rules is the one the loader uses: nothing is refused, marked or suspected that does not stand in it."""

from __future__ import annotations

import ast
from pathlib import Path

import numpy as np
import pytest

from data.config import make_config
from data.errors import reasons
from data.query import Door
from data.rules import EFFECTS, PASSES, admitted_bits, flag_bits, rules, rules_with, uncounted
from data.scope import Scope
from etl import judge, suspicion
from tests.conftest import ROOT

CONFIG = make_config(Path("."), {})


def refused_in(module: str) -> set[str]:
    """Every reason a module of etl hands to `refuse`."""
    tree = ast.parse((ROOT / "etl" / module).read_text(encoding="utf-8"))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    named = [call.args for call in calls if getattr(call.func, "attr", "") == "refuse"]
    return {arg.value for args in named for arg in args[:2] if isinstance(arg, ast.Constant)}


def test_every_rule_says_when_it_is_applied_what_it_does_and_what_it_is_called() -> None:
    for rule in rules().values():
        assert rule.step in PASSES and rule.effect in EFFECTS
        assert rule.zh and rule.en
        assert (rule.bit > 0) == (rule.effect == "flag") and bool(rule.unit) == (rule.effect == "suspect")


def test_every_threshold_of_a_rule_stands_in_the_configuration() -> None:
    for rule in rules().values():
        assert set(rule.limits(CONFIG)) == set(rule.threshold)
    assert rules()["jump"].limits(CONFIG) == {"fixes.jump_mps": 33.333}


def test_every_flag_has_a_bit_of_its_own() -> None:
    bits = list(flag_bits().values())
    assert all(bit & (bit - 1) == 0 for bit in bits) and len(set(bits)) == len(bits)
    assert uncounted() == sum(flag_bits()[name] for name in ("inaccurate", "jump", "frozen", "mock"))
    assert admitted_bits() == flag_bits()["late"] | flag_bits()["mock"]


def test_every_reason_a_fix_is_refused_for_stands_in_the_table_with_its_sentence() -> None:
    named = refused_in("admit_fixes.py")
    assert {"off_duty", "unknown_worker", "future"} <= named <= set(rules_with("drop")) | set(rules_with("count"))
    assert set(rules_with("drop")) <= set(reasons())
    assert rules()["off_duty"].effect == "count" and not reasons()["off_duty"].get("kept", True)


def test_every_flag_and_every_suspicion_of_the_table_is_what_the_code_runs() -> None:
    assert set(judge.RULES) == set(rules_with("flag", "judge"))
    assert set(suspicion.ALONE) | set(suspicion.BETWEEN) == set(rules_with("suspect"))


def test_whatever_was_flagged_or_refused_in_the_sample_city_is_a_rule(door: Door) -> None:
    leader = Scope("tester", frozenset({"leader"}), "QH", "test")
    flags = door.query("flagged_fixes", leader, area="QH", day=np.datetime64("2026-01-05").item(), workers=None)
    known = sum(flag_bits().values())
    assert flags.num_rows and all(row["flags"] & ~known == 0 for row in flags.to_pylist())


@pytest.mark.parametrize("name", ["inaccurate", "jump", "frozen", "mock"])
def test_what_leaves_a_fix_out_of_everything_says_so_in_both_languages(name: str) -> None:
    assert rules()[name].uncounted and rules()[name].zh != rules()[name].en
