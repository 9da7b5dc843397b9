"""What to say when a format needs a package that is not installed."""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from casebook.errors import CasebookError
from casebook.messages import said, together

_PACKAGES = {"pdf": ("weasyprint", "pikepdf"), "docx": ("pypandoc", "resvg_py")}


def require(formats: Iterable[str]) -> None:
    """Raise `CasebookError` once, with all that is to be installed for some formats."""
    lacking = []
    for extra in formats:
        try:
            with needs(extra):
                for name in _PACKAGES.get(extra, ()):
                    importlib.import_module(name)
        except CasebookError as error:
            lacking.append(error)
    if lacking:
        message = together(*(error.message for error in lacking))
        hint = together(*(error.hint for error in lacking), between="\n")
        raise CasebookError(message, hint) from lacking[0]


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
