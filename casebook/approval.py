"""What a consent or an approval is for: a text or a page, by its hash.

A consent and an approval hold for the words that were shown, and for no others. Their hash is
written beside them in the parameter file, whole or its first characters.
"""

from __future__ import annotations

import hashlib
import unicodedata

SHOWN = 12
"""So many characters of a hash are shown, and are enough to write down."""


def text_hash(text: str) -> str:
    """The hash of a text: the same for the same characters, however they are encoded."""
    return sha256(unicodedata.normalize("NFC", text.strip()).encode())


def sha256(content: bytes) -> str:
    """The hash of what a file holds."""
    return hashlib.sha256(content).hexdigest()


def is_for(written: str, made: str) -> bool:
    """Whether a hash that somebody wrote down, whole or its beginning, is the one made here."""
    written = written.strip().lower().removeprefix("sha256:")
    return len(written) >= SHOWN and made.startswith(written)
