"""A DOCX page by page: the few things a briefing is set from, in Chinese fonts where letters are Chinese."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

LATIN = "Arial"
SOFT, ACCENT = RGBColor(0x43, 0x50, 0x5E), "0B63B8"
RULE, HAIR = "43505E", "E1E6EC"
WIDE = Cm(17)


class Paper:
    """One document of A4 pages being written from top to bottom."""

    def __init__(self, text: str, head: str) -> None:
        self.file = Document()
        section = self.file.sections[0]
        section.page_width, section.page_height = Cm(21), Cm(29.7)
        section.left_margin = section.right_margin = Cm(2)
        section.top_margin, section.bottom_margin = Cm(2.2), Cm(2)
        self._style("Normal", text, 10.5)
        for name, size in (("Title", 26), ("Heading 1", 15)):
            self._style(name, head, size)

    def title(self, told: str) -> None:
        """Write the title of the whole."""
        self.file.add_paragraph(told, style="Title")

    def heading(self, told: str) -> None:
        """Write the head of a chapter; it stays with what follows."""
        self.file.add_heading(told, 1)

    def text(self, told: str) -> None:
        """Write a paragraph."""
        self.file.add_paragraph(told)

    def strong(self, told: str) -> None:
        """Write a small head that stays with what follows."""
        paragraph = self.file.add_paragraph()
        paragraph.add_run(told).bold = True
        paragraph.paragraph_format.keep_with_next = True

    def note(self, told: str) -> None:
        """Write small grey words."""
        run = self.file.add_paragraph().add_run(told)
        run.font.size, run.font.color.rgb = Pt(8.5), SOFT

    def remark(self, by: str, told: str) -> None:
        """Write what a person wrote, with a bar at its side and who it was."""
        for words, small in ((by, True), (told, False)):
            paragraph = self.file.add_paragraph()
            paragraph._p.get_or_add_pPr().append(_borders("w:pBdr", {"left": (20, ACCENT)}))
            run = paragraph.add_run(words)
            if small:
                run.font.size, run.font.color.rgb = Pt(8.5), SOFT
                paragraph.paragraph_format.keep_with_next = True
            paragraph.paragraph_format.left_indent = Cm(0.4)

    def picture(self, png: bytes) -> None:
        """Place a picture over the whole width."""
        self.file.add_picture(io.BytesIO(png), width=WIDE)
        self.file.paragraphs[-1].paragraph_format.keep_with_next = True

    def new_page(self) -> None:
        """Begin a page."""
        self.file.add_paragraph().add_run().add_break(WD_BREAK.PAGE)

    def running(self, told: str) -> None:
        """Write the foot of every page: words and the number of the page."""
        paragraph = self.file.sections[0].footer.paragraphs[0]
        run = paragraph.add_run(f"{told} · ")
        run.font.size, run.font.color.rgb = Pt(8), SOFT
        number = paragraph.add_run()
        number.font.size = Pt(8)
        for kind, words in (("begin", None), (None, "PAGE"), ("end", None)):
            number._r.append(_field(kind, words))

    def table(self, head: Sequence[str], rows: Sequence[Sequence[str]], words: int, total: bool) -> None:
        """Write a table; its head is repeated on every page, no row is broken."""
        table = self.file.add_table(rows=1, cols=len(head))
        table.autofit = True
        _fill(table.rows[0], head, words, True)
        table.rows[0]._tr.get_or_add_trPr().append(_flag("w:tblHeader"))
        for row in rows:
            made = table.add_row()
            _fill(made, row, words, total and row is rows[-1])
            made._tr.get_or_add_trPr().append(_flag("w:cantSplit"))
        edges = {"top": (8, RULE), "bottom": (8, RULE), "insideH": (4, HAIR)}
        after = table._tbl.tblPr.xpath("w:tblLayout | w:tblLook")
        after[0].addprevious(_borders("w:tblBorders", edges))  # the parts of these have an order
        for row in table.rows[:-1][:2]:
            for cell in row.cells:
                cell.paragraphs[0].paragraph_format.keep_with_next = True

    def _style(self, name: str, font: str, size: float) -> None:
        style = self.file.styles[name]
        style.font.name, style.font.size = LATIN, Pt(size)
        style.font.color.rgb = RGBColor(0x12, 0x19, 0x20)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for key in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
            fonts.attrib.pop(qn(key), None)
        fonts.set(qn("w:eastAsia"), font)


def _fill(row: Any, cells: Sequence[str], words: int, bold: bool) -> None:
    for at, (cell, told) in enumerate(zip(row.cells, cells, strict=True)):
        paragraph = cell.paragraphs[0]
        run = paragraph.add_run(told)
        run.font.size, run.bold = Pt(8.5), bold
        paragraph.alignment = WD_ALIGN_PARAGRAPH.LEFT if at < words else WD_ALIGN_PARAGRAPH.RIGHT


def _borders(name: str, edges: dict[str, tuple[int, str]]) -> Any:
    """Return borders; edges: side -> (eighths of a point, colour)."""
    borders = OxmlElement(name)
    for side, (size, colour) in edges.items():
        edge = OxmlElement(f"w:{side}")
        for key, value in (("val", "single"), ("sz", str(size)), ("space", "4"), ("color", colour)):
            edge.set(qn(f"w:{key}"), value)
        borders.append(edge)
    return borders


def _flag(name: str) -> Any:
    flag = OxmlElement(name)
    flag.set(qn("w:val"), "true")
    return flag


def _field(kind: str | None, words: str | None) -> Any:
    part = OxmlElement("w:fldChar" if kind else "w:instrText")
    if kind:
        part.set(qn("w:fldCharType"), kind)
    else:
        part.text = words
    return part
