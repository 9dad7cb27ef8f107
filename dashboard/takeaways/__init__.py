"""What may be taken away from each screen: one file per page, each registering its rows (dashboard/takeaway.py)."""

from importlib import import_module
from pkgutil import iter_modules


def register() -> None:
    """Let every file of this folder register what it offers."""
    for module in iter_modules(__path__):
        import_module(f"{__name__}.{module.name}")
