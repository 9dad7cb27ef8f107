"""The briefing as one HTML file: A4 pages when printed, sheets on a screen, nothing fetched, nothing run."""

from __future__ import annotations

from functools import cache
from html import escape
from importlib.resources import files

from data.briefing.model import Briefing, Chapter, Definition, Finding, Picture, Remark, Table

SHORT = 16  # rows of a table that is never broken
LONG = 24  # names of contents that no longer fit the cover


def page(briefing: Briefing) -> str:
    """Return the whole file; every word of it is escaped but the drawings, which this house drew itself."""
    sheets = "".join(_sheet(one) for one in briefing.pages)
    chapters = "".join(map(_chapter, briefing.chapters))
    body = f"{_cover(briefing)}\n<main>{chapters}{sheets}{_tail(briefing)}</main>"
    running = f"{briefing.place} {briefing.title} · {briefing.span}"
    style = _file("page.css").replace("«fonts»", briefing.labels["fonts"])
    style = style.replace("«running»", running.replace("\\", "").replace('"', "").replace("<", ""))
    title = escape(running)
    return _file("page.html").format(
        language=briefing.language, kind=briefing.kind, title=title, style=style, body=body
    )


def _cover(briefing: Briefing) -> str:
    labels = briefing.labels
    lead = "".join(f"<p>{escape(one.text)}</p>" for one in briefing.lead)
    heads = [(one.id, one.title) for one in briefing.chapters] or [(one.area, one.place) for one in briefing.pages]
    rows = [*heads, ("definitions", labels["definitions"])]
    contents = "".join(f'<a href="#{escape(key)}">{escape(title)}</a>' for key, title in rows)
    named = f"<h2>{escape(labels['contents'])}</h2><nav>{contents}</nav>"
    here, after = (named, "") if len(rows) <= LONG else ("", f'<section class="list">{named}</section>')
    foot = [labels["stamp_long"], labels["as_of"], labels["approval"], labels["synthetic"]]
    return (
        f'<section class="cover"><div class="house">{escape(labels["house"])}</div>'
        f"<h1>{escape(briefing.title)}</h1>"
        f'<div class="about"><span>{escape(briefing.place)}</span><span>{escape(briefing.span)}</span>'
        f'<span class="stamp">{escape(briefing.stamp)}</span></div>'
        + (f'<div class="lead"><h2>{escape(labels["findings"])}</h2>{lead}</div>' if lead else "")
        + f'<div class="contents"><h2>{escape(labels["contents"])}</h2><nav>{contents}</nav></div>'
        f'<div class="foot">{"<br>".join(escape(one) for one in foot if one)}</div></section>{after}'
    )


def _chapter(one: Chapter) -> str:
    return f'<section class="chapter" id="{escape(one.id)}"><h2>{escape(one.title)}</h2>{_inside(one)}</section>'


def _inside(one: Chapter) -> str:
    told = "".join(map(_finding, one.findings)) or f'<p class="empty">{escape(one.empty)}</p>'
    parts = [told, *map(_remark, one.remarks), *map(_picture, one.pictures), *map(_table, one.tables)]
    return "".join(parts)


def _sheet(one: Briefing) -> str:
    about = f"{escape(one.span)} · {escape(one.stamp)}"
    inside = "".join(map(_inside, one.chapters))
    head = f'<h1>{escape(one.place)}</h1><p class="about">{about}</p>'
    return f'<article class="sheet" id="{escape(one.area)}">{head}{inside}</article>'


def _finding(one: Finding) -> str:
    small = " small" if one.small else ""
    return f'<p class="finding{small}" data-key="{escape(one.key)}">{escape(one.text)}</p>'


def _remark(one: Remark) -> str:
    return f'<div class="remark"><div class="by">{escape(one.by)}</div><p>{escape(one.text)}</p></div>'


def _picture(one: Picture) -> str:
    note = f'<div class="note">{escape(one.note)}</div>' if one.note else ""
    return f"<figure><figcaption>{escape(one.title)}</figcaption>{one.svg}{note}</figure>"


def _table(one: Table) -> str:
    head = _cells("th", one.head, one.words)
    rows = "".join(f"<tr>{_cells('td', row, one.words)}</tr>" for row in one.rows)
    total = f'<tr class="total">{_cells("td", one.total, one.words)}</tr>' if one.total else ""
    note = f'<div class="note">{escape(one.note)}</div>' if one.note else ""
    caption = f"<caption>{escape(one.title)}</caption>"
    short = " short" if len(one.rows) <= SHORT else ""
    return (
        f'<div class="tabled{short}"><table>{caption}<thead><tr>{head}</tr></thead><tbody>{rows}{total}</tbody></table>'
        f"{note}</div>"
    )


def _cells(tag: str, cells: tuple[str, ...], words: int) -> str:
    return "".join(
        f"<{tag}{' class=word' if at < words else ''}>{escape(cell)}</{tag}>" for at, cell in enumerate(cells)
    )


def _tail(briefing: Briefing) -> str:
    labels = briefing.labels
    told = "".join(map(_definition, briefing.definitions))
    return (
        f'<section class="chapter" id="definitions"><h2>{escape(labels["definitions"])}</h2><dl>{told}</dl>\n'
        f'<p class="provenance">{escape(briefing.provenance)}</p>\n</section>'
    )


def _definition(one: Definition) -> str:
    return f"<div><dt>{escape(one.name)}<small>{escape(one.code)}</small></dt><dd>{escape(one.text)}</dd></div>"


@cache
def _file(name: str) -> str:
    return files("data").joinpath("briefing", name).read_text(encoding="utf-8")
