"""What a consent or an approval is for: the hash of a text, or of all that an audience may see.

A consent and an approval hold for the words that were shown, and for no others. Their hash is
written beside them in the parameter file, whole or its first characters.
"""

from __future__ import annotations

import hashlib
import json
import unicodedata

from casebook.audience import view
from casebook.model import Audience, Engagement, to_parameters

SHOWN = 12
"""So many characters of a hash are shown, and are enough to write down."""


def text_hash(text: str) -> str:
    """The hash of a text: the same for the same characters, however they are encoded."""
    return _hash(unicodedata.normalize("NFC", text.strip()))


def content_hash(engagement: Engagement, audience: Audience) -> str:
    """The hash of what an audience may see of an engagement, its `release` apart."""
    seen = to_parameters(view(engagement, audience))
    content = {group: values for group, values in seen.items() if group != "release"}
    return _hash(json.dumps(content, sort_keys=True, ensure_ascii=False))


def is_for(written: str, made: str) -> bool:
    """Whether a hash that somebody wrote down, whole or its beginning, is the one made here."""
    return len(written) >= SHOWN and made.startswith(written.lower())


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
