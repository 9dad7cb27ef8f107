"""Admits the records of 网格+: counts of elements and people, visits, services, call-backs, activities, disputes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from data.codes import SPECIAL, codes
from data.days import local_day, midnight
from data.masking import mask_text
from etl.admit import Admitted, Mask, Verdict
from etl.reference import Reference

ABOVE = "above"  # settled higher than the city
MOST = 1_000_000_000  # a larger count is no count
TIMES = {
    "visit": ("visited_at",),
    "service_item": ("asked_at", "done_at"),
    "activity": ("held_at",),
    "call_back": ("called_at",),
    "dispute": ("screened_at", "accepted_at", "mediated_at", "ended_at"),
}
NUMBERS = {
    "element_count": ("count",),
    "population": ("count",),
    "visit": ("households",),
    "activity": ("participants", "hours"),
    "dispute": ("people",),
}


def admit_record(feed: str, rows: pa.Table, reference: Reference, known: dict[str, pa.Array]) -> Admitted:
    """Judge rows of a feed alone, and count them where they belong: `area_id` becomes a leaf or a virtual child.

    known: 'incident' and 'item': the ids a call-back or dispute may name; 'incident_area': the areas of the former.
    """
    verdict = Verdict(rows)
    _moments(verdict, reference, TIMES.get(feed, ()))
    for column in NUMBERS.get(feed, ()):
        values = verdict.values(column).astype(float)
        verdict.refuse((values < 0) | (values > MOST), "negative_count", column)
    if feed in JUDGED:
        JUDGED[feed](verdict, reference, known)
    if "area_id" in rows.column_names:
        _place(verdict, reference)
    return verdict.close()


def _moments(verdict: Verdict, reference: Reference, names: tuple[str, ...]) -> None:
    """Refuse times after the receipt, before the earliest day, or out of order; `as_of` likewise as a day."""
    config = reference.config
    early = np.datetime64(midnight(config.earliest, config.zone), "us")
    for number, name in enumerate(names):
        at = verdict.values(name)
        verdict.refuse(at > np.datetime64(reference.received_at, "us"), "future", name)
        verdict.refuse(at < early, "too_early", name)
        for before in names[:number]:
            verdict.refuse(at < verdict.values(before), "time_order", before, name)
    if "as_of" in verdict.rows.column_names:
        day = verdict.values("as_of").astype("datetime64[D]")
        verdict.refuse(day > np.datetime64(local_day(reference.received_at, config.zone)), "future", "as_of")
        verdict.refuse(day < np.datetime64(config.earliest), "too_early", "as_of")


def _place(verdict: Verdict, reference: Reference) -> None:
    """Refuse unknown areas; every other becomes where a fact known to be in it is counted."""
    stated = verdict.rows["area_id"].to_pylist()
    verdict.refuse(np.array([area not in reference.area_ids for area in stated], bool), "unknown_area", "area_id")
    placed = [reference.countable(area) if area in reference.area_ids else area for area in stated]
    _set(verdict, "area_id", pa.array(placed, pa.string()))


def _population(verdict: Verdict, reference: Reference, known: dict[str, pa.Array]) -> None:
    del known
    listed = [code.code for code in codes(reference.config, "population_classes")]
    verdict.refuse(~_among(verdict, "class", pa.array(listed)), "unknown_class", "class")


def _element(verdict: Verdict, reference: Reference, known: dict[str, pa.Array]) -> None:
    """Special groups are no element: they have their own feed, and their own right."""
    del known, reference
    special = pc.starts_with(verdict.rows["item"], SPECIAL).to_numpy(zero_copy_only=False).astype(bool)
    verdict.refuse(special, "special_here", "item")


def _activity(verdict: Verdict, reference: Reference, known: dict[str, pa.Array]) -> None:
    del known
    listed = [code.code for code in codes(reference.config, "brands")]
    verdict.refuse(~_among(verdict, "brand", pa.array(listed)), "unknown_brand", "brand")


def _visit(verdict: Verdict, reference: Reference, known: dict[str, pa.Array]) -> None:
    del known, reference
    masked = [mask_text(text) for text in verdict.rows["purpose"].to_pylist()]
    _set(verdict, "purpose", pa.array(masked, pa.string()))


def _call_back(verdict: Verdict, reference: Reference, known: dict[str, pa.Array]) -> None:
    """A call-back is about one known incident or service; satisfaction follows from the score where it is not said."""
    rows = verdict.rows
    about = [pc.is_valid(rows[name]).to_numpy(zero_copy_only=False) for name in ("incident_id", "item_id")]
    verdict.refuse(about[0] == about[1], "call_back_subject", "incident_id", "item_id")
    verdict.refuse(about[0] & ~_among(verdict, "incident_id", known["incident"]), "unknown_incident", "incident_id")
    verdict.refuse(about[1] & ~_among(verdict, "item_id", known["item"]), "unknown_item", "item_id")
    score = verdict.values("score").astype(float)
    verdict.refuse((score < 1) | (score > 5), "bad_value", "score")
    reached = pc.equal(rows["reached"], "true").to_numpy(zero_copy_only=False).astype(bool)
    answered = ~np.isnan(score)
    for name in ("satisfied", "resolved"):
        answered |= pc.is_valid(rows[name]).to_numpy(zero_copy_only=False)
    verdict.refuse(~reached & answered, "unreached_answer", "reached")
    by_score = pc.if_else(pc.greater_equal(rows["score"], reference.config.grid_plus.satisfied_score), "true", "false")
    _set(verdict, "satisfied", pc.coalesce(rows["satisfied"], by_score))


def _dispute(verdict: Verdict, reference: Reference, known: dict[str, pa.Array]) -> None:
    """A dispute lies where it says, or where its incident does; an end and an outcome come together."""
    rows, config = verdict.rows, reference.config
    at = pc.index_in(rows["incident_id"], value_set=known["incident"])
    areas = pc.coalesce(rows["area_id"], known["incident_area"].take(at.combine_chunks()))
    lost = pc.is_null(areas).to_numpy(zero_copy_only=False)
    named = pc.is_valid(rows["incident_id"]).to_numpy(zero_copy_only=False)
    verdict.refuse(lost & named, "unknown_incident", "incident_id")
    verdict.refuse(lost, "missing", "area_id")
    _set(verdict, "area_id", areas)
    ended, told = (pc.is_valid(rows[name]).to_numpy(zero_copy_only=False) for name in ("ended_at", "outcome"))
    verdict.refuse(ended != told, "outcome_without_end", "outcome", "ended_at")
    levels = pa.array([*(level.id for level in config.levels), ABOVE])
    stated = pc.is_valid(rows["settled_level"]).to_numpy(zero_copy_only=False)
    verdict.refuse(stated & ~_among(verdict, "settled_level", levels), "unknown_level", "settled_level")
    by_people = pc.if_else(pc.greater_equal(rows["people"], config.grid_plus.large_people), "large", "small")
    _set(verdict, "size", pc.coalesce(rows["size"], by_people))


JUDGED: dict[str, Callable[[Verdict, Reference, dict[str, pa.Array]], None]] = {
    "element_count": _element,
    "population": _population,
    "visit": _visit,
    "activity": _activity,
    "call_back": _call_back,
    "dispute": _dispute,
}


def _among(verdict: Verdict, column: str, listed: pa.Array) -> Mask:
    found: Mask = pc.is_in(verdict.rows[column], value_set=listed).to_numpy(zero_copy_only=False).astype(bool)
    return found


def _set(verdict: Verdict, name: str, values: Any) -> None:
    verdict.rows = verdict.rows.set_column(verdict.rows.schema.get_field_index(name), name, values)
