"""500,000 incidents to XLSX by the job of a long export: the most memory its process ever held, against pandas."""

from __future__ import annotations

import multiprocessing
import shutil
import tempfile
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv as pc

from data.accounts import Accounts
from data.config import load_config
from data.exports.asked import Asked, spelled
from data.operations import Operations
from data.query import Door
from data.scope import Scope
from etl.load import load
from tests.benchmarks import Bench
from tests.conftest import SAMPLES, copy_home

ROWS = 500_000
MOST_MB = 500.0  # a job that ever held more counts as never done
FIRST, LAST = datetime(2025, 1, 1), datetime(2026, 1, 5, 10)
ACCOUNT = "analyst"
FORMAT = "xlsx"
QUERY = "incidents_taken"


@cache
def made() -> Path:
    """Return a home with half a million incidents of a year, reported all over the sample city."""
    home = copy_home(SAMPLES, Path(tempfile.mkdtemp(prefix="gridlink-export-")) / "home")
    random = np.random.default_rng(1)
    seconds = random.integers(0, int((LAST - FIRST).total_seconds()), ROWS)
    columns: dict[str, Any] = {
        "事件号": [f"B{number:07d}" for number in range(ROWS)],
        "来源": ["网格员"] * ROWS,
        "类别": random.choice(["环境卫生", "市容秩序", "公共设施"], ROWS),
        "小类": ["暴露垃圾"] * ROWS,
        "紧急程度": random.choice(["一般", "次要"], ROWS),
        "标题": [f"楼道口垃圾袋 {number % 977}" for number in range(ROWS)],
        "上报时间": [str(FIRST + timedelta(seconds=int(at))) for at in seconds],
        "经度": np.round(random.uniform(119.500, 119.503, ROWS), 6),
        "纬度": np.round(random.uniform(32.0081, 32.0089, ROWS), 6),
        "网格或村居": [""] * ROWS,
        "发现层级": ["网格"] * ROWS,
        "上报人": ["w01"] * ROWS,
    }
    for name in ("areas.geojson", "area_attributes.csv", "workers.csv", "units.csv"):
        shutil.copy(SAMPLES / name, home)
    pc.write_csv(pa.table(columns), home / "incidents.csv")
    config = load_config(home)
    load([home], config, now=LAST)
    Accounts(Operations.of(config)).add(ACCOUNT, "a long password", {"analyst"}, config.city.area_id)
    return home


def asked(home: Path) -> Asked:
    """Return the question: every incident of the year, whatever its state."""
    area = load_config(home).city.area_id
    facts: dict[str, Any] = {"area": area, "state": "all", "now": LAST, "start": FIRST, "end": LAST}
    return Asked(QUERY, {**facts, "kind": None, "severity": None, "located": None})


def ours() -> float:
    """Return the most megabytes the job held while it wrote the file."""
    held = _alone(_job)
    return held if held <= MOST_MB else float("inf")


def baseline() -> float:
    """Return the most megabytes of reading the same rows into pandas and writing them with openpyxl."""
    return _alone(_pandas)


def _alone(work: Callable[[Path], None]) -> float:
    context = multiprocessing.get_context("spawn")
    answer = context.Queue()
    process = context.Process(target=_measured, args=(work, made(), answer))
    process.start()
    held = float(answer.get())
    process.join()
    return held


def _measured(work: Callable[[Path], None], home: Path, answer: multiprocessing.Queue[float]) -> None:
    work(home)
    answer.put(_held_mb())


def _held_mb() -> float:
    """Return the most memory this process held since it began; what the kernel tells of usage counts its parent's."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) / 1024.0 for line in lines if line.startswith("VmHWM"))


def _job(home: Path) -> None:
    from etl.jobs import JOBS

    told, config = asked(home), load_config(home)
    about = {"filters": {}, "query": QUERY, "version": "", "at": "2026-01-05T10:00:00Z", "account": ACCOUNT}
    question = {"query": QUERY, "params": spelled(told.params), "columns": [], "words": {}}
    facts = {"heads": {}, "labels": {}, "title": "rows", "file": "rows", "total": ROWS, "format": FORMAT}
    done = JOBS["export"](config, {"about": {**about, "id": "1", "notes": []}, "asked": question, **facts}, len)
    assert done["rows"] == ROWS


def _pandas(home: Path) -> None:
    door = Door(load_config(home))
    scope = Scope(ACCOUNT, frozenset({"analyst"}), door.config.city.area_id)
    frame = door.query(QUERY, scope, **asked(home).params).to_pandas()
    frame.to_excel(home / "plain.xlsx", index=False, engine="openpyxl")


BENCH = Bench(
    "500,000 incidents to XLSX",
    ours,
    baseline,
    6.0,
    "peak memory of the job's own process, read, sorted and written, against pandas with openpyxl; over 500 MB fails",
    unit="MB",
)
