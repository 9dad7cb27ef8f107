"""The sample city, loaded once: most tests ask it questions."""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path

import pytest

from data.config import load_config
from data.query import Door
from data.scope import Scope
from etl.load import LoadResult, load

ROOT = Path(__file__).parent.parent
SAMPLES = ROOT / "data" / "samples"
# 18:00 in the sample city: after its last event.
SAMPLE_NOW = datetime(2026, 1, 5, 10, 0)


def copy_home(source: Path, home: Path) -> Path:
    """Copy gridlink.toml and mappings/ of a home, without its data."""
    home.mkdir(parents=True, exist_ok=True)
    shutil.copy(source / "gridlink.toml", home)
    shutil.copytree(source / "mappings", home / "mappings")
    return home


@pytest.fixture(scope="session")
def sample_load(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, LoadResult]:
    home = copy_home(SAMPLES, tmp_path_factory.mktemp("sample") / "home")
    return home, load([SAMPLES], load_config(home), now=SAMPLE_NOW)


@pytest.fixture(scope="session")
def sample_home(sample_load: tuple[Path, LoadResult]) -> Path:
    return sample_load[0]


@pytest.fixture(scope="session")
def door(sample_home: Path) -> Door:
    return Door(load_config(sample_home))


@pytest.fixture(scope="session")
def whole_city(door: Door) -> Scope:
    return Scope("tester", frozenset({"leader"}), door.config.city.area_id)
