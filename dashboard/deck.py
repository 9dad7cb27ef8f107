"""One map as a small JSON: pydeck's layers with the addresses of their data, and where each view looks."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

import pydeck

from dashboard import extent, fills
from dashboard.session import door, scope
from dashboard.text import voice
from dashboard.theme import map_theme
from layers import LAYERS
from layers.basemap import LINES, THIN, TOWN_ONLY

UNDER = {"land", "built"}
ROADS = set(LINES)
OVERLAYS = {"cameras": "camera", "key_areas": "key_area"}
BUILDING = "building"
HATCH_PX = 7  # pixels between two strokes over areas without a value
FINEST = 1300  # half pixels across the longer side of a view, for each pixel of a design pixel


class Map:
    """Collects the layers of one map for its views `city` and, where there is a second scale, `town`.

    `close` says that the map will be looked into far below its whole, and needs finer shapes. `unit` is the number of
    pixels of a design pixel: shapes are as fine as it shows.
    """

    close = False
    unit = 1.5

    def __init__(self, area: str, theme: str, day: date, two_scales: bool = True, scale: str = "city") -> None:
        """Look at the whole of an area and its densest part, or at the whole alone, drawn as at `scale`."""
        self.area, self.theme, self.day = area, theme, day
        self.colours = map_theme(theme)
        self.whole = extent.whole(area, day)
        self.bounds = {"city" if two_scales else scale: self.whole}
        town = extent.town(area, day) if two_scales else None
        if town:
            self.bounds["town"] = town
        self.layers: list[pydeck.Layer] = []

    def address(self, path: str, **query: object) -> str:
        """Return the address of a map's data, with everything its answer depends on."""
        about = {"theme": self.theme, "lang": voice().language, "day": self.day, "area": self.area}
        asked = {**about, "scope": scope().area_id, **query}
        return f"/api/map/{door().version()}/{path}?{urlencode(asked)}"

    def lasting(self, path: str, *tables: str) -> str:
        """Return the address of what depends on some tables only: a publish of others leaves it alone."""
        asked = {"theme": self.theme, "scope": scope().area_id}
        return f"/api/map/{door().state(*tables)}/{path}?{urlencode(asked)}"

    def draw(self, name: str, data: Any, **options: Any) -> None:
        """Add a layer of layers/ to every view; `data` and options may be functions of the view's name."""
        for view in self.bounds:
            own = {k: v(view) if callable(v) else v for k, v in options.items()}
            source = data(view) if callable(data) else data
            self.layers += LAYERS[name].draw(source, self.colours, view=view, **own)

    def ground(self, filled: bool = True, fill: str = "fill") -> None:
        """Add the basemap and the areas, from below: ground, fill, water, grid lines, roads, unit lines.

        `fill` is the address under which the colours of the leaves are asked for.
        """
        levels = [level.id for level in door().config.levels]
        leaf, unit = levels[-1], levels[min(1, len(levels) - 1)]
        colours = self.address(fill) if filled else ""
        kinds = _kinds()
        packed = {view: self._packed(view, leaf, unit, kinds) for view in self.bounds}

        def piece(name: str, function: str = "binary", **more: str) -> Callable[[str], Any]:
            return lambda view: {"@@function": function, **packed[view], "part": name, **more}

        def basemap(wanted: Collection[str]) -> None:
            shown = sorted(kinds & set(wanted) - {BUILDING})
            self.draw("basemap", lambda view: {kind: piece(*_source(kind))(view) for kind in shown})

        basemap(UNDER)
        if BUILDING in kinds:
            self.draw("basemap", lambda view: {BUILDING: _polygons(self.shape(view, f"ground/{BUILDING}"), "")})
        self.draw("areas", lambda view: {"fill": piece(f"areas/{leaf}", "filled", fill=colours)(view)})
        if fill == "fill" and filled and fills.missing(fills.fill(self.area, self.day), self.area, self.day):
            self.draw("areas", lambda view: {"hatch": self._hatch(view)})
        basemap({"water"})
        self.draw("areas", lambda view: {"lines": piece(f"borders/{leaf}")(view)})
        basemap(ROADS)
        self.draw("areas", lambda view: {"units": piece(f"lines/{unit}")(view)})

    def _hatch(self, view: str) -> dict[str, Any]:
        """Return where the strokes over areas without a value are found, as far apart as the view shows."""
        gap = f"{HATCH_PX * 2 * self._half_pixel(view):.6f}"
        return _paths(self.address("hatch", gap=gap))

    def _half_pixel(self, view: str) -> float:
        """Return half a pixel of a view in degrees."""
        west, south, east, north = self.bounds[view]
        return max(east - west, north - south) * (extent.TOWN_SHARE if self.close else 1) / (FINEST * self.unit)

    def _packed(self, view: str, leaf: str, unit: str, kinds: set[str]) -> dict[str, str]:
        """Return where the browser finds all shapes of a view at once."""
        left_out = TOWN_ONLY if view == "city" else {BUILDING}
        parts = [_source(kind)[0] for kind in sorted(kinds & (UNDER | ROADS | {"water"}) - left_out)]
        parts += [f"areas/{leaf}", f"borders/{leaf}", f"lines/{unit}"]
        cut = {"near": view} if len(self.bounds) > 1 and view == "town" else {}
        return {"url": f"{self.shape(view, 'packed')}&{urlencode({'parts': ','.join(parts)})}", **cut}

    def shape(self, view: str, path: str) -> str:
        """Return the address of shapes as fine as the view can show; it stays the same until boundaries change."""
        half_pixel = f"{self._half_pixel(view):.6f}"
        asked = {"day": self.day, "scope": scope().area_id, "half_pixel": half_pixel}
        return f"/api/map/{door().state('area', 'basemap')}/{path}?{urlencode(asked)}"

    def labels(self, font: str, size: float, levels: int = 2, now: datetime | None = None) -> None:
        """Add the names of `levels` levels below the city, of one beside a town view; the browser says how large.

        With `now` they give way to the marks of urgent incidents open then.
        """

        def source(view: str) -> dict[str, Any]:
            where = extent.joined(self.bounds[view])
            deepest = levels if view == "town" or len(self.bounds) == 1 else 1
            marks = {"view": view, "now": now.isoformat()} if now else {}
            url = self.address("labels", bounds=where, em=size, deepest=deepest, **marks)
            return {"@@function": "sized", "url": url, "view": view}

        self.draw("labels", source, font=font, size=size)

    def incidents(self, start: datetime, end: datetime, now: datetime, **query: object) -> None:
        """Add the incidents open at `now` or reported in the period."""

        def source(view: str) -> dict[str, Any]:
            where = extent.joined(self.bounds[view])
            times = {"start": start.isoformat(), "end": end.isoformat(), "now": now.isoformat()}
            return _rows(self.address("incidents", view=view, bounds=where, **times, **query))

        self.draw("incidents", source)

    def heat(self, start: str, end: str, of: str = "incidents") -> None:
        """Add the density of incidents (instants) or fixes (days): of the whole in every view, which may be moved."""

        def source(view: str) -> str:
            where = extent.joined(self.whole)
            return self.address("heat.png", view=view, bounds=where, start=start, end=end, of=of)

        self.draw("heat", source, bounds=list(self.whole))

    def overlay(self, name: str) -> None:
        """Add `cameras` or `key_areas`."""
        url = self.lasting(name, OVERLAYS[name])
        both = {"offline": _rows(url), "all": _rows(f"{url}&all=1")}
        self.draw(name, _paths(url) if name == "key_areas" else both)

    def positions(self, now: datetime) -> None:
        """Add the last positions, which the browser asks for anew at its own pace."""
        query = urlencode({"theme": self.theme, "now": now.isoformat()})
        self.draw("positions", {"@@function": "live", "url": f"/api/positions?{query}"})

    def spec(self, **more: Any) -> dict[str, Any]:
        """Return what the store of a map holds."""
        deck = pydeck.Deck(layers=self.layers, map_provider=None, map_style=None, initial_view_state=None)
        layers = json.loads(deck.to_json())["layers"]
        return {"layers": layers, "bounds": {k: list(v) for k, v in self.bounds.items()}, "theme": self.theme, **more}


def _kinds() -> set[str]:
    return set(door().query("basemap", scope())["kind"].unique().to_pylist())


def _source(kind: str) -> tuple[str, str]:
    """Return the part of a packed answer that holds a class of the basemap, and what reads it in the browser."""
    if kind in THIN:
        return f"strokes/{kind}", "binary"
    return f"ground/{kind}", "binary" if kind in ROADS else "filled"


def _polygons(url: str, fill: str) -> dict[str, Any]:
    return {"@@function": "filled", "url": url, "fill": fill}


def _paths(url: str) -> dict[str, Any]:
    return {"@@function": "binary", "url": url}


def _rows(url: str) -> dict[str, Any]:
    return {"@@function": "rows", "url": url}
