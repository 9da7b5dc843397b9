"""`casebook explain`: what a code means and how to mend it."""

from __future__ import annotations

import click

from casebook import checks
from casebook.cli import options, screen
from casebook.errors import CasebookError
from casebook.messages import user_language
from casebook.workspace import nearest


@click.command
@click.argument("code")
@options.as_json
def command(code: str, as_json: bool) -> int:
    """Explain a code."""
    known = checks.EXPLANATIONS
    wanted = code.upper()
    if wanted not in known:
        hint = f"{nearest(wanted, known)} Known: {', '.join(sorted(known))}.".strip()
        raise CasebookError(f"There is no code {code}.", hint, 2)
    text = checks.explanation(wanted, user_language())
    if as_json:
        screen.print_json({"code": wanted, "explanation": text})
    else:
        screen.note(f"{wanted}: {text}")
    return 0
