"""The sample city, loaded once: most tests ask it questions."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from hypothesis import settings

from data import accounts, engine
from data.config import load_config
from data.query import Door
from data.scope import Scope
from etl import retain
from etl.load import LoadResult, load
from tests.copies import keep_store
from tests.network import guard

guard()
settings.register_profile("busy", deadline=None)  # two processes and a browser share two cores
settings.load_profile("busy")
ROOT = Path(__file__).parent.parent
SAMPLES = ROOT / "data" / "samples"
# 18:00 in the sample city: after its last event.
SAMPLE_NOW = datetime(2026, 1, 5, 10, 0)

# What takes longest begins first, or one of two processes waits for it at the end: folders and files, longest first.
LONGEST = (
    "tests/browser/",
    "tests/realdata/",
    "tests/test_bring.py",
    "tests/test_keeping.py",
    "tests/test_cure.py",
    "tests/test_command.py",
    "tests/test_killed.py",
    "tests/test_key_areas.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put what takes longest first; within a file the order stays."""
    items.sort(
        key=lambda item: next((n for n, name in enumerate(LONGEST) if item.nodeid.startswith(name)), len(LONGEST))
    )


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Deal out whole files, and the browser's folder whole: it needs two served cities and one browser, not two."""
    from xdist.scheduler import LoadFileScheduling

    class Dealt(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return LONGEST[0] if nodeid.startswith(LONGEST[0]) else super()._split_scope(nodeid)

    config.option.loadscopereorder = False
    return Dealt(config, log) if config.getvalue("dist") == "loadfile" else None


def copy_home(source: Path, home: Path) -> Path:
    """Copy gridlink.toml and mappings/ of a home, without its data."""
    home.mkdir(parents=True, exist_ok=True)
    shutil.copy(source / "gridlink.toml", home)
    shutil.copytree(source / "mappings", home / "mappings")
    return home


@pytest.fixture(scope="session", autouse=True)
def quick_passwords() -> Iterator[None]:
    """Hash the passwords of test accounts by the product's own way, with the least work it knows."""
    dear, accounts.HASHER = accounts.HASHER, PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    yield
    accounts.HASHER = dear


@pytest.fixture(scope="session", autouse=True)
def quick_disk() -> Iterator[None]:
    """Wait for no disk inside this process, and for no reader of what is retained no longer: no test cuts the power.

    Processes that a test starts or kills do wait.
    """
    real = engine.SYNC, os.fsync, retain.sleep
    engine.SYNC, os.fsync, retain.sleep = "OFF", lambda _: None, lambda _: None
    yield
    engine.SYNC, os.fsync, retain.sleep = real


@pytest.fixture(scope="session")
def sample_load(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, LoadResult]:
    home = copy_home(SAMPLES, tmp_path_factory.mktemp("sample") / "home")
    loaded = load([SAMPLES], load_config(home), now=SAMPLE_NOW)
    keep_store(home)
    return home, loaded


@pytest.fixture(scope="session")
def sample_home(sample_load: tuple[Path, LoadResult]) -> Path:
    return sample_load[0]


@pytest.fixture(scope="session")
def door(sample_home: Path) -> Door:
    return Door(load_config(sample_home))


@pytest.fixture(scope="session")
def whole_city(door: Door) -> Scope:
    return Scope("tester", frozenset({"leader"}), door.config.city.area_id)
