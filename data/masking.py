"""Masking of names and texts: the one place where a person's details are hidden (domain table 7.3)."""

from __future__ import annotations

import re

from data.scope import Scope

# Full-width digits look the same to a reader and must not slip through.
NARROW = {**{0xFF10 + digit: str(digit) for digit in range(10)}, ord("Ｘ"): "X", ord("＋"): "+", ord("－"): "-"}

# Order matters: an identity number contains what looks like a bank card or a mobile number.
PATTERNS = (
    (re.compile(r"(?<!\d)(\d{3})\d{3}[ -]?\d{8}[ -]?\d{2}(\d[\dXx])(?!\d)"), r"\1*************\2"),
    (re.compile(r"(?<!\d)\d{12,15}(\d{4})(?!\d)"), r"************\1"),
    (re.compile(r"(?<!\d)\d{4}([ -])\d{4}\1\d{4}\1(\d{4})(?:\1\d{1,3})?(?!\d)"), r"************\2"),
    (re.compile(r"(?<!\d)((?:(?:\+|00)?86[ -]?)?1[3-9]\d)[ -]?\d{4}[ -]?(\d{4})(?!\d)"), r"\1****\2"),
    (re.compile(r"(?<!\d)(0\d{2,3})[ )-]{0,2}\d{7,8}(?!\d)"), r"\1-****"),
    (re.compile(r"([一-龥][A-Z])·?[A-Z0-9]{5,6}(?![A-Z0-9])"), r"\1*****"),
    # the flat, not the building: whoever is sent must find the house
    (re.compile(r"(?<![\d*])\d{1,5}[A-Za-z]?(?=室)"), "**"),
    (re.compile(r"([栋幢楼元])\d{2,4}(?=户)"), r"\1**"),
    (re.compile(r"(单元)[ -]?\d{3,4}(?![\d室户])"), r"\1**"),
)


def mask_name(name: str | None, scope: Scope) -> str | None:
    """Return a worker's name as this account may see it; None stays None.

    With a reason a leader or auditor sees the full name; operators, leaders and auditors see all but the end
    (王小*, Ann S*); everybody else sees how it begins (王**).
    """
    if not name:
        return name
    if scope.reason and (scope.has("leader") or scope.has("auditor")):
        return name
    if any(scope.has(role) for role in ("operator", "leader", "auditor")):
        return _without_end(name)
    return name[0] + "**"


def mask_text(text: str | None) -> str | None:
    """Hide identity, bank card, mobile and landline numbers and number plates in free text; None stays None."""
    if not text:
        return text
    text = text.translate(NARROW)
    for pattern, kept in PATTERNS:
        text = pattern.sub(kept, text)
    return text


def _without_end(name: str) -> str:
    """Hide the last character of a Chinese name, and all but the initial of the last word of any other."""
    if not name.isascii():
        return name[:-1] + "*" if len(name) > 1 else "*"
    first, _, last = name.rpartition(" ")
    return f"{first} {last[:1]}*".strip()
