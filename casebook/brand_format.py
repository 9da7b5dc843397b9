"""What may stand in `_brand.yml`: the brand.yml format, as far as pages have a use for it."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field


class Part(BaseModel):
    """Base of the parts of a brand."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class LightDark(Part):
    """A colour for the light page and one for the dark."""

    light: str
    dark: str | None = None


class Name(Part):
    """What the consultancy is called."""

    full: str | None = None
    short: str | None = None


class Meta(Part):
    """Who the brand belongs to; `link` is its home, or several places by name."""

    name: str | Name = ""
    link: str | dict[str, str] = ""


class Picture(Part):
    """A picture file beside the brand's, and what it says."""

    path: str
    alt: str = ""


class Pictures(Part):
    """One picture for the light page and one for the dark."""

    light: str | Picture
    dark: str | Picture


class Logos(Part):
    """Pictures by name, and which of them is the logo in each size."""

    images: dict[str, str | Picture] = Field(default_factory=dict)
    small: str | Picture | Pictures | None = None
    medium: str | Picture | Pictures | None = None
    large: str | Picture | Pictures | None = None


class Colours(Part):
    """Named colours, and what they are for."""

    palette: dict[str, str] = Field(default_factory=dict)
    foreground: str | LightDark | None = None
    background: str | LightDark | None = None
    primary: str | LightDark | None = None
    secondary: Any = None
    tertiary: Any = None
    success: Any = None
    info: Any = None
    warning: Any = None
    danger: Any = None
    light: Any = None
    dark: Any = None


class FontFile(Part):
    """A font file beside the brand's."""

    path: str
    weight: int | Literal["normal", "bold"] = 400
    style: Literal["normal", "italic"] = "normal"


class FontSource(Part):
    """A typeface, and where it comes from."""

    family: str
    source: Literal["file", "system", "google", "bunny"] = "google"
    files: tuple[str | FontFile, ...] = ()
    weight: Any = None
    style: Any = None
    display: Any = None


class Typeface(BaseModel):
    """Of a typeface only the family counts: sizes and weights are the page's own."""

    model_config = ConfigDict(extra="allow", frozen=True)
    family: str = ""


class Typography(Part):
    """Typefaces, and what they are for."""

    fonts: tuple[FontSource, ...] = ()
    base: str | Typeface = ""
    headings: str | Typeface = ""
    monospace: str | Typeface = ""
    monospace_inline: Any = Field(None, alias="monospace-inline")
    monospace_block: Any = Field(None, alias="monospace-block")
    link: Any = None


class Contact(Part):
    """How a reader gets in touch."""

    email: str = ""
    phone: str = ""
    address: str = ""


class Own(Part):
    """What Casebook reads beyond the format."""

    contact: Contact = Contact()


class Defaults(BaseModel):
    """Settings of tools that read brands; ours is `casebook`."""

    model_config = ConfigDict(extra="allow", frozen=True)
    casebook: Own = Own()


class BrandFile(Part):
    """The whole file."""

    meta: Meta = Meta()
    logo: str | Logos | None = None
    color: Colours = Colours()
    typography: Typography = Typography()
    defaults: Defaults = Defaults()
