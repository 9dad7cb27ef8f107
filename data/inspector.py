"""Finds damaged files of the version served: missing or cut ones at once, flipped bytes by hashing behind the scenes.

DuckDB checks the blocks of its own files as it reads them, but reads over a flipped byte of a Parquet file (measured:
253 of 300 gave wrong rows). So every file is hashed once by each reading process, and again after a day, at half the
speed one core could do it; an answer from a damaged file can stand only until then.
"""

from __future__ import annotations

import hashlib
import logging
import threading
import weakref
from time import monotonic

from data.lake import Folders, Manifest

log = logging.getLogger("gridlink.warehouse")
AGAIN_S = 86_400.0


class Inspector:
    """What one process knows of the files of a warehouse; `damaged` is path -> what is wrong with it."""

    def __init__(self, folders: Folders) -> None:
        self.folders = folders
        self.damaged: dict[str, str] = {}
        self._seen: set[tuple[str, int]] = set()
        self._hashed: dict[tuple[str, str], float] = {}
        self._turn = 0
        self._lock = threading.Lock()
        self._ended = threading.Event()
        self._threads: list[threading.Thread] = []
        # a thread cut off by the end of the interpreter may abort the process
        weakref.finalize(self, _end, self._ended, self._threads)

    def missing(self, manifest: Manifest) -> dict[str, str]:
        """Return the files of a version that are known to be damaged, or are seen to be gone or of another size."""
        wrong = {}
        for path, (_, size) in manifest.reaches().items():
            fault = self.damaged.get(path) or self._look(path, size)
            if fault:
                wrong[path] = fault
        return wrong

    def watch(self, manifest: Manifest) -> None:
        """Hash the files of a version that were not hashed within a day, until one is found `damaged`."""
        due = self._due(manifest)
        with self._lock:
            self._turn += 1
            turn = self._turn
        if due:
            self._threads[:] = [thread for thread in self._threads if thread.is_alive()]
            self._threads.append(threading.Thread(target=self._hash, args=(due, turn), daemon=True))
            self._threads[-1].start()

    def is_due(self, manifest: Manifest) -> bool:
        """Say whether a file of the version waits to be hashed."""
        return bool(self._due(manifest))

    def forget(self) -> None:
        """Take no file for hashed any more: something could not be read."""
        self._hashed.clear()

    def _look(self, path: str, size: int) -> str:
        if (path, size) in self._seen:
            return ""
        try:
            found = (self.folders.root / path).stat().st_size
        except OSError as fault:
            return str(fault.strerror)
        if size and found != size:
            return f"{found} bytes, not {size}"
        self._seen.add((path, size))
        return ""

    def _due(self, manifest: Manifest) -> list[tuple[str, str]]:
        """Return path and SHA-256 of what is to be hashed: the serve file, then parts, the newest first."""
        old = monotonic() - AGAIN_S
        parts = sorted(manifest.parts, key=lambda part: part.day, reverse=True)
        files = [(manifest.serve, manifest.serve_sha256), *((part.path, part.sha256) for part in parts)]
        return [file for file in files if self._hashed.get(file, old) <= old and file[0] not in self.damaged]

    def _hash(self, due: list[tuple[str, str]], turn: int) -> None:
        for path, sha256 in due:
            if turn != self._turn or self._ended.is_set():
                return  # another version is served, or nobody asks any more
            began = monotonic()
            fault = wrong(self.folders, path, sha256)
            if fault:
                self.damaged[path] = fault
                log.error("%s: %s", path, fault)
                return
            self._hashed[path, sha256] = monotonic()
            self._ended.wait(monotonic() - began)


def _end(ended: threading.Event, threads: list[threading.Thread]) -> None:
    """Let the threads come to their end: each finishes the file it is at."""
    ended.set()
    for thread in threads:
        if thread is not threading.current_thread():
            thread.join()


def wrong(folders: Folders, path: str, sha256: str) -> str:
    """Return what is wrong with a file that should have this SHA-256; empty where nothing is."""
    try:
        with open(folders.root / path, "rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as fault:
        return str(fault.strerror)
    return "" if found == sha256 else f"its SHA-256 is {found[:12]}…, not {sha256[:12]}…"
