"""The few shapes charts and maps on paper are drawn with; the same numbers give the same bytes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

INK, SOFT, FAINT, HAIR = "#121920", "#43505E", "#5F6D7D", "#E1E6EC"
ACCENT, PAPER, BAND = "#0B63B8", "#FFFFFF", "#C2DCE6"
BLUE, WARM = "#67A9CF", ("#F9CFA6", "#EE8A3C", "#B84A0C")  # of the diverging ramp
RAMP = ("#E8F1F6", "#C2DCE6", "#8FBFCF", "#5499AF", "#236F8B")
SIZE = 12.0  # units of a letter; 4 units are one millimetre on paper
WIDE_EM, NARROW_EM = 1.0, 0.56

Point = tuple[float, float]


def whole(wide: float, high: float, body: Iterable[str], font: str, told: str) -> str:
    """Return elements as one SVG of a size, with what it shows in words for whoever cannot see it."""
    size = f'viewBox="0 0 {wide:g} {high:g}" width="{wide:g}" height="{high:g}"'
    look = f'font-family="{escape(font.replace(chr(34), chr(39)))}" font-size="{SIZE:g}" fill="{INK}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} {look} role="img"><title>{escape(told)}</title>'
        f"{''.join(body)}</svg>"
    )


def text(at: Point, told: str, anchor: str = "start", fill: str = INK, **look: object) -> str:
    """Return words at a point of their base line; `look` is further attributes (size, weight)."""
    more = "".join(f' {key.replace("_", "-")}="{value}"' for key, value in look.items())
    return f'<text x="{at[0]:.1f}" y="{at[1]:.1f}" text-anchor="{anchor}" fill="{fill}"{more}>{escape(told)}</text>'


def line(a: Point, b: Point, colour: str = HAIR, width: float = 1.0, dash: str = "") -> str:
    """Return a straight line."""
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    ends = f'x1="{a[0]:.1f}" y1="{a[1]:.1f}" x2="{b[0]:.1f}" y2="{b[1]:.1f}"'
    return f'<line {ends} stroke="{colour}" stroke-width="{width:g}"{dashed}/>'


def rect(at: Point, wide: float, high: float, fill: str, **look: object) -> str:
    """Return a filled rectangle from its upper left corner."""
    more = "".join(f' {key.replace("_", "-")}="{value}"' for key, value in look.items())
    return f'<rect x="{at[0]:.1f}" y="{at[1]:.1f}" width="{wide:.1f}" height="{high:.1f}" fill="{fill}"{more}/>'


def dot(at: Point, radius: float, fill: str, edge: str) -> str:
    """Return a round mark."""
    return (
        f'<circle cx="{at[0]:.1f}" cy="{at[1]:.1f}" r="{radius:g}" fill="{fill}" stroke="{edge}" stroke-width="1.6"/>'
    )


def path(points: Sequence[Point], stroke: str = "none", fill: str = "none", width: float = 1.0) -> str:
    """Return a line through points, closed where it is filled."""
    way = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points) + ("Z" if fill != "none" else "")
    return f'<path d="{way}" fill="{fill}" stroke="{stroke}" stroke-width="{width:g}" stroke-linejoin="round"/>'


def width_of(told: str, size: float = SIZE) -> float:
    """Return about how wide words are."""
    return sum(WIDE_EM if ord(letter) > 0x2E80 else NARROW_EM for letter in told) * size
