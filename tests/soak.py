"""Screens that run for hours in minutes: a wall whose choices turn, and a replay that goes round; what they keep.

Memory is read where it counts: the JavaScript heap after a collection, by the browser's own protocol, and the resident
memory of the serving process.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from playwright.sync_api import CDPSession, Page

from tests.browser.conftest import Site

TURNS = (("theme", "light"), ("area", ""), ("theme", "dark"), ("area", "?"))  # "?": an area of the map
AREA = """() => gridlinkMaps.maps.get('map').deck.layerManager.getLayers()
  .find(l => l.id.endsWith('-areas')).props.data[0].id"""
DRAWN = """() => window.gridlinkDeck && window.gridlinkDeck.layerManager.getLayers().some(
  l => l.id.endsWith('-areas') && l.props.data && l.props.data.length)"""
READY = "() => window.gridlink && gridlink.view().version !== undefined"
CHOOSE = "([name, value]) => gridlink.choose(name, value)"
PLAYS = "() => window.gridlinkPlayback && gridlinkPlayback.state.story && !gridlinkPlayback.state.playing"
GO = "() => { gridlinkPlayback.set({ loop: true, speed: 3600 }); gridlinkPlayback.play(); }"
SMALL = (960, 540)
MB = 2**20


@dataclass
class Kept:
    """Samples of memory in MB with their moment in seconds: the heap of every page, and the server."""

    at: list[float] = field(default_factory=list)
    heaps: list[list[float]] = field(default_factory=list)
    server: list[float] = field(default_factory=list)
    plays: int = 0  # how often the replay began

    def growth(self, page: int, after_s: float) -> float:
        """Return by which share a page's heap grew: the median of its last quarter after `after_s` to its first."""
        late = [heaps[page] for at, heaps in zip(self.at, self.heaps, strict=True) if at >= after_s]
        return float(np.median(late[-max(len(late) // 4, 1) :]) / np.median(late[: max(len(late) // 4, 1)]) - 1)

    def slope(self, after_s: float) -> float:
        """Return the slope of the server's memory in MB an hour, from `after_s` on."""
        late = [(at, mb) for at, mb in zip(self.at, self.server, strict=True) if at >= after_s]
        at, mb = np.array(late).T
        return float(np.polyfit(at / 3600, mb, 1)[0]) if len(at) > 1 else 0.0


def soak(site: Site, pid: int, seconds: float, every_s: float) -> Kept:
    """Turn a wall's choices and play a day again and again for `seconds`; sample memory every `every_s`."""
    pages = [site.open("/?kiosk=1", "leader", SMALL), site.open("/tracks", "leader", SMALL)]
    for page in pages:
        page.wait_for_function(READY)
    pages[0].wait_for_function(DRAWN, timeout=120_000)
    pages[1].fill("input#people-reason", "soak")
    pages[1].click("#people-look")
    pages[1].wait_for_function(PLAYS, timeout=120_000)
    area = pages[0].evaluate(AREA)
    heaps, kept, begin = [_listening(page) for page in pages], Kept(), time.monotonic()
    turn = 0
    while (now := time.monotonic() - begin) < seconds:
        name, value = TURNS[turn % len(TURNS)]
        pages[0].evaluate(CHOOSE, [name, area if value == "?" else value])
        turn += 1
        if pages[1].evaluate(PLAYS):
            pages[1].evaluate(GO)
            kept.plays += 1
        if not kept.at or now - kept.at[-1] >= every_s:
            kept.at.append(now)
            kept.heaps.append([_heap(one) for one in heaps])
            kept.server.append(resident(pid))
            for page in pages:
                page.keyboard.press("Shift")  # somebody is there: else the session ends after half an hour
        pages[0].wait_for_timeout(min(every_s, 2.0) * 1000)
    for page in pages:
        page.context.close()
    return kept


def _listening(page: Page) -> CDPSession:
    protocol = page.context.new_cdp_session(page)
    protocol.send("HeapProfiler.enable")
    return protocol


def _heap(protocol: CDPSession) -> float:
    protocol.send("HeapProfiler.collectGarbage")
    return float(protocol.send("Runtime.getHeapUsage")["usedSize"]) / MB


def resident(pid: int) -> float:
    """Return the resident memory of a process and all it started, in MB."""
    own = next(line for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("VmRSS"))
    below = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return int(own.split()[1]) / 1024 + sum(resident(int(child)) for child in below)
