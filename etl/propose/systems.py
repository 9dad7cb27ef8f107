"""In which coordinate system a file's numbers are: what it says, where they fall, or a question."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import shapely
from numpy.typing import NDArray

from data.errors import ConfigError
from etl.projection import UNREGISTERED, agree, is_degrees, to_wgs84
from etl.propose.choice import Choice
from etl.propose.known import Known
from etl.propose.words import stated_by_name

Floats = NDArray[np.float64]

CHINA = (72.004, 0.8293, 137.8347, 55.8271)  # the box in which shifted systems shift
DEGREES = ("EPSG:4326", *UNREGISTERED)
FORMAT_SYSTEMS = {"gpx": "EPSG:4326", "plt": "EPSG:4326"}
CITY_M = 60_000.0  # metres from the centre that may still be the city
NEARLY_M = 2000.0  # systems whose points fall this near together are named in the order of the register
MOSTLY = 0.5  # share of points that must lie in their areas at all
AHEAD = 0.20  # share of points by which one system must be better than all others
OWN_ENOUGH, ANY_ENOUGH = 20, 100  # points with a stated grid, or without, before shares say anything


@dataclass(frozen=True)
class Evidence:
    """What can be asked about the coordinates: numbers x and y, the area each row names, what names and file say."""

    x: Floats
    y: Floats
    own: list[str | None] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    stated: str | None = None
    format: str = ""

    @property
    def is_degrees(self) -> bool:
        """Whether the numbers could be degrees."""
        good = np.isfinite(self.x) & np.isfinite(self.y)
        return bool(((np.abs(self.x) <= 180) & (np.abs(self.y) <= 90))[good].mean() > 0.5) if good.any() else True


def choose_system(evidence: Evidence, known: Known, told: str | None) -> Choice:
    """Return the system; raises ConfigError `unknown_crs` for one that was told and nobody knows."""
    if told:
        is_degrees(told)
        return Choice(told, 1.0, "crs_told", told)
    if not evidence.is_degrees:
        return _projected(evidence, known)
    said = stated_by_name("crs", evidence.names)
    if said:
        return Choice(said, 0.9, "crs_header", said)
    if not _in_china(evidence.x, evidence.y):
        stated = _short(evidence.stated, evidence) or "EPSG:4326"
        return Choice(stated, 0.95, "crs_stated" if evidence.stated else "crs_abroad", stated)
    return _in_grids(evidence, known) or _as_written(evidence)


def _as_written(evidence: Evidence) -> Choice:
    """In China any file of degrees may be shifted: only a format that forbids it, or the file's word, is believed."""
    if evidence.format in FORMAT_SYSTEMS:
        return Choice(FORMAT_SYSTEMS[evidence.format], 0.8, "crs_format", FORMAT_SYSTEMS[evidence.format])
    stated = _short(evidence.stated, evidence)
    if stated:
        return Choice(stated, 0.6, "crs_stated", stated)
    return Choice("EPSG:4326", 0.3, "crs_unsure", _first(evidence), DEGREES)


def _in_grids(evidence: Evidence, known: Known) -> Choice | None:
    """Return the system that puts clearly most points into the areas they name, or into any grid; None if none does."""
    shares = inside_shares(evidence, known)
    if not shares:
        return None
    best, second = sorted(shares, key=lambda x: -shares[x])[:2]
    told = ", ".join(f"{x} {shares[x]:.0%}" for x in shares)
    if shares[best] >= MOSTLY and shares[best] - shares[second] >= AHEAD:
        return Choice(best, 0.8, "crs_inside", told)
    return None


def inside_shares(evidence: Evidence, known: Known) -> dict[str, float]:
    """Return for WGS-84, GCJ-02 and BD-09 the share of points in their own area; {} where there is nothing to ask."""
    if known.reference is None:
        return {}
    good = np.flatnonzero(np.isfinite(evidence.x) & np.isfinite(evidence.y))
    own = [i for i in good.tolist() if evidence.own and evidence.own[i] in known.area_ids]
    if len(own) >= OWN_ENOUGH:
        areas = _polygons(known, [str(evidence.own[i]) for i in own])
        points = {crs: to_wgs84(evidence.x[own], evidence.y[own], crs) for crs in DEGREES}
        return {crs: float(shapely.contains_xy(areas, *xy).mean()) for crs, xy in points.items()}
    if len(good) < ANY_ENOUGH:
        return {}
    index = known.reference.index
    points = {crs: to_wgs84(evidence.x[good], evidence.y[good], crs) for crs in DEGREES}
    return {crs: float((index.place(*xy) >= 0).mean()) for crs, xy in points.items()}


def _polygons(known: Known, ids: list[str]) -> NDArray[np.object_]:
    assert known.reference is not None
    area = known.reference.area
    shapes = dict(zip(area["area_id"].to_pylist(), area["geometry"].to_pylist(), strict=True))
    made = {x: shapely.from_wkb(shapes[x]) if shapes[x] else shapely.Polygon() for x in set(ids)}
    return np.array([made[x] for x in ids], dtype=object)


