"""A brand as data: `templates/_brand.yml`, in the brand.yml format.

A page takes of it the name and address of the consultancy, the logo, the typefaces, and the
colours `primary`, `foreground` and `background`, whose contrast is checked. The rest of the
format is allowed and not used. Nothing is fetched: fonts and logos are files beside the brand's.
"""

from __future__ import annotations

import base64
import functools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from casebook import palette, resources, yaml_faults, yaml_marks
from casebook.brand_format import (
    BrandFile,
    FontFile,
    FontSource,
    LightDark,
    Logos,
    Name,
    Picture,
    Pictures,
    Typeface,
)
from casebook.diagnostics import Diagnostic, Severity, Where
from casebook.errors import reason
from casebook.messages import Said, said, together
from casebook.palette import Palette
from casebook.places import ValuePath, place_in

SHOWN = f"templates/{resources.BRAND}"

LARGE = 100_000
"""Bytes of a font or a logo above which it is worth saying, for every page carries them."""

_QUOTES = said('A colour needs quotes around it, "#0b5a69": without them # begins a comment.')
_FORMAT = said("Look for a slip of the pen, or see https://posit-dev.github.io/brand-yml.")
_PICTURES = {".svg": "image/svg+xml", ".png": "image/png", ".jpg": "image/jpeg"}
_FONTS = {".woff2": "font/woff2", ".woff": "font/woff", ".ttf": "font/ttf", ".otf": "font/otf"}


@dataclass(frozen=True)
class Font:
    """A font file that travels in the page, as a `data:` address."""

    family: str
    data: str
    weight: str
    style: str


@dataclass(frozen=True)
class Logo:
    """Pictures as `data:` addresses; `dark` is empty where the light one serves in the dark."""

    light: str
    alt: str
    dark: str = ""


@dataclass(frozen=True)
class Brand:
    """What a page shows of a consultancy. `typefaces` are those of display, body and mono."""

    palette: Palette = field(default_factory=Palette)
    name: str = ""
    home: str = ""
    contact: Mapping[str, str] = field(default_factory=dict)
    logo: Logo | None = None
    fonts: tuple[Font, ...] = ()
    typefaces: Mapping[str, str] = field(default_factory=dict)


# --- Where brands are found ---------------------------------------------------------------------


def read_brand(folder: Path) -> tuple[Brand, tuple[Diagnostic, ...]]:
    """The brand in `folder`, a workspace's `templates`, or else Casebook's own plain one.

    Bad content becomes diagnostics, all of them at once; what cannot be used is replaced by
    what a page without a brand has.
    """
    return _read(folder) if (folder / resources.BRAND).is_file() else (plain(), ())


def brand_near(place: Path) -> tuple[Brand, tuple[Diagnostic, ...]]:
    """The brand of the workspace around a notebook, for export without `casebook build`."""
    folders = (place.resolve(), *place.resolve().parents)
    root = next((folder for folder in folders if (folder / "params").is_dir()), None)
    return read_brand(root / "templates") if root else (plain(), ())


@functools.cache
def plain() -> Brand:
    """The brand that Casebook ships with: quiet colours, no name and no logo."""
    return _read(resources.folder("templates"))[0]


def _read(folder: Path) -> tuple[Brand, tuple[Diagnostic, ...]]:
    reading = _Reading(folder)
    brand = reading.brand((folder / resources.BRAND).read_bytes())
    return brand, tuple(sorted(reading.found, key=lambda one: (one.where, one.code)))


# --- Reading one --------------------------------------------------------------------------------


