"""A form to begin with: the monthly report (综治月报) as a workbook whose cells carry the names data/forms.py fills."""

from __future__ import annotations

import io

from data.config import Config
from data.metrics import METRICS

TITLE = "综治月报"
HEADS = ("指标", "编号", "分子", "分母", "数值", "n")
FIELDS = ("part", "whole", "value", "n")


def sample_form(config: Config) -> bytes:
    """Return a workbook with one row a metric for the whole city, every figure a named cell."""
    from openpyxl import Workbook
    from openpyxl.styles import Font
    from openpyxl.workbook.defined_name import DefinedName

    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = TITLE
    sheet["A1"] = f"{config.city.name}{TITLE}"
    sheet["A1"].font = Font(size=16, bold=True)
    for column, name in zip("ABCD", ("month", "city", "state", "version"), strict=True):
        book.defined_names[f"gl.{name}"] = DefinedName(f"gl.{name}", attr_text=f"'{TITLE}'!${column}$2")
    for at, head in enumerate(HEADS, 1):
        sheet.cell(4, at, head).font = Font(bold=True)
    for row, (name, metric) in enumerate(sorted(METRICS.items(), key=lambda item: item[1].code), 5):
        sheet.cell(row, 1, metric.zh)
        sheet.cell(row, 2, metric.code)
        for at, field in enumerate(FIELDS):
            cell = sheet.cell(row, 3 + at)
            cell.number_format = "0.0%" if field == "value" and metric.unit == "percent" else "#,##0.##"
            key = f"gl.{name}.{field}"
            book.defined_names[key] = DefinedName(key, attr_text=f"'{TITLE}'!${'CDEF'[at]}${row}")
    sheet.column_dimensions["A"].width = 34
    for column in "BCDEF":
        sheet.column_dimensions[column].width = 16
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
