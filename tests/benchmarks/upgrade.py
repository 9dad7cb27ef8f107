"""Homes made by earlier commits of this repository, opened by this one: nobody loads or signs up anew.

Each release runs as it was, from `git archive`, in a process of its own: it loads the sample city of its day and adds
an account. Then this code verifies it, answers the board, signs in, loads onto it and verifies again.
"""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from functools import cache
from pathlib import Path

from data.accounts import Accounts
from data.config import load_config
from data.query import Door
from data.scope import Scope
from etl.load import load
from etl.verify import verify
from tests.benchmarks import Bench
from tests.conftest import ROOT, SAMPLE_NOW

NAME, WORD = "wang", "a password of then"
OF_THEN = f"""
import shutil, sys
from datetime import datetime
from pathlib import Path
from data.accounts import Accounts
from data.config import load_config
from data.operations import Operations
from etl.load import load
home, samples = Path(sys.argv[1]), Path("data/samples").absolute()
home.mkdir(parents=True)
shutil.copy(samples / "gridlink.toml", home)
shutil.copytree(samples / "mappings", home / "mappings")
config = load_config(home)
load([samples], config, now=datetime({SAMPLE_NOW.year}, {SAMPLE_NOW.month}, {SAMPLE_NOW.day}, {SAMPLE_NOW.hour}))
made = getattr(Operations, "of", lambda config: Operations(f"sqlite:///{{home / 'operations.db'}}"))
Accounts(made(config)).add({NAME!r}, {WORD!r}, {{"operator"}}, config.city.area_id)
"""


def commits() -> list[str]:
    """Return the oldest commit with a sample city and the last one before this checkout's changes."""
    first = _git("log", "--diff-filter=A", "--format=%H", "--", "data/samples/gridlink.toml").decode().split()
    return [first[-1], _git("rev-parse", "HEAD").decode().strip()]


@cache
def measured() -> tuple[int, int]:
    """Return how many releases made a home, and how many of these this release works with as with its own."""
    folder = Path(tempfile.mkdtemp(prefix="gridlink-"))
    try:
        homes = [made(commit, folder / commit) for commit in commits()]
        return len(homes), sum(goes_on(home) for home in homes)
    finally:
        shutil.rmtree(folder)


def made(commit: str, folder: Path) -> Path:
    """Let the code of a commit make a home; returns the home."""
    with tarfile.open(fileobj=io.BytesIO(_git("archive", commit))) as archive:
        archive.extractall(folder / "code", filter="data")
    command = [sys.executable, "-c", OF_THEN, str(folder / "home")]
    subprocess.run(command, cwd=folder / "code", env=os.environ | {"PYTHONPATH": "."}, check=True)
    return folder / "home"


def goes_on(home: Path) -> bool:
    """Say whether everything a site does the day after an upgrade works on this home."""
    config = load_config(home)
    door, scope = Door(config), Scope(NAME, frozenset({"operator"}), load_config(home).city.area_id)
    account = Accounts(door.operations).verify(NAME, WORD)
    people = door.query("positions", scope).num_rows
    areas = door.query("areas", scope, day=SAMPLE_NOW.date()).num_rows
    before = verify(config, every=True).as_json()["sound"]
    load([ROOT / "data" / "samples"], config, now=SAMPLE_NOW)
    cases = door.query("board", scope, since=SAMPLE_NOW).num_rows
    after = verify(config, every=True).as_json()["sound"]
    door.operations.engine.dispose()
    return all((account, people, areas, cases, before, after))


def _git(*arguments: str) -> bytes:
    return subprocess.run(["git", *arguments], cwd=ROOT, check=True, stdout=subprocess.PIPE).stdout


NOTE = "homes made by earlier commits, against those that load, answer, sign in and verify with this one"
BENCH = Bench("upgrade", lambda: float(measured()[0]), lambda: float(measured()[1]), 1.0, NOTE, "homes")
