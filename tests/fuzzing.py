"""Fuzzes one parser for a while in this process, guided by what of the product's code each input reaches.

`python -m tests.fuzzing TARGET SECONDS FOLDER` keeps its corpus in FOLDER and writes there one line of JSON with what
was done: {target, runs, crashes}; every kind of crash once, with the bytes that cause it, and an input that takes five
seconds of work is one. What takes a minute or two gigabytes ends the process.
"""

from __future__ import annotations

import base64
import json
import sys
import time
import traceback
from pathlib import Path
from typing import Any

HANG_S, ENDLESS_S, MOST_MB, LONGEST = 5.0, 60, 2048, 8192


class Watched:
    """A target that remembers each kind of crash instead of dying of the first."""

    def __init__(self, run: Any) -> None:
        self.run, self.runs = run, 0
        self.crashes: dict[str, dict[str, str]] = {}

    def __call__(self, content: bytes) -> None:
        """Run one input."""
        self.runs += 1
        begun = time.process_time()
        try:
            self.run(content)
            if time.process_time() - begun > HANG_S:
                raise TimeoutError
        except Exception as fault:  # noqa: BLE001 - whatever it is, it is a finding
            frames = traceback.extract_tb(fault.__traceback__)
            where = next((f for f in reversed(frames) if "/etl/" in f.filename or "/data/" in f.filename), frames[-1])
            key = f"{type(fault).__name__} {Path(where.filename).name}:{where.lineno}"
            trace = "".join(traceback.format_exception(fault)[-6:])
            self.crashes.setdefault(key, {"input": base64.b64encode(content).decode(), "trace": trace})


def main(name: str, seconds: int, folder: Path) -> None:
    """Fuzz one target."""
    import atheris

    # What becomes machine code cannot call back into the fuzzer.
    loops = [f"etl.{path.stem}" for path in Path("etl").glob("*.py") if "@compiled" in path.read_text("utf-8")]
    with atheris.instrument_imports(include=["etl", "data", "dashboard", "tests.fuzz_targets"], exclude=loops):
        from tests.fuzz_targets import TARGETS

    target = TARGETS[name]
    corpus = folder / "corpus" / name
    corpus.mkdir(parents=True, exist_ok=True)
    for at, seed in enumerate(target.seeds()):
        (corpus / f"seed-{at}").write_bytes(seed)
    target.run(target.seeds()[0])
    watched = Watched(target.run)
    told = folder / f"{name}.json"

    def one(content: bytes) -> None:
        watched(content)
        if watched.runs % 50 == 0:
            told.write_text(json.dumps({"target": name, "runs": watched.runs, "crashes": watched.crashes}))

    options = (
        f"-max_total_time={seconds} -timeout={ENDLESS_S} -rss_limit_mb={MOST_MB} -max_len={LONGEST} "
        f"-artifact_prefix={folder}/{name}- -print_final_stats=1"
    )
    atheris.Setup([sys.argv[0], *options.split(), str(corpus)], one)
    atheris.Fuzz()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]))
