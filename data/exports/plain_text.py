"""Cells that are text and stay text: no spreadsheet may take one for a formula."""

from __future__ import annotations

import re

# What makes a cell a formula to a spreadsheet, whole and full width, after any blanks it skips; and what may split one.
# A text that begins so with apostrophes before it gets one more, so that taking one away gives every text back.
FORMULA = re.compile(r"'*(?:[\t\r\n]|\s*[=+\-@＝＋－＠])")
GUARDED = re.compile(r"'+(?:[\t\r\n]|\s*[=+\-@＝＋－＠])")


def safe(text: str) -> str:
    """Return a text that is read as text: a leading apostrophe keeps a formula from being one."""
    return f"'{text}" if FORMULA.match(text) else text


def unsafe(text: str) -> str:
    """Return the text `safe` was given."""
    return text[1:] if GUARDED.match(text) else text