def _projected(evidence: Evidence, known: Known) -> Choice:
    """Return the projected system that puts the points into the city, asked where several do, or none."""
    stated = _short(evidence.stated, evidence)
    if stated:
        return Choice(stated, 0.95, "crs_stated", stated)
    city = known.config.city
    short = list(dict.fromkeys((city.crs_metric, *chinese_systems(), *utm_systems(city.centre), "EPSG:3857")))
    fits = _fitting(evidence, short, known)
    sure = 0.6 if len(fits) == 1 else 0.4
    if not fits:
        fits, sure = _fitting(evidence, local_systems(city.centre), known), 0.4
    if not fits:
        return Choice("", 0.0, "crs_unsure", _first(evidence), ("EPSG:...",))
    if sure < 0.5:
        return Choice(fits[0], sure, "crs_unsure", _first(evidence), tuple(fits[:6]))
    return Choice(fits[0], sure, "crs_city", fits[0])


def _fitting(evidence: Evidence, systems: list[str], known: Known) -> list[str]:
    """Return the systems whose points lie in the city, nearest to its middle first."""
    x, y = float(np.nanmedian(evidence.x)), float(np.nanmedian(evidence.y))
    found = []
    for crs in systems:
        away = _metres(*_degrees(x, y, crs), known)
        if away <= CITY_M:
            found.append((away, crs))
    own = known.config.city.crs_metric
    return [crs for _, crs in sorted(found, key=lambda f: (f[1] != own, round(f[0] / NEARLY_M), len(f[1]), f[1]))]


def _degrees(x: float, y: float, crs: str) -> tuple[float, float]:
    """Return longitude and latitude in the datum of the system itself, near enough to tell one zone from another.

    A full transformation would look for the best one between two datums, a hundred times as long for each system.
    """
    from pyproj import Proj
    from pyproj.exceptions import CRSError, ProjError

    try:
        lon, lat = Proj(crs)(x, y, inverse=True)
    except (CRSError, ProjError):  # a system of the register that leads nowhere, such as a building site's own
        return float("nan"), float("nan")
    return float(lon), float(lat)


def _metres(lon: float, lat: float, known: Known) -> float:
    """Return the distance to the city's areas, else to its centre; infinite for what is no place."""
    if not (np.isfinite(lon) and np.isfinite(lat)):
        return float("inf")
    west, south, east, north = known.box or (*known.config.city.centre, *known.config.city.centre)
    dx = max(west - lon, 0.0, lon - east) * 111_320 * float(np.cos(np.radians(lat)))
    return float(np.hypot(dx, max(south - lat, 0.0, lat - north) * 110_900))


def chinese_systems() -> list[str]:
    """Return CGCS2000 Gauss-Krueger: zones of 3 degrees with and without the zone's number in x, then of 6 degrees."""
    codes = [*range(4534, 4555), *range(4513, 4534), *range(4502, 4513), *range(4491, 4502)]
    return [f"EPSG:{code}" for code in codes]


def utm_systems(centre: tuple[float, ...]) -> list[str]:
    """Return the UTM zone of the city's centre and its neighbours."""
    zone = int((centre[0] + 180) // 6) + 1
    return [f"EPSG:{(32600 if centre[1] >= 0 else 32700) + z}" for z in (zone - 1, zone, zone + 1) if 1 <= z <= 60]


def local_systems(centre: tuple[float, ...]) -> list[str]:
    """Return every projected system of the EPSG register whose area of use holds the city's centre: feet, too."""
    from pyproj.aoi import AreaOfInterest
    from pyproj.database import query_crs_info
    from pyproj.enums import PJType

    lon, lat = centre
    here = AreaOfInterest(lon, lat, lon, lat)
    found = query_crs_info("EPSG", [PJType.PROJECTED_CRS], area_of_interest=here, contains=True)
    return [f"EPSG:{x.code}" for x in found]


def _short(stated: str | None, evidence: Evidence) -> str | None:
    """Return a stated system as EPSG:code where it has one; one that cannot be read is no statement."""
    if not stated:
        return None
    from pyproj import CRS
    from pyproj.exceptions import CRSError

    x, y = float(np.nanmedian(evidence.x)), float(np.nanmedian(evidence.y))
    try:
        if is_degrees(stated) and agree(stated, "EPSG:4326", x, y):
            return "EPSG:4326"
        authority = CRS.from_user_input(stated).to_authority(min_confidence=60)
    except (ConfigError, CRSError):
        return None
    return ":".join(authority) if authority else stated


def _in_china(x: Floats, y: Floats) -> bool:
    west, south, east, north = CHINA
    inside = (x >= west) & (x <= east) & (y >= south) & (y <= north)
    return bool(inside[np.isfinite(x) & np.isfinite(y)].mean() > 0.5) if np.isfinite(x).any() else True


def _first(evidence: Evidence) -> str:
    good = np.flatnonzero(np.isfinite(evidence.x) & np.isfinite(evidence.y))
    return f"{evidence.x[good[0]]:.6g}, {evidence.y[good[0]]:.6g}" if len(good) else ""
