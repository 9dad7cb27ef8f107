"""The 20-digit device code of GB/T 28181: what its digits say, and what is wrong with one that is not sound.

Digits 1-8 are the centre (province, city, district, place), 9-10 the industry, 11-13 the type of device, 14 the
network it hangs on, 15-20 its number there. Names of types and industries stand in gb28181.toml.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

LENGTH = 20
CENTRE, INDUSTRY, TYPE, NETWORK, SERIAL = (slice(*x) for x in ((0, 8), (8, 10), (10, 13), (13, 14), (14, 20)))
SECURITY_LEVELS = ("A", "B", "C")  # GB 35114: device certificate; signed stream; signed and encrypted stream


@dataclass(frozen=True)
class Code:
    """A code taken apart: the digits of each part, as text because zeros in front count."""

    centre: str
    industry: str
    type: str
    network: str
    serial: str

    @property
    def division(self) -> str:
        """The six digits of the district the centre stands in."""
        return self.centre[:6]


def decode(code: str) -> Code | None:
    """Return the parts of a code, or None where it is not twenty digits."""
    if len(code) != LENGTH or not (code.isascii() and code.isdigit()):
        return None
    return Code(code[CENTRE], code[INDUSTRY], code[TYPE], code[NETWORK], code[SERIAL])


def fault(code: str) -> str | None:
    """Return why a code is no camera's: a reason of reasons.toml, or None for a sound one.

    `code_length` is not twenty digits, `code_type` a type nobody listed, `code_no_video` a type that gives no picture,
    `code_centre` a centre whose first two digits are no province's (11-82).
    """
    parts = decode(code)
    if parts is None:
        return "code_length"
    if not 11 <= int(parts.centre[:2]) <= 82:
        return "code_centre"
    known = _names()["type"].get(parts.type)
    if known is None:
        return "code_type"
    return None if known.get("sees") else "code_no_video"


def name(part: str, digits: str, language: str = "zh-CN") -> str:
    """Return the name of a `type` or `industry` in `zh-CN` or `en`; the digits themselves where nobody listed them."""
    row = _names()[part].get(digits, {})
    return str(row.get("en" if language.startswith("en") else "zh", digits))


@cache
def _names() -> dict[str, dict[str, dict[str, object]]]:
    return tomllib.loads(files("data").joinpath("gb28181.toml").read_text(encoding="utf-8"))
