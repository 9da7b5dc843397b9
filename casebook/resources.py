"""Where the templates, notebooks and parameter files that ship with Casebook lie; its languages."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
_CHECKOUT = _PACKAGE.parent

LANGUAGES = tuple(
    sorted({path.stem for path in (_PACKAGE / "text").iterdir() if path.suffix in (".po", ".mo")})
)
"""Every language that has a catalogue."""

BRAND = "_brand.yml"
"""The file of a brand in a folder of templates."""


def folder(name: str) -> Path:
    """The shipped folder `templates`, `notebooks` or `params`.

    In a checkout it is the folder that is being edited; in an installed wheel it is the copy
    among the package data.
    """
    edited = _CHECKOUT / name
    if (_CHECKOUT / "pyproject.toml").is_file() and edited.is_dir():
        return edited
    return _PACKAGE / "data" / name
