"""Writes the TOML of a proposed mapping: what is sure as it stands, what is not as a comment with its question."""

from __future__ import annotations

import json
import re
from typing import Any

from etl.propose.choice import Choice, Question
from etl.propose.match import Fit, Spec
from etl.propose.table import Table

BARE = re.compile(r"^[A-Za-z0-9_-]+$")
SURE_ENOUGH = 0.75  # less sure columns carry a note
DATED = re.compile(r"\d{4,}|\d+(?:[-_.]\d+)+")


def write_toml(table: Table, fit: Fit, values: dict[str, dict[str, str]], parts: dict[str, Any]) -> str:
    """Return the mapping's text; `parts` holds crs and zone (Choice), nulls, points and questions."""
    lines = [f"# {fit.feed.zh} {fit.feed.en}: {table.path.name}", "[source]"]
    lines += _source(table, fit, parts)
    lines += ["", "[columns]"]
    for name, match in sorted(fit.matches.items(), key=lambda x: list(fit.feed.columns).index(x[0])):
        note = f"  # {match.how}, {match.sure:.0%}" if match.sure < SURE_ENOUGH else ""
        lines.append(f"{name} = {_spec(match.spec)}{note}")
    for name in fit.missing:
        column = fit.feed.columns[name]
        lines.append(f'# {name} = ""  # ? {column.zh} {column.en}')
    for name, table_of in values.items():
        lines += ["", f"[values.{name}]"] + [f"{_key(a)} = {_text(b)}" for a, b in table_of.items()]
    if parts["nulls"]:
        lines += ["", "[nulls]", f"any = {_list(parts['nulls'])}"]
    if parts["points"]:
        lines += ["", "[unlocated]", f"points = {[list(x) for x in parts['points']]}"]
    for ancestor in fit.ancestors:
        lines += ["", "[[ancestors]]"] + [f"{k} = {_spec(v)}" for k, v in ancestor.items()]
    return "\n".join(lines) + "\n"


def pattern_of(name: str) -> str:
    """Return the pattern of files like this one: dates and long numbers in a name become stars."""
    return re.sub(r"\*+", "*", DATED.sub("*", re.sub(r"([\[\]?*])", "?", name)))


def _source(table: Table, fit: Fit, parts: dict[str, Any]) -> list[str]:
    layout = table.layout
    lines = [f"match = {_text(pattern_of(table.path.name))}", f"table = {_text(fit.feed.name)}"]
    suffix_says = {
        "csv": (".csv", ".csv.gz", ".txt", ".tsv"),
        "json": (".json", ".json.gz"),
        "geojson": (".geojson", ".geojson.gz"),
    }
    if not table.path.name.lower().endswith(suffix_says.get(layout.format, ("",))):
        lines.append(f"format = {_text(layout.format)}")
    if layout.encoding not in {"utf-8", "utf-8-sig"}:
        lines.append(f"encoding = {_text(layout.encoding)}")
    if layout.delimiter != ",":
        lines.append(f"delimiter = {_text(layout.delimiter)}")
    lines += [f"skip_rows = {layout.skip_rows}"] if layout.skip_rows else []
    lines += [f"{x} = {_text(getattr(layout, x))}" for x in ("sheet", "layer") if getattr(layout, x)]
    lines += _choice("crs", parts["crs"], parts["questions"])
    return lines + _choice("time_zone", parts["zone"], parts["questions"])


def _choice(key: str, choice: Choice, questions: list[Question]) -> list[str]:
    """Return the line of a choice; one to be asked is a comment, so that no load takes it until it is answered."""
    if not choice.value and not choice.is_asked:
        return []
    if not choice.is_asked:
        return [f"{key} = {_text(choice.value)}"]
    asked = next((x.as_json() for x in questions if x.key == key), {})
    said = [f"# ? {asked[x]}" for x in ("sentence_zh", "sentence_en") if x in asked]
    return [*said, f"# {key} = {_text(choice.value)}"]


def _spec(spec: Spec) -> str:
    if isinstance(spec, str):
        return _text(spec)
    return "{ " + ", ".join(f"{key} = {_value(value)}" for key, value in spec.items()) + " }"


def _value(value: Any) -> str:
    if isinstance(value, list):
        return "[" + ", ".join(_value(x) for x in value) + "]"
    if isinstance(value, bool):
        return str(value).lower()
    return _text(value) if isinstance(value, str) else str(value)


def _list(texts: list[str]) -> str:
    return "[" + ", ".join(_text(x) for x in texts) + "]"


def _key(text: str) -> str:
    return text if BARE.match(text) else _text(text)


def _text(text: str) -> str:
    if "\\" in text and "'" not in text and text.isprintable():
        return f"'{text}'"
    return json.dumps(text, ensure_ascii=False)
