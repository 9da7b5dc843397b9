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


def changed_meanwhile() -> None:
    """An engagement was saved while a build was under way.

    What stands in its files now has not been checked, so nothing was made of it, and its pages
    are as they were. Build again.
    """


def small_number() -> None:
    """A finding of your own shows a number so small that readers may tell who is meant.

    Answers are shown to the public when ten people or more were asked, and to the client when
    five were; the public never reads of one to four people. Publish it for fewer readers, or say
    it without `n` and `total`. The page is made all the same.
    """


def no_public_edition() -> None:
    """A public edition was asked for, but the client has not allowed one.

    The parameter file says `naming: none` under `release`, or the field is empty or TODO. Build
    for the client or for the firm, or ask the client, and write `named` or `anonymised`.
    """


def without_words() -> None:
    """A picture or a table of your own lacks the words that some readers need.

    A picture needs a text alternative and a caption, a table a caption. Give them along:
    `display(figure, metadata={"alt": "what it shows", "caption": "what it says"})` and
    `display(table, metadata={"caption": "what it holds"})`. The page is made all the same and
    says that nobody has described the picture; public bodies may not publish it like that.
    """


def refused() -> None:
    """An output is refused: a page runs no programs and takes no HTML of others.

    JavaScript, widgets and HTML that is not a plain table of pandas' are left out, or shown as
    the plain text that came with them. A styled table must escape what it holds:
    `table.style.format(escape="html")`. Show the rest with one of the calls on `case`, as
    Markdown, as a table or as an image.
    """


def not_a_brand() -> None:
    """Something in `templates/_brand.yml` is not in the brand.yml format, or cannot be used.

    Colours are written in quotes, like "#0b5a69", or by a name from the brand's own palette.
    """


def weak_contrast() -> None:
    """A colour of the brand has too little contrast to be read.

    The law on accessible websites asks for 4.5:1 between text and its ground (WCAG 2.2 AA), and
    3:1 for what charts are drawn with. The message names the nearest colour that passes; pages
    use it, and look otherwise as the brand says.
    """


def not_beside() -> None:
    """A font or a logo of the brand cannot be put into the pages.

    Pages fetch nothing, so that no reader is seen by a foreign host. Put the file beside
    `_brand.yml`: woff2, woff, ttf or otf for a font, svg, png or jpg for a logo.
    """


CODES: Mapping[str, Callable[[], None]] = {
    "CB201": not_as_it_was,
    "CB202": notebook_failed,
    "CB203": record_failed,
    "CB204": no_page,
    "CB205": without_words,
    "CB206": refused,
    "CB207": changed_meanwhile,
    "CB208": small_number,
    "CB301": no_public_edition,
    "CB411": not_a_brand,
    "CB412": weak_contrast,
    "CB413": not_beside,
}
