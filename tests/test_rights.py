"""What a site may change about who decides: the rights of each level, and the admission list of the grids."""

from __future__ import annotations

from pathlib import Path

import pytest

from data.config import make_config
from data.errors import ConfigError
from data.loop.admission import Admission
from data.loop.rights import Rights
from data.scope import Scope

LEADER = Scope("zhao", frozenset({"leader"}), "s1")


def test_the_street_leads_dispatches_and_assesses_and_a_grid_does_not(tmp_path: Path) -> None:
    rights = Rights(make_config(tmp_path, {}))
    assert rights.of(LEADER, "street") == {"lead", "dispatch", "assess"}
    assert rights.of(LEADER, "grid") == frozenset()
    assert rights.of(Scope("wang", frozenset({"operator"}), "s1"), "street") == {"dispatch", "assess"}


def test_a_city_with_levels_of_its_own_has_the_same_rights(tmp_path: Path) -> None:
    levels = [{"id": name, "zh": name, "en": name} for name in ("city", "ward", "precinct")]
    rights = Rights(make_config(tmp_path, {"levels": levels}))
    assert rights.of(LEADER, "ward") == {"lead", "dispatch", "assess"}
    assert rights.of(LEADER, "precinct") == frozenset()


@pytest.mark.parametrize(
    ("text", "named"),
    [("[block]\nlead = []\n", "block"), ("[street]\nlaed = []\n", "laed"), ('[street]\nlead = ["boss"]\n', "boss")],
)
def test_a_word_the_table_of_rights_does_not_know_is_named(tmp_path: Path, text: str, named: str) -> None:
    (tmp_path / "rights.toml").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=named):
        Rights(make_config(tmp_path, {}))


def test_the_most_specific_row_of_the_admission_list_decides(tmp_path: Path) -> None:
    rows = "kind,subkind,level\n*,*,grid\nHAZ,*,community\nHAZ,消防通道,grid\n"
    (tmp_path / "admission.csv").write_text(rows, encoding="utf-8")
    admission = Admission(make_config(tmp_path, {}))
    assert admission.admits("FAC", None, "grid")
    assert not admission.admits("HAZ", "燃气", "grid")
    assert admission.admits("HAZ", "消防通道", "grid")
    assert admission.admits("HAZ", "燃气", "street")


def test_a_level_the_city_does_not_have_is_named_with_its_row(tmp_path: Path) -> None:
    (tmp_path / "admission.csv").write_text("kind,subkind,level\n*,*,grid\nHAZ,*,block\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"admission\.csv:3.*block"):
        Admission(make_config(tmp_path, {}))
