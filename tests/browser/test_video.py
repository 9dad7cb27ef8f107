"""A camera in a browser: a reason, one click, a picture that moves; and a sentence where there can be none.

tests/hls holds our own test pictures, made once with ffmpeg 5.1 so that no test needs it: pattern.m3u8 (H.264) by
`ffmpeg -f lavfi -i testsrc2=size=160x90:rate=10 -t 8 -c:v libx264 -profile:v baseline -pix_fmt yuv420p
-preset veryslow -crf 38 -g 20 -hls_time 4 -hls_list_size 0 -hls_playlist_type vod pattern.m3u8`, and hevc.m3u8 (H.265,
which the system's Chromium does not play) likewise by `-t 4 -c:v libx265 -crf 45`.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from playwright.sync_api import Locator, Page, expect

from data.accounts import Accounts
from data.config import load_config
from data.operations import Operations
from tests.browser.conftest import Browsers, Site, _free_port, _served
from tests.copies import fresh
from tests.web import PASSWORD

HLS = Path(__file__).parent.parent / "hls"
SMALL = (1100, 760)
CODE_S001, CODE_S002 = "32118300001311000001", "32118300011321000002"
DAY = "day=2026-01-05&t=43200"


class Gateway(SimpleHTTPRequestHandler):
    """A media gateway: files, readable by any page, with every answer named to nobody."""

    extensions_map = {".m3u8": "application/vnd.apple.mpegurl", ".ts": "video/mp2t"}

    def end_headers(self) -> None:
        self.send_header("Access-Control-Allow-Origin", "*")
        super().end_headers()

    def log_message(self, format: str, *args: object) -> None:
        del format, args


@contextmanager
def gateway(port: int, folder: Path) -> Iterator[None]:
    """Serve the pictures on loopback while the block lasts."""
    server = ThreadingHTTPServer(("127.0.0.1", port), partial(Gateway, directory=str(folder)))
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="module")
def watched(
    sample_home: Path, tmp_path_factory: pytest.TempPathFactory, browsers: Browsers
) -> Iterator[tuple[Site, Path]]:
    """The sample city with a gateway, and the folder the gateway's pictures and the log stand in."""
    folder = tmp_path_factory.mktemp("video")
    home = fresh(sample_home, folder / "home")
    port = _free_port()
    with (home / "gridlink.toml").open("a", encoding="utf-8") as file:
        file.write(f'\n[video]\nurl = "http://127.0.0.1:{port}/{{code}}/index.m3u8"\n')
    accounts = Accounts(Operations.of(load_config(home)))
    accounts.add("watcher", PASSWORD, {"operator"}, load_config(home).city.area_id)
    for code, name in ((CODE_S001, "pattern"), (CODE_S002, "hevc")):
        shutil.copytree(HLS, folder / "pictures" / code)
        (folder / "pictures" / code / f"{name}.m3u8").rename(folder / "pictures" / code / "index.m3u8")
    (folder / "port").write_text(str(port), encoding="ascii")
    for site in _served(home, browsers):
        yield site, folder


@pytest.fixture
def page(watched: tuple[Site, Path]) -> Iterator[Page]:
    """The page of two cameras beside the road; a gateway that is away is a console error of the browser's own."""
    site, _ = watched
    site.faults.clear()
    shown = site.open(f"/video?point=119.5025,32.01&{DAY}", account="watcher", size=SMALL)
    expect(shown.locator(".tile")).to_have_count(2)
    yield shown
    faults = [fault for fault in site.faults if "Failed to load resource" not in fault]
    shown.context.close()
    assert faults == []


def because(page: Page, words: str) -> None:
    page.fill("#tiles-reason", words)
    page.click("#tiles-look")
    expect(page.locator("#tiles-noted")).to_contain_text(words)


def tile(page: Page, name: str) -> Locator:
    return page.locator(".tile", has_text=name)


def plays(page: Page, beyond: float) -> float:
    """Wait until the picture has come further than `beyond` seconds, and return how far."""
    for _ in range(150):
        at = float(page.evaluate("(document.querySelector('video') || { currentTime: 0 }).currentTime"))
        if at > beyond:
            return at
        page.wait_for_timeout(200)
    raise AssertionError(f"the picture stands at {at} s: {page.locator('.tiles').inner_text()}")


def test_a_click_plays_what_the_reason_opened(page: Page, watched: tuple[Site, Path]) -> None:
    folder = watched[1]
    with gateway(int((folder / "port").read_text()), folder / "pictures"):
        play = tile(page, "柳岸路口").locator(".button")
        play.click()
        expect(tile(page, "柳岸路口")).to_contain_text("需要先填写理由")
        assert ".m3u8" not in page.content()
        because(page, "E001 核对积水")
        play.first.click()
        assert plays(page, plays(page, 0.2) + 0.5) > 0.7
        assert page.evaluate("document.querySelector('video').videoWidth") == 160
        assert "poster" not in page.locator("video").evaluate("v => v.outerHTML")
    lines = [json.loads(x) for x in (folder / "home" / "audit.jsonl").read_text(encoding="utf-8").splitlines()]
    opened = [(x["account"], x["subjects"], x["reason"]) for x in lines if x["action"] == "video"]
    assert opened == [("watcher", ["S001"], "E001 核对积水")]
    assert "E001" not in page.url


def test_an_unknown_codec_and_a_gateway_that_is_away_are_sentences(page: Page, watched: tuple[Site, Path]) -> None:
    folder = watched[1]
    because(page, "巡查")
    with gateway(int((folder / "port").read_text()), folder / "pictures"):
        tile(page, "桃园公园").locator(".button").click()
        expect(tile(page, "桃园公园")).to_contain_text("请让网关转成 H.264")
    tile(page, "柳岸路口").locator(".button").click()
    expect(tile(page, "柳岸路口")).to_contain_text("视频网关没有应答")
    expect(page.locator("video")).to_have_count(0)
