"""What the walls show by themselves: a list of scenes, and the clock alone says which is on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from data.errors import ConfigError
from data.scenes import load_scenes, make_scenes

WALL = {"id": "hall", "name": "大厅"}
FIRST: dict[str, Any] = {"id": "a", "name": "总览", "page": "/", "dwell_s": 10}
SECOND: dict[str, Any] = {"id": "b", "name": "解决率", "page": "/performance", "dwell_s": 5}


def said(fault: pytest.ExceptionInfo[ConfigError]) -> tuple[object, object]:
    return fault.value.facts["detail"], fault.value.facts["known"]


def test_a_home_without_a_list_of_its_own_shows_the_whole_city_first(tmp_path: Path) -> None:
    scenes = load_scenes(tmp_path)
    assert [wall.id for wall in scenes.walls] == ["main"]
    assert [scene.page for scene in scenes.of("main")] == ["/", "/performance"]


def test_a_list_of_ones_own_replaces_the_other_as_a_whole(tmp_path: Path) -> None:
    own = '[[walls]]\nid = "hall"\nname = "大厅"\n[[scenes]]\nid = "x"\nname = "实时"\npage = "/live"\ndwell_s = 20\n'
    (tmp_path / "scenes.toml").write_text(own, encoding="utf-8")
    scenes = load_scenes(tmp_path)
    assert [wall.id for wall in scenes.walls] == ["hall"]
    assert [scene.name for scene in scenes.of("hall")] == ["实时"]


@pytest.mark.parametrize(
    ("seconds", "expected"), [(0, "a"), (9.9, "a"), (10, "b"), (14.9, "b"), (15, "a"), (1_500_000_012, "b")]
)
def test_the_clock_alone_says_which_scene_is_on(seconds: float, expected: str) -> None:
    shown = make_scenes({"walls": [WALL], "scenes": [FIRST, SECOND]}).at("hall", seconds)
    assert shown is not None
    assert shown.id == expected


def test_a_scene_of_one_wall_is_not_shown_on_another() -> None:
    walls = [WALL, {"id": "gate", "name": "门厅"}]
    scenes = make_scenes({"walls": walls, "scenes": [FIRST, {**SECOND, "walls": ["gate"]}]})
    assert [scene.id for scene in scenes.of("hall")] == ["a"]
    assert [scene.id for scene in scenes.of("gate")] == ["a", "b"]


def test_a_wall_without_scenes_shows_none() -> None:
    assert make_scenes({"walls": [WALL]}).at("hall", 3) is None


@pytest.mark.parametrize(
    ("fault", "detail", "known"),
    [
        ({"dwel_s": 3}, "scenes.a.dwel_s", "dwell_s"),
        ({"view": {"metrik": "in_grid"}}, "scenes.a.view.metrik", "scenes.a.view.metric"),
        ({"page": "/performence"}, "scenes.a.page = /performence", "/performance"),
        ({"page": "/tracks"}, "scenes.a.page = /tracks", "/"),
        ({"walls": ["hal"]}, "scenes.a.walls = hal", "hall"),
        ({"dwell_s": "long"}, "scenes.a.dwell_s", "float"),
        ({"dwell_s": 0.5}, "scenes.a.dwell_s", ">= 1"),
        ({"camera": [119.3, 32.0, 119.1, 32.1]}, "scenes.a.camera", "[west, south, east, north]"),
        ({"view": {"t": 3}}, "scenes.a.view", "dict[str, str]"),
        ({"name": ""}, "scenes.a.name", "str"),
    ],
)
def test_a_mistake_is_named_with_its_key_and_the_nearest_right_one(
    fault: dict[str, Any], detail: str, known: str
) -> None:
    with pytest.raises(ConfigError) as refused:
        make_scenes({"walls": [WALL], "scenes": [{**FIRST, **fault}]}, "scenes.toml")
    assert refused.value.facts["path"] == "scenes.toml"
    told, near = said(refused)
    assert told == detail
    assert known in str(near)


def test_two_scenes_of_one_name_are_refused() -> None:
    with pytest.raises(ConfigError) as refused:
        make_scenes({"walls": [WALL], "scenes": [FIRST, FIRST]})
    assert refused.value.reason == "said_twice"


def test_a_wrong_list_stops_the_server_before_it_starts(tmp_path: Path) -> None:
    from dashboard.commands.serve import serve

    (tmp_path / "gridlink.toml").write_text("", encoding="utf-8")
    (tmp_path / "scenes.toml").write_text("[[scenes]]\nid = 'x'\nnamee = 'y'\n", encoding="utf-8")
    with pytest.raises(ConfigError) as refused:
        serve(home=tmp_path, no_work=True)
    assert said(refused) == ("scenes.x.namee", "name")