class _Reading:
    """The state of reading one brand: where values stand, and what is wrong so far."""

    def __init__(self, folder: Path) -> None:
        self.found: list[Diagnostic] = []
        self._folder = folder
        self._places: Mapping[ValuePath, yaml_faults.Place] = {}
        self._data: Any = None

    def brand(self, raw: bytes) -> Brand:
        """What pages take of the file."""
        file = self._file(raw)
        meta, contact = file.meta, file.defaults.casebook.contact.model_dump()
        return Brand(
            palette=self._palette(file),
            name=meta.name if isinstance(meta.name, str) else _first_name(meta.name),
            home=meta.link if isinstance(meta.link, str) else meta.link.get("home", ""),
            contact={way: said for way, said in contact.items() if said},
            logo=self._logo(file),
            fonts=tuple(self._fonts(file.typography.fonts)),
            typefaces={
                role: family
                for role, family in (
                    ("display", _family(file.typography.headings)),
                    ("body", _family(file.typography.base)),
                    ("mono", _family(file.typography.monospace)),
                )
                if family
            },
        )

    def _problem(
        self,
        path: ValuePath,
        message: Said,
        hint: Said,
        code: str = "CB411",
        severity: Severity = Severity.ERROR,
    ) -> None:
        """Say what is wrong with the value at `path`, or with the nearest part around it."""
        while path and path not in self._places:
            path = path[:-1]
        where = Where(SHOWN, *self._places.get(path, (1, 1)))
        self.found.append(Diagnostic(code, severity, message, hint, where))

    def _file(self, raw: bytes) -> BrandFile:
        """The values of the file, or none where they cannot be used."""
        marked = yaml_marks.load(raw.decode("utf-8-sig", errors="replace"))
        self._places, self._data = marked.places, marked.data
        for problem in marked.problems:
            where = Where(SHOWN, *problem.place)
            text = (problem.message, problem.hint)
            self.found.append(Diagnostic(problem.code, Severity.ERROR, *text, where))
        try:
            return BrandFile.model_validate(marked.data or {})
        except ValidationError as error:
            for detail in error.errors(include_url=False):
                self._invalid(detail)
            return BrandFile()

    def _invalid(self, detail: ErrorDetails) -> None:
        # Where a value may be of several kinds, pydantic puts the kind into the path.
        path: ValuePath = ()
        for part in detail["loc"]:
            path = (*path, part) if (*path, part) in self._places else path
        name = place_in(self._data, path) or said("the file")
        if detail["type"] == "extra_forbidden":
            what = said("'{name}' is not in the brand.yml format.", name=name)
            self._problem(path, what, _FORMAT)
        elif detail["input"] is None:
            self._problem(path, said("'{name}' is empty.", name=name), _QUOTES)
        else:
            what = said("{name}: {why}.", name=name, why=detail["msg"])
            self._problem(path, what, said("Correct it."))

    # --- Colours ---

    def _palette(self, file: BrandFile) -> Palette:
        asked = {}
        for role in ("foreground", "background", "primary"):
            value = getattr(file.color, role)
            if value is None and ("color", role) in self._places:
                self._problem(
                    ("color", role), said("'{name}' is empty.", name=f"color.{role}"), _QUOTES
                )
            pair = value if isinstance(value, LightDark) else LightDark(light=value or "")
            for name, colour in ((role, pair.light), (f"{role}-dark", pair.dark)):
                found = self._colour(role, colour, file.color.palette) if colour else None
                if found:
                    asked[name] = found
        made, failing = palette.make_palette(asked)
        for one in failing:
            path = ("color", one.role)
            self._problem(path, one.message, one.hint, "CB412", Severity.WARNING)
        return made

    def _colour(self, role: str, value: str, named: Mapping[str, str]) -> str | None:
        """A colour, or one that the brand's palette names."""
        found = palette.parse(named.get(value, value))
        if found is None:
            what, listed = said("'{value}' is not a colour.", value=value), ", ".join(named)
            if named:
                what = together(what, said("Named in the palette: {names}.", names=listed))
            hint = said('Write it like "#0b5a69", without transparency.')
            self._problem(("color", role), what, hint)
        return found

    # --- Files ---

    def _logo(self, file: BrandFile) -> Logo | None:
        logos = Logos(medium=file.logo) if isinstance(file.logo, str) else file.logo or Logos()
        chosen = logos.medium or logos.small or logos.large
        if chosen is None:
            return None
        light, dark = (
            (chosen.light, chosen.dark) if isinstance(chosen, Pictures) else (chosen, None)
        )
        picture = _picture(light, logos)
        data = self._embedded(("logo",), picture.path, _PICTURES)
        if not data:
            return None
        alt = picture.alt or (
            file.meta.name if isinstance(file.meta.name, str) else _first_name(file.meta.name)
        )
        if not alt:
            hint = said("Write it as `{{path: …, alt: …}}`, or give the brand a `meta: name`.")
            self._problem(("logo",), said("The logo has no text that stands for it."), hint)
        in_the_dark = _picture(dark, logos).path if dark else ""
        return Logo(data, alt, self._embedded(("logo",), in_the_dark, _PICTURES))

    def _fonts(self, sources: tuple[FontSource, ...]) -> Iterator[Font]:
        for place, source in enumerate(sources):
            path: ValuePath = ("typography", "fonts", place)
            if source.source in ("google", "bunny"):
                what = said(
                    "The font {family} would be fetched from {source}.",
                    family=source.family,
                    source=source.source,
                )
                hint = said(
                    "Pages fetch nothing: put its files beside the brand, with `source: file`."
                )
                self._problem(path, what, hint, "CB413", Severity.WARNING)
            for file in source.files:
                one = FontFile(path=file) if isinstance(file, str) else file
                data = self._embedded(path, one.path, _FONTS)
                if data:
                    yield Font(source.family, data, str(one.weight), one.style)

    def _embedded(self, at: ValuePath, name: str, kinds: Mapping[str, str]) -> str:
        """A file beside the brand's as a `data:` address; empty where it cannot be used."""
        if not name:
            return ""
        file = self._folder / name
        kind = kinds.get(file.suffix.lower())
        if kind is None:
            what = said("'{name}' is not one of {kinds}.", name=name, kinds=", ".join(kinds))
            self._problem(at, what, said("Save it as one of these."), "CB413")
            return ""
        try:
            content = file.read_bytes()
        except OSError as error:
            what = said("Cannot read {path}: {why}.", path=name, why=reason(error))
            hint = said("Put it beside the brand's file; nothing is fetched.")
            self._problem(at, what, hint, "CB413")
            return ""
        if len(content) > LARGE:
            what = said(
                "The file '{name}' adds {size} kB to every page.",
                name=name,
                size=len(content) * 4 // 3000,
            )
            hint = said("Save a font as woff2 with only the letters you need, and a logo as svg.")
            self._problem(at, what, hint, "CB413", Severity.WARNING)
        return f"data:{kind};base64,{base64.b64encode(content).decode()}"


def _first_name(name: Name) -> str:
    return name.full or name.short or ""


def _family(typeface: str | Typeface) -> str:
    return typeface if isinstance(typeface, str) else typeface.family


def _picture(value: str | Picture, logos: Logos) -> Picture:
    """A picture, or the one that the logos name."""
    named = logos.images.get(value, value) if isinstance(value, str) else value
    return Picture(path=named) if isinstance(named, str) else named
