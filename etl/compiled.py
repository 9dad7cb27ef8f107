"""Compiles a loop over fixes to machine code, also where nothing can be written."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

from numba import njit

F = TypeVar("F", bound=Callable[..., Any])


def compiled(function: F) -> F:
    """Return the function compiled by Numba at its first call, free of the interpreter's lock.

    The machine code is kept beside the source or in the user's cache. Numba raises RuntimeError where it can
    write neither; there every process compiles for itself.
    """
    try:
        return cast(F, njit(cache=True, nogil=True)(function))
    except RuntimeError:
        return cast(F, njit(nogil=True)(function))
