"""What a consent or an approval is for: a text or a page, by its hash, and what each may lack.

A consent and an approval hold for the words that were shown, and for no others. Their hash is
written beside them in the parameter file, whole or its first characters.
"""

from __future__ import annotations

import hashlib
import unicodedata
from datetime import date
from enum import StrEnum

from casebook.dates import span
from casebook.model import Approval, Audience, Consent, When

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
    written = _plain(written)
    return len(written) >= SHOWN and made.startswith(written)


def _plain(written: str) -> str:
    return written.strip().lower().removeprefix("sha256:")


class Lack(StrEnum):
    """Why a recorded permission permits nothing; one that is not recorded at all is `MISSING`."""

    MISSING = "missing"
    WITHDRAWN = "withdrawn"
    OTHER_READERS = "other_readers"
    EXPIRED = "expired"
    OTHER_WORDS = "other_words"
    NO_CONTENT = "no_content"


def lack_of_consent(
    record: Consent | None, audience: Audience, made: str, today: date | None
) -> Lack | None:
    """What a consent to a quote lacks for an audience; `made` is the hash of the quote's words.

    Without a day, nothing has expired.
    """
    if record is None or record.subject != "quote":
        return Lack.MISSING
    if record.withdrawn is not None:
        return Lack.WITHDRAWN
    if not record.covers(audience):
        return Lack.OTHER_READERS
    if is_over(record.expires, today):
        return Lack.EXPIRED
    if not (record.text_hash and is_for(record.text_hash, made)):
        return Lack.OTHER_WORDS
    return None


def lack_of_approval(approval: Approval, today: date | None) -> Lack | None:
    """What an approval lacks, whatever the page says now; without a day, nothing has expired."""
    if len(_plain(approval.content_hash or "")) < SHOWN:
        return Lack.NO_CONTENT
    return Lack.EXPIRED if is_over(approval.expires, today) else None


def is_over(expires: When | None, today: date | None) -> bool:
    """Whether a permission ended before a day."""
    return bool(expires and today and span(expires).last < today)
