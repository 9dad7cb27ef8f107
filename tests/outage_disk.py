"""A disk that fills under a working home: the wall goes on, the receiver refuses, and space that returns cures it all.

Run as a program inside a mount namespace of its own, on a file system of limited size: `measured` starts it so.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path
from time import monotonic
from typing import Any

from tests import outage_home
from tests.conftest import ROOT
from tests.outage_town import Town, account, town

MOUNT = 'mount -t tmpfs -o size=160m tmpfs "$0" && echo mounted && exec "$1" -m tests.outage_disk "$0" "$2"'
REFUSED = (503, 507)


def measured() -> dict[str, Any]:
    """Fill a disk and give it back; returns what each user saw, or `skipped` with the words why."""
    with tempfile.TemporaryDirectory(prefix="gridlink-") as folder:
        command = ["unshare", "--mount", "--map-root-user", "sh", "-c", MOUNT, folder, sys.executable]
        done = subprocess.run(
            [*command, str(outage_home.first())], cwd=ROOT, capture_output=True, text=True, check=False
        )
    if "mounted" not in done.stdout:
        return {"skipped": f"nobody may mount here: {done.stderr.strip()}"}
    if done.returncode:
        raise RuntimeError(done.stderr[-3000:])
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told


def fill(folder: Path) -> dict[str, Any]:
    """Fill the disk under a home in `folder` for some seconds, make room again, and count."""
    home = outage_home.copy(folder)
    with town(home) as here:
        here.rest(6)
        ballast, began = folder / "ballast", monotonic()
        _fill(ballast)
        here.since(began, lambda: _status(here) in REFUSED)
        here.rest(12)
        seen = _seen(here, began)
        ballast.unlink()
        freed = monotonic()
        back = here.since(freed, lambda: _status(here) == 200)
        reported = len(here.operator.acknowledged)
        desk = here.since(freed, lambda: len(here.operator.acknowledged) > reported)
        here.rest(10)
        here.still_users()
    lines = (folder / "work.log").read_text(encoding="utf-8", errors="replace")
    said = "disk" in lines or "No space" in lines or "full" in lines
    return seen | {"receiver_s": back, "desk_s": desk, "work_said": said, "account": asdict(account(here))}


def _fill(path: Path) -> None:
    """Write until nothing more fits."""
    with open(path, "wb", buffering=0) as file:  # or closing it would write once more
        for size in (1 << 20, 1 << 12):
            try:
                while True:
                    file.write(bytes(size))
            except OSError:
                continue


def _status(here: Town) -> int:
    return here.senders[0].answers[-1][1] if here.senders[0].answers else 0


def _seen(here: Town, since: float) -> dict[str, Any]:
    """Return what the wall and the phones were answered since a moment."""
    looks = [look for look in here.viewer.looks if look.at > since]
    sent = [status for sender in here.senders for at, status in sender.answers if at > since]
    return {
        "looks": len(looks),
        "good": sum(look.good for look in looks),
        "blank": sum(look.blank for look in looks),
        "said": sorted({look.said for look in looks if look.said}),
        "refused": sum(status in REFUSED for status in sent),
        "taken": sum(status == 200 for status in sent),
        "other": sum(status not in (*REFUSED, 200) for status in sent),
    }


if __name__ == "__main__":
    outage_home.first = lambda: Path(sys.argv[2])  # type: ignore[assignment]
    print(json.dumps(fill(Path(sys.argv[1]))))
