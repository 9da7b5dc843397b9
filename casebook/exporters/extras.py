"""What each extra brings, and what to say when a format needs one that is not installed."""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager

from casebook.errors import CasebookError
from casebook.messages import said, together

EXTRAS: Mapping[str, tuple[str, ...]] = {
    "pdf": ("weasyprint",),
    "docx": ("pypandoc", "resvg_py"),
    "dask": ("distributed",),
    "excel": ("openpyxl",),
    "parquet": ("pyarrow",),
    "lab": ("jupyterlab", "nbdime"),
    "validate": ("pytest", "nbval", "xdist"),
}
"""The modules of each extra, by its name."""


def require(formats: Iterable[str]) -> None:
    """Raise `CasebookError` once, with all that is to be installed for some formats."""
    lacking = []
    for extra in formats:
        try:
            with needs(extra):
                for name in EXTRAS.get(extra, ()):
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
