"""What to say when a format needs a package that is not installed."""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from casebook.errors import CasebookError

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
        message = " ".join(error.message for error in lacking)
        hint = "\n".join(error.hint for error in lacking)
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
        message = f"The format {extra} needs the package {error.name}, which is not installed."
        raise CasebookError(message, f'Install it: pip install "casebook[{extra}]"') from error
    except OSError as error:
        message = f"The format {extra} needs a library of the system: {error}."
        hint = "On Debian: apt install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
        raise CasebookError(message, hint) from error
