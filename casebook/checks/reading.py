"""What the codes mean that reading itself gives (see `casebook.source`)."""

from __future__ import annotations

from collections.abc import Callable, Mapping


def not_yaml() -> None:
    """The file cannot be read as YAML.

    Most often: a tab instead of spaces, a text with ": " or "#" without quotes, a quote that
    does not end, or an indentation that does not fit. The place is where reading stopped; the
    cause may stand in the line above.
    """


def unknown_field() -> None:
    """A field is not known.

    Most often a spelling mistake; the nearest known word is named. Inside { } a comma ends a
    text: put the whole text in quotes. Papermill would pass an unknown name on in silence.
    """


def repeated_key() -> None:
    """A key appears twice in the same place.

    YAML keeps the last one in silence, so half of what was written would be lost. Keep one.
    """


def whole_number() -> None:
    """A count is a whole number of 0 or more.

    Write `unknown (why)` where the number is not known, and leave the field out where it was
    not recorded. Neither is the same as 0.
    """


def not_allowed() -> None:
    """The word is not one of those that are allowed here.

    The message lists them. They are English in the file and Danish on the page.
    """


def outside_scale() -> None:
    """An answer lies outside its item's scale.

    Correct the answer, or the `scale` of the item. An answer that is missing is an empty cell.
    """


def another_version() -> None:
    """Answers to different wordings of an item are mixed.

    A new wording is a new question: give the item a new id, so that nobody compares the two.
    """


def answered_twice() -> None:
    """The same anonymous key answered the same item twice in one wave.

    Keep the answer that counts; the message names both rows.
    """


def person_missing() -> None:
    """A quote has a name and a title.

    Readers must be able to see who says it, and as what: the title at the time. Where the person
    may not be named, leave the quote out.
    """


def notation() -> None:
    """A file, a date or a decimal number can be read in more than one way.

    Parameter files are UTF-8. A table that is not is read as Windows-1252, as older Excel saves
    it: look whether æ, ø and å came out right, or save it as "CSV UTF-8". Dates are 2023,
    2023-Q4, 2023-11 or 2023-11-14, in tables also 14-11-2023; 14-11-23 could mean two days.
    Numbers are 7.5, in tables 7,5; 1.234 could mean two numbers.
    """


def personal_data() -> None:
    """A table has personal data where none belongs.

    Names, e-mail addresses, telephone and CPR numbers stay out of free text and of survey
    exports. Where a person must be told apart, use a code such as p01, and keep the list of
    codes outside the workspace.
    """


def columns() -> None:
    """A table, or a column of it, is missing or not known.

    Tables lie in params/<name>/ as sessions, attendance, responses, tool_use, actors and ties,
    each .csv or .xlsx. ';', ',' and tab between columns are accepted, and English and Danish
    column names. Of a workbook the sheet with the table's name is read, or the first one.
    """


def todo_left() -> None:
    """Something is still to be answered.

    A TODO marks what must be asked anew for this client. Answer it, or write
    `unknown (why)`. Until then no public and no client edition is made.
    """


def wrong_value() -> None:
    """A value is of the wrong kind, such as a text where a list is expected.

    The message says what was expected, and what was found.
    """


def missing_field() -> None:
    """Something required is missing.

    An engagement needs a client, a title, years, and phases with activities. All else may be
    left out.
    """


def yaml_trap() -> None:
    """YAML would read this value as something else.

    0746 without quotes is 486, no is False, 12:30 is 750, and 1e3 is a text here and a number
    there. Other tools that read this file would go wrong in silence, so it is not accepted: put
    the value in quotes.
    """


def anchors() -> None:
    """Anchors, aliases and merge keys are not used.

    They make a file hard to read and a copy of it dangerous. Write the value out.
    """


def name_of_file() -> None:
    """The engagement's id and the name of its file are the same.

    The file's name is how the engagement is called everywhere: `casebook build <name>`. It ends
    in .yaml; a file that ends in .yml is passed over.
    """


def parameter_name() -> None:
    """A group at the top of the file has a name that is no name.

    Papermill writes these names into the notebook as they are: `x = 1; import os #` would run.
    Only the groups of a parameter file belong there.
    """


def extended() -> None:
    """A file that is extended cannot be found, or extends itself.

    `extends: _house` under `engagement` means params/_house.yaml; `methods/<name>` lies in
    params/methods or ships with Casebook. The values are merged: mappings deeply, lists of
    things with an id by id, all else is taken whole; the file itself wins.
    """


CODES: Mapping[str, Callable[[], None]] = {
    "CB100": not_yaml,
    "CB101": unknown_field,
    "CB102": repeated_key,
    "CB111": whole_number,
    "CB118": not_allowed,
    "CB119": outside_scale,
    "CB120": another_version,
    "CB122": answered_twice,
    "CB129": person_missing,
    "CB143": notation,
    "CB144": columns,
    "CB145": personal_data,
    "CB148": todo_left,
    "CB151": wrong_value,
    "CB152": missing_field,
    "CB153": yaml_trap,
    "CB154": anchors,
    "CB155": name_of_file,
    "CB156": parameter_name,
    "CB157": extended,
}
