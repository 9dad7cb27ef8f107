"""The browser that prints: found or named by configuration, run without a network, for so long and no longer."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
import threading
from datetime import datetime
from pathlib import Path

from data.briefing.settings import BriefingSettings
from data.errors import Problem

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge", "microsoft-edge")
QUIET = (
    *("--headless", "--disable-gpu", "--disable-extensions", "--disable-background-networking", "--disable-sync"),
    *("--no-first-run", "--hide-scrollbars", "--disable-component-update", "--disable-crash-reporter"),
    "--host-resolver-rules=MAP * ~NOTFOUND",
)
# Two clocks of a PDF; both are spelled with as many letters whatever the time is.
CLOCKS = re.compile(rb"/(CreationDate|ModDate) \(D:\d{14}[^)]*\)")
LONGEST_QUEUE = 20.0
_one_at_a_time = threading.Lock()


def find(settings: BriefingSettings) -> str | None:
    """Return the program that prints, or None where there is none."""
    if settings.chromium:
        return shutil.which(settings.chromium)
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def pdf(html: str, settings: BriefingSettings, as_of: datetime) -> bytes:
    """Return an HTML file printed as PDF, its clocks set to `as_of` (naive UTC).

    Raises Problem: no_browser, print_failed.
    """
    with tempfile.TemporaryDirectory(prefix="gridlink-print-") as folder:
        target = Path(folder, "out.pdf")
        _run(html, Path(folder), settings, [f"--print-to-pdf={target}", "--no-pdf-header-footer"])
        return _set_clocks(_read(target), as_of)


def picture(html: str, settings: BriefingSettings, wide: int, high: int) -> bytes:
    """Return an HTML file as a PNG of twice `wide` x `high` pixels; raises Problem: no_browser, print_failed."""
    with tempfile.TemporaryDirectory(prefix="gridlink-print-") as folder:
        target = Path(folder, "out.png")
        size = [f"--window-size={wide},{high}", "--force-device-scale-factor=2"]
        _run(html, Path(folder), settings, [f"--screenshot={target}", *size])
        return _read(target)


def _run(html: str, folder: Path, settings: BriefingSettings, more: list[str]) -> None:
    program = find(settings)
    if program is None:
        raise Problem("no_browser")
    source = folder / "in.html"
    source.write_text(html, encoding="utf-8")
    # The sandbox of a browser does not start for root.
    root = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    command = [program, *QUIET, *root, f"--user-data-dir={folder / 'profile'}", *more, source.as_uri()]
    if not _one_at_a_time.acquire(timeout=LONGEST_QUEUE):
        raise Problem("print_failed", detail=f"> {LONGEST_QUEUE:g} s")
    try:
        subprocess.run(command, timeout=settings.print_s, check=True, capture_output=True)
    except subprocess.TimeoutExpired as late:
        raise Problem("print_failed", detail=f"> {settings.print_s:g} s") from late
    except (subprocess.CalledProcessError, OSError) as fault:
        raise Problem("print_failed", detail=type(fault).__name__) from fault
    finally:
        _one_at_a_time.release()


def _read(target: Path) -> bytes:
    if not target.is_file():
        raise Problem("print_failed", detail=target.name)
    return target.read_bytes()


def _set_clocks(body: bytes, as_of: datetime) -> bytes:
    def told(found: re.Match[bytes]) -> bytes:
        spelled = f"/{found[1].decode()} (D:{as_of:%Y%m%d%H%M%S}"
        return spelled.encode().ljust(len(found[0]) - 1, b"Z") + b")"

    return CLOCKS.sub(told, body)
