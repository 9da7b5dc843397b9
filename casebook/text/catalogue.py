"""The catalogues: gettext's own files, `<language>.po`, one beside the other.

Parsing one costs a tenth of a second and reading a compiled one a thousandth. A wheel carries
compiled ones only; in a checkout they are made anew where the catalogue is newer.
"""

from __future__ import annotations

import contextlib
import functools
import io
import os
from gettext import GNUTranslations, NullTranslations
from pathlib import Path

_FOLDER = Path(__file__).parent


class _Missing(NullTranslations):
    """What is said of a key that is not there; gettext itself would say the key."""

    def gettext(self, message: str) -> str:
        raise KeyError(message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:  # noqa: ARG002  # as gettext has it
        return ""


@functools.cache
def translations(language: str) -> GNUTranslations:
    """The words of a language that is in `LANGUAGES`.

    For a key that it has not, `gettext` raises `KeyError`; for one that has no plural, `ngettext`
    gives an empty string.
    """
    catalogue, compiled = _FOLDER / f"{language}.po", _FOLDER / f"{language}.mo"
    if _is_older(compiled, catalogue):
        content = compile_catalogue(catalogue)
        beside = _FOLDER / f"{language}.{os.getpid()}.tmp"
        with contextlib.suppress(OSError):  # where nobody may write, it is compiled every time
            beside.write_bytes(content)
            beside.replace(compiled)
    else:
        content = compiled.read_bytes()
    found = GNUTranslations(io.BytesIO(content))
    found.add_fallback(_Missing())
    return found


def _is_older(compiled: Path, catalogue: Path) -> bool:
    if not catalogue.exists():
        return False
    return not compiled.exists() or compiled.stat().st_mtime_ns < catalogue.stat().st_mtime_ns


def compile_catalogue(catalogue: Path) -> bytes:
    """A `.po` file as gettext's binary file."""
    from babel.messages.mofile import write_mo  # noqa: PLC0415  # slow, and seldom needed
    from babel.messages.pofile import read_po  # noqa: PLC0415

    with catalogue.open("rb") as source:
        messages = read_po(source)
    binary = io.BytesIO()
    write_mo(binary, messages)
    return binary.getvalue()
