"""Rest for the garbage collector, which would look through everything again and again."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def no_collecting() -> Iterator[None]:
    """For short work that makes much and drops little, or drops it only at its end.

    Many engagements are read in a fifth of the time, a PDF is laid out in two thirds.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
