"""What may be taken away from each screen: one file per page, each registering its rows (dashboard/takeaway.py)."""

from importlib import import_module
from pkgutil import iter_modules

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")
