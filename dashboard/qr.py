"""A QR code as inline SVG: black on white in both themes, for a telephone reads no other."""

from __future__ import annotations

import segno
from markupsafe import Markup


def qr(text: str) -> Markup:
    """Return the SVG of a text, with the quiet zone a reader needs; its size is the style sheet's."""
    code = segno.make(text, error="m", micro=False)
    return Markup(code.svg_inline(dark="#000000", light="#ffffff", border=4, omitsize=True, svgclass="qr"))  # noqa: S704
