"""Masking of names and texts: the one place where a person's details are hidden (domain table 7.3).

Numbers are looked for in a shadow of the text: the same characters in the same places, with wide, Chinese and Arabic
digits, unusual dashes and blanks, and what cannot be seen, told in plain ones. What is not hidden stays as written.
"""

from __future__ import annotations

import re
import unicodedata

from data.scope import Scope

WIDE = {0xFF01 + at: chr(0x21 + at) for at in range(94)}  # full-width forms of all printable ASCII characters
DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−﹣－·•・．。﹒"), "-")
BLANKS = dict.fromkeys([*map(ord, "\u00a0\u3000\t\u00ad\u2060\ufeff"), *range(0x2000, 0x2010)], " ")
DIGITS = {ord(one): str(at) for at, one in enumerate("零一二三四五六七八九")} | {ord("〇"): "0", ord("幺"): "1"}


class Shadow(dict[int, str]):
    """What each character is told as; decimal digits of any script as ASCII ones, all others as themselves."""

    def __missing__(self, code: int) -> str:
        """Return and remember what a character is told as that has not been met before."""
        self[code] = str(unicodedata.decimal(chr(code), chr(code)))
        return self[code]


PLAIN = Shadow({**WIDE, **DASHES, **BLANKS})
SPOKEN = Shadow({**PLAIN, **DIGITS})

BETWEEN = r"[ .-]{0,3}"
APART = r"(?<!\d)(?<!\d\.)"  # no part of a longer number and no decimals: coordinates stay
DATED = r"(?!20\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]))"  # the number of a work order begins with its date
ABROAD = r"(?:(?:\+|00)?86[ -]?)?"
PROVINCE = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"

# Order matters: an identity number contains what looks like a bank card or a mobile number.
PATTERNS = (
    (SPOKEN, rf"{APART}{DATED}(\d{{3}})\d{{3}}{BETWEEN}\d{{8}}{BETWEEN}\d{{2}}(\d[\dXx])(?!\d)", r"\1*************\2"),
    (SPOKEN, r"((?:身份证|证件|证号)\D{0,6}\d{3})\d{10}(\d\d)(?!\d)", r"\1**********\2"),  # of before 1999
    (SPOKEN, rf"{APART}{DATED}\d{{12,15}}(\d{{4}})(?!\d)", r"************\1"),
    (SPOKEN, rf"{APART}\d{{4}}([ -])\d{{4}}\1\d{{4}}\1(\d{{4}})(?:\1\d{{1,3}})?(?!\d)", r"************\2"),
    (SPOKEN, rf"{APART}({ABROAD}(?:1[3-9]\d|\(1[3-9]\d\))){BETWEEN}\d{{4}}{BETWEEN}(\d{{4}})(?!\d)", r"\1****\2"),
    (SPOKEN, rf"{APART}(1[3-9]\d){BETWEEN}\d{{3}}{BETWEEN}\d(\d{{4}})(?!\d)", r"\1****\2"),
    (SPOKEN, rf"{APART}1([ .-])([3-9])\1(\d)(?:\1\d){{4}}\1(\d)\1(\d)\1(\d)\1(\d)(?![ .-]?\d)", r"1\2\3****\4\5\6\7"),
    (SPOKEN, rf"{APART}(0\d{{2,3}})[ )-]{{0,3}}\d{{3,4}}[ -]?\d{{4}}(?!\d)", r"\1-****"),
    (PLAIN, rf"([{PROVINCE}][A-Za-z])[ -]?(?=[A-Za-z]{{0,5}}\d)[A-Za-z0-9]{{5,6}}(?![A-Za-z0-9])", r"\1*****"),
    (PLAIN, rf"([{PROVINCE}][A-Za-z])[ -]?[A-Za-z0-9]{{4}}(?=[挂学警港澳领])", r"\1****"),
    (PLAIN, r"[\w.+-]+@[A-Za-z0-9-]+(?:[.-][A-Za-z0-9-]+)+", "***@***"),
    # the flat, not the building: whoever is sent must find the house
    (PLAIN, r"(?<![\d*])\d{1,5}[A-Za-z]?(?=室)", "**"),
    (PLAIN, r"([栋幢楼元])\d{2,4}(?=户)", r"\1**"),
    (PLAIN, r"(单元)[ -]?\d{3,4}(?![\d室户])", r"\1**"),
)
RULES = tuple((table, re.compile(pattern), kept) for table, pattern, kept in PATTERNS)
HINT = re.compile(r"[\d@]|[零〇幺一二三四五六七八九]{2}")  # without one of these there is nothing to hide
LEAST = 9  # digits of the shortest number of a person


def mask_name(name: str | None, scope: Scope) -> str | None:
    """Return a worker's name as this account may see it; None stays None.

    With a reason a leader or auditor sees the full name; operators, leaders and auditors see all but the end
    (王小*, Ann S*); everybody else, and every wall, sees how it begins (王**).
    """
    if not name:
        return name
    if scope.has("kiosk"):
        return name[0] + "**"
    if scope.reason and (scope.has("leader") or scope.has("auditor")):
        return name
    if any(scope.has(role) for role in ("operator", "leader", "auditor")):
        return _without_end(name)
    return name[0] + "**"


def mask_text(text: str | None) -> str | None:
    """Hide identity, bank card, mobile and landline numbers, plates, e-mail addresses and flats; None stays None."""
    if not text or not HINT.search(text):
        return text
    many = sum(map(str.isdigit, text.translate(SPOKEN))) >= LEAST
    for table, pattern, kept in RULES:
        if many or table is PLAIN:
            text = _masked(text, text.translate(table), pattern, kept)
    return text


def _masked(text: str, shadow: str, pattern: re.Pattern[str], kept: str) -> str:
    """Return a text in which what the pattern finds in its shadow is replaced; both are of one length."""
    if not pattern.search(shadow):
        return text
    parts, at = [], 0
    for found in pattern.finditer(shadow):
        parts += [text[at : found.start()], found.expand(kept)]
        at = found.end()
    return "".join([*parts, text[at:]])


def _without_end(name: str) -> str:
    """Hide the last character of a Chinese name, and all but the initial of the last word of any other."""
    if not name.isascii():
        return name[:-1] + "*" if len(name) > 1 else "*"
    first, _, last = name.rpartition(" ")
    return f"{first} {last[:1]}*".strip()
