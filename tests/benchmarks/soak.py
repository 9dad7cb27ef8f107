"""A wall and a replay that never stop: what they keep of memory, against the growth that is allowed.

The heap of a page may grow by less than a tenth after the first ten minutes (a third of shorter runs), the server by
less than 2 MB an hour. `ours` is the worse of both, as a share of what is allowed.
"""

from __future__ import annotations

import subprocess
import sys

from playwright.sync_api import sync_playwright

from tests.benchmarks import LASTS, Bench
from tests.benchmarks.wall import home
from tests.browser.conftest import ROOT, Browsers, Site, _free_port, _wait
from tests.soak import soak

SETTLING_S, HEAP, SERVER_MB_H = 600.0, 0.1, 2.0


def ours() -> float:
    """Return the worst growth as a share of the growth allowed."""
    seconds, port = LASTS["minutes"] * 60, _free_port()
    settling = min(SETTLING_S, seconds / 3)
    command = [sys.executable, "-m", "gridlink", "serve", "--no-work", "--home", str(home()), "--port", str(port)]
    server = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)
    try:
        _wait(f"http://127.0.0.1:{port}/healthz", server)
        with sync_playwright() as playwright:
            site = Site(f"http://127.0.0.1:{port}", Browsers(playwright, maps=True))
            kept = soak(site, server.pid, seconds, max(seconds / 240, 2.0))
            site.browser.close()
    finally:
        server.terminate()
        server.wait(20)
    grown = [kept.growth(page, settling) for page in (0, 1)]
    slope = kept.slope(settling)
    print(f"heap {grown[0]:+.1%} wall, {grown[1]:+.1%} replay; server {slope:+.2f} MB/h", file=sys.stderr)
    return max(0.001, *(one / HEAP for one in grown), slope / SERVER_MB_H)


NOTE = "growth of heap (10 %) and server (2 MB/h) as a share of what is allowed; --minutes says how long"
BENCH = Bench("soak", ours, lambda: 1.0, 1.0, NOTE, unit="share")
