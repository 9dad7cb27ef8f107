"""Every parser under coverage-guided fuzzing: `--minutes` in all, shared evenly; crashes, hangs and lost rows counted.

Needs atheris (`pip install atheris`); what it finds lies in the folder it names, with the bytes that cause it.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

from tests.benchmarks import LASTS, Bench
from tests.browser.conftest import ROOT
from tests.fuzz_targets import TARGETS

SPARE_S = 600.0  # to begin and to end
ENDED = {0, 77}  # of its own, or by the interpreter's way out


def ours() -> float:
    """Return one more than the kinds of crashes, hangs and losses found."""
    if find_spec("atheris") is None:
        raise RuntimeError("this bench needs atheris: pip install atheris")
    folder, names = Path(tempfile.mkdtemp(prefix="gridlink-fuzz-")), _chosen()
    seconds = max(int(LASTS["minutes"] * 60 / len(names)), 5)
    told = [_fuzzed(name, seconds, folder) for name in names]
    found = sum(len(one["crashes"]) for one in told)
    print(f"{sum(one['runs'] for one in told)} runs, {found} crashes, in {folder}", file=sys.stderr)
    return 1.0 + found


def _chosen() -> list[str]:
    """Return the targets of GRIDLINK_FUZZ, or all."""
    asked = os.environ.get("GRIDLINK_FUZZ", "").split()
    return [name for name in TARGETS if not asked or name in asked]


def _fuzzed(name: str, seconds: int, folder: Path) -> dict[str, object]:
    """Fuzz one target in a process of its own; a process that dies is a crash by itself."""
    command = [sys.executable, "-m", "tests.fuzzing", name, str(seconds), str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=seconds + SPARE_S, check=False)
    path = folder / f"{name}.json"
    told = json.loads(path.read_text()) if path.is_file() else {"target": name, "runs": 0, "crashes": {}}
    if done.returncode not in ENDED or not told["runs"]:
        told["crashes"][f"exit {done.returncode}"] = {"trace": done.stderr[-2000:]}
        path.write_text(json.dumps(told))
    reached = re.findall(r"cov: (\d+) ft: (\d+)", done.stderr) or [("0", "0")]
    line = f"{name}: {told['runs']} runs, {reached[-1][0]} edges, {reached[-1][1]} features"
    print(line, *(f"  {key}" for key in told["crashes"]), sep="\n", file=sys.stderr)
    return dict(told)


NOTE = "kinds of crashes, hangs and lost rows of every parser, plus one; --minutes says how long in all"
BENCH = Bench("fuzz", ours, lambda: 1.0, 1.0, NOTE, unit="1 + crashes")
