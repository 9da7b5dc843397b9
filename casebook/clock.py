"""Which day it is: what is overdue, or has expired, depends on it."""

from __future__ import annotations

from datetime import date, datetime


def today() -> date:
    """The day in the user's own time zone."""
    return datetime.now().astimezone().date()
