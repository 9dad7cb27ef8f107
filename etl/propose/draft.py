"""The mapping of one feed in the making: coordinate system, zone, values, nulls, and the questions left open."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import shapely

from etl.mapping_file import Mapping, make_mapping
from etl.propose.choice import Choice, Question, question
from etl.propose.match import Fit, sources_of
from etl.propose.seen import NULLS, Seen, span
from etl.propose.special import default_points
from etl.propose.systems import Evidence, choose_system
from etl.propose.table import Table
from etl.propose.toml import write_toml
from etl.propose.values import MOST_VALUES, value_table
from etl.propose.words import value_words
from etl.propose.zone import choose_zone
from etl.transforms import Transform, as_text, take

RELATIVE = 366.0  # days after 1970 before which a clock counts from nothing


@dataclass(frozen=True)
class Draft:
    """A fit with its choices; `toml` leaves unsure ones commented out, `trial` takes the best guess for the preview."""

    fit: Fit
    crs: Choice
    zone: Choice
    questions: list[Question]
    toml: str
    trial: Mapping | None


def drafted(table: Table, fit: Fit, told: dict[str, Any]) -> Draft:
    """Choose what [source] must state, and write the mapping."""
    zone_columns = _time_columns(table, fit)
    crs = choose_system(_evidence(table, fit), table.known, told.get("crs")) if _has_places(fit) else _no_places()
    zone = choose_zone(zone_columns, table.config.city.zone, told.get("time_zone"), table.layout.format)
    questions = _questions(table, fit, (crs, zone), zone_columns)
    values, parts = _values(table, fit), {"nulls": _nulls(table, fit), "points": _points(table, fit)}
    toml = write_toml(table, fit, values, {**parts, "crs": crs, "zone": zone, "questions": questions})
    guesses = {"crs": _taken(crs), "zone": _taken(zone), "questions": []}
    trial = (
        None
        if fit.missing or not crs.value and _has_places(fit)
        else write_toml(table, fit, values, {**parts, **guesses})
    )
    made = make_mapping(tomllib.loads(trial), table.path) if trial else None
    return Draft(fit, crs, zone, questions, toml, made)


def _taken(choice: Choice) -> Choice:
    return Choice(choice.value, 1.0, choice.why)


def _has_places(fit: Fit) -> bool:
    return bool({"lon", "geometry"} & set(fit.matches))


def _no_places() -> Choice:
    return Choice("", 1.0, "crs_none")


def _time_columns(table: Table, fit: Fit) -> list[Seen]:
    """Return the time columns that are mapped, joined where two make one; required ones first."""
    found: list[tuple[bool, int, Seen]] = []
    for column in fit.feed.columns.values():
        match = fit.matches.get(column.name)
        names = sources_of(match.spec) if match and column.type == "time" else []
        seen = [table.columns[x] for x in names if x in table.columns]
        if len(seen) == 1:
            found.append((not column.required, len(found), seen[0]))
        elif seen:
            text = pc.binary_join_element_wise(*[x.text for x in seen], " ")
            found.append((not column.required, len(found), Seen(" ".join(names), text)))
    return [x for _, _, x in sorted(found, key=lambda f: f[:2])]


def _evidence(table: Table, fit: Fit) -> Evidence:
    names = [n for key in ("lon", "lat") if key in fit.matches for n in sources_of(fit.matches[key].spec)]
    if "geometry" in fit.matches:
        inside = shapely.centroid(table.shapes)
        x, y = shapely.get_x(inside), shapely.get_y(inside)
        return Evidence(x, y, [], [table.path.name], table.stated, table.layout.format)
    assert table.pair is not None
    x, y = table.pair.values()
    return Evidence(x, y, _own_areas(table, fit), [*names, table.path.name], table.stated, table.layout.format)


def _own_areas(table: Table, fit: Fit) -> list[str | None]:
    """Return for each row seen the area it belongs to by its own words: its worker's, or the one it names."""
    key = "worker_id" if fit.feed.name == "fix" else "area_id"
    names = sources_of(fit.matches[key].spec) if key in fit.matches else []
    if len(names) != 1 or names[0] not in table.columns:
        return []
    texts = table.columns[names[0]].text.to_pylist()
    if key == "area_id" or table.known.reference is None:
        return list(texts)
    return [table.known.reference.area_of.get(x) for x in texts]


def _questions(table: Table, fit: Fit, choices: tuple[Choice, Choice], times: list[Seen]) -> list[Question]:
    found = []
    if fit.missing:
        found.append(Question("columns", "missing_columns", {"detail": ", ".join(fit.missing)}))
    for key, reason, choice in zip(("crs", "time_zone"), ("crs_unsure", "zone_unsure"), choices, strict=True):
        if choice.is_asked:
            found.append(question(key, reason, choice, table.path))
    for seen in times:
        if seen.is_day_month_open:
            other = (seen.form or "").replace("%m/%d", "%d/%m")
            facts = {"detail": seen.sample(), "known": f"{seen.form} | {other}", "options": (seen.form, other)}
            found.append(Question("time_formats", "day_month", facts))
        if seen.form and len(seen.instants) and span(seen)[1] < RELATIVE:
            found.append(Question("time", "relative_clock", {"detail": seen.sample()}))
    return found


def _values(table: Table, fit: Fit) -> dict[str, dict[str, str]]:
    """Return [values] of every mapped column whose words are known, from all rows of the file."""
    found = {}
    for name, match in fit.matches.items():
        sources = sources_of(match.spec)
        if not isinstance(match.spec, str) or not value_words(fit.feed.name, name) or sources[0] not in table.usable:
            continue
        texts = pc.unique(as_text(take(table.raw, Transform(source=sources[0]), NULLS)).drop_null()).to_pylist()
        if len(texts) <= MOST_VALUES and (pairs := value_table(fit.feed, name, sorted(texts))):
            found[name] = pairs
    return found


def _nulls(table: Table, fit: Fit) -> list[str]:
    """Return the words for nothing that mapped columns hold."""
    names = {x for match in fit.matches.values() for x in sources_of(match.spec)} & set(table.usable)
    held: set[str] = set()
    for name in names:
        texts = as_text(take(table.raw, Transform(source=name)))
        held |= set(pc.unique(texts.filter(pc.is_in(texts, value_set=pa.array(NULLS)))).to_pylist())
    return [x for x in NULLS if x in held]


def _points(table: Table, fit: Fit) -> list[tuple[float, float]]:
    told = "lon" in fit.matches and fit.matches["lon"].how == "told"
    found = default_points(table) if fit.feed.name == "incident" and "lon" in fit.matches and not told else []
    return [x for x in found if np.isfinite(x).all()]
