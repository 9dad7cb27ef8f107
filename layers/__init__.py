"""Rows in, pydeck layer out: one file per layer, ending in `LAYER`; importing pydeck and nothing else.

A layer names the query whose rows it draws and has one function `draw(data, theme, **options)`. `data` is what the
browser resolves to rows (see dashboard/deck.py); `theme` maps the names of map colours to [r, g, b, a], so that no
layer knows dark from light. The table `LAYERS` is made by listing this folder: a new file is a new layer.
"""

from importlib import import_module
from pkgutil import iter_modules

from layers.base import Layer

LAYERS: dict[str, Layer] = {
    module.name: import_module(f"{__name__}.{module.name}").LAYER
    for module in iter_modules(__path__)
    if module.name not in {"base"}
}
