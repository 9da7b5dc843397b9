"""What the codes mean that a build or an export gives, rather than a check of the values."""

from __future__ import annotations

from collections.abc import Callable, Mapping


def not_as_it_was() -> None:
    """Something in a notebook is not on the page as it was.

    An output that pages do not show, or a link that leads nowhere. The page is made all the
    same; show it with one of the calls on `case`, as Markdown, or as an image.
    """


def notebook_failed() -> None:
    """A notebook did not run to its end, so there is no new page of it.

    The message names the cell, counted from 1 as the cells stand in the notebook, and the
    line. Open the notebook in JupyterLab and run it there; the pages that stood before are
    left as they were.
    """


def record_failed() -> None:
    """A phase record failed, so a report could not take the insights that it publishes.

    The report has the standard ones instead, without what was added to the phase record by
    hand. It is made again in every build until the phase record runs.
    """


def no_page() -> None:
    """A notebook ran, but no page could be made of what it shows.

    The message says which output, and why. The page that stood before is left as it was.
    """


def too_long_for_the_form() -> None:
    """A text is longer than its field in the OECD OPSI form takes.

    The form cuts or refuses it. Shorten the texts that it is made from, or the form itself.
    """


CODES: Mapping[str, Callable[[], None]] = {
    "CB149": too_long_for_the_form,
    "CB201": not_as_it_was,
    "CB202": notebook_failed,
    "CB203": record_failed,
    "CB204": no_page,
}
