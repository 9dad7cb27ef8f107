"""The forms a briefing can be taken away in: one file each, all made of the same briefing."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass

from data.briefing import browser
from data.briefing.document import document
from data.briefing.model import Briefing, Picture
from data.briefing.page import page
from data.briefing.settings import BriefingSettings

GAP = 8
TALLEST = 6000  # units of one picture sheet: browsers draw no image much taller


@dataclass(frozen=True)
class Form:
    """One form: its media type, and how a briefing is made into it."""

    mimetype: str
    make: Callable[[Briefing, BriefingSettings], bytes]


def html(briefing: Briefing, _: BriefingSettings) -> bytes:
    """Return the briefing as one HTML file."""
    return page(briefing).encode()


def pdf(briefing: Briefing, settings: BriefingSettings) -> bytes:
    """Return the briefing as PDF; raises Problem: no_browser, print_failed."""
    return browser.pdf(page(briefing), settings, briefing.as_of)


def docx(briefing: Briefing, settings: BriefingSettings) -> bytes:
    """Return the briefing as DOCX, with pictures where a browser is there to draw them."""
    drawn = draw(briefing, settings) if browser.find(settings) else {}
    return document(briefing, drawn)


def draw(briefing: Briefing, settings: BriefingSettings) -> dict[str, bytes]:
    """Return every picture as PNG, by chapter and key: drawn together on sheets, then cut apart."""
    wanted = [(f"{chapter.id}/{one.key}", one) for chapter in briefing.chapters for one in chapter.pictures]
    drawn: dict[str, bytes] = {}
    sheet: list[tuple[str, Picture]] = []
    for item in wanted:
        if sheet and sum(one.high + GAP for _, one in [*sheet, item]) > TALLEST:
            drawn |= _sheet(sheet, settings)
            sheet = []
        sheet.append(item)
    return drawn | _sheet(sheet, settings) if sheet else drawn


def _sheet(items: list[tuple[str, Picture]], settings: BriefingSettings) -> dict[str, bytes]:
    from PIL import Image

    high = sum(one.high + GAP for _, one in items)
    boxes = "".join(f'<div style="height:{one.high + GAP}px">{one.svg}</div>' for _, one in items)
    wide = max(one.wide for _, one in items)
    body = f'<!DOCTYPE html><meta charset="utf-8"><style>*{{margin:0}}svg{{display:block}}</style>{boxes}'
    shot = Image.open(io.BytesIO(browser.picture(body, settings, wide, high)))
    out, top = {}, 0
    for key, one in items:
        cut, held = shot.crop((0, top * 2, one.wide * 2, (top + one.high) * 2)), io.BytesIO()
        cut.save(held, "PNG")
        out[key] = held.getvalue()
        top += one.high + GAP
    return out


FORMS = {
    "html": Form("text/html", html),
    "pdf": Form("application/pdf", pdf),
    "docx": Form("application/vnd.openxmlformats-officedocument.wordprocessingml.document", docx),
}
