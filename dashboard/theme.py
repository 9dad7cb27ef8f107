"""The colours of the map in both themes, by the names layers use (design system, sections 2.3 and 6)."""

from __future__ import annotations

from functools import cache

from dashboard.look import palette

GROUND = {
    "dark": {
        "land": "#10171F",
        "water": "#12304A",
        "river": "#12304A",
        "built": "#1C2733",
        "building": "#263240",
        "expressway": "#7F92AB",
        "trunk": "#55667B",
        "county": "#3A4858",
        "minor": "#222C38",
        "street": "#2C3846",
        "rail": "#43505F",
        "grid-line": "#2A3644",
        "unit-line": "#7F90A5",
        "camera": "#9AB0C8",
        "worker": "#EAF4FF",
    },
    "light": {
        "land": "#FAFBFC",
        "water": "#D3E4F2",
        "river": "#D3E4F2",
        "built": "#ECEFF2",
        "building": "#E3E8ED",
        "expressway": "#AFBBC8",
        "trunk": "#C4CDD7",
        "county": "#D7DDE4",
        "minor": "#E6EAEE",
        "street": "#E1E6EC",
        "rail": "#C9D1DA",
        "grid-line": "#DCE2E9",
        "unit-line": "#5F6D7D",
        "camera": "#5F6D7D",
        "worker": "#43505E",
    },
}
HEAT = {
    "dark": ("#6E3846", "#B0543A", "#EB8C34", "#FFC45C", "#FFEEBE"),
    "light": ("#FAD6A5", "#F4AA5A", "#E27828", "#B44A0C", "#782804"),
}
HEAT_MOST = {"dark": 0.55, "light": 0.7}
# At most four tracks at once, told apart in every simulated colour vision; letters A-D stand beside them.
TRACKS = {
    "dark": ("#5BB2FF", "#B9E769", "#F2D7A0", "#E27FB5"),
    "light": ("#0B63B8", "#5E8F00", "#6B3F00", "#C2408E"),
}
RAMP = ("seq-1", "seq-2", "seq-3", "seq-4", "seq-5")


@cache
def map_theme(theme: str) -> dict[str, list[int]]:
    """Return every map colour of a theme as [r, g, b, a]."""
    tokens, ground = palette(theme), GROUND[theme]
    out = {name: rgba(code) for name, code in ground.items()}
    out |= {name: rgba(tokens[name]) for name in ("crit", "warn", "ok", "accent", "neutral", "halo")}
    out["label"] = rgba(tokens["text-1"])
    out["label-halo"] = rgba(tokens["halo"], 0.9)
    out["unit-halo"] = rgba(tokens["halo"], 0.55)
    out["key-area"] = rgba(tokens["text-1"])
    out["label-plate"] = rgba(tokens["bg-0"], 0.72)
    out["on-track"] = rgba(tokens["on-accent"])
    out["worker-line"] = rgba(ground["worker"])
    out["missing"] = rgba(tokens["text-3"], 0.5)
    out["highlight"] = rgba(tokens["accent"], 0.22)
    return out


def ramp(theme: str) -> list[list[int]]:
    """Return the five classes of the sequential ramp; the lowest is the ground itself and not drawn."""
    tokens = palette(theme)
    return [rgba(tokens[name], 0.0 if name == RAMP[0] else 0.95) for name in RAMP]


def track(theme: str, place: int, opacity: float = 1.0) -> list[int]:
    """Return the colour of the track at a place 0-3 as [r, g, b, a]."""
    return rgba(TRACKS[theme][place], opacity)


def rgba(code: str, opacity: float = 1.0) -> list[int]:
    """Return [r, g, b, a] of #RRGGBB."""
    red, green, blue = (int(code[i : i + 2], 16) for i in (1, 3, 5))
    return [red, green, blue, round(255 * opacity)]
