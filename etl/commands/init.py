"""`gridlink init`: a new home for a city."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path
from typing import Annotated

import typer

from data.config import make_config
from data.errors import ConfigError
from data.words import word
from etl.commands import say, spoken_language

NO_ROSTER = '\n[duty]\nroster = "none"\nunknown_workers = "keep"\n'
LEVELS = ("city", "street", "community", "grid")


def init(
    home: Annotated[Path, typer.Argument(help="Folder to make.")],
    name: Annotated[str, typer.Option(help="Name of the city.")] = "",
    lon: Annotated[float | None, typer.Option(help="Longitude of its centre, WGS-84.")] = None,
    lat: Annotated[float | None, typer.Option(help="Latitude of its centre, WGS-84.")] = None,
    crs: Annotated[str, typer.Option(help="Projected CRS in metres.")] = "",
    levels: Annotated[str, typer.Option(help="Names of the levels from city to grid.")] = "",
    no_roster: Annotated[bool, typer.Option("--no-roster", help="There is no duty: keep every fix.")] = False,
) -> None:
    """Ask for what a city must state, and write gridlink.toml and one mapping per template."""
    from etl.projection import is_degrees

    if (home / "gridlink.toml").exists():
        raise ConfigError("not_empty", path=home)
    name = name or typer.prompt(_ask("ask_name"))
    lon = float(typer.prompt(_ask("ask_lon"), type=float)) if lon is None else lon
    lat = float(typer.prompt(_ask("ask_lat"), type=float)) if lat is None else lat
    crs = crs or typer.prompt(_ask("ask_crs"), default=suggested_crs(lon, lat))
    levels = levels or typer.prompt(_ask("ask_levels"), default="市,街镇,村居,网格")
    text = site_text(name, (lon, lat), crs, [x.strip() for x in levels.replace("，", ",").split(",")])
    text += NO_ROSTER if no_roster else ""
    _check(text, home)
    if is_degrees(crs):
        raise ConfigError("not_metres", detail=crs)
    (home / "mappings").mkdir(parents=True, exist_ok=True)
    (home / "gridlink.toml").write_text(text, encoding="utf-8")
    for file in files("etl").joinpath("mappings").iterdir():
        if file.name.endswith(".toml"):
            (home / "mappings" / file.name).write_text(file.read_text(encoding="utf-8"), encoding="utf-8")
    say("written", path=home / "gridlink.toml")
    say("next_template", home=home)


def suggested_crs(lon: float, lat: float) -> str:
    """Suggest CGCS2000 in three-degree zones inside China's range of longitudes, else the UTM zone."""
    if 73.5 <= lon <= 136.5 and 3 <= lat <= 54:
        return f"EPSG:{4534 + round((lon - 75) / 3)}"
    return f"EPSG:{(32600 if lat >= 0 else 32700) + int((lon + 180) // 6) + 1}"


def site_text(name: str, centre: tuple[float, float], crs: str, levels: list[str]) -> str:
    """Return the gridlink.toml of a new home; ids of levels are ours where there are four, else numbered."""
    ids = LEVELS if len(levels) == len(LEVELS) else tuple(f"level_{n}" for n in range(1, len(levels) + 1))
    quoted = [json.dumps(x, ensure_ascii=False) for x in (name, crs)]
    lines = ["[city]", f"name = {quoted[0]}", f"centre = [{centre[0]}, {centre[1]}]", f"crs_metric = {quoted[1]}"]
    for level, zh in zip(ids, levels, strict=True):
        said = json.dumps(zh, ensure_ascii=False)
        lines += ["", "[[levels]]", f'id = "{level}"', f"zh = {said}", f"en = {said}"]
    return "\n".join(lines) + "\n"


def _check(text: str, home: Path) -> None:
    import tomllib

    make_config(home, tomllib.loads(text), str(home / "gridlink.toml"))


def _ask(key: str) -> str:
    return word(key, spoken_language())
