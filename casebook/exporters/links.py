"""Which addresses a page may link to."""

from __future__ import annotations

import re

from casebook.messages import said

SAFE_LINK = said("Write an address that begins with https, mailto, tel or #.")

_ELSEWHERE = re.compile(r"(https://|mailto:|tel:|#)[^\s\\]+", re.IGNORECASE)
_ANOTHER_PAGE = re.compile(r"(\.\./)*[\w.-]+\.html(#[\w.-]+)?")
_PICTURE = re.compile(r"data:image/(png|jpeg|gif|webp);base64,[A-Za-z0-9+/=]+")


def is_link(url: str) -> bool:
    """Whether `url` is a web, mail or telephone address, or a place on the same page."""
    return _ELSEWHERE.fullmatch(url) is not None


def is_reference(url: str) -> bool:
    """Whether `url` is a link, or another page of the same build."""
    return is_link(url) or _ANOTHER_PAGE.fullmatch(url) is not None


def is_picture(url: str) -> bool:
    """Whether `url` is a picture that travels inside the page."""
    return _PICTURE.fullmatch(url) is not None
