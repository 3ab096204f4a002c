"""Every command with its options, from the help that it gives itself."""

from __future__ import annotations

from collections.abc import Iterator
from inspect import cleandoc

from cyclopts import App, Argument

from sim.manual.words import paragraphs, prose, table


def commands(app: App) -> list[str]:
    """Return the chapter on commands: an overview, then each with its options."""
    found = [*_below(app, "sim")]
    rows = [(f"[`{name}`](#{name.replace(' ', '-')})", _about(each)[0]) for name, each in found]
    lines = ["## Commands", "", *table(("command", "what it does"), rows)]
    for name, each in found:
        shown = [one for one in each.assemble_argument_collection(parse_docstring=True) if one.show]
        options = [(_name(one), _default(one), prose(one.parameter.help or "")) for one in shown]
        head = ("argument or option", "if left out", "what it is")
        lines += ["", f"### {name}", "", *_about(each), *table(head, options)]
    return lines


def _below(app: App, name: str) -> Iterator[tuple[str, App]]:
    """Yield every command that does something, in the order of the alphabet."""
    for word in sorted(each for each in app if not each.startswith("-")):
        inner = app[word]
        if inner.default_command is None:
            yield from _below(inner, f"{name} {word}")
        else:
            yield f"{name} {word}", inner


def _about(app: App) -> list[str]:
    """Return the paragraphs that a command says about itself, without its options."""
    written = cleandoc(getattr(app.default_command, "__doc__", "") or "")
    return paragraphs(written.partition("Parameters\n---")[0])


def _name(argument: Argument) -> str:
    """Return how an argument is written: SCENARIO by its place, all others by their name."""
    if argument.index is not None:
        return f"`{argument.names[0].removeprefix('--').upper().replace('-', '_')}`"
    name = argument.names[-1] if argument.field_info.default is True else argument.names[0]
    choices = " or ".join(f"`{one}`" for one in argument.get_choices() or ())
    return " ".join(filter(None, (f"`{name}`", choices)))


def _default(argument: Argument) -> str:
    default = argument.field_info.default
    if argument.required:
        return "it has to be given"
    given = default is not argument.field_info.empty and default not in (None, False, True, "", [])
    return f"`{default}`" if given else ""
