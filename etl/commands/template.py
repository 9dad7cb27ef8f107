"""`gridlink template`: an XLSX to fill in, with the headings the mappings of a new home read."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
import xlsxwriter

from data.config import Config, load_config
from data.errors import ConfigError
from data.feeds import Column, feeds
from etl.commands import Home, say
from etl.sample_form import TITLE, sample_form

TEMPLATES = {
    "areas": "area",
    "attributes": "area_attribute",
    "units": "unit",
    "workers": "worker",
    "roster": "roster",
    "incidents": "incident",
    "steps": "incident_step",
    "cameras": "camera",
    "places": "place",
    "counts": "people_count",
    "elements": "element_count",
    "population": "population",
    "visits": "visit",
    "services": "service_item",
    "call_backs": "call_back",
    "activities": "activity",
    "party_orgs": "party_org",
    "disputes": "dispute",
}

# Boundaries come from a GIS file; these are the columns its table must have (etl/mappings/areas.toml reads them).
AREA_COLUMNS = [
    Column("area_id", "text", "网格编号", "id of the grid, a column of the GIS file"),
    Column("name", "text", "网格名称", "name of the grid"),
    Column("street_id", "text", "街镇编号", "id of its street or town"),
    Column("street", "text", "街镇", "name of its street or town"),
    Column("community_id", "text", "村居编号", "id of its community or village"),
    Column("community", "text", "村居", "name of its community or village"),
]


FORM = "monthly"  # the report of a month, for the level above


def write_form(config: Config, out: Path | None = None) -> Path:
    """Write the monthly report with its named cells, by default among the home's forms; returns its path."""
    path = out or config.home / "forms" / f"{TITLE}.xlsx"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(sample_form(config))
    return path


def template(
    name: Annotated[str, typer.Argument(help=" | ".join([*TEMPLATES, FORM]))],
    home: Home = Path("home"),
    out: Annotated[Path | None, typer.Option(help="File to write; default: NAME.xlsx in the home.")] = None,
) -> None:
    """Write a template: a title row, a row of Chinese headings, and a second sheet that explains each column."""
    if name == FORM:
        path = write_form(load_config(home), out)
        say("written", path=path)
        say("next_serve", home=home)
        return
    if name not in TEMPLATES:
        raise ConfigError("unknown_template", detail=name, known=", ".join([*TEMPLATES, FORM]))
    path = out or home / f"{name}.xlsx"
    feed = feeds()[TEMPLATES[name]]
    write_template(feed.zh, AREA_COLUMNS if name == "areas" else list(feed.columns.values()), path)
    say("written", path=path)
    say("next_load", home=home)


def write_template(title: str, columns: list[Column], path: Path) -> None:
    """Write one XLSX: title row, headings, and what each column means."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with xlsxwriter.Workbook(path, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        bold = book.add_format({"bold": True})
        sheet = book.add_worksheet(title.replace("/", " "))
        sheet.write(0, 0, title, bold)
        for number, column in enumerate(columns):
            sheet.write(1, number, heading(column), bold)
            sheet.set_column(number, number, 18)
        sheet.freeze_panes(2, 0)
        _explain(book.add_worksheet("说明"), columns, bold)


def heading(column: Column) -> str:
    """Return the heading of a column in a template: its Chinese name, starred where it must be filled."""
    return column.zh + ("*" if column.required and column.default is None else "")


def _explain(sheet: xlsxwriter.worksheet.Worksheet, columns: list[Column], bold: object) -> None:
    for number, title in enumerate(("列", "含义", "类型", "可填的值")):
        sheet.write(0, number, title, bold)
        sheet.set_column(number, number, 24)
    for row, column in enumerate(columns, 1):
        for number, text in enumerate((heading(column), column.en, column.type, " | ".join(column.values))):
            sheet.write(row, number, text)
