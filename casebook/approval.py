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
    AHEAD = "ahead"
    EXPIRED = "expired"
    OTHER_WORDS = "other_words"
    NO_CONTENT = "no_content"


def lack_of_consent(
    record: Consent | None, audience: Audience, made: str, today: date | None
) -> Lack | None:
    """What a consent to a quote lacks for an audience; `made` is the hash of the quote's words.

    Without a day, nothing has expired or is still to come.
    """
    if record is None or record.subject != "quote":
        return Lack.MISSING
    lacks = {
        Lack.WITHDRAWN: record.withdrawn is not None,
        Lack.OTHER_READERS: not record.covers(audience),
        Lack.AHEAD: is_ahead(record.given, today),
        Lack.EXPIRED: is_over(record.expires, today),
        Lack.OTHER_WORDS: not (record.text_hash and is_for(record.text_hash, made)),
    }
    return next((lack for lack, is_so in lacks.items() if is_so), None)


def lack_of_approval(approval: Approval, today: date | None) -> Lack | None:
    """What an approval lacks, whatever the page says now.

    Without a day, nothing has expired or is still to come.
    """
    if len(_plain(approval.content_hash or "")) < SHOWN:
        return Lack.NO_CONTENT
    if is_ahead(approval.date, today):
        return Lack.AHEAD
    return Lack.EXPIRED if is_over(approval.expires, today) else None


def is_over(expires: When | None, today: date | None) -> bool:
    """Whether a permission ended before a day."""
    return bool(expires and today and span(expires).last < today)


def is_ahead(given: When | None, today: date | None) -> bool:
    """Whether a day is still to come: nobody can have said yes then."""
    return bool(given and today and span(given).first > today)
