"""What to say when a format needs a package that is not installed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from casebook.errors import CasebookError
from casebook.messages import said


@contextmanager
def needs(extra: str) -> Iterator[None]:
    """Import what only `extra` installs.

    Raises `CasebookError` saying what to install: a package, or (`OSError`) a library of the
    system that it loads.
    """
    try:
        yield
    except ImportError as error:
        message = said(
            "The format {extra} needs the package {name}, which is not installed.",
            extra=extra,
            name=error.name,
        )
        hint = said('Install it: pip install "casebook[{extra}]"', extra=extra)
        raise CasebookError(message, hint) from error
    except OSError as error:
        message = said(
            "The format {extra} needs a library of the system: {why}.", extra=extra, why=str(error)
        )
        hint = said("On Debian: apt install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0")
        raise CasebookError(message, hint) from error
