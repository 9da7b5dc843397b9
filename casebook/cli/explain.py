"""`casebook explain`: what a code means and how to mend it."""

from __future__ import annotations

import textwrap

import click

from casebook import checks
from casebook.cli import options, screen
from casebook.errors import CasebookError
from casebook.messages import nearest, said, together, user_language


@click.command
@click.argument("code", required=False)
@options.as_json
def command(code: str | None, as_json: bool) -> int:
    """Explain a code; without one, list them all."""
    known = checks.EXPLANATIONS
    if code is None:
        _list(as_json=as_json)
        return 0
    wanted = code.upper()
    if wanted not in known:
        near = nearest(wanted, known, likeness=0.8)
        hint = together(near, said("`casebook explain` lists them all."))
        raise CasebookError(said("There is no code {code}.", code=code), hint, 2)
    text = checks.explanation(wanted, user_language())
    if as_json:
        screen.print_json({"code": wanted, "explanation": text})
    else:
        screen.note(f"{wanted}: {text}")
    return 0


def _list(*, as_json: bool) -> None:
    """Every code with the first sentence of its explanation."""
    texts = {
        code: checks.explanation(code, user_language()) for code in sorted(checks.EXPLANATIONS)
    }
    first = {code: text.partition("\n")[0] for code, text in texts.items()}
    if as_json:
        screen.print_json({"codes": first})
        return
    for code, text in first.items():
        screen.note(textwrap.fill(f"{code}  {text}", screen.WIDTH, subsequent_indent=" " * 7))
