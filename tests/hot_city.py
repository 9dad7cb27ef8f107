"""Hot spots made by hand, for words and screens: what stands in them is what must be read."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from data.analysis.hot_spots import HotSpots, Spot, Unit

START, END = datetime(2026, 10, 23, 16), datetime(2026, 11, 20, 16)  # 24 October to 20 November in Shanghai


def baohua(**changed: Any) -> Spot:
    """Return one hot spot of two grids."""
    made: dict[str, Any] = {
        "number": 1,
        "name": "宝华新城",
        "area_ids": ["g1", "g2"],
        "lon": 119.10,
        "lat": 31.90,
        "radius_m": 800.0,
        "n": 409,
        "before": 356,
        "rate": 29.7,
        "ratio": 3.8,
        "z": 8.0,
        "emerging": "consecutive",
        "run": 4,
        "kinds": [("物业纠纷", 0.31), ("施工扰民", 0.27), ("占道", 0.1)],
        "trend": [3, 4, 5, 4, 6, 5, 7, 8, 9, 12, 200, 356, 409],
        "public_n": 120,
        "public_holds": True,
        "small": False,
    }
    return Spot(**{**made, **changed})


def unit(area_id: str, **changed: Any) -> Unit:
    """Return a unit of forty incidents per 1,000 households that is nothing special."""
    made: dict[str, Any] = {
        "area_id": area_id,
        "name": area_id.upper(),
        "lon": 119.10,
        "lat": 31.90,
        "n": 12,
        "base": 300.0,
        "rate": 40.0,
        "smoothed": 35.0,
        "z": 0.2,
        "p": 0.8,
        "significance": 0,
        "emerging": None,
        "before": 10,
        "difference": 6.7,
        "difference_holds": False,
        "rated": True,
    }
    return Unit(**{**made, **changed})


def spots_of(*spots: Spot, units: list[Unit] | None = None, **changed: Any) -> HotSpots:
    """Return an answer holding these hot spots."""
    method = {"weeks": 4, "steps": 13, "cells": False, "public_only": False, "start": START, "end": END}
    made: dict[str, Any] = {
        "units": units if units is not None else [unit("g1"), unit("g2")],
        "spots": list(spots),
        "left_out": 17,
        "n": 4374,
        "base": "households",
        "method": {**method, "bandwidth_m": 400.0},
        "hours": [[0] * 24 for _ in range(7)],
        "pai": None,
    }
    return HotSpots(**{**made, **changed})
