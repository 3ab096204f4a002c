"""The Python interface: every public function and what it returns, from their docstrings."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Iterator
from types import ModuleType

from sim.manual.words import paragraphs, prose, table

WIDTH = 88
"""Columns after which a signature is broken."""


def python(interface: ModuleType) -> list[str]:
    """Return the chapter on Python: functions, then the classes that they return."""
    members = {name: getattr(interface, name) for name in interface.__all__}
    functions = {name: one for name, one in members.items() if inspect.isfunction(one)}
    classes = {one: None for one in members.values() if inspect.isclass(one)}
    classes |= {one: None for function in functions.values() for one in _returned(function)}
    lines = ["## Python", "", *paragraphs(inspect.getdoc(interface) or "")]
    for name, function in functions.items():
        lines += [f"### sim.{name}", "", *_signature(function), "", *_about(function)]
    for one in sorted(classes, key=lambda one: one.__name__):
        lines += [
            f"### {one.__name__}",
            "",
            *_about(one),
            *table(("of it", "is"), _members(one)),
            "",
        ]
    return lines


def _about(one: object) -> list[str]:
    return paragraphs(inspect.getdoc(one) or "")


def _returned(function: Callable[..., object]) -> Iterator[type]:
    """Yield the class of this package that a function says it returns."""
    named = inspect.signature(function).return_annotation
    found = getattr(sys.modules[function.__module__], str(named), None)
    if inspect.isclass(found) and found.__module__.startswith("sim."):
        yield found


def _signature(function: Callable[..., object]) -> list[str]:
    """Return how a function is called, on one line or with one argument a line."""
    signature = inspect.signature(function)
    given: list[str] = []
    for one in signature.parameters.values():
        if one.kind is one.KEYWORD_ONLY and "*" not in given and not _many(given):
            given.append("*")
        given.append(_argument(one))
    head, tail = f"sim.{function.__name__}(", f") -> {signature.return_annotation}"
    line = head + ", ".join(given) + tail
    body = [line] if len(line) <= WIDTH else [head, *(f"    {one}," for one in given), tail]
    return ["```python", *body, "```"]


def _many(given: list[str]) -> bool:
    return any(one.startswith("*") for one in given)


def _argument(one: inspect.Parameter) -> str:
    star = "*" if one.kind is one.VAR_POSITIONAL else ""
    default = "" if one.default is one.empty else f" = {one.default!r}"
    return f"{star}{one.name}: {one.annotation}{default}"


def _members(one: type) -> list[tuple[str, str]]:
    """Return its public methods and properties with the first paragraph of each."""
    found = {name: member for name, member in inspect.getmembers(one) if not name.startswith("_")}
    return [
        (
            f"`{name}`" if isinstance(member, property) else f"`{name}()`",
            prose((inspect.getdoc(member) or "").partition("\n\n")[0]),
        )
        for name, member in found.items()
        if isinstance(member, property) or inspect.isfunction(member)
    ]
