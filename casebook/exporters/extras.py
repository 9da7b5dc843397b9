"""What to say when a format needs a package that is not installed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from casebook.errors import CasebookError


@contextmanager
def needs(extra: str) -> Iterator[None]:
    """Import what only `extra` installs.

    Raises `CasebookError` saying what to install: a package, or (`OSError`) a library of the
    system that it loads.
    """
    try:
        yield
    except ImportError as error:
        message = f"The format {extra} needs the package {error.name}, which is not installed."
        raise CasebookError(message, f'Install it: pip install "casebook[{extra}]"') from error
    except OSError as error:
        message = f"The format {extra} needs a library of the system: {error}."
        hint = "On Debian: apt install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
        raise CasebookError(message, hint) from error
