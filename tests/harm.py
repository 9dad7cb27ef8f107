"""What can happen to the files of a home: a byte flips, a process dies, a disk is full."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from random import Random
from time import perf_counter, sleep
from typing import Any

from data.config import Config, load_config
from data.lake import Folders, read_current, read_manifest
from data.warehouse import Warehouse
from etl.content import content_hash
from etl.load import load
from etl.verify import verify
from tests.conftest import ROOT, SAMPLE_NOW, SAMPLES

# Children are forked from a process that has the loader imported and nothing begun.
os.environ.setdefault("PYTHONPATH", str(ROOT))
CLEAN = get_context("forkserver")
CLEAN.set_forkserver_preload(["etl.load"])


@dataclass(frozen=True)
class Flip:
    """One byte that was changed, and what it was; `undo` puts it back."""

    path: Path
    place: int
    was: int

    def undo(self) -> None:
        change(self.path, self.place, self.was)


def change(path: Path, place: int, value: int) -> int:
    """Write one byte and return what stood there; the file stays the same in every other way."""
    path.chmod(0o644)
    with open(path, "r+b") as file:
        file.seek(place)
        was = file.read(1)[0]
        file.seek(place)
        file.write(bytes([value]))
    path.chmod(0o444)
    return was


def flip(path: Path, chance: Random) -> Flip:
    """Change one byte of a file at random."""
    place = chance.randrange(path.stat().st_size)
    was = path.read_bytes()[place]
    change(path, place, was ^ chance.randrange(1, 256))
    return Flip(path, place, was)


def reached(config: Config) -> list[Path]:
    """Return every file CURRENT reaches, itself included."""
    folders = Folders(config.home / "warehouse")
    run_id = read_current(folders) or ""
    files = sorted(read_manifest(folders, run_id).reaches())
    return [folders.current, folders.manifest(run_id), *(folders.root / name for name in files)]


def watched(config: Config) -> Warehouse:
    """Open a warehouse as the dashboard does, and wait until it has looked at every file it serves."""
    warehouse = Warehouse(config)
    while not warehouse.is_checked():
        sleep(0.002)
    return warehouse


def killed(work: Callable[..., Any], *args: Any, after: float) -> bool:
    """Do something in a process of its own and kill -9 it after so many seconds; say whether it was still at it."""
    process = CLEAN.Process(target=work, args=args)
    process.start()
    process.join(after)
    alive = process.exitcode is None
    process.kill()
    process.join()
    return alive


def load_sample(home: Path, path: Path) -> None:
    """Load one file into a home."""
    load([path], load_config(home), now=SAMPLE_NOW)


def pieces(folder: Path, name: str, count: int) -> list[Path]:
    """Cut a file of the samples into so many, each with the header."""
    header, *lines = (SAMPLES / name).read_text(encoding="utf-8").splitlines()
    paths = [folder / str(number) / name for number in range(count)]
    for number, path in enumerate(paths):
        path.parent.mkdir(parents=True)
        path.write_text("\n".join([header, *lines[number::count]]) + "\n", encoding="utf-8")
    return paths


def load_killing(home: Path, paths: list[Path], chance: Random) -> tuple[int, int]:
    """Load files one after another, killing the loader once in each at a random moment before loading it at last.

    Returns how many loads were killed on their way, and how many of these left a sound home that serves the version
    before or the one after, whole.
    """
    config, took, hit, sound = load_config(home), 0.0, 0, 0
    for path in paths:
        before = content_hash(config)
        if took and killed(load_sample, home, path, after=chance.uniform(0.0, took)):
            hit += 1
            left = content_hash(config)
            began = perf_counter()
            load_sample(home, path)
            sound += verify(config).findings == [] and left in (before, content_hash(config))
        else:
            began = perf_counter()
            killed(load_sample, home, path, after=60.0)
        took = max(took * 0.8, perf_counter() - began)
    return hit, sound


FACTS = ("fixes_2026-01-05.csv", "incidents.csv", "incident_steps.csv")


def shuffled(base: Path, folder: Path, chance: Random | None) -> dict[str, str]:
    """Load the sample's facts into a copy of a home that knows its people, and return the hash of the content.

    With `chance` the lines come in another order, some twice, in one to three files a feed, all in one load or each in
    its own; a case's steps may come in any order, but not before the case.
    """
    home = Path(shutil.copytree(base, folder / "home"))
    runs = [[SAMPLES / name] if chance is None else _torn(folder, name, chance) for name in FACTS]
    together = chance is None or chance.random() < 0.8
    for paths in [[path for run in runs for path in run]] if together else [[path] for run in runs for path in run]:
        load(paths, load_config(home), now=SAMPLE_NOW)
    return content_hash(load_config(home))


def _torn(folder: Path, name: str, chance: Random) -> list[Path]:
    header, *lines = (SAMPLES / name).read_text(encoding="utf-8").splitlines()
    lines += chance.sample(lines, chance.randrange(len(lines) // 3))
    chance.shuffle(lines)
    count = chance.randint(1, 3)
    paths = [folder / str(number) / name for number in range(count)]
    for number, path in enumerate(paths):
        path.parent.mkdir(exist_ok=True)
        path.write_text("\n".join([header, *lines[number::count]]) + "\n", encoding="utf-8")
    chance.shuffle(paths)
    return paths
