"""Rows in, pydeck layer out: one file per layer, ending in `LAYER`; importing pydeck and nothing else.

A layer names the query whose rows it draws and has one function `draw`. The table `LAYERS` is made by
listing this folder: a new file is a new layer. Colours and sizes come in a `theme` mapping, so that no
layer knows dark from light.
"""

from importlib import import_module
from pkgutil import iter_modules

LAYERS = {
    module.name: import_module(f"{__name__}.{module.name}").LAYER
    for module in iter_modules(__path__)
    if module.name not in {"base"}
}
