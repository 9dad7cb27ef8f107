"""Whole ways in that are fuzzed: every address of a served city, and a load of a file of incidents."""

from __future__ import annotations

from functools import cache
from urllib.parse import quote

from data.config import Config, load_config
from etl.load import load
from etl.mapping import load_mapping
from tests.conftest import SAMPLE_NOW, SAMPLES, copy_home
from tests.fuzz_seeds import scratch


@cache
def site() -> object:
    """Return a client of the sample city, signed in as somebody who may see everything."""
    from tests.web import open_site, sign_in

    home = copy_home(SAMPLES, scratch() / "site")
    load([SAMPLES], load_config(home), now=SAMPLE_NOW)
    return sign_in(open_site(home), "everything")


@cache
def routes() -> list[str]:
    """Return every address that answers a GET, its variables to be filled."""
    client = site()
    rules = client.application.url_map.iter_rules()  # type: ignore[attr-defined]
    quiet = ("/_", "/assets", "/login", "/logout", "/static")
    return sorted({str(rule) for rule in rules if "GET" in (rule.methods or ()) and not str(rule).startswith(quiet)})


def address(content: bytes) -> None:
    """Ask one route, chosen by the first byte, with the rest as its variables and query."""
    client, known = site(), routes()
    rule = known[content[0] % len(known)] if content else "/"
    name, _, query = content[1:].decode("latin-1").partition("?")
    filled = "".join(
        part.partition(">")[2] if at == 0 else quote(name, safe="") + part.partition(">")[2]
        for at, part in enumerate(("x>" + rule).split("<"))
    )
    answer = client.get(filled, query_string=query)  # type: ignore[attr-defined]
    assert answer.status_code < 500, (rule, answer.status_code)


@cache
def city() -> Config:
    """Return a city that has areas and people, for loads that publish nothing."""
    home = copy_home(SAMPLES, scratch() / "city")
    found = load_config(home)
    load([SAMPLES / name for name in ("areas.geojson", "workers.csv", "roster.csv")], found, now=SAMPLE_NOW)
    return found


def loaded(content: bytes) -> None:
    """Load bytes as incidents; every row of every file has its fate."""
    folder = scratch() / "in"
    folder.mkdir(exist_ok=True)
    path = folder / "incidents.csv"
    path.write_bytes(content)
    done = load(
        [path], city(), mappings=[load_mapping(SAMPLES / "mappings" / "incidents.toml")], now=SAMPLE_NOW, dry_run=True
    )
    for entry in done.entries:
        fates = entry.rows_loaded + entry.rows_rejected + entry.rows_duplicate
        assert entry.rows_in == fates, "rows were lost"
