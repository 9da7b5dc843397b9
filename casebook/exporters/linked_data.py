"""What a public case says of itself to machines: JSON-LD in the words of schema.org."""

from __future__ import annotations

from typing import Any

from casebook.blocks import Page
from casebook.brand import Brand
from casebook.text.marks import unmarked


def linked_data(page: Page, brand: Brand) -> dict[str, Any]:
    """The page as an article, from the fields that its head shows; nothing that is not there."""
    described: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Article",
        "headline": unmarked(page.title),
        "description": unmarked(page.description or page.standfirst),
        "inLanguage": page.language,
        "disambiguatingDescription": page.fictional,
        "publisher": _organisation(brand),
    }
    return {name: value for name, value in described.items() if value}


def _organisation(brand: Brand) -> dict[str, str]:
    if not brand.name:
        return {}
    described = {"@type": "Organization", "name": brand.name, "url": brand.home}
    return {name: value for name, value in described.items() if value}
