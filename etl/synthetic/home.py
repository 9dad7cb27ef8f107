"""The configuration and the mappings of the made-up home, as TOML text."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from data.feeds import feeds
from etl.synthetic.city import City

ZONE = "Asia/Shanghai"
TOWN_KM = 5.2


@dataclass(frozen=True)
class Input:
    """One kind of file of the home: name of its mapping, pattern, feed, and further lines of [source]."""

    name: str
    match: str
    feed: str
    source: str = ""


INPUTS = (
    Input("area_attributes", "area_attributes.csv", "area_attribute"),
    Input("units", "units.csv", "unit", 'encoding = "gb18030"\n'),
    Input("workers", "workers.csv", "worker"),
    Input("roster", "roster.parquet", "roster"),
    Input("basemap", "basemap.geojson", "basemap"),
    Input("key_areas", "key_areas.geojson", "key_area"),
    Input("people_counts", "people_counts.csv", "people_count"),
    Input("cameras", "cameras.csv", "camera"),
    Input("places", "places.csv", "place"),
    Input("fixes", "fixes/fixes_*.parquet", "fix"),
    Input("fixes_gcj", "fixes_gcj/fixes_*.csv", "fix"),
    Input("incidents", "incidents.csv", "incident"),
    Input("incident_steps", "incident_steps.parquet", "incident_step"),
    Input("elements", "elements.csv", "element_count"),
    Input("population", "population.csv", "population"),
    Input("visits", "visits.csv", "visit"),
    Input("services", "services.csv", "service_item"),
    Input("call_backs", "call_backs.csv", "call_back"),
    Input("activities", "activities.csv", "activity"),
    Input("party_orgs", "party_orgs.csv", "party_org"),
    Input("beats", "beats.geojson", "beat"),
    Input("disputes", "disputes.csv", "dispute"),
)
WEEK, TODAY = 7, 0.7  # days; of the last one only a part has passed
LEFT_OUT = (0.06, 0.12, 0.18, 0.26)  # few cells are left out within a whole week
AREAS = """# One file of grids; street and community are named in its columns.
[source]
match = "grids.geojson"
table = "area"
crs = "EPSG:4326"

[columns]
area_id = "grid_id"
name = "name"
level = { constant = "grid" }
geometry = "geometry"

[[ancestors]]
level = "street"
area_id = "street_id"
name = "street"

[[ancestors]]
level = "community"
area_id = "community_id"
name = "community"
"""


@dataclass(frozen=True)
class Written:
    """What a home must know of the files beside it: their columns by input, and of how many days there are tracks."""

    columns: dict[str, list[str]]
    days: int


def write_home(city: City, files: Written, default_point: tuple[float, float], out: Path) -> None:
    """Write gridlink.toml and mappings/*.toml."""
    folder = out / "mappings"
    folder.mkdir(parents=True, exist_ok=True)
    (out / "gridlink.toml").write_text(_config(city, files.days), encoding="utf-8")
    (folder / "areas.toml").write_text(AREAS, encoding="utf-8")
    for one in (one for one in INPUTS if one.name in files.columns):  # in a small city nothing may have happened yet
        text = _mapping(one, files.columns[one.name])
        if one.feed == "incident":
            text += f"\n[unlocated]\npoints = [[{default_point[0]}, {default_point[1]}]]\n"
        (folder / f"{one.name}.toml").write_text(text, encoding="utf-8")


def _mapping(one: Input, columns: list[str]) -> str:
    """Our column = the same column; the files are written in the canonical names."""
    known = feeds()[one.feed].columns
    text = f'[source]\nmatch = "{one.match}"\ntable = "{one.feed}"\n{one.source}'
    if {"lon", "geometry"} & set(columns):
        text += f'crs = "{"GCJ-02" if "gcj" in one.name else "EPSG:4326"}"\n'
    if any(known[name].type == "time" for name in columns):
        text += 'time_zone = "UTC"\n'
    return text + "\n[columns]\n" + "".join(f'{name} = "{name}"\n' for name in columns)


def _breaks(days: int) -> str:
    """Return the class breaks of cells left out within a week: the fewer days there are, the more was left out."""
    share = min(max(days - TODAY, 0.1) / WEEK, 1.0)
    return ", ".join(f"{week**share:.2f}" for week in LEFT_OUT)


def _config(city: City, days: int) -> str:
    realm = city.realm
    reach = TOWN_KM * max(realm.scale, 0.25)
    corners = realm.degrees(np.array([[-reach, -reach], [reach, reach]])).ravel()
    box = ", ".join(f"{v:.4f}" for v in corners)
    return f"""# A made-up city: names may be real, every shape, person and event is invented.
[city]
area_id = "{realm.area_id}"
name = "{realm.name}"
name_en = "{realm.name_en}"
title = "网格化社会治理联动指挥中心"
title_en = "Grid Governance Command Center"
zone = "{ZONE}"
crs_metric = "EPSG:4549"
centre = [{realm.core[0]}, {realm.core[1]}]
town = [{box}]
synthetic = true

[duty]
roster = "required"
unknown_workers = "reject"

[screen]
empty_breaks = [{_breaks(days)}]   # of the cells one can walk, left out within a week

[video.gateways]
demo = ""   # e.g. "https://gateway/live/{{code}}/index.m3u8": the cameras of a made-up city have no pictures
"""
