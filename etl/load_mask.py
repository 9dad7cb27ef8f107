"""Keeps the patrolable mask in step with the areas, their attributes and the basemap."""

from __future__ import annotations

from data.lake import Part
from etl.mask import patrolable
from etl.run import Run

INPUTS = ("area", "area_attribute", "basemap")


def build_mask(run: Run) -> None:
    """Build table mask_cell anew where one of the tables it follows from is not the one of the base version."""
    draft = run.draft
    area = draft.read("area")
    before = _paths(draft.base.parts if draft.base else ())
    if area is None or (draft.of("mask_cell") and before == _paths(draft.parts)):
        return
    draft.replace("mask_cell", patrolable(area, draft.read("area_attribute"), draft.read("basemap"), run.config))


def _paths(parts: tuple[Part, ...] | list[Part]) -> set[str]:
    return {part.path for part in parts if part.table in INPUTS}
