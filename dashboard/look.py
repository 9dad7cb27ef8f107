"""The colours of the design system for what is drawn in Python, read from the one sheet that defines them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

THEMES = ("dark", "light")
BLOCK = re.compile(r"\[data-theme=\"?(\w+)\"?\]\s*\{(.*?)\}", re.S)
TOKEN = re.compile(r"--([a-z0-9-]+):\s*([^;]+);")


@dataclass(frozen=True)
class Look:
    """Theme and unit of length of one screen: `u` = CSS pixels per design pixel."""

    theme: str
    u: float = 1.0

    def px(self, design: float) -> float:
        """Return CSS pixels for design pixels."""
        return round(design * self.u, 1)

    def __getitem__(self, token: str) -> str:
        """Return the colour of a token: look["text-1"]."""
        return palette(self.theme)[token]

    def faint(self, token: str, share: float) -> str:
        """Return a token's colour at an opacity 0-1 as rgba()."""
        code = self[token].lstrip("#")
        red, green, blue = (int(code[i : i + 2], 16) for i in (0, 2, 4))
        return f"rgba({red},{green},{blue},{share:g})"


def look(view: dict[str, Any] | None) -> Look:
    """Return the look a view asks for; dark where it says nothing known."""
    view = view or {}
    theme = view.get("theme")
    return Look(theme if theme in THEMES else THEMES[0], float(view.get("u") or 1))


@cache
def palette(theme: str) -> dict[str, str]:
    """Return every token of a theme (bg-0 ... crit, seq-1 ...) as #RRGGBB."""
    sheet = files("dashboard").joinpath("assets", "10-tokens.css").read_text(encoding="utf-8")
    return {k: v.strip() for name, body in BLOCK.findall(sheet) if name == theme for k, v in TOKEN.findall(body)}
